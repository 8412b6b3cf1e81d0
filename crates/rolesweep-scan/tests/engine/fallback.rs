//! Tests of the fallback: ListRoles and GetRole.

use std::time::Duration;

use rolesweep_model::{Coverage, Evidence, LastUse, ReasonKind};
use rolesweep_scan::operation::Operation;
use rolesweep_scan::ports::{ErrorKind, Event};

use crate::fake_cloud::FakeCloud;
use crate::script::{Call, Reaction};
use crate::setup::Setup;
use crate::world::World;

const DETAILS: Operation = Operation::GetAccountAuthorizationDetails;

/// One account of 25 roles that denies GetAccountAuthorizationDetails.
fn denied(script: impl Fn(&Call) -> Reaction + Send + Sync + 'static) -> Setup {
    Setup::scripted(World::with(1, 25), move |call| match call.operation {
        DETAILS => Reaction::Fail(ErrorKind::Denied),
        _ => script(call),
    })
}

fn uses(setup: &Setup) -> Vec<LastUse> {
    setup.sink.roles(2).into_iter().map(|collected| collected.role.last_use).collect()
}

#[tokio::test(start_paused = true)]
async fn if_details_are_denied_each_role_is_requested_at_a_gentle_pace() {
    let setup = denied(|_| Reaction::Answer);
    setup.done().await;
    assert_eq!(setup.sink.coverage(2), (Coverage::Scanned, String::new()));
    let truth: Vec<_> =
        setup.cloud.world.accounts[0].roles.iter().map(|collected| collected.role.last_use.clone()).collect();
    assert_eq!(uses(&setup), truth);
    assert!(setup.sink.roles(2).iter().all(|collected| collected.role.evidence == Evidence::GetRole));
    assert!(setup.recorder.any(|event| matches!(event, Event::FellBack { .. })));
    // 3 pages and 25 roles, at 5 calls a second.
    let record = setup.sink.record(2);
    assert_eq!((record.calls["iam:ListRoles"], record.calls["iam:GetRole"]), (3, 25));
    let paced = setup.cloud.calls(Operation::GetRole).last().unwrap().0
        - setup.cloud.calls(Operation::ListRoles)[0].0;
    assert!(paced >= Duration::from_millis(27 * 200), "{paced:?}");
    assert!(paced <= Duration::from_millis(27 * 200 + 200), "{paced:?}");
}

