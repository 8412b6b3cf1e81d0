//! Refuses credentials that cannot sign a request, before the SDK panics on them.

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};

use crate::secrets;

/// A part of the credentials that is not printable ASCII or has a space. It names the part and
/// never its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the {0} has a character that credentials cannot have, such as a line break")]
pub struct InvalidCredentials(&'static str);

/// Refuses credentials that cannot sign a request. AWS's own consist of letters, digits and a few
/// signs.
///
/// # Errors
/// The first part with a character that credentials cannot have.
pub fn check(id: &str, secret: &str, token: Option<&str>) -> Result<(), InvalidCredentials> {
    let parts =
        [("access key id", id), ("secret access key", secret), ("session token", token.unwrap_or_default())];
    match parts.iter().find(|(_, value)| !value.bytes().all(|byte| byte.is_ascii_graphic())) {
        Some((name, _)) => Err(InvalidCredentials(name)),
        None => Ok(()),
    }
}

/// A provider whose credentials are checked before they are used.
#[derive(Debug)]
pub(crate) struct Validated(pub(crate) SharedCredentialsProvider);

impl ProvideCredentials for Validated {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let credentials = self.0.provide_credentials().await?;
            is_usable(&credentials).map_err(CredentialsError::invalid_configuration)?;
            secrets::remember_for_good(credentials.secret_access_key());
            credentials.session_token().into_iter().for_each(secrets::remember_for_good);
            Ok(credentials)
        })
    }

    fn fallback_on_interrupt(&self) -> Option<Credentials> {
        self.0.fallback_on_interrupt().filter(|credentials| is_usable(credentials).is_ok())
    }
}

fn is_usable(credentials: &Credentials) -> Result<(), InvalidCredentials> {
    check(credentials.access_key_id(), credentials.secret_access_key(), credentials.session_token())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_with_the_strange_character_is_named_and_not_shown() {
        check("AKIDEXAMPLE", "a+/b=", Some("t-_.~%=")).unwrap();
        check("AKIDEXAMPLE", "s", None).unwrap();
        for bad in ["x\r", "x\n", "x y", "x\u{7f}", "x\0", "x\t", "schlüssel"] {
            for (values, name) in [
                ((bad, "s", None), "access key id"),
                (("AKID", bad, None), "secret access key"),
                (("AKID", "s", Some(bad)), "session token"),
            ] {
                let error = check(values.0, values.1, values.2).unwrap_err().to_string();
                assert!(error.contains(name) && !error.contains(bad), "{error}");
            }
        }
    }
}
