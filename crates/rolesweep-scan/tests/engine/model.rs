//! Compares the engine with a simple model, for random organizations with random faults.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use rolesweep_model::{AccountState, CollectedRole, Coverage, LastUse};
use rolesweep_scan::operation::Operation;
use rolesweep_scan::ports::ErrorKind;

use crate::fact_sink::MemorySink;
use crate::fake_cloud::FakeCloud;
use crate::script::{Call, Reaction};
use crate::setup::Setup;
use crate::world::{World, id};

/// What is wrong with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Fault {
    Nothing,
    Suspended,
    NoRole,
    /// Each call fails this often before it is answered.
    Flaky(ErrorKind, u64),
    /// Details fail from this call on.
    Broken(ErrorKind, u64),
    /// GetAccountAuthorizationDetails is denied.
    NoDetails,
    NoDetailsNoList,
    NoDetailsNoRole,
    /// A session lasts for this many calls of details.
    ShortSessions(u64),
    NoMarker(u64),
    Hang(u64),
    Panic(u64),
    EmptyPages,
}

pub(crate) const DETAILS: Operation = Operation::GetAccountAuthorizationDetails;

impl Fault {
    /// What becomes of a call.
    pub(crate) fn reaction(self, call: &Call) -> Reaction {
        let details = call.operation == DETAILS;
        match self {
            Self::NoRole if call.operation == Operation::AssumeRole => Reaction::Fail(ErrorKind::Denied),
            Self::Flaky(kind, n) if !call.nth.is_multiple_of(n + 1) => Reaction::Fail(kind),
            Self::Broken(kind, from) if details && call.nth >= from => Reaction::Fail(kind),
            Self::NoDetails | Self::NoDetailsNoList | Self::NoDetailsNoRole if details => {
                Reaction::Fail(ErrorKind::Denied)
            }
            Self::NoDetailsNoList if call.operation == Operation::ListRoles => {
                Reaction::Fail(ErrorKind::Denied)
            }
            Self::NoDetailsNoRole if call.operation == Operation::GetRole => {
                Reaction::Fail(ErrorKind::Denied)
            }
            Self::ShortSessions(n) if details && call.nth.is_multiple_of(n + 1) => {
                Reaction::Fail(ErrorKind::Expired)
            }
            Self::NoMarker(nth) if details && call.nth == nth => Reaction::NoMarker,
            Self::Hang(nth) if details && call.nth >= nth => Reaction::Hang,
            Self::Panic(nth) if details && call.nth == nth => Reaction::Panic,
            Self::EmptyPages
                if details
                    && call.nth % 2 == 1
                    && call.at.as_deref().is_none_or(|at| !at.starts_with('e')) =>
            {
                Reaction::Empty
            }
            _ => Reaction::Answer,
        }
    }

    /// The outcome of an account with this many roles, in pages of ten.
    pub(crate) fn coverage(self, roles: usize) -> Coverage {
        let pages = roles.div_ceil(10).max(1) as u64;
        match self {
            Self::Suspended => Coverage::NotActive,
            Self::NoRole | Self::NoDetailsNoList => Coverage::Denied,
            Self::Broken(_, nth) | Self::Hang(nth) | Self::Panic(nth) | Self::NoMarker(nth)
                if nth <= pages =>
            {
                Coverage::Failed
            }
            Self::NoDetailsNoRole if roles > 0 => Coverage::Partial,
            _ => Coverage::Scanned,
        }
    }
}

fn fault() -> impl Strategy<Value = Fault> {
    let passing = prop_oneof![Just(ErrorKind::Throttled), Just(ErrorKind::Transient)];
    let lasting = prop_oneof![
        Just(ErrorKind::Throttled),
        Just(ErrorKind::Transient),
        Just(ErrorKind::Malformed),
        Just(ErrorKind::Gone)
    ];
    prop_oneof![
        6 => Just(Fault::Nothing),
        1 => Just(Fault::Suspended),
        1 => Just(Fault::NoRole),
        2 => (passing, 1u64..5).prop_map(|(kind, n)| Fault::Flaky(kind, n)),
        1 => (lasting, 1u64..5).prop_map(|(kind, n)| Fault::Broken(kind, n)),
        1 => Just(Fault::NoDetails),
        1 => Just(Fault::NoDetailsNoList),
        1 => Just(Fault::NoDetailsNoRole),
        1 => (1u64..4).prop_map(Fault::ShortSessions),
        1 => (1u64..5).prop_map(Fault::NoMarker),
        1 => (1u64..5).prop_map(Fault::Hang),
        1 => (1u64..5).prop_map(Fault::Panic),
        1 => Just(Fault::EmptyPages),
    ]
}

/// Faults of the list of accounts that only cost time.
fn listing() -> impl Strategy<Value = Vec<Reaction>> {
    let reaction = prop_oneof![
        3 => Just(Reaction::Answer),
        1 => Just(Reaction::Fail(ErrorKind::Throttled)),
        1 => Just(Reaction::Fail(ErrorKind::Transient)),
    ];
    proptest::collection::vec(reaction, 0..6)
}

