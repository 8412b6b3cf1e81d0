//! The table: how long AWS's calls take, and how many of them AWS accepts. Each figure has its
//! source.
//!
//! AWS publishes almost none of this. A figure without a source is marked as assumed. Most sources
//! are other people's measurements or limits, not statements by AWS. Figures that follow from the
//! table are *modelled*.

use std::time::Duration;

/// Where a figure comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// From this source.
    Sourced(&'static str),
    /// Without a source: an estimate of the order of magnitude.
    Assumed,
}

/// How long a call takes at the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latency {
    /// The time of every call.
    pub base: Duration,
    /// The time that each role on the page adds.
    pub per_role: Duration,
}

impl Latency {
    /// How long a call takes whose answer has this many roles.
    #[must_use]
    pub fn with_roles(self, roles: usize) -> Duration {
        self.base + self.per_role * u32::try_from(roles).unwrap_or(u32::MAX)
    }
}

/// Whose calls share a token bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Calls with one account's credentials, whatever account they are about.
    CallerAccount,
    /// Calls to one account.
    TargetAccount,
    /// Calls to the organization, by any caller.
    Organization,
}

impl Scope {
    /// In words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CallerAccount => "caller's account",
            Self::TargetAccount => "target account",
            Self::Organization => "organization",
        }
    }
}

/// A token bucket. It starts full, a call takes one token, and it is refilled at a steady rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// Its name. Operations with the same name share the bucket.
    pub name: &'static str,
    /// How many tokens are added per second.
    pub per_second: f64,
    /// Where that figure comes from.
    pub rate_source: Source,
    /// The maximum number of tokens.
    pub burst: u32,
    /// Where that figure comes from.
    pub burst_source: Source,
    /// Whose calls share it.
    pub scope: Scope,
}

impl Limit {
    /// The earliest time at which the `calls`-th call is accepted, counted from a full bucket. The
    /// first call is number 1.
    #[must_use]
    pub fn earliest(&self, calls: u64) -> Duration {
        let waiting = calls.saturating_sub(u64::from(self.burst));
        Duration::from_secs_f64(waiting as f64 / self.per_second)
    }
}

/// The figures for one operation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// The operation, as the IAM action that allows it.
    pub operation: &'static str,
    /// How long a call takes.
    pub latency: Latency,
    /// Where that figure comes from.
    pub latency_source: Source,
    /// How many calls are accepted; `None` for any number.
    pub limit: Option<&'static Limit>,
}

use Source::{Assumed, Sourced};

/// All of Organizations.
pub const ORGANIZATIONS: Limit = Limit {
    name: "Organizations",
    per_second: 10.0,
    rate_source: Assumed,
    burst: 20,
    burst_source: Assumed,
    scope: Scope::Organization,
};

/// All of STS.
pub const STS: Limit = Limit {
    name: "STS",
    per_second: 600.0,
    rate_source: Sourced(
        "AWS's page of IAM and STS quotas, as others quote it: 600 requests a second, per account and Region, shared by STS's operations",
    ),
    burst: 600,
    burst_source: Assumed,
    scope: Scope::CallerAccount,
};

/// GetAccountAuthorizationDetails.
pub const AUTHORIZATION_DETAILS: Limit = Limit {
    name: "GetAccountAuthorizationDetails",
    per_second: 5.0,
    rate_source: Assumed,
    burst: 10,
    burst_source: Assumed,
    scope: Scope::TargetAccount,
};

/// GetRole.
pub const GET_ROLE: Limit = Limit {
    name: "GetRole",
    per_second: 15.0,
    rate_source: Sourced(
        "the limit that turbot/steampipe-plugin-aws keeps to by itself (aws/plugin.go); AWS publishes none",
    ),
    burst: 15,
    burst_source: Assumed,
    scope: Scope::TargetAccount,
};

/// GetPolicy.
pub const GET_POLICY: Limit = Limit { name: "GetPolicy", per_second: 35.0, burst: 35, ..GET_ROLE };

/// GetPolicyVersion.
pub const GET_POLICY_VERSION: Limit = Limit { name: "GetPolicyVersion", ..GET_POLICY };

/// How long a throttled answer takes. Assumed.
pub const THROTTLED: Duration = Duration::from_millis(10);

/// Every operation that the simulator answers. Other calls take no time.
pub const TABLE: [Row; 15] = [
    row("organizations:ListAccounts", 100, Some(&ORGANIZATIONS)),
    row("organizations:DescribeOrganization", 100, Some(&ORGANIZATIONS)),
    row("organizations:DescribeAccount", 100, Some(&ORGANIZATIONS)),
    row("organizations:ListAccountsForParent", 100, Some(&ORGANIZATIONS)),
    row("organizations:ListOrganizationalUnitsForParent", 100, Some(&ORGANIZATIONS)),
    row("organizations:ListRoots", 100, Some(&ORGANIZATIONS)),
    row("organizations:ListTagsForResource", 100, Some(&ORGANIZATIONS)),
    row("sts:AssumeRole", 50, Some(&STS)),
    row("sts:GetCallerIdentity", 50, Some(&STS)),
    with_roles(row("iam:GetAccountAuthorizationDetails", 200, Some(&AUTHORIZATION_DETAILS)), 1_500),
    row("iam:ListRoles", 100, None),
    row("iam:GetRole", 35, Some(&GET_ROLE)),
    row("iam:GetPolicy", 35, Some(&GET_POLICY)),
    row("iam:GetPolicyVersion", 35, Some(&GET_POLICY_VERSION)),
    row("iam:ListAccountAliases", 35, None),
];

