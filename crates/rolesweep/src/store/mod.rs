//! Stores on the disk: their paths, the scans in them and which of them stay, how to resume a scan, and
//! whether the files still exist.

pub(crate) mod file;
#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod keep;
pub(crate) mod paths;
pub(crate) mod resume_advice;
pub(crate) mod scans;
