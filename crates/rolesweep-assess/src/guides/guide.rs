//! What a person does about a rule's roles.

use super::controls::Control;

/// What a person does about a rule's roles. `ROLE`, `ROLE_ARN` and other words in capitals stand
/// for what the person knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guide {
    /// Why it matters, and what the evidence does not show.
    pub why: &'static str,
    /// How to check it in the console, click by click.
    pub console: &'static [&'static str],
    /// How to check it with the AWS CLI.
    pub cli: &'static [Step],
    /// How to remedy it.
    pub remedy: &'static [Step],
    /// How to keep it from coming back.
    pub prevent: &'static [Step],
    /// The controls that this supports.
    pub controls: &'static [Control],
}

/// Something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What, in a sentence or two.
    pub text: &'static str,
    /// The commands or the document, if there is one: its language and its lines.
    pub code: Option<(&'static str, &'static str)>,
}

impl Step {
    /// A step in words.
    pub(super) const fn words(text: &'static str) -> Self {
        Self { text, code: None }
    }

    /// Commands, and what they are for.
    pub(super) const fn commands(text: &'static str, commands: &'static str) -> Self {
        Self { text, code: Some(("sh", commands)) }
    }

    /// A policy document, and what it is for.
    pub(super) const fn document(text: &'static str, document: &'static str) -> Self {
        Self { text, code: Some(("json", document)) }
    }
}
