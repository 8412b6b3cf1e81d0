//! The binary. All code is in the library, so that the end-to-end tests run the same code.

use std::process::ExitCode;

fn main() -> ExitCode {
    rolesweep::main(std::env::args_os())
}
