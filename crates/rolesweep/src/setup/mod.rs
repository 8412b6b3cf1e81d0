//! What is needed before the first scan: the audit role in every account, and the caller's
//! permissions.

mod commands;
mod documents;
mod guide;
mod principal;
#[cfg(test)]
mod tests;

pub(crate) use documents::{SetupInput, document_names};
pub(crate) use guide::guide;
pub(crate) use principal::CallerPrincipal;
