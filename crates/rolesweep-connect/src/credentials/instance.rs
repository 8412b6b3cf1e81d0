//! Credentials and Region of an EC2 instance, from its metadata service. They never go through a
//! proxy, and never take long.

use std::sync::atomic::{AtomicBool, Ordering};

use aws_config::Region;
use aws_config::imds;
use aws_config::imds::client::EndpointMode;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use tokio::time::timeout;

use crate::credentials::container::{ANSWER_TIMEOUT, EndpointError};
use crate::environment::Environment;
use crate::error::ConnectError;
use crate::profiles::profile::Profile;
use crate::secrets::redact;

/// The usual address of the service.
const USUAL: &str = "http://169.254.169.254";

/// The EC2 instance that this machine may be.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    /// `None` if the service is not to be asked.
    client: Option<imds::Client>,
    config: ProviderConfig,
    /// Its URL, and the setting that it comes from.
    endpoint: (String, String),
}

impl Instance {
    /// The service that the environment and the profile name. The client uses no proxy.
    ///
    /// # Errors
    /// If its endpoint is not a URL, or its mode is invalid.
    pub(crate) fn new(
        from: &Environment,
        profile: &Profile,
        client: SharedHttpClient,
    ) -> Result<Self, ConnectError> {
        let config = ProviderConfig::without_region().with_http_client(client);
        let refuse = |origin: &str, value: &str, expected| {
            ConnectError::setting(origin, &redact::message(value), expected)
        };
        let mut builder = imds::Client::builder().configure(&config);
        let (variable, key) = ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
        let mut endpoint = (USUAL.to_owned(), "the instance's metadata service".to_owned());
        if let Some((origin, url)) = profile.filled(from, variable, key) {
            builder = builder
                .endpoint(&url)
                .map_err(|_| refuse(&origin, &url, "a URL such as http://169.254.169.254"))?;
            endpoint = (crate::http::urls::without_userinfo(&url), origin);
        }
        let (variable, key) =
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
        if let Some((origin, mode)) = profile.filled(from, variable, key) {
            let mode =
                mode.parse::<EndpointMode>().map_err(|_| refuse(&origin, &mode, "`IPv4` or `IPv6`"))?;
            builder = builder.endpoint_mode(mode);
        }
        let is_off = from
            .variable("AWS_EC2_METADATA_DISABLED")
            .is_some_and(|value| value.eq_ignore_ascii_case("true"));
        Ok(Self { client: (!is_off).then(|| builder.build()), config, endpoint })
    }

    /// Its Region, if it says so in time.
    pub(crate) async fn region(&self) -> Option<Region> {
        let client = self.client.clone()?;
        let provider = ImdsRegionProvider::builder().configure(&self.config).imds_client(client).build();
        timeout(ANSWER_TIMEOUT, provider.region()).await.ok().flatten()
    }

    pub(crate) fn provider(&self) -> impl ProvideCredentials + use<> {
        let client = self.client.clone();
        let provider = client.map(|client| {
            ImdsCredentialsProvider::builder().configure(&self.config).imds_client(client).build()
        });
        Provider { provider, endpoint: self.endpoint.clone(), has_answered: AtomicBool::new(false) }
    }
}

#[derive(Debug)]
struct Provider {
    provider: Option<ImdsCredentialsProvider>,
    endpoint: (String, String),
    has_answered: AtomicBool,
}

impl Provider {
    async fn credentials(&self) -> provider::Result {
        let Some(provider) = &self.provider else {
            let text = "AWS_EC2_METADATA_DISABLED turns off the instance's metadata service";
            return Err(CredentialsError::not_loaded(text));
        };
        let what = match timeout(ANSWER_TIMEOUT, provider.provide_credentials()).await {
            Ok(Ok(credentials)) => {
                self.has_answered.store(true, Ordering::Relaxed);
                return Ok(credentials);
            }
            Ok(Err(error)) => {
                let cause = redact::causes(&error);
                format!("gave no credentials: {cause}")
            }
            Err(_) => format!("gave no answer in {} s", ANSWER_TIMEOUT.as_secs()),
        };
        let (url, origin) = self.endpoint.clone();
        let is_passing = self.has_answered.load(Ordering::Relaxed);
        Err(CredentialsError::provider_error(EndpointError { origin, url, what, is_passing }))
    }
}

impl ProvideCredentials for Provider {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }

    fn fallback_on_interrupt(&self) -> Option<aws_credential_types::Credentials> {
        self.provider.as_ref()?.fallback_on_interrupt()
    }
}
