use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use rolesweep_assess::{Change, Parameters};
use rolesweep_model::{CollectedRole, Coverage, LastUse, RolePage, Scan};
use rolesweep_testing as support;

use super::*;
use crate::directory::ReportDirectory;
use crate::pipeline::{Target, run_with};
use crate::{Bom, Changes, CsvWriter};

const IDLE: &str = "2020-01-01T00:00:00Z";

/// A role of the account, last used at this time.
fn role(account: u64, name: &str, number: u64, used: &str) -> CollectedRole {
    let mut collected = support::collected(support::account_id(account).as_str(), "/", name, number);
    collected.role.last_use = LastUse::Used { at: used.parse().unwrap(), region: None };
    collected.role.created_at = "2019-01-01T00:00:00Z".parse().unwrap();
    collected
}

/// Adds a scan with these accounts; one without roles was denied.
fn add(store: &mut Store, number: u32, accounts: &[(u64, Option<Vec<CollectedRole>>)]) -> Scan {
    let scan = support::scan(number);
    store.begin_scan(&scan).unwrap();
    for (account, roles) in accounts {
        let id = support::account_id(*account);
        store.discovered(scan.id, &[support::account(*account)]).unwrap();
        store.begin(scan.id, id).unwrap();
        let count = roles.as_ref().map_or(0, Vec::len) as u64;
        if let Some(roles) = roles {
            store.append(scan.id, id, &RolePage { roles: roles.clone(), policies: Vec::new() }).unwrap();
        }
        let coverage = if roles.is_some() { Coverage::Scanned } else { Coverage::Denied };
        store.finish(scan.id, &support::record(id, coverage, count)).unwrap();
    }
    store.finish_scan(scan.id, &support::end()).unwrap();
    scan
}

/// What a comparison of two scans finds, with its table.
struct Compared {
    found: Vec<(Change, String)>,
    counts: ChangeCounts,
    table: String,
}

/// Compares two scans, alone and in a report on the later one, with several numbers of threads.
fn compared(store: &Path, before: &Scan, after: &Scan) -> Compared {
    let store = Store::open_existing(store).unwrap();
    let stop = AtomicBool::new(false);
    let parameters = [before, after].map(|scan| Parameters::new(scan.started_at));
    let report = |scan, parameters, previous| Report {
        scan,
        parameters,
        gaps: &[],
        include: Include::All,
        with_risk: true,
        previous,
        published_before: None,
        stop: &stop,
    };
    let before = report(before, &parameters[0], None);
    let after = report(after, &parameters[1], Some(&before));
    let [one, several] = [1, 3].map(|threads| {
        let threads = NonZeroUsize::new(threads).unwrap();
        let alone = alone(threads, &store, &before, &after);
        let table = in_a_report(threads, &store, &after, &alone);
        assert_eq!(table, alone.table);
        alone
    });
    assert_eq!((&one.found, &one.counts, &one.table), (&several.found, &several.counts, &several.table));
    one
}

fn alone(threads: NonZeroUsize, store: &Store, before: &Report<'_>, after: &Report<'_>) -> Compared {
    let mut found = Vec::new();
    let mut table = CsvWriter::<Changes, _>::new(Vec::new(), Bom::No).unwrap();
    let counts = compare_with(threads, store, before, after, |role| {
        let arn = &role.changed.latest().unwrap().arn;
        found.push((role.changed.change, arn.split_once("::").unwrap().1.to_owned()));
        table.write(role).unwrap();
        Ok(())
    })
    .unwrap();
    Compared { found, counts, table: String::from_utf8(table.finish().unwrap().0).unwrap() }
}

