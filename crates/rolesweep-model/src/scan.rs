//! A scan as a whole: who asked for what, with which parameters, and how it ended.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::OrganizationalUnit;
use crate::arn::Partition;
use crate::ids::{AccountId, OrganizationId, ParentId, ScanId};
use crate::ou_tree::OuTree;

/// Who makes the calls: the answer of `sts:GetCallerIdentity`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallerIdentity {
    /// The caller's account.
    pub account_id: AccountId,
    /// The caller's ARN: a user, or an assumed role with its session name.
    pub arn: String,
    /// The partition that the ARN is in.
    pub partition: Partition,
}

/// The organization that the caller is in: the answer of `organizations:DescribeOrganization`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Its management account.
    pub management_account_id: AccountId,
}

/// What one store is bound to: an organization, or the caller's account if the caller is in none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreKey {
    /// An organization.
    Organization(OrganizationId),
    /// A caller outside of any organization, by its account.
    Caller(AccountId),
}

impl fmt::Display for StoreKey {
    /// The stem of the store's file name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Organization(id) => f.pad(id.as_str()),
            Self::Caller(id) => write!(f, "account-{id}"),
        }
    }
}

/// Where a scan's facts come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// AWS, or an endpoint that the caller set instead.
    Aws,
    /// The embedded organization of `--demo`.
    Demo,
}

/// Which part of the organization a scan meant to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Every account that `ListAccounts` returned.
    Organization,
    /// `ListAccounts` in full, of which the caller selected or excluded a part.
    Part,
    /// Accounts that the caller named, without a list to check them against.
    Named,
}

/// Which accounts are wanted. All others of the population become `excluded`, with the rule that
/// excluded them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountFilter {
    /// Only these accounts, if there are any.
    pub accounts: BTreeSet<AccountId>,
    /// Not these accounts.
    pub exclude_accounts: BTreeSet<AccountId>,
    /// Only accounts below one of these, if there are any.
    pub ous: BTreeSet<ParentId>,
    /// Not the accounts below one of these.
    pub exclude_ous: BTreeSet<ParentId>,
    /// Only accounts below one of these, by paths of names such as `/Workloads/Prod`, if there are
    /// any (together with `ous`).
    #[serde(default)]
    pub ou_paths: BTreeSet<String>,
    /// Not the accounts below one of these, by paths of names.
    #[serde(default)]
    pub exclude_ou_paths: BTreeSet<String>,
}

impl AccountFilter {
    /// Whether it selects every account.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What to collect. It is stored with the scan; a scan resumes only with the same parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectParameters {
    /// The audit role's name, with its path if it has one, without a leading `/`.
    pub role_name: String,
    /// Whether an external id is sent along. The id itself is a secret and is never kept.
    pub external_id: bool,
    /// The session name that the audit role is assumed with.
    pub session_name: String,
    /// How long the audit role's sessions last, in seconds.
    pub session_seconds: u32,
    /// Which accounts are wanted.
    pub filter: AccountFilter,
    /// Whether the accounts are the caller's list alone, because the organization is not listed.
    pub named_accounts_only: bool,
    /// Whether the documents of managed policies are collected along with the roles.
    pub managed_policies: bool,
    /// Whether the roles of each account are listed a second way.
    #[serde(default)]
    pub cross_check: bool,
}

/// One scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// Its id.
    pub id: ScanId,
    /// When it began. A report's `as_of` is this time unless somebody sets it.
    pub started_at: Timestamp,
    /// The version of rolesweep that made it.
    pub tool_version: String,
    /// Where its facts come from.
    pub source: Source,
    /// Endpoints that were set instead of AWS's own, by service.
    pub endpoints_overridden: Vec<String>,
    /// Who made the calls.
    pub caller: CallerIdentity,
    /// The organization; `None` if the caller is in none, or may not know.
    pub organization: Option<Organization>,
    /// Which part of the organization it meant to see.
    pub scope: Scope,
    /// What was collected.
    pub parameters: CollectParameters,
    /// How far this machine's clock was ahead of AWS's when the scan began, in seconds; negative if
    /// it was behind. `None` if AWS's answers carried no time.
    #[serde(default)]
    pub clock_difference_seconds: Option<i64>,
    /// How it ended; `None` while it runs, and after it was killed.
    pub end: Option<ScanEnd>,
}

impl Scan {
    /// What the store of this scan is bound to.
    #[must_use]
    pub fn store_key(&self) -> StoreKey {
        match &self.organization {
            Some(organization) => StoreKey::Organization(organization.id.clone()),
            None => StoreKey::Caller(self.caller.account_id),
        }
    }

    /// Whether it came to its end by itself, with or without gaps.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.end.as_ref().is_some_and(|end| end.interrupted.is_none())
    }

    /// The tree of its OUs, as far as they are known.
    #[must_use]
    pub fn ou_tree(&self) -> OuTree {
        let units = self.end.as_ref().map(|end| end.organizational_units.as_slice());
        OuTree::new(units.unwrap_or_default())
    }

    /// Whether it reads only accounts or OUs that the caller selected. A scan of all but some is no
    /// selection.
    #[must_use]
    pub fn is_selection(&self) -> bool {
        let CollectParameters { named_accounts_only, filter, .. } = &self.parameters;
        *named_accounts_only
            || !(filter.accounts.is_empty() && filter.ous.is_empty() && filter.ou_paths.is_empty())
    }

    /// The largest difference that was seen between this machine's clock and AWS's, in seconds,
    /// when the scan began or later.
    #[must_use]
    pub fn largest_clock_difference(&self) -> Option<i64> {
        let of_end = self.end.as_ref().and_then(|end| end.clock_difference_seconds);
        self.clock_difference_seconds.into_iter().chain(of_end).max_by_key(|seconds| seconds.unsigned_abs())
    }

    /// Whether that difference is larger than [`crate::clock::TOLERANCE_SECONDS`].
    #[must_use]
    pub fn clock_was_off(&self) -> bool {
        self.largest_clock_difference().is_some_and(crate::clock::is_off)
    }
}

/// How many policies that AWS manages a scan has read, beside its accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwsPolicyCount {
    /// How many the roles of all accounts name.
    pub named: u64,
    /// Of how many the document is known.
    pub read: u64,
    /// The calls that this took, by IAM action. The records of the accounts do not have them.
    pub calls: BTreeMap<String, u64>,
}

/// How a scan ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanEnd {
    /// When.
    pub finished_at: Timestamp,
    /// Whether the population is whole. `ListAccounts` was read to its end, or the caller's list
    /// was the population; every walk of the OUs reached its end; and no name is missing that the
    /// scan's rules need.
    pub population_complete: bool,
    /// Who or what stopped it early, if anything did.
    pub interrupted: Option<String>,
    /// The roots and OUs with their names, as far as they could be read.
    pub organizational_units: Vec<OrganizationalUnit>,
    /// What a reader should know and no account's record says, such as OU names that could not be
    /// read.
    pub notes: Vec<String>,
    /// The policies that AWS manages; `None` if they were not collected.
    #[serde(default)]
    pub aws_policies: Option<AwsPolicyCount>,
    /// The largest difference between this machine's clock and AWS's while the scan ran, in
    /// seconds, as in [`Scan::clock_difference_seconds`].
    #[serde(default)]
    pub clock_difference_seconds: Option<i64>,
}
