//! Properties that hold for any bytes.
//!
//! Each function takes arbitrary bytes and treats them as input from outside. It panics if a
//! promise does not hold. `fuzz/fuzz_targets` passes the functions to libFuzzer, and
//! `tests/corpus.rs` runs them with the inputs that libFuzzer found.

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

/// A target, which takes bytes.
pub type Target = fn(&[u8]);

/// The targets by name. Their files under `fuzz/` have the same names.
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