/// The table that a report has, whose rows of roles and whose counts say the same as the comparison
/// alone.
fn in_a_report(threads: NonZeroUsize, store: &Store, after: &Report<'_>, alone: &Compared) -> String {
    let place = tempfile::tempdir().unwrap();
    let made = place.path().join("report");
    let directory = ReportDirectory::create(&made).unwrap();
    let summary = run_with(threads, store, after, Target::Folder(directory)).unwrap();
    let since = summary.since.unwrap();
    assert_eq!(since.changes.counts, alone.counts);
    assert_eq!(summary.new_findings(), since.changes.new_findings);
    let read = |file| {
        let text = std::fs::read_to_string(made.join(file)).unwrap();
        text.strip_prefix('\u{feff}').unwrap().to_owned()
    };
    let rows = read("roles.csv");
    let mut rows = csv::Reader::from_reader(rows.as_bytes());
    let headers = rows.headers().unwrap().clone();
    let at = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let mut changes = Vec::new();
    for row in rows.records() {
        let row = row.unwrap();
        if !row[at("change")].is_empty() {
            changes.push((
                row[at("change")].to_owned(),
                row[at("role_arn")].split_once("::").unwrap().1.to_owned(),
            ));
        }
    }
    // The rows are those of the later scan's roles.
    let mut expected = csv::Reader::from_reader(alone.table.as_bytes());
    let headers = expected.headers().unwrap().clone();
    let status = headers.iter().position(|header| header == "status").unwrap();
    let is_in_the_later_scan: Vec<bool> =
        expected.records().map(|row| !row.unwrap()[status].is_empty()).collect();
    let known = alone.found.iter().zip(is_in_the_later_scan).filter(|(_, is_there)| *is_there);
    let known: Vec<_> = known.map(|((change, arn), _)| (change.as_str().to_owned(), arn.clone())).collect();
    assert_eq!(changes, known);
    read("changes.csv")
}

#[test]
fn what_became_of_the_roles_of_each_account() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let mut store = Store::open(&path, &support::key()).unwrap();
    let now = support::scan(2).started_at.to_string();
    // Idle for exactly the threshold in the first scan, and a second longer in the second one.
    let soon = (support::scan(1).started_at - jiff::SignedDuration::from_hours(90 * 24)).to_string();
    let before = add(
        &mut store,
        1,
        &[
            (
                1,
                Some(vec![
                    role(1, "active", 1, &soon),
                    role(1, "idle", 2, IDLE),
                    role(1, "idle-no-more", 3, IDLE),
                    role(1, "gone", 4, IDLE),
                    role(1, "again", 5, IDLE),
                ]),
            ),
            (2, Some(vec![role(2, "unseen", 6, IDLE)])),
            (3, Some(vec![role(3, "left", 7, IDLE)])),
            (4, None),
        ],
    );
    let after = add(
        &mut store,
        2,
        &[
            (
                1,
                Some(vec![
                    role(1, "active", 1, &soon),
                    role(1, "idle", 2, IDLE),
                    role(1, "idle-no-more", 3, &now),
                    role(1, "again", 50, IDLE),
                ]),
            ),
            (2, None),
            (4, Some(vec![role(4, "new-to-us", 8, IDLE)])),
            (5, Some(vec![role(5, "active", 9, &now)])),
        ],
    );
    drop(store);
    let Compared { found, counts, table } = compared(&path, &before, &after);
    let expected = [
        (Change::NewlyIdle, "000000000001:role/active"),
        (Change::Recreated, "000000000001:role/again"),
        (Change::Gone, "000000000001:role/gone"),
        (Change::StillIdle, "000000000001:role/idle"),
        (Change::UsedAgain, "000000000001:role/idle-no-more"),
        (Change::NotComparable, "000000000002:role/unseen"),
        (Change::NotComparable, "000000000003:role/left"),
        (Change::NotComparable, "000000000004:role/new-to-us"),
    ];
    assert_eq!(found, expected.map(|(change, arn)| (change, arn.to_owned())));
    assert_eq!(counts.of(Change::NotComparable), 3);
    assert_eq!(Change::ALL.iter().map(|change| counts.of(*change)).sum::<u64>(), 8);
    assert_eq!(table.lines().count(), 9);
    let gone = table.lines().find(|line| line.starts_with("gone,")).unwrap();
    // Only the earlier scan knows it.
    assert!(gone.ends_with(",,inactive,,flagged,,2020-01-01T00:00:00Z,"), "{gone}");
    let still = table.lines().find(|line| line.starts_with("still_idle,")).unwrap();
    assert!(still.ends_with(",2"), "{still}");
}

#[test]
fn a_scan_compared_with_itself_has_only_what_is_still_idle() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let mut store = Store::open(&path, &support::key()).unwrap();
    let scan = add(&mut store, 1, &[(1, Some(vec![role(1, "a", 1, IDLE), role(1, "b", 2, IDLE)]))]);
    drop(store);
    let Compared { found, counts, .. } = compared(&path, &scan, &scan);
    assert!(found.iter().all(|(change, _)| *change == Change::StillIdle));
    assert_eq!(counts.of(Change::StillIdle), 2);
}
