//! What a declaration says of a setting.

use std::any::Any;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use toml::Spanned;
use toml::de::DeValue;

use crate::errors::Fault;
use crate::value::checks::Check;
use crate::value::{FaultsInFile, Rules, Shape, Value};

/// A setting, by the name of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Setting(pub(crate) &'static str);

/// What the settings of a section are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// What facts are asked of AWS, and how.
    Collect,
    /// How facts are judged: free to change for every report.
    Assess,
    /// What is written, and where.
    Output,
    /// What a person at the terminal sees.
    Terminal,
}

/// The sections of the configuration file in their order, with a sentence each.
pub(crate) const SECTIONS: [(&str, &str); 5] = [
    ("scan", "What to collect, and how."),
    ("store", "Where facts are kept."),
    ("assess", "How facts are judged."),
    ("report", "What is written, and what the exit code says."),
    ("ui", "What a person at the terminal sees."),
];

/// The variable that names the configuration file.
pub(crate) const CONFIG_VARIABLE: &str = "ROLESWEEP_CONFIG";

/// Our other variables, which set no setting, with a sentence each.
pub const OTHER_VARIABLES: [(&str, &str); 1] =
    [(CONFIG_VARIABLE, "The configuration file, if `--config` is not given.")];

/// A setting as it was declared.
#[derive(Debug)]
pub struct Key {
    /// Which setting.
    pub setting: Setting,
    /// What it is about.
    pub purpose: Purpose,
    /// The section that it is in.
    pub section: &'static str,
    /// Its name in that section.
    pub name: &'static str,
    /// The form of its value.
    pub shape: Shape,
    /// The smallest and the largest number that it accepts.
    pub within: (i64, i64),
    /// The name of its value in the documentation, if the shape does not say enough.
    pub value: &'static str,
    /// The environment variables that set it, the stronger first. Variables that begin with `AWS_`
    /// are AWS's own.
    pub environment: &'static [&'static str],
    /// The flag that sets it, with its dashes.
    pub flag: Option<&'static str>,
    /// The name of the flag's value in the help; empty for a flag without one.
    pub flag_value: &'static str,
    /// The flag's letter.
    pub short: Option<char>,
    /// The help of the flag, which fits on one line beside it.
    pub help: &'static str,
    /// The default, as it is typed.
    pub default: Option<&'static str>,
    /// What applies if there is no default and nothing is set.
    pub unset: &'static str,
    /// A value for the default file, if there is no default.
    pub example: &'static str,
    /// Whether a configuration file may have it.
    pub in_file: bool,
    /// What it is, in sentences.
    pub doc: &'static str,
    /// What the flag does, if it has no value.
    pub(crate) switch: &'static str,
    /// The name that key, flag and variable are made from.
    pub(crate) base: &'static str,
    pub(crate) check: Check,
    /// How values of the setting's type are read.
    pub(crate) typed: fn(&[OsString], &Rules) -> Result<AnyValue, Vec<Fault>>,
    pub(crate) file: fn(&Spanned<DeValue<'_>>, &Rules, &Path) -> Result<AnyValue, FaultsInFile>,
    pub(crate) without: fn() -> Option<AnyValue>,
}

/// The value of a setting of any type. `Debug` does not show it, because it may be a secret.
#[derive(Debug, Clone)]
pub(crate) struct AnyValue {
    typed: Arc<dyn Any + Send + Sync>,
    /// The value as TOML, if there is one. A secret is shown as an ellipsis.
    pub(crate) toml: Option<String>,
}

impl AnyValue {
    pub(crate) fn new<T: Value + Any + Send + Sync>(value: T) -> Self {
        Self { toml: value.toml(), typed: Arc::new(value) }
    }

    /// The value, if it is of this type.
    pub(crate) fn get<T: Any + Clone>(&self) -> Option<T> {
        self.typed.downcast_ref().cloned()
    }
}

impl Key {
    /// A key with only the type, the group and the field.
    pub(crate) fn new<T: Value + Any + Send + Sync>(
        purpose: Purpose,
        section: &'static str,
        field: &'static str,
        doc: &'static str,
    ) -> Self {
        Self {
            setting: Setting(field),
            purpose,
            section,
            name: "",
            shape: T::SHAPE,
            within: Rules::ANY.within,
            value: "",
            environment: &[],
            flag: None,
            flag_value: "",
            short: None,
            help: "",
            default: None,
            unset: "",
            example: "",
            in_file: true,
            doc: doc.trim_ascii(),
            switch: "",
            base: field,
            check: Rules::ANY.check,
            typed: |values, rules| T::typed(values, rules).map(AnyValue::new),
            file: |value, rules, folder| Ok(AnyValue::new(T::read(value, rules)?.below(folder))),
            without: || T::unset().map(AnyValue::new),
        }
    }

