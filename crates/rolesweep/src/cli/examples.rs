//! The examples at the end of a command's `--help`. A test parses each of them.

use crate::exit::help_text;

/// A command to paste, and what it does.
type Example = (&'static str, &'static str);

const SCAN: &[Example] = &[
    ("rolesweep scan --demo", "The embedded organization, without an AWS account"),
    (
        "rolesweep scan --profile security-audit --dry-run",
        "The accounts and the calls, before the first scan",
    ),
    ("rolesweep scan --profile security-audit", "The whole organization"),
    ("rolesweep scan --ou /Workloads/Prod --exclude-accounts 123456789012", "A part of it"),
    (
        "rolesweep scan --accounts-file accounts.csv --role-name audit/Reader",
        "The accounts in a file, with another role",
    ),
    ("rolesweep scan --resume", "The rest of a scan that was interrupted"),
    ("rolesweep scan --output - > roles.csv", "The roles alone, on stdout"),
    (
        "rolesweep scan --quiet --fail-on findings --summary json > result.json",
        "In a pipeline: the result for a program, and an exit code",
    ),
];

const REPORT: &[Example] = &[
    ("rolesweep report --demo", "The demo's last scan again"),
    ("rolesweep report --inactive-after 180d --include all", "Another threshold, and all roles"),
    (
        "rolesweep report --scan 8c5b1f02 --output review",
        "Another scan, by the end of its id, into this folder",
    ),
    ("rolesweep report --config strict.toml --fail-on findings", "Other rules, and an exit code"),
    ("rolesweep report --summary json > result.json", "The result for a program"),
];

const DIFF: &[Example] = &[
    ("rolesweep diff", "The last scan of the organization, and the one before it"),
    ("rolesweep diff --from 2026-08-31 --format csv > changes.csv", "Since the end of August, every role"),
];

const PRUNE: &[Example] = &[
    ("rolesweep scans prune --keep-last 8 --keep-monthly 12", "What would go"),
    ("rolesweep scans prune --keep-last 8 --keep-monthly 12 --yes", "Remove it"),
];

const EXPLAIN: &[Example] = &[
    ("rolesweep explain --demo redshift-copy-2016", "A role of the demo, by its name"),
    ("rolesweep explain arn:aws:iam::123456789012:role/ci/deploy", "A role of the last scan, by its ARN"),
    ("rolesweep explain AROADBQP57FF2AEXAMPLE --format json", "By its id, for a program"),
];

/// A shell, the commands that put its script in place, and what is to do once besides.
type Installation = (&'static str, &'static [&'static str], &'static str);

const COMPLETIONS: &[Installation] = &[
    (
        "bash, with the package bash-completion",
        &[
            "mkdir -p ~/.local/share/bash-completion/completions",
            "rolesweep completions bash \\",
            "    > ~/.local/share/bash-completion/completions/rolesweep",
        ],
        "",
    ),
    (
        "zsh",
        &["mkdir -p ~/.zfunc", "rolesweep completions zsh > ~/.zfunc/_rolesweep"],
        "Once, in ~/.zshrc before compinit: fpath+=(~/.zfunc)",
    ),
    (
        "fish",
        &[
            "mkdir -p ~/.config/fish/completions",
            "rolesweep completions fish > ~/.config/fish/completions/rolesweep.fish",
        ],
        "",
    ),
    (
        "elvish",
        &[
            "mkdir -p ~/.config/elvish/lib",
            "rolesweep completions elvish > ~/.config/elvish/lib/rolesweep.elv",
        ],
        "Once, in ~/.config/elvish/rc.elv: use rolesweep",
    ),
    (
        "powershell",
        &["rolesweep completions powershell > ~/.rolesweep.ps1"],
        "Once, in the file that $PROFILE names: . ~/.rolesweep.ps1",
    ),
];

/// What `scan --help` ends with.
pub(super) fn scan() -> String {
    section(SCAN)
}

/// What `report --help` ends with.
pub(super) fn report() -> String {
    section(REPORT)
}

/// What `diff --help` ends with.
pub(super) fn diff() -> String {
    section(DIFF)
}

/// What `scans prune --help` ends with.
pub(super) fn prune() -> String {
    section(PRUNE)
}

/// What `explain --help` ends with.
pub(super) fn explain() -> String {
    section(EXPLAIN)
}

fn section(examples: &[Example]) -> String {
    let lines = examples.iter().map(|(command, what)| format!("\n  {command}\n      {what}"));
    format!("Examples:{}\n\n{}", lines.collect::<String>(), help_text())
}

/// What `completions --help` ends with.
pub(super) fn completions() -> String {
    let mut text = "Where the script goes. It works in the next shell that starts:".to_owned();
    for (shell, commands, once) in COMPLETIONS {
        text.push_str(&format!("\n\n  {shell}"));
        commands.iter().for_each(|command| text.push_str(&format!("\n      {command}")));
        if !once.is_empty() {
            text.push_str(&format!("\n    {once}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::pasted;

    #[test]
    fn every_example_is_a_command_line_that_is_understood() {
        for (example, _) in SCAN.iter().chain(REPORT).chain(DIFF).chain(PRUNE).chain(EXPLAIN) {
            pasted::check(example).unwrap_or_else(|error| panic!("{example}: {error}"));
        }
    }

    #[test]
    fn every_shell_with_completions_says_where_they_go() {
        use clap::ValueEnum as _;
        let text = completions();
        for shell in clap_complete::Shell::value_variants() {
            let command = format!("rolesweep completions {shell}");
            assert!(text.contains(&command), "{shell}");
            pasted::check(&command).unwrap();
        }
    }

    #[test]
    fn no_line_that_is_pasted_is_broken_by_a_terminal_of_80_columns() {
        let examples = SCAN
            .iter()
            .chain(REPORT)
            .chain(DIFF)
            .chain(PRUNE)
            .chain(EXPLAIN)
            .map(|(command, _)| format!("  {command}"));
        for line in examples.chain(completions().lines().map(str::to_owned)) {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}
