//! `rolesweep man`.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, roman};

use crate::cli;
use crate::exit::{EXIT_CODES, Exit};
use crate::failure::{Failure, Outcome};
use rolesweep_config::{KEYS, OTHER_VARIABLES};

/// The files that are read and written, with what they are.
const FILES: &[(&str, &str)] = &[
    (
        "$XDG_CONFIG_HOME/rolesweep/config.toml",
        "The configuration file, where `--config` and `ROLESWEEP_CONFIG` name no other. Without `XDG_CONFIG_HOME` in `~/.config`.",
    ),
    (
        "$XDG_DATA_HOME/rolesweep/ORGANIZATION-ID.db",
        "The store: the facts of the organization's scans. Without `XDG_DATA_HOME` in `~/.local/share`.",
    ),
    ("rolesweep-report/", "Where each report gets a folder of its own, where `--output` names none."),
    ("roles.csv", "In a report: a row per role."),
    ("accounts.csv", "In a report: a row per account of the organization, with what became of it."),
    (
        "manifest.json",
        "In a report: who, when, the parameters, counts that add up, the limits of the evidence, and a hash of each file.",
    ),
];

/// Prints the page of the command, or writes the pages of all subcommands.
pub(super) fn run(out: Option<&Path>) -> Outcome<Exit> {
    let mut pages = pages();
    match out {
        None => super::print_data(|data| pages.swap_remove(0).render(data)),
        Some(folder) => {
            write_all(&pages, folder).map_err(|error| {
                Failure::new(format!("failed to write the manual pages to {}", folder.display()))
                    .because(&error)
                    .hint("name a folder that exists and can be written")
            })?;
            Ok(Exit::Done)
        }
    }
}

fn write_all(pages: &[Page], folder: &Path) -> io::Result<()> {
    for page in pages {
        let mut bytes = Vec::new();
        page.render(&mut bytes)?;
        fs::write(folder.join(page.man.get_filename()), bytes)?;
    }
    Ok(())
}

/// The page of one command.
struct Page {
    command: clap::Command,
    man: Man,
    /// Whether it is the page of the program itself, which the others refer to.
    root: bool,
}

/// All pages, the program's own first.
fn pages() -> Vec<Page> {
    // `help` is a way to ask, and nothing to write a page about.
    let mut root = cli::command().disable_help_subcommand(true);
    root.build();
    let mut pages = Vec::new();
    collect(&root, true, &mut pages);
    pages
}

fn collect(command: &clap::Command, root: bool, pages: &mut Vec<Page>) {
    let man = Man::new(command.clone()).source(concat!("rolesweep ", env!("CARGO_PKG_VERSION")));
    pages.push(Page { command: command.clone(), man, root });
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        collect(inner, false, pages);
    }
}

impl Page {
    fn render(&self, out: &mut dyn Write) -> io::Result<()> {
        self.man.render_title(out)?;
        self.man.render_name_section(out)?;
        self.man.render_synopsis_section(out)?;
        self.man.render_description_section(out)?;
        self.man.render_options_section(out)?;
        if self.command.has_subcommands() {
            self.man.render_subcommands_section(out)?;
        }
        exit_status().to_writer(out)?;
        if self.root {
            environment().to_writer(out)?;
            files().to_writer(out)?;
        } else {
            let mut also = Roff::new();
            also.control("SH", ["SEE ALSO"]);
            also.text([bold("rolesweep"), roman("(1), for the environment and the files")]);
            also.to_writer(out)?;
        }
        self.man.render_version_section(out)
    }
}

fn exit_status() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXIT STATUS"]);
    for row in EXIT_CODES {
        entry(&mut roff, &row.code.to_string(), row.meaning);
    }
    roff
}

fn environment() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["ENVIRONMENT"]);
    roff.text([roman(
        "Flags win over the environment, and the environment over a configuration file. Lists are separated by commas. \
         An empty variable is an unset one. Beside these, whatever gives the AWS CLI its credentials does so here.",
    )]);
    for (name, doc) in OTHER_VARIABLES {
        entry(&mut roff, name, doc);
    }
    for key in KEYS.iter() {
        for name in key.environment {
            entry(&mut roff, name, &key.description());
        }
    }
    roff
}

fn files() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["FILES"]);
    for (name, doc) in FILES {
        entry(&mut roff, name, doc);
    }
    roff
}

/// A tagged paragraph. What stands in backticks becomes bold.
fn entry(roff: &mut Roff, tag: &str, text: &str) {
    roff.control("TP", []);
    roff.text([bold(tag)]);
    let inlines: Vec<Inline> = text
        .split('`')
        .enumerate()
        .filter(|(_, part)| !part.is_empty())
        .map(|(at, part)| if at % 2 == 0 { roman(part) } else { bold(part) })
        .collect();
    roff.text(inlines);
}

#[cfg(test)]
mod tests {
    use rolesweep_model::StoreKey;

    use super::*;

    fn text(page: &Page) -> String {
        let mut bytes = Vec::new();
        page.render(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// A section's text, without roff's escapes.
    fn section(page: &str, name: &str) -> String {
        let (_, rest) = page
            .split_once(&format!("\n.SH \"{name}\"\n"))
            .or_else(|| page.split_once(&format!("\n.SH {name}\n")))
            .unwrap();
        rest.split("\n.SH ").next().unwrap().replace('\\', "")
    }

    #[test]
    fn every_page_lists_the_exit_codes_one_by_one() {
        for page in pages() {
            let status = section(&text(&page), "EXIT STATUS");
            assert_eq!(status.matches(".TP\n").count(), EXIT_CODES.len());
            for row in EXIT_CODES {
                assert!(status.contains(&format!("fB{}fR\n{}\n", row.code, row.meaning)), "{status}");
            }
        }
    }

    #[test]
    fn the_programs_page_has_every_variable_and_the_files() {
        let page = text(&pages()[0]);
        assert!(page.contains(".TH rolesweep 1"));
        let environment = section(&page, "ENVIRONMENT");
        for name in
            KEYS.iter().flat_map(|key| key.environment).chain(OTHER_VARIABLES.iter().map(|(name, _)| name))
        {
            assert!(environment.contains(&format!("fB{name}fR\n")), "{name}");
        }
        assert!(section(&page, "FILES").contains("fBmanifest.jsonfR\n"));
        assert!(!page.contains(".SH EXTRA") && !page.contains('`'), "{page}");
    }

    #[test]
    fn every_command_has_a_page_and_help_has_none() {
        let names: Vec<String> = pages().iter().map(|page| page.man.get_filename()).collect();
        for name in ["rolesweep.1", "rolesweep-scan.1", "rolesweep-config.1", "rolesweep-config-show.1"] {
            assert!(names.iter().any(|found| found == name), "{name}: {names:?}");
        }
        assert!(!names.iter().any(|name| name.contains("help")), "{names:?}");
        for page in pages() {
            assert!(!text(&page).replace('\\', "").contains("-help(1)"), "{}", page.man.get_filename());
        }
    }

    #[test]
    fn the_files_named_are_those_that_are_written() {
        let store = crate::paths::store_in(
            Path::new("rolesweep"),
            &StoreKey::Organization("o-exampleorgid".parse().unwrap()),
        );
        assert!(FILES.iter().any(|(name, _)| {
            name.ends_with(&store.display().to_string().replace("o-exampleorgid", "ORGANIZATION-ID"))
        }));
    }
}
