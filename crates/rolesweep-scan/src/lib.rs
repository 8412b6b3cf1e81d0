//! The engine of a scan: discover the accounts, collect each within bounds, hand the facts over.
//!
//! It talks to AWS through [`ports::Cloud`], hands facts to [`ports::Ledger`] and tells [`ports::Observer`] what happens. It knows no
//! network, no disk and no terminal, so that what it does with AWS's answers is tested on a paused clock.
//!
//! ```text
//!          discovery
//! discover ─pages─▶ population ─selected─▶ engine ─one task each─▶ account ─pages─▶ ledger
//!   units ──tree───▶    (pure)      │                              │ details, else fallback
//!                                   └─▶ survey (calls no account)  │ last_use (single roles, paced)
//!                                                                  └ session, retry, flight (bytes)
//! ```

mod account;
mod budget;
mod context;
mod details;
mod discover;
mod discovery;
mod engine;
mod error;
mod fallback;
mod filter;
mod flight;
mod identify;
mod last_use;
pub mod operation;
mod pace;
mod pages;
mod patience;
mod plan;
mod population;
pub mod ports;
mod retry;
mod session;
mod stop;
mod survey;
mod units;
mod visit;

pub use rolesweep_model::clock;

use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use engine::{Outcome, run};
pub use error::{LedgerFailure, ScanError};
pub use identify::{Identity, Listing, Membership, begin_listing, identify};
pub use plan::{Limits, Plan};
pub use stop::Stop;
pub use survey::{Decided, Survey, Surveyed, survey};

/// Locks; what a panic elsewhere left behind is still good, since every change under these locks is a single step.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells the observer. A display that panics costs no facts.
fn tell(observer: &dyn ports::Observer, event: &ports::Event) {
    // The panic hook has reported it already.
    let _ = std::panic::catch_unwind(AssertUnwindSafe(|| observer.event(event)));
}
