//! What users see: messages, progress, the summary, the log. Only this module writes to the
//! terminal.

pub(crate) mod comparison;
pub(crate) mod explanation;
pub(crate) mod gap_group;
pub(crate) mod lines;
pub(crate) mod log;
pub(crate) mod printer;
pub(crate) mod progress;
pub(crate) mod summary;
pub(crate) mod text;
