//! What is known of a setting by its declaration.

use crate::settings::Setting;
use crate::settings::value::{Kind, Value};

/// What a section's settings are about.
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

/// A section of the configuration file.
#[derive(Debug)]
pub struct Section {
    /// Its name.
    pub name: &'static str,
    /// What it is about.
    pub purpose: Purpose,
    /// One sentence for the documentation.
    pub doc: &'static str,
}

/// The sections in their order.
pub const SECTIONS: [Section; 5] = [
    Section { name: "scan", purpose: Purpose::Collect, doc: "What to collect, and how." },
    Section { name: "store", purpose: Purpose::Output, doc: "Where facts are kept." },
    Section { name: "assess", purpose: Purpose::Assess, doc: "How facts are judged." },
    Section {
        name: "report",
        purpose: Purpose::Output,
        doc: "What is written, and what the exit code says.",
    },
    Section { name: "ui", purpose: Purpose::Terminal, doc: "What a person at the terminal sees." },
];

/// The variable that names the configuration file.
pub(crate) const CONFIG_VARIABLE: &str = "ROLESWEEP_CONFIG";

/// The variables that are ours and no setting's, with a sentence each.
pub const OTHER_VARIABLES: [(&str, &str); 1] =
    [(CONFIG_VARIABLE, "The configuration file to read where `--config` is not given.")];

/// How a setting is typed on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// Not at all.
    None,
    /// With a value, which help calls so.
    Value(&'static str),
    /// Alone: true, or once more for every time that it is there.
    Present,
    /// Alone, beginning with `--no-`: false.
    Absent,
}

/// A setting by its declaration.
#[derive(Debug)]
pub struct Key {
    /// Which setting.
    pub setting: Setting,
    /// The section that it stands in.
    pub section: &'static str,
    /// Its name in that section.
    pub name: &'static str,
    /// What its value is.
    pub kind: Kind,
    /// The environment variables that set it, the stronger first. Those that begin with `AWS_` are AWS's own.
    pub environment: &'static [&'static str],
    /// The flag that sets it, with its dashes.
    pub flag: Option<&'static str>,
    /// How the flag is typed.
    pub form: Flag,
    /// The flag's letter.
    pub short: Option<char>,
    /// What help says of the flag.
    pub help: String,
    /// The default, as it is typed.
    pub default: Option<&'static str>,
    /// What applies where there is no default and nothing is set.
    pub unset: &'static str,
    /// A value for the default file, where there is no default.
    pub example: &'static str,
    /// Whether it may stand in a configuration file.
    pub in_file: bool,
    /// What it is, in sentences.
    pub doc: &'static str,
    /// What flag and variable are named after, if not the field.
    base: Option<&'static str>,
}

impl Key {
    /// A key without a name yet.
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            setting: Setting::profile,
            section: "",
            name: "",
            kind,
            environment: &[],
            flag: None,
            form: Flag::None,
            short: None,
            help: String::new(),
            default: None,
            unset: "",
            example: "",
            in_file: true,
            doc: "",
            base: None,
        }
    }

    /// Names what has no name yet after the field.
    pub(crate) fn declared(
        mut self,
        setting: Setting,
        section: &'static str,
        field: &'static str,
        doc: &'static str,
    ) -> Self {
        (self.setting, self.section, self.doc) = (setting, section, doc.trim());
        let base = self.base.unwrap_or(field);
        if self.name.is_empty() {
            self.name = base;
        }
        if self.environment.is_empty() {
            self.environment = vec![&*format!("ROLESWEEP_{}", base.to_uppercase()).leak()].leak();
        }
        let words = base.replace('_', "-");
        self.flag = match self.form {
            Flag::None => None,
            Flag::Value(_) | Flag::Present => Some(format!("--{words}").leak()),
            Flag::Absent => Some(format!("--no-{words}").leak()),
        };
        if self.help.is_empty() {
            let sentence = self.doc.split_once(". ").map_or(self.doc, |(first, _)| first);
            self.help = sentence.trim_end_matches('.').replace('`', "");
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

    /// What it is about.
    pub fn purpose(&self) -> Purpose {
        SECTIONS
            .iter()
            .find(|section| section.name == self.section)
            .map_or(Purpose::Terminal, |section| section.purpose)
    }

    /// The value that applies where nobody says anything.
    pub(crate) fn default_value(&self) -> Option<Value> {
        if self.kind.is_list() {
            Some(self.kind.empty_list())
        } else {
            self.kind.read_text(self.default?).ok()
        }
    }
}

/// What a declaration says of a key, one word at a time.
macro_rules! words {
    ($( $(#[doc = $doc:literal])+ $word:ident($($value:ident: $type:ty)?) { $($field:ident: $set:expr),+ } )+) => {
        impl Key {$(
            $(#[doc = $doc])+
            pub(crate) fn $word(self $(, $value: $type)?) -> Self {
                Self { $($field: $set,)+ ..self }
            }
        )+}
    };
}

words! {
    /// It has a flag with a value, which help calls so.
    flag(value_name: &'static str) { form: Flag::Value(value_name) }
    /// It has a flag without a value, of which help says this.
    switch(help: &'static str) { form: Flag::Present, help: help.to_owned() }
    /// It has a flag that begins with `--no-`, of which help says this.
    switch_off(help: &'static str) { form: Flag::Absent, help: help.to_owned() }
    /// What help says in the place of the first sentence.
    help(help: &'static str) { help: help.to_owned() }
    /// The flag's letter.
    short(short: char) { short: Some(short) }
    /// The variables, if they are not ours.
    variables(environment: &'static [&'static str]) { environment: environment }
    /// The default, as it is typed.
    default(default: &'static str) { default: Some(default) }
    /// What applies without a value.
    unset(unset: &'static str) { unset: unset }
    /// A value for the default file.
    example(example: &'static str) { example: example }
    /// It is for one run alone.
    not_in_file() { in_file: false }
    /// What key, variable and flag are called, if not what the field is.
    named(name: &'static str) { name: name, base: Some(name) }
    /// What the key alone is called, if not what the field is.
    key(name: &'static str) { name: name }
}

impl Setting {
    /// The setting's key.
    pub(crate) fn key(self) -> &'static Key {
        // The keys stand in the order of the variants: one declaration makes both.
        &crate::settings::KEYS[self as usize]
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
            assert!(SECTIONS.iter().any(|section| section.name == key.section), "{}", key.section);
            assert!(key.doc.ends_with('.') && !key.doc.contains("  "), "{}", key.path());
            assert_eq!(key.setting.key().path(), key.path());
        }
        for section in &SECTIONS {
            assert!(KEYS.iter().any(|key| key.section == section.name), "{}", section.name);
        }
    }

    #[test]
    fn every_default_and_every_example_is_a_value() {
        for key in KEYS.iter() {
            assert_eq!(key.default.is_some(), key.default_value().is_some(), "{}", key.path());
            if key.default.is_none() && key.in_file {
                assert!(key.kind.read_text(key.example).is_ok(), "{}", key.path());
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
