//! What a role could do, who could take it over, and how bad that is.

pub mod chain;
mod confidence;
mod link;
mod overall;
pub mod privilege;
mod roles;
mod severity;
pub mod trust;
mod trusts;

pub use confidence::Confidence;
pub use overall::Risk;
pub use roles::{AccountRoles, Administrator, RoleFacts};
pub use severity::{SCOPED_DATA_WITHOUT_EXTERNAL_ID, SEVERITIES, Severity};
