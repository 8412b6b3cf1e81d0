//! What a role could do, who could take it over, and how bad that is.

mod confidence;
pub mod privilege;
mod roles;
pub mod trust;
mod trusts;

pub use confidence::Confidence;
pub use roles::{AccountRoles, Administrator, RoleFacts};