#[tokio::test(start_paused = true)]
async fn slow_answers_do_not_slow_the_pace() {
    let setup = denied(|call| match call.operation {
        Operation::GetRole => Reaction::Late(Duration::from_millis(700)),
        _ => Reaction::Answer,
    });
    setup.done().await;
    // One by one it would take 17.5 s.
    assert!(setup.began.elapsed() < Duration::from_secs(12), "{:?}", setup.began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn if_get_role_is_denied_it_is_called_once() {
    let setup = denied(|call| match call.operation {
        Operation::GetRole => Reaction::Fail(ErrorKind::Denied),
        _ => Reaction::Answer,
    });
    setup.done().await;
    assert_eq!(setup.sink.coverage(2), (Coverage::Partial, "iam:GetRole: AccessDenied".to_owned()));
    assert_eq!(setup.cloud.count(Operation::GetRole, 2), 1);
    let record = setup.sink.record(2);
    assert_eq!((record.roles, record.unknown_roles), (25, 25));
    assert_eq!(setup.sink.roles(2)[0].role.evidence, Evidence::ListRoles);
}

#[tokio::test(start_paused = true)]
async fn one_role_that_is_denied_costs_that_role() {
    let setup = denied(|call| match (call.operation, call.at.as_deref()) {
        (Operation::GetRole, Some("role-0007")) => Reaction::Fail(ErrorKind::Denied),
        _ => Reaction::Answer,
    });
    setup.done().await;
    assert_eq!(setup.sink.coverage(2).0, Coverage::Partial);
    assert_eq!(setup.sink.record(2).unknown_roles, 1);
    assert_eq!(uses(&setup)[7], LastUse::NotCollected);
}

#[tokio::test(start_paused = true)]
async fn roles_that_keep_failing_are_given_up_together() {
    let setup = denied(|call| match (call.operation, call.nth) {
        (Operation::GetRole, 4..) => Reaction::Fail(ErrorKind::Transient),
        _ => Reaction::Answer,
    });
    setup.done().await;
    let record = setup.sink.record(2);
    assert_eq!((record.coverage, record.unknown_roles), (Coverage::Partial, 22));
    assert_eq!(record.reason.unwrap().kind, ReasonKind::Transient);
    // Eight attempts each, and a few that were under way.
    assert!(setup.cloud.count(Operation::GetRole, 2) <= 3 + 8 * 8);
}

#[tokio::test(start_paused = true)]
async fn if_list_roles_is_denied_too_both_permissions_are_named() {
    let setup = denied(|call| match call.operation {
        Operation::ListRoles => Reaction::Fail(ErrorKind::Denied),
        _ => Reaction::Answer,
    });
    setup.done().await;
    assert_eq!(
        setup.sink.coverage(2),
        (
            Coverage::Denied,
            "iam:GetAccountAuthorizationDetails: AccessDenied; iam:ListRoles: AccessDenied".to_owned()
        )
    );
    // The role was assumed, but nothing was read with it.
    assert_eq!(setup.sink.record(2).access, None);
}

#[tokio::test(start_paused = true)]
async fn list_roles_that_fails_fails_the_account() {
    let setup = denied(|call| match call.operation {
        Operation::ListRoles => Reaction::NoMarker,
        _ => Reaction::Answer,
    });
    setup.done().await;
    assert_eq!(
        setup.sink.coverage(2),
        (Coverage::Failed, "iam:ListRoles: truncated page without a marker".to_owned())
    );
}

#[tokio::test(start_paused = true)]
async fn an_account_whose_other_roles_are_all_deleted_in_between_was_read() {
    let setup = denied(|call| match (call.operation, call.at.as_deref()) {
        (Operation::GetRole, Some(name)) if name != "Audit" => Reaction::Fail(ErrorKind::Gone),
        _ => Reaction::Answer,
    });
    setup.done().await;
    assert_eq!(setup.sink.coverage(2), (Coverage::Scanned, String::new()));
    assert_eq!(setup.sink.record(2).roles, 1);
}

#[tokio::test(start_paused = true)]
async fn an_audit_role_that_is_not_there_while_its_session_reads_fails_the_account() {
    for all in [true, false] {
        let setup = denied(move |call| match (call.operation, call.at.as_deref()) {
            (Operation::GetRole, Some(name)) if all || name == "Audit" => Reaction::Fail(ErrorKind::Gone),
            _ => Reaction::Answer,
        });
        setup.done().await;
        assert_eq!(
            setup.sink.coverage(2),
            (Coverage::Failed, "iam:ListRoles: the audit role is not among the roles".to_owned())
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_about_another_role_is_no_answer() {
    let mut details = FakeCloud::new(World::with(1, 25)).script(|call| match call.operation {
        Operation::GetRole => Reaction::About("role-0001"),
        _ => Reaction::Answer,
    });
    details.without_last_use = vec!["role-0003".to_owned()];
    let swapped = denied(|call| match call.at.as_deref() {
        Some("role-0003") => Reaction::About("role-0001"),
        _ => Reaction::Answer,
    });
    for setup in [Setup::new(details), swapped] {
        setup.done().await;
        assert_eq!(setup.sink.coverage(2), (Coverage::Partial, "iam:GetRole: unreadable answer".to_owned()));
        let record = setup.sink.record(2);
        assert_eq!((record.roles, record.unknown_roles), (25, 1));
        let detail = record.reason.unwrap().detail.unwrap();
        assert!(
            detail.contains("role-0003, the answer is about arn") && detail.ends_with("role-0001"),
            "{detail}"
        );
        let names: Vec<_> = setup.sink.roles(2).iter().map(|role| role.role.arn.name().to_owned()).collect();
        assert_eq!(names[3], "role-0003");
        assert_eq!(uses(&setup)[3], LastUse::NotCollected);
    }
}

#[tokio::test(start_paused = true)]
async fn one_answer_about_another_role_is_asked_for_again() {
    let setup = denied(|call| match (call.at.as_deref(), call.nth) {
        (Some("role-0003"), 4) => Reaction::About("role-0001"),
        _ => Reaction::Answer,
    });
    setup.done().await;
    assert_eq!(setup.sink.coverage(2), (Coverage::Scanned, String::new()));
    assert_eq!(setup.cloud.count(Operation::GetRole, 2), 26);
}

#[tokio::test(start_paused = true)]
async fn a_role_that_is_deleted_in_between_is_left_out() {
    let setup = denied(|call| match (call.operation, call.at.as_deref()) {
        (Operation::GetRole, Some("role-0001" | "role-0024")) => Reaction::Fail(ErrorKind::Gone),
        _ => Reaction::Answer,
    });
    setup.done().await;
    assert_eq!(setup.sink.coverage(2), (Coverage::Scanned, String::new()));
    assert_eq!(setup.sink.record(2).roles, 23);
}

#[tokio::test(start_paused = true)]
async fn a_role_that_is_created_again_in_between_is_the_new_one() {
    let setup = denied(|call| match (call.operation, call.at.as_deref()) {
        (Operation::GetRole, Some("role-0001")) => Reaction::Marker("AROANEWNEWNEWNEWNEW"),
        _ => Reaction::Answer,
    });
    setup.done().await;
    assert_eq!(setup.sink.roles(2)[1].role.role_id.as_str(), "AROANEWNEWNEWNEWNEW");
    assert_eq!(setup.sink.record(2).roles, 25);
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_does_not_know_details_is_read_by_the_fallback() {
    let setup = Setup::scripted(World::with(1, 25), |call| match call.operation {
        DETAILS => Reaction::Fail(ErrorKind::Refused),
        _ => Reaction::Answer,
    });
    setup.done().await;
    assert_eq!(setup.sink.coverage(2).0, Coverage::Scanned);
    assert_eq!(setup.cloud.count(Operation::GetRole, 2), 25);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_a_later_page_fails_the_account() {
    let setup = Setup::scripted(World::with(1, 25), |call| match (call.operation, call.nth) {
        (DETAILS, 2) => Reaction::Fail(ErrorKind::Refused),
        _ => Reaction::Answer,
    });
    setup.done().await;
    assert_eq!(
        setup.sink.coverage(2),
        (Coverage::Failed, "iam:GetAccountAuthorizationDetails: refused".to_owned())
    );
}

#[tokio::test(start_paused = true)]
async fn a_denial_between_two_pages_starts_the_fallback_from_the_beginning() {
    let setup = Setup::scripted(World::with(1, 25), |call| match (call.operation, call.nth) {
        (DETAILS, 2..) => Reaction::Fail(ErrorKind::Denied),
        _ => Reaction::Answer,
    });
    setup.done().await;
    assert_eq!(setup.sink.coverage(2).0, Coverage::Scanned);
    assert!(setup.sink.roles(2).iter().all(|collected| collected.role.evidence == Evidence::GetRole));
}

#[tokio::test(start_paused = true)]
async fn throttles_halve_the_pace_and_it_recovers() {
    let setup = denied(|call| match (call.operation, call.nth) {
        (Operation::GetRole, 5 | 6) => Reaction::Fail(ErrorKind::Throttled),
        _ => Reaction::Answer,
    });
    setup.done().await;
    assert_eq!(setup.sink.coverage(2).0, Coverage::Scanned);
    let made: Vec<_> = setup.cloud.calls(Operation::GetRole).into_iter().map(|(at, _)| at).collect();
    let gaps: Vec<_> = made.windows(2).map(|pair| (pair[1] - pair[0]).as_millis()).collect();
    assert!(gaps[..5].iter().all(|gap| *gap == 200), "{gaps:?}");
    assert!(gaps[5..9].iter().all(|gap| *gap > 250), "{gaps:?}");
    assert!(gaps[gaps.len() - 3..].iter().all(|gap| *gap == 200), "{gaps:?}");
}

#[tokio::test(start_paused = true)]
async fn a_session_that_expires_among_single_roles_is_renewed_once_for_all() {
    let mut cloud =
        FakeCloud::new(World::with(1, 25)).script(|call| match (call.operation, call.session, call.nth) {
            (DETAILS, ..) => Reaction::Fail(ErrorKind::Denied),
            (Operation::GetRole, 1, 5..) => Reaction::Fail(ErrorKind::Expired),
            _ => Reaction::Answer,
        });
    // Slow enough for several calls to be under way with the session that expires.
    cloud.latency = Duration::from_millis(700);
    let setup = Setup::new(cloud);
    setup.done().await;
    assert_eq!(setup.sink.coverage(2), (Coverage::Scanned, String::new()));
    assert_eq!(setup.cloud.count(Operation::AssumeRole, 2), 2);
    let refused = setup
        .cloud
        .calls(Operation::GetRole)
        .iter()
        .filter(|(_, call)| call.session == 1 && call.nth >= 5)
        .count();
    assert!(refused > 1, "{refused}");
}

#[tokio::test(start_paused = true)]
async fn a_budget_that_does_not_reach_for_every_role_leaves_the_others_unknown() {
    let mut setup = Setup::scripted(World::with(1, 100), |call| match call.operation {
        DETAILS => Reaction::Fail(ErrorKind::Denied),
        Operation::GetRole if call.nth == 20 => Reaction::Hang,
        _ => Reaction::Answer,
    });
    setup.plan.limits.account_budget = Duration::from_secs(10);
    setup.done().await;
    let record = setup.sink.record(2);
    assert_eq!(
        setup.sink.coverage(2),
        (
            Coverage::Partial,
            "iam:GetRole: the account's time budget of 10 s is not enough for every role".to_owned()
        )
    );
    assert_eq!(record.roles, 100);
    assert!((50..90).contains(&record.unknown_roles), "{}", record.unknown_roles);
}
