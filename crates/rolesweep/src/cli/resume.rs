//! The command that resumes a scan: the arguments of the scan without those for a single run.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::absolute;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::settings;
use crate::shell::quote;
use rolesweep_config::{Purpose, Setting, Shape};
use rolesweep_model::AccountId;

/// How to resume the scan that a command line began.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ResumeCommand {
    /// The command, with paths as they were typed.
    pub(crate) here: String,
    /// The command, with paths that are valid in every folder.
    pub(crate) anywhere: String,
    /// Whether the external id was on the command line, so that the user has to put it into the
    /// environment.
    pub(crate) needs_external_id: bool,
}

/// How many accounts a command names. More of them come from stdin again.
const NAMED_ACCOUNTS: usize = 20;

impl ResumeCommand {
    /// The same for a scan whose accounts came from stdin, which is empty by then.
    pub(crate) fn with_accounts(self, accounts: &[AccountId]) -> Self {
        let accounts: BTreeSet<&AccountId> = accounts.iter().collect();
        let flag = if accounts.len() > NAMED_ACCOUNTS {
            ACCOUNTS_FROM_STDIN.to_owned()
        } else {
            let ids: Vec<&str> = accounts.iter().map(|id| id.as_str()).collect();
            format!("--accounts {}", ids.join(","))
        };
        let with = |command: &str| command.replace(RESUME, &format!(" {flag}{RESUME}"));
        Self { here: with(&self.here), anywhere: with(&self.anywhere), ..self }
    }
}

/// How every command that resumes a scan ends.
pub(crate) const RESUME: &str = " --resume";

/// What a command has whose accounts have to be given again.
pub(crate) const ACCOUNTS_FROM_STDIN: &str = "--accounts-file -";

/// What happens to an argument.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    Repeat,
    Omit,
    /// A secret, which is never printed.
    Secret,
}

/// From the arguments of `rolesweep scan`. An unknown flag belongs to the scan, so a new flag does
/// too.
pub(super) fn resume_command(root: &Command, scan: &ArgMatches) -> ResumeCommand {
    let mut made = ResumeCommand::default();
    let mut here = vec!["rolesweep".to_owned(), "scan".to_owned()];
    let mut anywhere = here.clone();
    let own = root.find_subcommand("scan").into_iter().flat_map(Command::get_arguments);
    let global = root.get_arguments().filter(|argument| argument.is_global_set());
    let mut seen: Vec<&str> = Vec::new();
    for argument in own.chain(global) {
        let id = argument.get_id().as_str();
        if seen.contains(&id) || !is_given(argument, scan) {
            continue;
        }
        seen.push(id);
        match fate(argument, scan) {
            Fate::Omit => {}
            Fate::Secret => made.needs_external_id = true,
            Fate::Repeat => {
                here.extend(words(argument, scan, false));
                // The store's file may move. Whoever opens it adds its path.
                if argument.get_long() != Some("store") {
                    anywhere.extend(words(argument, scan, true));
                }
            }
        }
    }
    for (words, command) in [(here, &mut made.here), (anywhere, &mut made.anywhere)] {
        *command = words.join(" ") + RESUME;
    }
    made
}

pub(super) fn is_given(argument: &Arg, scan: &ArgMatches) -> bool {
    let id = argument.get_id().as_str();
    // Help and version have no values.
    scan.try_contains_id(id).is_ok() && scan.value_source(id) == Some(ValueSource::CommandLine)
}

fn fate(argument: &Arg, scan: &ArgMatches) -> Fate {
    let Some(long) = argument.get_long() else { return Fate::Repeat };
    if matches!(long, "resume" | "dry-run" | "check") {
        return Fate::Omit;
    }
    let Some(key) = settings::key(long) else { return Fate::Repeat };
    match key.setting {
        _ if key.shape == Shape::Secret => Fate::Secret,
        // Whoever knows these accounts adds them.
        Setting::accounts_file if values(argument, scan).iter().all(|value| value == "-") => Fate::Omit,
        // The folder has a report by then, and a report is never replaced.
        Setting::target if values(argument, scan).iter().all(|value| value != "-") => Fate::Omit,
        _ if key.purpose == Purpose::Terminal => Fate::Omit,
        _ => Fate::Repeat,
    }
}

fn values(argument: &Arg, scan: &ArgMatches) -> Vec<OsString> {
    scan.get_raw(argument.get_id().as_str()).into_iter().flatten().map(OsStr::to_owned).collect()
}

/// The argument, quoted for a shell.
pub(super) fn words(argument: &Arg, scan: &ArgMatches, anywhere: bool) -> Vec<String> {
    let flag = format!("--{}", argument.get_long().unwrap_or_default());
    if !matches!(argument.get_action(), ArgAction::Set | ArgAction::Append) {
        return vec![flag];
    }
    let mut values = values(argument, scan);
    if anywhere && is_path(argument) {
        for value in values.iter_mut().filter(|value| *value != "-") {
            if let Ok(path) = absolute(&*value) {
                *value = path.into();
            }
        }
    }
    values
        .iter()
        .flat_map(|value| match value.as_encoded_bytes().first() {
            // Otherwise it would be read as a flag.
            Some(b'-') if value != "-" => vec![format!("{flag}={}", quote(value))],
            _ => vec![flag.clone(), quote(value)],
        })
        .collect()
}

