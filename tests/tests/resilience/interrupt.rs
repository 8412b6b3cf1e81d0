//! Interrupted in other ways than by a kill: asked to stop, told to stop, killed while the report is written.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use rolesweep_model::Coverage;
use rolesweep_tests::Running;

use crate::moment::{Moment, Random};
use crate::resume::{DELAY, resume_to_the_end};
use crate::stage::{ACCOUNTS, Reference, Stage};
use crate::{seeds, trial};

pub(crate) fn trials() -> impl Iterator<Item = Trial> {
    seeds("interrupt::asked_to_stop", 5, 1, asked_to_stop)
        .chain(seeds("interrupt::told_to_stop", 5, 1, told_to_stop))
        .chain([trial("interrupt::killed_while_the_report_is_written", true, killed_in_the_report)])
}

/// A moment between the first account and the last one. In the second half, a machine that is busy otherwise may begin the last account before
/// the signal is there.
fn in_the_middle(seed: u64, reference: &Reference) -> Moment {
    let mut random = Random::new(seed);
    let calls = reference.calls / 4 + random.below(reference.calls / 4);
    Moment { calls, later: Duration::from_micros(random.below(30_000)) }
}

fn start(stage: &Stage, folder: &str, moment: Moment) -> Running {
    let mut running = stage.scan(folder).start();
    assert!(moment.wait(&stage.far_end, &mut running), "the scan is over before {moment:?}");
    running
}

/// SIGTERM once: those under way end, a report that says so is written, and the scan goes on later.
fn asked_to_stop(seed: u64) {
    let reference = Reference::get();
    let stage = Stage::large(DELAY);
    let moment = in_the_middle(2000 + seed, reference);
    let running = start(&stage, "asked", moment);
    running.signal("TERM");
    let finished = running.finish().expect_code(130);
    assert!(finished.stderr.contains("interrupted"), "{finished}");
    let report = stage.report("asked");
    assert_eq!(report.manifest()["complete"], false, "{finished}");
    let (scan, kept) = stage.kept().unwrap();
    assert!(scan.end.is_some_and(|end| end.interrupted.is_some()));
    // The others were not reached, or not even listed by then.
    let read = kept.values().filter(|coverage| **coverage == Coverage::Scanned).count();
    assert!(read < ACCOUNTS as usize, "{moment:?}: {finished}");
    assert!(resume_to_the_end(&stage, reference, &format!("asked to stop at {moment:?}")) > 0);
}

/// SIGTERM twice: out at once, and the scan goes on later all the same.
fn told_to_stop(seed: u64) {
    let reference = Reference::get();
    let stage = Stage::large(DELAY);
    let mut random = Random::new(3000 + seed);
    let moment = in_the_middle(3000 + seed, reference);
    let running = start(&stage, "told", moment);
    running.signal("TERM");
    // Behind the first one by less than the accounts under way take, and sometimes by nothing.
    thread::sleep(Duration::from_millis(random.below(3) * 10));
    running.signal("TERM");
    let finished = running.finish().expect_code(130);
    assert!(
        finished.stderr.contains("interrupted") || finished.stderr.contains("stopped at once"),
        "{finished}"
    );
    assert!(resume_to_the_end(&stage, reference, &format!("told to stop at {moment:?}")) > 0);
}

/// Killed between the last account and the report.
fn killed_in_the_report() {
    let reference = Reference::get();
    let stage = Stage::large(Duration::ZERO);
    let running = stage.scan("killed").start();
    let deadline = Instant::now() + Duration::from_secs(120);
    let in_the_report = || {
        let names = fs::read_dir(stage.sandbox.home()).unwrap();
        let staged = names.map(|entry| entry.unwrap().file_name());
        // The check before the scan stages something too.
        staged.into_iter().any(|name| name.to_string_lossy().starts_with(".rolesweep-"))
            && stage.far_end.counts().total().total() >= reference.calls
    };
    while !in_the_report() {
        assert!(Instant::now() < deadline, "there is no report");
        thread::sleep(Duration::from_millis(1));
    }
    running.signal("KILL");
    drop(running);
    assert!(!stage.sandbox.path("killed").exists(), "the report was faster than the kill");
    let (scan, _) = stage.kept().unwrap();
    assert!(scan.end.is_some(), "the scan's end was on record");
    assert_eq!(resume_to_the_end(&stage, reference, "killed in the report"), crate::stage::ACCOUNTS as usize);
}
