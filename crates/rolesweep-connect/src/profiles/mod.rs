//! AWS's own variables and profile files: which profile applies, and whose credentials are used.

pub(crate) mod chain;
pub(crate) mod files;
pub(crate) mod identity;
pub(crate) mod profile;
pub(crate) mod sdk_config;
pub(crate) mod variables;
