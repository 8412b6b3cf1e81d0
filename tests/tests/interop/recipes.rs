//! The recipes of `docs/spreadsheets.md` as they stand there, on a report whose names look like
//! numbers, dates, formulas and missing values. Every cell has to come back as it is in the file.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use jiff::{SignedDuration, Timestamp};
use libtest_mimic::Failed;
use rolesweep_sim::{OrganizationSpec, RoleSpec};
use rolesweep_tests::{Sandbox, Server, Table, list, pairs, sandbox, text};
use serde_json::{Value, json};

use crate::Said;
use crate::python::Python;

const AS_OF: &str = "2026-11-22T12:00:00Z";

/// Role names that IAM allows and a program that guesses types changes.
const ROLES: [&str; 22] = [
    "NA",
    "NaN",
    "null",
    "None",
    "TRUE",
    "false",
    "00123",
    "123",
    "1E5",
    "1.50",
    "1,234",
    "2024-01-01",
    "01.02.2024",
    "1-2",
    "inf",
    "0x10",
    "-",
    "-1",
    "+1",
    "=1+1",
    "@SUM",
    "_",
];

/// Names of accounts and values of tags, which may hold more.
const TEXTS: [&str; 8] =
    ["NA", "007", " padded ", "'quoted", "\"a\", b", "a; b", r"back\nslash", "line\nand \u{202e}turn"];

/// The columns that hold whole numbers. All others are text.
const NUMBERS: [(&str, &[&str]); 2] = [
    ("roles.csv", &["idle_days", "age_days", "threshold_days", "scans_idle"]),
    ("accounts.csv", &["roles", "flagged", "undetermined", "policies_not_read"]),
];

pub(crate) fn pandas(python: &Python) -> Said {
    let sandbox = reported();
    let tables = tables(python, &sandbox, "pandas", &block("pandas", "python")?)?;
    // pandas has no missing texts here: an empty cell is an empty text.
    every_cell(&sandbox, &tables, |cell| json!(cell))
}

pub(crate) fn duckdb(python: &Python) -> Said {
    let sandbox = reported();
    let tables = tables(python, &sandbox, "duckdb", &block("DuckDB", "sql")?)?;
    every_cell(&sandbox, &tables, or_null)
}

pub(crate) fn libreoffice(python: &Python) -> Said {
    let sandbox = reported();
    let folder = sandbox.path("report");
    let mut command = Command::new("sh");
    command.args(["-ec", &block("LibreOffice", "sh")?]).env_clear().current_dir(&folder);
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    // Its profile is below the home folder.
    let output = command.env("HOME", sandbox.home()).stdin(Stdio::null()).output()?;
    if !output.status.success() || !folder.join("accounts.xlsx").exists() {
        let said = [output.stdout, output.stderr].concat();
        return Err(format!("it wrote no workbook: {}", String::from_utf8_lossy(&said)).into());
    }
    every_cell(&sandbox, &tables(python, &sandbox, "workbooks", "")?, or_null)
}

/// Reading back gives what is in AWS, which this test reads from the file by its own code.
pub(crate) fn plain(python: &Python) -> Said {
    let sandbox = reported();
    let found = tables(python, &sandbox, "plain", &block("The text as AWS has it", "python")?)?;
    let original = |column: &str, cell: &str| match column {
        "tags" => json!(pairs(cell)),
        "attached_policies" | "inline_policies" | "instance_profiles" => json!(list(cell)),
        _ => json!(text(cell)),
    };
    let mut cells = 0;
    for (file, _) in NUMBERS {
        cells += compare(file, &csv(&sandbox, file), &found[file], original)?;
    }
    Ok(format!("read back {cells} cells, 0 differences"))
}

/// Whether LibreOffice is installed.
pub(crate) fn has_libreoffice() -> Result<(), String> {
    let ran = Command::new("soffice").arg("--version").stdin(Stdio::null()).output();
    match ran {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!("`soffice` does not run: {}", String::from_utf8_lossy(&output.stderr))),
        Err(error) => Err(format!("no usable `soffice` ({error})")),
    }
}