#[derive(Debug, Clone)]
struct Organization {
    accounts: Vec<(Fault, usize)>,
    listing: Vec<Reaction>,
    concurrency: usize,
    bytes: usize,
    latency_seed: u64,
}

fn organization() -> impl Strategy<Value = Organization> {
    let accounts = proptest::collection::vec((fault(), 1usize..45), 1..50);
    (accounts, listing(), 1usize..12, 1024usize..40_000, any::<u64>()).prop_map(
        |(accounts, listing, concurrency, bytes, latency_seed)| Organization {
            accounts,
            listing,
            concurrency,
            bytes,
            latency_seed,
        },
    )
}

impl Organization {
    fn setup(&self) -> Setup {
        let mut world = World::with(0, 0);
        let mut faults = BTreeMap::new();
        for (n, (fault, roles)) in (2..).zip(&self.accounts) {
            world.add(id(n), *roles);
            faults.insert(id(n), *fault);
            if *fault == Fault::Suspended {
                world.accounts.last_mut().unwrap().account.state = AccountState::Suspended;
            }
        }
        let (listing, seed) = (self.listing.clone(), self.latency_seed);
        let cloud = FakeCloud::new(world).script(move |call| {
            let reaction = match call.account {
                Some(account) => faults[&account].reaction(call),
                None if call.operation == Operation::ListAccounts => {
                    listing.get(call.nth as usize - 1).cloned().unwrap_or(Reaction::Answer)
                }
                None => Reaction::Answer,
            };
            if reaction == Reaction::Answer { Reaction::Late(latency(seed, call)) } else { reaction }
        });
        let mut setup = Setup::new(cloud);
        setup.plan.limits.concurrency = self.concurrency.try_into().unwrap();
        setup.plan.limits.memory = self.bytes;
        setup.plan.limits.account_budget = Duration::from_secs(120);
        setup.sink = MemorySink { slow: Duration::from_millis(20), ..MemorySink::default() }.into();
        setup
    }

    /// Checks what holds for every end of a scan, and that each reached account has the outcome of
    /// the model.
    fn check(&self, setup: &Setup) {
        for (n, (fault, roles)) in (2..).zip(&self.accounts) {
            if !setup.sink.has(n) {
                continue;
            }
            let (coverage, reason) = setup.sink.coverage(n);
            if coverage == Coverage::NotReached {
                continue;
            }
            assert_eq!(coverage, fault.coverage(*roles), "account {n}, {fault:?}, {roles} roles: {reason}");
            if coverage == Coverage::Scanned {
                assert_eq!(
                    last_uses(&setup.sink.roles(n)),
                    last_uses(&setup.cloud.world.truth(id(n)).unwrap().roles)
                );
            }
        }
        assert!(setup.cloud.most_called() <= self.concurrency);
        let books = setup.sink.books.lock().unwrap();
        // The limit is counted in whole units of 1024 bytes. A page above it is read alone.
        let limit = (self.bytes / 1024 * 1024).max(books.heaviest_page);
        assert!(books.most_bytes <= limit, "{} bytes under way, {limit} allowed", books.most_bytes);
    }
}

fn last_uses(roles: &[CollectedRole]) -> BTreeMap<String, LastUse> {
    let of =
        |collected: &CollectedRole| (collected.role.role_id.to_string(), collected.role.last_use.clone());
    roles.iter().map(of).collect()
}

/// Between zero and one second, the same for the same call.
pub(crate) fn latency(seed: u64, call: &Call) -> Duration {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    (seed, call.operation, call.account, call.nth).hash(&mut hasher);
    Duration::from_micros(hasher.finish() % 1_000_000)
}

fn on_a_paused_clock<F: Future>(future: F) -> F::Output {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_account_ends_as_the_model_says(organization in organization()) {
        on_a_paused_clock(async {
            let setup = organization.setup();
            let outcome = setup.done().await;
            assert_eq!(outcome.accounts, organization.accounts.len());
            assert!(outcome.end.population_complete);
            organization.check(&setup);
        });
    }

    #[test]
    fn a_scan_can_be_stopped_at_any_instant(
        organization in organization(),
        at in 0u64..20_000,
        abort_after in proptest::option::of(0u64..8000),
    ) {
        on_a_paused_clock(async {
            let setup = organization.setup();
            let stop = setup.stop.clone();
            let stopping = tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(at)).await;
                stop.drain("test");
                if let Some(after) = abort_after {
                    tokio::time::sleep(Duration::from_millis(after)).await;
                    stop.abort();
                }
            });
            match setup.run().await {
                Ok(outcome) => setup.sink.check(&outcome),
                Err(error) => assert!(matches!(error, rolesweep_scan::ScanError::Aborted), "{error:?}"),
            }
            let grace = setup.plan.limits.grace;
            assert!(setup.began.elapsed() <= Duration::from_millis(at) + grace + Duration::from_secs(1));
            organization.check(&setup);
            stopping.abort();
        });
    }
}
