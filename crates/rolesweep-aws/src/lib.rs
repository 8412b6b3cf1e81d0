//! The engine's view of AWS ([`rolesweep_scan::ports::Cloud`]) on the AWS SDK for Rust.
//!
//! It translates and decides nothing: one method is one call, AWS's answer becomes facts of `rolesweep-model`, and AWS's
//! refusal a classified error. Paging, fallback, pace and second attempts are the engine's; only the SDK's own standard
//! retry is left to the SDK, with a retry partition for every account.
//!
//! Everything is read by the SDK but pages of roles, which are most of what there is to read: they pass it by (`aside`), and are read by `details`.
//!
//! [`connect`] puts the pieces together: one HTTP client (and so one connection pool) for every service, one client for
//! each service, and credentials and retry partition given with every call to IAM.

mod aside;
mod bounded;
mod classify;
mod clock;
mod cloud;
mod connect;
mod container;
mod credentials;
mod details;
mod endpoints;
mod error;
mod explained;
mod files;
mod foreign;
mod http;
mod identity;
mod instance;
mod json;
mod known;
mod limit;
mod lineage;
mod output;
mod plain;
mod profile;
mod providers;
mod proxies;
mod redact;
mod refusal;
mod secrets;
mod session;
mod settings;
pub mod shell;
mod spellings;
#[cfg(test)]
mod tests;
mod translate;
mod usable;
mod watch;
mod wellformed;
mod xml;

pub use cloud::AwsCloud;
pub use connect::connect;
pub use error::ConnectError;
pub use known::credentials_markdown;
pub use refusal::Refusal;
pub use session::AwsSession;
pub use settings::{FixedTarget, Settings};
