//! AWS's own variables and profile files: which profile applies, and whose credentials are used.

pub(crate) mod chain;
pub(crate) mod files;
pub(crate) mod identity;
pub(crate) mod known;
pub(crate) mod plain;
pub(crate) mod profile;
