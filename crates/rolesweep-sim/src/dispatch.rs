//! From a request to its answer: which service, whose credentials, which operation.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use hyper::HeaderMap;
use jiff::Timestamp;
use percent_encoding::percent_decode;
use tokio::time::Instant;

use crate::conduct::{Asked, Conduct, Verdict, spoil};
use crate::counts::{Counter, Outcome};
use crate::credentials::{Credential, Vault};
use crate::error::Fault;
use crate::hash::Hash;
use crate::policy::Context;
use crate::profile::Fleeting;
use crate::server::{Answer, Delivery, ServeOptions};
use crate::sigv4::Signed;
use crate::world::World;
use crate::{iam, organizations, sts};

/// The services that the one endpoint speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// AWS Identity and Access Management: query protocol, version 2010-05-08.
    Iam,
    /// AWS Security Token Service: query protocol, version 2011-06-15.
    Sts,
    /// AWS Organizations: JSON 1.1, version 2016-11-28.
    Organizations,
}

impl Service {
    /// The service's name in signatures, and the prefix of its actions.
    #[must_use]
    pub fn signing_name(self) -> &'static str {
        match self {
            Self::Iam => "iam",
            Self::Sts => "sts",
            Self::Organizations => "organizations",
        }
    }

    pub(crate) fn namespace(self) -> &'static str {
        match self {
            Self::Iam => "https://iam.amazonaws.com/doc/2010-05-08/",
            Self::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
            Self::Organizations => "",
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Iam | Self::Sts => "text/xml",
            Self::Organizations => "application/x-amz-json-1.1",
        }
    }
}

/// The prefix of `X-Amz-Target`.
const TARGET: &str = "AWSOrganizationsV20161128.";

/// Everything that a running simulator knows.
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) vault: Vault,
    pub(crate) counter: Counter,
    pub(crate) conduct: Conduct,
    pub(crate) options: ServeOptions,
    marker_key: String,
    requests: AtomicU64,
}

impl State {
    pub(crate) fn new(world: World, options: ServeOptions) -> Self {
        Self {
            vault: Vault::new(&world),
            counter: Counter::default(),
            conduct: Conduct::new(options.profile, &world),
            options,
            marker_key: Hash::new(world.organization.seed, "markers").hex(32),
            requests: AtomicU64::new(0),
            world,
        }
    }

    /// The key of the markers' checks.
    pub(crate) fn marker_key(&self) -> &[u8] {
        self.marker_key.as_bytes()
    }

    fn request_id(&self) -> String {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let hex = Hash::new(self.world.organization.seed, "request").number(number).hex(32);
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    }
}

/// The parameters of a query request.
#[derive(Debug, Default)]
pub(crate) struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads `application/x-www-form-urlencoded`.
    pub(crate) fn parse(body: &[u8]) -> Self {
        let decode = |text: &[u8]| {
            let spaces: Vec<u8> = text.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect();
            percent_decode(&spaces).decode_utf8_lossy().into_owned()
        };
        Self(
            body.split(|&byte| byte == b'&')
                .filter(|pair| !pair.is_empty())
                .map(|pair| {
                    let at = pair.iter().position(|&byte| byte == b'=');
                    let (name, value) = at.map_or((pair, &b""[..]), |at| (&pair[..at], &pair[at + 1..]));
                    (decode(name), decode(value))
                })
                .collect(),
        )
    }

    /// A parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The members of a list parameter (`Name.member.1`, `Name.member.2` …), in order, each with this suffix (`.arn`).
    pub(crate) fn members(&self, name: &str, suffix: &str) -> Vec<&str> {
        (1..).map_while(|number| self.get(&format!("{name}.member.{number}{suffix}"))).collect()
    }
}

/// A call whose credentials were accepted.
pub(crate) struct Call<'a> {
    /// The simulator.
    pub(crate) state: &'a State,
    /// Whose it is.
    pub(crate) credential: &'a Credential,
    /// When it came.
    pub(crate) now: Timestamp,
    /// Its request id.
    pub(crate) request_id: &'a str,
}

