//! Reads pages of `GetAccountAuthorizationDetails` (IAM API reference): bytes in, typed records
//! out.
//!
//! Such pages are nearly all that a scan reads. [`read`] passes over what is not wanted, and text
//! stays in the answer until somebody needs it. It is stricter than the SDK's own reader; the tests
//! of `rolesweep-aws` compare the two (`docs/design/reading-a-page.md`).

mod error;
mod read;
mod records;
pub mod xml;

pub use error::DetailsError;
pub use read::read;
pub use records::{Details, LastUsed, Named, PolicyDetail, RoleDetail, Text, Version};
