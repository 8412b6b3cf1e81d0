//! Faults: what goes wrong on a bad day, and how it reaches the client.
//!
//! The cargo feature `faults` turns them on. The released `rolesweep` is built without it; `no_faults` stands in then.

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

/// Stands between the simulator and the wire: it may hold an answer back, or replace it.
///
/// It is called for each request after the request was answered and counted.
pub trait Interfere: Send + Sync + 'static {
    /// What goes out, and when.
    fn interfere(&self, call: CallSite, answer: Answer) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>>;
}

/// What stands between the answers and the wire, if anything does.
pub type Interference = Option<Arc<dyn Interfere>>;

/// The answer that goes out.
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
    /// What a scan can make of an account, as far as the profile's faults go.
    #[must_use]
    pub fn expected(&self, account: &str) -> Expectation {
        self.state.behavior.injection.expected(account)
    }
}

#[cfg(test)]
mod client;
#[cfg(test)]
mod tests;
