//! The way from a request to its answer: service, credentials, operation.

mod incoming;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use percent_encoding::percent_decode;

use crate::behavior::Behavior;
use crate::counts::Counter;
use crate::credentials::{Credential, Vault};
use crate::error::ServiceError;
use crate::hash::Hash;
use crate::policy::Context;
use crate::server::ServeOptions;
use crate::world::World;
pub(crate) use incoming::IncomingCall;

/// The services behind the one endpoint.
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

/// The state of a running simulator.
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) vault: Vault,
    pub(crate) counter: Counter,
    pub(crate) behavior: Behavior,
    pub(crate) options: ServeOptions,
    marker_key: String,
    requests: AtomicU64,
}

impl State {
    pub(crate) fn new(world: World, options: ServeOptions) -> Self {
        Self {
            vault: Vault::new(&world),
            counter: Counter::default(),
            behavior: Behavior::new(options.profile, &world),
            options,
            marker_key: Hash::new(world.organization.seed, "markers").hex(32),
            requests: AtomicU64::new(0),
            world,
        }
    }

    /// The key that signs the markers.
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

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The members of a list parameter (`Name.member.1`, `Name.member.2` …), in order, each with
    /// this suffix (`.arn`).
    pub(crate) fn members(&self, name: &str, suffix: &str) -> Vec<&str> {
        (1..).map_while(|number| self.get(&format!("{name}.member.{number}{suffix}"))).collect()
    }
}

/// A call whose credentials were accepted.
pub(crate) struct Call<'a> {
    pub(crate) state: &'a State,
    /// The caller's credential.
    pub(crate) credential: &'a Credential,
    /// When it arrived.
    pub(crate) now: Timestamp,
    pub(crate) request_id: &'a str,
}

impl<'a> Call<'a> {
    pub(crate) fn world(&self) -> &'a World {
        &self.state.world
    }

    /// What policy conditions can ask about the caller.
    pub(crate) fn context(&self) -> Context<'a> {
        let organization = &self.state.world.organization;
        Context {
            principal_arn: &self.credential.principal_arn,
            principal_account: &self.credential.account,
            organization: self.state.world.is_member(&self.credential.account).then_some(&organization.id),
            ..Context::default()
        }
    }

    /// Checks that the caller may do this.
    pub(crate) fn authorize(
        &self,
        service: Service,
        action: &str,
        resource: &str,
        shown: &str,
    ) -> Result<(), ServiceError> {
        self.credential
            .authorize(action, resource, shown, &self.context())
            .map_err(|message| ServiceError::denied(service, message))
    }
}

/// A call, as counted and as faults select it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallSite {
    /// The service.
    pub service: Service,
    /// The operation as an IAM action, `iam:GetRole`.
    pub operation: String,
    /// The account of the credential; for `sts:AssumeRole` the account of the role; empty if the
    /// credential is unknown.
    pub account: String,
    /// Whether it was answered as requested.
    pub ok: bool,
}

/// The query services' answer to an unknown action.
pub(crate) fn unknown_action(operation: &str, version: &str) -> ServiceError {
    if operation.is_empty() {
        return ServiceError::new(400, "MissingAction", "Missing Action");
    }
    ServiceError::new(
        400,
        "InvalidAction",
        format!("Could not find operation {operation} for version {version}"),
    )
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
