//! Texts: the place of a byte, what is wrong with a text as TOML, and how TOML quotes it.

pub(crate) mod quote;
pub(crate) mod source;
pub(crate) mod syntax;
