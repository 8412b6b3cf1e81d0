//! The command line. clap's types stay in this module, which gives plain settings.
//!
//! The flags of settings follow from their declarations. This file has the others.

mod examples;
mod next;
#[cfg(test)]
pub(crate) mod pasted;
mod resume;
mod settings;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use rolesweep_config::Flags;

pub(crate) use next::{Completion, NextCommands};
pub(crate) use resume::{ACCOUNTS_FROM_STDIN, RESUME, ResumeCommand};

/// Find the IAM roles that an AWS Organization no longer uses.
#[derive(Debug, Parser)]
#[command(name = "rolesweep", version, propagate_version = true, max_term_width = 100)]
#[command(after_long_help = crate::exit::help_text())]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    #[command(flatten)]
    pub(crate) global: Global,

    /// What commands in messages need.
    #[arg(skip)]
    pub(crate) completion: Completion,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Scan the organization and write the report.
    #[command(after_long_help = examples::scan())]
    Scan(Scan),
    /// Write the report on a stored scan again, without AWS.
    #[command(after_long_help = examples::report())]
    Report(Report),
    /// List the scans in the store with the trend of their findings, or remove some.
    Scans(Scans),
    /// Compare two scans in the store: which roles are newly idle, used again or gone.
    #[command(after_long_help = examples::diff())]
    Diff(Diff),
    /// Explain how one role of a stored scan is assessed, and why.
    #[command(after_long_help = examples::explain())]
    Explain(Explain),
    /// List the rules that roles are judged by, or print what to do about one.
    Rules {
        /// The rule's code, as in a report.
        #[arg(value_name = "CODE")]
        code: Option<String>,
    },
    /// Print what has to be in place before the first scan.
    Setup(Setup),
    /// Show which settings apply, and where each comes from, or write a file of them.
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Print a completion script for a shell.
    #[command(after_long_help = examples::completions())]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write one page per subcommand into a folder.
    Man {
        /// Write all pages into this folder, which must exist.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

impl Command {
    /// The command's name, if it ends with the record of a result.
    pub(crate) fn with_a_result(&self) -> Option<&'static str> {
        match self {
            Self::Scan(scan) => (!scan.dry_run && !scan.check).then_some("scan"),
            Self::Report(_) => Some("report"),
            Self::Scans(_)
            | Self::Diff(_)
            | Self::Explain(_)
            | Self::Rules { .. }
            | Self::Setup(_)
            | Self::Config { .. }
            | Self::Completions { .. }
            | Self::Man { .. } => None,
        }
    }
}

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print the settings that apply, as a configuration file, with the origin of each.
    Show {
        /// Show the demo's own configuration.
        ///
        /// If --config names a file, that file applies instead.
        #[arg(long)]
        demo: bool,
    },
    /// Write a configuration file to start from. It replaces nothing.
    Init {
        /// Write it here; `-` writes to stdout.
        ///
        /// [default: the file that --config or ROLESWEEP_CONFIG names, else
        /// $XDG_CONFIG_HOME/rolesweep/config.toml]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// For every subcommand.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Read settings from this file.
    ///
    /// A file that is named has to exist. The user's own need not. [default:
    /// $XDG_CONFIG_HOME/rolesweep/config.toml] [env: ROLESWEEP_CONFIG]
    #[arg(long, value_name = "FILE", global = true, help_heading = "Global options")]
    pub(crate) config: Option<PathBuf>,
}

/// `rolesweep scan`.
#[derive(Debug, Args)]
pub(crate) struct Scan {
    /// Scan the embedded organization, without an AWS account.
    ///
    /// It has its own configuration; yours applies only if --config names it.
    #[arg(long)]
    pub(crate) demo: bool,

    /// Scan the demo's organization as it was so many days ago.
    ///
    /// Then scan it as it is: the second report says what changed, and so does `diff --demo`.
    #[arg(long, value_name = "DAYS", requires = "demo", value_parser = clap::value_parser!(u16).range(1..=400))]
    pub(crate) demo_days_ago: Option<u16>,

