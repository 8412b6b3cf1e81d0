//! The command `rolesweep`: arguments → settings → one module per subcommand.
//!
//! Only `printer`, `progress` and `diagnostics` write to the terminal, and stdout is for data.

mod cli;
mod clock;
mod commands;
mod diagnostics;
#[cfg(test)]
mod docs;
mod exit;
mod failure;
mod paths;
mod printer;
mod process;
mod progress;
mod setup;
mod shell;
mod signals;
mod store_writer;
mod summary;
mod text;

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the command with these arguments, the program's name first. Returns what the process should exit with.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    process::prepare();
    process::ending::named(|| commands::run(arguments)).into()
}
