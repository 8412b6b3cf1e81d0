//! From facts and parameters to assessed roles: thresholds, statuses, dispositions, coverage,
//! totals.
//!
//! Everything here is a pure function: no AWS, no clock, no disk. The same facts with the same
//! [`Parameters`] always give the same assessments.

pub mod catalogue;
mod comparison;
mod coverage;
mod disposition;
mod disposition_reason;
mod exemption;
mod exemption_use;
mod explain;
mod family;
mod family_shapes;
#[cfg(test)]
mod fixture;
pub mod guides;
mod history;
mod judge;
mod known_account;
mod longest;
mod name_pattern;
mod named_ou;
pub mod ownership;
mod parameters;
mod place;
mod protected;
mod remark;
pub mod risk;
mod role_match;
pub mod rules;
mod status;
#[cfg(test)]
mod table;
mod threshold;
mod threshold_rule;
mod time;
mod totals;
mod trust;
mod usage;

pub use comparison::{AccountComparison, Change, ChangedRole, SeenRole};
pub use coverage::{AcceptedGap, Completeness, CoverageSummary};
pub use disposition::Disposition;
pub use exemption::Exemption;
pub use exemption_use::ExemptionUse;
pub use explain::{Grounds, PLACEHOLDERS, Way, history_lines, status_lines, ways_off};
pub use family::family;
pub use history::{LastUseSource, scans_idle, with_known_use};
pub use judge::{AccountRules, Assessment, Assessor};
pub use known_account::{AccountKind, KnownAccount, KnownAccounts};
pub use longest::Longest;
pub use named_ou::{NamedOu, ambiguous_ou, unknown_ous};
pub use parameters::Parameters;
pub use place::Place;
pub use protected::{PROTECTED, ProtectedRule, Protects};
pub use remark::{Remark, RemarkKind};
pub use role_match::RoleMatch;
pub use status::{Idle, Status};
pub use threshold::{Threshold, ThresholdError};
pub use threshold_rule::{TagMatch, ThresholdRule};
pub use time::{DAY, TRACKING_WINDOW};
pub use totals::Totals;
pub use trust::{TrustSummaries, trust_summary};
pub use usage::Usage;
