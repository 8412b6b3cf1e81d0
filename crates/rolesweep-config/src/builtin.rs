//! What applies where nobody says anything: the values of `config/default.toml`.

use std::collections::BTreeMap;

use super::keys::KEYS;
use super::layer::{Layer, Origin};
use super::source::SourceText;
use super::value::Value;
use super::{DEFAULT, DEFAULT_NAME, file, show};

/// The values.
pub(super) fn layer() -> Layer {
    let mut layer = Layer::default();
    if let Ok(source) = SourceText::decode(DEFAULT_NAME.as_ref(), DEFAULT.as_bytes()) {
        for (setting, placed) in file::read(&source).0.values {
            layer.set(setting, placed.value, Origin::Default);
        }
    }
    layer
}

/// The defaults of the settings that have a flag, by its name without dashes, as one would type them.
pub fn by_flag() -> BTreeMap<&'static str, String> {
    let layer = layer();
    KEYS.iter()
        .filter_map(|key| {
            let value = &layer.get(key.setting)?.value;
            let text = match value {
                Value::Accounts(ids) if ids.is_empty() => return None,
                Value::Ous(ous) if ous.is_empty() => return None,
                value => show::toml(value).trim_matches('"').to_owned(),
            };
            Some((key.flag?.trim_start_matches("--"), text))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn defaults_are_given_as_they_are_typed() {
        let defaults = super::by_flag();
        assert_eq!(defaults["inactive-after"], "90d");
        assert_eq!(defaults["role-name"], "RolesweepAudit");
        assert_eq!(defaults["include"], "flagged");
        assert!(!defaults.contains_key("accounts") && !defaults.contains_key("profile"));
    }
}
