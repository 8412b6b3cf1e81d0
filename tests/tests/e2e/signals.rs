//! Interrupted scans: what finished is kept, and the report says what did not.

use std::io::Write as _;
use std::pin::Pin;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rolesweep_sim::{Answer, CallSite, GeneratedSpec, Interfere, ServeOptions, World};
use rolesweep_tests::{Running, Server};

use crate::fixture::{AS_OF, Fixture, as_of, coverage};

const DETAILS: &str = "iam:GetAccountAuthorizationDetails";
/// Enough accounts for a signal to arrive before the end.
const ACCOUNTS: u32 = 80;

/// Delays each page of roles.
struct Slow {
    by: Duration,
}

impl Interfere for Slow {
    fn interfere(&self, call: CallSite, answer: Answer) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>> {
        Box::pin(async move {
            if call.operation == DETAILS {
                tokio::time::sleep(self.by).await;
            }
            answer
        })
    }
}

/// An organization that answers slowly.
pub(crate) fn slow(by: Duration) -> Fixture {
    slow_in(ACCOUNTS, by)
}

/// The same with this many accounts.
fn slow_in(accounts: u32, by: Duration) -> Fixture {
    let spec = GeneratedSpec { accounts, roles_per_account: 20, seed: 2, now: as_of(), role_bytes: None };
    let options = ServeOptions { interference: Some(Arc::new(Slow { by })), ..ServeOptions::default() };
    Fixture::around(Server::serve_with(World::generated(spec), options))
}

/// Starts a scan, and waits until this many pages of roles have been requested.
pub(crate) fn start(fixture: &Fixture, folder: &str, pages: u64) -> Running {
    fixture.server.reset_counts();
    let mut running = fixture.scan(&["--include", "all", "--concurrency", "2", "-o", folder]).start();
    let deadline = Instant::now() + Duration::from_secs(60);
    while fixture.server.counts().operation(DETAILS).total() < pages {
        assert!(Instant::now() < deadline && !running.has_ended(), "the scan does not come so far");
        thread::sleep(Duration::from_millis(5));
    }
    running
}

#[test]
fn the_first_signal_ends_in_a_report_that_says_so() {
    let fixture = slow(Duration::from_millis(100));
    for signal in ["INT", "TERM"] {
        let running = start(&fixture, signal, 6);
        running.signal(signal);
        let finished = running.finish().expect_code(130);
        assert!(finished.stderr.contains("error: interrupted"), "{finished}");
        let manifest = fixture.manifest(signal);
        assert_eq!(manifest["complete"], false);
        assert!(
            manifest["interrupted"].as_str().is_some_and(|reason| reason.contains("signal")),
            "{manifest}"
        );
        let accounts = coverage(&fixture.table(&format!("{signal}/accounts.csv")));
        assert_eq!(accounts.len(), ACCOUNTS as usize, "every account is accounted for");
        let count = |word: &str| accounts.values().filter(|(coverage, _)| coverage == word).count();
        assert!(count("scanned") >= 4 && count("not_reached") > 0, "{accounts:?}");
        assert_eq!(count("scanned") + count("not_reached"), ACCOUNTS as usize, "{accounts:?}");
        let rows = fixture.table(&format!("{signal}/roles.csv")).rows().len();
        assert_eq!(rows, 20 * count("scanned"), "whole accounts or none");
        // After the signal no new account was begun, besides those that were under way.
        assert!(fixture.server.counts().operation("sts:AssumeRole").total() < u64::from(ACCOUNTS));

        let again = format!("{signal}-again");
        let _ = fixture.report(&["--include", "all", "--as-of", AS_OF, "-o", &again]).run().expect_code(4);
        for file in ["roles.csv", "accounts.csv", "manifest.json"] {
            let read = |folder: &str| fixture.bytes(&format!("{folder}/{file}"));
            assert!(read(&again) == read(signal), "{file}");
        }
    }
}

#[test]
fn a_signal_while_the_last_account_is_read_takes_nothing_from_the_scan() {
    // Shorter than the grace for accounts that are under way.
    let fixture = slow_in(2, Duration::from_secs(4));
    let running = start(&fixture, "scanned", 2);
    // The names of the OUs are read meanwhile.
    thread::sleep(Duration::from_millis(1500));
    running.signal("INT");
    let finished = running.finish().expect_code(130);
    assert!(finished.stderr.contains("interrupted, after every account was read"), "{finished}");
    // No account is asked for the documents of policies that AWS manages any more.
    assert!(
        finished.stderr.contains(" --resume` reads the documents of policies that are missing"),
        "{finished}"
    );
    let manifest = fixture.manifest("scanned");
    assert_eq!(manifest["complete"], true);
    let finished = fixture.report(&["-o", "again"]).run().expect_code(0);
    assert!(!finished.stderr.contains("was not taken"), "{finished}");
    assert_eq!(fixture.manifest("again")["scan"]["id"], manifest["scan"]["id"]);
}

