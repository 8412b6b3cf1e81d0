//! The demo's own configuration: it applies to the demo's scans, wherever their store is.

use rolesweep_tests::sandbox;

#[test]
fn a_store_of_the_demo_is_reported_on_with_the_demos_configuration() {
    let sandbox = sandbox!();
    let _ = sandbox.rolesweep(["scan", "--demo", "--store", "s.db", "-o", "scanned"]).run().expect_code(0);
    std::fs::write(sandbox.path("own.toml"), "").unwrap();
    let report = |name: &str, flags: &[&str]| {
        sandbox.rolesweep(["report", "--store", "s.db", "--include", "all", "-o", name]).args(flags)
    };
    let note = "note: the scans in this store come from the demo, so the demo's own configuration applies";
    let finished = report("again", &[]).run().expect_code(0);
    assert!(
        finished.stderr.contains(note) && finished.stderr.contains("complete with 5 accepted gaps"),
        "{finished}"
    );
    let named = report("named", &["--config", "own.toml"]).run().expect_code(4);
    assert!(!named.stderr.contains(note), "{named}");
    // The user's own file names the store.
    let folder = sandbox.path("home-config/rolesweep");
    std::fs::create_dir_all(&folder).unwrap();
    let store = sandbox.path("s.db");
    std::fs::write(folder.join("config.toml"), format!("[store]\npath = \"{}\"\n", store.display())).unwrap();
    let run = sandbox.rolesweep(["report", "-o", "own"]).env("XDG_CONFIG_HOME", sandbox.path("home-config"));
    let finished = run.run().expect_code(0);
    assert!(finished.stderr.contains(note), "{finished}");
    let listed = sandbox.rolesweep(["scans", "--store", "s.db"]).run().expect_code(0);
    // They were published with the demo's configuration.
    assert!(listed.stdout_text().contains("with accepted gaps") && !listed.stderr.contains(note), "{listed}");
}

#[test]
fn the_demo_says_that_the_users_own_configuration_does_not_apply() {
    let sandbox = sandbox!();
    let folder = sandbox.path("own config/rolesweep");
    std::fs::create_dir_all(&folder).unwrap();
    let note = "note: the demo uses its own configuration; `--config '";
    let scan = |name: &str| {
        let run = sandbox.rolesweep(["scan", "--demo", "--store", "s.db", "-o", name]);
        run.env("XDG_CONFIG_HOME", sandbox.path("own config"))
    };
    let without = scan("without").run().expect_code(0);
    assert!(!without.stderr.contains("the demo uses"), "{without}");
    std::fs::write(folder.join("config.toml"), "[assess]\ninactive_after = \"30d\"\n").unwrap();
    let finished = scan("with").run().expect_code(0);
    assert_eq!(finished.stderr.matches(note).count(), 1, "{finished}");
    let own = folder.join("config.toml");
    let named =
        sandbox.rolesweep(["report", "--demo", "--store", "s.db", "-o", "named", "--config"]).args([own]);
    let named = named.run().expect_code(4);
    assert!(!named.stderr.contains("the demo uses"), "{named}");
}

#[test]
fn without_a_store_the_demos_is_offered_for_the_typed_command() {
    let sandbox = sandbox!();
    let _ = sandbox.rolesweep(["scan", "--demo", "-o", "scanned"]).run().expect_code(0);
    for (line, offered) in [
        (&["scans"][..], "`rolesweep scans --demo`"),
        (&["explain", "a b"], "`rolesweep explain --demo 'a b'`"),
        (&["report", "-o", "x"], "`rolesweep report --demo`"),
    ] {
        let refused = sandbox.rolesweep(line).run().expect_code(1);
        assert!(refused.stderr.contains(offered), "{refused}");
    }
}

#[test]
fn the_worst_finding_is_explained_by_the_next_command() {
    let sandbox = sandbox!();
    let scanned = sandbox.rolesweep(["scan", "--demo", "-o", "scanned"]).run().expect_code(0);
    let next = scanned.stderr.split("`rolesweep explain ").nth(1).and_then(|rest| rest.split('`').next());
    let words: Vec<&str> = next.unwrap_or_else(|| panic!("{scanned}")).split_whitespace().collect();
    assert!(words[0] == "--demo" && words[1] == "--scan", "{words:?}");
    let explained = sandbox.rolesweep(["explain"]).args(&words).run().expect_code(0);
    assert!(explained.stdout_text().contains("Severity      critical"), "{explained}");
    let remedy = explained.stdout_text().split("It leaves the list").nth(1).unwrap_or_default().to_owned();
    assert!(remedy.find("it is deleted") < remedy.find("somebody assumes it"), "{explained}");
}

#[test]
fn the_demos_configuration_is_shown() {
    let sandbox = sandbox!();
    let shown = sandbox.rolesweep(["config", "show", "--demo"]).run().expect_code(0);
    let text = shown.stdout_text();
    assert!(text.contains("[[accepted_gap]]  # config/demo.toml (built in):"), "{text}");
    assert!(text.contains("owner = \"platform@larkfield.example\""), "{text}");
    let plain = sandbox.rolesweep(["config", "show"]).run().expect_code(0);
    assert!(!plain.stdout_text().contains("[[accepted_gap]]"), "{plain}");
    std::fs::write(sandbox.path("own.toml"), "[scan]\nconcurrency = 3\n").unwrap();
    let run = sandbox.rolesweep(["config", "show", "--demo", "--config", "own.toml"]).run().expect_code(0);
    assert!(run.stdout_text().contains("own.toml:2") && !run.stdout_text().contains("demo.toml"), "{run}");
}
