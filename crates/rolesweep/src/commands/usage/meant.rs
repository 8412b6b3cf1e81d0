//! The command that a command line means although it is not understood, for the record of its result.

use std::ffi::OsString;
use std::path::PathBuf;

use rolesweep_config::{Flags, From, KEYS, Setting, load};

use crate::cli;
use crate::commands::ending::Ending;
use crate::terminal::printer::Printer;

/// The scan or report that a command line means, as far as its record depends on it.
pub(super) struct Meant {
    pub(super) command: &'static str,
    flags: Flags,
    config: Option<PathBuf>,
}

impl Meant {
    /// Nothing if the command has no record.
    pub(super) fn read(arguments: &[OsString]) -> Option<Self> {
        let named = cli::named_command(arguments);
        let command = ["scan", "report"].into_iter().find(|command| *command == named)?;
        let words: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
        if words.contains(&"--dry-run") || words.contains(&"--check") {
            return None;
        }
        // clap may have stopped before these flags.
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

    pub(super) fn ending(&self) -> Ending {
        match load(self.flags.clone(), From::Disk(self.config.as_deref()), || ()) {
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

    fn meant(line: &str) -> Option<(&'static str, Option<PathBuf>)> {
        let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        assert!(cli::parse(&arguments).is_err(), "{line}");
        Meant::read(&arguments).map(|meant| (meant.command, meant.config))
    }

    #[test]
    fn a_scan_or_report_is_recognized_in_a_command_line_that_is_not_understood() {
        assert_eq!(meant("rolesweep scan --bogus"), Some(("scan", None)));
        let config = Some(PathBuf::from("a.toml"));
        assert_eq!(meant("rolesweep --config=a.toml report --bogus"), Some(("report", config.clone())));
        assert_eq!(meant("rolesweep report --bogus --config a.toml"), Some(("report", config)));
        assert_eq!(meant("rolesweep --bogus scan --include none"), Some(("scan", None)));
        assert_eq!(meant("rolesweep scan --dry-run --bogus"), None);
        assert_eq!(meant("rolesweep setup --bogus"), None);
    }

    #[test]
    fn the_value_of_a_flag_is_no_command() {
        let scan = Some(PathBuf::from("scan"));
        assert_eq!(meant("rolesweep --config scan report --bogus"), Some(("report", scan)));
        assert_eq!(meant("rolesweep report --store scan --bogus"), Some(("report", None)));
        assert_eq!(meant("rolesweep setup --caller scan --bogus"), None);
        assert_eq!(meant("rolesweep help scan bogus"), None);
    }
}
