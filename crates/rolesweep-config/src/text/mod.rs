//! Texts: where something stands in them, what is wrong with them as TOML, and how TOML quotes them.

pub(crate) mod quote;
pub(crate) mod source;
pub(crate) mod suggest;
pub(crate) mod syntax;
