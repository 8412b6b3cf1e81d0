//! What a role could do, who could take it over, and how bad that is.

mod confidence;
pub mod trust;

pub use confidence::Confidence;
