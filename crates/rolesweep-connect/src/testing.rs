//! For tests: a server without a network. A function gives its answers, and it remembers the
//! requests.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::timeout::TimeoutConfig;

use crate::connection::Connection;
use crate::credentials::Caller;
use crate::http::timeouts::Timeouts;

/// A request that would have been sent.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Where it would have gone.
    pub uri: String,
    /// Its body.
    pub body: String,
    /// The header with its signature.
    pub authorization: String,
    /// The session token that it carries.
    pub token: Option<String>,
    /// The tool that sent it.
    pub user_agent: String,
}

impl Asked {
    /// The region that the request was signed for.
    pub fn signing_region(&self) -> &str {
        self.scope().nth(2).unwrap_or_default()
    }

    /// The access key that the request was signed with.
    pub fn key_id(&self) -> &str {
        self.scope().next().unwrap_or_default()
    }

    fn scope(&self) -> impl Iterator<Item = &str> {
        let credential = self.authorization.split("Credential=").nth(1).unwrap_or_default();
        credential.split(',').next().unwrap_or_default().split('/')
    }
}

/// An answer: status and body, or a failure on the way.
pub type Answer = Result<(u16, String), ConnectorError>;

type Answering = dyn Fn(&Asked) -> Answer + Send + Sync;

/// A server for tests.
#[derive(Clone)]
pub struct FakeServer {
    answer: Arc<Answering>,
    asked: Arc<Mutex<Vec<Asked>>>,
    headers: Vec<(&'static str, String)>,
    is_silent: bool,
}

impl FakeServer {
    /// A server whose answers come from a function.
    pub fn new(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        Self { answer: Arc::new(answer), asked: Arc::default(), headers: Vec::new(), is_silent: false }
    }

    /// A server that always answers the same.
    pub fn saying(status: u16, body: impl Into<String>) -> Self {
        let body = body.into();
        Self::new(move |_| Ok((status, body.clone())))
    }

    /// The same, with a header in each answer.
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// A server that never answers.
    pub fn silent() -> Self {
        Self { is_silent: true, ..Self::saying(500, "") }
    }

    /// An HTTP client that reaches this server for any URL.
    pub fn client(&self) -> SharedHttpClient {
        SharedHttpClient::new(self.clone())
    }

    /// The requests so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A configuration that talks to this server, without retries.
    pub fn config(&self, region: &'static str) -> aws_types::sdk_config::Builder {
        let credentials = Credentials::new("AKIDCALLER", "caller-secret", None, None, "test");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static(region))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .retry_config(RetryConfig::disabled())
            .http_client(self.client())
    }

    /// A connection to this server, without retries.
    pub fn connection(&self) -> Connection {
        Connection::new(&self.config("us-east-1").build(), Caller::default())
    }
}

impl fmt::Debug for FakeServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FakeServer")
    }
}

impl HttpConnector for FakeServer {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let header = |name: &str| request.headers().get(name).map(str::to_owned);
        let asked = Asked {
            uri: request.uri().to_owned(),
            body: String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned(),
            authorization: header("authorization").unwrap_or_default(),
            token: header("x-amz-security-token"),
            user_agent: header("x-amz-user-agent").or(header("user-agent")).unwrap_or_default(),
        };
        let answer = (self.answer)(&asked);
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
        if self.is_silent {
            return HttpConnectorFuture::new(std::future::pending());
        }
        HttpConnectorFuture::ready(answer.map(|(status, body)| {
            let status = StatusCode::try_from(status).expect("a status from 100 to 999");
            let mut response = HttpResponse::new(status, SdkBody::from(body));
            for (name, value) in &self.headers {
                response.headers_mut().insert(*name, value.clone());
            }
            response
        }))
    }
}

impl HttpClient for FakeServer {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// An answer of IAM or STS.
pub fn xml(operation: &str, result: &str) -> String {
    format!(
        "<{operation}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><{operation}Result>{result}</{operation}Result>\
         <ResponseMetadata><RequestId>7a62c49f</RequestId></ResponseMetadata></{operation}Response>"
    )
}

/// A refusal of IAM or STS.
pub fn xml_error(code: &str, message: &str) -> String {
    format!(
        "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>{code}</Code>\
         <Message>{message}</Message></Error><RequestId>7a62c49f</RequestId></ErrorResponse>"
    )
}

/// A refusal of Organizations.
pub fn json_error(code: &str, message: &str) -> String {
    format!("{{\"__type\":\"{code}\",\"Message\":\"{message}\"}}")
}

/// The time-outs of every call, with this read time-out.
pub fn timeouts(read: Option<Duration>) -> TimeoutConfig {
    Timeouts::new(read).calls()
}

/// An HTTP client without TLS and without proxies, for a server on this machine.
pub fn plain_client() -> SharedHttpClient {
    crate::http::client::plain_client()
}
