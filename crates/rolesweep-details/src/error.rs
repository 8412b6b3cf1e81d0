//! Why a page cannot be read.

use crate::xml::XmlError;

/// Why an answer cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DetailsError {
    /// It is not the XML that it should be.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// It is something else.
    #[error("it is no answer to GetAccountAuthorizationDetails")]
    Other,
    /// What has to be there once is there again: whichever were taken, the other would be lost.
    #[error("`{0}` is there twice")]
    Twice(&'static str),
    /// What has to be there is missing.
    #[error("there is no `{0}`")]
    Missing(&'static str),
    /// An element holds what it cannot hold.
    #[error("`{0}` is neither `true` nor `false`")]
    Boolean(&'static str),
    /// The same.
    #[error("`{0}` is no date")]
    Date(&'static str),
}
