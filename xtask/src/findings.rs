//! The findings of each tool: the ARNs of the roles that are idle for more than 90 days or have no
//! recorded use.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// From the scripts' output, a line of JSON for each role. An account that could not be read is an
/// error.
pub(crate) fn of_script(stdout: &Path) -> Result<BTreeSet<String>> {
    let text = fs::read_to_string(stdout)?;
    text.lines()
        .map(|line| {
            let said: Value = serde_json::from_str(line)?;
            Ok(said["role"].as_str().with_context(|| format!("an account was not read: {line}"))?.to_owned())
        })
        .collect()
}

/// From c7n-org's folders, `ACCOUNT/REGION/POLICY/resources.json`.
pub(crate) fn of_c7n(output: &Path) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for account in fs::read_dir(output).context("c7n-org wrote nothing")? {
        let account = account?.path();
        if !account.is_dir() {
            continue;
        }
        let resources = account.join("us-east-1/inactive-roles/resources.json");
        let text = fs::read_to_string(&resources).with_context(|| resources.display().to_string())?;
        let roles: Vec<Value> = serde_json::from_str(&text)?;
        found.extend(roles.iter().filter_map(|role| Some(role["Arn"].as_str()?.to_owned())));
    }
    Ok(found)
}

/// From `roles.csv`, by status, including protected roles, because the other tools have no
/// protection.
pub(crate) fn of_report(report: &Path) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    each(&report.join("roles.csv"), &["role_arn", "status"], |cells| {
        if matches!(cells[1], "inactive" | "unused") {
            found.insert(cells[0].to_owned());
        }
    })?;
    Ok(found)
}

pub(crate) fn accounts(report: &Path) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    each(&report.join("accounts.csv"), &["account_id", "coverage"], |cells| ids.push(cells[0].to_owned()))?;
    Ok(ids)
}

pub(crate) fn roles(report: &Path) -> Result<u64> {
    let mut roles = 0;
    each(&report.join("roles.csv"), &["role_arn"], |_| roles += 1)?;
    Ok(roles)
}

fn each(file: &Path, names: &[&str], mut row: impl FnMut(&[&str])) -> Result<()> {
    let bytes = fs::read(file).with_context(|| file.display().to_string())?;
    let mut csv = csv::Reader::from_reader(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes));
    let header = csv.headers()?.clone();
    let position = |name: &&str| header.iter().position(|column| column == *name);
    let columns: Option<Vec<usize>> = names.iter().map(position).collect();
    let Some(columns) = columns else { bail!("{} lacks one of {names:?}", file.display()) };
    for record in csv.records() {
        let record = record?;
        let cells: Vec<&str> = columns.iter().map(|&at| &record[at]).collect();
        row(&cells);
    }
    Ok(())
}

/// Checks that two tools found the same.
pub(crate) fn same(who: &str, theirs: &BTreeSet<String>, ours: &BTreeSet<String>) -> Result<()> {
    let odd: Vec<&String> = theirs.symmetric_difference(ours).take(3).collect();
    if !odd.is_empty() {
        bail!("{who} found {} roles and rolesweep {}: they differ in {odd:?}", theirs.len(), ours.len());
    }
    if ours.is_empty() {
        bail!("no tool found anything, so the comparison proves nothing");
    }
    Ok(())
}