impl<'a> Call<'a> {
    /// The world.
    pub(crate) fn world(&self) -> &'a World {
        &self.state.world
    }

    /// What policies can ask about the caller.
    pub(crate) fn context(&self) -> Context<'a> {
        let organization = &self.state.world.organization;
        Context {
            principal_arn: &self.credential.principal_arn,
            principal_account: &self.credential.account,
            organization: self.state.world.is_member(&self.credential.account).then_some(&organization.id),
            ..Context::default()
        }
    }

    /// Whether the caller may do that.
    pub(crate) fn authorize(
        &self,
        service: Service,
        action: &str,
        resource: &str,
        shown: &str,
    ) -> Result<(), Fault> {
        self.credential
            .authorize(action, resource, shown, &self.context())
            .map_err(|message| Fault::denied(service, message))
    }
}

/// A call as it is counted, and as faults can be chosen by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallSite {
    /// The service.
    pub service: Service,
    /// The operation as an IAM action, `iam:GetRole`.
    pub operation: String,
    /// The account of the credential; for `sts:AssumeRole` the account of the role; empty where nobody's.
    pub account: String,
    /// Whether it was answered with what was asked for.
    pub ok: bool,
}

/// A request that was understood: whose it is and what it asks for.
#[derive(Debug)]
pub(crate) struct Asking {
    service: Service,
    action: String,
    /// The account that it is counted for.
    account: String,
    form: Form,
    body: Bytes,
    is_at_root: bool,
    request_id: String,
    now: Timestamp,
    credential: Result<Arc<Credential>, Fault>,
}

impl Asking {
    /// Reads a request, and checks whose it is.
    pub(crate) fn read(state: &State, request: Signed<'_>, body: Bytes) -> Self {
        let now = (state.options.clock)();
        let target = target(request.headers);
        // A query request may also carry its parameters in the URL.
        let form = match target {
            Some(_) => Form::default(),
            None if request.method == "GET" => Form::parse(request.query.as_bytes()),
            None => Form::parse(&body),
        };
        let service = service(target, &form, request.headers);
        let operation = match target {
            Some(target) => target.strip_prefix(TARGET).unwrap_or(target),
            None => form.get("Action").unwrap_or_default(),
        };
        let action = format!("{}:{operation}", service.signing_name());
        let (mut account, credential) = match state.vault.authenticate(request, service, now) {
            Ok(credential) => (credential.account.clone(), Ok(credential)),
            Err(rejected) => (rejected.account, Err(rejected.why.fault(service))),
        };
        if action == "sts:AssumeRole"
            && let Some(target) = form.get("RoleArn").and_then(sts::account_of)
        {
            account = target.to_owned();
        }
        Self {
            service,
            action,
            account,
            form,
            body,
            is_at_root: request.path == "/",
            request_id: state.request_id(),
            now,
            credential,
        }
    }

    /// What becomes of it, by the profile, and how long that takes.
    pub(crate) fn decide(&self, state: &State, arrived: Instant) -> (Verdict, Duration) {
        match &self.credential {
            // The front end refuses at once.
            Err(_) => (Verdict::Answer, Duration::ZERO),
            Ok(credential) => {
                let asked = Asked {
                    service: self.service,
                    operation: &self.action,
                    payer: &credential.account,
                    account: &self.account,
                };
                let roles =
                    || iam::roles_on_page(&self.call(state, credential), self.operation(), &self.form);
                state.conduct.decide(asked, roles, arrived)
            }
        }
    }

    /// The answer, which is counted.
    pub(crate) fn answer(self, state: &State, verdict: Verdict) -> (CallSite, Answer) {
        let (outcome, answer) = self.make(state, verdict);
        state.counter.count(&self.action, &self.account, outcome);
        let Self { service, action, account, .. } = self;
        (CallSite { service, operation: action, account, ok: outcome == Outcome::Ok }, answer)
    }

    /// Counts it as one that nobody waited for.
    pub(crate) fn abandon(self, state: &State) {
        state.counter.count(&self.action, &self.account, Outcome::Abandoned);
    }

