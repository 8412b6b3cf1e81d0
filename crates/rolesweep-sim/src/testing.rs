//! A client for the tests. It signs requests and needs no network.

use hyper::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use percent_encoding::utf8_percent_encode;
use serde_json::Value;
use std::sync::{Arc, Mutex};

use crate::credentials::Credentials;
use crate::dispatch::{IncomingCall, Service, State};
use crate::profile::Profile;
use crate::server::ServeOptions;
use crate::sigv4::{RESERVED, Signed, sign};
use crate::world::{CallerKind, CallerSpec, OrganizationSpec, World};

/// A simulator without a network. Its time is the world's until the clock is moved.
pub(crate) struct Bench {
    pub(crate) state: State,
    clock: Arc<Mutex<Timestamp>>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: String,
}

pub(crate) fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// The organization that most tests start with.
pub(crate) fn spec() -> OrganizationSpec {
    OrganizationSpec::new(1, now())
}

impl Bench {
    pub(crate) fn new(spec: OrganizationSpec) -> Self {
        Self::of(spec.build().unwrap())
    }

    pub(crate) fn of(world: World) -> Self {
        Self::behaving(world, Profile::instant())
    }

    /// One that behaves like this profile, but does not wait.
    pub(crate) fn behaving(world: World, profile: Profile) -> Self {
        let clock = Arc::new(Mutex::new(world.now()));
        let read = Arc::clone(&clock);
        let options = ServeOptions {
            clock: Arc::new(move || *read.lock().unwrap()),
            profile,
            ..ServeOptions::default()
        };
        Self { state: State::new(world, options), clock }
    }

    pub(crate) fn later(&self, seconds: i64) {
        *self.clock.lock().unwrap() += SignedDuration::from_secs(seconds);
    }

    /// The credentials of the caller with this name.
    pub(crate) fn caller(&self, name: &str) -> Credentials {
        let callers = &self.state.world.organization.callers;
        let caller = callers.iter().find(|caller| caller.name == name).unwrap();
        self.state.vault.credentials_of(caller)
    }

    pub(crate) fn iam(&self, who: &Credentials, action: &str, parameters: &[(&str, &str)]) -> Reply {
        self.query(who, Service::Iam, action, parameters)
    }

    pub(crate) fn sts(&self, who: &Credentials, action: &str, parameters: &[(&str, &str)]) -> Reply {
        self.query(who, Service::Sts, action, parameters)
    }

    pub(crate) fn query(
        &self,
        who: &Credentials,
        service: Service,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Reply {
        let version = if service == Service::Iam { "2010-05-08" } else { "2011-06-15" };
        let body: Vec<String> = [("Action", action), ("Version", version)]
            .iter()
            .chain(parameters)
            .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, RESERVED)))
            .collect();
        self.send(who, service, HeaderMap::new(), &body.join("&"))
    }

    pub(crate) fn organizations(&self, who: &Credentials, operation: &str, parameters: &Value) -> Reply {
        let mut headers = HeaderMap::new();
        let target = format!("AWSOrganizationsV20161128.{operation}");
        headers.insert("x-amz-target", target.parse().unwrap());
        self.send(who, Service::Organizations, headers, &parameters.to_string())
    }

    /// Signs and sends.
    pub(crate) fn send(&self, who: &Credentials, service: Service, headers: HeaderMap, body: &str) -> Reply {
        let headers = signed_headers(who, service, headers, body, *self.clock.lock().unwrap());
        self.send_as_is(&headers, body)
    }

    pub(crate) fn send_as_is(&self, headers: &HeaderMap, body: &str) -> Reply {
        let signed = Signed { method: "POST", path: "/", query: "", headers, body: body.as_bytes() };
        let incoming = IncomingCall::read(&self.state, signed, body.to_owned().into());
        let (decision, _) = incoming.decide(&self.state, tokio::time::Instant::now());
        let (_, answer) = incoming.answer(&self.state, decision);
        Reply { status: answer.status, body: String::from_utf8(answer.body.to_vec()).unwrap() }
    }

    /// A session of the audit role, or the refusal.
    pub(crate) fn audit(&self, account: &str) -> Result<Credentials, Reply> {
        self.assume(&self.caller("caller"), &format!("arn:aws:iam::{account}:role/RolesweepAudit"), &[])
    }

    pub(crate) fn assume(
        &self,
        who: &Credentials,
        arn: &str,
        more: &[(&str, &str)],
    ) -> Result<Credentials, Reply> {
        let mut parameters = vec![("RoleArn", arn), ("RoleSessionName", "test")];
        parameters.extend(more);
        let reply = self.sts(who, "AssumeRole", &parameters);
        if reply.status != 200 {
            return Err(reply);
        }
        Ok(Credentials {
            access_key_id: reply.text("AccessKeyId"),
            secret_access_key: reply.text("SecretAccessKey"),
            session_token: Some(reply.text("SessionToken")),
        })
    }
}

