//! What histories promise, on stores.

use proptest::prelude::*;
use rolesweep_model::{CollectedRole, Coverage, RolePage};
use tempfile::TempDir;

use super::*;
use crate::support::{self, account_id, end, key as store_key, record, scan};

/// When a role was used last, in seconds; `None` if AWS has no use on record.
type Use = Option<i64>;

fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store.db"), &store_key()).unwrap();
    (folder, store)
}

fn role(account: u64, number: u64, used: Use) -> CollectedRole {
    let account = account_id(account);
    let mut collected = support::collected(account.as_str(), "/", &format!("r{number}"), number);
    collected.role.last_use = match used {
        Some(second) => LastUse::Used { at: Timestamp::from_second(second).unwrap(), region: None },
        None => LastUse::NoneRecorded,
    };
    collected
}

fn read(store: &mut Store, number: u32, account: u64, coverage: Coverage, roles: &[CollectedRole]) {
    let (id, account) = (scan(number).id, account_id(account));
    store.begin(id, account).unwrap();
    let page = RolePage { roles: roles.to_vec(), policies: Vec::new() };
    store.append(id, account, &page).unwrap();
    store.finish(id, &record(account, coverage, roles.len() as u64)).unwrap();
}

/// A finished scan of account 1 with one role.
fn scanned(store: &mut Store, number: u32, used: Use) {
    store.begin_scan(&scan(number)).unwrap();
    read(store, number, 1, Coverage::Scanned, &[role(1, 7, used)]);
    store.finish_scan(scan(number).id, &end()).unwrap();
}

/// What the history of an account as of a scan says of each role: when it was first seen, since when
/// its last use is the same, and its forgotten use.
fn told(store: &Store, number: u32, account: u64) -> Vec<(Timestamp, Timestamp, Option<Timestamp>)> {
    let histories = store.histories(scan(number).id).unwrap();
    let history = histories.of_account(store, account_id(account)).unwrap().read().unwrap();
    let role = |place| history.role(place).unwrap();
    let told = |place| (role(place).first_seen(), role(place).last_use_since(), role(place).earlier_use());
    (0..history.len()).map(told).collect()
}

