//! The end of a command line that asks for help, or that is not understood.

mod meant;
mod message;

use std::ffi::OsString;

use clap::error::ErrorKind;
use rolesweep_config::Color;
use rolesweep_report::ScanResult;

use self::meant::Meant;
use super::ending::Ending;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::printer::{Printer, print_help};

/// Prints the help, or says what is wrong.
pub(super) fn end(error: &clap::Error, arguments: &[OsString]) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Ending::plain().end(print_help(error), None),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // If stderr is closed, nobody can be told.
            let _ = error.print();
            let failure = Failure::usage("no command was named")
                .hint("name one of the commands above; `rolesweep scan --demo` needs no AWS account");
            Ending::plain().end(Err(failure), None)
        }
        _ => {
            let meant = Meant::read(arguments);
            let failure = message::of(error, arguments);
            Printer::new(Color::Auto, false).error(&failure.to_string());
            match meant {
                Some(meant) => meant.ending().record(Some(failure), ScanResult::begin(meant.command)),
                None => failure.exit,
            }
        }
    }
}
