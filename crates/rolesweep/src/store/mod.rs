//! Stores on the disk: where they are, which scans they hold, how a scan is resumed, and whether the files are still there.

pub(crate) mod file;
#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod paths;
pub(crate) mod resume_advice;
pub(crate) mod scans;
