//! One module for each subcommand.

mod completions;
mod config;
mod exit_code;
mod man;
mod report;
pub(crate) mod scan;
mod scans;
mod setup;

use std::ffi::OsString;

use clap::error::ErrorKind;

use crate::cli::{self, Cli, Command, ConfigCommand};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::process::signals;
use crate::terminal::printer::{Printer, print_help};
use crate::terminal::{log, text};
use rolesweep_config::{ConfigErrors, Flags, From, Settings, load};

/// Parses the arguments, runs the command, and reports its end.
pub(crate) fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let hostile = arguments
        .iter()
        .map(|argument| argument.to_string_lossy())
        .any(|argument| text::one_line(&argument) != argument);
    let (cli, flags) = match cli::parse(arguments) {
        Ok(parsed) => parsed,
        Err(error) => {
            return match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                    let printer = Printer::new(rolesweep_config::Color::Auto, false);
                    print_help(&error).unwrap_or_else(|failure| said(&failure, &printer))
                }
                // clap writes its errors to stderr. If that is closed, nobody can be told.
                _ => {
                    if hostile {
                        // clap repeats what was typed, including control characters. Its plain text
                        // does not.
                        let plain = text::harmless(&error.render().to_string());
                        Printer::new(rolesweep_config::Color::Never, false).always(plain.trim_end());
                    } else {
                        let _ = error.print();
                    }
                    Exit::Usage
                }
            };
        }
    };
    let settings = match settings(&cli, flags) {
        Ok(settings) => settings,
        Err(errors) => {
            let printer = Printer::new(rolesweep_config::Color::Auto, false);
            printer.error(&errors.to_string());
            return Exit::Usage;
        }
    };
    let printer = Printer::new(settings.terminal.color, settings.terminal.quiet);
    signals::outlive_file_size_limits();
    log::start(&printer, settings.terminal.verbose, settings.terminal.log_format);
    for warning in &settings.warnings {
        printer.warning(&warning.to_string());
    }
    let ended = match &cli.command {
        Command::Scan(arguments) => scan::run(arguments, &settings, &printer),
        Command::Scans(scans) => scans::run(scans, &settings, &printer),
        Command::Report(report) => report::run(report, &settings, &printer),
        Command::Setup(arguments) => setup::run(arguments, &settings),
        Command::Config { command: ConfigCommand::Show } => config::show_settings(&settings),
        Command::Config { command: ConfigCommand::Init { out } } => {
            config::init(out.as_deref(), cli.global.config.as_deref(), &printer)
        }
        Command::Completions { shell } => completions::run(*shell),
        Command::Man { out } => man::run(out.as_deref()),
    };
    ended.unwrap_or_else(|failure| said(&failure, &printer))
}

/// Reports a failure, and gives its exit code.
fn said(failure: &Failure, printer: &Printer) -> Exit {
    printer.error(&failure.to_string());
    failure.exit
}

/// The settings. The demo has its own configuration, unless the user names one.
fn settings(cli: &Cli, flags: Flags) -> Result<Settings, ConfigErrors> {
    let demo = match &cli.command {
        Command::Scan(scan) => scan.demo,
        Command::Report(report) => report.demo,
        Command::Scans(scans) => scans.demo,
        Command::Setup(_) | Command::Config { .. } | Command::Completions { .. } | Command::Man { .. } => {
            false
        }
    };
    // A file that is to be written is not read, so that one with a mistake is no obstacle.
    let writes_one = matches!(cli.command, Command::Config { command: ConfigCommand::Init { .. } });
    let from = match (&cli.global.config, demo) {
        _ if writes_one => From::Program { name: "no file", text: |_| String::new() },
        (None, true) => From::Program { name: scan::demo::CONFIG_NAME, text: scan::demo::config },
        (path, _) => From::Disk(path.as_deref()),
    };
    load(flags, from)
}
