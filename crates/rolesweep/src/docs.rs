//! The documentation that is generated from tables in the code, and the check that it is up to
//! date.
//!
//! `UPDATE_DOCS=1 cargo test --workspace docs` writes the pages again.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use rolesweep_report::{Accounts, Kind, Roles, Table};
use rolesweep_testing::pages::{Page, repository};

use crate::cli::{self, pasted};
use crate::exit::MEANINGS;
use crate::setup::{Document, SetupInput, pages};

fn all_generated() -> Vec<Page> {
    vec![
        Page::whole("docs/columns.md", columns()),
        Page::whole("docs/commands.md", commands()),
        Page::whole("docs/credentials.md", rolesweep_connect::credentials_markdown()),
        Page::part("docs/spreadsheets.md", "libreoffice", libreoffice()),
        Page::whole("docs/result.md", rolesweep_report::result_markdown()),
        Page::part("README.md", "exit-codes", exit_codes()),
    ]
    .into_iter()
    .chain(iam())
    .chain(rules())
    .collect()
}

/// The policies in `config/iam/`, the template that contains another one, and the steps.
fn iam() -> Vec<Page> {
    let open = pages::open();
    let planned = SetupInput { planned_reads: true, ..open.clone() };
    let page = |path: &'static str, text| Page::whole(path, text);
    vec![
        page("config/iam/permission-policy.json", Document::PermissionPolicy.text(&open)),
        page(
            "config/iam/permission-policy-with-planned-reads.json",
            Document::PermissionPolicy.text(&planned),
        ),
        page("config/iam/trust-policy.json", Document::TrustPolicy.text(&open)),
        page("config/iam/caller-policy.json", Document::CallerPolicy.text(&open)),
        page("config/iam/delegation-policy.json", Document::DelegationPolicy.text(&open)),
        page("config/iam/audit-role-stackset.yaml", pages::stackset_of_the_stack()),
        Page::part("config/iam/README.md", "documents", iam_documents()),
        Page::part("config/iam/README.md", "steps", pages::steps_markdown(&open)),
    ]
}

/// The page of each rule, and their list.
fn rules() -> Vec<Page> {
    use rolesweep_assess::rules::{index, page, rules};
    let pages = rules().map(|rule| Page::whole(format!("docs/rules/{}.md", rule.code), page(&rule)));
    pages.chain([Page::whole("docs/rules/README.md", index())]).collect()
}

fn iam_documents() -> String {
    let mut text = String::from("| `--print` | file | what it is |\n|---|---|---|\n");
    for document in Document::ALL {
        let (name, file, meaning) = (document.name(), document.file(), document.meaning());
        let _ = writeln!(text, "| `{name}` | [`{file}`]({file}) | {meaning} |");
    }
    text
}

fn columns() -> String {
    use crate::commands::scan::{check, dry_run};
    rolesweep_report::columns_markdown() + &dry_run::table::markdown() + &check::table::markdown()
}

fn exit_codes() -> String {
    let mut text = String::from("| code | meaning |\n|---|---|\n");
    for (exit, meaning) in MEANINGS {
        let _ = writeln!(text, "| {} | {meaning} |", exit.code());
    }
    text
}

/// The commands that convert the tables with LibreOffice. It takes a column for text only if the
/// command says so, and its number is the column's place in the table.
fn libreoffice() -> String {
    format!("```sh\n{}\n{}\n```\n", conversion::<Roles>(), conversion::<Accounts>())
}

fn conversion<T: Table>() -> String {
    let is_text = |kind| !matches!(kind, Kind::Integer);
    let columns = T::columns().iter().zip(1..).filter(|(column, _)| is_text(column.kind));
    let text: Vec<String> = columns.map(|(_, place)| format!("{place}/2")).collect();
    // The separator, the quotation mark, UTF-8, and the line that the table begins at.
    let options = format!("CSV:44,34,76,1,{}", text.join("/"));
    format!("soffice --headless --convert-to xlsx --infilter='{options}' {}", T::FILE)
}

fn commands() -> String {
    let mut text = String::from(
        "# Commands\n\nWhat `--help` says, of every command. This page is generated; a test fails when it is out of date.\n",
    );
    let mut root = cli::command().term_width(100);
    root.build();
    push_command(&mut text, &mut root, "rolesweep");
    text
}

fn push_command(text: &mut String, command: &mut clap::Command, name: &str) {
    let help = command.clone().term_width(100).render_long_help().to_string();
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    let _ = write!(text, "\n## `{name}`\n\n```text\n{}\n```\n", lines.join("\n").trim_end());
    for inner in command.get_subcommands_mut() {
        if inner.get_name() != "help" {
            let name = format!("{name} {}", inner.get_name());
            push_command(text, inner, &name);
        }
    }
}

#[test]
fn generated_pages_are_up_to_date() {
    for page in all_generated() {
        page.check();
    }
}

/// Every page of the repository.
fn all_pages(folder: &Path, pages: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if name == "target" || name == "corpus" || name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if path.is_dir() {
            all_pages(&path, pages);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
}

#[test]
fn commands_on_pages_are_understood() {
    // The help is generated, and history may name what is no more.
    const OTHERS: [&str; 2] = ["docs/commands.md", "CHANGELOG.md"];
    let mut pages = Vec::new();
    all_pages(&repository(), &mut pages);
    let mut checked = 0;
    for path in pages.iter().filter(|path| OTHERS.iter().all(|other| !path.ends_with(other))) {
        for command in pasted::commands(&fs::read_to_string(path).unwrap()) {
            pasted::check(&command)
                .unwrap_or_else(|error| panic!("{}: `{command}`: {error}", path.display()));
            checked += 1;
        }
    }
    assert!(checked > 15, "{checked}");
}

#[test]
fn what_pages_link_to_and_name_in_the_repository_exists() {
    const FOLDERS: [&str; 7] = ["crates/", "config/", "docs/", "fuzz/", "tests/", "xtask/", ".ci/"];
    let mut pages = Vec::new();
    all_pages(&repository(), &mut pages);
    for path in pages {
        let text = fs::read_to_string(&path).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap_or_default();
            if !target.is_empty() && !target.contains("://") {
                let found = path.parent().unwrap().join(target).exists();
                assert!(found, "{} links to {target}", path.display());
            }
        }
        for named in text.split('`').skip(1).step_by(2) {
            let is_path = FOLDERS.iter().any(|folder| named.starts_with(folder));
            let is_plain = !named.contains([' ', '<', '*', '…', '{']);
            let found = !is_path || !is_plain || repository().join(named).exists();
            assert!(found, "{} names {named}", path.display());
        }
    }
}

#[test]
fn every_page_on_a_rule_is_that_of_a_rule() {
    let known: Vec<String> = rules().into_iter().map(|page| page.path.into_owned()).collect();
    for entry in fs::read_dir(repository().join("docs/rules")).unwrap().flatten() {
        let path = format!("docs/rules/{}", entry.file_name().display());
        assert!(known.contains(&path), "no rule has the page {path}");
    }
}
