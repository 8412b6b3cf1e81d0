//! Commands that are printed for the user to run next. They repeat the flags of the command line
//! that they depend on.

use clap::{ArgMatches, Command};
use rolesweep_config::{Purpose, Setting};

use super::resume::{is_given, words};
use super::settings;

/// The commands that `rolesweep scan` and `rolesweep report` print to be run next.
#[derive(Debug, Clone, Default)]
pub(crate) struct NextCommands {
    /// `rolesweep report`, with the arguments that say how to assess and what the exit code says.
    /// Whoever knows the store and the scan adds them.
    pub(crate) report: String,
    /// `rolesweep explain`, with the arguments that say how to assess.
    pub(crate) explain: String,
    pub(crate) completion: Completion,
}

/// `rolesweep report` without arguments.
const REPORT: &str = "rolesweep report";
/// `rolesweep explain` without arguments.
const EXPLAIN: &str = "rolesweep explain";

impl NextCommands {
    /// From the command line of the command `name`.
    pub(super) fn new(root: &Command, name: &str, typed: &ArgMatches) -> Self {
        let assesses = |long: &str| {
            long == CONFIG || settings::key(long).is_some_and(|key| key.purpose == Purpose::Assess)
        };
        let is_repeated = |long: &str| match settings::key(long) {
            // The folder has a report by then, and the result is for the person who pastes the command.
            Some(key) if key.purpose == Purpose::Output => {
                !matches!(key.setting, Setting::target | Setting::store | Setting::summary)
            }
            _ => assesses(long),
        };
        let with = |command: &str, flags: Vec<Typed>| {
            let words = flags.into_iter().flat_map(|flag| flag.words);
            words.fold(command.to_owned(), |command, word| command + " " + &word)
        };
        Self {
            report: with(REPORT, repeated(root, name, typed, is_repeated)),
            explain: with(EXPLAIN, repeated(root, name, typed, assesses)),
            completion: Completion::new(root, name, typed),
        }
    }

    /// Whether the command line has settings of its own for the report.
    pub(crate) fn has_settings(&self) -> bool {
        self.report != REPORT
    }
}

/// The flag that names the configuration file.
const CONFIG: &str = "config";

/// The flags that say which configuration, store and audit role every command is about.
const PLACES: [&str; 3] = [CONFIG, "store", "role-name"];

/// A typed flag.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Typed {
    long: String,
    /// The flag with its value, quoted for a shell.
    words: Vec<String>,
}

/// The typed flags that `wanted` accepts by their names, in the order of the help.
fn repeated(root: &Command, name: &str, typed: &ArgMatches, wanted: impl Fn(&str) -> bool) -> Vec<Typed> {
    let own = root.find_subcommand(name).into_iter().flat_map(Command::get_arguments);
    let global = root.get_arguments().filter(|argument| argument.is_global_set());
    let mut flags: Vec<Typed> = Vec::new();
    for argument in own.chain(global) {
        let Some(long) = argument.get_long() else { continue };
        let is_new = flags.iter().all(|flag| flag.long != long);
        if wanted(long) && is_new && is_given(argument, typed) {
            flags.push(Typed { long: long.to_owned(), words: words(argument, typed, false) });
        }
    }
    flags
}

/// Whether a command has a flag that sets more than how the terminal looks.
fn reads_settings(command: &Command) -> bool {
    let mut keys = command.get_arguments().filter_map(|argument| settings::key(argument.get_long()?));
    keys.any(|key| key.purpose != Purpose::Terminal)
}

/// Completes commands in messages, so that they are about the same configuration, store and audit
/// role as the command that prints them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Completion {
    /// For each command, the typed flags that it knows.
    flags: Vec<(String, Vec<Typed>)>,
}

impl Completion {
    /// From the command line of the command `name`.
    pub(super) fn new(root: &Command, name: &str, typed: &ArgMatches) -> Self {
        let flags = repeated(root, name, typed, |long| PLACES.contains(&long));
        let of_command = |command: &Command| {
            let knows = |long: &str| {
                long == CONFIG || command.get_arguments().any(|argument| argument.get_long() == Some(long))
            };
            let known = flags.iter().filter(|flag| knows(&flag.long)).cloned().collect();
            (command.get_name().to_owned(), known)
        };
        Self {
            flags: root.get_subcommands().filter(|command| reads_settings(command)).map(of_command).collect(),
        }
    }

