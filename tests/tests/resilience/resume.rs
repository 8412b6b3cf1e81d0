//! A scan that is killed at any instant can be resumed: the report equals an undisturbed one, and
//! finished accounts are not called again.

use std::collections::BTreeSet;
use std::time::Duration;

use libtest_mimic::Trial;
use rolesweep_model::Coverage;
use rolesweep_tests::{Finished, Run};

use crate::fixture::{ACCOUNTS, Fixture, Reference};
use crate::progress::{Progress, Random};
use crate::seeds;

/// The delay of each answer for an account. The scan then takes about two seconds.
pub(crate) const DELAY: Duration = Duration::from_millis(60);

pub(crate) fn trials() -> impl Iterator<Item = Trial> {
    seeds("resume::killed", 50, 3, killed).chain(seeds(
        "resume::killed_again_and_again",
        5,
        0,
        killed_again_and_again,
    ))
}

/// Killed once, then resumed to the end.
fn killed(seed: u64) {
    let reference = Reference::get();
    let fixture = Fixture::large(DELAY);
    let progress = Progress::any(&mut Random::new(16_000 + seed), reference.calls);
    kill(&fixture, "killed", progress, false);
    let kept = resume_to_the_end(&fixture, reference, &format!("killed at {progress:?}"));
    eprintln_kept(seed, progress, kept);
}

/// Killed, resumed, and killed while resuming, until it has been killed five times. Then resumed to
/// the end.
fn killed_again_and_again(seed: u64) {
    let reference = Reference::get();
    let fixture = Fixture::large(DELAY);
    let mut random = Random::new(1000 + seed);
    for round in 1..=5 {
        fixture.server.reset_counts();
        let before = finished(&fixture);
        let resumes = fixture.kept().is_some();
        // What is left takes fewer calls each time. If the point is never reached, the scan ends.
        let left = reference.calls - 2 * before.len() as u64;
        let progress = Progress::any(&mut random, left);
        kill(&fixture, &format!("killed-{round}"), progress, resumes);
        let called = fixture.called();
        let again: Vec<&String> = before.intersection(&called).collect();
        assert!(again.is_empty(), "round {round}, {progress:?}: called again: {again:?}");
        assert!(before.is_subset(&finished(&fixture)), "round {round}, {progress:?}: an account was lost");
    }
    resume_to_the_end(&fixture, reference, &format!("killed again and again, seed {seed}"));
}

/// Starts a scan, or resumes the last one, and kills it.
fn kill(fixture: &Fixture, folder: &str, progress: Progress, resumes: bool) {
    let run = fixture.scan(folder);
    kill_at(fixture, progress, if resumes { run.args(["--resume"]) } else { run });
}

/// Runs a command up to this point, and kills it.
pub(crate) fn kill_at(fixture: &Fixture, progress: Progress, run: Run) {
    let mut running = run.start();
    if progress.wait(&fixture.server, &mut running) {
        running.signal("KILL");
    }
    // Waits for its end.
    drop(running);
}

/// The accounts that have been read and are not called again. A partial account is called again.
pub(crate) fn finished(fixture: &Fixture) -> BTreeSet<String> {
    let (_, finished) = fixture.kept().unzip();
    finished
        .into_iter()
        .flatten()
        .filter(|(_, coverage)| *coverage == Coverage::Scanned)
        .map(|(account, _)| account)
        .collect()
}

/// Resumes a killed scan, and compares the result with the undisturbed scan. Gives the number of
/// accounts that were finished before.
pub(crate) fn resume_to_the_end(fixture: &Fixture, reference: &Reference, when: &str) -> usize {
    let killed = fixture.sandbox.path("killed");
    if killed.exists() {
        // A report appears whole or not at all.
        fixture.report("killed").expect_same(&reference.report, when);
    }
    let Some((scan, _)) = fixture.kept() else {
        let refused = fixture.scan("resumed").args(["--resume"]).run().expect_code(2);
        assert!(refused.stderr.contains("without --resume"), "{when}: {refused}");
        let _ = fixture.scan("resumed").run().expect_code(0);
        fixture.report("resumed").expect_same(&reference.report, when);
        return 0;
    };
    let before = finished(fixture);
    fixture.server.reset_counts();
    let resumed: Finished = fixture.scan("resumed").args(["--resume"]).run().expect_code(0);
    let called = fixture.called();
    let again: Vec<&String> = before.intersection(&called).collect();
    assert!(again.is_empty(), "{when}: {} accounts were called again, such as {:?}", again.len(), again[0]);
    assert_eq!(before.len() + called.len(), ACCOUNTS as usize, "{when}: {resumed}");
    fixture.report("resumed").expect_same(&reference.report, when);
    let (same, _) = fixture.kept().unwrap();
    assert_eq!(same.id, scan.id, "{when}: it is the same scan");
    before.len()
}

#[expect(clippy::print_stderr, reason = "a trial's figures are for whoever runs it")]
fn eprintln_kept(seed: u64, progress: Progress, kept: usize) {
    eprintln!(
        "seed {seed}: killed {:?} after call {}, {kept} accounts finished",
        progress.later, progress.calls
    );
}
