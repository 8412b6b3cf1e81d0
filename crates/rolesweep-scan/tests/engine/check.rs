//! A check finds out which accounts let a scan in, with one page of one role.

use std::collections::BTreeMap;
use std::time::Duration;

use rolesweep_model::{Access, AccountState, Coverage, ReasonKind};
use rolesweep_scan::operation::Operation;
use rolesweep_scan::ports::{ErrorKind, Event};
use rolesweep_scan::{Check, CheckResult, PlannedAction, ScanError, preview};
use tokio::time::sleep;

use crate::fake_cloud::FakeCloud;
use crate::script::{Call, Reaction};
use crate::setup::Setup;
use crate::world::{CALLER, World, id, role};

const ASSUME: Operation = Operation::AssumeRole;
const DETAILS: Operation = Operation::GetAccountAuthorizationDetails;
const LIST: Operation = Operation::ListRoles;
const GET: Operation = Operation::GetRole;

/// Three accounts of 25 roles. The script decides about the second one, which is account 3.
fn second(script: impl Fn(&Call) -> Reaction + Send + Sync + 'static) -> Setup {
    Setup::scripted(World::with(3, 25), move |call| match call.account {
        Some(account) if account == id(3) => script(call),
        _ => Reaction::Answer,
    })
}

/// What became of an account.
fn result(check: &Check, n: u64) -> &CheckResult {
    let found = check.accounts.iter().find(|checked| checked.account.id == id(n));
    &found.unwrap_or_else(|| panic!("account {n} has no result")).result
}

/// The coverage of an account that does not let a scan in, and the reason.
fn gap(check: &Check, n: u64) -> (Coverage, String) {
    match result(check, n) {
        CheckResult::NotReadable { coverage, reason } => (*coverage, reason.to_string()),
        CheckResult::Readable { .. } => panic!("account {n} lets the scan in"),
    }
}

fn lets_in(check: &Check, n: u64) -> bool {
    *result(check, n) == CheckResult::Readable { access: Access::AuditRole, fallback: None }
}

/// How many accounts there are of each coverage.
fn coverage(check: &Check) -> BTreeMap<Coverage, usize> {
    let mut counts = BTreeMap::new();
    for checked in &check.accounts {
        *counts.entry(checked.result.coverage()).or_default() += 1;
    }
    counts
}

/// How often each call was made in an account.
fn calls(setup: &Setup, n: u64) -> [u64; 4] {
    [ASSUME, DETAILS, LIST, GET].map(|operation| setup.cloud.count(operation, n))
}

/// The others let the scan in, with one call each. Gives what became of the second account.
async fn check_of_second(setup: &Setup) -> Check {
    let check = setup.check().await.unwrap();
    for n in [2, 4] {
        assert!(lets_in(&check, n), "{n}");
        assert_eq!(calls(setup, n), [1, 1, 0, 0], "{n}");
    }
    assert!(check.population_complete && check.interrupted.is_none());
    check
}

