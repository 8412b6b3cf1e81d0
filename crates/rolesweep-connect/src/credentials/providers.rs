//! Turns an origin of credentials into a provider: the SDK's providers, one for each origin, and
//! one for each role to assume.

use std::time::{Duration, SystemTime};

use aws_config::credential_process::CredentialProcessProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sso::SsoCredentialsProvider;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, SharedCredentialsProvider, future};

use crate::bounded;
use crate::credentials::container::Container;
use crate::credentials::instance::Instance;
use crate::credentials::validate::Validated;
use crate::profiles::chain::{Chain, Origin, Sso, Step, WebIdentity};

/// The provider. `config` has no credentials.
pub(crate) async fn provider(
    chain: Chain,
    config: &SdkConfig,
    container: Container,
    instance: &Instance,
) -> SharedCredentialsProvider {
    let mut provider = match chain.origin {
        Origin::Keys(keys) => {
            SharedCredentialsProvider::new(Credentials::new(keys.id, keys.secret, keys.token, None, "Keys"))
        }
        Origin::WebIdentity(web) => {
            SharedCredentialsProvider::new(FromToken { web, client: aws_sdk_sts::Client::new(config) })
        }
        Origin::Sso(sso) => SharedCredentialsProvider::new(signed_in(sso, config)),
        Origin::Process(command) => SharedCredentialsProvider::new(CredentialProcessProvider::new(command)),
        Origin::Container => SharedCredentialsProvider::new(container),
        Origin::Instance => SharedCredentialsProvider::new(instance.provider()),
    };
    for step in chain.steps {
        provider = SharedCredentialsProvider::new(assumed(step, config, provider).await);
    }
    provider
}

fn signed_in(sso: Sso, config: &SdkConfig) -> SsoCredentialsProvider {
    let mut provider = ProviderConfig::without_region().with_region(config.region().cloned());
    if let Some(client) = config.http_client() {
        provider = provider.with_http_client(client);
    }
    if let Some(timeouts) = config.timeout_config() {
        provider = provider.with_timeout_config(timeouts.clone());
    }
    let mut builder = SsoCredentialsProvider::builder()
        .configure(&provider)
        .account_id(sso.account)
        .role_name(sso.role)
        .start_url(sso.start_url)
        .region(Region::new(sso.region));
    builder.set_session_name(sso.session);
    builder.build()
}

async fn assumed(step: Step, config: &SdkConfig, with: SharedCredentialsProvider) -> AssumeRoleProvider {
    let mut builder = AssumeRoleProvider::builder(step.role_arn).configure(config);
    if let Some(id) = step.external_id {
        builder = builder.external_id(id);
    }
    if let Some(name) = step.session_name {
        builder = builder.session_name(name);
    }
    if let Some(seconds) = step.duration_seconds {
        builder = builder.session_length(Duration::from_secs(seconds.into()));
    }
    builder.build_from_provider(Validated(with)).await
}

/// A role to assume with a token. The SDK's own provider does not know the profile's endpoints.
#[derive(Debug)]
struct FromToken {
    web: WebIdentity,
    client: aws_sdk_sts::Client,
}

impl FromToken {
    async fn credentials(&self) -> provider::Result {
        let file = &self.web.token_file;
        let token = tokio::task::spawn_blocking({
            let file = file.clone();
            move || bounded::read_text(&file, bounded::TOKEN)
        });
        let token = match token.await {
            Ok(Ok(token)) => token,
            Ok(Err(error)) => {
                return Err(CredentialsError::provider_error(format!(
                    "the token {}: {error}",
                    file.display()
                )));
            }
            Err(error) => return Err(CredentialsError::unhandled(error)),
        };
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let name = self.web.session_name.clone().unwrap_or_else(|| format!("rolesweep-{}", since.as_secs()));
        let call = self.client.assume_role_with_web_identity();
        let answer = call
            .role_arn(&self.web.role_arn)
            .role_session_name(name)
            .web_identity_token(token.trim())
            .send()
            .await
            .map_err(CredentialsError::provider_error)?;
        let credentials = answer
            .credentials
            .ok_or_else(|| CredentialsError::unhandled("STS answered without credentials"))?;
        let expiry = SystemTime::try_from(credentials.expiration).map_err(CredentialsError::unhandled)?;
        Ok(Credentials::new(
            credentials.access_key_id,
            credentials.secret_access_key,
            Some(credentials.session_token),
            Some(expiry),
            "WebIdentity",
        ))
    }
}

impl ProvideCredentials for FromToken {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}
