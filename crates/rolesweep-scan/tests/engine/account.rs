//! Tests of one account: sessions, pages, failures.

use std::time::Duration;

use rolesweep_model::{Access, CollectedRole, Coverage, Evidence, LastUse, ReasonKind};
use rolesweep_scan::operation::Operation;
use rolesweep_scan::ports::{ErrorKind, Event};

use crate::fake_cloud::FakeCloud;
use crate::script::{Call, Reaction};
use crate::setup::Setup;
use crate::world::{CALLER, World, id, role};

const DETAILS: Operation = Operation::GetAccountAuthorizationDetails;

/// Three accounts of 25 roles, in pages of ten. The script decides about the second one, which is
/// account 3.
fn second(script: impl Fn(&Call) -> Reaction + Send + Sync + 'static) -> Setup {
    Setup::scripted(World::with(3, 25), move |call| match call.account {
        Some(account) if account.as_str() == "000000000003" => script(call),
        _ => Reaction::Answer,
    })
}

async fn coverage_of_second(setup: &Setup) -> (Coverage, String) {
    let outcome = setup.done().await;
    assert_eq!(setup.sink.coverage(2), (Coverage::Scanned, String::new()));
    assert_eq!(setup.sink.coverage(4), (Coverage::Scanned, String::new()));
    assert!(outcome.end.population_complete);
    setup.sink.coverage(3)
}

fn is_true(setup: &Setup, n: u64) -> bool {
    let truth = setup.cloud.world.truth(crate::world::id(n)).unwrap();
    let roles = setup.sink.roles(n);
    let use_of = |roles: &[rolesweep_model::CollectedRole]| -> Vec<_> {
        let mut uses: Vec<_> = roles
            .iter()
            .map(|collected| (collected.role.role_id.clone(), collected.role.last_use.clone()))
            .collect();
        uses.sort_by(|a, b| a.0.cmp(&b.0));
        uses
    };
    use_of(&truth.roles) == use_of(&roles)
}

