//! Which endpoints replace AWS's own.

use aws_config::SdkConfig;
use aws_runtime::env_config::EnvConfigValue;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};
use http::Uri;

use crate::environment::Environment;
use crate::error::ConnectError;
use crate::http::urls::{has_address, without_password, without_userinfo};
use crate::profiles::profile::Profile;
use crate::secrets::redact;

/// The services that a scan calls, by the SDK's service id and by the name that reports use.
const SERVICES: [(&str, &str); 3] = [("STS", "sts"), ("Organizations", "organizations"), ("IAM", "iam")];

/// The endpoints that were set, each as `service url`, in a fixed order, for the manifest.
pub(crate) fn overridden(config: &SdkConfig) -> Vec<String> {
    SERVICES
        .iter()
        .filter_map(|(id, name)| {
            let url = of_service(config, id)?;
            Some(format!("{name} {}", without_userinfo(&url)))
        })
        .collect()
}

/// The endpoint of one service, found in the way of the generated clients.
fn of_service(config: &SdkConfig, service_id: &str) -> Option<String> {
    let general = config.endpoint_url();
    if config.get_origin("endpoint_url").is_client_config() {
        return general.map(str::to_owned);
    }
    let key = ServiceConfigKey::builder()
        .service_id(service_id)
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build()
        .ok()?;
    let of_service = config.service_config().and_then(|loader| loader.load_config(key));
    of_service.or_else(|| general.map(str::to_owned))
}

/// A configuration in which an empty endpoint variable counts as not set. The SDK would use the
/// empty text as the endpoint.
pub(crate) fn without_blanks(config: SdkConfig, from: &Environment, profile: &Profile) -> SdkConfig {
    let mut builder = config.to_builder();
    if config.endpoint_url().is_some_and(is_blank) {
        builder.set_endpoint_url(None);
    }
    builder.service_config(ServiceSettings { config, from: from.clone(), profile: profile.clone() }).build()
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// The settings of single services. Empty ones do not count.
#[derive(Debug)]
struct ServiceSettings {
    config: SdkConfig,
    from: Environment,
    profile: Profile,
}

impl LoadServiceConfig for ServiceSettings {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let value = self.config.service_config()?.load_config(key.clone())?;
        if !is_blank(&value) {
            return Some(value);
        }
        // If the service's variable is empty, the SDK's next sources count: the general variable,
        // then the profile.
        self.from.variable(key.env()).or_else(|| {
            let of_profile = EnvConfigValue::new().profile(key.profile()).service_id(key.service_id());
            let (value, _) = of_profile.load(&self.from.env, Some(self.profile.sections()))?;
            Some(value.into_owned()).filter(|value| !is_blank(value))
        })
    }
}

/// Refuses endpoints that cannot receive a request.
///
/// # Errors
/// If the endpoint of a service is not a URL, or has no host.
pub(crate) fn check(config: &SdkConfig) -> Result<(), ConnectError> {
    for (id, name) in SERVICES {
        let Some(url) = of_service(config, id) else { continue };
        if let Some(expected) = mistake(&url) {
            return Err(ConnectError::setting(
                &format!("the configured endpoint of {name}"),
                &redact::message(&without_password(&url)),
                expected,
            ));
        }
    }
    Ok(())
}

/// What is wrong with an endpoint.
fn mistake(url: &str) -> Option<&'static str> {
    let Some(rest) = ["http://", "https://"].iter().find_map(|scheme| url.strip_prefix(scheme)) else {
        return Some("a URL that begins with http:// or https://");
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    if host.is_empty() || host.starts_with(':') {
        return Some("a URL with a host, such as http://127.0.0.1:4566: it has none");
    }
    match url.parse::<Uri>() {
        Ok(uri) if has_address(&uri) => None,
        _ => Some("a URL such as http://127.0.0.1:4566"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_that_no_request_can_be_sent_to_are_mistakes() {
        for good in ["http://127.0.0.1:1", "https://u:p@host/x?y", "http://[::1]:80/"] {
            assert_eq!(mistake(good), None, "{good}");
        }
        for (bad, words) in [
            ("127.0.0.1:1", "begins with"),
            ("ftp://host", "begins with"),
            ("http://", "with a host"),
            ("http:///path", "with a host"),
            ("https://u:p@", "with a host"),
            ("http://:80", "with a host"),
            ("http://a b", "such as"),
            ("http://host:port", "such as"),
        ] {
            assert!(mistake(bad).is_some_and(|text| text.contains(words)), "{bad}");
        }
    }
}
