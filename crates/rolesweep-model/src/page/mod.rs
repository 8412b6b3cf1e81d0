//! The stored form of a page of roles: one record whose named fields are columns.
//!
//! Names stand once for a page and not once for each role, and still make the form additive: an older record reads into a newer version, for
//! which a column that it lacks is zero for every role, and zero stands for "not there" wherever a column was added later. Texts are kept
//! once, behind each other, and a role has their numbers; numbers are of as few bytes as they need. So a page is smaller before
//! compression than its texts are, and is read without an allocation for each role.
//!
//! A list is its length and one more, and then its items; zero stands for one that was not collected.

mod numbers;
mod read;
mod texts;
mod write;

use serde::{Deserialize, Serialize};

use numbers::Column;

pub use read::RoleReader;
pub use write::{PageRecord, encode_page};

/// A page as it is stored. What is required came with the first version; every later column is zero where it is missing.
#[derive(Serialize, Deserialize)]
struct Columns<'a> {
    /// How many roles there are.
    roles: u64,
    /// Texts that several roles may have, one behind the other, and their lengths.
    #[serde(borrow)]
    texts: &'a str,
    #[serde(borrow)]
    text_lengths: Column<'a>,
    /// The roles' ARNs, one behind the other, and their lengths.
    #[serde(borrow)]
    arns: &'a str,
    #[serde(borrow)]
    arn_lengths: Column<'a>,
    /// The roles' ids, one behind the other, and their lengths.
    #[serde(borrow)]
    role_ids: &'a str,
    #[serde(borrow)]
    role_id_lengths: Column<'a>,
    /// An instant each.
    #[serde(borrow)]
    created_at: Column<'a>,
    /// 0 not collected, 1 none recorded, 2 used. The two columns behind it have something only for roles that were used: an instant, and the text
    /// of the Region, if any.
    #[serde(borrow)]
    last_use: Column<'a>,
    #[serde(borrow)]
    last_used_at: Column<'a>,
    #[serde(borrow)]
    last_used_region: Column<'a>,
    /// 0 `GetAccountAuthorizationDetails`, 1 `GetRole`, 2 `ListRoles`.
    #[serde(borrow)]
    evidence: Column<'a>,
    /// A text, if any.
    #[serde(borrow)]
    trust_policy: Column<'a>,
    /// A list of texts in pairs, ARN and name.
    #[serde(borrow)]
    attached_policies: Column<'a>,
    /// A list of texts.
    #[serde(borrow)]
    inline_policy_names: Column<'a>,
    /// 0 not collected, 1 none; beyond those a text.
    #[serde(borrow)]
    permissions_boundary: Column<'a>,
    /// A list of texts in pairs, key and value.
    #[serde(borrow)]
    tags: Column<'a>,
    /// A list of texts in pairs, ARN and name.
    #[serde(borrow)]
    instance_profiles: Column<'a>,
    /// A text, if any.
    #[serde(borrow, default)]
    description: Column<'a>,
    /// A number, if any.
    #[serde(borrow, default)]
    max_session_seconds: Column<'a>,
}

#[cfg(test)]
mod tests;
