//! The HTTP client: time-outs, proxies, certificates, endpoints, and how large an answer may be.

pub(crate) mod client;
pub(crate) mod endpoints;
pub(crate) mod explained;
pub(crate) mod limit;
pub(crate) mod proxies;
pub(crate) mod timeouts;