#[tokio::test(start_paused = true)]
async fn an_account_that_lets_a_scan_in_costs_one_session_and_one_page_of_one_role() {
    let mut setup = Setup::new(FakeCloud::new(World::with(45, 25)));
    setup.plan.parameters.managed_policies = true;
    let check = setup.check().await.unwrap();
    assert_eq!(check.accounts.len(), 45);
    for n in 2..47 {
        assert!(lets_in(&check, n), "{n}");
        assert_eq!(calls(&setup, n), [1, 1, 0, 0], "{n}");
    }
    let mut read = 0;
    for (_, event) in setup.recorder.events.lock().unwrap().iter() {
        match event {
            Event::Finished { record, .. } => read += record.roles,
            Event::Collected { .. } => panic!("nothing is kept"),
            _ => {}
        }
    }
    assert_eq!(read, 45, "one role of each");
    assert_eq!(setup.cloud.most_called(), 8, "as many accounts at a time as in a scan");
    let scanned = Setup::new(FakeCloud::new(World::with(45, 25)));
    scanned.done().await;
    for operation in [Operation::ListAccounts, Operation::ListRoots, ASSUME] {
        assert_eq!(setup.cloud.calls(operation).len(), scanned.cloud.calls(operation).len(), "{operation}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_account_with_one_role_is_read_like_the_others() {
    let setup = Setup::new(FakeCloud::new(World::with(1, 1)));
    assert!(lets_in(&setup.check().await.unwrap(), 2));
    assert!(!setup.recorder.any(|event| matches!(event, Event::Collected { .. })));
}

#[tokio::test(start_paused = true)]
async fn accounts_are_selected_as_a_scan_does_and_the_others_are_not_called() {
    let mut world = World::with(45, 3);
    world.accounts[7].account.state = AccountState::from_word(Some("SUSPENDED"));
    let mut setup = Setup::new(FakeCloud::new(world));
    setup.plan.parameters.filter.exclude_accounts = [id(3)].into();
    setup.plan.parameters.filter.ou_paths = ["/Workloads".to_owned()].into();
    let found = preview(&setup.plan, setup.cloud.clone(), setup.recorder.clone()).await.unwrap();
    let check = setup.check().await.unwrap();
    assert_eq!(check.organizational_units, found.organizational_units);
    assert_eq!(check.accounts.len(), 45);
    for (checked, previewed) in check.accounts.iter().zip(&found.accounts) {
        assert_eq!(checked.account, previewed.account);
        let n = checked.account.id.as_str().parse().unwrap();
        match &previewed.action {
            PlannedAction::Collect => assert!(lets_in(&check, n), "{n}"),
            PlannedAction::Settle(coverage, reason) => {
                assert_eq!(gap(&check, n), (*coverage, reason.to_string()));
                assert_eq!(calls(&setup, n), [0; 4], "{n}");
            }
            PlannedAction::AlreadyFinished => panic!("nothing was finished before"),
        }
    }
    assert!(coverage(&check)[&Coverage::Excluded] > 20);
}

#[tokio::test(start_paused = true)]
async fn an_account_without_the_role_and_one_whose_role_may_not_read_are_denied() {
    let setup = second(|_| Reaction::Fail(ErrorKind::Denied));
    let check = check_of_second(&setup).await;
    assert_eq!(gap(&check, 3), (Coverage::Denied, "sts:AssumeRole: AccessDenied".to_owned()));
    assert_eq!(calls(&setup, 3), [1, 0, 0, 0]);

    let setup = second(|call| match call.operation {
        ASSUME => Reaction::Answer,
        _ => Reaction::Fail(ErrorKind::Denied),
    });
    let check = check_of_second(&setup).await;
    let why = "iam:GetAccountAuthorizationDetails: AccessDenied; iam:ListRoles: AccessDenied";
    assert_eq!(gap(&check, 3), (Coverage::Denied, why.to_owned()));
    assert_eq!(calls(&setup, 3), [1, 1, 1, 0]);
}

#[tokio::test(start_paused = true)]
async fn awss_own_messages_are_told_and_not_kept() {
    let setup = second(|_| Reaction::Fail(ErrorKind::Denied));
    let check = check_of_second(&setup).await;
    let CheckResult::NotReadable { reason, .. } = result(&check, 3) else { panic!("{check:?}") };
    assert_eq!(reason.detail, None);
    let told = |event: &Event| matches!(event, Event::Finished { record, .. } if record.reason.as_ref().is_some_and(|reason| reason.detail.as_deref() == Some("scripted")));
    assert!(setup.recorder.any(told));
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_open_only_to_the_slower_way_says_why() {
    let setup = second(|call| match call.operation {
        DETAILS => Reaction::Fail(ErrorKind::Denied),
        _ => Reaction::Answer,
    });
    let check = check_of_second(&setup).await;
    let CheckResult::Readable { access: Access::AuditRole, fallback: Some(why) } = result(&check, 3) else {
        panic!("{check:?}")
    };
    assert_eq!((why.kind, why.to_string()), (ReasonKind::Denied, format!("{DETAILS}: AccessDenied")));
    assert_eq!(calls(&setup, 3), [1, 1, 1, 1], "one role is listed and asked for");
    assert_eq!(result(&check, 3).coverage(), Coverage::Scanned);
}

#[tokio::test(start_paused = true)]
async fn the_slower_way_is_open_only_if_a_role_can_be_asked_for() {
    let setup = second(|call| match (call.operation, call.nth) {
        (DETAILS | GET, _) => Reaction::Fail(ErrorKind::Denied),
        // A page without a role shows nothing of GetRole.
        (LIST, 1) => Reaction::Empty,
        _ => Reaction::Answer,
    });
    let check = check_of_second(&setup).await;
    assert_eq!(gap(&check, 3), (Coverage::Partial, "iam:GetRole: AccessDenied".to_owned()));
    assert_eq!(calls(&setup, 3), [1, 1, 2, 1]);
}

#[tokio::test(start_paused = true)]
async fn the_callers_own_account_is_read_with_the_audit_role_or_else_with_the_callers_credentials() {
    for (assume, details, expected) in [
        (Reaction::Answer, Reaction::Answer, Ok((Access::AuditRole, false))),
        (Reaction::Fail(ErrorKind::Denied), Reaction::Answer, Ok((Access::Caller, false))),
        (Reaction::Fail(ErrorKind::Gone), Reaction::Fail(ErrorKind::Denied), Ok((Access::Caller, true))),
        (Reaction::Fail(ErrorKind::Denied), Reaction::Fail(ErrorKind::Transient), Err(Coverage::Failed)),
    ] {
        let mut world = World::with(2, 3);
        world.add(CALLER.parse().unwrap(), 3);
        let setup = Setup::scripted(world, move |call| match (call.operation, call.account) {
            (ASSUME, Some(account)) if account.as_str() == CALLER => assume.clone(),
            (DETAILS, Some(account)) if account.as_str() == CALLER => details.clone(),
            _ => Reaction::Answer,
        });
        let check = setup.check().await.unwrap();
        let found = match result(&check, 1) {
            CheckResult::Readable { access, fallback } => Ok((*access, fallback.is_some())),
            CheckResult::NotReadable { coverage, .. } => Err(*coverage),
        };
        assert_eq!(found, expected);
        let noted = setup.recorder.any(
            |event| matches!(event, Event::Note(note) if note.contains("with the caller's credentials")),
        );
        assert_eq!(noted, expected != Ok((Access::AuditRole, false)));
    }
}

#[tokio::test(start_paused = true)]
async fn throttles_and_passing_failures_are_waited_for_and_lasting_ones_are_the_reason() {
    for kind in [ErrorKind::Throttled, ErrorKind::Transient] {
        let setup = second(move |call| match (call.operation, call.nth) {
            (ASSUME, 1..=3) | (DETAILS, 1..=5) => Reaction::Fail(kind),
            _ => Reaction::Answer,
        });
        let check = check_of_second(&setup).await;
        assert!(lets_in(&check, 3), "{kind:?}");
        assert_eq!(calls(&setup, 3), [4, 6, 0, 0], "{kind:?}");
    }
    for (kind, why) in [(ErrorKind::Throttled, "Throttling"), (ErrorKind::Transient, "no usable answer")] {
        let setup = second(move |call| match call.operation {
            DETAILS => Reaction::Fail(kind),
            _ => Reaction::Answer,
        });
        let check = check_of_second(&setup).await;
        let (coverage, reason) = gap(&check, 3);
        // The time may also end while the last call waits for its turn.
        let is_right = reason == format!("{DETAILS}: {why}")
            || (kind == ErrorKind::Throttled && reason.ends_with("time budget of 600 s is used up"));
        assert!(coverage == Coverage::Failed && is_right, "{coverage} {reason}");
        assert!(setup.began.elapsed() <= Duration::from_secs(600), "the account's time is a scan's");
    }
}

#[tokio::test(start_paused = true)]
async fn an_expired_session_is_renewed_once() {
    let setup = second(|call| match (call.operation, call.session) {
        (DETAILS, 1) => Reaction::Fail(ErrorKind::Expired),
        _ => Reaction::Answer,
    });
    assert!(lets_in(&check_of_second(&setup).await, 3));
    assert_eq!(calls(&setup, 3), [2, 2, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_cannot_be_the_accounts_lets_no_scan_in() {
    let mut world = World::with(3, 25);
    world.accounts[1].roles[0].role.arn = role(id(4), 0).role.arn;
    let setup = Setup::new(FakeCloud::new(world));
    let check = check_of_second(&setup).await;
    assert_eq!(gap(&check, 3), (Coverage::Failed, format!("{DETAILS}: a role of another account")));
    let setup = second(|call| match call.operation {
        DETAILS => Reaction::NoMarker,
        _ => Reaction::Answer,
    });
    let check = check_of_second(&setup).await;
    assert_eq!(gap(&check, 3), (Coverage::Failed, format!("{DETAILS}: truncated page without a marker")));
}

#[tokio::test(start_paused = true)]
async fn a_panic_costs_one_account() {
    let setup = second(|call| if call.operation == DETAILS { Reaction::Panic } else { Reaction::Answer });
    let check = check_of_second(&setup).await;
    assert_eq!(gap(&check, 3), (Coverage::Failed, "a defect in rolesweep".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn callers_credentials_that_expire_stop_the_check_and_keep_what_it_found() {
    let setup = Setup::scripted(World::with(60, 25), |call| match call.operation {
        ASSUME if call.account >= Some(id(20)) => Reaction::Fail(ErrorKind::Expired),
        _ => Reaction::Answer,
    });
    let check = setup.check().await.unwrap();
    let why = "the caller's credentials expired (sts:AssumeRole: ExpiredToken)";
    assert_eq!(check.interrupted.as_deref(), Some(why));
    let not_reached = check.accounts.len() - 18;
    assert_eq!(coverage(&check), [(Coverage::Scanned, 18), (Coverage::NotReached, not_reached)].into());
    assert_eq!(gap(&check, 21), (Coverage::NotReached, "the caller's credentials expired".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_check_says_what_became_of_every_account_that_it_knows() {
    let setup = Setup::new(FakeCloud::new(World::with(60, 25)));
    let (check, ()) = tokio::join!(setup.check(), async {
        sleep(Duration::from_millis(220)).await;
        setup.stop.drain("Ctrl-C");
    });
    let check = check.unwrap();
    assert_eq!(check.interrupted.as_deref(), Some("Ctrl-C"));
    let counts = coverage(&check);
    assert_eq!(counts[&Coverage::Scanned], 16, "those under way finish");
    assert_eq!(counts[&Coverage::NotReached], check.accounts.len() - 16);
    assert_eq!(setup.cloud.calls(ASSUME).len(), 16);

    let setup = Setup::scripted(World::with(60, 25), |call| match call.operation {
        DETAILS => Reaction::Hang,
        _ => Reaction::Answer,
    });
    let (check, ()) = tokio::join!(setup.check(), async {
        sleep(Duration::from_millis(500)).await;
        setup.stop.abort();
    });
    assert!(matches!(check, Err(ScanError::Aborted)));
    assert_eq!(setup.began.elapsed(), Duration::from_millis(500));
}

#[tokio::test(start_paused = true)]
async fn a_list_that_breaks_off_is_said_and_one_that_cannot_be_had_is_an_error() {
    let setup = Setup::scripted(World::with(45, 1), |call| match (call.operation, call.nth) {
        (Operation::ListAccounts, 2..) => Reaction::Fail(ErrorKind::Refused),
        _ => Reaction::Answer,
    });
    let check = setup.check().await.unwrap();
    assert!(!check.population_complete && !check.notes.is_empty());
    assert_eq!(coverage(&check), [(Coverage::Scanned, 20)].into());

    let setup = Setup::scripted(World::with(45, 1), |call| match call.operation {
        Operation::ListAccounts => Reaction::Fail(ErrorKind::Denied),
        _ => Reaction::Answer,
    });
    assert!(matches!(setup.check().await, Err(ScanError::ListAccountsDenied(_))));
}