const fn row(operation: &'static str, millis: u64, limit: Option<&'static Limit>) -> Row {
    let latency = Latency { base: Duration::from_millis(millis), per_role: Duration::ZERO };
    Row { operation, latency, latency_source: Assumed, limit }
}

const fn with_roles(row: Row, micros: u64) -> Row {
    let latency = Latency { base: row.latency.base, per_role: Duration::from_micros(micros) };
    Row { latency, ..row }
}

/// The table's row for an operation.
#[must_use]
pub fn row_of(operation: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.operation == operation)
}

/// The table as Markdown, for the documentation.
#[must_use]
pub fn markdown() -> String {
    let mut out = String::from(
        "| operation | a call takes | each role adds | source | calls a second | source | burst | source | bucket |\n\
         |---|--:|--:|---|--:|---|--:|---|---|\n",
    );
    let mut notes = Vec::new();
    let mut source = |source: Source| match source {
        Assumed => "assumed".to_owned(),
        Sourced(text) => {
            let known = notes.iter().position(|&known| known == text);
            let number = known.unwrap_or_else(|| {
                notes.push(text);
                notes.len() - 1
            });
            format!("sourced [{}]", number + 1)
        }
    };
    for row in &TABLE {
        let Row { operation, latency, latency_source, limit } = row;
        let millis = |duration: Duration| match duration.as_secs_f64() * 1000.0 {
            0.0 => String::new(),
            millis => format!("{millis} ms"),
        };
        let (base, per_role) = (millis(latency.base), millis(latency.per_role));
        let latency_source = source(*latency_source);
        let limit = match limit {
            None => "no limit | | | | ".to_owned(),
            Some(limit) => format!(
                "{} | {} | {} | {} | {}, per {}",
                limit.per_second,
                source(limit.rate_source),
                limit.burst,
                source(limit.burst_source),
                limit.name,
                limit.scope.as_str()
            ),
        };
        out.push_str(&format!("| `{operation}` | {base} | {per_role} | {latency_source} | {limit} |\n"));
    }
    out.push_str(&format!(
        "| an answer that says to slow down | {} ms | | assumed | | | | | |\n",
        THROTTLED.as_millis()
    ));
    for (number, note) in notes.iter().enumerate() {
        out.push_str(&format!("\n[{}] {note}.\n", number + 1));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_the_figures_that_were_agreed() {
        let latency = |operation, roles| row_of(operation).unwrap().latency.with_roles(roles).as_micros();
        assert_eq!(latency("organizations:ListAccounts", 0), 100_000);
        assert_eq!(latency("sts:AssumeRole", 0), 50_000);
        assert_eq!(latency("iam:GetAccountAuthorizationDetails", 0), 200_000);
        assert_eq!(latency("iam:GetAccountAuthorizationDetails", 200), 500_000);
        assert_eq!(latency("iam:ListRoles", 100), 100_000);
        assert_eq!(latency("iam:GetRole", 1), 35_000);
        let limit = |operation| {
            let limit = row_of(operation).unwrap().limit.unwrap();
            (limit.per_second, limit.burst, limit.scope)
        };
        assert_eq!(limit("organizations:ListAccounts"), (10.0, 20, Scope::Organization));
        assert_eq!(limit("sts:AssumeRole"), (600.0, 600, Scope::CallerAccount));
        assert_eq!(limit("iam:GetAccountAuthorizationDetails"), (5.0, 10, Scope::TargetAccount));
        assert_eq!(limit("iam:GetRole"), (15.0, 15, Scope::TargetAccount));
        assert_eq!(row_of("iam:ListRoles").unwrap().limit, None);
        assert_eq!(row_of("iam:CreateRole"), None);
    }

    #[test]
    fn a_full_bucket_admits_its_burst_at_once() {
        assert_eq!(ORGANIZATIONS.earliest(1), Duration::ZERO);
        assert_eq!(ORGANIZATIONS.earliest(20), Duration::ZERO);
        assert_eq!(ORGANIZATIONS.earliest(21), Duration::from_millis(100));
        assert_eq!(ORGANIZATIONS.earliest(500), Duration::from_secs(48));
    }

    #[test]
    fn the_markdown_has_every_row_and_explains_every_source() {
        let text = markdown();
        for row in &TABLE {
            assert!(text.contains(&format!("| `{}` |", row.operation)), "{}", row.operation);
        }
        assert!(text.contains(
            "| `iam:GetAccountAuthorizationDetails` | 200 ms | 1.5 ms | assumed | 5 | assumed | 10 | assumed | \
             GetAccountAuthorizationDetails, per target account |\n"
        ));
        assert!(text.contains("| `iam:ListRoles` | 100 ms |  | assumed | no limit | | | |  |\n"));
        assert!(text.contains("[1] AWS's page") && text.contains("[2] the limit that turbot"));
        let columns = |line: &str| line.matches('|').count();
        assert!(text.lines().filter(|line| line.starts_with('|')).all(|line| columns(line) == 10), "{text}");
    }
}