    /// The text, with each command in backticks completed. A command that resumes a scan or is about
    /// the demo is whole.
    pub(crate) fn complete(&self, text: &str) -> String {
        let part = |(index, part): (usize, &str)| match index % 2 {
            1 => self.completed(part).unwrap_or_else(|| part.to_owned()),
            _ => part.to_owned(),
        };
        text.split('`').enumerate().map(part).collect::<Vec<_>>().join("`")
    }

    fn completed(&self, command: &str) -> Option<String> {
        let rest = command.strip_prefix("rolesweep ")?;
        let (name, after) = rest.split_at(rest.find(' ').unwrap_or(rest.len()));
        let has = |long: &str| after.split(' ').any(|word| word.strip_prefix("--") == Some(long));
        if ["resume", "demo", "help"].into_iter().any(has) {
            return None;
        }
        let (_, flags) = self.flags.iter().find(|(known, _)| *known == name)?;
        let missing = flags.iter().filter(|flag| !has(&flag.long)).flat_map(|flag| &flag.words);
        let added: String = missing.map(|word| format!(" {word}")).collect();
        Some(format!("rolesweep {name}{added}{after}"))
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::super::{Cli, Command, parse};
    use super::NextCommands;

    fn typed(arguments: &[&str]) -> Cli {
        let all: Vec<OsString> = ["rolesweep"].iter().chain(arguments).map(OsString::from).collect();
        parse(&all).unwrap_or_else(|error| panic!("{error}")).0
    }

    fn commands(arguments: &[&str]) -> NextCommands {
        match typed(arguments).command {
            Command::Scan(scan) => scan.next,
            Command::Report(report) => report.next,
            other => panic!("{other:?}"),
        }
    }

    fn next(arguments: &[&str]) -> String {
        commands(arguments).report
    }

    #[test]
    fn the_next_explanation_has_the_same_assessment_and_no_flags_of_a_report() {
        let line =
            ["scan", "--demo", "--fail-on", "high", "--allow-partial", "--include", "all", "--unused-after"];
        let explain = commands(&[&line[..], &["30d", "--config", "c d.toml", "-o", "x"]].concat()).explain;
        assert_eq!(explain, "rolesweep explain --unused-after 30d --config 'c d.toml'");
    }

    #[test]
    fn the_next_report_has_the_same_assessment_and_exit_code() {
        for (typed, expected) in [
            (&["scan"][..], ""),
            (&["scan", "--demo", "--ou", "/A", "-o", "x", "-v", "--summary", "json"], ""),
            (
                &["scan", "--store", "a b.db", "--unused-after", "30d", "--inactive-after", "60d"],
                " --inactive-after 60d --unused-after 30d",
            ),
            (
                &["report", "--scan", "ab", "--include", "all", "--config", "c d.toml"],
                " --include all --config 'c d.toml'",
            ),
            (&["--config", "c.toml", "scan"], " --config c.toml"),
            (&["scan", "--fail-on", "findings", "--allow-partial"], " --fail-on findings --allow-partial"),
        ] {
            assert_eq!(next(typed), format!("rolesweep report{expected}"), "{typed:?}");
        }
    }

    #[test]
    fn commands_in_messages_are_about_the_same_configuration_store_and_role() {
        let completed = |line: &[&str], text: &str| typed(line).completion.complete(text);
        let line = ["report", "--store", "s 1.db", "--config", "c.toml", "--inactive-after", "1d"];
        for (text, expected) in [
            ("run `rolesweep scan` first", "run `rolesweep scan --store 's 1.db' --config c.toml` first"),
            ("`rolesweep explain R`", "`rolesweep explain --store 's 1.db' --config c.toml R`"),
            ("`rolesweep scans` lists", "`rolesweep scans --store 's 1.db' --config c.toml` lists"),
            (
                "`rolesweep setup --print caller-policy`",
                "`rolesweep setup --config c.toml --print caller-policy`",
            ),
            (
                "`rolesweep report --store other.db -o DIR`",
                "`rolesweep report --config c.toml --store other.db -o DIR`",
            ),
        ] {
            assert_eq!(completed(&line, text), expected);
        }
        for same in [
            "`rolesweep scan --ou /A --resume` goes on",
            "`rolesweep report --demo`",
            "`rolesweep setup --help`",
            "`rolesweep config init --out FILE`",
            "`rolesweep man`",
            "rolesweep scan, `",
            "`ls`",
        ] {
            assert_eq!(completed(&line, same), same);
        }
        let role = ["scan", "--role-name", "audit/Reader", "--check"];
        assert_eq!(
            completed(&role, "`rolesweep setup --print caller-policy`"),
            "`rolesweep setup --role-name audit/Reader --print caller-policy`"
        );
    }
}
