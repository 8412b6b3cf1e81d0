//! Tests of listing the roles of an account a second way.

use std::time::Duration;

use rolesweep_model::{Coverage, CrossCheck, Evidence, LastUse, ReasonKind};
use rolesweep_scan::operation::Operation;
use rolesweep_scan::ports::ErrorKind;

use crate::fake_cloud::FakeCloud;
use crate::script::{Call, Reaction};
use crate::setup::Setup;
use crate::world::{World, id};

const DETAILS: Operation = Operation::GetAccountAuthorizationDetails;

/// Two accounts with 25 roles each, in pages of ten.
fn setup(change: impl FnOnce(FakeCloud) -> FakeCloud) -> Setup {
    let mut setup = Setup::new(change(FakeCloud::new(World::with(2, 25))));
    setup.plan.parameters.cross_check = true;
    setup
}

fn cross_check(setup: &Setup, n: u64) -> CrossCheck {
    *setup.sink.record(n).cross_check.unwrap()
}

fn arn(n: u64, name: &str) -> String {
    format!("arn:aws:iam::{}:role/app/{name}", id(n))
}

#[tokio::test(start_paused = true)]
async fn lists_that_agree_cost_one_call_for_each_page_and_nothing_else() {
    let setup = setup(|cloud| cloud);
    setup.done().await;
    for n in [2, 3] {
        assert!(cross_check(&setup, n).agrees());
        assert_eq!(cross_check(&setup, n).listed, 25);
        assert_eq!((setup.cloud.count(DETAILS, n), setup.cloud.count(Operation::ListRoles, n)), (3, 3));
        assert_eq!(setup.cloud.count(Operation::GetRole, n), 0);
        assert_eq!(setup.sink.record(n).calls["iam:ListRoles"], 3);
    }
    // It is off by default, and a check makes none.
    let mut off = Setup::new(FakeCloud::new(World::with(2, 25)));
    off.done().await;
    assert_eq!(off.sink.record(2).cross_check, None);
    off.plan.parameters.cross_check = true;
    off.check().await.unwrap();
    assert_eq!(off.cloud.count(Operation::ListRoles, 2), 0);
}

#[tokio::test(start_paused = true)]
async fn a_role_that_only_the_second_list_has_is_named_and_read() {
    let setup = setup(|mut cloud| {
        cloud.not_in_details = vec!["role-0007", "role-0024"];
        cloud
    });
    setup.done().await;
    let check = cross_check(&setup, 2);
    assert_eq!((check.listed, check.only_first, check.only_second), (25, 0, 2));
    assert_eq!(check.only_second_arns, [arn(2, "role-0007"), arn(2, "role-0024")]);
    assert_eq!(setup.sink.coverage(2), (Coverage::Scanned, String::new()));
    let roles = setup.sink.roles(2);
    assert_eq!((roles.len(), setup.sink.record(2).roles), (25, 25));
    let found = roles.iter().find(|collected| collected.role.arn.name() == "role-0007").unwrap();
    assert_eq!(found.role.evidence, Evidence::GetRole);
    assert!(matches!(found.role.last_use, LastUse::Used { .. }));
    assert_eq!(setup.cloud.count(Operation::GetRole, 2), 2);
}

#[tokio::test(start_paused = true)]
async fn a_role_that_only_the_first_list_has_is_named_and_kept() {
    let setup = setup(|mut cloud| {
        cloud.not_in_list = vec!["role-0007"];
        cloud
    });
    setup.done().await;
    let check = cross_check(&setup, 3);
    assert_eq!((check.listed, check.only_first, check.only_second), (24, 1, 0));
    assert_eq!(check.only_first_arns, [arn(3, "role-0007")]);
    assert_eq!((setup.sink.roles(3).len(), setup.sink.coverage(3).0), (25, Coverage::Scanned));
    assert_eq!(setup.cloud.count(Operation::GetRole, 3), 0);
}

#[tokio::test(start_paused = true)]
async fn a_role_that_was_created_and_deleted_in_between_is_no_gap() {
    let cloud = |mut cloud: FakeCloud| {
        cloud.not_in_details = vec!["role-0007"];
        cloud.script(|call| match call.operation {
            Operation::GetRole => Reaction::Fail(ErrorKind::Gone),
            _ => Reaction::Answer,
        })
    };
    let setup = setup(cloud);
    setup.done().await;
    assert_eq!(cross_check(&setup, 2).only_second, 1);
    assert_eq!((setup.sink.roles(2).len(), setup.sink.coverage(2).0), (24, Coverage::Scanned));
}

#[tokio::test(start_paused = true)]
async fn an_account_whose_missing_role_cannot_be_read_is_partial() {
    let cloud = |mut cloud: FakeCloud| {
        cloud.not_in_details = vec!["role-0007"];
        cloud.script(|call| match call.operation {
            Operation::GetRole => Reaction::Fail(ErrorKind::Denied),
            _ => Reaction::Answer,
        })
    };
    let setup = setup(cloud);
    setup.done().await;
    assert_eq!(setup.sink.coverage(2), (Coverage::Partial, "iam:GetRole: AccessDenied".to_owned()));
    assert_eq!((setup.sink.record(2).roles, setup.sink.record(2).unknown_roles), (25, 1));
}

#[tokio::test(start_paused = true)]
async fn a_second_list_that_cannot_be_read_leaves_the_account_as_it_is_and_says_why() {
    let first = |call: &Call| call.operation == Operation::ListRoles;
    let third = |call: &Call| call.operation == Operation::ListRoles && call.nth >= 3;
    type Which = fn(&Call) -> bool;
    for (which, reaction, kind) in [
        (first as Which, Reaction::Fail(ErrorKind::Denied), ReasonKind::Denied),
        (third, Reaction::Fail(ErrorKind::Transient), ReasonKind::Transient),
        (third, Reaction::NoMarker, ReasonKind::Malformed),
        (first, Reaction::Hang, ReasonKind::TimedOut),
        (first, Reaction::Fail(ErrorKind::Throttled), ReasonKind::TimedOut),
    ] {
        let shown = format!("{reaction:?}");
        let setup = setup(|mut cloud| {
            cloud.not_in_list = vec!["role-0024"];
            cloud.script(move |call| if which(call) { reaction.clone() } else { Reaction::Answer })
        });
        setup.done().await;
        let check = cross_check(&setup, 2);
        assert_eq!(check.failure.as_ref().map(|reason| reason.kind), Some(kind), "{shown}");
        assert!(!check.agrees());
        assert_eq!((check.only_first, check.only_second), (0, 0), "{shown}");
        assert_eq!(setup.sink.coverage(2), (Coverage::Scanned, String::new()), "{shown}");
        assert_eq!(setup.sink.roles(2).len(), 25);
        assert!(setup.began.elapsed() < Duration::from_secs(600));
    }
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_read_the_second_way_is_not_listed_again() {
    let setup = setup(|cloud| {
        cloud.script(|call| match call.operation {
            DETAILS => Reaction::Fail(ErrorKind::Denied),
            _ => Reaction::Answer,
        })
    });
    setup.done().await;
    assert_eq!(setup.sink.record(2).cross_check, None);
    assert_eq!(setup.cloud.count(Operation::ListRoles, 2), 3);
}
