//! Scans on a machine whose clock `faketime` moves. The clock of the simulated AWS stays, or moves
//! too.
//!
//! Without `faketime` the tests are reported as ignored. If `CI` is `true`, that is a failure.

#![expect(clippy::unwrap_used, reason = "trials are tests")]

use std::collections::BTreeMap;
use std::process::{Command, ExitCode, Stdio};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use rolesweep_sim::{OrganizationSpec, RoleSpec};
use rolesweep_tests::{Finished, Run, Sandbox, Server, sandbox};

fn main() -> ExitCode {
    let trials = vec![
        trial("a_clock_that_is_ahead_is_refused", || refused("+100d", "100 days ahead of AWS's")),
        trial("a_clock_that_is_behind_is_refused", || refused("-120d", "120 days behind AWS's")),
        trial("a_clock_that_is_ahead_by_ten_minutes_is_refused", || {
            refused("+10m", "10 minutes ahead of AWS's")
        }),
        trial("a_clock_that_is_off_by_two_minutes_is_good_enough_and_on_record", two_minutes),
        trial("a_dry_run_refuses_a_wrong_clock_too", dry_run),
        trial("a_clock_that_is_set_right_before_the_first_answer_is_read_again", set_right),
        trial("a_machine_and_an_aws_that_move_together_agree", together),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn trial(name: &'static str, check: fn()) -> Trial {
    Trial::ignorable_test(name, move || match available() {
        Ok(()) => {
            check();
            Ok(Completion::Completed)
        }
        Err(reason) if std::env::var_os("CI").is_some_and(|value| value == "true") => {
            Err(Failed::from(format!("CI has to run this: {reason}")))
        }
        Err(reason) => Ok(Completion::ignored_with(reason)),
    })
}

/// Whether `faketime` is installed and can move a program's clock.
fn available() -> Result<(), String> {
    let ran = Command::new("faketime").args(["-f", "+1000d", "date", "+%s"]).stdin(Stdio::null()).output();
    let ran = ran.map_err(|error| format!("no usable `faketime` ({error})"))?;
    let seconds: i64 = String::from_utf8_lossy(&ran.stdout).trim().parse().unwrap_or_default();
    let moved = seconds - jiff::Timestamp::now().as_second();
    let days = 24 * 60 * 60;
    if moved > 999 * days { Ok(()) } else { Err("`faketime` does not move the clock here".to_owned()) }
}

/// The same command with its clock moved.
fn moved(run: Run, offset: &str) -> Run {
    run.through("faketime", &["-f", offset])
}

/// An organization with one account, whose roles were created and used yesterday.
fn served() -> (Server, Sandbox) {
    let now = jiff::Timestamp::now();
    let yesterday = now - jiff::SignedDuration::from_hours(24);
    let mut spec = OrganizationSpec::new(3, now);
    spec.audited("333333333333", "prod")
        .role(RoleSpec::new("app", now - jiff::SignedDuration::from_hours(24 * 700)).used(yesterday))
        .role(RoleSpec::new("newcomer", yesterday));
    (Server::serve(spec.build().unwrap()), sandbox!())
}

fn scan(server: &Server, sandbox: &Sandbox, offset: &str, arguments: &[&str]) -> Finished {
    let run = sandbox.rolesweep(["scan", "--store", "store.db"]).args(arguments).envs(server.environment());
    moved(run, offset).run()
}

fn refused(offset: &str, words: &str) {
    let (server, sandbox) = served();
    let finished = scan(&server, &sandbox, offset, &["-o", "out"]).expect_code(1);
    let said = &finished.stderr;
    assert!(
        said.contains(&format!("error: failed to trust this machine's clock: it is {words}")),
        "{finished}"
    );
    for part in
        ["cause: this machine says ", "and AWS says ", "help: set this machine's clock, best with NTP"]
    {
        assert!(said.contains(part), "{part}: {finished}");
    }
    assert!(
        !sandbox.path("out").exists() && !sandbox.path("store.db").exists(),
        "nothing is judged, nothing is kept"
    );
    assert_eq!(server.counts().operation("sts:AssumeRole").total(), 0, "no account is asked");
}

fn two_minutes() {
    let (server, sandbox) = served();
    let _ = scan(&server, &sandbox, "+2m", &["-o", "out"]).expect_code(0);
    let difference = difference(&sandbox, "out");
    assert!((115..=121).contains(&difference), "{difference}");
}

fn dry_run() {
    let (server, sandbox) = served();
    let finished = scan(&server, &sandbox, "+100d", &["--dry-run"]).expect_code(1);
    assert!(finished.stderr.contains("100 days ahead of AWS's") && finished.stdout.is_empty(), "{finished}");
}

fn together() {
    let sandbox = sandbox!();
    let run = sandbox.rolesweep(["scan", "--demo", "--store", "demo.db", "-o", "out"]);
    let _ = moved(run, "+400d").run().expect_code(0);
    assert!(difference(&sandbox, "out").abs() <= 1);
}

/// The clock is wrong until the caller's credentials are there, as on a machine that wakes up or
/// boots. The scan's start is the time of the check.
fn set_right() {
    for offset in ["+100d", "-200d"] {
        let (server, sandbox) = served();
        let environment: BTreeMap<_, _> = server.environment().into_iter().collect();
        let of = |name: &str| environment[name].clone();
        let credentials = serde_json::json!({
            "Version": 1, "AccessKeyId": of("AWS_ACCESS_KEY_ID"), "SecretAccessKey": of("AWS_SECRET_ACCESS_KEY"),
            "SessionToken": environment.get("AWS_SESSION_TOKEN"),
        });
        std::fs::write(sandbox.path("credentials.json"), credentials.to_string()).unwrap();
        let config = "[default]\ncredential_process = sh -c 'sleep 4; cat credentials.json'\n";
        std::fs::write(sandbox.path("config"), config).unwrap();
        let is_key = |name: &str| name.contains("_KEY") || name.contains("TOKEN");
        let others = environment.iter().filter(|(name, _)| !is_key(name));
        let run = sandbox.rolesweep(["scan", "--store", "store.db", "-o", "out"]).envs(others);
        let run = run
            .env("AWS_CONFIG_FILE", "config")
            .env("FAKETIME_STOP_AFTER_SECONDS", "2")
            .env("DONT_FAKE_MONOTONIC", "1");
        let _ = moved(run, offset).run().expect_code(0);
        let manifest = std::fs::read(sandbox.path("out/manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        let as_of: jiff::Timestamp = manifest["as_of"].as_str().unwrap().parse().unwrap();
        assert!(jiff::Timestamp::now().duration_since(as_of).abs().as_secs() < 300, "{offset}: {as_of}");
        assert_eq!(manifest["counts"]["roles"]["by_disposition"]["flagged"], 0, "{offset}");
    }
}

/// The clock difference in the manifest.
fn difference(sandbox: &Sandbox, folder: &str) -> i64 {
    let manifest = std::fs::read(sandbox.path(format!("{folder}/manifest.json"))).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    manifest["scan"]["clock_difference_seconds"].as_i64().unwrap_or_else(|| panic!("{manifest}"))
}
