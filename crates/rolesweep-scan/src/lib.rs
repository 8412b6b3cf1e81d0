//! The engine of a scan: finds the accounts, scans each within limits, and hands over the facts.
//!
//! It calls AWS through [`ports::Cloud`], hands facts to [`ports::FactSink`] and reports events to
//! [`ports::Observer`]. It uses no network, no disk and no terminal, so tests can run it on a
//! paused clock.
//!
//! - `discovery` finds the accounts and decides which of them are scanned; [`preview`] ends there.
//! - [`check`] is a scan that ends at the first role of each account, and stores nothing.
//! - `engine` starts an account's task when it has a permit, and counts how each ends.
//! - `account` scans one account: session, pages of roles, single last uses, record.
//! - `aws_policies` reads the documents of policies that AWS manages, once for all accounts.
//! - `limits` holds the bounds: memory, pace, time, retries.

mod account;
mod aws_policies;
mod check;
mod contradiction;
mod depth;
mod discovery;
mod engine;
mod error;
mod limits;
mod lock;
pub mod operation;
mod pagination;
mod plan;
pub mod ports;
mod preview;
mod running_scan;
mod selection_mistake;
pub mod session_policy;
mod stop;

pub use check::{Check, CheckResult, CheckedAccount, check};
pub use discovery::identity::{Identity, Listing, Membership, begin_listing, identify};
pub use engine::{Outcome, run};
pub use error::{FactSinkError, ScanError};
pub use limits::Limits;
pub use plan::{KnownAwsPolicies, Plan};
pub use preview::{PlannedAction, Preview, PreviewedAccount, preview};
pub use rolesweep_model::clock;
pub use selection_mistake::{SelectionList, SelectionMistake, SelectionMistakes, SelectionProblem};
pub use stop::Stop;
