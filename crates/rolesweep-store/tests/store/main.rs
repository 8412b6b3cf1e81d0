//! The store's promises, through its public API.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use rolesweep_testing as support;

mod crash;
mod documents;
mod files;
mod golden;
mod model;
mod refusals;
