//! `rolesweep man`.

use std::path::Path;

use crate::cli;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};

/// Prints the page of the command, or writes the pages of all subcommands.
pub(super) fn run(out: Option<&Path>) -> Outcome<Exit> {
    let command = cli::command();
    match out {
        None => super::print_data(|data| clap_mangen::Man::new(command).render(data)),
        Some(folder) => {
            clap_mangen::generate_to(command, folder).map_err(|error| {
                Failure::new(format!("failed to write the manual pages to {}", folder.display()))
                    .because(&error)
                    .hint("name a folder that exists and can be written")
            })?;
            Ok(Exit::Done)
        }
    }
}
