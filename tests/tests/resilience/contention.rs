//! Two concurrent scans on one store: the second is refused, and the first is not affected.

use libtest_mimic::Trial;

use crate::fixture::{Fixture, Reference};
use crate::progress::Progress;
use crate::resume::DELAY;
use crate::trial;

pub(crate) fn trials() -> impl Iterator<Item = Trial> {
    [trial("contention::a_second_scan_is_refused_and_the_first_undisturbed", true, second_scan)].into_iter()
}

fn second_scan() {
    let reference = Reference::get();
    let fixture = Fixture::large(DELAY);
    let mut first = fixture.scan("first").start();
    let progress = Progress { calls: reference.calls / 4, later: std::time::Duration::ZERO };
    assert!(progress.wait(&fixture.server, &mut first));
    for extra in [None, Some("--resume")] {
        let refused = fixture.scan("second").args(extra).run().expect_code(1);
        let process = format!("process {}", first.id());
        for word in ["store.db", &process] {
            assert!(refused.stderr.contains(word), "no `{word}`: {refused}");
        }
        assert!(!fixture.sandbox.path("second").exists());
    }
    // Reading disturbs nobody.
    let _ = fixture.report_from_the_store("so-far").run().expect_code(4);
    assert!(!first.has_ended(), "the others came too late to disturb it");
    let _ = first.finish().expect_code(0);
    fixture.report("first").expect_same(&reference.report, "with others on its store");
    // Either scan may have made them. The caller's own calls are added.
    let counts = fixture.server.counts();
    for operation in ["sts:AssumeRole", "iam:GetAccountAuthorizationDetails"] {
        assert_eq!(counts.operation(operation).total(), u64::from(crate::fixture::ACCOUNTS), "{operation}");
    }
}
