//! A simulated AWS Organization on loopback.
//!
//! It implements three services on one endpoint: IAM and STS (query requests, XML answers) and
//! Organizations (JSON 1.1). It is the server of `rolesweep scan --demo`, of the tests and of the
//! benchmarks. It depends on no other crate of this workspace: it knows AWS's wire format and not
//! our model, so it can prove us wrong. It is as strict as AWS, because otherwise it would prove
//! nothing: signatures are verified, sessions are limited by their policies, parameters are
//! checked, and markers cannot be altered.
//!
//! ```text
//!   HTTP ──▶ server ──▶ dispatch ──┬──▶ iam            ─┐
//!              │            │      ├──▶ sts             ├──▶ world   what exists: written by hand,
//!              │            │      └──▶ organizations  ─┘              generated, or the demo's
//!              │            │            with policy (permissions), paging (pages, markers),
//!              │            │            xml and error (the form of answers)
//!              │            ├──▶ credentials, sigv4   whose request is this?
//!              │            ├──▶ behavior             how long it takes, whether it is throttled, its fault
//!              │            └──▶ counts               every call, by operation and account
//!              └──▶ faults      may delay, damage or replace an answer (cargo feature `faults`)
//! ```
//!
//! The server's behaviour is its [`Profile`]: without waits and limits unless set otherwise; with
//! AWS's latencies and rates from [one table](profile::TABLE); or hostile, with [faults](Faults)
//! that follow from a seed, so that a test knows for each account
//! [what a scan can find](Expectation).
//!
//! The binary `rolesweep-sim` serves an organization as a separate process.
//!
//! ```text
//! cargo run -p rolesweep-sim -- --accounts 1000 --roles 200 --profile aws-like
//! ```
//!
//! # A world by hand
//!
//! ```
//! use rolesweep_sim::{OrganizationSpec, RoleSpec, ServeOptions, serve};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let now = "2026-11-22T12:00:00Z".parse()?;
//! let mut spec = OrganizationSpec::new(1, now);
//! let unit = spec.unit("Workloads", None);
//! let account = spec.audited("333333333333", "checkout-prod");
//! account.in_unit(&unit).role(RoleSpec::new("app", "2024-01-01T00:00:00Z".parse()?));
//! let simulator = serve(spec.build()?, ServeOptions::default()).await?;
//! // Point a client with the credentials `simulator.caller()` at `simulator.url()`. Then read
//! // `simulator.counts()`.
//! assert_eq!(simulator.world().truth("333333333333").len(), 2);
//! simulator.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod behavior;
mod counts;
mod credentials;
mod dispatch;
mod error;
#[cfg(feature = "faults")]
mod faults;
mod hash;
mod iam;
#[cfg(not(feature = "faults"))]
mod no_faults;
mod organizations;
mod paging;
mod policy;
pub mod profile;
mod server;
mod sigv4;
mod sts;
#[cfg(test)]
mod testing;
mod world;
mod xml;

#[cfg(not(feature = "faults"))]
use no_faults as faults;

pub use counts::{Counts, Tally};
pub use credentials::Credentials;
pub use dispatch::{CallSite, Service};
#[cfg(feature = "faults")]
pub use faults::{Cause, Chances, Delivery, Ending, Expectation, Faults, Interfere, Interference};
pub use profile::Profile;
pub use server::{Answer, Clock, ServeOptions, Simulator, serve};
pub use world::{
    AccountSpec, AccountTruth, AuditRole, CallerKind, CallerSpec, DemoFacts, Document, Documents,
    GeneratedSpec, InlinePolicySpec, LastUse, LastUseIn, ListedIn, OrganizationSpec, PolicySpec, RoleSpec,
    RoleTruth, SpecError, StateWords, UnitSpec, Wire, World, caller_policy, demo, demo_earlier,
};
