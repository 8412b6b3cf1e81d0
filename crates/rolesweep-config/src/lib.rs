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
mod resolve;
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

pub use builtin::by_flag as defaults;
pub use checks::OuSelector;
pub use errors::{ConfigErrors, Mistake};
pub use flags::Flags;
pub use keys::{KEYS, Key, OTHER_VARIABLES, Purpose, SECTIONS, Section, Setting};
pub use load::{From, load};
pub use resolve::{ConfigFile, Inputs, resolve};
pub use settings::{
    AssessSettings, CollectSettings, Color, Include, LogFormat, OutputSettings, Settings, Target,
    TerminalSettings, default_session_name,
};
pub use show::show;
pub use value::{Kind, Secret};
pub use view::View;

/// The lowest layer.
const DEFAULT: &str = include_str!("../../../config/default.toml");

/// What messages call the lowest layer.
const DEFAULT_NAME: &str = "config/default.toml (built in)";
