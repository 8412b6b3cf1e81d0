//! The order for a scan: what to do, within which limits.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use rolesweep_model::{Account, AccountId, CallerIdentity, CollectParameters, ScanId};

use crate::limits::Limits;
use crate::ports::Page;

/// Everything that the engine needs to know before it makes its first call.
#[derive(Clone)]
pub struct Plan {
    /// The scan's id. It also seeds the jitter of waits, so that two scans do not retry in step.
    pub scan_id: ScanId,
    /// Who makes the calls. The partition of the audit role's ARN is the caller's.
    pub caller: CallerIdentity,
    /// What to collect, and of which accounts.
    pub parameters: CollectParameters,
    /// The external id to send. It is a secret, and `Debug` does not show it.
    pub external_id: Option<String>,
    /// Accounts that an earlier run of this scan finished. They count as known and are not called
    /// again.
    pub already_finished: BTreeSet<AccountId>,
    /// What an earlier run of this scan, or earlier scans, left of AWS's policies.
    pub aws_policies: KnownAwsPolicies,
    /// Accounts that the organization certainly has: its management account and the caller's. A
    /// list of accounts without them is not whole.
    pub members: BTreeSet<AccountId>,
    /// The first page of the organization's accounts, if it is already known. The list continues
    /// after it.
    pub first_page: Option<Page<Vec<Account>>>,
    /// Whether the report needs the names of OUs, as for threshold rules by an OU's path. Without
    /// the names the population is then not whole.
    pub needs_unit_names: bool,
    /// Notes for the reader from before the scan. They are stored with the scan's own notes.
    pub notes: Vec<String>,
    /// The limits of the scan.
    pub limits: Limits,
}

/// What is known of the policies that AWS manages before a scan calls anything.
#[derive(Debug, Clone, Default)]
pub struct KnownAwsPolicies {
    /// The ARN and version of each document that the sink has. These are not asked for again.
    pub documents: BTreeSet<(String, String)>,
    /// The policies that accounts of this scan have named already, each with its default version if
    /// that and the document are there.
    pub of_scan: BTreeMap<String, Option<String>>,
    /// How many calls these took, by IAM action.
    pub calls: BTreeMap<String, u64>,
}

impl Plan {
    /// A plan without external id and finished accounts, with the default limits.
    #[must_use]
    pub fn new(scan_id: ScanId, caller: CallerIdentity, parameters: CollectParameters) -> Self {
        Self {
            scan_id,
            caller,
            parameters,
            external_id: None,
            already_finished: BTreeSet::new(),
            aws_policies: KnownAwsPolicies::default(),
            members: BTreeSet::new(),
            first_page: None,
            needs_unit_names: false,
            notes: Vec::new(),
            limits: Limits::default(),
        }
    }

    /// The audit role's ARN in an account.
    #[must_use]
    pub fn role_arn(&self, account: AccountId) -> String {
        let role = self.parameters.role_name.trim_start_matches('/');
        format!("arn:{}:iam::{account}:role/{role}", self.caller.partition)
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan")
            .field("scan_id", &self.scan_id)
            .field("caller", &self.caller)
            .field("parameters", &self.parameters)
            .field("external_id", &self.external_id.as_ref().map(|_| "…"))
            .field("already_finished", &self.already_finished.len())
            .field("aws_policies", &self.aws_policies.of_scan.len())
            .field("members", &self.members)
            .field("first_page", &self.first_page.as_ref().map(|page| page.items.len()))
            .field("needs_unit_names", &self.needs_unit_names)
            .field("notes", &self.notes)
            .field("limits", &self.limits)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(role_name: &str) -> Plan {
        Plan::new(
            ScanId::generate("2026-01-01T00:00:00Z".parse().unwrap()),
            CallerIdentity {
                account_id: "000000000001".parse().unwrap(),
                arn: "arn:aws-cn:iam::000000000001:user/me".to_owned(),
                partition: "aws-cn".parse().unwrap(),
            },
            CollectParameters {
                role_name: role_name.to_owned(),
                external_id: true,
                session_name: "s1".to_owned(),
                session_seconds: 3600,
                filter: rolesweep_model::AccountFilter::default(),
                named_accounts_only: false,
                managed_policies: true,
                cross_check: false,
            },
        )
    }

    #[test]
    fn the_role_arn_has_the_callers_partition_and_the_roles_path() {
        let account = "000000000123".parse().unwrap();
        for (name, arn) in [
            ("Audit", "arn:aws-cn:iam::000000000123:role/Audit"),
            ("sec/Audit", "arn:aws-cn:iam::000000000123:role/sec/Audit"),
            ("/sec/Audit", "arn:aws-cn:iam::000000000123:role/sec/Audit"),
        ] {
            assert_eq!(plan(name).role_arn(account), arn);
        }
    }

    #[test]
    fn debug_shows_no_external_id() {
        let mut plan = plan("Audit");
        plan.external_id = Some("hunter2".to_owned());
        assert!(!format!("{plan:?}").contains("hunter2"));
    }
}
