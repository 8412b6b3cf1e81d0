//! The settings: flags over the environment over a configuration file over the built-in defaults.
//!
//! One table of keys ([`keys`]) says what can be set. From texts to plain structs everything here is pure; only [`load`] touches the process's
//! environment and the disk.

mod accounts_file;
mod builtin;
mod checks;
#[cfg(test)]
mod docs;
mod duration;
mod environment;
mod errors;
mod file;
mod flags;
mod keys;
mod layer;
mod list;
mod load;
mod plain;
pub(crate) mod resolve;
mod row;
mod rules;
mod settings;
mod show;
mod source;
mod suggest;
mod syntax;
mod tables;
#[cfg(test)]
mod tests;
mod value;
mod view;

pub(crate) use builtin::by_flag as defaults;
pub(crate) use errors::ConfigErrors;
pub(crate) use flags::Flags;
pub(crate) use keys::{KEYS, OTHER_VARIABLES, Purpose, SECTIONS, Setting};
pub(crate) use load::{From, load};
pub(crate) use settings::{
    Color, Include, LogFormat, OutputSettings, Settings, Target, default_session_name,
};
pub(crate) use show::show;
pub(crate) use value::Kind;

/// The lowest layer.
const DEFAULT: &str = include_str!("../../../../config/default.toml");

/// What messages call the lowest layer.
const DEFAULT_NAME: &str = "config/default.toml (built in)";
