//! The same command in this package, because cargo builds a package's binaries only for its own
//! tests.

use std::process::ExitCode;

fn main() -> ExitCode {
    rolesweep::main(std::env::args_os())
}
