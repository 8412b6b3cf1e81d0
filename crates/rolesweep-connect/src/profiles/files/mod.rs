//! AWS's configuration files: found, read as AWS's own tools read them, and merged into profiles,
//! sessions and services.
//!
//! The SDK's own reader accepts only a part of what the AWS CLI writes (no quoted names, no names
//! beyond ASCII, no indented keys) and drops the rest with a line in the log. So it gets only what
//! [`crate::profiles::sdk_config`] writes.

mod merge;
mod text;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::bounded;
use crate::environment::Environment;
use crate::error::ConnectError;
use crate::profiles::variables;

/// The two kinds of files. They name profiles differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `~/.aws/config`: `[profile NAME]`.
    Config,
    /// `~/.aws/credentials`: `[NAME]`.
    Credentials,
}

/// The files in order of precedence, the last wins: kind, variable that names it, and default path.
const FILES: [(Kind, &str, &str); 2] = [
    (Kind::Config, "AWS_CONFIG_FILE", ".aws/config"),
    (Kind::Credentials, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"),
];

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: Arc<str>,
    pub(crate) line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}", self.file, self.line)
    }
}

/// The value of a key, and its place.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub(crate) text: String,
    pub(crate) place: Place,
    /// The line on which the value continues, if it has more than one.
    pub(crate) goes_on: Option<usize>,
}

/// A section, merged from all sections of the same name.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// The header as it is written, with its brackets.
    pub(crate) header: String,
    pub(crate) place: Place,
    /// All headers, as they are written.
    pub(crate) sections: Vec<(String, Place)>,
    pub(crate) values: BTreeMap<String, Value>,
    /// Keys that have two values in one file.
    pub(crate) twice: Vec<(String, Place, Place)>,
}

impl Group {
    /// The value of a key. An empty value counts as not set.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(|value| value.text.as_str()).filter(|text| !text.is_empty())
    }

    /// The places of two sections of one file that have different headers for one name, if one of
    /// them has a setting that counts. The AWS CLI uses only one of them.
    pub(crate) fn spelled_twice(&self) -> Option<(&Place, &Place)> {
        self.sections.iter().enumerate().find_map(|(at, (header, place))| {
            let counts =
                |(key, value): (&String, &Value)| variables::is_key(key) && value.place.file == place.file;
            let (_, first) = self.sections[..at]
                .iter()
                .find(|(other, before)| other != header && before.file == place.file)?;
            self.values.iter().any(counts).then_some((first, place))
        })
    }

    /// Whether the key is there, with or without a value.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }
}

/// A section that is not a profile, but that may have been meant as one.
#[derive(Debug, Clone)]
pub(crate) struct Stray {
    pub(crate) kind: Kind,
    pub(crate) header: String,
    pub(crate) place: Place,
}

/// The content of the files.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sections {
    pub(crate) profiles: BTreeMap<String, Group>,
    pub(crate) sessions: BTreeMap<String, Group>,
    pub(crate) services: BTreeMap<String, Group>,
    pub(crate) strays: Vec<Stray>,
    /// The paths of the files, including those that do not exist.
    pub(crate) files: Vec<String>,
}

impl Sections {
    /// Reads the files.
    ///
    /// # Errors
    /// If a file exists but cannot be read, or holds an invalid line.
    pub(crate) fn read(from: &Environment) -> Result<Self, ConnectError> {
        let mut sections = Self::default();
        if let Some(given) = &from.given {
            sections.add(Kind::Config, "config", given.clone().into_bytes())?;
        }
        for (kind, variable, below_home) in FILES {
            let Some(path) = path(from, variable, below_home)? else { continue };
            let name = path.display().to_string();
            match bounded::read_file(&path, bounded::SETTINGS) {
                Ok(bytes) => sections.add(kind, &name, bytes)?,
                // As in the AWS CLI, a missing file counts as an empty one.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(ConnectError::new(
                        "read the AWS configuration",
                        format!("{name}: {error}"),
                        format!("name a file of AWS's settings that can be read in {variable}"),
                    ));
                }
            }
            sections.files.push(name);
        }
        Ok(sections)
    }

    fn add(&mut self, kind: Kind, name: &str, bytes: Vec<u8>) -> Result<(), ConnectError> {
        let read = text::decode(bytes).and_then(|text| text::parse(&text));
        let read = read.map_err(|mistake| {
            let at = mistake.line.map(|line| format!(", line {line}")).unwrap_or_default();
            let below = mistake.section.map(|header| format!(" (below `[{header}]`)")).unwrap_or_default();
            ConnectError::new(
                "read the AWS configuration",
                format!("{name}{at}{below}: {}", mistake.what),
                mistake.instead,
            )
        })?;
        if let Some((line, key)) = merge::inherited(&read) {
            return Err(ConnectError::new(
                "read the AWS configuration",
                format!(
                    "{name}, line {line}: the AWS CLI takes `{key}` of `[DEFAULT]` for every profile, and rolesweep for none"
                ),
                format!("move `{key}` to `[default]` (in lower case), or to the profile's own section"),
            ));
        }
        merge::merge(self, kind, &Arc::from(name), read);
        Ok(())
    }

    /// The incorrectly written section that may have been meant by a missing one.
    pub(crate) fn instead_of(&self, word: &str, name: &str) -> Option<String> {
        merge::instead_of(&self.strays, word, name)
    }
}

/// The path of a file: the variable's value with `~` replaced by the home folder, or a path in the
/// home folder.
fn path(from: &Environment, variable: &str, below_home: &str) -> Result<Option<PathBuf>, ConnectError> {
    let Some(named) = from.variable(variable) else {
        return Ok(from.home.as_ref().map(|home| home.join(below_home)));
    };
    let path = match named.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/')) {
        Some(rest) => match &from.home {
            Some(home) => home.join(rest.trim_start_matches('/')),
            None => return Err(no_home(&format!("expand the `~` of {variable}"))),
        },
        None => PathBuf::from(&named),
    };
    // The AWS CLI expands variables in the path. A file whose name really holds the sign is used as
    // it is.
    match named.contains('$') && !path.exists() {
        true => Err(ConnectError::new(
            format!("use {variable}"),
            format!("`{named}` is not there, and rolesweep puts no variables in"),
            "write the path out",
        )),
        false => Ok(Some(path)),
    }
}

/// The error if there is no home folder.
pub(crate) fn no_home(what: &str) -> ConnectError {
    ConnectError::new(what, "HOME is not set", "set HOME to an absolute path")
}

/// A name as a header spells it, in quotation marks if it needs them.
pub(crate) fn spelled(name: &str) -> Cow<'_, str> {
    let is_plain = !name.is_empty()
        && !name.chars().any(|c| c.is_whitespace() || ['\'', '"', '\\', '[', ']', '#', ';'].contains(&c));
    if is_plain { Cow::Borrowed(name) } else { Cow::Owned(format!("'{}'", name.replace('\'', "'\"'\"'"))) }
}
