//! Why the way to AWS could not be prepared.

use crate::refusal::Refusal;
use crate::shell::quote;

/// Why [`connect`](crate::connect) failed. Every text names what to change; none holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// A profile file is there and cannot be read or parsed.
    #[error("read the AWS configuration: {0}")]
    ConfigFile(String),
    /// Something of the environment or the files is refused, with the remedy.
    #[error("{0}")]
    Refused(Refusal),
    /// The selected profile is in none of the files.
    #[error(
        "find the AWS profile `{name}`: it is in neither the config nor the credentials file ({known}); `aws configure sso --profile {}` makes it",
        quote(name)
    )]
    UnknownProfile {
        /// The profile's name.
        name: String,
        /// The profiles that are there, in words.
        known: String,
    },
    /// The selected profile asks for an MFA code, and the SDK has no prompt.
    #[error(
        "use the AWS profile `{name}`: it asks for an MFA code (`mfa_serial`), and rolesweep cannot ask for one; use a \
         profile of IAM Identity Center, or get a session first, with `aws configure export-credentials --profile {} \
         --format env` or `aws sts get-session-token`, and run again with these credentials",
        quote(name)
    )]
    Mfa {
        /// The profile that has `mfa_serial`.
        name: String,
    },
    /// The selected profile takes its credentials from `aws login`, which the SDK here cannot read.
    #[error(
        "use the AWS profile `{name}`: it takes its credentials from `aws login`, which rolesweep cannot read by itself; \
         run `aws configure export-credentials --profile {0} --format env` and use what it prints, or add a profile \
         with `credential_process = aws configure export-credentials --profile {0}`",
        quote(name)
    )]
    Login {
        /// The profile's name.
        name: String,
    },
    /// The keys that a profile's role is assumed with cannot be used.
    #[error("use the AWS profile `{name}`: {reason}; set it anew")]
    Keys {
        /// The profile that holds the keys, or takes them from the environment.
        name: String,
        /// Which of them, and why; never the value.
        reason: String,
    },
    /// A setting of AWS's own, from the environment or the profile, has a value that means nothing.
    #[error("use {origin}: `{value}` is not {expected}")]
    Setting {
        /// Where the value stands: a variable, or a key of the profile.
        origin: String,
        /// The value.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
    /// The file with the private certificate authority cannot be used.
    #[error("use the certificates of `{path}` (AWS_CA_BUNDLE or `ca_bundle`): {reason}")]
    CaBundle {
        /// The file.
        path: String,
        /// Why not.
        reason: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_name_the_profile_as_a_shell_reads_it() {
        let name = || "My Audit".to_owned();
        for error in [
            ConnectError::UnknownProfile { name: name(), known: String::new() },
            ConnectError::Mfa { name: name() },
            ConnectError::Login { name: name() },
        ] {
            let text = error.to_string();
            assert!(text.contains("`My Audit`") && text.contains("--profile 'My Audit'"), "{text}");
            assert!(!text.contains("--profile My Audit"), "{text}");
        }
    }
}
