//! A far end without a network: answers from a function, and remembers what was asked.

use std::fmt;
use std::sync::{Arc, Mutex};

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
use aws_smithy_types::body::SdkBody;
use rolesweep_model::AccountId;
use rolesweep_scan::ports::{Admission, DetailsRequest, Intake};

use crate::cloud::AwsCloud;
use crate::credentials::Caller;
use crate::session::AwsSession;

/// A request as it would have gone out.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) uri: String,
    pub(super) body: String,
    pub(super) authorization: String,
    pub(super) token: Option<String>,
    pub(super) user_agent: String,
}

impl Asked {
    /// The region that the request was signed for.
    pub(super) fn signing_region(&self) -> &str {
        self.scope().nth(2).unwrap()
    }

    /// The access key that the request was signed with.
    pub(super) fn key_id(&self) -> &str {
        self.scope().next().unwrap()
    }

    fn scope(&self) -> impl Iterator<Item = &str> {
        let credential = self.authorization.split("Credential=").nth(1).unwrap_or_default();
        credential.split(',').next().unwrap_or_default().split('/')
    }
}

/// An answer: status and body, or a failure on the way.
pub(super) type Answer = Result<(u16, String), ConnectorError>;

type Answering = dyn Fn(&Asked) -> Answer + Send + Sync;

/// The far end.
#[derive(Clone)]
pub(super) struct FarEnd {
    answer: Arc<Answering>,
    asked: Arc<Mutex<Vec<Asked>>>,
    headers: Vec<(&'static str, String)>,
    is_silent: bool,
}

impl FarEnd {
    pub(super) fn new(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        Self { answer: Arc::new(answer), asked: Arc::default(), headers: Vec::new(), is_silent: false }
    }

    /// One that always answers the same.
    pub(super) fn saying(status: u16, body: impl Into<String>) -> Self {
        let body = body.into();
        Self::new(move |_| Ok((status, body.clone())))
    }

    /// The same, with a header in each answer.
    pub(super) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// One that never answers.
    pub(super) fn silent() -> Self {
        Self { is_silent: true, ..Self::saying(500, "") }
    }

    pub(super) fn client(&self) -> SharedHttpClient {
        SharedHttpClient::new(self.clone())
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// A configuration that talks to this far end, without retries.
    pub(super) fn config(&self, region: &'static str) -> aws_types::sdk_config::Builder {
        let credentials = Credentials::new("AKIDCALLER", "caller-secret", None, None, "test");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static(region))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .retry_config(RetryConfig::disabled())
            .http_client(self.client())
    }

    pub(super) fn cloud(&self) -> AwsCloud {
        AwsCloud::new(&self.config("us-east-1").build(), Caller::default())
    }
}

impl fmt::Debug for FarEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FarEnd")
    }
}

impl HttpConnector for FarEnd {
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
        self.asked.lock().unwrap().push(asked);
        if self.is_silent {
            return HttpConnectorFuture::new(std::future::pending());
        }
        HttpConnectorFuture::ready(answer.map(|(status, body)| {
            let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
            for (name, value) in &self.headers {
                response.headers_mut().insert(*name, value.clone());
            }
            response
        }))
    }
}

impl HttpClient for FarEnd {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

pub(super) fn account() -> AccountId {
    "000000000123".parse().unwrap()
}

/// A session of the audit role.
pub(super) fn session() -> AwsSession {
    let own = |text: &str| text.to_owned();
    AwsSession::assumed(account(), own("ASIASESSION"), own("session-secret"), own("session-token"))
}

/// What to ask GetAccountAuthorizationDetails for.
pub(super) fn asking(policies: bool, marker: Option<String>, max_items: u16) -> DetailsRequest {
    DetailsRequest { policies, marker, max_items }
}

/// Room for every answer.
pub(super) fn roomy() -> Arc<dyn Intake> {
    struct Roomy;
    impl Intake for Roomy {
        fn admit(&self, _: u64) -> Admission {
            Box::pin(std::future::ready(()))
        }
    }
    Arc::new(Roomy)
}

/// An answer of IAM or STS.
pub(super) fn xml(operation: &str, result: &str) -> String {
    format!(
        "<{operation}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><{operation}Result>{result}</{operation}Result>\
         <ResponseMetadata><RequestId>7a62c49f</RequestId></ResponseMetadata></{operation}Response>"
    )
}

/// A refusal of IAM or STS.
pub(super) fn xml_error(code: &str, message: &str) -> String {
    format!(
        "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>{code}</Code>\
         <Message>{message}</Message></Error><RequestId>7a62c49f</RequestId></ErrorResponse>"
    )
}

/// A refusal of Organizations.
pub(super) fn json_error(code: &str, message: &str) -> String {
    format!("{{\"__type\":\"{code}\",\"Message\":\"{message}\"}}")
}
