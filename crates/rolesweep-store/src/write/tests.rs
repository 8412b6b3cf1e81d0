//! Each promise of writing, on its own.

use rolesweep_model::Role;

use super::*;
use crate::support::{account, account_id, end, key, page, record, scan};

const ACCOUNT: &str = "000000000123";

fn store() -> (tempfile::TempDir, Store, ScanId) {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("store.db"), &key()).unwrap();
    store.begin_scan(&scan(1)).unwrap();
    (folder, store, scan(1).id)
}

fn pages(store: &Store) -> i64 {
    store.conn.query_row("SELECT count(*) FROM page", [], |row| row.get(0)).unwrap()
}

fn roles(store: &Store, id: ScanId, account: AccountId) -> usize {
    store.roles(id, account).unwrap().map(Result::unwrap).count()
}

/// How many roles of an account have documents.
fn documents(store: &Store, id: ScanId, account: AccountId) -> usize {
    let roles = store.roles(id, account).unwrap().map(Result::unwrap);
    let stored = store.stored_documents(id, account).unwrap();
    let has_some = |role: &Role| {
        stored.lend(&crate::AwsManagedPolicies::default(), |lent| {
            let inline = lent.of(role).inline.unwrap();
            Ok::<_, StoreError>(!inline.is_empty() && inline.iter().all(|policy| policy.text.is_some()))
        })
    };
    roles.filter(|role| has_some(role).unwrap()).count()
}

#[test]
fn an_account_is_visible_when_it_is_finished_and_not_before() {
    let (_folder, mut store, id) = store();
    store.discovered(id, &[account(123)]).unwrap();
    store.begin(id, account_id(123)).unwrap();
    store.append(id, account_id(123), &page(ACCOUNT, 0..3)).unwrap();
    assert_eq!(roles(&store, id, account_id(123)), 0);
    assert_eq!(store.stored_documents(id, account_id(123)).unwrap().weight(), 0);
    assert!(store.accounts(id).unwrap().all(|entry| entry.unwrap().record.is_none()));
    store.finish(id, &record(account_id(123), Coverage::Scanned, 3)).unwrap();
    assert_eq!(roles(&store, id, account_id(123)), 3);
    assert_eq!(documents(&store, id, account_id(123)), 3);
    let entries: Vec<_> = store.accounts(id).unwrap().map(Result::unwrap).collect();
    assert_eq!(entries[0].account, account(123));
    assert_eq!(entries[0].record, Some(record(account_id(123), Coverage::Scanned, 3)));
}

#[test]
fn pages_stay_only_if_every_role_was_seen() {
    for coverage in Coverage::ALL {
        let (_folder, mut store, id) = store();
        store.begin(id, account_id(123)).unwrap();
        store.append(id, account_id(123), &page(ACCOUNT, 0..3)).unwrap();
        store.finish(id, &record(account_id(123), coverage, 0)).unwrap();
        let kept = coverage.has_roles();
        assert_eq!(pages(&store), i64::from(kept), "{coverage}");
        let entry = store.accounts(id).unwrap().next().unwrap().unwrap();
        assert_eq!(
            entry.record.map(|record| (record.account_id, record.coverage)),
            Some((account_id(123), coverage))
        );
    }
}

#[test]
fn an_account_takes_pages_only_between_its_beginning_and_its_end() {
    let (_folder, mut store, id) = store();
    let page = page(ACCOUNT, 0..1);
    let refused = |result| matches!(result, Err(StoreError::NotBegun { .. }));
    assert!(refused(store.append(id, account_id(123), &page)));
    store.begin(id, account_id(123)).unwrap();
    store.append(id, account_id(123), &page).unwrap();
    store.finish(id, &record(account_id(123), Coverage::Scanned, 1)).unwrap();
    assert!(refused(store.append(id, account_id(123), &page)));
    assert!(refused(store.append(scan(2).id, account_id(123), &page)));
    store.begin(id, account_id(2)).unwrap();
    assert!(matches!(store.append(id, account_id(2), &page), Err(StoreError::OtherAccount { .. })));
}