    /// Resume the store's last scan.
    ///
    /// It has to be unfinished or have accounts that were partial, denied or failed, and to have
    /// begun less than 24 hours ago with the same collection settings. Accounts that were scanned
    /// before are not read again.
    #[arg(long)]
    pub(crate) resume: bool,

    /// Show what the scan would do, without assuming a role.
    ///
    /// Writes the accounts as CSV to stdout, with the role in each, and the calls and an estimate
    /// of the time to stderr. Lists the accounts, assumes no role and writes no file.
    #[arg(long, conflicts_with_all = ["resume", "summary"])]
    pub(crate) dry_run: bool,

    /// Check which accounts let a scan in, and store nothing.
    ///
    /// Assumes the audit role in every account that a scan would read, and reads one role of each.
    /// Writes the accounts as CSV to stdout, with the reason and the remedy for those that do not
    /// let it in, and a summary to stderr. Exits with 0 if all of them let it in, 4 if some do not, and 1
    /// if none does; accepted gaps do not count.
    #[arg(long, conflicts_with_all = ["resume", "dry_run", "summary"])]
    pub(crate) check: bool,

    /// The command that resumes this scan.
    #[arg(skip)]
    pub(crate) resume_command: ResumeCommand,

    /// The commands that are printed to be run next.
    #[arg(skip)]
    pub(crate) next: NextCommands,
}

/// `rolesweep scans`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Scans {
    /// List the demo's scans.
    #[arg(long)]
    pub(crate) demo: bool,

    /// A table, or JSON with an object per line (table, json).
    #[arg(long, value_name = "FORMAT", value_parser = ["table", "json"], default_value = "table", hide_possible_values = true)]
    pub(crate) format: String,

    #[command(subcommand)]
    pub(crate) command: Option<ScansCommand>,
}

/// What to do with the scans, besides listing them.
#[derive(Debug, Subcommand)]
pub(crate) enum ScansCommand {
    /// Remove the facts of scans that no rule keeps. Without --yes, it only says which.
    #[command(after_long_help = examples::prune())]
    Prune(Prune),
}

/// `rolesweep scans prune`.
#[derive(Debug, Args)]
pub(crate) struct Prune {
    /// Keep the last N scans.
    ///
    /// This and the other rules are about finished scans that read something, and count for each set
    /// of accounts apart: the whole organization, and each selection. What any rule keeps stays. The
    /// newest one always does, and so does a scan that is running, or that did not finish and is not a day
    /// old.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) keep_last: Option<u16>,

    /// Keep the last scan of each of N months.
    ///
    /// Those are the last months in which there were scans, in UTC.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) keep_monthly: Option<u16>,

    /// Keep the last scan of each of N quarters.
    ///
    /// Those are the last quarters in which there were scans, in UTC.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) keep_quarterly: Option<u16>,

    /// Remove these scans, after printing which. Without it, none is removed.
    #[arg(long)]
    pub(crate) yes: bool,

    /// Only say what would be removed.
    #[arg(long, conflicts_with = "yes")]
    pub(crate) dry_run: bool,

    /// Remove the demo's scans.
    #[arg(long)]
    pub(crate) demo: bool,
}

/// `rolesweep report`.
#[derive(Debug, Args)]
pub(crate) struct Report {
    /// Report on this scan, by its id or the id's beginning or end.
    ///
    /// `rolesweep scans` lists them. [default: the last finished scan of the widest scope]
    #[arg(long, value_name = "ID")]
    pub(crate) scan: Option<String>,

    /// Report on the demo's scan.
    ///
    /// The demo's own configuration applies, unless --config names a file. So it does if --store
    /// names a store whose scans come from the demo.
    #[arg(long)]
    pub(crate) demo: bool,

    /// The commands that are printed to be run next.
    #[arg(skip)]
    pub(crate) next: NextCommands,
}

