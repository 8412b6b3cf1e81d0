//! One module per subcommand, and what they have in common.

mod accounts;
mod collect;
mod completions;
mod config;
mod demo;
pub(crate) mod dry_run;
mod failures;
mod man;
mod report;
mod resume;
mod scan;
mod scans;
mod setup;
mod store_file;
mod stored_scans;
mod write;

use std::ffi::OsString;
use std::io;

use clap::error::ErrorKind;

use crate::cli::{self, Cli, Command, ConfigCommand};
use crate::diagnostics;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::printer::Printer;
use crate::{signals, text};
use rolesweep_config::{ConfigErrors, Flags, From, Settings, load};

/// Parses, runs, and says how it ended.
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
                    show(&error).unwrap_or_else(|failure| said(&failure, &printer))
                }
                // clap knows that its errors belong to stderr. Nobody is left to tell when that is gone.
                _ => {
                    if hostile {
                        // clap repeats what was typed, control characters included; as plain text it does not.
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
    diagnostics::start(&printer, settings.terminal.verbose, settings.terminal.log_format);
    for warning in &settings.warnings {
        printer.warning(&warning.to_string());
    }
    let ended = match &cli.command {
        Command::Scan(scan) => {
            let mode = scan::Mode {
                demo: scan.demo,
                resume: scan.resume,
                dry_run: scan.dry_run,
                resume_command: &scan.resume_command,
            };
            scan::run(mode, &settings, &printer)
        }
        Command::Scans(scans) => scans::run(scans, &settings, &printer),
        Command::Report(report) => report::run(report.scan.as_deref(), report.demo, &settings, &printer),
        Command::Setup(arguments) => setup::run(arguments, &settings),
        Command::Config { command: ConfigCommand::Show } => config::show_settings(&settings),
        Command::Completions { shell } => completions::run(*shell),
        Command::Man { out } => man::run(out.as_deref()),
    };
    ended.unwrap_or_else(|failure| said(&failure, &printer))
}

/// Says how it ended, and with which exit code.
fn said(failure: &Failure, printer: &Printer) -> Exit {
    printer.error(&failure.to_string());
    failure.exit
}

/// Prints the help or the version, as clap has it. A closed pipe is nobody's fault, and a program that only wants to know whether rolesweep is
/// there may open `/dev/null` in the way that a closed stdout looks like.
fn show(text: &clap::Error) -> Outcome<Exit> {
    match text.print().and_then(|()| io::Write::flush(&mut io::stdout())) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(unwritten(&error)),
        _ => Ok(Exit::Done),
    }
}

/// The demo's own configuration stands in the place of the user's, unless one is named.
fn settings(cli: &Cli, flags: Flags) -> Result<Settings, ConfigErrors> {
    let demo = match &cli.command {
        Command::Scan(scan) => scan.demo,
        Command::Report(report) => report.demo,
        Command::Scans(scans) => scans.demo,
        Command::Setup(_) | Command::Config { .. } | Command::Completions { .. } | Command::Man { .. } => {
            false
        }
    };
    let from = match (&cli.global.config, demo) {
        (None, true) => From::Program { name: demo::CONFIG_NAME, text: demo::config },
        (path, _) => From::Disk(path.as_deref()),
    };
    load(flags, from)
}

/// Writes data to stdout.
fn print_data(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Outcome<Exit> {
    let mut data = Printer::data()?;
    match write(&mut data).and_then(|()| io::Write::flush(&mut data)) {
        Ok(()) => Ok(Exit::Done),
        Err(error) => Err(unwritten(&error)),
    }
}

/// What was printed did not get out.
fn unwritten(error: &io::Error) -> Failure {
    let failure = Failure::new("failed to write to stdout").because(error);
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            failure.hint("free some space where the output goes, or send it elsewhere (`> FILE`)")
        }
        io::ErrorKind::FileTooLarge => failure.hint(
            "raise the limit on the size of files (`ulimit -f`), or send the output elsewhere (`> FILE`)",
        ),
        _ => failure.hint("send the output to a file (`> FILE`) or to another program (`| PROGRAM`)"),
    }
}