#[test]
fn a_page_that_could_not_be_read_again_is_not_written() {
    let (_folder, mut store, id) = store();
    store.begin(id, account_id(123)).unwrap();
    let good = page(ACCOUNT, 0..3);
    for odd in 0..3 {
        let mut page = good.clone();
        page.roles[odd].role.arn = format!("arn:aws-cn:iam::{ACCOUNT}:role/cn").parse().unwrap();
        assert!(matches!(store.append(id, account_id(123), &page), Err(StoreError::OtherAccount { .. })));
    }
    store.append(id, account_id(123), &good).unwrap();
    store.finish(id, &record(account_id(123), Coverage::Scanned, 3)).unwrap();
    assert_eq!(roles(&store, id, account_id(123)), 3);
}

#[test]
fn beginning_again_drops_what_an_earlier_attempt_left() {
    let (_folder, mut store, id) = store();
    store.begin(id, account_id(123)).unwrap();
    store.append(id, account_id(123), &page(ACCOUNT, 0..5)).unwrap();
    store.begin(id, account_id(123)).unwrap();
    store.append(id, account_id(123), &page(ACCOUNT, 7..8)).unwrap();
    store.finish(id, &record(account_id(123), Coverage::Scanned, 1)).unwrap();
    assert_eq!(roles(&store, id, account_id(123)), 1);
    assert_eq!(pages(&store), 1);
}

/// Reads an account, makes another attempt at it, and returns what is there afterwards: its
/// coverage, its roles and all pages of the store.
fn after_another_attempt(
    first: &AccountRecord,
    second: Option<&AccountRecord>,
) -> (Coverage, u64, usize, i64) {
    let (folder, mut store, id) = store();
    for (roles, record) in [(0..5, Some(first)), (0..9, second)] {
        store.begin(id, account_id(123)).unwrap();
        store.append(id, account_id(123), &page(ACCOUNT, roles)).unwrap();
        if let Some(record) = record {
            store.finish(id, record).unwrap();
        }
    }
    drop(store);
    let mut store = Store::open(&folder.path().join("store.db"), &key()).unwrap();
    store.begin_scan(&scan(2)).unwrap();
    let entry = store.accounts(id).unwrap().next().unwrap().unwrap().record.unwrap();
    let roles = roles(&store, id, account_id(123));
    assert_eq!(roles, documents(&store, id, account_id(123)));
    (entry.coverage, entry.unknown_roles, roles, pages(&store))
}

#[test]
fn another_attempt_counts_unless_it_fared_worse() {
    let record =
        |coverage, unknown_roles| AccountRecord { unknown_roles, ..record(account_id(123), coverage, 5) };
    let partial = record(Coverage::Partial, 2);
    for (second, expected) in [
        // Better, or as good.
        (Some(record(Coverage::Scanned, 0)), (Coverage::Scanned, 0, 9, 1)),
        (Some(record(Coverage::Partial, 1)), (Coverage::Partial, 1, 9, 1)),
        (Some(record(Coverage::Partial, 2)), (Coverage::Partial, 2, 9, 1)),
        // Worse.
        (Some(record(Coverage::Partial, 3)), (Coverage::Partial, 2, 5, 1)),
        (Some(record(Coverage::Denied, 0)), (Coverage::Partial, 2, 5, 1)),
        (Some(record(Coverage::Failed, 0)), (Coverage::Partial, 2, 5, 1)),
        (Some(record(Coverage::NotReached, 0)), (Coverage::Partial, 2, 5, 1)),
        (Some(record(Coverage::NotActive, 0)), (Coverage::Partial, 2, 5, 1)),
        // Killed.
        (None, (Coverage::Partial, 2, 5, 1)),
    ] {
        let found = after_another_attempt(&partial, second.as_ref());
        assert_eq!(found, expected, "{second:?}");
    }
    let denied = record(Coverage::Denied, 0);
    for (second, expected) in [
        (Some(record(Coverage::Scanned, 0)), (Coverage::Scanned, 0, 9, 1)),
        (Some(record(Coverage::Failed, 0)), (Coverage::Failed, 0, 0, 0)),
        // Nobody asked AWS again, so the earlier answer stays.
        (Some(record(Coverage::NotReached, 0)), (Coverage::Denied, 0, 0, 0)),
        (None, (Coverage::Denied, 0, 0, 0)),
    ] {
        assert_eq!(after_another_attempt(&denied, second.as_ref()), expected, "{second:?}");
    }
}

