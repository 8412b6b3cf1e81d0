//! What the command line says. The parser of the command line fills this, and this file does not
//! depend on that parser.

use std::collections::BTreeMap;
use std::ffi::OsString;

use crate::errors::{ConfigErrors, Place};
use crate::layers::Layer;
use crate::settings::key::Setting;

/// The flags that were given. It has no `Debug`, because a flag may be a secret.
#[derive(Clone, Default)]
pub struct Flags {
    given: BTreeMap<Setting, Vec<OsString>>,
}

impl Flags {
    /// Adds a flag with its values: several if it may be repeated, `true` or `false` if it has no
    /// value, and none if it is not given.
    #[must_use]
    pub fn given(mut self, setting: Setting, values: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        let values: Vec<OsString> = values.into_iter().map(Into::into).collect();
        if !values.is_empty() {
            self.given.insert(setting, values);
        }
        self
    }

    /// Sets what the flags say.
    pub(crate) fn read(&self, values: &mut Layer, errors: &mut ConfigErrors) {
        for (setting, typed) in &self.given {
            let key = setting.key();
            let place = Place::Flag(key.flag.unwrap_or(key.name));
            values.set_typed(key, typed, place, errors);
        }
    }
}
