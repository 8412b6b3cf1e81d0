//! How AWS is reached: profiles, credentials, proxies, TLS, the HTTP client, AWS's clock, and what
//! a failed call means.
//!
//! [`connect`] reads AWS's own variables and files, refuses what is unclear, and gives a
//! [`Connection`]: one HTTP client with one connection pool, one cache of the caller's credentials,
//! and one set of time-outs for the clients of every service. This crate makes no calls except
//! those that get credentials. It does not know what the calls are for: scanning, publishing and
//! retiring build their own clients on a connection.

mod bounded;
mod clock;
mod connect;
mod connection;
pub mod credentials;
mod environment;
mod error;
pub mod errors;
mod http;
mod profiles;
pub mod secrets;
mod settings;
pub mod shell;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

pub use clock::ServerClock;
pub use connect::connect;
pub use connection::Connection;
pub use error::ConnectError;
pub use http::answer::CheckAnswer;
pub use http::body_limit::BodyLimit;
pub use profiles::variables::credentials_markdown;
pub use settings::{FixedTarget, Settings};
