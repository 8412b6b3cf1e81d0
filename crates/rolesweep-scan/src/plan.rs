//! What a scan is asked to do, and within which bounds.

use std::collections::BTreeSet;
use std::fmt;
use std::num::NonZeroUsize;
use std::time::Duration;

use rolesweep_model::{Account, AccountId, CallerIdentity, CollectParameters, ScanId};

use crate::ports::Page;

/// Everything that the engine needs to know before it makes its first call.
#[derive(Clone)]
pub struct Plan {
    /// The scan's id; it also seeds the jitter of waits, so that two scans do not retry in step.
    pub scan_id: ScanId,
    /// Who makes the calls. The partition of the audit role's ARN is the caller's.
    pub caller: CallerIdentity,
    /// What to collect, and of which accounts.
    pub parameters: CollectParameters,
    /// The external id to send along. A secret: `Debug` does not show it.
    pub external_id: Option<String>,
    /// Accounts that an earlier run of this scan finished: they count as known and are not called again.
    pub already_finished: BTreeSet<AccountId>,
    /// Accounts that the organization has for certain: its management account, and the caller's. A list of accounts without them is not whole.
    pub members: BTreeSet<AccountId>,
    /// The first page of the organization's accounts, where it was asked for already: the list goes on after it.
    pub first_page: Option<Page<Vec<Account>>>,
    /// Whether what is made of the scan needs the names of OUs, as threshold rules by an OU's path do. Without the names the population is
    /// not whole then.
    pub needs_unit_names: bool,
    /// What a reader should know that was found out before: it stands with the scan's own notes.
    pub notes: Vec<String>,
    /// The bounds.
    pub limits: Limits,
}

/// The bounds that a scan keeps to.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// How many accounts are called at the same time. As many again may be waiting for the ledger.
    pub concurrency: NonZeroUsize,
    /// How many roles and customer-managed policies a page is asked to hold, 1 to 1000 (AWS's limit); AWS may return fewer.
    pub page_size: u16,
    /// The ceiling for single-role calls, in calls per second and account.
    pub max_iam_rate: f64,
    /// How many bytes of pages may be under way between AWS and the ledger. An answer counts twice its length while it is read, and its facts
    /// count their [`RolePage::weight`](rolesweep_model::RolePage::weight) from then on. One page is let through however large it is.
    pub bytes_in_flight: usize,
    /// How long one account may take before it has failed.
    pub account_budget: Duration,
    /// How long accounts under way may go on once the scan is told to stop.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            concurrency: NonZeroUsize::new(64).unwrap_or(NonZeroUsize::MIN),
            page_size: 200,
            max_iam_rate: 5.0,
            bytes_in_flight: 48 << 20,
            account_budget: Duration::from_secs(10 * 60),
            grace: Duration::from_secs(5),
        }
    }
}

impl Limits {
    /// The bounds with each value inside the range that AWS and the engine can work with.
    pub(crate) fn within_range(mut self) -> Self {
        self.page_size = self.page_size.clamp(1, 1000);
        self.max_iam_rate = if self.max_iam_rate.is_finite() {
            self.max_iam_rate.clamp(0.05, 1000.0)
        } else {
            Self::default().max_iam_rate
        };
        self
    }
}

impl Plan {
    /// A plan without external id and earlier accounts, within the default bounds.
    #[must_use]
    pub fn new(scan_id: ScanId, caller: CallerIdentity, parameters: CollectParameters) -> Self {
        Self {
            scan_id,
            caller,
            parameters,
            external_id: None,
            already_finished: BTreeSet::new(),
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

    #[test]
    fn bounds_out_of_range_are_pulled_in() {
        let limits = Limits { page_size: 0, max_iam_rate: f64::NAN, ..Limits::default() }.within_range();
        assert_eq!(limits.page_size, 1);
        assert!((limits.max_iam_rate - 5.0).abs() < f64::EPSILON);
    }
}
