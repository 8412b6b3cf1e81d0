//! Replaces `faults` in builds without that feature. Nothing goes wrong, and the types of faults
//! have no values.

use std::collections::HashSet;
use std::convert::Infallible;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use jiff::Timestamp;
use tokio::net::TcpStream;

use crate::behavior::Asked;
use crate::counts::Outcome;
use crate::dispatch::{CallSite, Service};
use crate::error::ServiceError;
use crate::paging::Position;
use crate::profile::Profile;
use crate::server::Answer;

pub(crate) type Body = Full<Bytes>;
pub(crate) type Ended = Infallible;
pub(crate) type Reset = ();
pub(crate) type Delivery = ();
pub(crate) type Interference = ();

pub(crate) fn connection(stream: TcpStream) -> (TcpStream, Reset) {
    (stream, ())
}

pub(crate) fn deliver(body: Bytes, _: Delivery, _: &Reset) -> Result<Body, Ended> {
    Ok(Full::new(body))
}

pub(crate) async fn interfere(_: &Interference, _: CallSite, answer: Answer) -> Answer {
    answer
}

pub(crate) fn profile_named(_: &str) -> Option<Profile> {
    None
}

/// No faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Faults {}

impl fmt::Display for Faults {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InjectedFault {}

impl InjectedFault {
    pub(crate) fn hang(self) -> Duration {
        match self {}
    }

    pub(crate) fn replace(
        self,
        _: Service,
        _: &str,
        _: &str,
        _: Timestamp,
    ) -> Option<(Outcome, Result<Answer, ServiceError>)> {
        match self {}
    }

    pub(crate) fn damage(self, _: Service, _: Answer) -> Answer {
        match self {}
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EndlessList {}

impl EndlessList {
    pub(crate) fn next(self, _: Position, _: Option<Position>, _: usize) -> Option<Position> {
        match self {}
    }
}

#[derive(Debug)]
pub(crate) struct Injection;

impl Injection {
    pub(crate) fn new(_: Option<Faults>, _: HashSet<String>) -> Self {
        Self
    }

    pub(crate) fn decide(&self, _: Asked<'_>) -> Option<InjectedFault> {
        None
    }

    pub(crate) fn endless_list(&self, _: &str) -> Option<EndlessList> {
        None
    }

    pub(crate) fn deleted(&self, _: &str, _: &str) -> bool {
        false
    }

    pub(crate) fn session_calls(&self, _: &str) -> Option<u64> {
        None
    }
}
