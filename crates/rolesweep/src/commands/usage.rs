//! The end of a command line that asks for help, or that is not understood.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use rolesweep_config::{Color, Flags, From, KEYS, Setting, load};
use rolesweep_report::ScanResult;

use super::ending::Ending;
use crate::cli;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::printer::{Printer, print_help};
use crate::terminal::text;

/// Prints the help, or says what is wrong.
pub(super) fn end(error: &clap::Error, arguments: &[OsString]) -> Exit {
    let failure = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            return Ending::plain().end(print_help(error), None);
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            show(error, arguments);
            let failure = Failure::usage("no command was named")
                .hint("name one of the commands above; `rolesweep scan --demo` needs no AWS account");
            return Ending::plain().end(Err(failure), None);
        }
        _ => failure(error),
    };
    show(error, arguments);
    let (failure, other) = match flag_of_another_command(error) {
        Some(hint) => (failure.hint(&hint), Some(hint)),
        None => (failure, None),
    };
    if let Some(hint) = other {
        Printer::new(Color::Auto, false).always(&format!("  help: {hint}"));
    }
    match Meant::read(arguments) {
        Some(meant) => meant.ending().record(Some(failure), ScanResult::begin(meant.command)),
        None => failure.exit,
    }
}

/// The commands that do know a flag which this one does not.
fn flag_of_another_command(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidArg) else { return None };
    let long = typed.strip_prefix("--").filter(|_| error.kind() == ErrorKind::UnknownArgument)?;
    let root = cli::command();
    let knows = |command: &&clap::Command| command.get_arguments().any(|flag| flag.get_long() == Some(long));
    let names: Vec<String> = root
        .get_subcommands()
        .filter(knows)
        .map(|command| format!("`rolesweep {}`", command.get_name()))
        .collect();
    (!names.is_empty()).then(|| format!("`--{long}` is a flag of {}", names.join(" and ")))
}

/// Prints clap's own message. If stderr is closed, nobody can be told.
fn show(error: &clap::Error, arguments: &[OsString]) {
    let hostile = arguments
        .iter()
        .map(|argument| argument.to_string_lossy())
        .any(|argument| text::one_line(&argument) != argument);
    if hostile {
        // clap repeats what was typed, including control characters. Its plain text does not.
        let plain = text::harmless(&error.render().to_string());
        Printer::new(Color::Never, false).always(plain.trim_end());
    } else {
        let _ = error.print();
    }
}

/// clap's message, for the record.
fn failure(error: &clap::Error) -> Failure {
    let text = error.render().to_string();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let failure = Failure::usage(first.strip_prefix("error: ").unwrap_or(first));
    lines.filter_map(|line| line.strip_prefix("tip: ")).fold(failure, Failure::hint)
}

/// The scan or report that a command line means although it is not understood, as far as its record
/// depends on it.
struct Meant {
    command: &'static str,
    flags: Flags,
    config: Option<PathBuf>,
}

impl Meant {
    fn read(arguments: &[OsString]) -> Option<Self> {
        let words: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
        let command = ["scan", "report"].into_iter().find(|command| words.contains(command))?;
        if words.contains(&"--dry-run") || words.contains(&"--check") {
            return None;
        }
        let value = |flag: &str| {
            let beside =
                words.iter().position(|word| *word == flag).and_then(|at| words.get(at + 1).copied());
            beside.or_else(|| words.iter().find_map(|word| word.strip_prefix(flag)?.strip_prefix('=')))
        };
        let given = |flags: Flags, setting: Setting| {
            let flag = KEYS.iter().find(|key| key.setting == setting).and_then(|key| key.flag);
            flags.given(setting, flag.and_then(value))
        };
        let flags = [Setting::summary, Setting::log_format].into_iter().fold(Flags::default(), given);
        Some(Self { command, flags, config: value("--config").map(PathBuf::from) })
    }

    fn ending(&self) -> Ending {
        match load(self.flags.clone(), From::Disk(self.config.as_deref())) {
            Ok(settings) => {
                let printer = Printer::new(settings.terminal.color, settings.terminal.quiet);
                Ending::new(&printer, &settings.terminal, settings.output.summary)
            }
            Err(refused) => {
                let printer = Printer::new(refused.terminal.color, refused.terminal.quiet);
                Ending::new(&printer, &refused.terminal, refused.summary)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli;

    fn refused(line: &str) -> (clap::Error, Vec<OsString>) {
        let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        (cli::parse(&arguments).err().unwrap(), arguments)
    }

    #[test]
    fn claps_message_becomes_the_error_of_the_record() {
        let (error, _) = refused("rolesweep scan --concurency 4");
        let problem = failure(&error).problem();
        assert_eq!(problem.message, "unexpected argument '--concurency' found");
        assert_eq!(problem.help, ["a similar argument exists: '--concurrency'"]);
    }

    #[test]
    fn a_scan_is_recognized_in_a_command_line_that_is_not_understood() {
        let meant = |line: &str| Meant::read(&refused(line).1).map(|meant| (meant.command, meant.config));
        assert_eq!(meant("rolesweep scan --bogus"), Some(("scan", None)));
        let config = Some(PathBuf::from("a.toml"));
        assert_eq!(meant("rolesweep --config=a.toml report --bogus"), Some(("report", config)));
        assert_eq!(meant("rolesweep scan --dry-run --bogus"), None);
        assert_eq!(meant("rolesweep setup --bogus"), None);
    }

    #[test]
    fn a_secret_in_a_mistyped_flag_is_not_repeated() {
        let (error, _) = refused("rolesweep scan --externalid=hunter2");
        let problem = failure(&error).problem();
        assert!(!format!("{problem:?}").contains("hunter2"), "{problem:?}");
    }
}
