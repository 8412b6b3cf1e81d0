//! The command `rolesweep`: arguments → settings → one module per subcommand.
//!
//! Only `terminal` writes to the terminal, and stdout is for data.

mod cli;
mod clock;
mod commands;
#[cfg(test)]
mod docs;
mod exit;
mod failure;
mod process;
mod setup;
mod shell;
mod store;
mod store_writer;
mod terminal;

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the command with these arguments, the program's name first. Returns what the process should
/// exit with.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    process::prepare();
    process::panics::reported(|| commands::run(arguments)).into()
}
