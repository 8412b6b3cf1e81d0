//! A refusal in the three parts that a person reads: what happened, why, and what to do.

use std::fmt;

/// Why something of the user's environment or files cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What could not be done; reads well after "failed to".
    pub what: String,
    /// Why.
    pub cause: String,
    /// What to do: each line is one way.
    pub help: Vec<String>,
}

impl Refusal {
    pub(crate) fn new(what: impl Into<String>, cause: impl Into<String>, help: impl Into<String>) -> Self {
        Self { what: what.into(), cause: cause.into(), help: vec![help.into()] }
    }

    /// With another way out.
    #[must_use]
    pub(crate) fn or(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.cause)?;
        for help in &self.help {
            write!(f, "; {help}")?;
        }
        Ok(())
    }
}
