//! Credentials of a container (ECS, EKS Pod Identity, CloudShell), from an endpoint on the machine
//! that a variable names.
//!
//! The SDK's own provider refuses an `Expiration` with an offset, waits for more than a minute for
//! an endpoint that never answers, and names neither the variable nor the URL.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::interceptors::context::Error as ContextError;
use aws_smithy_runtime_api::client::orchestrator::{
    HttpRequest, HttpResponse, OrchestratorError, SensitiveOutput,
};
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use http::{HeaderValue, Uri};
use jiff::Timestamp;
use serde_json::{Map, Value};
use tokio::task::spawn_blocking;

use crate::bounded;
use crate::environment::Environment;
use crate::secrets::redact;

/// How long an endpoint on the machine may take, including all attempts.
pub(crate) const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// How long it may take to connect, and to answer.
const CONNECT: Duration = Duration::from_secs(2);
const READ: Duration = Duration::from_secs(4);

/// The address of the ECS agent.
const ECS: &str = "http://169.254.170.2";

/// The addresses, besides loopback ones, that may be asked without TLS: those of ECS and of EKS Pod
/// Identity.
const ALLOWED: [IpAddr; 3] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x23)),
];

/// An endpoint on the machine gave no credentials.
#[derive(Debug, thiserror::Error)]
#[error("the credentials endpoint {url} ({origin}) {what}")]
pub(crate) struct EndpointError {
    /// The variable that its URL comes from.
    pub(crate) origin: String,
    /// Its URL, without user name, password and query.
    pub(crate) url: String,
    pub(crate) what: String,
    /// Whether the failure may pass, because the endpoint has answered before.
    pub(crate) is_passing: bool,
}

#[derive(Debug)]
pub(crate) struct Container {
    from: Environment,
    client: SharedHttpClient,
    has_answered: AtomicBool,
}

/// The endpoint's answer: texts by name. As in the SDK's own provider, names ignore case, and two
/// of them have a second form.
struct Answer(Map<String, Value>);

impl Answer {
    fn get(&self, names: &[&str]) -> Option<&str> {
        let is_meant = |key: &str| names.iter().any(|name| key.eq_ignore_ascii_case(name));
        self.0.iter().find_map(|(key, value)| value.as_str().filter(|_| is_meant(key)))
    }
}

impl Container {
    /// Asks the endpoint that the environment names. The client uses no proxy.
    pub(crate) fn new(from: &Environment, client: SharedHttpClient) -> Self {
        Self { from: from.clone(), client, has_answered: AtomicBool::new(false) }
    }

    async fn credentials(&self) -> provider::Result {
        let (variable, url) = self.url()?;
        let fail = |what: String| {
            CredentialsError::provider_error(EndpointError {
                origin: variable.to_owned(),
                url: crate::http::urls::without_userinfo(&url),
                what,
                is_passing: self.has_answered.load(Ordering::Relaxed),
            })
        };
        let asked = async {
            let uri = allowed(&url).await?;
            self.ask(&uri, self.token().await?).await
        };
        let body = match tokio::time::timeout(ANSWER_TIMEOUT, asked).await {
            Ok(answer) => answer.map_err(&fail)?,
            Err(_) => return Err(fail(format!("gave no answer in {} s", ANSWER_TIMEOUT.as_secs()))),
        };
        let credentials = read(&body).map_err(&fail)?;
        self.has_answered.store(true, Ordering::Relaxed);
        Ok(credentials)
    }

    /// The URL, and the variable that names it.
    fn url(&self) -> Result<(&'static str, String), CredentialsError> {
        const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
        const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
        match (self.from.variable(RELATIVE), self.from.variable(FULL)) {
            (Some(path), _) => Ok((RELATIVE, format!("{ECS}{path}"))),
            (None, Some(url)) => Ok((FULL, url)),
            (None, None) => {
                let text = "`credential_source = EcsContainer` asks for AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or \
                    AWS_CONTAINER_CREDENTIALS_FULL_URI, and neither is set";
                Err(CredentialsError::invalid_configuration(text))
            }
        }
    }

