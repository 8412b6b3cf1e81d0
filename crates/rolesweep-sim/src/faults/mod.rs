//! Faults: what goes wrong, and how it reaches the client.
//!
//! The cargo feature `faults` turns them on. The released `rolesweep` is built without it, and uses
//! `no_faults` instead.

mod answers;
mod delivery;
mod injection;
mod schedule;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::dispatch::CallSite;
use crate::profile::Profile;
use crate::server::{Answer, Simulator};

pub(crate) use delivery::{Body, Ended, Reset, connection, deliver};
pub use delivery::{Delivery, Ending};
pub(crate) use injection::{InjectedFault, Injection};
pub use schedule::{Cause, Chances, Expectation, Faults};

/// A hook between the simulator and the wire. It may delay an answer or replace it.
///
/// It is called for each request, after the request was answered and counted.
pub trait Interfere: Send + Sync + 'static {
    /// The answer to send. It may be delayed.
    fn interfere(&self, call: CallSite, answer: Answer) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>>;
}

/// The hook between the answers and the wire, if there is one.
pub type Interference = Option<Arc<dyn Interfere>>;

/// The answer to send.
pub(crate) async fn interfere(with: &Interference, call: CallSite, answer: Answer) -> Answer {
    match with {
        Some(interference) => interference.interfere(call, answer).await,
        None => answer,
    }
}

/// The profile with faults that has this name.
pub(crate) fn profile_named(name: &str) -> Option<Profile> {
    match name.split_once(':') {
        None if name == "hostile" => Some(Profile::hostile(1)),
        Some(("hostile", seed)) => seed.parse().map(Profile::hostile).ok(),
        _ => None,
    }
}

impl Profile {
    /// As [`Profile::aws_like`], with faults that follow from the seed.
    #[must_use]
    pub fn hostile(seed: u64) -> Self {
        Self { faults: Some(Faults::hostile(seed)), ..Self::aws_like() }
    }
}

impl Simulator {
    /// What a scan can find in an account, as far as the profile's faults allow.
    #[must_use]
    pub fn expected(&self, account: &str) -> Expectation {
        self.state.behavior.injection.expected(account)
    }
}

#[cfg(test)]
mod client;
#[cfg(test)]
mod tests;
