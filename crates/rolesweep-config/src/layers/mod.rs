//! A layer of settings: some values, each with where it came from.

pub(crate) mod environment;
pub(crate) mod file;
pub(crate) mod flags;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use crate::errors::Place;
use crate::settings::key::Key;
use crate::settings::typed::Typed;
use crate::settings::value::Value;
use crate::settings::{KEYS, Setting};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The built-in defaults.
    Default,
    /// A configuration file.
    File {
        /// Which.
        path: PathBuf,
        /// The line.
        line: usize,
    },
    /// An environment variable.
    Environment(&'static str),
    /// A flag, with its dashes.
    Flag(&'static str),
}

impl Origin {
    /// Which layer it belongs to: the greater wins.
    pub fn strength(&self) -> u8 {
        match self {
            Self::Default => 0,
            Self::File { .. } => 1,
            Self::Environment(_) => 2,
            Self::Flag(_) => 3,
        }
    }

    /// Where to point at when the value turns out wrong in company of another.
    pub fn place(&self) -> Place {
        match self {
            Self::Default => Place::File(PathBuf::from("the defaults")),
            Self::File { path, line } => Place::At { path: path.clone(), line: *line, column: 1 },
            Self::Environment(name) => Place::Environment((*name).to_owned()),
            Self::Flag(name) => Place::Flag(name),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

/// A value with where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Its origin.
    pub origin: Origin,
}

/// The values of one layer, or of all layers together.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    values: BTreeMap<Setting, Sourced<Value>>,
}

impl Layer {
    /// The lowest: the defaults.
    pub(crate) fn defaults() -> Self {
        let value =
            |key: &Key| Some((key.setting, Sourced { value: key.default_value()?, origin: Origin::Default }));
        Self { values: KEYS.iter().filter_map(value).collect() }
    }

    /// A value as the type of its setting. A test holds the declarations to kinds and defaults that go with their types.
    pub(crate) fn typed<T: Typed>(&self, setting: Setting) -> T {
        let typed = match self.get(setting) {
            Some(sourced) => T::of(&sourced.value),
            None => T::unset(),
        };
        typed.unwrap_or_else(|| unreachable!("{} has a value of its type", setting.key().path()))
    }

    /// A value from anywhere.
    pub fn set(&mut self, setting: Setting, value: Value, origin: Origin) {
        self.values.insert(setting, Sourced { value, origin });
    }

    /// Takes a value out.
    pub fn unset(&mut self, setting: Setting) {
        self.values.remove(&setting);
    }

    /// A value, where it is set.
    pub fn get(&self, setting: Setting) -> Option<&Sourced<Value>> {
        self.values.get(&setting)
    }

    /// Lays a stronger layer over this one: what it sets, counts as a whole.
    pub fn overlay(&mut self, stronger: Self) {
        self.values.extend(stronger.values);
    }
}
