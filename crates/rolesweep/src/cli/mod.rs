//! The command line. clap's types stay in here: what leaves is plain settings.

mod flags;
mod resume;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

pub(crate) use flags::flags;
pub(crate) use resume::ResumeCommand;

/// Find the IAM roles that an AWS Organization no longer uses.
#[derive(Debug, Parser)]
#[command(name = "rolesweep", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = crate::exit::help_text())]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    #[command(flatten)]
    pub(crate) global: Global,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Scan the organization and write the report.
    Scan(Box<Scan>),
    /// Render a report again from the store, without AWS.
    Report(Box<Report>),
    /// List the scans in the store, the newest first.
    Scans(Box<Scans>),
    /// Print what has to be put in place before the first scan.
    Setup(Setup),
    /// See which settings apply, and where each comes from.
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Print a completion script for a shell.
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

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print the settings that apply, as a configuration file, with the origin of each.
    Show(Box<Show>),
}

/// Settings of every subcommand.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Read settings from this file [default: $XDG_CONFIG_HOME/rolesweep/config.toml, if it exists].
    #[arg(long, value_name = "FILE", global = true, help_heading = "Global options")]
    pub(crate) config: Option<PathBuf>,

    /// Say nothing but errors.
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub(crate) quiet: bool,

    /// Log more: -v, -vv, -vvv.
    #[arg(short, long, action = clap::ArgAction::Count, global = true, help_heading = "Global options")]
    pub(crate) verbose: u8,

    /// How log lines are written.
    #[arg(long, value_name = "FORMAT", value_parser = ["text", "json"], global = true, help_heading = "Global options")]
    pub(crate) log_format: Option<String>,

    /// When to use colours.
    #[arg(long, value_name = "WHEN", value_parser = ["auto", "always", "never"], global = true, help_heading = "Global options")]
    pub(crate) color: Option<String>,

    /// Show no progress bars.
    #[arg(long, global = true, help_heading = "Global options")]
    pub(crate) no_progress: bool,
}

/// Flags about what is collected.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "What to scan")]
pub(crate) struct Collect {
    /// The AWS profile to use [default: AWS_PROFILE or AWS_DEFAULT_PROFILE].
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,

    /// The Region for STS, which also picks the partition [default: the profile's, else us-east-1].
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,

    /// The audit role's name, with its path if it has one.
    #[arg(long, value_name = "NAME")]
    pub(crate) role_name: Option<String>,

    /// The external id that the audit role's trust policy wants; better set as ROLESWEEP_EXTERNAL_ID.
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,

    /// The session name in the accounts' CloudTrail [default: rolesweep-<scan id>].
    #[arg(long, value_name = "NAME")]
    pub(crate) session_name: Option<String>,

    /// How long the audit role's sessions last, such as 1h.
    #[arg(long, value_name = "DURATION")]
    pub(crate) session_duration: Option<String>,

    /// Scan only these accounts (comma-separated, or repeated).
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) accounts: Vec<String>,

    /// Scan only the accounts in this file: one id a line, or a CSV with a column account_id.
    #[arg(long, value_name = "FILE")]
    pub(crate) accounts_file: Option<PathBuf>,

    /// Leave these accounts out.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) exclude_accounts: Vec<String>,

    /// Scan only the accounts below this OU, by id (ou-…) or path (/Workloads/Production; a `/` in a name is %2F).
    #[arg(long, value_name = "OU")]
    pub(crate) ou: Vec<String>,

    /// Leave the accounts below this OU out.
    #[arg(long, value_name = "OU")]
    pub(crate) exclude_ou: Vec<String>,

    /// How many accounts are called at the same time; as many again may wait to be stored.
    #[arg(long, value_name = "N")]
    pub(crate) concurrency: Option<String>,

    /// How many calls a second an account gets at most where roles have to be read one by one.
    #[arg(long, value_name = "N")]
    pub(crate) max_iam_rate: Option<String>,
}

/// Flags about how facts are judged.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "What counts as inactive")]
pub(crate) struct Assess {
    /// A role that was used is inactive when idle for longer than this, such as 90d.
    #[arg(long, value_name = "DURATION")]
    pub(crate) inactive_after: Option<String>,

    /// A role without recorded use is unused when older than this; 0d counts it at once [default: as --inactive-after].
    #[arg(long, value_name = "DURATION")]
    pub(crate) unused_after: Option<String>,

    /// Judge as of this instant instead of the scan's start, such as 2026-11-22T00:00:00Z.
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<String>,
}

/// Flags about what is written.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    /// Which roles go into roles.csv: the flagged and undetermined ones, or all.
    #[arg(long, value_name = "WHICH", value_parser = ["flagged", "all"])]
    pub(crate) include: Option<String>,

    /// Write the report into this folder; `-` writes roles.csv to stdout instead.
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<String>,

    /// The file that the facts are kept in [default: $XDG_DATA_HOME/rolesweep/<organization id>.db].
    #[arg(long, value_name = "FILE")]
    pub(crate) store: Option<PathBuf>,

    /// Whether findings have an exit code of their own (3).
    #[arg(long, value_name = "WHAT", value_parser = ["never", "findings"])]
    pub(crate) fail_on: Option<String>,

    /// Exit with 0 even when the report is not complete.
    #[arg(long)]
    pub(crate) allow_partial: bool,
}

