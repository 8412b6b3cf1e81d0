//! The command once more, under a name of its own: cargo builds a binary for the tests of its own package alone.

use std::process::ExitCode;

fn main() -> ExitCode {
    rolesweep::main(std::env::args_os())
}
