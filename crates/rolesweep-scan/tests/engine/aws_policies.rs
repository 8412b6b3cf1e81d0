//! Tests of reading the policies that AWS manages, beside the accounts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use rolesweep_model::{AttachedPolicy, AwsPolicyCount, Boundary, Coverage};
use rolesweep_scan::operation::Operation;
use rolesweep_scan::ports::{ErrorKind, Event};
use rolesweep_scan::{KnownAwsPolicies, ScanError};

use crate::fact_sink::MemorySink;
use crate::fake_cloud::FakeCloud;
use crate::script::{Call, Reaction};
use crate::setup::Setup;
use crate::world::{World, id};

fn arn(n: usize) -> String {
    format!("arn:aws:iam::aws:policy/P{n:03}")
}

/// An organization whose roles name the policies from 0 on in turn: a role attaches one, and its
/// account's own policy, and is bounded by the next one.
fn world(accounts: u64, roles: usize, policies: usize) -> World {
    let mut world = World::with(accounts, roles);
    let mut n = 0;
    for truth in &mut world.accounts {
        let own = format!("arn:aws:iam::{}:policy/own", truth.account.id);
        for collected in &mut truth.roles {
            let attached = |arn: String| AttachedPolicy { name: "p".to_owned(), arn };
            collected.role.attached_policies = Some(vec![attached(own.clone()), attached(arn(n % policies))]);
            collected.role.permissions_boundary = Boundary::Policy(arn((n + 1) % policies));
            n += 1;
        }
    }
    world
}

fn setup(world: World, script: impl Fn(&Call) -> Reaction + Send + Sync + 'static) -> Setup {
    let mut setup = Setup::scripted(world, script);
    setup.plan.parameters.managed_policies = true;
    setup
}

fn is_policy(call: &Call) -> bool {
    [Operation::GetPolicy, Operation::GetPolicyVersion].contains(&call.operation)
}

/// How many calls for policies each account got.
fn by_account(setup: &Setup) -> BTreeMap<String, usize> {
    let mut calls = BTreeMap::new();
    for operation in [Operation::GetPolicy, Operation::GetPolicyVersion] {
        for (_, call) in setup.cloud.calls(operation) {
            *calls.entry(call.account.unwrap().to_string()).or_default() += 1;
        }
    }
    calls
}

fn calls(setup: &Setup) -> (usize, usize) {
    let count = |operation| setup.cloud.calls(operation).len();
    (count(Operation::GetPolicy), count(Operation::GetPolicyVersion))
}

/// The documents that were read.
fn documents(setup: &Setup) -> BTreeSet<String> {
    let books = setup.sink.books.lock().unwrap();
    let kept = books.policies.values().flatten();
    kept.filter_map(|policy| policy.document.clone()).collect()
}

#[tokio::test(start_paused = true)]
async fn each_policy_is_read_once_and_no_account_makes_more_than_a_few_calls() {
    let setup = setup(world(60, 5, 40), |_| Reaction::Answer);
    let outcome = setup.done().await;
    assert_eq!(calls(&setup), (40, 40));
    let expected: BTreeSet<String> = (0..40).map(|n| format!("{} v1", arn(n))).collect();
    assert_eq!(documents(&setup), expected);
    assert!(by_account(&setup).values().all(|&calls| calls <= 4), "{:?}", by_account(&setup));
    let counted = outcome.end.aws_policies.unwrap();
    assert_eq!((counted.named, counted.read), (40, 40));
    let by_action = [("iam:GetPolicy", 40), ("iam:GetPolicyVersion", 40)];
    assert_eq!(counted.calls, by_action.map(|(action, calls)| (action.to_owned(), calls)).into());
    assert!(outcome.end.notes.is_empty(), "{:?}", outcome.end.notes);
    // The records of the accounts hold what reading the accounts took.
    assert!(setup.sink.record(2).calls.keys().all(|action| !action.contains("Policy")));
}

