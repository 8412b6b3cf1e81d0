//! Ten thousand accounts.

use std::time::Duration;

use rolesweep_model::Coverage;
use rolesweep_scan::ports::ErrorKind;

use crate::fake_cloud::FakeCloud;
use crate::model::{Fault, latency};
use crate::script::Reaction;
use crate::setup::Setup;
use crate::world::World;

/// What is wrong with an account, by its number.
fn fault(n: u64) -> Fault {
    match n % 100 {
        1 => Fault::Hang(1),
        2 | 3 => Fault::Panic(1),
        4 => Fault::NoRole,
        5 => Fault::Flaky(ErrorKind::Throttled, 2),
        6 => Fault::ShortSessions(1),
        _ => Fault::Nothing,
    }
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_accounts_with_shuffled_latencies_panics_and_silence() {
    const ACCOUNTS: u64 = 10_000;
    let cloud = FakeCloud::new(World::with(ACCOUNTS, 3)).script(|call| {
        let reaction = call
            .account
            .map_or(Reaction::Answer, |account| fault(account.as_str().parse().unwrap()).reaction(call));
        if reaction == Reaction::Answer { Reaction::Late(latency(7, call)) } else { reaction }
    });
    let mut setup = Setup::new(cloud);
    setup.plan.limits.concurrency = 64.try_into().unwrap();
    setup.plan.limits.account_budget = Duration::from_secs(60);
    let outcome = setup.done().await;
    let n = ACCOUNTS as usize;
    assert_eq!(outcome.accounts, n);
    assert_eq!(
        outcome.coverage,
        [(Coverage::Scanned, n / 100 * 96), (Coverage::Denied, n / 100), (Coverage::Failed, n / 100 * 3),]
            .into()
    );
    assert_eq!(setup.cloud.most_called(), 64);
    // No permit is ever idle: the time is the work divided by the permits, plus one account's
    // budget.
    let work: i64 = setup
        .sink
        .books
        .lock()
        .unwrap()
        .finished
        .values()
        .map(|(record, _)| {
            record.finished_at.duration_since(record.started_at).as_micros().try_into().unwrap_or(i64::MAX)
        })
        .sum();
    let bound = Duration::from_micros(u64::try_from(work).unwrap()) / 64 + Duration::from_secs(65);
    assert!(setup.began.elapsed() <= bound, "{:?} of {bound:?}", setup.began.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn threads_change_nothing() {
    let cloud = FakeCloud::new(World::with(300, 25)).script(|call| {
        match call.account.map_or(Fault::Nothing, |account| fault(account.as_str().parse().unwrap())) {
            // Panics take real time, and the clock of this test is not paused.
            Fault::Hang(_) | Fault::Flaky(..) | Fault::Nothing => Reaction::Late(Duration::ZERO),
            other => other.reaction(call),
        }
    });
    let mut setup = Setup::new(cloud);
    setup.plan.limits.concurrency = 32.try_into().unwrap();
    let outcome = setup.done().await;
    assert_eq!(
        outcome.coverage,
        [(Coverage::Scanned, 291), (Coverage::Denied, 3), (Coverage::Failed, 6)].into()
    );
}