    fn make(&self, state: &State, verdict: Verdict) -> (Outcome, Answer) {
        let service = self.service;
        let credential = match &self.credential {
            Ok(credential) => credential,
            Err(fault) => return (Outcome::Refused, self.refusal(fault)),
        };
        let strike = match verdict {
            Verdict::Answer => None,
            Verdict::Throttle => return (Outcome::Throttled, self.refusal(&spoil::throttled(service))),
            Verdict::Closed(denies) => {
                let fault = spoil::closed(service, &self.action, &credential.arn, denies);
                return (Outcome::Faulted, self.refusal(&fault));
            }
            Verdict::Strike(strike) => Some(strike),
        };
        if let Some(strike) = strike {
            if let Some(fault) = spoil::error(strike, service, self.now) {
                let throttled = strike.what == Fleeting::Throttle;
                let outcome = if throttled { Outcome::Throttled } else { Outcome::Faulted };
                return (outcome, self.refusal(&fault));
            }
            if strike.what == Fleeting::Gateway {
                return (Outcome::Faulted, spoil::gateway(strike.hash));
            }
        }
        let call = self.call(state, credential);
        match self.result(&call) {
            Err(fault) => (Outcome::Refused, self.refusal(&fault)),
            Ok(_) if iam::is_deleted(&call, self.service, self.operation(), &self.form) => {
                let fault = iam::no_such_role(self.form.get("RoleName").unwrap_or_default());
                (Outcome::Faulted, self.refusal(&fault))
            }
            Ok(body) => {
                let lasting = iam::is_endless_list(&call, self.service, self.operation());
                let answer = self.success(body);
                match strike {
                    Some(strike) => {
                        (Outcome::Faulted, spoil::spoil(strike, service, state.conduct.hang(), answer))
                    }
                    None => (if lasting { Outcome::Faulted } else { Outcome::Ok }, answer),
                }
            }
        }
    }

    fn result(&self, call: &Call<'_>) -> Result<String, Fault> {
        if !self.is_at_root {
            return Err(Fault::new(404, "UnknownOperationException", String::new()));
        }
        match self.service {
            Service::Iam => iam::answer(call, self.operation(), &self.form),
            Service::Sts => sts::answer(call, self.operation(), &self.form),
            Service::Organizations => organizations::answer(call, self.operation(), &self.body),
        }
    }

    fn call<'a>(&'a self, state: &'a State, credential: &'a Credential) -> Call<'a> {
        Call { state, credential, now: self.now, request_id: &self.request_id }
    }

    fn operation(&self) -> &str {
        self.action.split_once(':').map_or("", |(_, operation)| operation)
    }

    fn success(&self, body: String) -> Answer {
        self.respond(200, body)
    }

    fn refusal(&self, fault: &Fault) -> Answer {
        self.respond(fault.status, fault.body(self.service, &self.request_id))
    }

    fn respond(&self, status: u16, body: String) -> Answer {
        Answer {
            status,
            content_type: self.service.content_type(),
            request_id: self.request_id.clone(),
            body: body.into(),
            delivery: Delivery::Whole,
        }
    }
}

fn target(headers: &HeaderMap) -> Option<&str> {
    headers.get("x-amz-target")?.to_str().ok()
}

fn service(target: Option<&str>, form: &Form, headers: &HeaderMap) -> Service {
    if target.is_some() {
        return Service::Organizations;
    }
    match form.get("Version") {
        Some("2011-06-15") => return Service::Sts,
        Some("2010-05-08") => return Service::Iam,
        _ => {}
    }
    let scope = headers.get("authorization").and_then(|header| header.to_str().ok());
    let scoped_to =
        |service: &str| scope.is_some_and(|scope| scope.contains(&format!("/{service}/aws4_request")));
    if scoped_to("sts") {
        Service::Sts
    } else if scoped_to("organizations") {
        Service::Organizations
    } else {
        Service::Iam
    }
}

/// What the query services say of an action that they do not know.
pub(crate) fn unknown_action(operation: &str, version: &str) -> Fault {
    if operation.is_empty() {
        return Fault::new(400, "MissingAction", "Missing Action");
    }
    Fault::new(400, "InvalidAction", format!("Could not find operation {operation} for version {version}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_decoded_and_lists_keep_their_order() {
        let form = Form::parse(
            b"Action=X&Filter.member.2=B&Filter.member.1=A+%2B%C3%A9&Empty=&Flag&Filter.member.4=D",
        );
        assert_eq!(form.get("Action"), Some("X"));
        assert_eq!(form.get("Empty"), Some(""));
        assert_eq!(form.get("Flag"), Some(""));
        assert_eq!(form.get("None"), None);
        assert_eq!(form.members("Filter", ""), ["A +é", "B"]);
    }
}
