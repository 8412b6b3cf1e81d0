//! Scans that are interrupted without a kill: stopped by one signal, stopped by two, or killed
//! while the report is written.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use rolesweep_model::Coverage;
use rolesweep_tests::Running;

use crate::fixture::{ACCOUNTS, Fixture, Reference};
use crate::progress::{Progress, Random};
use crate::resume::{DELAY, resume_to_the_end};
use crate::{seeds, trial};

pub(crate) fn trials() -> impl Iterator<Item = Trial> {
    seeds("interrupt::asked_to_stop", 5, 1, asked_to_stop)
        .chain(seeds("interrupt::told_to_stop", 5, 1, told_to_stop))
        .chain([trial("interrupt::killed_while_the_report_is_written", true, killed_in_the_report)])
}

/// A point between the first account and the last one. In the second half, a busy machine may begin
/// the last account before the signal arrives.
fn in_the_middle(seed: u64, reference: &Reference) -> Progress {
    let mut random = Random::new(seed);
    let calls = reference.calls / 4 + random.below(reference.calls / 4);
    Progress { calls, later: Duration::from_micros(random.below(30_000)) }
}

fn start(fixture: &Fixture, folder: &str, progress: Progress) -> Running {
    let mut running = fixture.scan(folder).start();
    assert!(progress.wait(&fixture.server, &mut running), "the scan is over before {progress:?}");
    running
}

/// SIGTERM once: accounts under way finish, a report that says so is written, and the scan can be
/// resumed.
fn asked_to_stop(seed: u64) {
    let reference = Reference::get();
    let fixture = Fixture::large(DELAY);
    let progress = in_the_middle(2000 + seed, reference);
    let running = start(&fixture, "asked", progress);
    running.signal("TERM");
    let finished = running.finish().expect_code(130);
    assert!(finished.stderr.contains("interrupted"), "{finished}");
    let report = fixture.report("asked");
    assert_eq!(report.manifest()["complete"], false, "{finished}");
    let (scan, kept) = fixture.kept().unwrap();
    assert!(scan.end.is_some_and(|end| end.interrupted.is_some()));
    // The others were not reached, or not even listed by then.
    let read = kept.values().filter(|coverage| **coverage == Coverage::Scanned).count();
    assert!(read < ACCOUNTS as usize, "{progress:?}: {finished}");
    assert!(resume_to_the_end(&fixture, reference, &format!("asked to stop at {progress:?}")) > 0);
}

/// SIGTERM twice: it ends at once, and the scan can still be resumed.
fn told_to_stop(seed: u64) {
    let reference = Reference::get();
    let fixture = Fixture::large(DELAY);
    let mut random = Random::new(3000 + seed);
    let progress = in_the_middle(3000 + seed, reference);
    let running = start(&fixture, "told", progress);
    running.signal("TERM");
    // The second signal follows sooner than the accounts under way finish, and sometimes at once.
    thread::sleep(Duration::from_millis(random.below(3) * 10));
    running.signal("TERM");
    let finished = running.finish().expect_code(130);
    assert!(
        finished.stderr.contains("interrupted") || finished.stderr.contains("stopped at once"),
        "{finished}"
    );
    assert!(resume_to_the_end(&fixture, reference, &format!("told to stop at {progress:?}")) > 0);
}

/// Killed between the last account and the report.
fn killed_in_the_report() {
    let reference = Reference::get();
    let fixture = Fixture::large(Duration::ZERO);
    let running = fixture.scan("killed").start();
    let deadline = Instant::now() + Duration::from_secs(120);
    let in_the_report = || {
        let names = fs::read_dir(fixture.sandbox.home()).unwrap();
        let staged = names.map(|entry| entry.unwrap().file_name());
        // The check before the scan stages a file too.
        staged.into_iter().any(|name| name.to_string_lossy().starts_with(".rolesweep-"))
            && fixture.server.counts().total().total() >= reference.calls
    };
    while !in_the_report() {
        assert!(Instant::now() < deadline, "there is no report");
        thread::sleep(Duration::from_millis(1));
    }
    running.signal("KILL");
    drop(running);
    assert!(!fixture.sandbox.path("killed").exists(), "the report was faster than the kill");
    let (scan, _) = fixture.kept().unwrap();
    assert!(scan.end.is_some(), "the scan's end was on record");
    assert_eq!(
        resume_to_the_end(&fixture, reference, "killed in the report"),
        crate::fixture::ACCOUNTS as usize
    );
}
