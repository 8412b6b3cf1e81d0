//! Settings that are one of a few.

use std::path::{Path, PathBuf};

use crate::settings::declare::choices;
use crate::settings::typed::Typed;
use crate::settings::value::Value;

choices! {
    /// Which roles are listed.
    pub enum Include {
        /// Flagged and undetermined ones.
        Flagged = "flagged",
        /// All.
        All = "all",
    }

    /// What has an exit code of its own.
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
        /// One JSON object a line.
        Json = "json",
    }

    /// When colours are used.
    pub enum Color {
        /// On a terminal that can, unless `NO_COLOR` says otherwise.
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

impl Typed for Target {
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Path(path) if path == Path::new("-") => Some(Self::Stdout),
            Value::Path(path) => Some(Self::Folder(path.clone())),
            _ => None,
        }
    }

    fn unset() -> Option<Self> {
        Some(Self::NewFolder)
    }
}