#[tokio::test(start_paused = true)]
async fn a_document_that_the_store_has_is_not_read_again() {
    let mut setup = setup(world(10, 5, 20), |_| Reaction::Answer);
    setup.plan.aws_policies.documents = (0..20).map(|n| (arn(n), "v1".to_owned())).collect();
    let outcome = setup.done().await;
    assert_eq!(calls(&setup), (20, 0));
    assert_eq!(outcome.end.aws_policies.unwrap().read, 20);
    assert!(documents(&setup).is_empty());
    // A version that is new is read.
    let mut cloud = FakeCloud::new(world(10, 5, 20));
    cloud.policy_version = "v2";
    let mut again = Setup::new(cloud);
    again.plan.parameters.managed_policies = true;
    again.plan.aws_policies.documents = setup.plan.aws_policies.documents.clone();
    again.done().await;
    assert_eq!(calls(&again), (20, 20));
}

#[tokio::test(start_paused = true)]
async fn an_account_does_not_wait_for_the_policies() {
    let setup = setup(world(3, 30, 30), |call| match is_policy(call) {
        true => Reaction::Late(Duration::from_secs(5)),
        false => Reaction::Answer,
    });
    setup.done().await;
    let events = setup.recorder.events.lock().unwrap();
    let finished = events.iter().filter(|(_, event)| matches!(event, Event::Finished { .. }));
    let last = finished.map(|(at, _)| *at).max().unwrap();
    assert!(last - setup.began < Duration::from_secs(1));
    assert!(setup.began.elapsed() > Duration::from_secs(30), "three accounts read one policy each at a time");
}

#[tokio::test(start_paused = true)]
async fn an_account_that_refuses_is_replaced_by_another() {
    // Only one of fifteen accounts has the new policy.
    let setup = setup(world(15, 5, 10), |call| match call.account {
        Some(account) if is_policy(call) && account != id(16) => Reaction::Fail(ErrorKind::Denied),
        _ => Reaction::Answer,
    });
    let outcome = setup.done().await;
    assert_eq!(outcome.end.aws_policies.unwrap().read, 10);
    assert!(outcome.end.notes.is_empty(), "{:?}", outcome.end.notes);
    let mut calls = by_account(&setup);
    assert_eq!(calls.remove(id(16).as_str()), Some(20));
    assert!(calls.values().all(|&calls| calls == 1), "{calls:?}");
    assert_eq!(outcome.coverage, BTreeMap::from([(Coverage::Scanned, 15)]));
}

