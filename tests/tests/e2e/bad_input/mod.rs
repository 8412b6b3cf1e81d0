//! Invalid input of every kind gives a clear error that names the remedy, and leaves nothing
//! half-written.

mod credentials;
mod organization;
mod places;
mod values;

use rolesweep_tests::Run;

use crate::fixture::{Fixture, from};

/// Runs a command that has to be refused with this exit code, and gives its error. The home folder
/// must be unchanged, and stdout empty.
#[track_caller]
fn refused(fixture: &Fixture, run: Run, code: i32) -> String {
    // A lock's file contains the id of the last process that had it.
    let contents = || {
        let mut contents = fixture.contents();
        contents.retain(|path, _| path.extension().is_none_or(|extension| extension != "rolesweep-lock"));
        contents
    };
    let before = contents();
    let finished = run.run().expect_code(code);
    let after = contents();
    let changed: Vec<_> = after.iter().filter(|(path, bytes)| before.get(*path) != Some(*bytes)).collect();
    assert!(
        changed.is_empty(),
        "something was written: {:?} by {finished}",
        changed.iter().map(|(path, _)| path).collect::<Vec<_>>()
    );
    assert_eq!(before.len(), after.len(), "something went away: {finished}");
    assert!(finished.stdout.is_empty(), "stdout is for data: {finished}");
    from(&finished.stderr, "error: ").to_owned()
}

/// The same if AWS has to be called first. The store is open by then, so it may exist, but contains
/// no scan from this run.
#[track_caller]
fn refused_without_a_trace(fixture: &Fixture, run: Run, code: i32) -> String {
    let finished = run.run().expect_code(code);
    assert!(finished.stdout.is_empty(), "stdout is for data: {finished}");
    assert!(!fixture.sandbox.path("report").exists(), "{finished}");
    let empty = fixture.report(&["-o", "of-nothing"]).run().expect_code(1);
    assert!(empty.stderr.contains("failed to find a scan"), "{empty}");
    from(&finished.stderr, "error: ").to_owned()
}

/// The same, and it is found before the first call to AWS.
#[track_caller]
fn refused_before_the_first_call(fixture: &Fixture, run: Run, code: i32) -> String {
    fixture.server.reset_counts();
    let said = refused(fixture, run, code);
    assert_eq!(fixture.server.counts().total().total(), 0, "AWS was called: {:?}", fixture.server.counts());
    said
}
