//! Limits of the operating system: open files, threads, memory, stdout. Each ends in a message that
//! says what to raise, and never in a panic or an endless wait.

use std::fs::OpenOptions;
use std::process::Command;

use rolesweep_sim::{GeneratedSpec, World};
use rolesweep_tests::Finished;

use crate::fixture::{AS_OF, Fixture, as_of, assert_shown, organization};

/// An organization of many small accounts.
fn many() -> Fixture {
    let spec = GeneratedSpec { accounts: 120, roles_per_account: 3, seed: 4, now: as_of(), role_bytes: None };
    Fixture::of(World::generated(spec))
}

/// Checks that the error says what happened and what to do, and nothing about the implementation.
#[track_caller]
fn assert_named(finished: &Finished, remedy: &str) {
    let said = &finished.stderr;
    assert!(said.contains("error: failed to ") && said.contains("\n  help: "), "{finished}");
    assert!(
        said.contains(remedy) && !said.contains("panicked") && !said.contains("no permission"),
        "{finished}"
    );
}

#[test]
fn few_open_files_mean_fewer_accounts_at_a_time_and_a_whole_report() {
    let fixture = many();
    for limit in [256, 64, 50] {
        let folder = format!("report-{limit}");
        let run = fixture.scan(&["--concurrency", "256", "-o", &folder]);
        let finished = run.after(&format!("ulimit -n {limit}")).run().expect_code(0);
        let warning = finished.stderr.split_once("warning: reading ").map_or("", |(_, warning)| warning);
        let (at_a_time, of) = warning.split_once(" account").unwrap_or_default();
        // The program that runs the tests may have left files open.
        let at_a_time: usize = at_a_time.parse().unwrap_or_default();
        assert!((1..=(limit - 40) / 3).contains(&at_a_time), "{finished}");
        assert!(of.contains(&format!("not 256: the limit on open files is {limit}\n  help: ")), "{finished}");
        assert_eq!(fixture.table(&format!("{folder}/accounts.csv")).rows().len(), 120, "{finished}");
    }
}

#[test]
fn a_soft_limit_on_open_files_is_raised() {
    let fixture = many();
    let run = fixture.scan(&["--concurrency", "128", "-o", "report"]).after("ulimit -Sn 64");
    let finished = run.run().expect_code(0);
    assert!(!finished.stderr.contains("open files"), "{finished}");
}

#[test]
fn too_few_open_files_are_reported_at_any_point() {
    let fixture = Fixture::new(organization());
    let _ = fixture.scan(&["-o", "before"]).run().expect_code(0);
    let run = fixture.scan(&["-o", "refused"]).after("ulimit -n 32");
    let finished = run.run().expect_code(1);
    assert_named(&finished, "`ulimit -n 4096` in a shell");
    assert!(finished.stderr.contains("it needs at least 43"), "{finished}");
    fixture.write(".config/rolesweep/config.toml", "");
    for limit in 4..40 {
        let folder = format!("report-{limit}");
        let run = fixture.report(&["--as-of", AS_OF, "-o", &folder]).after(&format!("ulimit -n {limit}"));
        let finished = run.run();
        match finished.code {
            Some(0) => assert_eq!(fixture.table(&format!("{folder}/accounts.csv")).rows().len(), 6),
            Some(1 | 2) => {
                assert!(
                    finished.stderr.contains("ulimit -n") && !finished.stderr.contains("panicked"),
                    "{limit}: {finished}"
                );
                assert!(!finished.stderr.contains("no permission"), "{limit}: {finished}");
                assert!(!fixture.sandbox.path(&folder).exists(), "{limit}: {finished}");
            }
            _ => panic!("{limit}: {finished}"),
        }
    }
    let _ = fixture.report(&["-o", "report"]).after("ulimit -n 48").run().expect_code(0);
}

/// A stack that no address space can hold, so that the system refuses every thread, even to root.
const NO_THREADS: (&str, &str) = ("RUST_MIN_STACK", "70368744177664");

