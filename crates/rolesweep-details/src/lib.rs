//! Reads pages of `GetAccountAuthorizationDetails` (IAM API reference): bytes in, typed records
//! out.
//!
//! Nearly everything that a scan reads is such a page. [`read`] skips what is not wanted, and does
//! not decode a text before somebody needs it. It is stricter than the SDK's own reader; the tests
//! of `rolesweep-aws` compare the two (`docs/design/reading-a-page.md`).

mod error;
mod read;
mod records;
pub mod xml;

pub use error::DetailsError;
pub use read::read;
pub use records::{Details, LastUsed, Named, PolicyDetail, RoleDetail, Text, Version};
