//! The caller's own credentials: where they come from, and what to do when there are none.

use std::env::VarError;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::result::ConnectorError;

use crate::credentials::container::EndpointError;
use crate::credentials::validate::InvalidCredentials;
use crate::errors::causes::find;
use crate::errors::phrases::{CALL_TIMED_OUT, SIGNED_OUT};
use crate::profiles::profile::Profile;
use crate::secrets::redact;
use crate::shell::quote;
use rolesweep_model::ErrorKind;

/// What is known about the source of the caller's credentials: enough to say how to correct them.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// The profile, if credentials come from one.
    profile: Option<String>,
    /// Whether they come from IAM Identity Center.
    is_sso: bool,
    /// The region in which STS is called.
    region: String,
}

impl Caller {
    pub(crate) fn new(profile: &Profile, region: &str) -> Self {
        Self {
            profile: profile.gives_credentials().then(|| profile.name.clone()),
            is_sso: profile.is_sso(),
            region: region.to_owned(),
        }
    }

    /// How to renew credentials that have expired.
    pub(crate) fn renewal(&self) -> String {
        match &self.profile {
            Some(name) if self.is_sso => {
                format!("sign in again with `aws sso login --profile {}`", quote(name))
            }
            Some(name) => format!("renew the credentials of the profile `{name}`"),
            None => "renew the caller's credentials".to_owned(),
        }
    }

    /// What to check when AWS does not know the credentials.
    pub(crate) fn doubt(&self) -> String {
        format!(
            "AWS does not accept the caller's credentials in {}: check the access key and the session token, and, for another \
             partition, name one of its regions with `--region`",
            self.region
        )
    }

    /// What to check when a host has no address.
    pub(crate) fn without_address(&self) -> String {
        format!("check the network, and that there is a region `{}`", self.region)
    }

    /// What a provider's failure means, and how to correct it.
    pub(crate) fn explain(&self, error: &CredentialsError) -> (ErrorKind, String) {
        if let Some(unusable) = find::<InvalidCredentials>(error) {
            return (ErrorKind::NoCredentials, self.unusable(unusable));
        }
        if let Some(VarError::NotUnicode(_)) = find::<VarError>(error) {
            // Its text repeats the value, which may be the secret key.
            let text = "a variable with the caller's credentials is not text (UTF-8); set it again";
            return (ErrorKind::NoCredentials, text.to_owned());
        }
        if let Some(endpoint) = find::<EndpointError>(error) {
            let kind = if endpoint.is_passing { ErrorKind::Transient } else { ErrorKind::NoCredentials };
            return (kind, format!("{}: {endpoint}", self.nothing_found()));
        }
        let cause = redact::causes(error);
        match error {
            _ if is_passing(error, &cause) => (ErrorKind::Transient, cause),
            _ if self.is_sso && SIGNED_OUT.iter().any(|words| cause.contains(words)) => (
                ErrorKind::Expired,
                format!(
                    "the session of IAM Identity Center is missing or has expired; {} ({cause})",
                    self.renewal()
                ),
            ),
            _ => (ErrorKind::NoCredentials, format!("{}: {cause}", self.nothing_found())),
        }
    }

    fn unusable(&self, why: &InvalidCredentials) -> String {
        match &self.profile {
            Some(name) => {
                format!("the profile `{name}` gives credentials that cannot be used: {why}; set it again")
            }
            None => format!("the caller's credentials cannot be used: {why}; set it again"),
        }
    }

    fn nothing_found(&self) -> String {
        match &self.profile {
            Some(name) => format!("the profile `{name}` gives no AWS credentials"),
            None => "there are no AWS credentials".to_owned(),
        }
    }
}

/// Whether a provider failed because of the network or its server, so that it may work the next
/// time.
fn is_passing(error: &CredentialsError, cause: &str) -> bool {
    let on_the_way = find::<ConnectorError>(error).is_some_and(|e| e.is_io() || e.is_timeout());
    on_the_way || cause.contains(CALL_TIMED_OUT)
}