/// `rolesweep diff`.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The earlier scan: its id or the id's beginning or end, or a date.
    ///
    /// A date such as 2026-08-31 means the last finished scan that began by the end of that day in UTC.
    /// [default: the one that the later scan's report is compared with]
    #[arg(long, value_name = "SCAN")]
    pub(crate) from: Option<String>,

    /// The later scan, named in the same way.
    ///
    /// [default: the last finished scan of the widest scope]
    #[arg(long, value_name = "SCAN")]
    pub(crate) to: Option<String>,

    /// Compare the demo's scans.
    ///
    /// The demo's own configuration applies, unless --config names a file. So it does if --store
    /// names a store whose scans come from the demo.
    #[arg(long)]
    pub(crate) demo: bool,

    /// For people, or all roles as CSV (text, csv).
    #[arg(long, value_name = "FORMAT", value_parser = ["text", "csv"], default_value = "text", hide_possible_values = true)]
    pub(crate) format: String,
}

/// `rolesweep explain`.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The role: its ARN, its id (AROA…), its name, or the ARN of a session of it.
    ///
    /// If several roles have the name, they are listed, and one of their ARNs has to be given. The
    /// name may have the role's path before it.
    #[arg(value_name = "ROLE")]
    pub(crate) role: String,

    /// Explain it in this scan, by the scan's id or the id's beginning or end.
    ///
    /// `rolesweep scans` lists them. [default: the last finished scan of the widest scope]
    #[arg(long, value_name = "ID")]
    pub(crate) scan: Option<String>,

    /// Explain a role of the demo's scan.
    ///
    /// The demo's own configuration applies, unless --config names a file. So it does if --store
    /// names a store whose scans come from the demo.
    #[arg(long)]
    pub(crate) demo: bool,

    /// For people, or one line of JSON (text, json).
    #[arg(long, value_name = "FORMAT", value_parser = ["text", "json"], default_value = "text", hide_possible_values = true)]
    pub(crate) format: String,
}

/// `rolesweep setup`.
#[derive(Debug, Args)]
pub(crate) struct Setup {
    /// The partition: aws, aws-cn, aws-us-gov, aws-eusc … [default: the caller's, else aws].
    #[arg(long, value_name = "NAME")]
    pub(crate) partition: Option<String>,

    /// The ARN of the role or user that will run the scan.
    #[arg(long, value_name = "ARN")]
    pub(crate) caller: Option<String>,

    /// The organization's id (o-…).
    #[arg(long, value_name = "ID")]
    pub(crate) organization: Option<String>,

    /// Ask for an external id in the trust policy.
    #[arg(long)]
    pub(crate) with_external_id: bool,

    /// Also allow the reads that are planned for later versions of rolesweep, so that these need no
    /// second roll-out. Without it, the audit role may make exactly the reads of a scan. Either way,
    /// a session policy limits each session to those.
    #[arg(long)]
    pub(crate) with_planned_reads: bool,

    /// Limit the audit role by this managed policy. A policy of your own has to exist in each
    /// account; its ARN may have any account id, or * in its place.
    #[arg(long, value_name = "ARN")]
    pub(crate) permissions_boundary: Option<String>,

    /// Give the audit role and its stacks this tag. Repeat it for more tags.
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) tag: Vec<String>,

    /// Print only this document.
    #[arg(long, value_name = "WHAT", value_parser = documents())]
    pub(crate) print: Option<String>,
}

/// The documents that `setup` can print, each with its meaning.
fn documents() -> clap::builder::PossibleValuesParser {
    use crate::setup::Document;
    let value = |document: Document| PossibleValue::new(document.name()).help(document.meaning());
    Document::ALL.map(value).into()
}

/// clap's description of the command, for parsing, completions and manual pages.
pub(crate) fn command() -> clap::Command {
    settings::add(Cli::command())
}

