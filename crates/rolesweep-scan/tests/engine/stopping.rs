//! Tests of scans that are stopped early.

use std::time::Duration;

use rolesweep_model::{Coverage, ReasonKind};
use rolesweep_scan::ScanError;
use rolesweep_scan::operation::Operation;
use rolesweep_scan::ports::{ErrorKind, Event};
use tokio::time::sleep;

use crate::fake_cloud::FakeCloud;
use crate::script::Reaction;
use crate::setup::Setup;
use crate::world::{SANDBOX, World, id};

#[tokio::test(start_paused = true)]
async fn winding_down_lets_accounts_under_way_finish_and_begins_no_other() {
    let setup = Setup::new(FakeCloud::new(World::with(60, 5)));
    let outcome = setup.drained(Duration::from_millis(220), "Ctrl-C").await;
    assert_eq!(outcome.end.interrupted.as_deref(), Some("Ctrl-C"));
    assert_eq!(outcome.coverage[&Coverage::Scanned], 16);
    assert!(outcome.coverage[&Coverage::NotReached] > 0);
    assert_eq!(outcome.coverage.len(), 2);
    assert_eq!(setup.cloud.calls(Operation::AssumeRole).len(), 16);
    assert!(setup.recorder.any(|event| *event == Event::Stopping { reason: "Ctrl-C".to_owned() }));
    assert!(setup.began.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn accounts_that_outlast_the_grace_are_cut() {
    let mut setup = Setup::scripted(World::with(30, 25), |call| match call.operation {
        Operation::GetAccountAuthorizationDetails if call.account == Some(id(2)) && call.nth == 2 => {
            Reaction::Hang
        }
        _ => Reaction::Answer,
    });
    setup.plan.limits.grace = Duration::from_secs(7);
    let outcome = setup.drained(Duration::from_millis(220), "Ctrl-C").await;
    assert_eq!(setup.began.elapsed(), Duration::from_millis(7220));
    assert_eq!(setup.sink.coverage(2), (Coverage::NotReached, "interrupted".to_owned()));
    assert_eq!(setup.sink.record(2).reason.unwrap().kind, ReasonKind::Interrupted);
    // It was called, and its record says so. Its pages are dropped.
    assert_eq!(setup.sink.record(2).calls["iam:GetAccountAuthorizationDetails"], 2);
    assert_eq!(setup.sink.record(2).roles, 0);
    assert_eq!(outcome.coverage[&Coverage::Scanned], 7);
}

#[tokio::test(start_paused = true)]
async fn a_population_that_was_not_read_to_its_end_is_not_complete() {
    for (after, complete) in [(20, false), (5000, true)] {
        let mut setup = Setup::new(FakeCloud::new(World::with(200, 50)));
        setup.plan.limits.concurrency = 2.try_into().unwrap();
        let outcome = setup.drained(Duration::from_millis(after), "SIGTERM").await;
        assert_eq!(outcome.end.population_complete, complete);
        assert_eq!(outcome.accounts == 200, complete);
    }
}

#[tokio::test(start_paused = true)]
async fn a_walk_that_was_cut_short_leaves_something_to_resume() {
    let setup = Setup::scripted(World::with(10, 1), |call| match call.operation {
        Operation::ListRoots => Reaction::Hang,
        _ => Reaction::Answer,
    });
    let outcome = setup.drained(Duration::from_secs(60), "Ctrl-C").await;
    assert_eq!(outcome.coverage, [(Coverage::Scanned, 10)].into());
    assert_eq!(outcome.end.notes, ["names of OUs are not known: interrupted"]);
    assert!(!outcome.end.population_complete);
}

#[tokio::test(start_paused = true)]
async fn a_signal_after_the_last_account_interrupts_nothing() {
    // The second account's answer comes after the signal, and within the grace.
    let setup = Setup::scripted(World::with(2, 1), |call| match call.operation {
        Operation::GetAccountAuthorizationDetails if call.account == Some(id(2)) => {
            Reaction::Late(Duration::from_secs(6))
        }
        _ => Reaction::Answer,
    });
    let outcome = setup.drained(Duration::from_secs(3), "Ctrl-C").await;
    assert_eq!(outcome.coverage, [(Coverage::Scanned, 2)].into());
    assert!(setup.recorder.any(|event| matches!(event, Event::Stopping { .. })), "it came before the end");
    assert_eq!((outcome.end.interrupted, outcome.end.population_complete), (None, true));
}

#[tokio::test(start_paused = true)]
async fn accounts_that_were_held_back_have_a_record_too() {
    // An OU by name, and a tree that is never read.
    let mut setup = Setup::scripted(World::with(30, 1), |call| match call.operation {
        Operation::ListRoots => Reaction::Hang,
        _ => Reaction::Answer,
    });
    setup.plan.parameters.filter.exclude_ou_paths = ["/Sandbox".to_owned()].into();
    let outcome = setup.drained(Duration::from_secs(1), "Ctrl-C").await;
    assert_eq!(outcome.coverage, [(Coverage::NotReached, 30)].into());

    // The whole list is wanted first, but excluded accounts are known anyway.
    let mut setup = Setup::scripted(World::with(30, 1), |call| match (call.operation, call.nth) {
        (Operation::ListAccounts, 2) => Reaction::Hang,
        _ => Reaction::Answer,
    });
    setup.plan.parameters.filter.accounts = [id(2), id(3), id(30)].into();
    setup.plan.parameters.filter.exclude_ous = [SANDBOX.parse().unwrap()].into();
    let outcome = setup.drained(Duration::from_secs(1), "Ctrl-C").await;
    assert_eq!(outcome.coverage, [(Coverage::NotReached, 1), (Coverage::Excluded, 19)].into());
}

#[tokio::test(start_paused = true)]
async fn aborting_ends_the_scan_at_once() {
    let setup = Setup::scripted(World::with(60, 5), |call| match call.operation {
        Operation::GetAccountAuthorizationDetails => Reaction::Hang,
        _ => Reaction::Answer,
    });
    let stop = setup.stop.clone();
    let (result, ()) = tokio::join!(setup.run(), async {
        sleep(Duration::from_millis(500)).await;
        stop.drain("Ctrl-C");
        sleep(Duration::from_millis(100)).await;
        stop.abort();
    });
    assert!(matches!(result, Err(ScanError::Aborted)));
    assert_eq!(setup.began.elapsed(), Duration::from_millis(600));
    // No task holds the sink any more, so its writer can be waited for.
    assert_eq!(std::sync::Arc::strong_count(&setup.sink), 1);
}

#[tokio::test(start_paused = true)]
async fn a_scan_that_was_stopped_before_it_began_makes_no_call_into_an_account() {
    let setup = Setup::new(FakeCloud::new(World::with(60, 5)));
    setup.stop.drain("Ctrl-C");
    let outcome = setup.done().await;
    assert_eq!((outcome.accounts, outcome.end.population_complete), (0, false));
    assert!(setup.cloud.calls(Operation::AssumeRole).is_empty());
}

#[tokio::test(start_paused = true)]
async fn callers_credentials_that_expire_stop_the_scan_and_keep_everything() {
    let setup = Setup::scripted(World::with(60, 25), |call| match call.operation {
        Operation::AssumeRole if call.account >= Some(id(20)) => Reaction::Fail(ErrorKind::Expired),
        Operation::GetAccountAuthorizationDetails if call.nth == 3 => Reaction::Late(Duration::from_secs(60)),
        _ => Reaction::Answer,
    });
    let outcome = setup.done().await;
    assert_eq!(
        outcome.end.interrupted.as_deref(),
        Some("the caller's credentials expired (sts:AssumeRole: ExpiredToken)")
    );
    // Accounts under way have their own sessions, and take longer than any grace.
    assert_eq!(outcome.coverage[&Coverage::Scanned], 18);
    assert_eq!(outcome.coverage[&Coverage::NotReached], outcome.accounts - 18);
    // Accounts that met the error, and those that did not start.
    for number in [20, 59] {
        let reason = setup.sink.record(number).reason.unwrap();
        assert_eq!(
            (reason.kind, reason.summary.as_str()),
            (ReasonKind::Expired, "the caller's credentials expired")
        );
    }
    let stopping = setup.recorder.events.lock().unwrap();
    let stopping = stopping.iter().filter(|(_, event)| matches!(event, Event::Stopping { .. })).count();
    assert_eq!(stopping, 1, "eight accounts find out, and it is told once");
    // The credentials may have been renewed, so each was tried once more.
    assert_eq!(setup.cloud.count(Operation::AssumeRole, 20), 2);
    assert!(!setup.sink.has(200));
}

#[tokio::test(start_paused = true)]
async fn callers_credentials_that_are_refreshed_go_on() {
    let setup = Setup::scripted(World::with(60, 5), |call| match (call.operation, call.nth) {
        (Operation::AssumeRole, 1) => Reaction::Fail(ErrorKind::Expired),
        _ => Reaction::Answer,
    });
    assert_eq!(setup.done().await.coverage, [(Coverage::Scanned, 60)].into());
}
