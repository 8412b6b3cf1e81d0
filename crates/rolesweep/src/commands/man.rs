//! `rolesweep man`.

use std::path::Path;

use clap_mangen::{Man, generate_to};
use rolesweep_config::{KEYS, OTHER_VARIABLES};

use crate::cli;
use crate::exit::help_text;
use crate::failure::{Failure, Outcome};
use crate::terminal::printer::print_data;

/// The files that are read and written.
const FILES: [(&str, &str); 3] = [
    (
        "$XDG_CONFIG_HOME/rolesweep/config.toml",
        "The configuration file, unless `--config` or `ROLESWEEP_CONFIG` names another. Without `XDG_CONFIG_HOME`: below `~/.config`.",
    ),
    (
        "$XDG_DATA_HOME/rolesweep/ORGANIZATION-ID.db",
        "The store: the facts of the organization's scans. Without `XDG_DATA_HOME`: below `~/.local/share`.",
    ),
    ("rolesweep-report/", "Each report gets a new folder in here, unless `--output` names one."),
];

/// Prints the page of the program, or writes the pages of all commands.
pub(super) fn run(out: Option<&Path>) -> Outcome<()> {
    match out {
        None => print_data(|data| Man::new(command()).render(data)),
        Some(folder) => generate_to(command(), folder).map_err(|error| {
            Failure::new(format!("failed to write the manual pages to {}", folder.display()))
                .because(&error)
                .hint("name a folder that exists and can be written")
        }),
    }
}

/// The command, with exit codes, variables and files after its flags.
fn command() -> clap::Command {
    let mut text = help_text().replace('\n', "\n\n");
    let keys = KEYS.iter().flat_map(|key| key.environment.iter().map(|name| (*name, key.description())));
    let others = OTHER_VARIABLES.iter().map(|(name, doc)| (*name, (*doc).to_owned()));
    text.push_str(
        "\n\nEnvironment: flags win over variables, and variables win over a configuration file. Lists are separated by commas. \
         An empty variable counts as not set. The AWS CLI's variables for credentials apply, too.",
    );
    for (name, doc) in others.chain(keys).chain(FILES.map(|(name, doc)| (name, doc.to_owned()))) {
        text.push_str(&format!("\n\n{name}: {doc}"));
    }
    cli::command().disable_help_subcommand(true).after_long_help(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_page_has_every_exit_code_and_variable_and_the_files() {
        let mut page = Vec::new();
        Man::new(command()).render(&mut page).unwrap();
        let page = String::from_utf8(page).unwrap().replace('\\', "");
        let variables = KEYS.iter().flat_map(|key| key.environment).copied();
        for name in variables.chain(OTHER_VARIABLES.iter().map(|(name, _)| *name)) {
            assert!(page.contains(&format!("\n{name}: ")), "{name}");
        }
        for line in help_text().lines().chain(FILES.map(|(name, _)| name)) {
            assert!(page.contains(line.trim()), "{line}: {page}");
        }
    }
}
