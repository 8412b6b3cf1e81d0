//! Two scans on one store at once: the second is refused, and the first does not notice.

use libtest_mimic::Trial;

use crate::moment::Moment;
use crate::resume::DELAY;
use crate::stage::{Reference, Stage};
use crate::trial;

pub(crate) fn trials() -> impl Iterator<Item = Trial> {
    [trial("contention::a_second_scan_is_refused_and_the_first_undisturbed", true, second_scan)].into_iter()
}

fn second_scan() {
    let reference = Reference::get();
    let stage = Stage::large(DELAY);
    let mut first = stage.scan("first").start();
    let moment = Moment { calls: reference.calls / 4, later: std::time::Duration::ZERO };
    assert!(moment.wait(&stage.far_end, &mut first));
    for extra in [None, Some("--resume")] {
        let refused = stage.scan("second").args(extra).run().expect_code(1);
        let process = format!("process {}", first.id());
        for word in ["store.db", &process] {
            assert!(refused.stderr.contains(word), "no `{word}`: {refused}");
        }
        assert!(!stage.sandbox.path("second").exists());
    }
    // Reading is nobody's trouble.
    let _ = stage.report_from_the_store("so-far").run().expect_code(4);
    assert!(!first.has_ended(), "the others came too late to disturb it");
    let _ = first.finish().expect_code(0);
    stage.report("first").expect_same(&reference.report, "with others on its store");
    // Whoever it was that made them, the caller's own calls come on top.
    let counts = stage.far_end.counts();
    for operation in ["sts:AssumeRole", "iam:GetAccountAuthorizationDetails"] {
        assert_eq!(counts.operation(operation).total(), u64::from(crate::stage::ACCOUNTS), "{operation}");
    }
}
