//! The settings: flags over the environment over a configuration file over the built-in defaults.
//!
//! One declaration for each setting (`settings`) and each repeated table (`tables`) says what can
//! be set. File, environment, flags, defaults and documentation follow from it. `value` has the
//! types of their values. `layers` reads what each place says, and [`resolve`] combines the layers.
//! All of this is pure; only [`load`] reads the process's environment and the disk.

mod accounts_file;
#[cfg(test)]
mod docs;
mod errors;
mod layers;
mod load;
mod owners;
mod resolve;
mod settings;
mod show;
mod tables;
#[cfg(test)]
mod tests;
mod text;
mod value;

pub use errors::{ConfigErrors, Fault, Mistake, Place};
pub use layers::flags::Flags;
pub use layers::{Layer, Sourced, View};
pub use load::{From, Refused, config_path, load};
pub use resolve::{ConfigFile, Inputs, resolve};
pub use settings::choices::{Color, FailOn, Include, LogFormat, SummaryFormat};
pub use settings::key::{Key, OTHER_VARIABLES, Purpose, Setting};
pub use settings::places::{AccountsSource, Target};
pub use settings::{
    AssessSettings, CollectSettings, KEYS, OutputSettings, Settings, TerminalSettings, default_session_name,
};
pub use show::show;
pub use value::Shape;
pub use value::types::Secret;

/// The configuration file to start from. It works in every organization as it is; what cannot be
/// true everywhere is commented out.
pub const EXAMPLE: &str = include_str!("../../../config/example.toml");
