//! What a role may do through others.

use std::sync::Arc;

use hashbrown::HashMap;
use rolesweep_model::text::{count, one_line};

use super::chains::Chains;
use super::search::{Reached, search};
use super::step::From;
use crate::risk::Confidence;
use crate::risk::privilege::{Code, Privilege, PrivilegeLevel};

/// What was found for roles of an account that have the same judgement. One for each thread.
#[derive(Debug, Default)]
pub struct ChainMemo(HashMap<(usize, u64), (Arc<Privilege>, Arc<Privilege>)>);

/// How many answers a thread remembers.
const REMEMBERED: usize = 4096;

/// How many accounts outside the scan evidence names.
const OUTSIDE: usize = 5;

impl Chains {
    /// What a role may do, with the roles that it may assume directly or through others. The same if
    /// they add nothing.
    #[must_use]
    pub fn extend(&self, memo: &mut ChainMemo, arn: &str, privilege: &Arc<Privilege>) -> Arc<Privilege> {
        let is_highest = privilege.level >= PrivilegeLevel::Escalate && !privilege.is_unknown;
        let is_named = self.naming(arn).next().is_some();
        if is_highest || (privilege.assumes.allowed.is_empty() && !is_named) {
            return Arc::clone(privilege);
        }
        let mut parts = arn.splitn(6, ':').skip(1);
        let partition = parts.next().unwrap_or_default();
        let account = parts.nth(2).and_then(|account| account.parse::<u64>().ok());
        let resource = parts.next().and_then(|rest| rest.strip_prefix("role/"));
        let (Some(account), Some(resource)) = (account, resource) else { return Arc::clone(privilege) };
        let key = (Arc::as_ptr(privilege) as usize, account);
        // A role does not reach itself, but others with the same judgement may reach it.
        let is_shared = !is_named && !self.has_role(partition, account, resource);
        if is_shared && let Some((_, known)) = memo.0.get(&key) {
            return Arc::clone(known);
        }
        let accounts = [account];
        let reached = search(self, &From::role(partition, &accounts, resource, privilege));
        let extended = self.with(privilege, &reached);
        if is_shared {
            if memo.0.len() >= REMEMBERED {
                memo.0.clear();
            }
            // The judgement is kept so that its address stays its own.
            memo.0.insert(key, (Arc::clone(privilege), Arc::clone(&extended)));
        }
        extended
    }

    fn with(&self, privilege: &Arc<Privilege>, reached: &Reached) -> Arc<Privilege> {
        let mut more = Vec::new();
        let mut extended = Privilege::clone(privilege);
        let gained = reached.level.map_or(PrivilegeLevel::None, |level| level.min(PrivilegeLevel::Escalate));
        if let Some(example) = &reached.example
            && gained > privilege.level
            && gained >= PrivilegeLevel::Data
        {
            extended.level = gained;
            extended.confidence = example.confidence;
            extended.codes.insert(0, Code::RoleChain);
            more.push(evidence(reached));
        }
        let mut unknown = None;
        if self.is_full {
            unknown = Some(
                "the roles that it may assume are not known, because the scan has too many roles".to_owned(),
            );
        } else if extended.level < PrivilegeLevel::Escalate {
            if let Some(arn) = &reached.unknown {
                unknown =
                    Some(format!("it may assume {}, and nobody can say what that role may do", short(arn)));
            } else if reached.is_cut {
                unknown = Some("it may assume more roles than were followed".to_owned());
            }
        }
        let outside = self.outside(privilege);
        if more.is_empty() && unknown.is_none() && outside.is_none() {
            return Arc::clone(privilege);
        }
        if let Some(why) = unknown {
            more.push(format!("may be more: {why}"));
            if !extended.is_unknown {
                extended.codes.push(Code::Unknown);
            }
            extended.is_unknown = true;
        }
        if extended.is_unknown {
            extended.confidence = Confidence::Low;
        }
        more.extend(outside);
        extended.evidence.splice(0..0, more);
        Arc::new(extended)
    }

    /// The accounts that policies name in `sts:AssumeRole` and that the scan does not have.
    fn outside(&self, privilege: &Privilege) -> Option<String> {
        let named = privilege.assumes.allowed.iter().filter_map(|assumable| {
            let account = assumable.pattern.split(':').nth(4)?;
            let number = account.parse().ok()?;
            (account.len() == 12 && !self.has_account(number)).then_some(account)
        });
        let mut named: Vec<&str> = named.collect();
        named.sort_unstable();
        named.dedup();
        (!named.is_empty()).then(|| {
            let named = rolesweep_model::text::first_few(&named, OUTSIDE, named.len());
            format!("may assume roles of accounts that are not in the scan: {named}")
        })
    }
}

fn evidence(reached: &Reached) -> String {
    let what = match reached.level {
        Some(PrivilegeLevel::Admin) => "administrator",
        Some(PrivilegeLevel::Escalate | PrivilegeLevel::EscalateDependent) => {
            "role that can gain more rights"
        }
        _ => "role that reads or destroys data",
    };
    let roles = match (reached.roles, reached.level) {
        (1, _) => format!("1 {what}"),
        (number, Some(PrivilegeLevel::Admin)) => count(number as u64, what),
        (number, _) => format!("{} ({what})", count(number as u64, "role")),
    };
    let accounts = count(reached.accounts.len() as u64, "account");
    let at_least = if reached.is_cut { "at least " } else { "" };
    let example = reached.example.as_ref().map_or(String::new(), |example| {
        let through = example.through.as_ref().map(|arn| format!(", through {}", short(arn)));
        let open = if example.is_open { ", which anyone may assume" } else { "" };
        format!(", such as {}{}{open}", short(&example.arn), through.unwrap_or_default())
    });
    format!("can assume {at_least}{roles} in {accounts}: sts:AssumeRole{example}")
}

fn short(arn: &str) -> String {
    one_line(arn).chars().take(200).collect()
}
