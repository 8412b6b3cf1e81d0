//! One request: its credential, the decision about it, and its answer.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::HeaderMap;
use jiff::Timestamp;
use tokio::time::Instant;

use super::{Call, CallSite, Form, Service, State, TARGET};
use crate::behavior::{Asked, Decision};
use crate::counts::Outcome;
use crate::credentials::Credential;
use crate::error::ServiceError;
use crate::faults::Delivery;
use crate::server::Answer;
use crate::sigv4::Signed;
use crate::{iam, organizations, sts};

/// A request that was understood.
#[derive(Debug)]
pub(crate) struct IncomingCall {
    service: Service,
    action: String,
    /// The account that it is counted for.
    account: String,
    form: Form,
    body: Bytes,
    is_at_root: bool,
    request_id: String,
    now: Timestamp,
    credential: Result<Arc<Credential>, ServiceError>,
}

impl IncomingCall {
    /// Reads a request and checks its credential.
    pub(crate) fn read(state: &State, request: Signed<'_>, body: Bytes) -> Self {
        let now = (state.options.clock)();
        let target = target(request.headers);
        // A query request may also have its parameters in the URL.
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
            Err(rejected) => (rejected.account, Err(rejected.why.error(service))),
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

    /// The profile's decision about the request, and how long the answer takes.
    pub(crate) fn decide(&self, state: &State, arrived: Instant) -> (Decision, Duration) {
        match &self.credential {
            // The front end refuses without delay.
            Err(_) => (Decision::Answer, Duration::ZERO),
            Ok(credential) => {
                let asked = Asked {
                    service: self.service,
                    operation: &self.action,
                    payer: &credential.account,
                    account: &self.account,
                    role: self.form.get("RoleName").unwrap_or_default(),
                };
                let roles =
                    || iam::roles_on_page(&self.call(state, credential), self.operation(), &self.form);
                state.behavior.decide(asked, roles, arrived)
            }
        }
    }

    /// Makes and counts the answer.
    pub(crate) fn answer(&self, state: &State, decision: Decision) -> (CallSite, Answer) {
        let (outcome, answer) = self.make(state, decision);
        state.counter.count(&self.action, &self.account, outcome);
        let (operation, account) = (self.action.clone(), self.account.clone());
        (CallSite { service: self.service, operation, account, ok: outcome == Outcome::Ok }, answer)
    }

    /// Counts a request whose client went away.
    pub(crate) fn abandon(&self, state: &State) {
        state.counter.count(&self.action, &self.account, Outcome::Abandoned);
    }

    fn make(&self, state: &State, decision: Decision) -> (Outcome, Answer) {
        let service = self.service;
        let credential = match &self.credential {
            Ok(credential) => credential,
            Err(error) => return (Outcome::Refused, self.refusal(error)),
        };
        let fault = match decision {
            Decision::Answer => None,
            Decision::Throttle => {
                return (Outcome::Throttled, self.refusal(&ServiceError::throttled(service)));
            }
            Decision::Inject(fault) => Some(fault),
        };
        let replaced =
            fault.and_then(|fault| fault.replace(service, &self.action, &credential.arn, self.now));
        if let Some((outcome, answer)) = replaced {
            return (outcome, answer.unwrap_or_else(|error| self.refusal(&error)));
        }
        let call = self.call(state, credential);
        match (self.result(&call), fault) {
            (Err(error), _) => (Outcome::Refused, self.refusal(&error)),
            (Ok(_), _) if iam::is_deleted(&call, service, self.operation(), &self.form) => {
                let error = iam::no_such_role(self.form.get("RoleName").unwrap_or_default());
                (Outcome::Faulted, self.refusal(&error))
            }
            (Ok(body), Some(fault)) => (Outcome::Faulted, fault.damage(service, self.success(body))),
            (Ok(body), None) => {
                let endless = iam::is_endless_list(&call, service, self.operation());
                (if endless { Outcome::Faulted } else { Outcome::Ok }, self.success(body))
            }
        }
    }

    fn result(&self, call: &Call<'_>) -> Result<String, ServiceError> {
        if !self.is_at_root {
            return Err(ServiceError::new(404, "UnknownOperationException", String::new()));
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

    fn refusal(&self, error: &ServiceError) -> Answer {
        self.respond(error.status, error.body(self.service, &self.request_id))
    }

    fn respond(&self, status: u16, body: String) -> Answer {
        Answer {
            status,
            content_type: self.service.content_type(),
            request_id: self.request_id.clone(),
            body: body.into(),
            delivery: Delivery::default(),
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
