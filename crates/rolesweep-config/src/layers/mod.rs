//! Layers of settings, one over the other. Each value has its origin.

pub(crate) mod document;
pub(crate) mod environment;
pub(crate) mod file;
pub(crate) mod flags;

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

use crate::errors::{ConfigErrors, Mistake, Place};
use crate::settings::key::{AnyValue, Key, Setting};
use crate::tables::{AcceptedGapTable, ExemptionTable, KnownAccountTable, OwnerTable, ThresholdTable};

/// A value and its origin.
#[derive(Debug, Clone)]
pub struct Sourced<T> {
    pub(crate) value: T,
    pub(crate) origin: Place,
}

/// The values of all settings. Each stronger layer replaces values of the weaker ones.
#[derive(Debug, Clone)]
pub struct Layer {
    values: BTreeMap<Setting, Sourced<AnyValue>>,
    /// Settings that somebody set in a way that cannot be read. What follows from their values is
    /// not known.
    doubtful: BTreeSet<Setting>,
}

/// Everything that applies, with its origin.
#[derive(Debug, Clone)]
pub struct View {
    pub(crate) values: Layer,
    /// The threshold rules in their order.
    pub(crate) rules: Vec<Sourced<ThresholdTable>>,
    pub(crate) exemptions: Vec<Sourced<ExemptionTable>>,
    pub(crate) gaps: Vec<Sourced<AcceptedGapTable>>,
    pub(crate) known_accounts: Vec<Sourced<KnownAccountTable>>,
    pub(crate) owners: Vec<Sourced<OwnerTable>>,
}

impl View {
    /// A setting as the user wrote it, so that a message can name it: `--fail-on findings`,
    /// `ROLESWEEP_FAIL_ON=findings`, or the key with its place in the file.
    pub fn spelled(&self, setting: Setting) -> String {
        let key = setting.key();
        let Sourced { value, origin } = self.values.get(setting);
        let toml = value.toml.as_deref().unwrap_or_default();
        let plain = toml.trim_matches('"');
        match origin {
            Place::Flag(flag) if key.flag_value.is_empty() => format!("`{flag}`"),
            Place::Flag(flag) => format!("`{flag} {plain}`"),
            Place::Environment(name) => format!("`{name}={plain}`"),
            Place::Default | Place::File(_) | Place::At { .. } => {
                format!("`{} = {toml}` ({})", key.path(), origin.origin())
            }
        }
    }
}

impl Layer {
    /// The lowest layer: the defaults.
    pub(crate) fn defaults(keys: &[Key]) -> Self {
        let value =
            |key: &Key| Some((key.setting, Sourced { value: key.default_value()?, origin: Place::Default }));
        Self { values: keys.iter().filter_map(value).collect(), doubtful: BTreeSet::new() }
    }

    pub(crate) fn get(&self, setting: Setting) -> &Sourced<AnyValue> {
        &self.values[&setting]
    }

    pub(crate) fn origin(&self, setting: Setting) -> &Place {
        &self.get(setting).origin
    }

    /// A value as the type of its setting.
    pub(crate) fn typed<T: Any + Clone>(&self, setting: Setting) -> T {
        self.get(setting).value.get().unwrap_or_else(|| unreachable!("{setting:?} is of another type"))
    }

    pub(crate) fn set(&mut self, setting: Setting, value: AnyValue, origin: Place) {
        self.doubtful.remove(&setting);
        self.values.insert(setting, Sourced { value, origin });
    }

    /// Remembers that a mistake hides the value of a setting.
    pub(crate) fn doubt(&mut self, setting: Setting) {
        self.doubtful.insert(setting);
    }

    /// Whether a mistake hides the value of a setting.
    pub(crate) fn is_doubtful(&self, setting: Setting) -> bool {
        self.doubtful.contains(&setting)
    }

    /// Sets what a flag or a variable says, or notes what is wrong with it.
    fn set_typed(&mut self, key: &Key, values: &[OsString], origin: Place, errors: &mut ConfigErrors) {
        match key.read_typed(values) {
            Ok(value) => self.set(key.setting, value, origin),
            Err(faults) => {
                self.doubt(key.setting);
                faults.into_iter().for_each(|fault| errors.note(|| Mistake::new(origin.clone(), fault)));
            }
        }
    }
}