#[test]
fn a_system_without_threads_is_said() {
    let fixture = Fixture::new(organization());
    let _ = fixture.scan(&["-o", "before"]).run().expect_code(0);
    let before = fixture.contents();
    let refused =
        |run: rolesweep_tests::Run| assert_named(&run.envs([NO_THREADS]).run().expect_code(1), "`ulimit -u`");
    refused(fixture.scan(&["-o", "refused"]));
    refused(fixture.scan(&["--dry-run"]));
    refused(fixture.scan(&["--check"]));
    refused(fixture.scan(&["--demo", "-o", "refused"]));
    refused(fixture.report(&["-o", "refused"]));
    assert_eq!(fixture.contents().keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
}

/// An unused user id, so that it has no other process.
const NOBODY: &str = "--reuid=54321 --regid=54321 --clear-groups";

#[test]
#[cfg(target_os = "linux")]
#[expect(clippy::print_stderr, reason = "a skip is said by name")]
fn few_threads_end_a_scan_in_order_or_are_enough() {
    use std::os::unix::fs::PermissionsExt as _;
    let fixture = Fixture::new(organization());
    let program = fixture.scan(&[]).into_command().get_program().to_owned();
    let mut as_nobody = Command::new("setpriv");
    let can_run = as_nobody.args(NOBODY.split(' ')).arg("test").arg("-x").arg(program).status();
    if !can_run.is_ok_and(|status| status.success()) {
        // Only root can change the user, and root itself has no limit on threads.
        eprintln!(
            "skipped few_threads_end_a_scan_in_order_or_are_enough: it needs root, setpriv, and a program that everybody may run"
        );
        return;
    }
    let home = std::fs::Permissions::from_mode(0o777);
    std::fs::set_permissions(fixture.sandbox.home(), home).unwrap();
    let mut enough = 0;
    // The last one is enough on any machine, because a runtime has a thread for each core.
    let most = 40 + 4 * std::thread::available_parallelism().map_or(1, usize::from);
    for limit in (1..40).chain([most]) {
        let (store, folder) = (format!("{limit}.db"), format!("report-{limit}"));
        let run = fixture.bare_scan(&["--as-of", AS_OF, "--store", &store, "-o", &folder]);
        let nobody = format!(
            "set -- setpriv {NOBODY} sh -c 'ulimit -u {limit} 2>/dev/null || ulimit -p {limit}; exec \"$@\"' sh \"$@\""
        );
        let finished = run.after(&nobody).run();
        match finished.code {
            Some(0) => enough += 1,
            Some(1) => assert_named(&finished, "`ulimit -u`"),
            _ => panic!("{limit}: {finished}"),
        }
    }
    assert!((1..40).contains(&enough), "{enough}");
}

#[test]
#[cfg(target_os = "linux")]
fn little_memory_is_said_before_anything_is_begun() {
    let fixture = Fixture::new(organization());
    let finished = fixture.scan(&["-o", "refused"]).after("ulimit -v 300000").run().expect_code(1);
    assert_shown!(fixture.filters(), "little_memory", finished.stderr);
    let _ = fixture.scan(&["-o", "before"]).run().expect_code(0);
    let finished = fixture.report(&["-o", "refused"]).after("ulimit -v 200000").run().expect_code(1);
    assert_named(&finished, "`ulimit -v unlimited`");
    assert!(!fixture.sandbox.path("refused").exists());
}

#[test]
fn data_for_a_closed_stdout_is_refused_before_the_work() {
    let fixture = Fixture::new(organization());
    let closed = "exec >&-";
    let finished = fixture.scan(&["--output", "-"]).after(closed).run().expect_code(1);
    assert_shown!(fixture.filters(), "a_closed_stdout", finished.stderr);
    assert_eq!(fixture.server.counts().total().total(), 0, "nothing was asked");
    let _ = fixture.scan(&["-o", "report"]).after(closed).run().expect_code(0);
    let _ = fixture.report(&["-o", "again"]).after("exec >&- 2>&- <&-").run().expect_code(0);
    for words in [
        &["report", "--store", "store.db", "--output", "-"] as &[_],
        &["scan", "--demo", "--dry-run"],
        &["scan", "--demo", "--check"],
        &["setup"],
        &["completions", "zsh"],
        &["config", "show"],
        &["man"],
    ] {
        let finished = fixture.sandbox.rolesweep(words).after(closed).run().expect_code(1);
        assert_named(&finished, "> FILE");
        let dropped = OpenOptions::new().write(true).open("/dev/null").unwrap();
        let _ = fixture.sandbox.rolesweep(words).stdout(dropped).run().expect_code(0);
    }
    // Programs request the version to check that rolesweep exists, and drop the output in a way
    // that looks the same.
    let dropped = OpenOptions::new().read(true).write(true).open("/dev/null").unwrap();
    let _ = fixture.sandbox.rolesweep(["--version"]).stdout(dropped).run().expect_code(0);
}

#[test]
#[cfg(target_os = "linux")]
fn help_that_finds_no_room_is_said() {
    let fixture = Fixture::new(organization());
    for words in [["--help"], ["--version"]] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let finished = fixture.sandbox.rolesweep(words).stdout(full).run().expect_code(1);
        assert_named(&finished, "free some space");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_process_leaves_no_core_file() {
    let fixture = crate::signals::slow(std::time::Duration::from_secs(120));
    let run = fixture
        .scan(&["--concurrency", "2", "-o", "never"])
        .after("ulimit -c unlimited 2>/dev/null || ulimit -c");
    let running = run.start();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while fixture.server.counts().total().total() == 0 && std::time::Instant::now() < deadline {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", running.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
}
