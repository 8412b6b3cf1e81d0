//! What has to hold for any bytes at all.
//!
//! Each function takes arbitrary bytes, makes of them what its part of rolesweep reads from outside, and panics where a promise does not
//! hold. `fuzz/fuzz_targets` hands them to libFuzzer, and `tests/corpus.rs` gives them what libFuzzer has found worth keeping.

mod answers;
mod configuration;
mod csv;
mod facts;
mod ids;
mod pages;
mod policy;
mod store;

pub use answers::answers;
pub use configuration::config;
pub use csv::csv;
pub use facts::facts;
pub use ids::ids;
pub use pages::pages;
pub use policy::policy;
pub use store::store;

/// A target: what is done with bytes.
pub type Target = fn(&[u8]);

/// The targets by their names, which are those of their files under `fuzz/`.
pub const TARGETS: [(&str, Target); 8] = [
    ("answers", answers),
    ("config", config),
    ("csv", csv),
    ("facts", facts),
    ("ids", ids),
    ("pages", pages),
    ("policy", policy),
    ("store", store),
];
