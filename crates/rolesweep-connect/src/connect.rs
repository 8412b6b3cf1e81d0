//! Turns AWS's variables and files into a connection.

use std::time::Duration;

use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use rolesweep_model::is_region;

use crate::connection::Connection;
use crate::credentials::Caller;
use crate::credentials::container::Container;
use crate::credentials::instance::Instance;
use crate::credentials::providers;
use crate::environment::Environment;
use crate::error::ConnectError;
use crate::http::client;
use crate::http::endpoints;
use crate::http::proxies;
use crate::http::timeouts::Timeouts;
use crate::profiles::chain::Origin;
use crate::profiles::identity::{self, Chosen, DEFAULT};
use crate::profiles::profile::Profile;
use crate::secrets::learn::learning;
use crate::secrets::redact;
use crate::settings::{FixedTarget, Settings};

/// The region if nothing names one. STS is always active there, and it belongs to the commercial
/// partition.
const DEFAULT_REGION: &str = "us-east-1";

/// How long getting the caller's credentials may take. A `credential_process` may wait for a person
/// to touch a security key.
const CREDENTIALS_TIMEOUT: Duration = Duration::from_secs(120);

/// Prepares a connection to AWS: reads AWS's variables and files, checks them, and makes the
/// clients. It makes no calls, except that it asks an EC2 instance for its region if none is
/// configured.
///
/// # Errors
/// If a setting is invalid, a file cannot be read, or the profile cannot give credentials to a
/// program.
pub async fn connect(settings: Settings) -> Result<Connection, ConnectError> {
    match &settings.fixed {
        Some(target) => Ok(fixed(target, Timeouts::new(settings.read_timeout))),
        None => connect_from(&settings, &Environment::real(), None).await,
    }
}

/// A server with credentials of its own. The machine's configuration is not read.
fn fixed(target: &FixedTarget, timeouts: Timeouts) -> Connection {
    let client = match target.endpoint_url.starts_with("https:") {
        true => client::direct_client(None),
        false => client::plain_client(),
    };
    let credentials = Credentials::new(
        target.access_key_id.clone(),
        target.secret_access_key.clone(),
        target.session_token.clone(),
        None,
        "Fixed",
    );
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static(DEFAULT_REGION))
        .endpoint_url(target.endpoint_url.clone())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .identity_cache(IdentityCache::lazy().build())
        .retry_config(RetryConfig::standard())
        .timeout_config(timeouts.calls())
        .stalled_stream_protection(timeouts.stalls())
        .http_client(client);
    let config = match app_name() {
        Some(name) => config.app_name(name).build(),
        None => config.build(),
    };
    Connection::new(&config, Caller::default())
}

/// The connection that the environment and the settings describe. Tests give a `client`, which
/// replaces the network.
pub(crate) async fn connect_from(
    settings: &Settings,
    from: &Environment,
    client: Option<SharedHttpClient>,
) -> Result<Connection, ConnectError> {
    let profile = Profile::read(from, settings).await?;
    profile.check_settings(from)?;
    proxies::check(from)?;
    let (client, direct) = match client {
        Some(client) => (client.clone(), client),
        None => {
            let bundle = match profile.filled(from, "AWS_CA_BUNDLE", "ca_bundle") {
                Some((origin, path)) => Some(client::Bundle::read(&path, origin)?),
                None => None,
            };
            (client::client(bundle.clone(), from), client::direct_client(bundle))
        }
    };
    let (client, direct) = (learning(client), learning(direct));
    let instance = Instance::new(from, &profile, direct.clone())?;
    let region = region(settings, from, &profile, &instance).await?;
    let timeouts = Timeouts::new(settings.read_timeout);
    let config = load(from, &profile, region.clone(), client, timeouts).await;
    let config = endpoints::without_blanks(config, from, &profile);
    endpoints::check(&config)?;
    let overridden = endpoints::overridden(&config);
    let chain = profile.chosen.chain();
    tracing::debug!(origin = ?chain.origin, roles = ?chain.steps, "chose the caller's credentials");
    let provider = providers::provider(chain, &config, Container::new(from, direct), &instance).await;
    let config = config.to_builder().credentials_provider(provider).build();
    tracing::debug!(region = %region, profile = %profile.name, ?overridden, "prepared the connection");
    let connection = Connection::new(&config, Caller::new(&profile, region.as_ref()));
    Ok(match (&profile.chosen, identity::named(from, settings.profile.as_deref())?) {
        (Chosen::Environment(_), Some(name)) => connection.with_warning(format!(
            "AWS_ACCESS_KEY_ID is set, so the profile `{name}` gives no credentials, as with the AWS CLI"
        )),
        _ => connection,
    })
}

/// The region. The first that is set of: the caller's, the environment's, the profile's, the
/// instance's if no other source gives credentials, and the default. It decides the partition.
async fn region(
    settings: &Settings,
    from: &Environment,
    profile: &Profile,
    instance: &Instance,
) -> Result<Region, ConnectError> {
    let of_environment = || {
        ["AWS_REGION", "AWS_DEFAULT_REGION"]
            .iter()
            .find_map(|name| Some(((*name).to_owned(), from.variable(name)?)))
    };
    let of_profile = || Some((format!("the Region of the profile `{}`", profile.name), profile.region()?));
    let of_settings = settings.region.clone().map(|region| ("--region".to_owned(), region));
    let Some((origin, name)) = of_settings.or_else(of_environment).or_else(of_profile) else {
        let found = match profile.chosen {
            Chosen::Machine(Origin::Instance) => instance.region().await,
            _ => None,
        };
        return Ok(found.unwrap_or(Region::from_static(DEFAULT_REGION)));
    };
    let name = name.trim().to_owned();
    match is_region(&name) {
        true => Ok(Region::new(name)),
        false => {
            Err(ConnectError::setting(&origin, &redact::message(&name), "an AWS Region such as us-east-1"))
        }
    }
}

/// One SDK configuration for every service, without credentials. Client, identity cache, time-outs
/// and region are shared.
#[cfg_attr(not(test), expect(unused_variables, reason = "tests have an environment of their own"))]
async fn load(
    from: &Environment,
    profile: &Profile,
    region: Region,
    client: SharedHttpClient,
    timeouts: Timeouts,
) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(region)
        .http_client(client)
        .timeout_config(timeouts.calls())
        .stalled_stream_protection(timeouts.stalls())
        .identity_cache(IdentityCache::lazy().load_timeout(CREDENTIALS_TIMEOUT).build())
        .no_credentials()
        .profile_files(profile.sdk_config().clone())
        .profile_name(DEFAULT);
    #[cfg(test)]
    {
        loader = loader.env(from.env.clone());
    }
    if let Some(name) = app_name() {
        loader = loader.app_name(name);
    }
    loader.load().await
}

/// The name in the user agent. It shows in an account's CloudTrail which tool made the calls.
fn app_name() -> Option<AppName> {
    AppName::new(concat!("rolesweep-", env!("CARGO_PKG_VERSION"))).ok()
}
