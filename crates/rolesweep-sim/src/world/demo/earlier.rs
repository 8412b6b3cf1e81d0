//! The demo's organization as it was some time ago, so that two scans of it differ in every way that
//! a comparison knows.

use jiff::{SignedDuration, Timestamp};

use super::{FACTS, days, organization};
use crate::hash::Hash;
use crate::world::World;
use crate::world::spec::{LastUse, RoleSpec};

/// How many accounts of a hundred lacked a role that has been deleted since.
const DELETED: u64 = 30;

/// The demo's organization, [`super::demo`], as it was `ago` before its present time `now`:
///
/// - Roles that were created since are missing. In the place of some there is a role of the same name
///   with another id, which was deleted.
/// - What is known of the last use is what was known then. Some roles that are used now were idle.
/// - Some accounts have a role that was deleted since.
/// - [`super::DemoFacts::escalated_role`] was not an administrator.
/// - [`super::DemoFacts::joined_since`] was not in the organization.
#[must_use]
pub fn demo_earlier(now: Timestamp, seed: u64, ago: SignedDuration) -> World {
    let today = World::assemble(organization(now, seed), None);
    let mut then = today.organization.clone();
    then.now = today.now() - ago;
    let earlier = Earlier { now: then.now, hash: Hash::new(seed, "earlier") };
    for (place, account) in then.accounts.iter_mut().enumerate() {
        let view = today.account_at(place);
        let hash = earlier.hash.text(&account.id);
        // Written out, because generated roles follow from the present time.
        let roles = (0..view.role_count()).map(|place| view.role_at(place));
        account.roles = roles.filter_map(|role| earlier.role(role.into_owned(), hash.text("role"))).collect();
        account.generated_roles = 0;
        if account.is_usable() && hash.below(100) < DELETED {
            account.roles.push(earlier.deleted(hash));
        }
    }
    then.accounts.retain(|account| account.id != FACTS.joined_since);
    World::assemble(then, None)
}

struct Earlier {
    now: Timestamp,
    hash: Hash,
}

impl Earlier {
    /// A role as it was, if it was there.
    fn role(&self, mut role: RoleSpec, hash: Hash) -> Option<RoleSpec> {
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
