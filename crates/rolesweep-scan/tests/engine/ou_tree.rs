//! Tests of OUs: their names, and selection by OU.

use std::num::NonZeroUsize;
use std::time::Duration;

use rolesweep_model::Coverage;
use rolesweep_scan::ScanError;
use rolesweep_scan::operation::Operation;
use rolesweep_scan::ports::{ErrorKind, Event};

use crate::fake_cloud::FakeCloud;
use crate::script::Reaction;
use crate::setup::Setup;
use crate::world::{PROD, SANDBOX, WORKLOADS, World, id};

fn without_places(mut world: World) -> World {
    world.accounts.iter_mut().for_each(|truth| truth.account.parents = None);
    world
}

#[tokio::test(start_paused = true)]
async fn names_of_units_come_from_one_walk() {
    let setup = Setup::new(FakeCloud::new(World::with(3, 1)));
    let outcome = setup.done().await;
    let names: Vec<_> = outcome.end.organizational_units.iter().map(|unit| unit.name.as_str()).collect();
    assert_eq!(names, ["Workloads", "Prod", "Sandbox", "Root"]);
    assert_eq!(setup.cloud.calls(Operation::ListOrganizationalUnitsForParent).len(), 4);
    assert!(setup.cloud.calls(Operation::ListAccountsForParent).is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_walk_waits_for_the_list_while_more_accounts_could_be_read() {
    let walks_first = async |concurrency| {
        let mut setup = Setup::new(FakeCloud::new(World::with(100, 1)));
        setup.plan.limits.concurrency = NonZeroUsize::new(concurrency).unwrap();
        setup.done().await;
        let (walk, _) = setup.cloud.calls(Operation::ListRoots)[0];
        let (last_page, _) = *setup.cloud.calls(Operation::ListAccounts).last().unwrap();
        walk < last_page
    };
    // Four accounts at a time are far behind after a page of twenty. A hundred never are.
    assert!(walks_first(4).await);
    assert!(!walks_first(100).await);
}

#[tokio::test(start_paused = true)]
async fn the_walk_begins_with_the_list_if_it_selects_accounts() {
    let mut setup = Setup::new(FakeCloud::new(World::with(100, 1)));
    setup.plan.parameters.filter.ous = [PROD.parse().unwrap()].into();
    setup.done().await;
    assert_eq!(setup.cloud.calls(Operation::ListRoots)[0].0, setup.began);
}

#[tokio::test(start_paused = true)]
async fn a_tree_that_may_not_be_read_costs_names_alone() {
    let setup = Setup::scripted(World::with(3, 1), |call| match call.operation {
        Operation::ListOrganizationalUnitsForParent => Reaction::Fail(ErrorKind::Denied),
        _ => Reaction::Answer,
    });
    let outcome = setup.done().await;
    assert_eq!(outcome.coverage, [(Coverage::Scanned, 3)].into());
    assert_eq!(
        outcome.end.notes,
        ["names of OUs are not known: organizations:ListOrganizationalUnitsForParent: AccessDenied"]
    );
    assert_eq!(outcome.end.organizational_units.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_unit_that_is_deleted_during_the_walk_is_passed_over() {
    let setup = Setup::scripted(World::with(3, 1), |call| match call.at.as_deref() {
        Some(SANDBOX) => Reaction::Fail(ErrorKind::Gone),
        _ => Reaction::Answer,
    });
    assert_eq!(setup.done().await.end.notes, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_unit_by_id_selects_at_once() {
    let mut setup = Setup::scripted(World::with(10, 1), |call| match call.operation {
        Operation::ListRoots => Reaction::Late(Duration::from_secs(60)),
        _ => Reaction::Answer,
    });
    setup.plan.parameters.filter.ous = [WORKLOADS.parse().unwrap()].into();
    let outcome = setup.done().await;
    assert_eq!(outcome.coverage, [(Coverage::Scanned, 5), (Coverage::Excluded, 5)].into());
    assert_eq!(setup.sink.coverage(3).1, format!("not below --ou {WORKLOADS}"));
    let last = setup.cloud.calls(Operation::AssumeRole).last().unwrap().0;
    assert!(last - setup.began < Duration::from_secs(60));
}

#[tokio::test(start_paused = true)]
async fn a_unit_by_name_waits_for_the_walk() {
    let mut setup = Setup::scripted(World::with(10, 1), |call| match call.operation {
        Operation::ListRoots => Reaction::Late(Duration::from_secs(60)),
        _ => Reaction::Answer,
    });
    setup.plan.parameters.filter.ou_paths = ["/Workloads/Prod".to_owned(), "/Sandbox".to_owned()].into();
    setup.plan.parameters.filter.exclude_ou_paths = ["/Sandbox".to_owned()].into();
    let outcome = setup.done().await;
    assert_eq!(outcome.coverage, [(Coverage::Scanned, 5), (Coverage::Excluded, 5)].into());
    assert_eq!(setup.sink.coverage(3).1, "below --exclude-ou /Sandbox");
    let first = setup.cloud.calls(Operation::AssumeRole)[0].0;
    assert!(first - setup.began >= Duration::from_secs(60));
}

#[tokio::test(start_paused = true)]
async fn units_that_are_not_there_are_named_before_any_account_is_scanned() {
    let mut setup = Setup::new(FakeCloud::new(World::with(10, 1)));
    setup.plan.parameters.filter.ou_paths = ["/Workloads/Prod".to_owned(), "/Prod".to_owned()].into();
    setup.plan.parameters.filter.exclude_ous = ["ou-root-99999999".parse().unwrap()].into();
    let error = setup.run().await.unwrap_err();
    assert_eq!(error.to_string(), "find these accounts and OUs in the organization: /Prod, ou-root-99999999");
    assert!(setup.cloud.calls(Operation::AssumeRole).is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_unknown_unit_by_id_is_an_error_even_if_nothing_waits_for_the_walk() {
    let mut setup = Setup::new(FakeCloud::new(World::with(10, 1)));
    setup.plan.parameters.filter.ous = ["ou-root-99999999".parse().unwrap()].into();
    assert!(matches!(setup.run().await, Err(ScanError::Selection(_))));
    assert!(setup.cloud.calls(Operation::AssumeRole).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_selection_by_name_needs_the_tree() {
    let mut setup = Setup::scripted(World::with(10, 1), |call| match call.operation {
        Operation::ListRoots => Reaction::Fail(ErrorKind::Denied),
        _ => Reaction::Answer,
    });
    setup.plan.parameters.filter.exclude_ou_paths = ["/Sandbox".to_owned()].into();
    assert!(matches!(setup.run().await, Err(ScanError::UnitsUnreadable(_))));
    assert!(setup.cloud.calls(Operation::AssumeRole).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_population_whose_units_names_are_needed_is_not_whole_without_them() {
    for (denied, needed) in [(false, true), (true, false), (true, true)] {
        let mut setup = Setup::scripted(World::with(10, 1), move |call| match call.operation {
            Operation::ListRoots if denied => Reaction::Fail(ErrorKind::Denied),
            _ => Reaction::Answer,
        });
        setup.plan.needs_unit_names = needed;
        let outcome = setup.done().await;
        assert_eq!(outcome.coverage, [(Coverage::Scanned, 10)].into());
        assert_eq!(outcome.end.population_complete, !(denied && needed));
        assert_eq!(outcome.end.notes.len(), usize::from(denied));
    }
}

#[tokio::test(start_paused = true)]
async fn an_organization_without_a_root_is_no_answer() {
    let mut world = World::with(10, 1);
    world.units.clear();
    let mut setup = Setup::new(FakeCloud::new(world));
    setup.plan.needs_unit_names = true;
    let outcome = setup.done().await;
    assert!(!outcome.end.population_complete);
    assert_eq!(outcome.end.notes.len(), 1);
    assert!(outcome.end.notes[0].contains("an organization without a root"), "{:?}", outcome.end.notes);
}

#[tokio::test(start_paused = true)]
async fn names_that_were_not_requested_are_not_available_to_rules() {
    for needed in [false, true] {
        let mut setup = Setup::scripted(World::with(10, 1), |call| match call.operation {
            Operation::DescribeAccount => Reaction::Fail(ErrorKind::Denied),
            _ => Reaction::Answer,
        });
        setup.plan.parameters.named_accounts_only = true;
        setup.plan.parameters.filter.accounts = [id(2), id(3)].into();
        setup.plan.needs_unit_names = needed;
        let outcome = setup.done().await;
        assert_eq!(outcome.coverage, [(Coverage::Scanned, 2)].into());
        assert!(setup.cloud.calls(Operation::ListRoots).is_empty());
        assert_eq!(outcome.end.population_complete, !needed);
    }
}

#[tokio::test(start_paused = true)]
async fn accounts_without_a_place_get_it_from_the_tree_and_wait_for_nothing() {
    let setup = Setup::scripted(without_places(World::with(30, 1)), |call| match call.operation {
        Operation::ListRoots => Reaction::Late(Duration::from_secs(60)),
        _ => Reaction::Answer,
    });
    let outcome = setup.done().await;
    assert_eq!(outcome.coverage, [(Coverage::Scanned, 30)].into());
    let books = setup.sink.books.lock().unwrap();
    let place = |n| books.discovered[&id(n)].parents.clone().unwrap().0;
    assert_eq!(place(2).last().unwrap().as_str(), PROD);
    assert_eq!((place(2).len(), place(31).len()), (3, 2));
    let last = setup.cloud.calls(Operation::AssumeRole).last().unwrap().0;
    assert!(last - setup.began < Duration::from_secs(60));
    drop(books);
    assert!(!setup.recorder.any(|event| matches!(event, Event::Note(_))));
}

#[tokio::test(start_paused = true)]
async fn a_selection_by_unit_waits_for_accounts_to_be_placed() {
    let mut setup = Setup::new(FakeCloud::new(without_places(World::with(30, 1))));
    setup.plan.parameters.filter.ous = [PROD.parse().unwrap()].into();
    let outcome = setup.done().await;
    assert_eq!(outcome.coverage, [(Coverage::Scanned, 15), (Coverage::Excluded, 15)].into());
    assert_eq!(setup.sink.coverage(2).0, Coverage::Scanned);
}

#[tokio::test(start_paused = true)]
async fn a_selection_by_unit_without_places_or_a_tree_is_an_error() {
    for denied in [Operation::ListRoots, Operation::ListAccountsForParent] {
        let mut setup = Setup::scripted(without_places(World::with(5, 1)), move |call| {
            if call.operation == denied { Reaction::Fail(ErrorKind::Denied) } else { Reaction::Answer }
        });
        setup.plan.parameters.filter.ous = [PROD.parse().unwrap()].into();
        assert!(matches!(setup.run().await, Err(ScanError::UnitsUnreadable(_))), "{denied}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_account_that_no_parent_lists_is_not_known_to_be_elsewhere() {
    for (ous, exclude_ous, needs_names) in [
        (vec![PROD], vec![], false),
        (vec![], vec![SANDBOX], false),
        (vec![], vec![], true),
        (vec![], vec![], false),
    ] {
        // Account 3 was moved from an OU that was read later to one that was read before.
        let mut setup = Setup::scripted(without_places(World::with(2, 1)), |call| match call.at.as_deref() {
            Some(SANDBOX) if call.operation == Operation::ListAccountsForParent => {
                Reaction::Fail(ErrorKind::Gone)
            }
            _ => Reaction::Answer,
        });
        let selects = !(ous.is_empty() && exclude_ous.is_empty());
        setup.plan.parameters.filter.ous = ous.iter().map(|ou| ou.parse().unwrap()).collect();
        setup.plan.parameters.filter.exclude_ous = exclude_ous.iter().map(|ou| ou.parse().unwrap()).collect();
        setup.plan.needs_unit_names = needs_names;
        let outcome = setup.done().await;
        assert_eq!(setup.sink.coverage(2).0, Coverage::Scanned);
        if selects {
            let why = "no root or OU lists the account, or more than one does";
            assert_eq!(setup.sink.coverage(3), (Coverage::NotReached, why.to_owned()));
        } else {
            assert_eq!(setup.sink.coverage(3).0, Coverage::Scanned);
        }
        assert_eq!(outcome.end.population_complete, !selects && !needs_names);
        assert_eq!(
            outcome.end.notes,
            ["no root or OU lists these accounts, or more than one does: 000000000003"]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_account_that_two_parents_list_has_no_known_place() {
    let mut cloud = FakeCloud::new(without_places(World::with(2, 1)));
    cloud.everywhere = true;
    let mut setup = Setup::new(cloud);
    setup.plan.parameters.filter.ous = [PROD.parse().unwrap()].into();
    let outcome = setup.done().await;
    assert_eq!(outcome.coverage, [(Coverage::NotReached, 2)].into());
    assert!(!outcome.end.population_complete);
}

#[tokio::test(start_paused = true)]
async fn a_tree_without_an_end_costs_its_names_and_ends() {
    let mut cloud = FakeCloud::new(World::with(3, 1));
    cloud.endless_tree = true;
    let setup = Setup::new(cloud);
    let outcome = setup.done().await;
    assert_eq!(outcome.coverage, [(Coverage::Scanned, 3)].into());
    assert_eq!(outcome.end.notes.len(), 1);
    assert!(outcome.end.notes[0].contains("more than 10 levels below the root"), "{:?}", outcome.end.notes);
}

#[tokio::test(start_paused = true)]
async fn a_unit_below_itself_costs_the_names_and_ends() {
    let mut world = World::with(3, 1);
    let mut again = world.units[1].clone();
    again.parent = Some(PROD.parse().unwrap());
    world.units.push(again);
    let setup = Setup::new(FakeCloud::new(world));
    let outcome = setup.done().await;
    assert_eq!(outcome.coverage, [(Coverage::Scanned, 3)].into());
    assert!(outcome.end.notes[0].contains("listed below more than one parent"), "{:?}", outcome.end.notes);
}
