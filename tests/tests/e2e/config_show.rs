//! `rolesweep config show`: the settings that apply, and the source of each value.

use rolesweep_tests::sandbox;

use crate::fixture::{assert_shown, filters};

const FILE: &str = r#"[scan]
role_name = "audit/Reader"
concurrency = 8
exclude_accounts = ["012345678901"]

[assess]
inactive_after = "120d"

[report]
include = "all"

[[threshold]]
name = "yearly"
reason = "audits once a year"
path = "/audit/"
inactive_after = "380d"

[[accepted_gap]]
account = "210987654321"
owner = "security@example.com"
approved_by = "ciso@example.com"
reason = "bought in October"
expires = 2027-03-31
"#;

#[test]
fn every_value_says_where_it_came_from() {
    let sandbox = sandbox!();
    std::fs::write(sandbox.path("settings.toml"), FILE).unwrap();
    let run = sandbox.rolesweep(["config", "show", "--config", "settings.toml", "--concurrency", "4"]);
    let finished = run
        .args(["--as-of", "2026-11-22", "--unused-after", "10d"])
        .env("ROLESWEEP_INACTIVE_AFTER", "100d")
        .env("ROLESWEEP_CONCURRENCY", "6")
        .env("ROLESWEEP_STORE", "facts.db")
        .env("ROLESWEEP_EXTERNAL_ID", "a-secret-id")
        .env("AWS_PROFILE", "audit")
        .run()
        .expect_code(0);
    assert_eq!(finished.stderr, "");
    assert!(!finished.stdout_text().contains("a-secret-id"));
    assert_shown!(filters(&sandbox), "settings_with_their_origins", finished.stdout_text());
}

#[test]
fn what_is_shown_can_be_used_as_a_file_and_shows_the_same() {
    let sandbox = sandbox!();
    std::fs::write(sandbox.path("settings.toml"), FILE).unwrap();
    let show = |config: &str, flags: &[&str]| {
        let run = sandbox.rolesweep(["config", "show", "--config", config]).args(flags);
        run.run().expect_code(0).stdout_text().to_owned()
    };
    // Without the origins and the comments.
    let values = |shown: &str| {
        let lines = shown.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split("  # ").next().unwrap().trim_end().to_owned()).collect::<Vec<_>>()
    };
    let first =
        show("settings.toml", &["--ou", "/A, B/\"C\" # D", "--unused-after", "36h", "--allow-partial"]);
    std::fs::write(sandbox.path("shown.toml"), &first).unwrap();
    let second = show("shown.toml", &[]);
    assert_eq!(values(&second), values(&first));
    assert!(values(&second).len() > 30, "{second}");
    assert!(!second.contains("# default"), "all of it comes from the file now: {second}");
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_a_file() {
    let sandbox = sandbox!();
    let folder = sandbox.path("config-home/rolesweep");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), "[scan]\nconcurrency = 2\n").unwrap();
    let concurrency = |environment: Option<&str>, flags: &[&str]| {
        let mut run = sandbox.rolesweep(["config", "show"]).args(flags);
        run = run.env("XDG_CONFIG_HOME", sandbox.path("config-home"));
        if let Some(value) = environment {
            run = run.env("ROLESWEEP_CONCURRENCY", value);
        }
        let finished = run.run().expect_code(0);
        let line = finished.stdout_text().lines().find(|line| line.starts_with("concurrency")).unwrap();
        line.split_whitespace().nth(2).unwrap().to_owned()
    };
    assert_eq!(concurrency(None, &[]), "2");
    assert_eq!(concurrency(Some("3"), &[]), "3");
    assert_eq!(concurrency(Some(""), &[]), "2", "an empty variable is an unset one");
    assert_eq!(concurrency(Some("3"), &["--concurrency", "4"]), "4");
}