#[test]
fn the_second_signal_ends_it_at_once_and_the_store_is_sound() {
    // Longer than the grace for accounts that are under way.
    let fixture = slow(Duration::from_secs(120));
    let running = start(&fixture, "never", 2);
    running.signal("INT");
    running.signal("TERM");
    let finished = running.finish().expect_code(130);
    assert!(finished.stderr.contains("error: stopped at once"), "{finished}");
    assert!(!fixture.sandbox.path("never").exists(), "nobody waited for a report");
    let _ = fixture.report(&["-o", "report"]).run().expect_code(4);
    let accounts = coverage(&fixture.table("report/accounts.csv"));
    assert!(accounts.values().all(|(coverage, _)| coverage == "not_reached"), "{accounts:?}");
}

#[test]
fn the_second_signal_leaves_a_record_of_the_result() {
    let fixture = slow(Duration::from_secs(120));
    fixture.server.reset_counts();
    let running = fixture.scan(&["--summary", "json", "--log-format", "json", "-o", "never"]).start();
    let deadline = Instant::now() + Duration::from_secs(60);
    while fixture.server.counts().operation(DETAILS).total() == 0 && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(5));
    }
    running.signal("INT");
    running.signal("TERM");
    let finished = running.finish().expect_code(130);
    let printed: serde_json::Value = serde_json::from_slice(&finished.stdout).unwrap();
    assert_eq!((&printed["record"], &printed["exit"]["code"]), (&"result".into(), &130.into()), "{finished}");
    let logged: serde_json::Value = serde_json::from_str(finished.stderr.lines().last().unwrap()).unwrap();
    assert_eq!(logged, printed);
}

/// A full pipe that has no reader while the other end is held.
fn full_pipe() -> (std::io::PipeReader, std::io::PipeWriter) {
    let (reader, writer) = std::io::pipe().unwrap();
    let mut filler = writer.try_clone().unwrap();
    // Waits for space once there is none, and ends with the reader.
    thread::spawn(move || while filler.write_all(&[b'.'; 512]).is_ok() {});
    (reader, writer)
}

/// Waits for the end of a command whose stderr is not read, and ends a command that hangs.
fn code(mut child: Child) -> Option<i32> {
    let deadline = Instant::now() + Duration::from_secs(60);
    while child.try_wait().unwrap().is_none() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    child.wait().unwrap().code()
}

fn send(child: &Child, signal: &str) {
    let sent = Command::new("kill").arg(format!("-{signal}")).arg(child.id().to_string()).status();
    assert!(sent.unwrap().success(), "it ended before the signal");
}

#[test]
fn the_second_signal_ends_it_though_nobody_reads_stderr() {
    let fixture = slow(Duration::from_secs(120));
    let (_reader, writer) = full_pipe();
    let mut command = fixture.scan(&["-o", "never"]).into_command();
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(writer).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while fixture.server.counts().operation("organizations:ListAccounts").total() == 0
        && Instant::now() < deadline
    {
        thread::sleep(Duration::from_millis(5));
    }
    send(&child, "INT");
    send(&child, "TERM");
    assert_eq!(code(child), Some(130));
    assert!(!fixture.sandbox.path("never").exists());
}

#[test]
#[cfg(target_os = "linux")]
fn one_signal_ends_a_report_that_nobody_reads() {
    let fixture = Fixture::new(crate::fixture::organization());
    let _ = fixture.scan(&["-o", "scanned"]).run().expect_code(0);
    let (_reader, writer) = full_pipe();
    let running = fixture.report(&["--include", "all", "--output", "-"]).stdout(writer).start();
    let deadline = Instant::now() + Duration::from_secs(60);
    while !listens(running.id()) && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(5));
    }
    running.signal("TERM");
    let finished = running.finish().expect_code(130);
    assert!(finished.stderr.contains("error: interrupted: "), "{finished}");
}

/// Whether a process handles SIGTERM, whose number is 15.
#[cfg(target_os = "linux")]
fn listens(process: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap().trim();
    u64::from_str_radix(caught, 16).unwrap() & (1 << 14) != 0
}

#[test]
fn a_killed_scan_leaves_whole_accounts_and_a_store_that_goes_on() {
    let fixture = slow(Duration::from_millis(50));
    let running = start(&fixture, "killed", 9);
    running.signal("KILL");
    drop(running);
    assert!(!fixture.sandbox.path("killed").exists());
    let finished =
        fixture.report(&["--include", "all", "--as-of", AS_OF, "-o", "report"]).run().expect_code(4);
    let accounts = fixture.table("report/accounts.csv");
    let scanned = accounts.rows().filter(|row| row.get("coverage") == "scanned").count();
    assert_eq!(
        fixture.table("report/roles.csv").rows().len(),
        20 * scanned,
        "whole accounts or none: {finished}"
    );
    let _ = fixture.scan(&["--include", "all", "--concurrency", "16", "-o", "next"]).run().expect_code(0);
    assert_eq!(fixture.table("next/roles.csv").rows().len(), 20 * ACCOUNTS as usize);
}

