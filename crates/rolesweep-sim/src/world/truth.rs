//! The truth about a world, for tests to compare with a scan's result.

use jiff::Timestamp;

use super::spec::{LastUse, LastUseIn};

/// The truth about a role, whatever the wire shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleTruth {
    /// The account's id.
    pub account_id: String,
    /// The role's ARN.
    pub arn: String,
    /// The role's unique id (`AROA…`).
    pub role_id: String,
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: String,
    /// When it was created.
    pub created: Timestamp,
    /// Its last use; `None` if none is recorded.
    pub last_use: Option<LastUse>,
    /// Which operations answer with the last use.
    pub last_use_in: LastUseIn,
    /// Its description.
    pub description: Option<String>,
    /// Its tags, in order.
    pub tags: Vec<(String, String)>,
    /// The ARNs of its attached policies.
    pub attached: Vec<String>,
    /// The names of its inline policies.
    pub inline: Vec<String>,
    /// The ARN of its permissions boundary.
    pub boundary: Option<String>,
    /// The names of its instance profiles.
    pub instance_profiles: Vec<String>,
    /// The text of its trust policy.
    pub trust: String,
}

/// The truth about an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountTruth {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its state; `None` if AWS gives none.
    pub state: Option<String>,
    /// The names of the OUs above it: `/Workloads/Prod`, and `/` for the root.
    pub ou_path: String,
    /// The ids of the root and of the OUs above it, with the root first.
    pub parents: Vec<String>,
    /// How many roles it has.
    pub roles: usize,
}
