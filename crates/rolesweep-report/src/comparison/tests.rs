use std::path::Path;
use std::sync::atomic::AtomicBool;

use rolesweep_assess::{Change, Parameters};
use rolesweep_model::{CollectedRole, Coverage, LastUse, RolePage, Scan};
use rolesweep_testing as support;

use super::*;
use crate::{Bom, Changes, CsvWriter, Include};

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

fn compared(store: &Path, before: &Scan, after: &Scan) -> (Vec<(Change, String)>, ChangeCounts, String) {
    let store = Store::open_existing(store).unwrap();
    let stop = AtomicBool::new(false);
    let parameters = [before, after].map(|scan| Parameters::new(scan.started_at));
    let report = |scan, parameters| Report {
        scan,
        parameters,
        gaps: &[],
        include: Include::Flagged,
        with_risk: true,
        published_before: None,
        stop: &stop,
    };
    let (before, after) = (report(before, &parameters[0]), report(after, &parameters[1]));
    let mut found = Vec::new();
    let mut table = CsvWriter::<Changes, _>::new(Vec::new(), Bom::No).unwrap();
    let counts = compare_scans(&store, &before, &after, |role| {
        let arn = &role.changed.latest().unwrap().arn;
        found.push((role.changed.change, arn.split_once("::").unwrap().1.to_owned()));
        table.write(role).unwrap();
        Ok::<_, PipelineError>(())
    })
    .unwrap();
    (found, counts, String::from_utf8(table.finish().unwrap().0).unwrap())
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
    let (found, counts, table) = compared(&path, &before, &after);
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
    let (found, counts, _) = compared(&path, &scan, &scan);
    assert!(found.iter().all(|(change, _)| *change == Change::StillIdle));
    assert_eq!(counts.of(Change::StillIdle), 2);
}
