//! The demo's organization. It is small enough to look through, and has all the special cases of
//! real ones.

mod accounts;
mod earlier;
mod edge_cases;
mod facts;
mod platform;
mod risks;

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

pub use facts::DemoFacts;

use self::accounts::{ACCOUNTS, INVITED, Row, UNITS};
use super::World;
use super::managed::managed_arn;
use super::organization::OrganizationSpec;
use super::spec::{AccountSpec, RoleSpec};
use crate::hash::Hash;

const FACTS: DemoFacts = DemoFacts::ALL;
/// The external id that one account's audit role requires and that the demo does not send.
const EXTERNAL_ID: &str = "ir-7f3c2a";
/// The name of the caller's role.
const RUNNER: &str = "rolesweep-runner";

/// The demo's organization as of `now` (cut to whole seconds). Accounts and OUs are the same for
/// every seed. Ids and generated roles follow from the seed. [`DemoFacts`] lists its special cases.
#[must_use]
pub fn demo(now: Timestamp, seed: u64) -> World {
    // A test shows that it passes the checks for any seed, so they are omitted here.
    World::assemble(organization(now, seed), None)
}

/// The demo's organization as it was `ago` before its present time `now`, by which it differs in every
/// way that a comparison of two scans knows:
///
/// - Roles that were created since are missing. In the place of some there is a role of the same name
///   with another id, which was deleted.
/// - What is known of the last use is what was known then. Some roles that are used now were idle.
/// - Some accounts have a role that was deleted since.
/// - [`DemoFacts::escalated_role`] was not an administrator.
/// - [`DemoFacts::joined_since`] was not in the organization.
#[must_use]
pub fn demo_earlier(now: Timestamp, seed: u64, ago: SignedDuration) -> World {
    let today = demo(now, seed);
    let mut organization = today.organization.clone();
    for (place, account) in organization.accounts.iter_mut().enumerate() {
        let view = today.account_at(place);
        // Generated roles follow from the present time.
        account.roles = (0..view.role_count()).map(|place| view.role_at(place).into_owned()).collect();
        account.generated_roles = 0;
    }
    organization.now -= ago;
    let builder = Builder { seed, now: organization.now, partition: organization.partition.clone() };
    builder.turn_back(&mut organization.accounts);
    World::assemble(organization, None)
}

/// Makes roles as of one instant.
struct Builder {
    seed: u64,
    now: Timestamp,
    partition: String,
}

fn organization(now: Timestamp, seed: u64) -> OrganizationSpec {
    let mut spec = OrganizationSpec::new(seed, now);
    let builder = Builder { seed, now: spec.now, partition: spec.partition.clone() };
    spec.accounts.clear();
    spec.management_account = FACTS.management.to_owned();
    spec.delegated_administrators = vec![FACTS.caller_account.to_owned()];
    for caller in &mut spec.callers {
        caller.account = FACTS.caller_account.to_owned();
    }
    spec.audit.caller_arn = format!("arn:aws:iam::{}:role/{RUNNER}", FACTS.caller_account);
    spec.audit.organization = Some(spec.id.clone());
    spec.wire.short_pages = true;
    spec.wire.empty_pages = Some(3);
    let mut units = HashMap::new();
    for path in UNITS {
        let (parent, name) =
            path.rsplit_once('/').map_or((None, path), |(parent, name)| (units.get(parent), name));
        let id = spec.unit(name, parent.map(String::as_str));
        units.insert(path, id);
    }
    for row in &ACCOUNTS {
        let audit = builder.audit_role(&spec, row.0);
        let account = builder.account(row, units.get(row.2), audit);
        spec.accounts.push(account);
    }
    spec
}

