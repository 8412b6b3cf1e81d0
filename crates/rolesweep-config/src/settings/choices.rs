//! Settings whose value is one of a few words.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::errors::Fault;
use crate::settings::declare::choices;
use crate::text::quote::quote;
use crate::value::{Rules, Shape, Value, either};

choices! {
    /// Which roles are listed.
    pub enum Include {
        /// Flagged and undetermined ones.
        Flagged = "flagged",
        /// All.
        All = "all",
    }

    /// What has its own exit code.
    pub enum FailOn {
        /// Nothing.
        Never = "never",
        /// Findings.
        Findings = "findings",
    }

    /// How log lines are written.
    pub enum LogFormat {
        /// For people.
        Text = "text",
        /// One JSON object in each line.
        Json = "json",
    }

    /// When colours are used.
    pub enum Color {
        /// On a terminal that supports them, unless `NO_COLOR` says otherwise.
        Auto = "auto",
        /// Always.
        Always = "always",
        /// Never.
        Never = "never",
    }
}

/// Where the report goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A new folder below `rolesweep-report/`.
    NewFolder,
    /// This folder.
    Folder(PathBuf),
    /// The standard output, `roles.csv` alone.
    Stdout,
}

impl Value for Target {
    const SHAPE: Shape = Shape::Path;

    fn parse(text: &str, rules: &Rules) -> Result<Self, Fault> {
        Self::parse_os(OsStr::new(text), rules)
    }

    fn parse_os(text: &OsStr, rules: &Rules) -> Result<Self, Fault> {
        if text == "-" { Ok(Self::Stdout) } else { PathBuf::parse_os(text, rules).map(Self::Folder) }
    }

    fn toml(&self) -> Option<String> {
        match self {
            Self::NewFolder => None,
            Self::Folder(path) => path.toml(),
            Self::Stdout => Some(quote("-")),
        }
    }

    fn unset() -> Option<Self> {
        Some(Self::NewFolder)
    }

    fn below(self, folder: &Path) -> Self {
        match self {
            Self::Folder(path) => Self::Folder(path.below(folder)),
            other => other,
        }
    }
}
