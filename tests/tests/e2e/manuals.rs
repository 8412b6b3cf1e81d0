//! Help, completions, manual pages, and the reference in `docs/`.

use std::collections::BTreeSet;
use std::fs;

use rolesweep_tests::{Sandbox, sandbox};

/// Every subcommand, as its words on the command line: those that the help lists, and those below
/// them.
fn commands(sandbox: &Sandbox, above: &[String]) -> Vec<Vec<String>> {
    let help = sandbox.rolesweep(above).args(["--help"]).run().expect_code(0);
    let (_, listed) = help.stdout_text().split_once("\nCommands:\n").unwrap_or_default();
    let names =
        listed.lines().take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next());
    let mut found = Vec::new();
    for name in names.filter(|name| *name != "help") {
        let words = [above, &[name.to_owned()]].concat();
        let below = commands(sandbox, &words);
        found.push(words);
        found.extend(below);
    }
    found
}

#[test]
fn the_help_lists_the_commands() {
    let found: Vec<String> = commands(&sandbox!(), &[]).iter().map(|words| words.join(" ")).collect();
    for name in
        ["scan", "report", "scans", "setup", "config", "config show", "config init", "completions", "man"]
    {
        assert!(found.iter().any(|known| known == name), "{name}: {found:?}");
    }
}

/// The long flags in a text.
fn flags(text: &str) -> BTreeSet<String> {
    text.split(|c: char| c.is_whitespace() || "`[],|()".contains(c))
        .filter_map(|word| word.strip_prefix("--"))
        .map(|word| word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

#[test]
fn every_flag_of_every_command_is_in_the_reference() {
    let sandbox = sandbox!();
    let reference = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/commands.md")).unwrap();
    let documented = flags(&reference);
    for words in commands(&sandbox, &[]) {
        let help = sandbox.rolesweep(&words).args(["--help"]).run().expect_code(0);
        assert_eq!(help.stderr, "");
        let named = flags(help.stdout_text());
        assert!(named.contains("help"), "{words:?}");
        let missing: Vec<_> = named.difference(&documented).collect();
        assert!(missing.is_empty(), "{words:?}: {missing:?}");
        assert!(reference.contains(&format!("rolesweep {}", words.join(" "))), "{words:?}");
    }
}

#[test]
fn help_and_version_are_data_and_a_missing_command_is_a_mistake() {
    let sandbox = sandbox!();
    let version = sandbox.rolesweep(["--version"]).run().expect_code(0);
    assert_eq!(version.stdout_text(), format!("rolesweep {}\n", env!("CARGO_PKG_VERSION")));
    let help = sandbox.rolesweep(["--help"]).run().expect_code(0);
    for code in ["0  done", "1  could", "2  wrong", "3  findings", "4  not complete", "130  interrupted"] {
        assert!(help.stdout_text().contains(code), "{code}");
    }
    let none = sandbox.rolesweep([] as [&str; 0]).run().expect_code(2);
    assert!(none.stdout.is_empty() && none.stderr.contains("Usage: rolesweep"), "{none}");
}

#[test]
fn help_ends_with_examples_and_exit_codes_and_its_short_form_has_neither() {
    let sandbox = sandbox!();
    for command in ["scan", "report"] {
        let help = sandbox.rolesweep([command, "--help"]).run().expect_code(0);
        let (_, end) = help.stdout_text().split_once("\nExamples:\n").unwrap();
        assert!(end.contains(&format!("  rolesweep {command} --demo\n")), "{end}");
        assert!(end.contains("Exit codes:\n    0  done\n"), "{end}");
        let short = sandbox.rolesweep([command, "-h"]).run().expect_code(0);
        assert!(short.stdout.len() * 2 < help.stdout.len(), "{short}");
        assert!(!short.stdout_text().contains("Examples:"), "{short}");
    }
    let help = sandbox.rolesweep(["help", "--help"]).run().expect_code(0);
    assert_eq!(help.stdout, sandbox.rolesweep(["--help"]).run().expect_code(0).stdout);
}

#[test]
#[cfg(unix)]
fn the_commands_that_install_completions_can_be_pasted() {
    let sandbox = sandbox!();
    let help = sandbox.rolesweep(["completions", "--help"]).run().expect_code(0);
    let (_, end) = help.stdout_text().split_once("\nWhere the script goes").unwrap();
    let commands: Vec<&str> = end.lines().filter_map(|line| line.strip_prefix("      ")).collect();
    assert!(commands.len() >= 5, "{help}");
    let script = format!("rolesweep() {{ \"$program\" \"$@\"; }}\n{}", commands.join("\n"));
    let program = sandbox.rolesweep([] as [&str; 0]).into_command().get_program().to_owned();
    let shell = std::process::Command::new("sh")
        .args(["-ec", &script])
        .current_dir(sandbox.home())
        .env("HOME", sandbox.home())
        .env("program", program)
        .output()
        .unwrap();
    assert!(shell.status.success(), "{shell:?}");
    for file in [
        ".local/share/bash-completion/completions/rolesweep",
        ".zfunc/_rolesweep",
        ".config/fish/completions/rolesweep.fish",
        ".config/elvish/lib/rolesweep.elv",
        ".rolesweep.ps1",
    ] {
        assert!(fs::read_to_string(sandbox.path(file)).unwrap().contains("rolesweep"), "{file}");
    }
}

#[test]
fn completions_know_the_command_and_its_subcommands() {
    let sandbox = sandbox!();
    for (shell, beginning) in
        [("bash", "_rolesweep()"), ("zsh", "#compdef rolesweep"), ("fish", "__fish_rolesweep")]
    {
        let finished = sandbox.rolesweep(["completions", shell]).run().expect_code(0);
        let script = finished.stdout_text();
        assert!(script.lines().take(10).any(|line| line.contains(beginning)), "{shell}: {script:.200}");
        for word in ["scan", "report", "setup", "inactive-after", "exclude-accounts"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let sandbox = sandbox!();
    let page = sandbox.rolesweep(["man"]).run().expect_code(0);
    assert!(page.stdout_text().contains(".TH rolesweep 1"), "{page}");
    fs::create_dir(sandbox.path("man")).unwrap();
    let _ = sandbox.rolesweep(["man", "--out", "man"]).run().expect_code(0);
    for words in commands(&sandbox, &[]) {
        let name = format!("rolesweep-{}.1", words.join("-"));
        let page = fs::read_to_string(sandbox.path("man").join(&name)).unwrap();
        assert!(page.contains(&format!(".TH rolesweep-{}", words.join("-"))), "{name}");
    }
    let refused = sandbox.rolesweep(["man", "--out", "nowhere/at-all"]).run().expect_code(1);
    assert!(refused.stderr.contains("help: name a folder"), "{refused}");
}