#[test]
fn a_store_that_is_removed_during_the_scan_is_named_and_the_report_is_made() {
    let fixture = slow(Duration::from_millis(100));
    let running = start(&fixture, "report", 6);
    for file in ["store.db", "store.db-wal", "store.db-shm"] {
        std::fs::remove_file(fixture.sandbox.path(file)).unwrap();
    }
    running.signal("INT");
    let finished = running.finish().expect_code(130);
    assert!(finished.stderr.contains("store.db was removed by somebody else"), "{finished}");
    assert_eq!(fixture.table("report/accounts.csv").rows().len(), ACCOUNTS as usize);
}

#[test]
fn a_second_scan_on_the_same_store_is_refused_by_name_and_process() {
    let fixture = slow(Duration::from_secs(120));
    let running = start(&fixture, "first", 2);
    let finished = fixture.scan(&["-o", "second"]).run().expect_code(1);
    let process = format!("process {}", running.id());
    assert!(finished.stderr.contains("store.db") && finished.stderr.contains(&process), "{finished}");
    assert!(!fixture.sandbox.path("second").exists());
    // The lock ends with its process, however the process ends.
    drop(running);
    let quick = slow(Duration::ZERO);
    let run = fixture.sandbox.rolesweep(["scan", "--store", "store.db", "-o", "third"]);
    let _ = run.envs(quick.server.environment()).run().expect_code(0);
}

#[test]
fn a_report_during_a_scan_takes_the_one_before_and_says_who_is_running() {
    let fixture = slow(Duration::from_millis(100));
    let _ = fixture.scan(&["-o", "whole"]).run().expect_code(0);
    let whole = fixture.manifest("whole")["scan"]["id"].clone();
    let mut running = start(&fixture, "next", 6);
    let process = format!("(process {}, since 2", running.id());

    let finished = fixture.report(&["-o", "during"]).run().expect_code(0);
    assert_eq!(fixture.manifest("during")["scan"]["id"], whole);
    assert!(finished.stderr.contains(&format!("was not taken: it is still running {process}")), "{finished}");

    let list = || {
        let listed = fixture
            .sandbox
            .rolesweep(["scans", "--store", "store.db", "--format", "json"])
            .run()
            .expect_code(0);
        let first = listed.stdout.split(|&byte| byte == b'\n').next().unwrap().to_vec();
        serde_json::from_slice::<serde_json::Value>(&first).unwrap()
    };
    let newest = list();
    assert_eq!((&newest["state"], &newest["process"]), (&"running".into(), &running.id().into()));
    // It must not give advice that the lock refuses.
    let id = newest["id"].as_str().unwrap();
    let finished = fixture.report(&["--scan", id, "-o", "so-far"]).run().expect_code(4);
    assert!(finished.stderr.contains(&format!("help: the scan is still running {process}")), "{finished}");
    assert!(finished.stderr.contains("the scan has not ended"), "{finished}");
    assert!(!finished.stderr.contains("--resume"), "{finished}");

    assert!(!running.has_ended(), "all this was during the scan");
    running.signal("KILL");
    drop(running);
    assert_eq!(list()["state"], "cut_off");
    let finished = fixture.report(&["--scan", id, "-o", "killed"]).run().expect_code(4);
    assert!(finished.stderr.contains("--resume` "), "{finished}");
    let finished = fixture.report(&["-o", "after"]).run().expect_code(0);
    assert!(finished.stderr.contains("it was cut off before its end"), "{finished}");
}

#[test]
fn a_scan_whose_lock_was_removed_ends_with_an_error_and_the_other_is_whole() {
    let fixture = slow(Duration::from_millis(100));
    let running = start(&fixture, "first", 6);
    std::fs::remove_file(fixture.sandbox.path("store.db.rolesweep-lock")).unwrap();
    let _ = fixture.scan(&["--include", "all", "-o", "second"]).run().expect_code(0);
    let first = running.finish().expect_code(1);
    assert!(first.stderr.contains("somebody removed or replaced the lock of the store"), "{first}");
    assert!(!first.stderr.contains("--resume"), "the last scan is another one's by now: {first}");
    assert!(!fixture.sandbox.path("first").exists());
    let _ = fixture.report(&["--include", "all", "--as-of", AS_OF, "-o", "again"]).run().expect_code(0);
    assert!(fixture.bytes("again/roles.csv") == fixture.bytes("second/roles.csv"));
}
