//! `rolesweep scans prune`.

use std::fs;
use std::time::Duration;

use rolesweep_tests::{Finished, Run};
use serde_json::Value;

use crate::fixture::{Fixture, organization};
use crate::signals::{slow, start};

fn prune(fixture: &Fixture, flags: &[&str]) -> Run {
    fixture.sandbox.rolesweep(["scans", "prune", "--store", "store.db"]).args(flags)
}

/// A sandbox with this many scans, and their ids.
fn scanned(times: usize) -> (Fixture, Vec<String>) {
    let fixture = Fixture::new(organization());
    let ids = (0..times).map(|number| {
        let folder = format!("scan-{number}");
        let _ = fixture.scan(&["-o", &folder]).run().expect_code(0);
        fixture.manifest(&folder)["scan"]["id"].as_str().unwrap().to_owned()
    });
    let ids = ids.collect();
    (fixture, ids)
}

/// The scans as JSON, the newest first.
fn listed(fixture: &Fixture) -> Vec<Value> {
    let run = fixture.sandbox.rolesweep(["scans", "--store", "store.db", "--format", "json"]);
    let listed = run.run().expect_code(0);
    listed.stdout_text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn words(finished: &Finished) -> Vec<Vec<&str>> {
    finished.stdout_text().lines().map(|line| line.split_whitespace().take(2).collect()).collect()
}

#[test]
fn nothing_is_removed_before_somebody_said_yes() {
    let (fixture, ids) = scanned(3);
    let before = fixture.bytes("store.db");
    let planned = prune(&fixture, &["--keep-last", "1"]).run().expect_code(0);
    assert_eq!(words(&planned), [["keep", "3"], ["remove", "2"], ["remove", "1"]]);
    assert!(planned.stderr.contains("with `--yes` removes 2 scans"), "{planned}");
    let _ = prune(&fixture, &["--keep-last", "1", "--dry-run"]).run().expect_code(0);
    assert!(before == fixture.bytes("store.db") && listed(&fixture).len() == ids.len());

    let all = prune(&fixture, &["--keep-last", "3", "--yes"]).run().expect_code(0);
    assert!(all.stderr.contains("every scan stays"), "{all}");
    let refused = prune(&fixture, &["--yes"]).run().expect_code(2);
    assert!(refused.stderr.contains("nothing says which scans to keep"), "{refused}");
    let _ = prune(&fixture, &["--keep-last", "0"]).run().expect_code(2);
    let _ = prune(&fixture, &["--keep-last", "1", "--yes", "--dry-run"]).run().expect_code(2);
}

#[test]
fn a_removed_scan_is_in_the_trend_and_nothing_reports_on_it() {
    let (fixture, ids) = scanned(3);
    let done = prune(&fixture, &["--keep-monthly", "1", "--yes"]).run().expect_code(0);
    assert!(done.stderr.contains("removed 2 scans, and the store is "), "{done}");
    assert!(!done.stderr.contains(" 0 kB smaller"), "{done}");

    let rows = listed(&fixture);
    let states: Vec<&str> = rows.iter().map(|row| row["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["finished", "removed", "removed"]);
    for row in &rows {
        assert_eq!((&row["findings"], &row["completeness"]), (&4.into(), &"yes".into()), "{row}");
        assert_eq!(row["coverage"]["scanned"], 5, "{row}");
    }
    assert_eq!(rows[0]["findings_more"], 0);
    for command in [
        &["report", "--scan", &ids[0]][..],
        &["explain", "batch", "--scan", &ids[0]],
        &["diff", "--from", &ids[0]],
    ] {
        let refused = fixture.sandbox.rolesweep(command).args(["--store", "store.db"]).run().expect_code(2);
        let text = format!("the scan {} of ", ids[0]);
        assert!(refused.stderr.contains(&text), "{command:?}: {refused}");
        assert!(refused.stderr.contains("`rolesweep scans prune` removed its facts at 2"), "{refused}");
    }
    let _ = fixture.report(&["-o", "newest"]).run().expect_code(0);
    // The numbers go on.
    let _ = fixture.scan(&["-o", "fourth"]).run().expect_code(0);
    assert_eq!(listed(&fixture)[0]["number"], 4);

    let table = fixture.sandbox.rolesweep(["scans", "--store", "store.db"]).run().expect_code(0);
    let table = table.stdout_text();
    assert!(table.contains("its facts were removed at 2"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
}

#[test]
fn a_kill_at_any_moment_leaves_whole_scans_and_the_next_run_finishes() {
    let (fixture, _) = scanned(4);
    let whole = fixture.bytes("store.db");
    let flags = ["--keep-last", "1", "--yes"];
    for millis in [0, 3, 6, 10, 15, 25, 40] {
        fixture.write("store.db", &whole);
        for leftover in ["store.db-wal", "store.db-shm"] {
            let _ = fs::remove_file(fixture.sandbox.path(leftover));
        }
        let running = prune(&fixture, &flags).start();
        std::thread::sleep(Duration::from_millis(millis));
        running.signal("KILL");
        drop(running);
        for row in listed(&fixture) {
            if row["state"] == "finished" {
                let folder = format!("after-{millis}-{}", row["number"]);
                let _ = fixture
                    .report(&["--scan", row["id"].as_str().unwrap(), "-o", &folder])
                    .run()
                    .expect_code(0);
                assert_eq!(fixture.manifest(&folder)["counts"]["roles"]["by_disposition"]["flagged"], 4);
            } else {
                assert_eq!(row["state"], "removed", "{row}");
            }
        }
        let _ = prune(&fixture, &flags).run().expect_code(0);
        let states = listed(&fixture).iter().filter(|row| row["state"] == "removed").count();
        assert_eq!(states, 3, "{millis}");
    }
}

#[test]
fn no_scan_is_removed_while_another_process_writes() {
    let fixture = slow(Duration::from_millis(30));
    for folder in ["first", "second"] {
        let _ = fixture.scan(&["-o", folder]).run().expect_code(0);
    }
    let mut running = start(&fixture, "running", 6);
    let refused = prune(&fixture, &["--keep-last", "1", "--yes"]).run().expect_code(1);
    assert!(refused.stderr.contains("(process "), "{refused}");
    // The plan needs no lock, and keeps the scan that is running.
    let planned = prune(&fixture, &["--keep-last", "1"]).run().expect_code(0);
    assert_eq!(words(&planned), [["keep", "3"], ["keep", "2"], ["remove", "1"]]);
    assert!(!running.has_ended(), "all this was during the scan");
    running.signal("KILL");
}
