//! The command. Everything is in the library, so that the end-to-end tests run the very same code.

use std::process::ExitCode;

fn main() -> ExitCode {
    rolesweep::main(std::env::args_os())
}
