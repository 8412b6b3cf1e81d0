//! `rolesweep completions`.

use crate::cli;
use crate::failure::Outcome;
use crate::terminal::printer::print_data;

pub(super) fn run(shell: clap_complete::Shell) -> Outcome<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut cli::command(), "rolesweep", &mut script);
    print_data(|data| data.write_all(&script))
}
