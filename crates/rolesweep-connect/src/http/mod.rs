//! The HTTP client: time-outs, proxies, certificates, endpoints, and how large an answer may be.

pub(crate) mod answer;
pub(crate) mod body_limit;
pub(crate) mod client;
pub(crate) mod endpoints;
pub(crate) mod explain;
pub(crate) mod proxies;
pub(crate) mod timeouts;
pub(crate) mod urls;
pub(crate) mod wrapped;