/// The headers of a signed request.
pub(crate) fn signed_headers(
    who: &Credentials,
    service: Service,
    mut headers: HeaderMap,
    body: &str,
    now: Timestamp,
) -> HeaderMap {
    headers.insert("host", "127.0.0.1".parse().unwrap());
    headers.insert("x-amz-date", now.strftime("%Y%m%dT%H%M%SZ").to_string().parse().unwrap());
    if let Some(token) = &who.session_token {
        headers.insert("x-amz-security-token", token.parse().unwrap());
    }
    let mut names: Vec<&str> = headers.keys().map(hyper::header::HeaderName::as_str).collect();
    names.sort_unstable();
    let scope = format!("{}/us-east-1/{}/aws4_request", now.strftime("%Y%m%d"), service.signing_name());
    let authorization = sign(
        Signed { method: "POST", path: "/", query: "", headers: &headers, body: body.as_bytes() },
        &who.access_key_id,
        &who.secret_access_key,
        &scope,
        &names.join(";"),
    );
    headers.insert("authorization", authorization.parse().unwrap());
    headers
}

/// A user of the caller's account who may do everything.
pub(crate) fn administrator(spec: &mut OrganizationSpec, name: &str, account: &str) {
    let caller: &mut CallerSpec = spec.caller(name, account);
    caller.policy = crate::world::Document::allowing(&["*"]);
    caller.kind = CallerKind::User(name.to_owned());
}

impl Reply {
    /// The status and the error's code.
    pub(crate) fn refusal(&self) -> (u16, String) {
        let code = match serde_json::from_str::<Value>(&self.body) {
            Ok(body) => body["__type"].as_str().unwrap_or_default().to_owned(),
            Err(_) => self.text("Code"),
        };
        (self.status, code)
    }

    /// The text of the first element with this name. Empty if there is none.
    pub(crate) fn text(&self, element: &str) -> String {
        self.texts(element).into_iter().next().unwrap_or_default()
    }

    /// The texts of all elements with this name, as they are on the wire.
    pub(crate) fn texts(&self, element: &str) -> Vec<String> {
        let (open, close) = (format!("<{element}>"), format!("</{element}>"));
        self.body
            .split(&open)
            .skip(1)
            .map(|rest| rest.split(&close).next().unwrap_or_default().to_owned())
            .collect()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        serde_json::from_str(&self.body).unwrap()
    }

    /// The body, which must not be an error.
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.status, 200, "{}", self.body);
        self
    }
}

/// An element of an answer. Reading panics if the XML is not well formed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) children: Vec<Self>,
}

impl Element {
    pub(crate) fn read(text: &str) -> Self {
        let (element, rest) = Self::begin(text);
        assert_eq!(rest, "", "something follows the document");
        element
    }

    pub(crate) fn at(&self, path: &str) -> Option<&Self> {
        path.split('/')
            .try_fold(self, |element, name| element.children.iter().find(|child| child.name == name))
    }

    /// The text at this path. Empty if there is no such element.
    pub(crate) fn text_at(&self, path: &str) -> &str {
        self.at(path).map_or("", |element| &element.text)
    }

    fn begin(text: &str) -> (Self, &str) {
        let (tag, mut rest) = text.strip_prefix('<').unwrap().split_once('>').unwrap();
        let name = tag.trim_end_matches('/').split(' ').next().unwrap().to_owned();
        let mut element = Self { name, text: String::new(), children: Vec::new() };
        if tag.ends_with('/') {
            return (element, rest);
        }
        loop {
            let (before, _) = rest.split_once('<').unwrap();
            element.text.push_str(before);
            rest = &rest[before.len()..];
            if let Some(closing) = rest.strip_prefix("</") {
                let (closing, rest) = closing.split_once('>').unwrap();
                assert_eq!(closing, element.name);
                return (element, rest);
            }
            let (child, after) = Self::begin(rest);
            element.children.push(child);
            rest = after;
        }
    }
}