fn is_path(argument: &Arg) -> bool {
    argument.get_value_parser().type_id() == std::any::TypeId::of::<std::path::PathBuf>()
}

#[cfg(test)]
mod tests {
    use super::super::{Command as Subcommand, command, parse};
    use super::*;

    fn resume(arguments: &[&str]) -> ResumeCommand {
        let all: Vec<OsString> = ["rolesweep", "scan"].iter().chain(arguments).map(OsString::from).collect();
        match parse(&all).unwrap_or_else(|error| panic!("{error}")).0.command {
            Subcommand::Scan(scan) => scan.resume_command,
            other => panic!("{other:?}"),
        }
    }

    /// Flags for a single run, and secret ones. A new flag of `scan` belongs to the scan unless it
    /// is named here.
    const OTHERS: [&str; 11] = [
        "resume",
        "dry-run",
        "check",
        "output",
        "external-id",
        "quiet",
        "verbose",
        "log-format",
        "color",
        "no-progress",
        "help",
    ];

    #[test]
    fn every_flag_of_a_scan_is_repeated_unless_it_is_named_as_another() {
        let mut root = command();
        root.build();
        let mut repeated = 0;
        for argument in root.find_subcommand("scan").unwrap().get_arguments() {
            let Some(long) = argument.get_long() else { panic!("{argument}") };
            if OTHERS.contains(&long) || long == "version" {
                continue;
            }
            let flag = format!("--{long}");
            let value = argument
                .get_action()
                .takes_values()
                .then(|| argument.get_possible_values().first().map_or("x1", |_| "all").to_owned());
            let value = match (long, value) {
                ("fail-on", Some(_)) => Some("findings".to_owned()),
                ("summary", Some(_)) => Some("json".to_owned()),
                ("demo-days-ago", Some(_)) => Some("90".to_owned()),
                (_, value) => value,
            };
            let needed = (long == "demo-days-ago").then_some("--demo");
            let typed: Vec<&str> =
                [needed, Some(flag.as_str()), value.as_deref()].into_iter().flatten().collect();
            let found = resume(&typed);
            assert_eq!(found.here, format!("rolesweep scan {} --resume", typed.join(" ")));
            repeated += 1;
        }
        assert!(repeated > 15, "{repeated}");
        for typed in
            [&["--resume"][..], &["--dry-run"], &["--check"], &["--log-format", "json"], &["--no-progress"]]
        {
            assert_eq!(resume(typed).here, "rolesweep scan --resume", "{typed:?}");
        }
    }

    #[test]
    fn what_is_not_the_scans_own_is_left_out_and_a_secret_is_never_printed() {
        let found =
            resume(&["-q", "-vv", "--color", "never", "-o", "report", "--external-id", "hunter2", "--demo"]);
        assert_eq!(found.here, "rolesweep scan --demo --resume");
        assert!(found.needs_external_id);
        assert!(!format!("{found:?}").contains("hunter2"));
        assert_eq!(resume(&["-o", "-"]).here, "rolesweep scan --output - --resume");
    }

    #[test]
    fn accounts_from_stdin_are_named_or_have_to_be_given_again() {
        let command = || resume(&["--accounts-file", "-", "--demo"]);
        assert_eq!(command().here, "rolesweep scan --demo --resume");
        let accounts = |count: usize| (1..=count).map(|id| format!("{id:012}").parse().unwrap()).collect();
        let few: Vec<AccountId> = accounts(2);
        let found = command().with_accounts(&few);
        assert_eq!(found.here, "rolesweep scan --demo --accounts 000000000001,000000000002 --resume");
        assert_eq!(found.anywhere, found.here);
        let many: Vec<AccountId> = accounts(NAMED_ACCOUNTS + 1);
        assert_eq!(command().with_accounts(&many).here, "rolesweep scan --demo --accounts-file - --resume");
    }

    #[test]
    fn words_are_quoted_and_repeated_as_often_as_they_were_typed() {
        let found = resume(&[
            "--ou",
            "/Work loads",
            "--ou=-odd",
            "--accounts",
            "1,2",
            "--accounts",
            "3",
            "--config",
            "a b.toml",
            "--role-name",
            "x'y",
        ]);
        let typed = r"--role-name 'x'\''y' --accounts 1,2 --accounts 3 --ou '/Work loads' --ou=-odd";
        assert_eq!(found.here, format!("rolesweep scan {typed} --config 'a b.toml' --resume"));
        let folder = std::env::current_dir().unwrap();
        let config = quote(folder.join("a b.toml"));
        assert_eq!(found.anywhere, format!("rolesweep scan {typed} --config {config} --resume"));
    }
}