    async fn token(&self) -> Result<Option<HeaderValue>, String> {
        let variable = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
        let (origin, token) = match self.from.variable(variable) {
            Some(path) => {
                let file = PathBuf::from(&path);
                let token = spawn_blocking(move || bounded::read_text(&file, bounded::TOKEN)).await;
                match token.map_err(io::Error::from).flatten() {
                    Ok(token) => (variable, token),
                    Err(error) => {
                        return Err(format!(
                            "needs a token, and `{path}` ({variable}) cannot be read: {error}"
                        ));
                    }
                }
            }
            None => match self.from.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN") {
                Some(token) => ("AWS_CONTAINER_AUTHORIZATION_TOKEN", token),
                None => return Ok(None),
            },
        };
        let value = HeaderValue::from_str(token.trim_end_matches(['\r', '\n']));
        value.map(Some).map_err(|_| {
            format!("needs a token, and the one of {origin} has a character that headers cannot have")
        })
    }

    async fn ask(&self, uri: &Uri, token: Option<HeaderValue>) -> Result<String, String> {
        let endpoint = format!(
            "{}://{}",
            uri.scheme_str().unwrap_or("http"),
            uri.authority().map_or("", |a| a.as_str())
        );
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let mut secret = Layer::new("SensitiveOutput");
        secret.store_put(SensitiveOutput);
        let operation = Operation::builder()
            .service_name("ContainerCredentials")
            .operation_name("GetCredentials")
            .endpoint_url(&endpoint)
            .no_auth()
            .http_client(self.client.clone())
            .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT).read_timeout(READ).build())
            .standard_retry(&RetryConfig::standard())
            .retry_classifier(TransientErrorClassifier::<ContextError>::new())
            .retry_classifier(HttpStatusCodeClassifier::default())
            .runtime_plugin(StaticRuntimePlugin::new().with_config(secret.freeze()))
            .serializer(move |token: Option<HeaderValue>| {
                let mut request =
                    http::Request::builder().uri(path.as_str()).header("accept", "application/json");
                if let Some(token) = token {
                    request = request.header("authorization", token);
                }
                Ok(HttpRequest::try_from(request.body(SdkBody::empty())?)?)
            })
            .deserializer(|response: &HttpResponse| match response.status().is_success() {
                true => {
                    let body = response.body().bytes().unwrap_or_default();
                    Ok(String::from_utf8_lossy(body).into_owned())
                }
                false => {
                    let error = std::io::Error::other(format!("answered {}", response.status().as_u16()));
                    Err(OrchestratorError::operation(error))
                }
            })
            .build();
        operation.invoke(token).await.map_err(|error| match error.as_service_error() {
            Some(error) => error.to_string(),
            None => {
                let cause = redact::causes(&error);
                format!("cannot be reached: {cause}")
            }
        })
    }
}

/// Refuses a URL that would send a secret unencrypted.
async fn allowed(url: &str) -> Result<Uri, &'static str> {
    let uri: Uri = url.parse().map_err(|_| "is not a URL")?;
    let Some(host) = uri.host() else { return Err("is a URL without a host") };
    match uri.scheme_str() {
        Some("https") => return Ok(uri),
        Some("http") => {}
        _ => return Err("has a URL that begins with neither http:// nor https://"),
    }
    let is_allowed = |address: IpAddr| address.is_loopback() || ALLOWED.contains(&address);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let all = match host.parse::<IpAddr>() {
        Ok(address) => is_allowed(address),
        Err(_) => {
            let addresses = tokio::net::lookup_host((host, uri.port_u16().unwrap_or(80))).await;
            let addresses: Vec<IpAddr> =
                addresses.map_err(|_| "has a host without an address")?.map(|a| a.ip()).collect();
            !addresses.is_empty() && addresses.into_iter().all(is_allowed)
        }
    };
    match all {
        true => Ok(uri),
        false => Err(
            "has no address that may be called without TLS: it has to be a loopback address, or one of ECS or EKS",
        ),
    }
}

