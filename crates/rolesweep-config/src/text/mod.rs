//! Texts: where something stands in them, what is wrong with them as TOML, and what may be shown of them.

pub(crate) mod source;
pub(crate) mod suggest;
pub(crate) mod syntax;
