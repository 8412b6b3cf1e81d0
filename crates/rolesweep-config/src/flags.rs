//! What the command line said, as it was typed. The parser of the command line fills this; nothing in here knows that parser.

use std::collections::BTreeMap;
use std::ffi::OsString;

use super::errors::{Mistake, Place};
use super::keys::Setting;
use super::layer::Layer;
use super::list::split;
use super::value::Value;

/// What one flag said.
enum Said {
    Text(OsString),
    Items(Vec<String>),
    Present,
}

/// The flags that were given. It has no `Debug`: a secret may be among them.
#[derive(Default)]
pub struct Flags {
    said: BTreeMap<Setting, Said>,
}

impl Flags {
    /// None given.
    pub fn new() -> Self {
        Self::default()
    }

    /// A flag with a value, where it was given.
    #[must_use]
    pub fn text(mut self, setting: Setting, text: Option<impl Into<OsString>>) -> Self {
        self.said.extend(text.map(|text| (setting, Said::Text(text.into()))));
        self
    }

    /// A flag that may be repeated; each item may itself be separated by commas. None means that it was not given.
    #[must_use]
    pub fn list(mut self, setting: Setting, items: &[String]) -> Self {
        if !items.is_empty() {
            self.said.insert(setting, Said::Items(items.iter().flat_map(|item| split(item)).collect()));
        }
        self
    }

    /// A flag without a value: given, it sets its setting to true, or to false where the flag begins with `--no-`.
    #[must_use]
    pub fn present(mut self, setting: Setting, given: bool) -> Self {
        if given {
            self.said.insert(setting, Said::Present);
        }
        self
    }

    /// A flag that counts how often it was given. More than the setting's largest count as the largest.
    #[must_use]
    pub fn count(self, setting: Setting, times: u8) -> Self {
        let most = match setting.key().kind {
            super::value::Kind::Count { max, .. } => max,
            _ => u64::from(u8::MAX),
        };
        let times = u64::from(times).min(most);
        self.text(setting, (times > 0).then(|| times.to_string()))
    }

    /// The values, and what is wrong with the rest.
    pub(super) fn read(&self, mistakes: &mut Vec<Mistake>) -> Layer {
        let mut layer = Layer::default();
        for (setting, said) in &self.said {
            let key = setting.key();
            let name = key.flag.unwrap_or(key.name);
            let result = match said {
                Said::Text(text) => key.kind.read_os(text),
                Said::Items(items) => key.kind.read_items(items),
                Said::Present => Ok(Value::Switch(!name.starts_with("--no-"))),
            };
            match result {
                Ok(value) => layer.flag(*setting, value, name),
                Err(faults) => {
                    mistakes.extend(faults.into_iter().map(|fault| Mistake::new(Place::Flag(name), fault)));
                }
            }
        }
        layer
    }
}
