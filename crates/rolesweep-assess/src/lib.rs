//! Facts and parameters to assessed roles: thresholds, statuses, dispositions, coverage, totals.
//!
//! Everything here is a pure function: no AWS, no clock, no disk. The same facts with the same [`Parameters`] give the same
//! assessments, whenever and wherever.

mod assess;
mod coverage;
mod exemption;
#[cfg(test)]
mod fixture;
mod longest;
mod parameters;
mod protected;
mod reason;
mod rule;
mod span;
#[cfg(test)]
mod table;
mod threshold;
mod totals;
mod trust;
mod usage;
mod words;

pub use assess::{Assessment, Assessor, Idle, Site, assess};
pub use coverage::{AcceptedGap, Completeness, CoverageSummary};
pub use exemption::{Exemption, RoleSelector};
pub use longest::Longest;
pub use parameters::{Parameters, Place};
pub use protected::{PROTECTED, ProtectedRule, Protects};
pub use rule::{TagMatch, ThresholdRule, ambiguous_ou, unknown_ous};
pub use span::{DAY, TRACKING_WINDOW};
pub use threshold::{Threshold, ThresholdError};
pub use totals::Totals;
pub use trust::{TrustSummaries, trust_summary};
pub use usage::{Remark, RemarkKind, Usage};
pub use words::{Disposition, Status};
