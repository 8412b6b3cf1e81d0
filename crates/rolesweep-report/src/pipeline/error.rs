//! Why a report could not be made.

use std::io;

use rolesweep_store::StoreError;

use crate::error::ReportError;

/// Why a report could not be made. The texts read well after "failed to".
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The facts could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The report could not be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The counts do not add up.
    #[error(
        "make a report: its counts do not add up; the store is damaged, or this is a defect in rolesweep"
    )]
    Unbalanced,
    /// The report is no longer wanted.
    #[error("make a report: it was interrupted")]
    Stopped,
    /// The system has no thread for the work.
    #[error("make a report: the system refused a thread")]
    Threads(#[source] io::Error),
    /// A thread panicked.
    #[error("make a report: a part of it was lost, which is a defect in rolesweep")]
    Lost,
}
