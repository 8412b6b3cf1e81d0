//! What is needed before the first scan: the audit role in every account, and the caller's
//! permissions.

mod boundary;
mod documents;
mod guide;
mod input;
mod policies;
mod principal;
mod tags;
mod templates;
#[cfg(test)]
mod tests;

pub(crate) use boundary::PermissionsBoundary;
pub(crate) use documents::Document;
pub(crate) use guide::guide;
pub(crate) use input::SetupInput;
pub(crate) use principal::CallerPrincipal;
pub(crate) use tags::Tags;

/// The files of `config/iam/` that follow from the code, and the steps on the page beside them.
#[cfg(test)]
pub(crate) mod pages {
    pub(crate) use super::guide::steps_markdown;
    pub(crate) use super::templates::stackset_of_the_stack;
    pub(crate) use super::tests::open;
}