fn at(number: u32) -> Timestamp {
    scan(number).started_at
}

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn count(store: &Store, sql: &str) -> i64 {
    store.conn.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_use_that_aws_has_forgotten_outlives_the_scan_that_saw_it() {
    let (_folder, mut store) = store();
    scanned(&mut store, 1, Some(5));
    store.prune_scan(scan(1).id, at(1)).unwrap();
    assert_eq!(count(&store, "SELECT count(*) FROM history"), 1);
    scanned(&mut store, 2, None);
    scanned(&mut store, 3, None);
    let expected = [(at(1), at(1), Some(second(5)))];
    assert_eq!(told(&store, 2, 1), expected);
    store.prune_scan(scan(2).id, at(1)).unwrap();
    assert_eq!(told(&store, 3, 1), expected);
    assert_eq!(count(&store, "SELECT count(*) FROM history"), 2, "one before the last scan stays");
    scanned(&mut store, 4, None);
    scanned(&mut store, 5, None);
    let numbers = "SELECT sum(sequence) FROM history";
    assert_eq!(count(&store, numbers), 3 + 4 + 5, "older ones of removed scans are gone");
}

#[test]
fn an_account_that_is_read_again_after_the_scans_before_were_removed_keeps_its_history() {
    for prunes_early in [true, false] {
        let (_folder, mut store) = store();
        scanned(&mut store, 1, Some(5));
        if prunes_early {
            store.prune_scan(scan(1).id, at(1)).unwrap();
        }
        store.begin_scan(&scan(2)).unwrap();
        read(&mut store, 2, 1, Coverage::Partial, &[role(1, 7, None)]);
        store.finish_scan(scan(2).id, &end()).unwrap();
        let before = told(&store, 2, 1);
        if !prunes_early {
            store.prune_scan(scan(1).id, at(1)).unwrap();
        }
        // The resumed scan reads the account as a whole.
        store.resume_scan(scan(2).id).unwrap();
        read(&mut store, 2, 1, Coverage::Scanned, &[role(1, 7, None)]);
        store.finish_scan(scan(2).id, &end()).unwrap();
        assert_eq!(told(&store, 2, 1), before);
        assert_eq!(before, [(at(1), at(1), Some(second(5)))]);
    }
}

#[test]
fn a_removed_number_is_never_given_again() {
    let (_folder, mut store) = store();
    scanned(&mut store, 1, Some(5));
    store.prune_scan(scan(1).id, at(1)).unwrap();
    scanned(&mut store, 2, Some(6));
    assert_eq!(store.numbered_scans().unwrap()[0].number, 2);
    assert_eq!(told(&store, 2, 1), [(at(1), at(2), None)]);
}

#[test]
fn only_scans_that_came_to_their_end_count() {
    let (_folder, mut store) = store();
    // Cut off, interrupted, and finished without having read the account.
    store.begin_scan(&scan(1)).unwrap();
    read(&mut store, 1, 1, Coverage::Scanned, &[role(1, 7, Some(9))]);
    store.begin_scan(&scan(2)).unwrap();
    read(&mut store, 2, 1, Coverage::Scanned, &[role(1, 7, Some(9))]);
    let mut interrupted = end();
    interrupted.interrupted = Some("SIGINT".to_owned());
    store.finish_scan(scan(2).id, &interrupted).unwrap();
    store.begin_scan(&scan(3)).unwrap();
    store.finish(scan(3).id, &record(account_id(1), Coverage::Denied, 0)).unwrap();
    store.finish_scan(scan(3).id, &end()).unwrap();
    assert_eq!(count(&store, "SELECT count(*) FROM history"), 0);
    scanned(&mut store, 4, None);
    assert_eq!(told(&store, 4, 1), [(at(4), at(4), None)]);
    // A report of an interrupted scan has a history too, which is computed.
    assert_eq!(told(&store, 2, 1), [(at(2), at(2), None)]);
    assert!(store.histories(scan(3).id).unwrap().of_account(&store, account_id(1)).is_err());
}

#[test]
fn roles_that_a_partial_account_did_not_answer_keep_their_history() {
    let (_folder, mut store) = store();
    let roles = [role(1, 1, Some(5)), role(1, 2, Some(6))];
    store.begin_scan(&scan(1)).unwrap();
    read(&mut store, 1, 1, Coverage::Scanned, &roles);
    store.finish_scan(scan(1).id, &end()).unwrap();
    store.begin_scan(&scan(2)).unwrap();
    read(&mut store, 2, 1, Coverage::Partial, &roles[..1]);
    store.finish_scan(scan(2).id, &end()).unwrap();
    store.begin_scan(&scan(3)).unwrap();
    read(&mut store, 3, 1, Coverage::Scanned, &[role(1, 1, None), role(1, 2, None)]);
    store.finish_scan(scan(3).id, &end()).unwrap();
    assert_eq!(told(&store, 3, 1), [5, 6].map(|used| (at(1), at(1), Some(second(used)))));
}

#[test]
fn a_role_that_was_created_again_inherits_nothing() {
    let (_folder, mut store) = store();
    scanned(&mut store, 1, Some(5));
    store.begin_scan(&scan(2)).unwrap();
    let mut again = role(1, 7, None);
    again.role.role_id = role(1, 8, None).role.role_id;
    read(&mut store, 2, 1, Coverage::Scanned, &[again]);
    store.finish_scan(scan(2).id, &end()).unwrap();
    assert_eq!(told(&store, 2, 1), [(at(2), at(2), None)]);
}

#[test]
fn an_account_that_is_read_again_gets_a_history_of_its_new_facts() {
    let (_folder, mut store) = store();
    scanned(&mut store, 1, Some(5));
    scanned(&mut store, 2, None);
    read(&mut store, 2, 1, Coverage::Scanned, &[role(1, 7, Some(8))]);
    let expected = [(at(1), at(2), None)];
    assert_eq!(told(&store, 2, 1), expected, "it is computed until the scan ends again");
    store.finish_scan(scan(2).id, &end()).unwrap();
    assert_eq!(count(&store, "SELECT count(*) FROM history"), 2);
    assert_eq!(told(&store, 2, 1), expected);
}

#[test]
fn a_history_in_another_place_is_damage() {
    let (_folder, mut store) = store();
    scanned(&mut store, 1, Some(5));
    scanned(&mut store, 2, Some(5));
    for sql in [
        "UPDATE history SET record = (SELECT record FROM history WHERE sequence = 1) WHERE sequence = 2",
        "UPDATE history SET account_id = '000000000009' WHERE sequence = 2",
        "UPDATE history SET record = x'00' WHERE sequence = 2",
        "DELETE FROM meta WHERE name = 'history_key'",
    ] {
        let before = store.conn.execute_batch("SAVEPOINT before");
        before.unwrap();
        store.conn.execute(sql, []).unwrap();
        let account = if sql.contains("000000000009") { 9 } else { 1 };
        let read = store
            .histories(scan(2).id)
            .and_then(|histories| histories.of_account(&store, account_id(account)))
            .and_then(|stored| stored.read());
        assert!(matches!(read, Err(StoreError::Damaged { .. })), "{sql}: {read:?}");
        store.conn.execute_batch("ROLLBACK TO before; RELEASE before").unwrap();
    }
    assert_eq!(told(&store, 2, 1).len(), 1);
}

/// Scans of two accounts, each of which may not be read, with the last use of two roles.
fn scans() -> impl Strategy<Value = Vec<[Option<[Use; 2]>; 2]>> {
    let used = proptest::option::of(1..5_i64);
    let account = proptest::option::weighted(0.7, proptest::array::uniform2(used));
    proptest::collection::vec(proptest::array::uniform2(account), 1..6)
}

fn made(scans: &[[Option<[Use; 2]>; 2]], order: [usize; 2]) -> (TempDir, Store) {
    let (folder, mut store) = store();
    for (number, accounts) in (1..).zip(scans) {
        store.begin_scan(&scan(number)).unwrap();
        for place in order {
            if let Some(uses) = accounts[place] {
                let account = place as u64 + 1;
                let roles = [role(account, 1, uses[0]), role(account, 2, uses[1])];
                read(&mut store, number, account, Coverage::Scanned, &roles);
            }
        }
        store.finish_scan(scan(number).id, &end()).unwrap();
    }
    (folder, store)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_history_depends_on_no_later_scan_and_on_no_removal(
        scans in scans(),
        removed in proptest::collection::vec(any::<prop::sample::Index>(), 0..4),
        forgets in any::<bool>(),
    ) {
        let (_folder, whole) = made(&scans, [0, 1]);
        let (_folder, mut store) = made(&scans, [1, 0]);
        if forgets {
            // As in a store that an earlier version wrote: every history is computed.
            store.conn.execute("DELETE FROM history", []).unwrap();
        }
        let mut gone: Vec<usize> = removed.iter().map(|index| index.index(scans.len())).collect();
        gone.sort_unstable();
        gone.dedup();
        for place in &gone {
            store.prune_scan(scan(*place as u32 + 1).id, at(1)).unwrap();
        }
        for (number, accounts) in (1_u32..).zip(&scans) {
            for (place, account) in accounts.iter().enumerate() {
                if account.is_some() && !gone.contains(&(number as usize - 1)) {
                    let account = place as u64 + 1;
                    prop_assert_eq!(told(&store, number, account), told(&whole, number, account));
                }
            }
        }
        // Nor does a scan that comes later.
        let number = scans.len() as u32 + 1;
        let after = [Some([None; 2]), Some([None; 2])];
        let all: Vec<_> = scans.iter().copied().chain([after]).collect();
        let (_folder, whole) = made(&all, [0, 1]);
        store.begin_scan(&scan(number)).unwrap();
        for account in [1, 2] {
            let roles = [role(account, 1, None), role(account, 2, None)];
            read(&mut store, number, account, Coverage::Scanned, &roles);
        }
        store.finish_scan(scan(number).id, &end()).unwrap();
        for account in [1, 2] {
            prop_assert_eq!(told(&store, number, account), told(&whole, number, account));
        }
    }
}