fn read(body: &str) -> Result<Credentials, String> {
    // The error would repeat the value.
    let answer = Answer(serde_json::from_str(body).unwrap_or_default());
    if let Some(code) = answer.get(&["Code"]).filter(|code| *code != "Success") {
        let text = format!("{code}: {}", answer.get(&["Message"]).unwrap_or_default());
        return Err(format!("answered with an error: {}", redact::message(&text)));
    }
    let keys = answer.get(&["AccessKeyId"]).zip(answer.get(&["SecretAccessKey"]));
    let (id, secret) = keys.ok_or("answered without AccessKeyId and SecretAccessKey")?;
    let token = answer.get(&["Token", "SessionToken"]).map(str::to_owned);
    let expiry = answer.get(&["Expiration", "ExpiresAt"]).map(|text| {
        let instant: Result<Timestamp, _> = text.parse();
        instant.map(SystemTime::from).map_err(|_| {
            format!(
                "answered with an Expiration that is not an instant (`{}`): it needs an offset, such as Z",
                redact::message(text)
            )
        })
    });
    Ok(Credentials::new(id, secret, token, expiry.transpose()?, "Container"))
}

impl ProvideCredentials for Container {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiration_may_have_any_offset() {
        let expiry = |text: &str| {
            read(&format!(
                r#"{{"AccessKeyId": "A", "SecretAccessKey": "s", "Token": "t", "Expiration": "{text}"}}"#
            ))
        };
        let utc = expiry("2099-01-01T00:00:00Z").unwrap().expiry();
        for text in [
            "2099-01-01T02:00:00+02:00",
            "2099-01-01T01:00:00+0100",
            "2099-01-01T00:00:00+00:00",
            "2098-12-31T19:00:00-05:00",
            "2099-01-01T00:00:00.000000Z",
        ] {
            assert_eq!(expiry(text).unwrap().expiry(), utc, "{text}");
        }
        assert!(expiry("2099-01-01T00:00:00").unwrap_err().contains("offset"));
        let error = read(r#"{"AccessKeyId": "A", "SecretAccessKey": 7, "hunter": 2}"#).unwrap_err();
        assert!(error.contains("SecretAccessKey") && !error.contains("hunter"), "{error}");
        assert_eq!(read(r#"{"AccessKeyId": "A", "SecretAccessKey": "s"}"#).unwrap().expiry(), None);
    }

    #[test]
    fn names_may_be_in_any_case_and_have_their_other_forms_as_with_the_sdk() {
        for text in [
            r#"{"accessKeyId": "A", "secretAccessKey": "s", "token": "t", "expiration": "2099-01-01T00:00:00Z"}"#,
            r#"{"ACCESSKEYID": "A", "secretaccesskey": "s", "SessionToken": "t", "expiresAt": "2099-01-01T00:00:00Z", "code": "Success"}"#,
            r#"{"AccessKeyId": "A", "SecretAccessKey": "s", "Token": "t", "Expiration": "2099-01-01T00:00:00Z", "Type": {"x": 1}}"#,
        ] {
            let read = read(text).unwrap();
            let told = (read.access_key_id(), read.secret_access_key(), read.session_token());
            assert_eq!(told, ("A", "s", Some("t")), "{text}");
            assert!(read.expiry().is_some(), "{text}");
        }
        let refused = r#"{"Code": "AssumeRoleUnauthorizedAccess", "Message": "no trust", "AccessKeyId": "A", "SecretAccessKey": "s"}"#;
        let error = read(refused).unwrap_err();
        assert_eq!(error, "answered with an error: AssumeRoleUnauthorizedAccess: no trust");
    }

    #[tokio::test]
    async fn no_secret_is_asked_for_in_the_clear_elsewhere() {
        for url in [
            "http://127.0.0.1:1/x",
            "http://[::1]/",
            "http://169.254.170.2/x",
            "http://169.254.170.23/v1",
            "http://[fd00:ec2::23]/",
            "https://example.com/x",
        ] {
            allowed(url).await.unwrap_or_else(|what| panic!("{url} {what}"));
        }
        for url in ["http://10.0.0.1/x", "http://169.254.169.254/", "ftp://127.0.0.1/", "/x", "nothing"] {
            assert!(allowed(url).await.is_err(), "{url}");
        }
    }
}
