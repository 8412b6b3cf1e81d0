//! Bad input of every kind: a clear error that names the remedy, and nothing half-written.

mod credentials;
mod organization;
mod places;
mod values;

use rolesweep_tests::Run;

use crate::fixture::{Fixture, from};

/// Runs a command that has to be refused with this exit code, and gives its error. Nothing in the home folder may have
/// changed, and nothing may have come to stdout.
#[track_caller]
fn refused(fixture: &Fixture, run: Run, code: i32) -> String {
    // A lock's file holds the number of the last process that had it.
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

/// The same where AWS has to be asked first, and the store is open by then: it may be there, and holds no scan of it.
#[track_caller]
fn refused_without_a_trace(fixture: &Fixture, run: Run, code: i32) -> String {
    let finished = run.run().expect_code(code);
    assert!(finished.stdout.is_empty(), "stdout is for data: {finished}");
    assert!(!fixture.sandbox.path("report").exists(), "{finished}");
    let empty = fixture.report(&["-o", "of-nothing"]).run().expect_code(1);
    assert!(empty.stderr.contains("failed to find a scan"), "{empty}");
    from(&finished.stderr, "error: ").to_owned()
}

/// The same, and found out before the first call to AWS.
#[track_caller]
fn refused_before_the_first_call(fixture: &Fixture, run: Run, code: i32) -> String {
    fixture.server.reset_counts();
    let said = refused(fixture, run, code);
    assert_eq!(fixture.server.counts().total().total(), 0, "AWS was called: {:?}", fixture.server.counts());
    said
}
