//! Killed at any instant, a scan goes on: the same report as an undisturbed one's, and no call for what was finished before.

use std::collections::BTreeSet;
use std::time::Duration;

use libtest_mimic::Trial;
use rolesweep_model::Coverage;
use rolesweep_tests::{Finished, Run};

use crate::moment::{Moment, Random};
use crate::seeds;
use crate::stage::{ACCOUNTS, Reference, Stage};

/// How long each answer for an account is held back: the scan then takes about two seconds.
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
    let stage = Stage::large(DELAY);
    let moment = Moment::any(&mut Random::new(16_000 + seed), reference.calls);
    kill(&stage, "killed", moment, false);
    let kept = resume_to_the_end(&stage, reference, &format!("killed at {moment:?}"));
    eprintln_kept(seed, moment, kept);
}

/// Killed, resumed, killed while resuming, until five kills are done; then resumed to the end.
fn killed_again_and_again(seed: u64) {
    let reference = Reference::get();
    let stage = Stage::large(DELAY);
    let mut random = Random::new(1000 + seed);
    for round in 1..=5 {
        stage.far_end.reset_counts();
        let before = finished(&stage);
        let resumes = stage.kept().is_some();
        // What is left takes fewer calls each time; a moment that does not come is the scan's end.
        let left = reference.calls - 2 * before.len() as u64;
        let moment = Moment::any(&mut random, left);
        kill(&stage, &format!("killed-{round}"), moment, resumes);
        let called = stage.called();
        let again: Vec<&String> = before.intersection(&called).collect();
        assert!(again.is_empty(), "round {round}, {moment:?}: called again: {again:?}");
        assert!(before.is_subset(&finished(&stage)), "round {round}, {moment:?}: an account was lost");
    }
    resume_to_the_end(&stage, reference, &format!("killed again and again, seed {seed}"));
}

/// Starts a scan, or goes on with the last one, and kills it.
fn kill(stage: &Stage, folder: &str, moment: Moment, resumes: bool) {
    let run = stage.scan(folder);
    kill_at(stage, moment, if resumes { run.args(["--resume"]) } else { run });
}

/// Runs something up to a moment, and kills it.
pub(crate) fn kill_at(stage: &Stage, moment: Moment, run: Run) {
    let mut running = run.start();
    if moment.wait(&stage.far_end, &mut running) {
        running.signal("KILL");
    }
    // Waits for its end.
    drop(running);
}

/// The accounts that have been read, and are not asked again. One that is partial is.
pub(crate) fn finished(stage: &Stage) -> BTreeSet<String> {
    let (_, finished) = stage.kept().unzip();
    finished
        .into_iter()
        .flatten()
        .filter(|(_, coverage)| *coverage == Coverage::Scanned)
        .map(|(account, _)| account)
        .collect()
}

/// Resumes what was killed, and holds the result against the undisturbed scan's. Says how many accounts had been finished.
pub(crate) fn resume_to_the_end(stage: &Stage, reference: &Reference, when: &str) -> usize {
    let killed = stage.sandbox.path("killed");
    if killed.exists() {
        // A report appears whole or not at all.
        stage.report("killed").expect_same(&reference.report, when);
    }
    let Some((scan, _)) = stage.kept() else {
        let refused = stage.scan("resumed").args(["--resume"]).run().expect_code(2);
        assert!(refused.stderr.contains("without --resume"), "{when}: {refused}");
        let _ = stage.scan("resumed").run().expect_code(0);
        stage.report("resumed").expect_same(&reference.report, when);
        return 0;
    };
    let before = finished(stage);
    stage.far_end.reset_counts();
    let resumed: Finished = stage.scan("resumed").args(["--resume"]).run().expect_code(0);
    let called = stage.called();
    let again: Vec<&String> = before.intersection(&called).collect();
    assert!(again.is_empty(), "{when}: {} accounts were called again, such as {:?}", again.len(), again[0]);
    assert_eq!(before.len() + called.len(), ACCOUNTS as usize, "{when}: {resumed}");
    stage.report("resumed").expect_same(&reference.report, when);
    let (same, _) = stage.kept().unwrap();
    assert_eq!(same.id, scan.id, "{when}: it is the same scan");
    before.len()
}

#[expect(clippy::print_stderr, reason = "a trial's figures are for whoever runs it")]
fn eprintln_kept(seed: u64, moment: Moment, kept: usize) {
    eprintln!("seed {seed}: killed {:?} after call {}, {kept} accounts finished", moment.later, moment.calls);
}