/// `rolesweep scan`.
#[derive(Debug, Default, Args)]
pub(crate) struct Scan {
    /// Scan the embedded organization: no AWS account is needed, and none is touched. It has a configuration of its own; yours counts
    /// only if --config names it.
    #[arg(long)]
    pub(crate) demo: bool,

    /// Go on with the store's last scan, if it is unfinished or has accounts that were partial, denied or failed, and began less than
    /// 24 hours ago with the same settings of what to collect. Accounts that were scanned before are not asked again.
    #[arg(long)]
    pub(crate) resume: bool,

    /// Say what the scan would do, and end there: the accounts as CSV on stdout, with the role in each; the calls and an estimate of
    /// time on stderr. Lists the accounts, assumes no role and writes no file.
    #[arg(long, conflicts_with = "resume")]
    pub(crate) dry_run: bool,

    #[command(flatten)]
    pub(crate) collect: Collect,

    #[command(flatten)]
    pub(crate) assess: Assess,

    #[command(flatten)]
    pub(crate) output: Output,

    /// The command that goes on with this scan.
    #[arg(skip)]
    pub(crate) resume_command: ResumeCommand,
}

/// `rolesweep scans`.
#[derive(Debug, Args)]
pub(crate) struct Scans {
    /// List the demo's scans, with the demo's own configuration unless --config names one.
    #[arg(long, conflicts_with = "store")]
    pub(crate) demo: bool,

    /// A table for people, or one JSON object per line.
    #[arg(long, value_name = "FORMAT", value_parser = ["table", "json"], default_value = "table")]
    pub(crate) format: String,

    /// The file that the facts are kept in [default: the only one in $XDG_DATA_HOME/rolesweep].
    #[arg(long, value_name = "FILE")]
    pub(crate) store: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) assess: Assess,
}

/// `rolesweep report`.
#[derive(Debug, Args)]
pub(crate) struct Report {
    /// Report on this scan, by its id or the id's beginning or end [default: the last finished scan of the widest scope].
    #[arg(long, value_name = "ID")]
    pub(crate) scan: Option<String>,

    /// Report on the demo's scan, with the demo's own configuration unless --config names one.
    #[arg(long, conflicts_with = "store")]
    pub(crate) demo: bool,

    #[command(flatten)]
    pub(crate) assess: Assess,

    #[command(flatten)]
    pub(crate) output: Output,
}

/// `rolesweep config show`.
#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    pub(crate) collect: Collect,

    #[command(flatten)]
    pub(crate) assess: Assess,

    #[command(flatten)]
    pub(crate) output: Output,
}

/// `rolesweep setup`.
#[derive(Debug, Args)]
pub(crate) struct Setup {
    /// The partition: aws, aws-cn, aws-us-gov, aws-eusc … [default: the caller's, else aws].
    #[arg(long, value_name = "NAME")]
    pub(crate) partition: Option<String>,

    /// The audit role's name.
    #[arg(long, value_name = "NAME")]
    pub(crate) role_name: Option<String>,

    /// The ARN of the role or user that will run the scan.
    #[arg(long, value_name = "ARN")]
    pub(crate) caller: Option<String>,

    /// The organization's id (o-…).
    #[arg(long, value_name = "ID")]
    pub(crate) organization: Option<String>,

    /// Ask for an external id in the trust policy.
    #[arg(long)]
    pub(crate) with_external_id: bool,

    /// Print one document alone, for a pipe.
    #[arg(long, value_name = "WHAT", value_parser = crate::setup::Part::ALL.map(crate::setup::Part::as_str))]
    pub(crate) print: Option<String>,
}

/// clap's description of the command, for parsing, completions and manual pages: with the defaults, which stand in
/// `config/default.toml` alone.
pub(crate) fn command() -> clap::Command {
    with_defaults(Cli::command())
}

/// Parses.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let mut root = command();
    let matches = root.try_get_matches_from_mut(arguments)?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    if let (Command::Scan(scan), Some(typed)) = (&mut cli.command, matches.subcommand_matches("scan")) {
        scan.resume_command = resume::resume_command(&root, typed);
    }
    Ok(cli)
}

fn with_defaults(command: clap::Command) -> clap::Command {
    let defaults = rolesweep_config::defaults();
    command
        .mut_args(|argument| {
            let default = argument.get_long().and_then(|long| defaults.get(long));
            match (default, argument.get_help().map(ToString::to_string)) {
                (Some(default), Some(help))
                    if argument.get_action().takes_values() && !help.contains("[default:") =>
                {
                    argument.help(format!("{help} [default: {default}]"))
                }
                _ => argument,
            }
        })
        .mut_subcommands(with_defaults)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_well_formed() {
        super::command().debug_assert();
    }
}
