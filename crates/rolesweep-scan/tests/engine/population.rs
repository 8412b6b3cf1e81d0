//! Tests of discovery: the source of accounts, and which of them are scanned.

use std::time::Duration;

use rolesweep_model::{AccountState, Coverage};
use rolesweep_scan::operation::Operation;
use rolesweep_scan::ports::{ErrorKind, Event};
use rolesweep_scan::{
    Listing, Membership, ScanError, SelectionList, SelectionProblem, begin_listing, identify,
};
use tokio::time::Instant;

use crate::fact_sink::MemorySink;
use crate::fake_cloud::FakeCloud;
use crate::script::Reaction;
use crate::setup::Setup;
use crate::world::{World, id};

#[tokio::test(start_paused = true)]
async fn every_page_is_read_and_every_account_scanned() {
    let setup = Setup::new(FakeCloud::new(World::with(45, 12)));
    let outcome = setup.done().await;
    assert_eq!(outcome.accounts, 45);
    assert_eq!(outcome.coverage, [(Coverage::Scanned, 45)].into());
    assert_eq!((outcome.attempted, outcome.assumed), (45, 45));
    assert!(outcome.end.population_complete && outcome.end.interrupted.is_none());
    assert_eq!(outcome.end.notes, Vec::<String>::new());
    assert_eq!(setup.cloud.calls(Operation::ListAccounts).len(), 3);
    for truth in &setup.cloud.world.accounts {
        let record = &setup.sink.books.lock().unwrap().finished[&truth.account.id];
        assert_eq!(record.1.len(), 12);
        let calls = [("iam:GetAccountAuthorizationDetails".to_owned(), 2), ("sts:AssumeRole".to_owned(), 1)];
        assert_eq!(record.0.calls, calls.into());
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_page_with_a_token_is_not_the_end() {
    let setup = Setup::scripted(World::with(25, 1), |call| match (call.operation, call.nth) {
        (Operation::ListAccounts, 1 | 2 | 4) => Reaction::Empty,
        _ => Reaction::Answer,
    });
    let outcome = setup.done().await;
    assert_eq!(outcome.coverage, [(Coverage::Scanned, 25)].into());
    assert!(outcome.end.population_complete);
}

#[tokio::test(start_paused = true)]
async fn scanning_begins_with_the_first_page() {
    let setup = Setup::scripted(World::with(40, 1), |call| match (call.operation, call.nth) {
        (Operation::ListAccounts, 2) => Reaction::Late(Duration::from_secs(60)),
        _ => Reaction::Answer,
    });
    setup.done().await;
    let events = setup.recorder.events.lock().unwrap();
    let at = |wanted: fn(&Event) -> bool| events.iter().position(|(_, event)| wanted(event)).unwrap();
    assert!(
        at(|event| matches!(event, Event::Finished { .. }))
            < at(|event| *event == Event::Discovered { total: 40 })
    );
    assert!(
        at(|event| *event == Event::DiscoveryEnded { total: 40 })
            > at(|event| *event == Event::Discovered { total: 40 })
    );
}

#[tokio::test(start_paused = true)]
async fn discovery_does_not_run_far_ahead() {
    let mut setup = Setup::new(FakeCloud::new(World::with(3000, 0)));
    setup.plan.limits.concurrency = std::num::NonZeroUsize::MIN;
    setup.done().await;
    let first = setup.recorder.events.lock().unwrap().iter().find_map(|(at, event)| match event {
        Event::Discovered { total: 3000 } => Some(*at),
        _ => None,
    });
    // One account takes 0.1 s here, so when the last page is read, all but a thousand are done.
    assert!(first.unwrap() - setup.began > Duration::from_secs(180), "{:?}", first.unwrap() - setup.began);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_list_is_waited_for() {
    let setup = Setup::scripted(World::with(25, 1), |call| match (call.operation, call.nth) {
        (Operation::ListAccounts, 1..=5 | 7..=9) => Reaction::Fail(ErrorKind::Throttled),
        _ => Reaction::Answer,
    });
    let outcome = setup.done().await;
    assert!(outcome.end.population_complete);
    assert_eq!(outcome.coverage, [(Coverage::Scanned, 25)].into());
    assert!(setup.recorder.any(|event| matches!(event, Event::Retrying { account_id: None, .. })));
}

#[tokio::test(start_paused = true)]
async fn a_list_that_may_not_be_read_is_an_error_of_its_own() {
    let setup = Setup::scripted(World::with(5, 1), |call| match call.operation {
        Operation::ListAccounts => Reaction::Fail(ErrorKind::Denied),
        _ => Reaction::Answer,
    });
    assert!(matches!(setup.run().await, Err(ScanError::ListAccountsDenied(_))));
}

#[tokio::test(start_paused = true)]
async fn a_list_without_a_first_page_is_an_error() {
    for reaction in [
        Reaction::Fail(ErrorKind::Transient),
        Reaction::Fail(ErrorKind::Throttled),
        Reaction::Fail(ErrorKind::Expired),
        Reaction::Hang,
        Reaction::NoMarker,
    ] {
        let first = reaction.clone();
        let setup = Setup::scripted(World::with(5, 1), move |call| match call.operation {
            Operation::ListAccounts => first.clone(),
            _ => Reaction::Answer,
        });
        let Err(ScanError::ListAccounts(error)) = setup.run().await else { panic!("{reaction:?}") };
        let expected = match reaction {
            Reaction::Fail(kind) => kind,
            Reaction::Hang => ErrorKind::Transient,
            _ => ErrorKind::Malformed,
        };
        assert_eq!(error.kind, expected, "{reaction:?}");
        assert!(setup.cloud.calls(Operation::AssumeRole).is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_breaks_off_costs_completeness_and_no_account_that_is_known() {
    for (reaction, known, why) in [
        (Reaction::Fail(ErrorKind::Denied), 40, "AccessDenied"),
        (Reaction::NoMarker, 60, "truncated page without a marker"),
        (Reaction::Marker("20"), 60, "repeated marker"),
    ] {
        let third = reaction.clone();
        let setup = Setup::scripted(World::with(100, 1), move |call| match (call.operation, call.nth) {
            (Operation::ListAccounts, 3..) => third.clone(),
            _ => Reaction::Answer,
        });
        let outcome = setup.done().await;
        assert!(!outcome.end.population_complete, "{reaction:?}");
        assert_eq!(outcome.coverage, [(Coverage::Scanned, known)].into(), "{reaction:?}");
        assert!(outcome.end.notes[0].contains(why), "{:?}", outcome.end.notes);
        assert!(!setup.recorder.any(|event| matches!(event, Event::DiscoveryEnded { .. })));
    }
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_listed_twice_is_one_account() {
    let mut world = World::with(25, 1);
    world.accounts.push(world.accounts[0].clone());
    let outcome = Setup::new(FakeCloud::new(world)).done().await;
    assert_eq!(outcome.accounts, 25);
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_listed_with_two_states_is_attempted_if_either_allows_it() {
    use AccountState::{Active, Closed, Suspended};
    for (first, second, coverage) in [
        (Suspended, Active, Coverage::Scanned),
        (Active, Suspended, Coverage::Scanned),
        (Suspended, Closed, Coverage::NotActive),
    ] {
        // On one page, and on two.
        for accounts in [10, 30] {
            let mut world = World::with(accounts, 1);
            let mut again = world.accounts[0].clone();
            world.accounts[0].account.state = first.clone();
            again.account.state = second.clone();
            world.accounts.push(again);
            let setup = Setup::new(FakeCloud::new(world));
            let outcome = setup.done().await;
            assert_eq!(setup.sink.coverage(2).0, coverage, "{first} {second}");
            assert_eq!(
                outcome.end.notes,
                [
                    "the list of accounts has some accounts twice, with different states; they are attempted if either state allows it: 000000000002"
                ]
            );
            assert_eq!(outcome.accounts, usize::try_from(accounts).unwrap());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_without_the_callers_or_the_management_account_is_not_the_whole_list() {
    for (accounts, members, missing) in [
        (3, vec![2, 3], None),
        (3, vec![2, 77], Some("000000000077")),
        (0, vec![1, 2], Some("000000000001, 000000000002")),
    ] {
        let mut setup = Setup::new(FakeCloud::new(World::with(accounts, 1)));
        setup.plan.members = members.into_iter().map(id).collect();
        let outcome = setup.done().await;
        assert_eq!(outcome.end.population_complete, missing.is_none());
        let notes: Vec<String> = missing
            .into_iter()
            .map(|ids| format!("the list of accounts lacks accounts that the organization has: {ids}"))
            .collect();
        assert_eq!(outcome.end.notes, notes);
    }
}

#[tokio::test(start_paused = true)]
async fn a_user_who_names_accounts_need_not_name_the_callers_own() {
    let mut setup = Setup::new(FakeCloud::new(World::with(3, 1)));
    setup.plan.members = [id(1)].into();
    setup.plan.parameters.named_accounts_only = true;
    setup.plan.parameters.filter.accounts = [id(2), id(3)].into();
    assert!(setup.done().await.end.population_complete);
}

#[tokio::test(start_paused = true)]
async fn a_description_of_another_account_describes_nothing() {
    let mut world = World::with(4, 1);
    world.accounts[3].account.state = AccountState::Suspended;
    let mut setup = Setup::scripted(world, |call| match (call.operation, call.account) {
        (Operation::DescribeAccount, Some(account)) if account == id(3) => Reaction::About("000000000005"),
        _ => Reaction::Answer,
    });
    setup.plan.parameters.named_accounts_only = true;
    setup.plan.parameters.filter.accounts = (2..5).map(id).collect();
    let outcome = setup.done().await;
    assert_eq!(outcome.coverage, [(Coverage::Scanned, 3)].into());
    assert!(
        outcome.end.notes[0].contains("asked for 000000000003, the answer is about 000000000005"),
        "{:?}",
        outcome.end.notes
    );
    assert_eq!(setup.sink.books.lock().unwrap().discovered[&id(3)].name, None);
}

#[tokio::test(start_paused = true)]
async fn named_accounts_are_the_population_if_the_organization_is_not_listed() {
    for describable in [true, false] {
        let mut setup = Setup::scripted(World::with(30, 1), move |call| match call.operation {
            Operation::DescribeAccount if !describable => Reaction::Fail(ErrorKind::Denied),
            _ => Reaction::Answer,
        });
        setup.plan.parameters.named_accounts_only = true;
        setup.plan.parameters.filter.accounts = (2..14).map(id).collect();
        setup.plan.parameters.filter.exclude_accounts = [id(3)].into();
        let outcome = setup.done().await;
        assert!(outcome.end.population_complete);
        assert_eq!(outcome.coverage, [(Coverage::Scanned, 11), (Coverage::Excluded, 1)].into());
        assert!(setup.cloud.calls(Operation::ListAccounts).is_empty());
        let described = setup.cloud.calls(Operation::DescribeAccount).len();
        let named = setup.sink.books.lock().unwrap().discovered[&id(2)].name.is_some();
        assert_eq!((described, named), if describable { (12, true) } else { (1, false) });
        assert_eq!(outcome.end.notes.len(), usize::from(!describable), "{:?}", outcome.end.notes);
        // A caller who may not describe accounts may not read the tree either, so it is not
        // requested.
        assert_eq!(setup.cloud.calls(Operation::ListRoots).len(), usize::from(describable));
    }
}

#[tokio::test(start_paused = true)]
async fn named_accounts_that_are_not_there_are_named_before_any_is_scanned() {
    for named_accounts_only in [true, false] {
        let mut setup = Setup::new(FakeCloud::new(World::with(30, 1)));
        setup.plan.parameters.named_accounts_only = named_accounts_only;
        setup.plan.parameters.filter.accounts = [id(2), id(777_777), id(31), id(999_999)].into();
        let error = setup.run().await.unwrap_err();
        let list = SelectionList::Accounts;
        assert_eq!(unknown(&error), [(list, "000000777777", None), (list, "000000999999", None)]);
        assert!(setup.cloud.calls(Operation::AssumeRole).is_empty());
    }
}

/// The names that the organization does not have, with what may be meant.
fn unknown(error: &ScanError) -> Vec<(SelectionList, &str, Option<&str>)> {
    let ScanError::Selection(mistakes) = error else { panic!("{error:?}") };
    assert_eq!(mistakes.more, 0);
    let told = mistakes.first.iter().map(|mistake| match &mistake.problem {
        SelectionProblem::Unknown { near } => (mistake.list, mistake.name.as_str(), near.as_deref()),
        SelectionProblem::Ambiguous { .. } => panic!("{mistake:?}"),
    });
    told.collect()
}

#[tokio::test(start_paused = true)]
async fn an_excluded_account_that_is_not_there_is_an_error_before_any_account_is_scanned() {
    let mut setup = Setup::new(FakeCloud::new(World::with(30, 1)));
    setup.plan.parameters.filter.exclude_accounts = [id(5), id(50), id(777_777)].into();
    let error = setup.run().await.unwrap_err();
    let list = SelectionList::ExcludeAccounts;
    let near = unknown(&error)[0].2;
    assert_eq!(unknown(&error), [(list, "000000000050", near), (list, "000000777777", None)]);
    assert!(near.is_some_and(|near| near.starts_with("0000000000") && near != "000000000005"), "{near:?}");
    assert!(setup.cloud.calls(Operation::AssumeRole).is_empty());
}

#[tokio::test(start_paused = true)]
async fn unknown_accounts_and_ous_are_told_together_whichever_is_known_first() {
    for late in [Operation::ListRoots, Operation::ListAccounts] {
        let mut setup = Setup::scripted(World::with(10, 1), move |call| {
            if call.operation == late { Reaction::Late(Duration::from_secs(60)) } else { Reaction::Answer }
        });
        setup.plan.parameters.filter.accounts = [id(2), id(777_777)].into();
        setup.plan.parameters.filter.exclude_accounts = [id(888_888)].into();
        setup.plan.parameters.filter.ou_paths = ["/Workloads/Production".to_owned()].into();
        setup.plan.parameters.filter.exclude_ous = ["ou-root-99999999".parse().unwrap()].into();
        let error = setup.run().await.unwrap_err();
        assert_eq!(
            unknown(&error),
            [
                (SelectionList::Accounts, "000000777777", None),
                (SelectionList::ExcludeAccounts, "000000888888", None),
                (SelectionList::Ous, "/Workloads/Production", Some("/Workloads/Prod")),
                (SelectionList::ExcludeOus, "ou-root-99999999", None),
            ],
            "{late}"
        );
        assert!(setup.cloud.calls(Operation::AssumeRole).is_empty(), "{late}");
    }
}

#[tokio::test(start_paused = true)]
async fn scanning_begins_as_soon_as_every_named_account_is_listed() {
    let mut setup = Setup::scripted(World::with(30, 1), |call| match call.operation {
        Operation::ListAccounts if call.nth > 1 => Reaction::Late(Duration::from_secs(60)),
        _ => Reaction::Answer,
    });
    setup.plan.parameters.filter.exclude_accounts = [id(3)].into();
    let _ = setup.done().await;
    let first = setup.cloud.calls(Operation::AssumeRole)[0].0;
    assert!(first - setup.began < Duration::from_secs(60));
}

#[tokio::test(start_paused = true)]
async fn accounts_that_are_not_collected_have_a_record_that_says_why() {
    let mut world = World::with(6, 1);
    world.accounts[1].account.state = AccountState::Suspended;
    world.accounts[2].account.state = AccountState::PendingClosure;
    world.accounts[3].account.state = AccountState::Suspended;
    let mut setup = Setup::new(FakeCloud::new(world));
    setup.plan.parameters.filter.exclude_accounts = [id(5), id(6)].into();
    let outcome = setup.done().await;
    assert_eq!(setup.sink.coverage(2).0, Coverage::Scanned);
    assert_eq!(setup.sink.coverage(3), (Coverage::NotActive, "SUSPENDED".to_owned()));
    assert_eq!(setup.sink.coverage(4), (Coverage::NotActive, "PENDING_CLOSURE".to_owned()));
    assert_eq!(setup.sink.coverage(5), (Coverage::Excluded, "named in --exclude-accounts".to_owned()));
    assert_eq!(setup.sink.coverage(6), (Coverage::Excluded, "named in --exclude-accounts".to_owned()));
    assert_eq!(setup.cloud.calls(Operation::AssumeRole).len(), 2);
    assert_eq!(outcome.end.notes, [] as [&str; 0]);
}

#[tokio::test(start_paused = true)]
async fn accounts_that_were_not_named_are_excluded() {
    let mut setup = Setup::new(FakeCloud::new(World::with(30, 1)));
    setup.plan.parameters.filter.accounts = [id(2), id(30)].into();
    let outcome = setup.done().await;
    assert_eq!(outcome.coverage, [(Coverage::Scanned, 2), (Coverage::Excluded, 28)].into());
    assert_eq!(setup.sink.coverage(3).1, "not among the named accounts");
}

#[tokio::test(start_paused = true)]
async fn an_account_in_a_state_that_nobody_knows_is_attempted_and_noted() {
    let mut world = World::with(3, 1);
    world.accounts[0].account.state = AccountState::NotGiven;
    world.accounts[1].account.state = AccountState::Other("HIBERNATING".to_owned());
    let outcome = Setup::new(FakeCloud::new(world)).done().await;
    assert_eq!(outcome.coverage, [(Coverage::Scanned, 3)].into());
    assert_eq!(
        outcome.end.notes,
        [
            "AWS gave a state that this version does not know (HIBERNATING), attempted: 000000000003",
            "AWS gave no state for these accounts, which are attempted: 000000000002",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn accounts_that_were_finished_before_are_not_called_again() {
    let mut setup = Setup::new(FakeCloud::new(World::with(10, 1)));
    setup.plan.already_finished = [id(4), id(5), id(999)].into();
    let outcome = setup.done().await;
    assert_eq!((outcome.accounts, outcome.already_finished), (10, 2));
    assert_eq!(outcome.coverage, [(Coverage::Scanned, 8)].into());
    assert!(!setup.sink.has(4));
    assert_eq!(setup.cloud.count(Operation::AssumeRole, 4), 0);
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_refuses_ends_the_scan() {
    let mut setup = Setup::new(FakeCloud::new(World::with(30, 1)));
    setup.sink = MemorySink { full_at: Some(5), ..MemorySink::default() }.into();
    let error = setup.run().await.unwrap_err();
    assert!(matches!(error, ScanError::FactSink(_)));
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the disk is full");
    assert!(setup.cloud.calls(Operation::AssumeRole).len() < 20);
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_may_not_describe_the_organization_is_still_identified() {
    let reacting = |reaction: Reaction| {
        FakeCloud::new(World::default()).script(move |call| match call.operation {
            Operation::DescribeOrganization => reaction.clone(),
            _ => Reaction::Answer,
        })
    };
    let identity = identify(&reacting(Reaction::Answer)).await.unwrap();
    assert_eq!(identity.organization().unwrap().id.as_str(), "o-exampleorgid");
    let identity = identify(&reacting(Reaction::Empty)).await.unwrap();
    assert_eq!(identity.membership, Membership::None);
    let identity = identify(&reacting(Reaction::Fail(ErrorKind::Denied))).await.unwrap();
    assert!(matches!(identity.membership, Membership::Unknown(error) if error.kind == ErrorKind::Denied));
    let error = identify(&reacting(Reaction::Fail(ErrorKind::Transient))).await.unwrap_err();
    assert!(matches!(error, ScanError::Identity(_)));
}

#[tokio::test(start_paused = true)]
async fn the_first_page_comes_beside_who_asks_and_the_list_goes_on_after_it() {
    let mut setup = Setup::new(FakeCloud::new(World::with(45, 1)));
    let began = Instant::now();
    let identity = identify(&*setup.cloud).await.unwrap();
    assert_eq!(began.elapsed(), setup.cloud.latency);
    setup.plan.first_page = identity.listing.into_page();
    assert_eq!(setup.done().await.coverage, [(Coverage::Scanned, 45)].into());
    let pages: Vec<_> =
        setup.cloud.calls(Operation::ListAccounts).into_iter().map(|(_, call)| call.at).collect();
    assert_eq!(pages, [None, Some("20".to_owned()), Some("40".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_may_not_list_is_noted_and_other_failures_are_left_to_the_scan() {
    let listing = async |reaction: Reaction| {
        let cloud = FakeCloud::new(World::with(1, 1)).script(move |call| match call.operation {
            Operation::ListAccounts => reaction.clone(),
            _ => Reaction::Answer,
        });
        let listing = identify(&cloud).await.unwrap().listing;
        assert_eq!(cloud.calls(Operation::ListAccounts).len(), 1);
        listing
    };
    assert_eq!(listing(Reaction::Fail(ErrorKind::Denied)).await, Listing::Denied);
    assert_eq!(listing(Reaction::Fail(ErrorKind::Throttled)).await, Listing::Unknown);
    assert_eq!(listing(Reaction::Fail(ErrorKind::Transient)).await, Listing::Unknown);
    let began = Instant::now();
    assert_eq!(listing(Reaction::Hang).await, Listing::Unknown);
    assert!(began.elapsed() < Duration::from_secs(10));

    // A caller who names accounts needs to know, so the calls continue.
    let cloud = FakeCloud::new(World::with(1, 1)).script(|call| match (call.operation, call.nth) {
        (Operation::ListAccounts, 1) => Reaction::Hang,
        (Operation::ListAccounts, 2) => Reaction::Fail(ErrorKind::Throttled),
        (Operation::ListAccounts, _) => Reaction::Fail(ErrorKind::Denied),
        _ => Reaction::Answer,
    });
    assert_eq!(identify(&cloud).await.unwrap().listing, Listing::Unknown);
    assert_eq!(begin_listing(&cloud).await, Listing::Denied);
}