#[tokio::test(start_paused = true)]
async fn if_every_account_refuses_the_scan_is_whole_and_says_once_what_to_add() {
    let setup = setup(world(60, 5, 30), |call| match is_policy(call) {
        true => Reaction::Fail(ErrorKind::Denied),
        false => Reaction::Answer,
    });
    let outcome = setup.done().await;
    assert_eq!(outcome.coverage, BTreeMap::from([(Coverage::Scanned, 60)]));
    assert!(calls(&setup).0 <= 20 + 4, "{:?}", calls(&setup));
    let [note] = outcome.end.notes.as_slice() else { panic!("{:?}", outcome.end.notes) };
    assert!(
        note.starts_with(
            "the documents of 30 policies that AWS manages were not read (iam:GetPolicy: AccessDenied)"
        ),
        "{note}"
    );
    assert!(note.contains(&format!("{}, {}", arn(0), arn(1))) && note.contains("and 20 more"), "{note}");
    assert!(note.contains("allow the audit role iam:GetPolicy and iam:GetPolicyVersion"), "{note}");
    assert_eq!(outcome.end.aws_policies.unwrap().read, 0);
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_three_accounts_fail_to_read_is_missing_and_named() {
    for (operation, reaction) in [
        (Operation::GetPolicy, Reaction::Fail(ErrorKind::Throttled)),
        (Operation::GetPolicy, Reaction::Fail(ErrorKind::Gone)),
        (Operation::GetPolicy, Reaction::Hang),
        (Operation::GetPolicy, Reaction::Panic),
        (Operation::GetPolicy, Reaction::About("arn:aws:iam::aws:policy/Other")),
        (Operation::GetPolicyVersion, Reaction::Fail(ErrorKind::Transient)),
        (Operation::GetPolicyVersion, Reaction::About("v9")),
        (Operation::GetPolicyVersion, Reaction::Empty),
    ] {
        let bad = reaction.clone();
        let setup = setup(world(10, 5, 10), move |call| {
            match call.operation == operation && call.at.as_deref() == Some(arn(7).as_str()) {
                true => bad.clone(),
                false => Reaction::Answer,
            }
        });
        let outcome = setup.done().await;
        assert_eq!(outcome.coverage, BTreeMap::from([(Coverage::Scanned, 10)]));
        let [note] = outcome.end.notes.as_slice() else { panic!("{:?}", outcome.end.notes) };
        assert!(note.starts_with("the document of 1 policy that AWS manages was not read"), "{note}");
        assert!(note.contains(&arn(7)) && !note.contains("allow"), "{note}");
        let accounts: BTreeSet<_> = setup
            .cloud
            .calls(operation)
            .into_iter()
            .filter(|(_, call)| call.at.as_deref() == Some(arn(7).as_str()))
            .filter_map(|(_, call)| call.account)
            .collect();
        assert_eq!(accounts.len(), 3, "{reaction:?}");
        assert_eq!(outcome.end.aws_policies.unwrap().read, 9);
    }
}

#[tokio::test(start_paused = true)]
async fn an_expired_session_is_replaced_by_another_accounts() {
    let setup = setup(world(5, 5, 5), |call| match is_policy(call) && call.account == Some(id(2)) {
        true => Reaction::Fail(ErrorKind::Expired),
        false => Reaction::Answer,
    });
    let outcome = setup.done().await;
    assert_eq!(outcome.end.aws_policies.unwrap().read, 5);
}

#[tokio::test(start_paused = true)]
async fn policies_that_are_not_wanted_are_not_read() {
    let mut setup = setup(world(5, 5, 5), |_| Reaction::Answer);
    setup.plan.parameters.managed_policies = false;
    let outcome = setup.done().await;
    assert_eq!(calls(&setup), (0, 0));
    assert_eq!(outcome.end.aws_policies, None);
}

#[tokio::test(start_paused = true)]
async fn a_check_finds_out_whether_policies_can_be_read() {
    for (refuses, notes) in [(false, 0), (true, 1)] {
        let setup = setup(world(5, 5, 3), move |call| match refuses && is_policy(call) {
            true => Reaction::Fail(ErrorKind::Denied),
            false => Reaction::Answer,
        });
        let check = setup.check().await.unwrap();
        assert_eq!(check.notes.len(), notes, "{:?}", check.notes);
        assert!(check.notes.iter().all(|note| note.contains("allow the audit role iam:GetPolicy")));
        assert!((1..=5).contains(&calls(&setup).0), "those of one role of each account");
        assert_eq!(setup.sink.books.lock().unwrap().policies.len(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn accounts_that_are_read_the_second_way_name_no_policies() {
    let setup = setup(world(5, 5, 5), |call| match call.operation {
        Operation::GetAccountAuthorizationDetails => Reaction::Fail(ErrorKind::Denied),
        _ => Reaction::Answer,
    });
    let outcome = setup.done().await;
    // Of a role that was asked for alone, the boundary is known, and its document is wanted.
    assert_eq!(outcome.end.aws_policies.unwrap().named, 5);
}

/// What the sink of an earlier run knows.
fn known(earlier: &Setup) -> KnownAwsPolicies {
    let books = earlier.sink.books.lock().unwrap();
    let kept = books.policies.values().flatten();
    KnownAwsPolicies {
        documents: kept.map(|policy| (policy.arn.clone(), policy.version.clone())).collect(),
        calls: [("iam:GetPolicy".to_owned(), 7)].into(),
        of_scan: books
            .policies
            .iter()
            .map(|(arn, policy)| (arn.clone(), policy.as_ref().map(|policy| policy.version.clone())))
            .collect(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_scan_that_is_resumed_reads_what_is_missing_and_nothing_twice() {
    // Stopped at different moments: while accounts are read, and while only policies are left.
    for after in [300, 1000, 1700, 2600] {
        let first = setup(world(20, 5, 40), |call| match is_policy(call) {
            true => Reaction::Late(Duration::from_millis(400)),
            false => Reaction::Answer,
        });
        let outcome = first.drained(Duration::from_millis(after), "Ctrl-C").await;
        assert_eq!(outcome.end.interrupted.as_deref(), Some("Ctrl-C"));
        let read = outcome.end.aws_policies.unwrap().read;
        assert!(read < 40, "after {after} ms");
        let mut second = setup(world(20, 5, 40), |_| Reaction::Answer);
        second.plan.aws_policies = known(&first);
        second.plan.already_finished = first
            .sink
            .books
            .lock()
            .unwrap()
            .finished
            .values()
            .filter(|(record, _)| record.coverage == Coverage::Scanned)
            .map(|(record, _)| record.account_id)
            .collect();
        second.sink = Arc::new(MemorySink::default());
        second.sink.books.lock().unwrap().policies = known(&first)
            .of_scan
            .into_iter()
            .filter(|(_, v)| v.is_none())
            .map(|(arn, _)| (arn, None))
            .collect();
        let outcome = second.done().await;
        assert_eq!(calls(&second).0 as u64, 40 - read, "after {after} ms");
        let AwsPolicyCount { named, read: all, calls } = outcome.end.aws_policies.unwrap();
        assert_eq!((named, all), (40, 40), "after {after} ms");
        assert_eq!(calls["iam:GetPolicy"], 7 + 40 - read, "those of the first run count too");
        assert!(outcome.end.notes.is_empty(), "{:?}", outcome.end.notes);
    }
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_scan_says_which_documents_are_missing() {
    let setup = setup(world(5, 5, 20), |call| match is_policy(call) {
        true => Reaction::Hang,
        false => Reaction::Answer,
    });
    let outcome = setup.drained(Duration::from_secs(3), "Ctrl-C").await;
    assert_eq!(outcome.coverage, BTreeMap::from([(Coverage::Scanned, 5)]));
    assert!(setup.began.elapsed() <= Duration::from_secs(3) + setup.plan.limits.grace);
    let note = outcome.end.notes.join("\n");
    assert!(note.contains("20 policies that AWS manages were not read (the scan was interrupted)"), "{note}");
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_refuses_a_policy_ends_the_scan() {
    let mut setup = setup(world(5, 5, 5), |_| Reaction::Answer);
    setup.sink = Arc::new(MemorySink { full_of_policies: true, ..MemorySink::default() });
    assert!(matches!(setup.run().await, Err(ScanError::FactSink(_))));
}

#[tokio::test(start_paused = true)]
async fn what_is_no_arn_of_aws_is_not_asked_for_and_their_number_is_bounded() {
    let mut world = World::with(1, 30);
    for (n, collected) in world.accounts[0].roles.iter_mut().enumerate() {
        let hostile = [
            "arn:aws:iam::aws:policy/a\nb".to_owned(),
            format!("arn:aws:iam::aws:policy/{}", "x".repeat(3000)),
        ];
        let many = (0..500).map(|m| arn(n * 500 + m));
        let arns = hostile.into_iter().chain(many);
        collected.role.attached_policies =
            Some(arns.map(|arn| AttachedPolicy { name: "p".to_owned(), arn }).collect());
    }
    let setup = setup(world, |call| match is_policy(call) {
        true => Reaction::Late(Duration::from_millis(1)),
        false => Reaction::Answer,
    });
    let outcome = setup.done().await;
    assert_eq!(outcome.end.aws_policies.unwrap().named, 10_000);
}
