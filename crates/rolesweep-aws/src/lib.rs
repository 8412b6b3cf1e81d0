//! The engine's view of AWS ([`rolesweep_scan::ports::Cloud`]) on the AWS SDK for Rust.
//!
//! It translates and decides nothing: one method is one call, AWS's answer becomes facts of
//! `rolesweep-model`, and AWS's refusal a classified error. Paging, fallback, pace and second
//! attempts are the engine's; only the SDK's own standard retry is left to the SDK, with a retry
//! partition for every account.
//!
//! The SDK reads every answer but pages of roles, which are most of what there is to read:
//! `capture_body` hands these over unread, and [`rolesweep_details`] reads them.
//!
//! How AWS is reached is `rolesweep-connect`'s: one client for each service is built on its
//! connection, and credentials and retry partition are given with every call to IAM.

mod capture_body;
mod cloud;
mod failure;
mod json;
mod session;
#[cfg(test)]
mod tests;
mod translate;
mod wellformed;

pub use cloud::AwsCloud;
pub use session::AwsSession;