#[test]
fn scans_are_in_the_order_in_which_they_began_whatever_the_clock_says() {
    let (_folder, mut store, _) = store();
    for number in [9, 3, 5] {
        store.begin_scan(&scan(number)).unwrap();
    }
    assert_eq!(store.scans().unwrap(), [scan(1), scan(9), scan(3), scan(5)]);
    assert_eq!(store.latest_scan().unwrap(), Some(scan(5)));
    let numbers: Vec<i64> = store.numbered_scans().unwrap().iter().map(|scan| scan.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
}

#[test]
fn the_command_that_resumes_a_scan_is_kept() {
    let (_folder, mut store, id) = store();
    assert_eq!(store.resume_command(id).unwrap(), None);
    store.keep_resume_command(id, "rolesweep scan --resume").unwrap();
    assert_eq!(store.resume_command(id).unwrap().as_deref(), Some("rolesweep scan --resume"));
    assert!(matches!(store.keep_resume_command(scan(7).id, ""), Err(StoreError::UnknownScan { .. })));
}

#[test]
fn the_next_scan_drops_the_leftovers_of_others_and_no_finished_account() {
    let (_folder, mut store, id) = store();
    for number in [1, 2] {
        store.begin(id, account_id(number)).unwrap();
        store.append(id, account_id(number), &page(account_id(number).as_str(), 0..2)).unwrap();
    }
    store.finish(id, &record(account_id(1), Coverage::Scanned, 2)).unwrap();
    store.begin_scan(&scan(2)).unwrap();
    assert_eq!(pages(&store), 1);
    assert_eq!(roles(&store, id, account_id(1)), 2);
    assert!(matches!(store.begin_scan(&scan(2)), Err(StoreError::ScanExists { .. })));
}

#[test]
fn the_later_description_of_an_account_counts_and_leaves_its_record_alone() {
    let (_folder, mut store, id) = store();
    store.finish(id, &record(account_id(123), Coverage::Excluded, 0)).unwrap();
    store.discovered(id, &[Account::named(account_id(9)), account(123)]).unwrap();
    store.discovered(id, &[account(9)]).unwrap();
    let entries: Vec<_> = store.accounts(id).unwrap().map(Result::unwrap).collect();
    assert_eq!(entries.iter().map(|entry| &entry.account).collect::<Vec<_>>(), [&account(9), &account(123)]);
    assert!(entries[0].record.is_none() && entries[1].record.is_some());
}

#[test]
fn a_batch_is_whole_or_nothing() {
    let (_folder, mut store, id) = store();
    let failed: Result<()> = store.batch(|store| {
        store.begin(id, account_id(1))?;
        store.finish(id, &record(account_id(1), Coverage::Scanned, 0))?;
        // Only this call fails and is undone; the batch could go on.
        assert!(store.begin(scan(7).id, account_id(2)).is_err());
        store.append(id, account_id(1), &page(account_id(1).as_str(), 0..1))
    });
    assert!(matches!(failed, Err(StoreError::NotBegun { .. })));
    assert_eq!(store.accounts(id).unwrap().count(), 0);
    let done: Result<usize> = store.batch(|store| {
        store.batch(|store| store.discovered(id, &[account(1)]))?;
        store.begin(id, account_id(1))?;
        store.append(id, account_id(1), &page(account_id(1).as_str(), 0..1))?;
        store.finish(id, &record(account_id(1), Coverage::Scanned, 1))?;
        store.finish_scan(id, &end())?;
        Ok(store.accounts(id)?.count())
    });
    assert_eq!(done.unwrap(), 1);
    assert_eq!(roles(&store, id, account_id(1)), 1);
}

#[test]
fn a_batch_that_sqlite_has_undone_accepts_no_more_changes() {
    let (_folder, mut store, id) = store();
    let undone: Result<()> = store.batch(|store| {
        store.begin(id, account_id(1))?;
        // SQLite itself does this after some failures of the disk.
        store.conn.execute_batch("ROLLBACK").unwrap();
        assert!(matches!(store.begin(id, account_id(2)), Err(StoreError::BatchUndone { .. })));
        Ok(())
    });
    assert!(matches!(undone, Err(StoreError::BatchUndone { .. })));
    assert_eq!(store.accounts(id).unwrap().count(), 0);
}

#[test]
fn a_panic_in_a_batch_undoes_it() {
    let (_folder, mut store, id) = store();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.batch(|store| -> Result<()> {
            store.begin(id, account_id(1))?;
            panic!("on purpose")
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(store.accounts(id).unwrap().count(), 0);
    store.begin(id, account_id(1)).unwrap();
}

#[test]
fn a_full_disk_is_named_and_what_was_finished_stands() {
    let (folder, mut store, id) = store();
    store.begin(id, account_id(1)).unwrap();
    store.append(id, account_id(1), &page(account_id(1).as_str(), 0..3)).unwrap();
    store.finish(id, &record(account_id(1), Coverage::Scanned, 3)).unwrap();
    let pages: i64 = store.conn.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    store.conn.pragma_update_and_check(None, "max_page_count", pages + 2, |_| Ok(())).unwrap();
    let full: Result<()> = store.batch(|store| {
        store.begin(id, account_id(2))?;
        store.append(id, account_id(2), &page(account_id(2).as_str(), 0..2000))
    });
    assert!(matches!(full, Err(StoreError::DiskFull { .. })), "{full:?}");
    store.begin(id, account_id(3)).unwrap();
    let full = store.append(id, account_id(3), &page(account_id(3).as_str(), 0..2000)).unwrap_err();
    assert!(full.to_string().starts_with("no space left for"), "{full}");
    drop(store);
    let store = Store::open(&folder.path().join("store.db"), &key()).unwrap();
    let finished = store.accounts(id).unwrap().filter(|entry| entry.as_ref().unwrap().record.is_some());
    assert_eq!(finished.count(), 1);
    assert_eq!(roles(&store, id, account_id(1)), 3);
}

#[test]
fn a_removed_scan_frees_its_space_and_removes_nothing_else() {
    let (_folder, mut store, first) = store();
    let size = |store: &Store| -> i64 {
        store.conn.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap()
    };
    let mut empty = 0;
    for (id, number) in [(first, 1), (scan(2).id, 2)] {
        if number == 2 {
            empty = size(&store);
            store.begin_scan(&scan(2)).unwrap();
        }
        store.begin(id, account_id(1)).unwrap();
        for start in [0, 500, 1000] {
            store.append(id, account_id(1), &page(account_id(1).as_str(), start..start + 500)).unwrap();
        }
        store.finish(id, &record(account_id(1), Coverage::Scanned, 1500)).unwrap();
    }
    assert!(size(&store) > empty + 5);
    store.remove_scan(first).unwrap();
    assert!(size(&store) <= empty + 1, "{} pages left of {empty}", size(&store));
    assert_eq!(pages(&store), 3);
    assert_eq!(roles(&store, scan(2).id, account_id(1)), 1500);
    assert!(matches!(store.remove_scan(first), Err(StoreError::UnknownScan { .. })));
}

#[test]
fn a_store_that_is_open_for_reading_accepts_no_changes() {
    let (folder, store, id) = store();
    let mut reader = Store::open_existing(&folder.path().join("store.db")).unwrap();
    assert!(matches!(reader.begin(id, account_id(1)), Err(StoreError::ReadOnly { .. })));
    assert!(matches!(reader.finish_scan(id, &end()), Err(StoreError::ReadOnly { .. })));
    let batch: Result<()> = reader.batch(|_| Ok(()));
    assert!(matches!(batch, Err(StoreError::ReadOnly { .. })));
    drop(store);
}

#[test]
fn pages_that_share_one_role_give_it_once() {
    let (_folder, mut store, id) = store();
    store.begin(id, account_id(123)).unwrap();
    for numbers in [0..3, 5..8, 2..4] {
        store.append(id, account_id(123), &page(ACCOUNT, numbers)).unwrap();
    }
    store.finish(id, &record(account_id(123), Coverage::Scanned, 7)).unwrap();
    let names: Vec<_> = store.roles(id, account_id(123)).unwrap().map(|role| role.unwrap().arn).collect();
    assert_eq!(
        names,
        page(ACCOUNT, 0..8)
            .roles
            .iter()
            .map(|c| c.role.arn.clone())
            .filter(|arn| !arn.name().starts_with("Service000004"))
            .collect::<Vec<_>>()
    );
}