pub(crate) fn parse(arguments: &[OsString]) -> Result<(Cli, Flags), clap::Error> {
    let mut root = command();
    let matches = root
        .try_get_matches_from_mut(arguments)
        .map_err(|error| if error.use_stderr() { help_of_help(arguments).unwrap_or(error) } else { error })?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    match (&mut cli.command, matches.subcommand()) {
        (Command::Scan(scan), Some((name, typed))) => {
            scan.resume_command = resume::resume_command(&root, typed);
            scan.next = NextCommands::new(&root, name, typed);
        }
        (Command::Report(report), Some((name, typed))) => {
            report.next = NextCommands::new(&root, name, typed);
        }
        _ => {}
    }
    if let Some((name, typed)) = matches.subcommand() {
        cli.completion = Completion::new(&root, name, typed);
    }
    Ok((cli, settings::flags(&matches)))
}

/// The names of the commands in a command line that clap does not understand, separated by spaces;
/// empty if there is none.
pub(crate) fn named_command(arguments: &[OsString]) -> String {
    let mut rest = arguments.to_vec();
    // clap stops at a flag that it does not know.
    while let Some(at) = command().try_get_matches_from(&rest).err().and_then(|error| unknown(&error, &rest))
    {
        let _ = rest.remove(at);
    }
    let Ok(matches) = command().ignore_errors(true).try_get_matches_from(&rest) else { return String::new() };
    let mut names = Vec::new();
    let mut leaf = &matches;
    while let Some((name, inner)) = leaf.subcommand() {
        names.push(name);
        leaf = inner;
    }
    names.join(" ")
}

/// The place of the argument that clap does not know.
fn unknown(error: &clap::Error, arguments: &[OsString]) -> Option<usize> {
    let typed = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(typed)) if error.kind() == ErrorKind::UnknownArgument => typed,
        _ => return None,
    };
    let is_it = |argument: &OsString| argument.to_string_lossy().split('=').next() == Some(typed.as_str());
    arguments.iter().position(is_it)
}

/// The help that `rolesweep help --help` asks for. clap would take `--help` for the name of a
/// command.
fn help_of_help(arguments: &[OsString]) -> Option<clap::Error> {
    let without: Vec<&OsString> =
        arguments.iter().filter(|argument| *argument != "--help" && *argument != "-h").collect();
    if without.len() == arguments.len() || !without.iter().any(|argument| *argument == "help") {
        return None;
    }
    let error = command().try_get_matches_from(without).err()?;
    (error.kind() == ErrorKind::DisplayHelp).then_some(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        super::command().debug_assert();
    }

    #[test]
    fn help_for_help_is_the_help() {
        let parsed = |line: &str| {
            let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            parse(&arguments).err().unwrap()
        };
        let about = |line: &str| parsed(line).to_string().lines().next().unwrap_or_default().to_owned();
        for (line, same) in [
            ("rolesweep help --help", "rolesweep help"),
            ("rolesweep help -h", "rolesweep help"),
            ("rolesweep help scan --help", "rolesweep help scan"),
            ("rolesweep config help --help", "rolesweep config help"),
        ] {
            assert_eq!(parsed(line).kind(), ErrorKind::DisplayHelp, "{line}");
            assert_eq!(about(line), about(same));
        }
        for line in ["rolesweep help nothing --help", "rolesweep nothing --help", "rolesweep help nothing"] {
            assert_ne!(parsed(line).kind(), ErrorKind::DisplayHelp, "{line}");
        }
    }

    #[test]
    fn the_short_help_has_a_line_for_each_flag() {
        fn check(command: &mut clap::Command) {
            let help = command.clone().term_width(100).render_help().to_string();
            let sections = help.split("\n\n").filter(|section| {
                section.lines().next().is_some_and(|heading| heading.ends_with(':') && heading != "Commands:")
            });
            for line in sections.flat_map(|section| section.lines().skip(1)) {
                let is_flag = line.trim_start().starts_with(['-', '<', '[']);
                assert!(is_flag && line.chars().count() <= 100, "{}: {line}", command.get_name());
            }
            assert!(!help.contains("Exit codes:") && !help.contains("Examples:"), "{help}");
            // `setup` lists its documents, which take more than a line.
            command.get_subcommands_mut().filter(|inner| inner.get_name() != "setup").for_each(check);
        }
        let mut root = super::command();
        root.build();
        check(&mut root);
    }
}
