//! The demo's organization as it was some time ago, so that two scans of it differ in every way that
//! a comparison knows.

use jiff::SignedDuration;

use super::{Builder, FACTS, days};
use crate::hash::Hash;
use crate::world::spec::{AccountSpec, LastUse, RoleSpec};

/// How many accounts of a hundred lacked a role that has been deleted since.
const DELETED: u64 = 30;

impl Builder {
    /// Turns accounts back to what they were at the builder's instant. They have all their roles
    /// written out.
    pub(super) fn turn_back(&self, accounts: &mut Vec<AccountSpec>) {
        accounts.retain(|account| account.id != FACTS.joined_since);
        let hash = Hash::new(self.seed, "earlier");
        for account in accounts {
            let hash = hash.text(&account.id);
            let roles = std::mem::take(&mut account.roles).into_iter();
            account.roles = roles.filter_map(|role| self.as_it_was(role, hash.text("role"))).collect();
            if account.is_usable() && hash.below(100) < DELETED {
                account.roles.push(self.deleted(hash));
            }
        }
    }

    /// A role as it was, if it was there.
    fn as_it_was(&self, mut role: RoleSpec, hash: Hash) -> Option<RoleSpec> {
        let hash = hash.text(&role.name);
        let ago = |from: i64, span: u64| {
            let seconds = hash.number(1).below(span * 86_400);
            self.now - days(from) - SignedDuration::from_secs(i64::try_from(seconds).unwrap_or_default())
        };
        if role.created > self.now {
            if hash.below(8) > 0 {
                return None;
            }
            // Its predecessor of the same name.
            role.incarnation += 1;
            role.created = ago(400, 300);
            return Some(role.used(ago(120, 100)));
        }
        if role.name == FACTS.escalated_role {
            role.attached.clear();
        }
        let Some(LastUse { at, region }) = role.last_use.take_if(|last_use| last_use.at > self.now) else {
            return Some(role);
        };
        debug_assert!(at > role.created);
        let used = if hash.number(2).below(30) == 0 { ago(100, 200) } else { ago(0, 40) };
        // Otherwise its first use is later.
        Some(if used > role.created { role.used_in(used, &region) } else { role })
    }

    /// A role that was deleted since.
    fn deleted(&self, hash: Hash) -> RoleSpec {
        let names = ["legacy-ftp-import", "jenkins-agent-2019", "vendor-pilot", "old-reporting"];
        RoleSpec::new(names[hash.index(names.len())], self.now - days(900))
            .used(self.now - days(150 + i64::try_from(hash.number(3).below(200)).unwrap_or_default()))
    }
}
