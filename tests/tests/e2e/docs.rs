//! The parts of README.md that show what the demo prints and writes.
//!
//! `UPDATE_DOCS=1 cargo test --workspace docs` writes them again.

use std::fs;

use rolesweep_testing::pages::Page;
use rolesweep_tests::{Table, sandbox};
use serde_json::Value;

use crate::fixture::{AS_OF, from};

/// How the part of the summary begins that README.md leaves out.
const GAPS: &str = "\nNot fully";

/// Three of the demo's roles, by account and name: one that was used, one without a recorded use,
/// and one of which AWS did not say.
const ROLES: [(&str, &str); 3] = [
    ("research-vision", "OrganizationAccountAccessRole"),
    ("catalog-prod", "data-quality-lambda"),
    ("brightleaf-crm", "exports-readonly"),
];

/// The columns that README.md shows of them.
const COLUMNS: [&str; 8] =
    ["account_name", "role_name", "last_use", "idle_days", "status", "severity", "privilege", "trust_level"];

#[test]
fn the_readme_shows_what_the_demo_prints_and_writes() {
    let sandbox = sandbox!();
    let run = sandbox.rolesweep(["scan", "--demo", "--as-of", AS_OF, "--store", "demo.db"]);
    let finished = run.run().expect_code(0);
    let folder = fs::read_dir(sandbox.path("rolesweep-report")).unwrap().next().unwrap().unwrap();
    let manifest = fs::read(folder.path().join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let scan = manifest["scan"]["id"].as_str().unwrap();
    let folder_name = folder.file_name().into_string().unwrap();
    let said = finished.stderr.replace(&folder_name, "2026-11-22-9b1f6d0e");
    let said = said.replace(scan, "019aab3c-6e00-7a31-8d52-c04e9b1f6d0e");
    Page::part("README.md", "demo-summary", summary(&said)).check();

    let table = Table::read(&folder.path().join("roles.csv"));
    Page::part("README.md", "demo-rows", rows(&table)).check();
}

/// What stands above the gaps in the summary, as a block of text. Progress comes before it, up to
/// an empty line. What is only there because the test sets the instant is left out.
fn summary(said: &str) -> String {
    let whole = from(said, "\n\n");
    let (shown, _) = whole.split_once(GAPS).unwrap_or_else(|| panic!("no `{GAPS}` in {whole}"));
    // Without these words, the line has room for the duration.
    let shown = shown.replace(" (set by hand)", "").replace(",\n              took ", ", took ");
    format!("```text\n{}\n```\n", one_duration(shown.trim()))
}

/// The text with always the same duration, if it has one.
fn one_duration(text: &str) -> String {
    let Some((before, after)) = text.split_once("took ") else { return text.to_owned() };
    let rest = after.find('\n').map_or("", |at| &after[at..]);
    format!("{before}took 2 s{rest}")
}

/// The [`ROLES`] as a table in Markdown.
fn rows(table: &Table) -> String {
    let line = |cells: Vec<&str>| format!("| {} |\n", cells.join(" | "));
    let (shown, all) = (COLUMNS.len(), table.columns().len());
    let mut text = format!("Three rows of its `roles.csv`, with {shown} of {all} columns:\n\n");
    text += &(line(COLUMNS.to_vec()) + &line(COLUMNS.map(|_| "---").to_vec()));
    for (account, role) in ROLES {
        let is_it = |row: &rolesweep_tests::Row<'_>| {
            row.get("account_name") == account && row.get("role_name") == role
        };
        let row = table.rows().find(is_it).unwrap_or_else(|| panic!("{role} of {account} is not listed"));
        text += &line(COLUMNS.map(|column| row.get(column)).to_vec());
    }
    text
}
