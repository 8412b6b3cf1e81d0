//! `rolesweep config init`: a configuration file to start from.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use rolesweep_tests::sandbox;

use crate::fixture::{Fixture, assert_shown, filters, organization};

const EXAMPLE: &str = include_str!("../../../config/example.toml");

#[test]
fn it_is_written_where_rolesweep_looks_for_it_and_for_this_user_alone() {
    let sandbox = sandbox!();
    let finished = sandbox.rolesweep(["config", "init"]).run().expect_code(0);
    let path = sandbox.path(".config/rolesweep/config.toml");
    assert_eq!(fs::read_to_string(&path).unwrap(), EXAMPLE);
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    assert!(finished.stdout.is_empty(), "{finished}");
    assert_shown!(filters(&sandbox), "what_init_says", finished.stderr);
    let shown = sandbox.rolesweep(["config", "show"]).run().expect_code(0);
    assert!(shown.stdout_text().contains("config.toml:"), "{shown}");

    let named = sandbox.path("named.toml");
    let run = sandbox.rolesweep(["config", "init"]).env("ROLESWEEP_CONFIG", &named);
    let finished = run.run().expect_code(0);
    assert!(named.exists() && finished.stderr.contains("`rolesweep config show`"), "{finished}");
    let flags = ["config", "init", "--config", "folder/by flag.toml"];
    let finished = sandbox.rolesweep(flags).run().expect_code(0);
    assert!(sandbox.path("folder/by flag.toml").exists(), "{finished}");
    let next = "`rolesweep config show --config 'folder/by flag.toml'`";
    assert!(finished.stderr.contains(next), "{finished}");
}

#[test]
fn it_is_printed_on_stdout_byte_for_byte() {
    let sandbox = sandbox!();
    let finished = sandbox.rolesweep(["config", "init", "--out", "-"]).run().expect_code(0);
    assert_eq!((finished.stdout_text(), finished.stderr.as_str()), (EXAMPLE, ""));
    assert!(!sandbox.path(".config").exists());
}

#[test]
fn it_replaces_nothing() {
    let sandbox = sandbox!();
    fs::write(sandbox.path("mine.toml"), "[scan]\nconcurency = 8\n").unwrap();
    fs::create_dir(sandbox.path("folder")).unwrap();
    std::os::unix::fs::symlink("nowhere", sandbox.path("link.toml")).unwrap();
    let mut shown = String::new();
    for flags in [
        ["--out", "mine.toml"],
        ["--config", "mine.toml"],
        ["--out", "folder"],
        ["--out", "link.toml"],
        ["--out", "mine.toml/below"],
    ] {
        let finished = sandbox.rolesweep(["config", "init"]).args(flags).run().expect_code(1);
        shown.push_str(&format!("$ rolesweep config init {}\n{}\n", flags.join(" "), finished.stderr));
    }
    assert_shown!(filters(&sandbox), "what_init_refuses", shown);
    assert_eq!(fs::read_to_string(sandbox.path("mine.toml")).unwrap(), "[scan]\nconcurency = 8\n");
    assert!(!sandbox.path("nowhere").exists());
    let homeless = sandbox.rolesweep(["config", "init"]).env("HOME", "").run().expect_code(1);
    assert!(homeless.stderr.contains("--out FILE"), "{homeless}");
}

#[test]
fn a_scan_with_it_is_the_same_as_one_without() {
    let fixture = Fixture::new(organization());
    let _ = fixture.scan(&["--compare-to", "none", "-o", "without"]).run().expect_code(0);
    let _ = fixture.sandbox.rolesweep(["config", "init"]).run().expect_code(0);
    // The second scan of a store has a history.
    fs::remove_file(fixture.sandbox.path("store.db")).unwrap();
    let _ = fixture.scan(&["-o", "with"]).run().expect_code(0);
    for file in ["roles.csv", "accounts.csv"] {
        let read = |folder: &str| fixture.bytes(&format!("{folder}/{file}"));
        assert_eq!(read("with"), read("without"), "{file}");
    }
}
