//! Why no connection to AWS could be prepared.

use std::fmt;

use crate::shell::quote;

/// Why [`connect`](crate::connect) failed, in the three parts of a message. None holds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectError {
    /// What failed. It reads well after "failed to".
    pub what: String,
    /// The evidence.
    pub cause: String,
    /// What to do. Each line is one way.
    pub help: Vec<String>,
}

impl ConnectError {
    pub(crate) fn new(what: impl Into<String>, cause: impl Into<String>, help: impl Into<String>) -> Self {
        Self { what: what.into(), cause: cause.into(), help: vec![help.into()] }
    }

    /// Adds another way to correct it.
    #[must_use]
    pub(crate) fn or(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Adds the flag as another way to correct it: the flag wins over the environment.
    #[must_use]
    pub(crate) fn or_flag(self) -> Self {
        self.or("or name the profile with `--profile`")
    }

    /// An invalid value of the environment or of a profile.
    pub(crate) fn setting(origin: &str, value: &str, expected: &str) -> Self {
        Self {
            what: format!("use {origin}"),
            cause: format!("`{value}` is not {expected}"),
            help: vec![format!("correct {origin}, or unset it")],
        }
    }

    /// A profile whose role asks for an MFA code. The SDK has no prompt.
    pub(crate) fn mfa(name: &str) -> Self {
        let export = format!("`aws configure export-credentials --profile {} --format env`", quote(name));
        Self::new(
            format!("use the AWS profile `{name}`"),
            "it asks for an MFA code (`mfa_serial`), and rolesweep cannot ask for one",
            "use a profile of IAM Identity Center",
        )
        .or(format!("or get a session first, with {export} or `aws sts get-session-token`, and run again with these credentials"))
    }

    /// A profile that takes its credentials from `aws login`, which the SDK used here cannot read.
    pub(crate) fn login(name: &str) -> Self {
        let export = format!("aws configure export-credentials --profile {}", quote(name));
        Self::new(
            format!("use the AWS profile `{name}`"),
            "it takes its credentials from `aws login`, which rolesweep cannot read by itself",
            format!("run `{export} --format env` and use what it prints"),
        )
        .or(format!("or add a profile with `credential_process = {export}`"))
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.cause)?;
        for help in &self.help {
            write!(f, "; {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConnectError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_name_the_profile_as_a_shell_reads_it() {
        for error in [ConnectError::mfa("My Audit"), ConnectError::login("My Audit")] {
            let text = error.to_string();
            assert!(text.contains("`My Audit`") && text.contains("--profile 'My Audit'"), "{text}");
            assert!(!text.contains("--profile My Audit"), "{text}");
        }
    }
}