#[tokio::test(start_paused = true)]
async fn a_role_that_cannot_be_assumed_is_a_denied_account() {
    let setup = second(|_| Reaction::Fail(ErrorKind::Denied));
    assert_eq!(
        coverage_of_second(&setup).await,
        (Coverage::Denied, "sts:AssumeRole: AccessDenied".to_owned())
    );
    let record = setup.sink.record(3);
    assert_eq!((record.access, record.calls), (None, [("sts:AssumeRole".to_owned(), 1)].into()));
    assert_eq!(record.reason.unwrap().kind, ReasonKind::Denied);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_given_up_if_every_account_denies() {
    let setup = Setup::scripted(World::with(60, 1), |call| match call.operation {
        Operation::AssumeRole => Reaction::Fail(ErrorKind::Denied),
        _ => Reaction::Answer,
    });
    let outcome = setup.done().await;
    assert_eq!((outcome.attempted, outcome.assumed), (60, 0));
    assert_eq!(outcome.coverage, [(Coverage::Denied, 60)].into());
}

#[tokio::test(start_paused = true)]
async fn the_callers_own_account_is_read_with_the_audit_role_or_else_with_the_callers_credentials() {
    for (reaction, access) in [
        (Reaction::Answer, Access::AuditRole),
        (Reaction::Fail(ErrorKind::Denied), Access::Caller),
        (Reaction::Fail(ErrorKind::Gone), Access::Caller),
    ] {
        let mut world = World::with(2, 3);
        world.add(CALLER.parse().unwrap(), 3);
        let setup = Setup::scripted(world, move |call| match (call.operation, call.account) {
            (Operation::AssumeRole, Some(account)) if account.as_str() == CALLER => reaction.clone(),
            _ => Reaction::Answer,
        });
        setup.done().await;
        assert_eq!(setup.sink.coverage(1).0, Coverage::Scanned);
        assert_eq!(setup.sink.record(1).access, Some(access));
        assert!(is_true(&setup, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn pages_that_contradict_themselves_fail_the_account() {
    for (reaction, why) in
        [(Reaction::NoMarker, "truncated page without a marker"), (Reaction::Marker("10"), "repeated marker")]
    {
        let setup = second(move |call| match (call.operation, call.nth) {
            (DETAILS, 2..) => reaction.clone(),
            _ => Reaction::Answer,
        });
        assert_eq!(
            coverage_of_second(&setup).await,
            (Coverage::Failed, format!("iam:GetAccountAuthorizationDetails: {why}"))
        );
        assert_eq!(setup.sink.record(3).reason.unwrap().kind, ReasonKind::Malformed);
        assert!(
            setup.cloud.calls(Operation::ListRoles).is_empty(),
            "a broken answer is not hidden behind weaker evidence"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn roles_that_cannot_be_the_accounts_fail_it() {
    type Spoil = fn(&mut Vec<CollectedRole>);
    let spoilt: [(Spoil, &str); 5] = [
        (|roles| roles[24].role.arn = role(id(4), 24).role.arn, "a role of another account"),
        (
            |roles| roles[24].role.arn = "arn:aws-cn:iam::000000000003:role/cn".parse().unwrap(),
            "a role of another partition",
        ),
        (|roles| drop(roles.remove(0)), "the audit role is not among the roles"),
        (|roles| roles[24].role.role_id = roles[3].role.role_id.clone(), "one role id for two roles"),
        (Vec::clear, "no roles, not even the audit role"),
    ];
    for (spoil, why) in spoilt {
        for (operation, closed) in [(DETAILS, None), (Operation::ListRoles, Some(DETAILS))] {
            let mut world = World::with(3, 25);
            spoil(&mut world.accounts[1].roles);
            let setup = Setup::scripted(world, move |call| match call.account {
                Some(_) if Some(call.operation) == closed => Reaction::Fail(ErrorKind::Denied),
                _ => Reaction::Answer,
            });
            let (coverage, reason) = coverage_of_second(&setup).await;
            assert_eq!((coverage, reason), (Coverage::Failed, format!("{}: {why}", operation.action())));
            assert_eq!(setup.sink.record(3).reason.unwrap().kind, ReasonKind::Malformed);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_read_as_the_caller_needs_no_audit_role() {
    for roles in [0, 3] {
        let mut world = World::with(2, 3);
        world.add(CALLER.parse().unwrap(), roles);
        world.accounts[2].roles.retain(|collected| collected.role.arn.name() != "Audit");
        let setup = Setup::scripted(world, |call| match (call.operation, call.account) {
            (Operation::AssumeRole, Some(account)) if account.as_str() == CALLER => {
                Reaction::Fail(ErrorKind::Denied)
            }
            _ => Reaction::Answer,
        });
        setup.done().await;
        assert_eq!(setup.sink.coverage(1).0, Coverage::Scanned);
    }
}

#[tokio::test(start_paused = true)]
async fn a_marker_on_a_page_that_is_not_truncated_is_left_alone() {
    let setup = second(|call| if call.operation == DETAILS { Reaction::LeftOver } else { Reaction::Answer });
    assert_eq!(coverage_of_second(&setup).await.0, Coverage::Scanned);
    assert_eq!(setup.cloud.count(DETAILS, 3), 1);
    assert!(is_true(&setup, 3));
}

#[tokio::test(start_paused = true)]
async fn an_empty_truncated_page_goes_on() {
    let setup = second(|call| match (call.operation, call.nth) {
        (DETAILS, 1 | 3) => Reaction::Empty,
        _ => Reaction::Answer,
    });
    assert_eq!(coverage_of_second(&setup).await.0, Coverage::Scanned);
    assert!(is_true(&setup, 3));
}

#[tokio::test(start_paused = true)]
async fn an_expired_session_is_renewed_and_the_list_goes_on_at_the_same_marker() {
    let setup = second(|call| match (call.operation, call.session, call.at.as_deref()) {
        (DETAILS, 1, Some("10")) | (DETAILS, 2, Some("20")) => Reaction::Fail(ErrorKind::Expired),
        _ => Reaction::Answer,
    });
    assert_eq!(coverage_of_second(&setup).await.0, Coverage::Scanned);
    assert!(is_true(&setup, 3));
    let asked = setup.cloud.calls(DETAILS);
    let markers: Vec<_> = asked
        .iter()
        .filter(|(_, call)| call.account == Some(crate::world::id(3)))
        .map(|(_, call)| (call.session, call.at.as_deref()))
        .collect();
    assert_eq!(markers, [(1, None), (1, Some("10")), (2, Some("10")), (2, Some("20")), (3, Some("20"))]);
    assert_eq!(setup.cloud.count(Operation::AssumeRole, 3), 3);
}

#[tokio::test(start_paused = true)]
async fn sessions_that_never_work_are_not_renewed_without_end() {
    let setup =
        second(
            |call| {
                if call.operation == DETAILS { Reaction::Fail(ErrorKind::Expired) } else { Reaction::Answer }
            },
        );
    assert_eq!(
        coverage_of_second(&setup).await,
        (Coverage::Failed, "iam:GetAccountAuthorizationDetails: ExpiredToken".to_owned())
    );
    assert_eq!(setup.cloud.count(Operation::AssumeRole, 3), 2);
    assert_eq!(setup.sink.record(3).reason.unwrap().kind, ReasonKind::Expired);
}

#[tokio::test(start_paused = true)]
async fn throttles_and_passing_failures_are_waited_for() {
    for kind in [ErrorKind::Throttled, ErrorKind::Transient] {
        let setup = second(move |call| match (call.operation, call.nth) {
            (Operation::AssumeRole, 1..=3) | (DETAILS, 2..=6) => Reaction::Fail(kind),
            _ => Reaction::Answer,
        });
        assert_eq!(coverage_of_second(&setup).await.0, Coverage::Scanned);
        assert!(is_true(&setup, 3));
        assert_eq!(setup.cloud.count(DETAILS, 3), 3 + 5);
        assert!(setup.recorder.any(|event| matches!(event, Event::Retrying { account_id: Some(_), .. })));
    }
}

#[tokio::test(start_paused = true)]
async fn lasting_failures_fail_the_account_with_their_cause() {
    for (reaction, kind, calls, why) in [
        (ErrorKind::Transient, ReasonKind::Transient, Some(8), "no usable answer"),
        (ErrorKind::Malformed, ReasonKind::Malformed, Some(3), "unreadable answer"),
        (ErrorKind::Throttled, ReasonKind::Throttled, None, "Throttling"),
    ] {
        let setup = second(move |call| match (call.operation, call.nth) {
            (DETAILS, 2..) => Reaction::Fail(reaction),
            _ => Reaction::Answer,
        });
        assert_eq!(
            coverage_of_second(&setup).await,
            (Coverage::Failed, format!("iam:GetAccountAuthorizationDetails: {why}"))
        );
        let record = setup.sink.record(3);
        assert_eq!(record.reason.unwrap().kind, kind);
        let took = record.finished_at.duration_since(record.started_at).as_secs();
        match calls {
            Some(calls) => assert_eq!(setup.cloud.count(DETAILS, 3), calls + 1),
            // Nearly the whole budget, but not more.
            None => assert!((500..=600).contains(&took), "{took}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_never_answered_costs_the_accounts_budget_and_no_more() {
    let setup = second(|call| if call.operation == DETAILS { Reaction::Hang } else { Reaction::Answer });
    assert_eq!(
        coverage_of_second(&setup).await,
        (
            Coverage::Failed,
            "iam:GetAccountAuthorizationDetails: the account's time budget of 600 s is used up".to_owned()
        )
    );
    assert_eq!(setup.sink.record(3).reason.unwrap().kind, ReasonKind::TimedOut);
    assert_eq!(setup.began.elapsed(), Duration::from_millis(600_050));
}

#[tokio::test(start_paused = true)]
async fn a_panic_costs_one_account() {
    let setup = second(|call| if call.nth == 2 { Reaction::Panic } else { Reaction::Answer });
    assert_eq!(coverage_of_second(&setup).await, (Coverage::Failed, "a defect in rolesweep".to_owned()));
    let record = setup.sink.record(3);
    let reason = record.reason.unwrap();
    assert_eq!((reason.kind, reason.detail.as_deref()), (ReasonKind::Internal, Some("scripted panic")));
    assert_eq!(record.calls["iam:GetAccountAuthorizationDetails"], 2);
    assert_eq!(record.roles, 0);
}

#[tokio::test(start_paused = true)]
async fn accounts_whose_every_call_panics_fail_with_a_cause_and_the_scan_goes_on() {
    // Account by account: at once, roles in parallel, and not at all.
    let reaction = |call: &Call, number: u64| match (number % 3, call.operation) {
        (0, _) => Reaction::Panic,
        (1, Operation::AssumeRole | Operation::ListRoles) => Reaction::Answer,
        (1, Operation::GetRole) => Reaction::Panic,
        (1, _) => Reaction::Fail(ErrorKind::Denied),
        _ => Reaction::Answer,
    };
    const ACCOUNTS: u64 = 300;
    let setup = Setup::scripted(World::with(ACCOUNTS, 25), move |call| {
        call.account.map_or(Reaction::Answer, |account| reaction(call, account.as_str().parse().unwrap()))
    });
    let outcome = setup.done().await;
    assert_eq!(outcome.accounts as u64, ACCOUNTS);
    assert!(outcome.end.population_complete && outcome.end.interrupted.is_none());
    for n in 2..ACCOUNTS + 2 {
        if n % 3 == 2 {
            assert_eq!(setup.sink.coverage(n), (Coverage::Scanned, String::new()), "{n}");
            assert!(is_true(&setup, n), "{n}");
            continue;
        }
        assert_eq!(setup.sink.coverage(n), (Coverage::Failed, "a defect in rolesweep".to_owned()), "{n}");
        let record = setup.sink.record(n);
        let reason = record.reason.unwrap();
        assert_eq!(
            (reason.kind, reason.detail.as_deref()),
            (ReasonKind::Internal, Some("scripted panic")),
            "{n}"
        );
        let first = if n % 3 == 0 { "sts:AssumeRole" } else { "iam:GetRole" };
        assert!(record.calls[first] > 0, "the call that panicked is on the books: {n}");
        assert_eq!(record.roles, 0, "{n}");
    }
    assert_eq!(setup.cloud.most_called(), 8, "a panic neither loses nor adds a permit");
}

#[tokio::test(start_paused = true)]
async fn other_refusals_fail_the_account() {
    for (kind, expected) in [(ErrorKind::Refused, ReasonKind::Refused), (ErrorKind::Gone, ReasonKind::Gone)] {
        let setup = second(move |_| Reaction::Fail(kind));
        assert_eq!(coverage_of_second(&setup).await.0, Coverage::Failed);
        assert_eq!(setup.sink.record(3).reason.unwrap().kind, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_role_without_its_last_use_is_asked_for_once_more() {
    let mut cloud = FakeCloud::new(World::with(1, 25));
    cloud.without_last_use = vec!["role-0003".to_owned(), "role-0013".to_owned()];
    let setup = Setup::new(cloud);
    setup.done().await;
    assert_eq!(setup.sink.coverage(2), (Coverage::Scanned, String::new()));
    assert!(is_true(&setup, 2));
    assert_eq!(setup.cloud.count(Operation::GetRole, 2), 2);
    let role = setup.sink.roles(2).swap_remove(13).role;
    assert_eq!(role.arn.name(), "role-0013");
    // The list's facts stay, and GetRole's are added.
    assert_eq!((role.evidence, role.attached_policies), (Evidence::AuthorizationDetails, Some(vec![])));
    assert_eq!((role.description.as_deref(), role.max_session_seconds), (Some("role 13"), Some(7200)));
}

#[tokio::test(start_paused = true)]
async fn a_last_use_that_aws_does_not_tell_is_not_collected_and_the_account_partial() {
    let mut cloud = FakeCloud::new(World::with(1, 25)).script(|call| match call.operation {
        Operation::GetRole => Reaction::Empty,
        _ => Reaction::Answer,
    });
    cloud.without_last_use = vec!["role-0003".to_owned()];
    let setup = Setup::new(cloud);
    setup.done().await;
    assert_eq!(
        setup.sink.coverage(2),
        (Coverage::Partial, "iam:GetRole: no last use in the answer".to_owned())
    );
    let record = setup.sink.record(2);
    assert_eq!((record.roles, record.unknown_roles), (25, 1));
    assert_eq!(setup.sink.roles(2)[3].role.last_use, LastUse::NotCollected);
}

#[tokio::test(start_paused = true)]
async fn a_role_that_comes_on_two_pages_is_one_role() {
    let mut world = World::with(1, 25);
    let again = world.accounts[0].roles[2].clone();
    world.accounts[0].roles.push(again);
    let setup = Setup::new(FakeCloud::new(world));
    setup.done().await;
    assert_eq!(setup.sink.record(2).roles, 25);
}

#[tokio::test(start_paused = true)]
async fn a_role_that_comes_twice_with_two_last_uses_is_not_judged_by_the_older_one() {
    let mut world = World::with(1, 25);
    let mut again = world.accounts[0].roles[2].clone();
    again.role.last_use = LastUse::NoneRecorded;
    world.accounts[0].roles[2].role.last_use =
        LastUse::Used { at: "2026-11-20T00:00:00Z".parse().unwrap(), region: None };
    world.accounts[0].roles.push(again);
    let setup = Setup::new(FakeCloud::new(world));
    setup.done().await;
    assert_eq!(
        setup.sink.coverage(2),
        (Coverage::Failed, "iam:GetAccountAuthorizationDetails: a role twice, with two last uses".to_owned())
    );
}

#[tokio::test(start_paused = true)]
async fn a_role_that_was_created_again_before_it_was_asked_for_once_more_is_the_new_one() {
    let mut cloud = FakeCloud::new(World::with(1, 5)).script(|call| match call.operation {
        Operation::GetRole => Reaction::Marker("AROANEWNEWNEWNEWNEW"),
        _ => Reaction::Answer,
    });
    cloud.without_last_use = vec!["role-0003".to_owned()];
    let setup = Setup::new(cloud);
    setup.done().await;
    let role = setup.sink.roles(2).swap_remove(3).role;
    assert_eq!((role.role_id.as_str(), role.evidence), ("AROANEWNEWNEWNEWNEW", Evidence::GetRole));
}
