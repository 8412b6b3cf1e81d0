//! One module for each subcommand, the settings that they share, and how they end.

mod completions;
mod config;
mod diff;
mod ending;
mod exit_code;
mod explain;
mod man;
mod report;
mod rules;
pub(crate) mod scan;
mod scans;
mod settings;
mod setup;
mod usage;

use std::ffi::OsString;

use rolesweep_report::ScanResult;

use crate::cli::{self, Command, ConfigCommand};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::process::{panics, signals};
use crate::terminal::log;
use crate::terminal::printer::Printer;
use ending::Ending;

/// Parses the arguments, runs the command, and reports its end.
pub(crate) fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let (cli, flags) = match cli::parse(&arguments) {
        Ok(parsed) => parsed,
        Err(error) => return usage::end(&error, &arguments),
    };
    let mut result = ScanResult::begin(cli.command.with_a_result().unwrap_or_default());
    let has_result = cli.command.with_a_result().is_some();
    let (settings, note) = match settings::settings(&cli, flags) {
        Ok(settings) => settings,
        Err(refused) => {
            let printer = Printer::new(refused.terminal.color, refused.terminal.quiet);
            let failure = Failure::usage(refused.errors.to_string());
            let ending = Ending::new(&printer, &refused.terminal, refused.summary);
            return ending.end(Err(failure), has_result.then_some(result));
        }
    };
    let printer = Printer::new(settings.terminal.color, settings.terminal.quiet);
    signals::outlive_file_size_limits();
    log::start(&printer, settings.terminal.verbose, settings.terminal.log_format);
    for warning in &settings.warnings {
        printer.warning(&warning.to_string());
    }
    note.into_iter().for_each(|note| printer.note(&note));
    let ended = panics::caught(|| match &cli.command {
        Command::Scan(arguments) => scan::run(arguments, &settings, &printer, &mut result),
        Command::Scans(scans) => scans::run(scans, &settings, &printer),
        Command::Report(report) => report::run(report, &settings, &printer, &mut result),
        Command::Diff(arguments) => diff::run(arguments, &settings, &printer),
        Command::Explain(arguments) => explain::run(arguments, &settings, &printer),
        Command::Rules { code } => rules::run(code.as_deref(), &settings),
        Command::Setup(arguments) => setup::run(arguments, &settings),
        Command::Config { command: ConfigCommand::Show { .. } } => config::show_settings(&settings),
        Command::Config { command: ConfigCommand::Init { out } } => {
            config::init(out.as_deref(), cli.global.config.as_deref(), &printer)
        }
        Command::Completions { shell } => completions::run(*shell),
        Command::Man { out } => man::run(out.as_deref()),
    });
    let ending = Ending::new(&printer, &settings.terminal, settings.output.summary);
    let ended = ended.map_err(|failure| failure.completed_by(&cli.completion));
    ending.end(ended, has_result.then_some(result))
}
