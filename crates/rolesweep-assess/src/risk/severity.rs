//! How bad it would be if somebody took a role over: one table over what the role could do and who
//! could take it over.

use std::fmt;

use serde::Serialize;

use super::privilege::{Privilege, PrivilegeLevel};
use super::trust::{Trust, TrustLevel};

/// How bad it would be if somebody took the role over. The worst is the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The least: an idle role is a finding by itself.
    Low,
    /// It can change or read something, and outsiders may come in.
    Medium,
    /// It can take over much, or outsiders can read data.
    High,
    /// Something about the role is not known or not understood, and without it the role is not
    /// critical. It may be.
    Unknown,
    /// Outsiders can take over much.
    Critical,
}

impl Severity {
    /// All of them, the worst first.
    pub const ALL: [Self; 5] = [Self::Critical, Self::Unknown, Self::High, Self::Medium, Self::Low];

    /// The word for files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Unknown => "unknown",
            Self::Critical => "critical",
        }
    }

    /// What it counts as if it is compared with a limit: `unknown` counts as `high`.
    #[must_use]
    pub fn counts_as(self) -> Self {
        if self == Self::Unknown { Self::High } else { self }
    }

    /// One step higher: how a role of the organization's management account counts.
    fn raised(self) -> Self {
        match self {
            Self::Low => Self::Medium,
            Self::Medium => Self::High,
            Self::High | Self::Critical => Self::Critical,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The severity of each privilege level, the highest first, with each of [`TrustLevel::ALL`], the
/// widest first.
pub const SEVERITIES: [(PrivilegeLevel, [Severity; TrustLevel::ALL.len()]); 8] = {
    use Severity::{Critical, High, Low, Medium};
    [
        // public, external-open, external-bound, membership-unknown, org, local, nobody
        (PrivilegeLevel::Admin, [Critical, Critical, Critical, Critical, High, High, Medium]),
        (PrivilegeLevel::Escalate, [Critical, Critical, High, High, High, High, Low]),
        (PrivilegeLevel::EscalateDependent, [Critical, High, High, High, Medium, Medium, Low]),
        (PrivilegeLevel::Data, [Critical, High, High, High, Medium, Medium, Low]),
        (PrivilegeLevel::DataScoped, [High, High, Medium, Medium, Low, Low, Low]),
        (PrivilegeLevel::Change, [High, Medium, Medium, Medium, Low, Low, Low]),
        (PrivilegeLevel::ReadOnly, [High, Medium, Medium, Medium, Low, Low, Low]),
        (PrivilegeLevel::None, [Medium, Low, Low, Low, Low, Low, Low]),
    ]
};

/// What a role that reads named data is at least if an account outside may assume it without an
/// external id: whoever can make that account act gets the data.
pub const SCOPED_DATA_WITHOUT_EXTERNAL_ID: Severity = Severity::High;

/// The severity of a role, and what it is at least if that is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rated {
    pub(super) severity: Severity,
    pub(super) at_least: Severity,
    /// Whether the management account makes them one step higher.
    pub(super) is_raised: bool,
}

impl Rated {
    pub(super) fn new(privilege: &Privilege, trust: &Trust, is_management_account: bool) -> Self {
        let at_least = in_table(privilege.level, trust.level);
        let at_least = match privilege.level {
            PrivilegeLevel::DataScoped if trust.outside_without_external_id => {
                at_least.max(SCOPED_DATA_WITHOUT_EXTERNAL_ID)
            }
            _ => at_least,
        };
        let before = at_least;
        let at_least = if is_management_account { at_least.raised() } else { at_least };
        let is_unknown = privilege.is_unknown || trust.is_unknown();
        // What is certainly critical stays so, whatever else is not understood.
        let severity = if is_unknown { at_least.max(Severity::Unknown) } else { at_least };
        Self { severity, at_least, is_raised: at_least != before }
    }
}

fn in_table(privilege: PrivilegeLevel, trust: TrustLevel) -> Severity {
    let row = SEVERITIES.iter().find(|(level, _)| *level == privilege).map(|(_, row)| row);
    let column = TrustLevel::ALL.iter().position(|level| *level == trust);
    // Both are complete, which a test makes sure of.
    row.zip(column).map_or(Severity::Critical, |(row, column)| row[column])
}