impl Builder {
    /// The audit role of an account: what it may do there, or why it cannot be assumed.
    fn audit_role(&self, spec: &OrganizationSpec, id: &str) -> Option<RoleSpec> {
        let audit = spec.audit.clone();
        let audit = if id == FACTS.denied[0] || FACTS.not_active[3].0 == id {
            return None;
        } else if id == FACTS.denied[1] {
            super::AuditRole {
                caller_arn: format!("arn:aws:iam::{}:role/audit-2019", FACTS.caller_account),
                ..audit
            }
        } else if id == FACTS.denied[2] {
            audit.with_external_id(EXTERNAL_ID)
        } else if id == FACTS.fallback {
            audit.denying(&["iam:GetAccountAuthorizationDetails"])
        } else if id == FACTS.list_only {
            audit.allowing(&["iam:ListRoles"])
        } else {
            audit
        };
        let mut role = audit.role(self.now - days(500), self.now);
        if FACTS.denied.contains(&id) {
            // It cannot have been used just now.
            role.last_use = None;
        }
        Some(role)
    }

    fn account(&self, row: &Row, unit: Option<&String>, audit: Option<RoleSpec>) -> AccountSpec {
        let &Row(id, name, path, roles) = row;
        let hash = Hash::new(self.seed, "demo account").text(id);
        // The accounts are older than anything in them. One has just been requested, and is not
        // usable yet.
        let age = if id == FACTS.not_active[3].0 {
            days(1)
        } else {
            days(2960 + hash.below(300) as i64)
                + SignedDuration::from_secs(hash.number(1).below(86_400) as i64)
        };
        let joined = self.now - age;
        let mut account = AccountSpec::new(id, name, joined);
        account.unit = unit.cloned();
        account.invited = INVITED.contains(&id);
        account.alias = Some(format!("larkfield-{name}"));
        let environment = if path.contains("Prod") { "prod" } else { "other" };
        account.tags = vec![
            ("environment".to_owned(), environment.to_owned()),
            ("cost-centre".to_owned(), format!("{:04}", hash.number(2).below(10_000))),
        ];
        if let Some((_, state)) = FACTS.not_active.iter().find(|(known, _)| *known == id) {
            account.in_state(Some(state));
        }
        if id != FACTS.empty && id != FACTS.not_active[3].0 {
            self.roles(&mut account, path, joined);
        }
        account.roles.extend(audit);
        account.generated_roles = roles;
        if id == FACTS.joined_since {
            // It was another organization's.
            account.joined = self.now - days(40);
        }
        if id == FACTS.largest {
            account.generated_roles = 2_500 - u32::try_from(account.roles.len()).unwrap_or_default();
        }
        account
    }

    /// The roles of an account that its teams did not create.
    fn roles(&self, account: &mut AccountSpec, path: &str, joined: Timestamp) {
        let id = account.id.clone();
        if !path.starts_with("Acquisitions") {
            self.landing_zone(account, joined);
        }
        if !account.invited && id != FACTS.management {
            self.break_glass(account, joined);
        }
        match id.as_str() {
            id if id == FACTS.caller_account => {
                account.role(self.old(RUNNER).used_in(self.now, "us-east-1"));
                account.users.push("break-glass".to_owned());
            }
            id if id == FACTS.threshold => self.thresholds(account),
            id if id == FACTS.texts => self.texts(account),
            id if id == FACTS.formulas => self.formulas(account),
            id if id == FACTS.unanswered => self.unanswered(account),
            id if id == FACTS.recreated => self.recreated(account),
            id if id == FACTS.impostors => self.impostors(account),
            id if id == FACTS.management => self.vending(account),
            _ => {}
        }
        match account.name.as_str() {
            "ci-cd" | "checkout-prod" | "data-lake-prod" | "logistics-prod" => {
                self.cdk(account, joined + days(90))
            }
            "warehouse-prod" => self.forgotten(account),
            "artifacts" => self.risks(account),
            "ml-platform-prod" => self.service_roles(account, 9),
            "customer-portal-prod" | "mobile-dev" => self.service_roles(account, 3),
            _ => {}
        }
    }

    /// The ARN of one of AWS's own policies.
    fn managed(&self, name: &str) -> String {
        managed_arn(&self.partition, name)
    }

    /// The ARN that means a whole account.
    fn root_of(&self, account: &str) -> String {
        format!("arn:{}:iam::{account}:root", self.partition)
    }
}

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

#[cfg(test)]
mod tests;
