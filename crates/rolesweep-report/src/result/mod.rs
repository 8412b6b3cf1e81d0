//! The record of a result: what a scan or a report came to, as one line of JSON for programs.
//!
//! Everything that hands a result on uses this one type. The form is a contract: keys are only
//! added. It has types of its own, so that the store's records can change. It holds no secret.
//! `docs/result.md` is made from the declarations in `record`.

mod form;
mod from_report;
mod line;
mod page;
mod record;

pub use page::result_markdown;
pub use record::{
    AccountCounts, Caller, ChangedSetting, ChangedSettings, Counted, DispositionCounts, ExitStatus, File,
    Files, OrganizationFacts, Problem, RoleCounts, ScanFacts, ScanResult, StatusCounts, Tool,
};

#[cfg(test)]
mod tests;
