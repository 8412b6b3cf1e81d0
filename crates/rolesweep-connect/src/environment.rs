//! The environment and files that AWS's settings are read from.

use std::env::VarError;
use std::path::PathBuf;

use aws_types::os_shim_internal::Env;

/// Where AWS's settings are read from: the process's environment and the user's files, or a test's.
#[derive(Debug, Clone)]
pub(crate) struct Environment {
    pub(crate) env: Env,
    /// The home folder, `~` in AWS's files.
    pub(crate) home: Option<PathBuf>,
    /// A config file to read before the others, for tests.
    pub(crate) given: Option<String>,
}

impl Environment {
    pub(crate) fn real() -> Self {
        let home = std::env::home_dir().filter(|home| home.is_absolute());
        Self { env: Env::real(), home, given: None }
    }

    /// A variable that is set and not blank.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        self.env.get(name).ok().filter(|value| !value.trim().is_empty())
    }

    /// Whether a variable is set to something that is not UTF-8.
    pub(crate) fn is_not_text(&self, name: &str) -> bool {
        matches!(self.env.get(name), Err(VarError::NotUnicode(_)))
    }
}
