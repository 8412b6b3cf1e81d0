//! The command under test: the very same library as the shipped one.

use std::process::ExitCode;

fn main() -> ExitCode {
    rolesweep::main(std::env::args_os())
}
