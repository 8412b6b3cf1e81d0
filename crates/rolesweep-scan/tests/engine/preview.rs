//! A preview finds what a scan finds, and calls no account.

use rolesweep_model::{AccountState, Coverage};
use rolesweep_scan::operation::Operation;
use rolesweep_scan::ports::ErrorKind;
use rolesweep_scan::{PlannedAction, Preview, ScanError, preview};

use crate::fake_cloud::FakeCloud;
use crate::script::Reaction;
use crate::setup::Setup;
use crate::world::{World, id};

async fn look(setup: &Setup) -> Result<Preview, ScanError> {
    preview(&setup.plan, setup.cloud.clone(), setup.recorder.clone()).await
}

fn accounts_were_called(setup: &Setup) -> bool {
    let in_accounts = [
        Operation::AssumeRole,
        Operation::GetAccountAuthorizationDetails,
        Operation::ListRoles,
        Operation::GetRole,
    ];
    in_accounts.into_iter().any(|operation| !setup.cloud.calls(operation).is_empty())
}

fn world() -> World {
    let mut world = World::with(45, 3);
    world.accounts[7].account.state = AccountState::from_word(Some("SUSPENDED"));
    world
}

#[tokio::test(start_paused = true)]
async fn a_preview_decides_as_the_scan_does_and_calls_no_account() {
    for units in [false, true] {
        let setup = || {
            let mut setup = Setup::new(FakeCloud::new(world()));
            setup.plan.parameters.filter.exclude_accounts = [id(3)].into();
            if units {
                setup.plan.parameters.filter.ou_paths = ["/Workloads".to_owned()].into();
            }
            setup
        };
        let previewed = setup();
        let found = look(&previewed).await.unwrap();
        assert!(!accounts_were_called(&previewed));
        assert!(found.population_complete);
        assert_eq!(found.accounts.len(), 45);
        assert_eq!(found.organizational_units.len(), 4);

        let scanned = setup();
        let outcome = scanned.done().await;
        let books = scanned.sink.books.lock().unwrap();
        for one in &found.accounts {
            let record = &books.finished[&one.account.id].0;
            match &one.action {
                PlannedAction::Collect => assert_eq!(record.coverage, Coverage::Scanned),
                PlannedAction::Settle(coverage, reason) => {
                    assert_eq!((record.coverage, record.reason.as_ref()), (*coverage, Some(reason)));
                }
                PlannedAction::AlreadyFinished => panic!("nothing was finished before"),
            }
        }
        let collected = found.accounts.iter().filter(|one| one.action == PlannedAction::Collect).count();
        assert_eq!(outcome.coverage[&Coverage::Scanned], collected);
        let listed = |setup: &Setup| setup.cloud.calls(Operation::ListAccounts).len();
        assert_eq!(listed(&previewed), listed(&scanned));
    }
}

#[tokio::test(start_paused = true)]
async fn accounts_that_come_without_their_place_are_told_with_it() {
    let mut world = world();
    for truth in &mut world.accounts {
        truth.account.parents = None;
    }
    let mut setup = Setup::new(FakeCloud::new(world));
    setup.plan.parameters.filter.ou_paths = ["/Sandbox".to_owned()].into();
    let found = look(&setup).await.unwrap();
    assert!(found.accounts.iter().all(|one| one.account.parents.is_some()));
    assert!(found.accounts.iter().any(|one| one.action == PlannedAction::Collect));
    assert!(!accounts_were_called(&setup));
}

#[tokio::test(start_paused = true)]
async fn accounts_of_an_earlier_run_are_known_as_such() {
    let mut setup = Setup::new(FakeCloud::new(World::with(3, 1)));
    setup.plan.already_finished = [id(2)].into();
    let found = look(&setup).await.unwrap();
    let decisions: Vec<_> = found.accounts.into_iter().map(|one| one.action).collect();
    assert_eq!(decisions, [PlannedAction::AlreadyFinished, PlannedAction::Collect, PlannedAction::Collect]);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_breaks_off_is_said_and_one_that_cannot_be_had_is_an_error() {
    let setup = Setup::scripted(World::with(45, 1), |call| match (call.operation, call.nth) {
        (Operation::ListAccounts, 2..) => Reaction::Fail(ErrorKind::Refused),
        _ => Reaction::Answer,
    });
    let found = look(&setup).await.unwrap();
    assert!(!found.population_complete);
    assert_eq!(found.accounts.len(), 20);
    assert!(!found.notes.is_empty());

    let setup = Setup::scripted(World::with(45, 1), |call| match call.operation {
        Operation::ListAccounts => Reaction::Fail(ErrorKind::Denied),
        _ => Reaction::Answer,
    });
    assert!(matches!(look(&setup).await, Err(ScanError::ListAccountsDenied(_))));
}
