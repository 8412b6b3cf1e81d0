//! The settings: flags over the environment over a configuration file over the built-in defaults.
//!
//! One declaration for each setting ([`settings`]) says what can be set; file, environment, flags, defaults and documentation follow from it. From texts to plain structs everything here is pure; only [`load`] touches the process's
//! environment and the disk.

mod accounts_file;
mod checks;
mod choices;
mod declare;
#[cfg(test)]
mod docs;
mod duration;
mod environment;
mod errors;
mod field;
mod file;
mod flags;
mod key;
mod layer;
mod list;
mod load;
mod plain;
mod resolve;
mod row;
mod settings;
mod show;
mod source;
mod suggest;
mod syntax;
mod tables;
#[cfg(test)]
mod tests;
mod typed;
mod value;
mod view;

pub use checks::OuSelector;
pub use choices::{Color, FailOn, Include, LogFormat, Target};
pub use errors::{ConfigErrors, Mistake};
pub use flags::Flags;
pub use key::{Flag, Key, OTHER_VARIABLES, Purpose, SECTIONS, Section};
pub use load::{From, load};
pub use resolve::{ConfigFile, Inputs, resolve};
pub use settings::{
    AssessSettings, CollectSettings, KEYS, OutputSettings, Setting, Settings, TerminalSettings,
    default_session_name,
};
pub use show::show;
pub use value::{Kind, Secret};
pub use view::View;
