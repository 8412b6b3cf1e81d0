//! Why a page cannot be read.

use crate::xml::XmlError;

/// Why an answer cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DetailsError {
    /// It is not the expected XML.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// It is an answer to another call.
    #[error("it is not an answer to GetAccountAuthorizationDetails")]
    Other,
    /// Something comes twice that may come only once. Taking one of the two would lose the other.
    #[error("`{0}` occurs twice")]
    Twice(&'static str),
    /// Something is missing that has to be there.
    #[error("there is no `{0}`")]
    Missing(&'static str),
    /// An element is neither `true` nor `false`.
    #[error("`{0}` is neither `true` nor `false`")]
    Boolean(&'static str),
    /// An element is not a date.
    #[error("`{0}` is not a date")]
    Date(&'static str),
}
