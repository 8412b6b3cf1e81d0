//! What the command line said, as it was typed. The parser of the command line fills this; nothing in here knows that parser.

use std::collections::BTreeMap;
use std::ffi::OsString;

use crate::errors::{Mistake, Place};
use crate::layers::{Layer, Origin};
use crate::settings::Setting;
use crate::settings::list::split;

/// The flags that were given. It has no `Debug`: a secret may be among them.
#[derive(Default)]
pub struct Flags {
    given: BTreeMap<Setting, Vec<OsString>>,
}

impl Flags {
    /// A flag with its values: several, where it may be repeated; `true` or `false`, where it is typed alone; none, where it is not given.
    #[must_use]
    pub fn given(mut self, setting: Setting, values: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        let values: Vec<OsString> = values.into_iter().map(Into::into).collect();
        if !values.is_empty() {
            self.given.insert(setting, values);
        }
        self
    }

    /// The values, and what is wrong with the rest.
    pub(crate) fn read(&self, mistakes: &mut Vec<Mistake>) -> Layer {
        let mut layer = Layer::default();
        for (setting, values) in &self.given {
            let key = setting.key();
            let flag = key.flag.unwrap_or(key.name);
            let result = if key.kind.is_list() {
                let items: Vec<String> =
                    values.iter().flat_map(|item| split(&item.to_string_lossy())).collect();
                key.kind.read_items(&items)
            } else {
                key.kind.read_os(values.last().map(OsString::as_os_str).unwrap_or_default())
            };
            match result {
                Ok(value) => layer.set(*setting, value, Origin::Flag(flag)),
                Err(faults) => {
                    mistakes.extend(faults.into_iter().map(|fault| Mistake::new(Place::Flag(flag), fault)));
                }
            }
        }
        layer
    }
}
