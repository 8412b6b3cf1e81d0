//! The caller's own credentials expire during a scan.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use jiff::SignedDuration;
use libtest_mimic::Trial;
use rolesweep_model::Coverage;
use rolesweep_sim::{CallerSpec, Credentials, OrganizationSpec, RoleSpec, ServeOptions, World};

use crate::fixture::{Fixture, as_of, delayed};
use crate::progress::Random;
use crate::{seeds, trial};

/// How many accounts the organization has besides its first two: seven pages of `ListAccounts`.
const ACCOUNTS: u32 = 120;

/// The caller whose credentials expire.
const TIRED: &str = "tired";

pub(crate) fn trials() -> impl Iterator<Item = Trial> {
    let renewed = trial("expiry::a_source_that_has_new_ones_is_asked_again", true, asked_again);
    seeds("expiry::the_callers_credentials_run_out", 20, 1, run_out).chain([renewed])
}

/// An organization with a caller whose credentials are valid for this many calls.
fn world(calls: u64) -> World {
    let mut spec = OrganizationSpec::new(21, as_of());
    let unit = spec.unit("Workloads", None);
    let fresh = spec.callers[0].clone();
    spec.callers.push(CallerSpec { name: TIRED.to_owned(), calls: Some(calls), ..fresh });
    for number in 0..ACCOUNTS {
        let used = as_of() - SignedDuration::from_hours(24 * i64::from(number));
        let created = as_of() - SignedDuration::from_hours(24 * 900);
        spec.audited(
            &format!("{:012}", 400_000_000_000_u64 + u64::from(number) * 7),
            &format!("team-{number}"),
        )
        .in_unit(&unit)
        .role(RoleSpec::new("app", created).used(used))
        .role(RoleSpec::new("legacy", created));
    }
    spec.build().unwrap()
}

fn run_out(seed: u64) {
    let undisturbed = Fixture::around(world(1), ServeOptions::default());
    let _ = undisturbed.scan("report").run().expect_code(0);
    let counts = undisturbed.server.counts();
    let by_the_caller = counts
        .iter()
        .filter(|(operation, _, _)| !operation.starts_with("iam:"))
        .map(|(_, _, tally)| tally.total())
        .sum::<u64>();
    let reference = undisturbed.report("report");

    // After the first page of accounts, because without it there is no scan to resume, and before
    // the last call.
    let first = 8;
    let good_for = first + Random::new(4000 + seed).below(by_the_caller - first);
    let fixture = Fixture::around(world(good_for), delayed(Duration::from_millis(20)));
    let when = format!("good for {good_for} calls of {by_the_caller}");
    let stopped = fixture.scan_as(TIRED, "stopped").run();
    assert_eq!(fixture.report("stopped").manifest()["complete"], false, "{when}");
    let (scan, kept) = fixture.kept().unwrap();
    assert!(scan.end.is_some(), "{when}: it ended as it should");
    let of = |wanted: Coverage| -> BTreeSet<String> {
        kept.iter().filter(|(_, coverage)| **coverage == wanted).map(|(id, _)| id.clone()).collect()
    };
    let (read, left) = (of(Coverage::Scanned), of(Coverage::NotReached));
    // The OUs are read at the same time. On a busy machine they may take all calls that are left.
    let stopped = stopped.expect_code(if read.is_empty() { 1 } else { 4 });
    for words in ["credentials", "resume"] {
        assert!(stopped.stderr.contains(words), "{when}: no `{words}`: {stopped}");
    }
    assert_eq!(read.len() + left.len(), kept.len(), "{when}: nobody else is to blame: {kept:?}");
    let assumed = fixture.server.counts().operation("sts:AssumeRole").ok;
    assert_eq!(read.len() as u64, assumed, "{when}: whoever was let in was read: {stopped}");

    fixture.server.reset_counts();
    let _ = fixture.scan("resumed").args(["--resume"]).run().expect_code(0);
    let called = fixture.called();
    assert!(read.is_disjoint(&called), "{when}: what was read before was called again");
    assert_eq!(read.len() + called.len(), ACCOUNTS as usize + 2, "{when}");
    fixture.report("resumed").expect_same(&reference, &when);
}

/// If the source has new credentials before the old ones expire, the scan continues.
fn asked_again() {
    // Fewer calls than the scan makes, and more than can be under way before the source is asked
    // again.
    const GOOD_FOR: u64 = 100;
    let fixture = Fixture::around(world(GOOD_FOR), delayed(Duration::from_millis(20)));
    let good = fixture.server.caller();
    let tired = fixture.server.named_caller(TIRED).unwrap();
    let printed = |credentials: &Credentials| {
        format!(
            r#"{{"Version":1,"AccessKeyId":"{}","SecretAccessKey":"{}","SessionToken":"{}","Expiration":"'"$now"'"}}"#,
            credentials.access_key_id,
            credentials.secret_access_key,
            credentials.session_token.as_deref().unwrap(),
        )
    };
    // The printed credentials claim to expire at once.
    let script = format!(
        "now=$(date -u +%Y-%m-%dT%H:%M:%SZ)\necho x >> asked\nif [ $(wc -l < asked) -le 2 ]; then echo '{}'; else echo '{}'; fi\n",
        printed(&tired),
        printed(&good)
    );
    let home = fixture.sandbox.home();
    fs::write(home.join("credentials.sh"), script).unwrap();
    fs::create_dir(home.join(".aws")).unwrap();
    fs::write(home.join(".aws/config"), "[default]\ncredential_process = sh credentials.sh\n").unwrap();
    let finished = fixture.scan_from_files("report").run().expect_code(0);
    let asked = fs::read_to_string(home.join("asked")).unwrap().lines().count();
    assert!(asked > 2, "asked {asked} times: {finished}");
    assert_eq!(fixture.server.counts().total().refused, 0, "{finished}");
    let counts = fixture.server.counts();
    assert!(counts.operation("sts:AssumeRole").ok > GOOD_FOR, "the first ones would not have done");
    assert_eq!(fixture.report("report").manifest()["complete"], true, "{finished}");
}
