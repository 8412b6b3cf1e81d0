//! Every value that applies, with where it came from.

use std::path::PathBuf;

use rolesweep_assess::{AcceptedGap, Exemption, ThresholdRule};

use super::keys::Setting;
use super::layer::{Layer, Sourced};
use super::value::Value;

/// All layers laid over each other.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// The settings.
    pub values: Layer,
    /// The threshold rules in their order.
    pub rules: Vec<Sourced<ThresholdRule>>,
    /// The exemptions.
    pub exemptions: Vec<Sourced<Exemption>>,
    /// The accepted gaps.
    pub gaps: Vec<Sourced<AcceptedGap>>,
}

/// The default file sets every setting that always has a value; a test holds it to that.
const ALWAYS_SET: &str = "the default file sets it to a value of its kind";

impl View {
    fn value(&self, setting: Setting) -> Option<&Value> {
        self.values.get(setting).map(|sourced| &sourced.value)
    }

    /// A text, where one is set.
    pub fn text(&self, setting: Setting) -> Option<String> {
        match self.value(setting) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        }
    }

    /// A path, where one is set.
    pub fn path(&self, setting: Setting) -> Option<PathBuf> {
        match self.value(setting) {
            Some(Value::Path(path)) => Some(path.clone()),
            _ => None,
        }
    }

    /// A switch; off where it is not set.
    pub fn switch(&self, setting: Setting) -> bool {
        matches!(self.value(setting), Some(Value::Switch(true)))
    }

    /// A number that is always set.
    pub fn count(&self, setting: Setting) -> u64 {
        match self.value(setting) {
            Some(Value::Count(number)) => *number,
            _ => unreachable!("{}: {ALWAYS_SET}", setting.key().path()),
        }
    }

    /// A rate that is always set.
    pub fn rate(&self, setting: Setting) -> f64 {
        match self.value(setting) {
            Some(Value::Rate(number)) => *number,
            _ => unreachable!("{}: {ALWAYS_SET}", setting.key().path()),
        }
    }

    /// A duration or a threshold in seconds, where one is set.
    pub fn seconds(&self, setting: Setting) -> Option<i64> {
        match self.value(setting) {
            Some(Value::Seconds(seconds)) => Some(*seconds),
            _ => None,
        }
    }

    /// A word that is always set.
    pub fn choice(&self, setting: Setting) -> &'static str {
        match self.value(setting) {
            Some(Value::Choice(word)) => word,
            _ => unreachable!("{}: {ALWAYS_SET}", setting.key().path()),
        }
    }
}
