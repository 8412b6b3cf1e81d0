//! The engine's view of AWS ([`rolesweep_scan::ports::Cloud`]) on the AWS SDK for Rust.
//!
//! It translates and decides nothing: one method is one call, AWS's answer becomes facts of
//! `rolesweep-model`, and AWS's refusal becomes a classified error. The engine does paging,
//! fallback, pacing and further attempts. The SDK does only its standard retries, with a retry
//! partition for every account.
//!
//! The SDK reads every answer except pages of roles, which are most of the data. `capture_body`
//! hands these over unread, and [`rolesweep_details`] reads them.
//!
//! `rolesweep-connect` decides how AWS is reached: one client for each service is built on its
//! connection. Every call to IAM brings its own credentials and retry partition.

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
