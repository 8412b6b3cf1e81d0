//! Two scans compared: which ones can be, and how many roles have each change.

mod counts;
mod previous;

pub use counts::ChangeCounts;
pub use previous::{are_on_the_same_accounts, comparable_scans, previous_scan, was_read};