/// The report on an organization of hostile names, in the folder `report`.
fn reported() -> Sandbox {
    let as_of: Timestamp = AS_OF.parse().unwrap_or_default();
    let ago = |days: i64| as_of - SignedDuration::from_hours(24 * days);
    let mut spec = OrganizationSpec::new(3, as_of);
    let unit = spec.unit("2024-01-01", None);
    for (number, name) in (1..).zip(TEXTS) {
        let unit = spec.unit(name, Some(&unit));
        let account = spec.audited(&format!("{number:012}"), name);
        account.in_unit(&unit);
        for role in ROLES {
            let mut role = RoleSpec::new(role, ago(700)).tag("TRUE", name).tag(name, "1E5").tag("=", "");
            role.instance_profiles = vec!["TRUE".to_owned(), "00123".to_owned()];
            account.role(if number == 2 { role.used(ago(120)) } else { role });
        }
    }
    // Its row in `accounts.csv` has no numbers.
    spec.account("000000000099", "null").in_state(Some("SUSPENDED"));
    let server = Server::serve(match spec.build() {
        Ok(world) => world,
        Err(error) => panic!("AWS could not have this: {error}"),
    });
    let sandbox = sandbox!();
    let run = sandbox.rolesweep(["scan", "--as-of", AS_OF, "--include", "all", "-o", "report"]);
    let _ = run.args(["--store", "store.db"]).envs(server.environment()).run().expect_code(0);
    let table = csv(&sandbox, "roles.csv");
    for role in ROLES {
        let found = table.rows().filter(|row| text(row.get("role_name")) == role).count();
        assert_eq!(found, TEXTS.len(), "{role}");
    }
    sandbox
}

fn csv(sandbox: &Sandbox, file: &str) -> Table {
    Table::read(&sandbox.path("report").join(file))
}

/// The block of code in this language below this heading.
fn block(heading: &str, language: &str) -> Result<String, Failed> {
    let page = rolesweep_testing::pages::repository().join("docs/spreadsheets.md");
    let page = fs::read_to_string(&page).map_err(|error| format!("{}: {error}", page.display()))?;
    let section = page.split("\n## ").find_map(|section| section.strip_prefix(&format!("{heading}\n")));
    let code = section.and_then(|section| section.split_once(&format!("```{language}\n")));
    let code = code.and_then(|(_, code)| code.split_once("```"));
    code.map(|(code, _)| code.to_owned())
        .ok_or_else(|| format!("`{heading}` has no block of {language}").into())
}

/// What a program makes of both files.
fn tables(python: &Python, sandbox: &Sandbox, kind: &str, recipe: &str) -> Result<Value, Failed> {
    let mut command = python.script("recipes.py", sandbox.home());
    command.current_dir(sandbox.path("report"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(json!({"kind": kind, "recipe": recipe}).to_string().as_bytes())?;
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(format!("the recipe failed: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn or_null(cell: &str) -> Value {
    if cell.is_empty() { Value::Null } else { json!(cell) }
}

/// Compares every cell of both files: numbers in the columns of numbers, and the very text in all
/// others.
fn every_cell(sandbox: &Sandbox, tables: &Value, in_text: fn(&str) -> Value) -> Said {
    let mut cells = 0;
    for (file, numbers) in NUMBERS {
        cells += compare(file, &csv(sandbox, file), &tables[file], |column, cell| {
            if !numbers.contains(&column) {
                in_text(cell)
            } else if cell.is_empty() {
                Value::Null
            } else {
                cell.parse::<u64>().map_or(Value::Null, |number| json!(number))
            }
        })?;
    }
    Ok(format!("compared {cells} cells, 0 differences"))
}

/// Compares every cell of a table, and gives their number.
fn compare(
    file: &str,
    table: &Table,
    found: &Value,
    expected: impl Fn(&str, &str) -> Value,
) -> Result<usize, Failed> {
    if json!(table.columns()) != found["columns"] {
        return Err(format!("{file}: the columns are {}", found["columns"]).into());
    }
    let rows = found["rows"].as_array().map_or(0, Vec::len);
    if rows != table.rows().len() {
        return Err(format!("{file}: {rows} rows, and the file has {}", table.rows().len()).into());
    }
    let mut differences = Vec::new();
    for (at, row) in table.rows().enumerate() {
        for (place, column) in table.columns().iter().enumerate() {
            let (found, wanted) = (&found["rows"][at][place], expected(column, row.get(column)));
            if *found != wanted {
                differences.push(format!("{file}: row {}: {column}: {found} and not {wanted}", at + 1));
            }
        }
    }
    if differences.is_empty() {
        return Ok(rows * table.columns().len());
    }
    let count = differences.len();
    differences.truncate(20);
    Err(format!("{count} differences:\n{}", differences.join("\n")).into())
}
