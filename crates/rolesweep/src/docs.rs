//! The documentation that is generated from tables in the code, and the check that it is up to
//! date.
//!
//! `UPDATE_DOCS=1 cargo test --workspace --lib docs` writes the pages again.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cli;
use crate::exit::MEANINGS;
use crate::setup::{Document, SetupInput, pages};

/// A page in the repository, or the part of a page between two marks.
struct Page {
    path: &'static str,
    /// The name of the marks `<!-- name -->` and `<!-- /name -->`; `None` for a whole page.
    part: Option<&'static str>,
    text: String,
}

fn all_generated() -> Vec<Page> {
    vec![
        Page { path: "docs/columns.md", part: None, text: columns() },
        Page { path: "docs/commands.md", part: None, text: commands() },
        Page { path: "docs/credentials.md", part: None, text: rolesweep_connect::credentials_markdown() },
        Page { path: "README.md", part: Some("exit-codes"), text: exit_codes() },
    ]
    .into_iter()
    .chain(iam())
    .collect()
}

/// The policies in `config/iam/`, the template that contains another one, and the steps.
fn iam() -> Vec<Page> {
    let open = pages::open();
    let planned = SetupInput { planned_reads: true, ..open.clone() };
    let page = |path, text| Page { path, part: None, text };
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
        Page { path: "config/iam/README.md", part: Some("documents"), text: iam_documents() },
        Page { path: "config/iam/README.md", part: Some("steps"), text: pages::steps_markdown(&open) },
    ]
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
    rolesweep_report::columns_markdown() + &crate::commands::scan::dry_run::table::markdown()
}

fn exit_codes() -> String {
    let mut text = String::from("| code | meaning |\n|---|---|\n");
    for (exit, meaning) in MEANINGS {
        let _ = writeln!(text, "| {} | {meaning} |", exit.code());
    }
    text
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

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The file's content with the page's text inserted.
fn placed(page: &Page, found: &str) -> String {
    let Some(part) = page.part else {
        return page.text.clone();
    };
    let (begin, end) = (format!("<!-- {part} -->\n"), format!("<!-- /{part} -->"));
    let (before, rest) =
        found.split_once(&begin).unwrap_or_else(|| panic!("{} has no mark {begin}", page.path));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{} has no mark {end}", page.path));
    format!("{before}{begin}{}{end}{after}", page.text)
}

#[test]
fn generated_pages_are_up_to_date() {
    let bless = std::env::var_os("UPDATE_DOCS").is_some();
    for page in all_generated() {
        let path = repository().join(page.path);
        let found = fs::read_to_string(&path).unwrap_or_default();
        let wanted = placed(&page, &found);
        if bless {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, wanted).unwrap();
        } else {
            assert!(
                found == wanted,
                "{} is out of date: run `UPDATE_DOCS=1 cargo test --workspace --lib docs`, look at it, and commit it",
                page.path
            );
        }
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