    /// Makes the names that the declaration did not give.
    pub(crate) fn named(mut self) -> Self {
        if self.name.is_empty() {
            self.name = self.base;
        }
        if self.environment.is_empty() {
            self.environment = vec![&*format!("ROLESWEEP_{}", self.base.to_uppercase()).leak()].leak();
        }
        if !self.flag_value.is_empty() || !self.switch.is_empty() {
            let off = self.shape == Shape::Switch && self.default == Some("true");
            let no = if off { "no-" } else { "" };
            self.flag = Some(format!("--{no}{}", self.base.replace('_', "-")).leak());
        }
        if !self.switch.is_empty() {
            self.help = self.switch;
        } else if self.help.is_empty() {
            let sentence = self.doc.split_once(". ").map_or(self.doc, |(first, _)| first);
            self.help = sentence.trim_end_matches('.').replace('`', "").leak();
        }
        self
    }

    /// The key with its section: `scan.role_name`.
    pub(crate) fn path(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }

    /// What it is, and what applies without it.
    pub fn description(&self) -> String {
        match self.unset {
            "" => self.doc.to_owned(),
            unset => format!("{} Without it: {unset}.", self.doc),
        }
    }

    /// Reads what a flag or a variable says.
    pub(crate) fn read_typed(&self, values: &[OsString]) -> Result<AnyValue, Vec<Fault>> {
        (self.typed)(values, &self.rules())
    }

    /// The value that applies if nothing is set. A test checks that each declaration has one.
    pub(crate) fn default_value(&self) -> Option<AnyValue> {
        match self.default {
            Some(text) => self.read_typed(&[text.into()]).ok(),
            None => (self.without)(),
        }
    }

    /// Which of its type's values it accepts.
    pub(crate) fn rules(&self) -> Rules {
        Rules { check: self.check, within: self.within, ..Rules::ANY }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::settings::KEYS;

    #[test]
    fn no_name_is_used_twice_and_every_section_has_keys() {
        let mut names = BTreeSet::new();
        for key in KEYS.iter() {
            assert!(names.insert(key.path()), "{}", key.path());
            for name in key.environment.iter().copied().chain(key.flag) {
                assert!(names.insert(name.to_owned()), "{name}");
            }
            assert!(SECTIONS.iter().any(|(section, _)| *section == key.section), "{}", key.section);
            assert!(key.doc.ends_with('.') && !key.doc.contains("  "), "{}", key.path());
            assert_eq!(key.setting.key().path(), key.path());
            assert!(!key.name.is_empty() && (key.flag.is_none() || !key.help.is_empty()), "{}", key.path());
        }
        for (section, _) in SECTIONS {
            assert!(KEYS.iter().any(|key| key.section == section), "{section}");
        }
    }

    #[test]
    fn every_default_and_every_example_is_a_value() {
        for key in KEYS.iter() {
            let value = key.default_value().unwrap_or_else(|| panic!("{} has no default", key.path()));
            if value.toml.is_none() && key.in_file {
                assert!(key.read_typed(&[key.example.into()]).is_ok(), "{}", key.path());
            }
        }
    }

    #[test]
    fn names_follow_from_the_field() {
        let names = |setting: Setting| {
            let key = setting.key();
            (key.path(), key.environment[0], key.flag)
        };
        assert_eq!(
            names(Setting::role_name),
            ("scan.role_name".to_owned(), "ROLESWEEP_ROLE_NAME", Some("--role-name"))
        );
        assert_eq!(names(Setting::store), ("store.path".to_owned(), "ROLESWEEP_STORE", Some("--store")));
        assert_eq!(
            names(Setting::target),
            ("report.output".to_owned(), "ROLESWEEP_OUTPUT", Some("--output"))
        );
        assert_eq!(
            names(Setting::progress),
            ("ui.progress".to_owned(), "ROLESWEEP_PROGRESS", Some("--no-progress"))
        );
    }
}
