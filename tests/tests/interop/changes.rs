//! `rolesweep diff` against SQL that somebody could write who has only the two reports: DuckDB
//! computes what became of each role from two `roles.csv` and `accounts.csv`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use libtest_mimic::Failed;
use rolesweep_assess::Change;
use rolesweep_model::{CollectedRole, Coverage, LastUse, RolePage, Scan, ScanEnd, Tag};
use rolesweep_store::Store;
use rolesweep_tests::sandbox;
use serde_json::Value;

use crate::Said;
use crate::python::Python;

/// Roles in each account.
const ROLES: u64 = 500;

/// Roles in a page of the store.
const PAGE: usize = 200;

pub(crate) fn some(python: &Python) -> Said {
    same_sets(python, 12)
}

pub(crate) fn many(python: &Python) -> Said {
    same_sets(python, 290)
}

/// Compares both for so many accounts.
fn same_sets(python: &Python, accounts: u64) -> Said {
    let sandbox = sandbox!();
    let now = Timestamp::from_second(Timestamp::now().as_second())?;
    let [before, after] = [(1, 90), (2, 0)].map(|(number, days)| Scan {
        started_at: now - SignedDuration::from_hours(24 * days),
        ..rolesweep_testing::scan(number)
    });
    fs::write(sandbox.path("settings.toml"), settings(now))?;
    write(&sandbox.path("store.db"), accounts, [&before, &after])?;
    let run = |arguments: &[&str]| {
        let run = sandbox.rolesweep(arguments.iter().copied());
        run.args(["--store", "store.db", "--config", "settings.toml"]).run().expect_code(0)
    };
    for (folder, scan) in [("before", &before), ("after", &after)] {
        let id = scan.id.to_string();
        let all = ["--include", "all", "--allow-partial", "--compare-to", "none"];
        let _ = run(&[&["report", "--scan", &id, "-o", folder][..], &all].concat());
    }
    fs::write(sandbox.path("diff.csv"), run(&["diff", "--format", "csv"]).stdout_text())?;
    let output = python.script("changes.py", sandbox.home()).output()?;
    if !output.status.success() {
        return Err(format!("the SQL failed: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let found: Value = serde_json::from_slice(&output.stdout)?;
    judge(&found)
}

/// Whether both have the same rows, and every change.
fn judge(found: &Value) -> Said {
    if found["only_computed"] != serde_json::json!([]) || found["only_printed"] != serde_json::json!([]) {
        return Err(format!(
            "only DuckDB: {}\nonly diff: {}\n{} and {}",
            found["only_computed"], found["only_printed"], found["computed"], found["printed"]
        )
        .into());
    }
    let counts: BTreeMap<String, u64> = serde_json::from_value(found["printed"].clone())?;
    for change in Change::ALL {
        if !counts.contains_key(change.as_str()) {
            return Err(format!("no role is {change}: {counts:?}").into());
        }
    }
    let rows: u64 = counts.values().sum();
    Ok(format!("{} roles, {rows} rows, the same sets: {counts:?}", found["roles"]))
}

/// An exemption and a threshold that a role can have in one scan and not in the other.
fn settings(now: Timestamp) -> String {
    let day = |days: i64| (now + SignedDuration::from_hours(24 * days)).to_string()[..10].to_owned();
    format!(
        "[[threshold]]\nname = \"seasonal\"\nreason = \"used in summer\"\ntag = \"season\"\ninactive_after = \"390d\"\n\n\
         [[exemption]]\nid = \"wide\"\nrole_name = \"wide-*\"\ntrust_at_most = \"local\"\nowner = \"ann@example.com\"\n\
         approved_by = \"bob@example.com\"\napproved_on = {}\nreason = \"kept for the audit\"\nexpires = {}\n",
        day(-200),
        day(100)
    )
}

/// Writes both scans.
fn write(path: &Path, accounts: u64, scans: [&Scan; 2]) -> Result<(), Failed> {
    let mut store = Store::open(path, &rolesweep_testing::key())?;
    for (side, scan) in (0_u64..).zip(scans) {
        store.begin_scan(scan)?;
        for account in 1..=accounts {
            let bits = mixed(account);
            // An account may be in one scan only, or refuse in one.
            if bits % 8 == side {
                continue;
            }
            let is_denied = bits % 8 == 2 + side;
            let id = rolesweep_testing::account_id(account);
            store.discovered(scan.id, &[rolesweep_testing::account(account)])?;
            store.begin(scan.id, id)?;
            let numbers = account * ROLES..(account + 1) * ROLES;
            let mut roles: Vec<CollectedRole> = match is_denied {
                true => Vec::new(),
                false => {
                    numbers.filter_map(|number| role(id.as_str(), number, side, scan.started_at)).collect()
                }
            };
            roles.sort_by(|one, other| one.role.arn.cmp(&other.role.arn));
            let unknown = roles.iter().any(|role| role.role.last_use == LastUse::NotCollected);
            let coverage = match (is_denied, unknown) {
                (true, _) => Coverage::Denied,
                (_, true) => Coverage::Partial,
                _ => Coverage::Scanned,
            };
            let count = roles.len() as u64;
            for page in roles.chunks(PAGE) {
                store.append(scan.id, id, &RolePage { roles: page.to_vec(), policies: Vec::new() })?;
            }
            store.finish(scan.id, &rolesweep_testing::record(id, coverage, count))?;
        }
        let finished_at = scan.started_at + SignedDuration::from_mins(5);
        store.finish_scan(scan.id, &ScanEnd { finished_at, ..rolesweep_testing::end() })?;
    }
    Ok(())
}

/// A role as one of the scans sees it; `None` if it does not exist then. What differs follows from its
/// number.
fn role(account: &str, number: u64, side: u64, now: Timestamp) -> Option<CollectedRole> {
    let bits = mixed(number);
    // Whether this bit makes the sides differ, and this one sets what both have.
    let either = |at: u32| (bits >> at & 3 == 0 && side == 1) ^ (bits >> (at + 2) & 1 == 1);
    if bits % 16 == side {
        return None;
    }
    let name = if bits % 16 > 11 { "wide" } else { "role" };
    // Another role of that name.
    let id = if bits % 16 == 2 && side == 1 { number + 50_000_000 } else { number };
    let mut collected = rolesweep_testing::collected(account, "/", &format!("{name}-{number:09}"), id);
    let ago = |days: u64| now - SignedDuration::from_hours(24 * i64::try_from(days).unwrap_or(0));
    let choice = mixed(bits ^ if bits >> 20 & 1 == 1 { side + 1 } else { 0 });
    let role = &mut collected.role;
    role.last_use = match choice % 8 {
        0 => LastUse::NotCollected,
        1 | 2 => LastUse::NoneRecorded,
        choice => LastUse::Used { at: ago([1, 60, 89, 91, 120, 200][choice as usize % 6]), region: None },
    };
    role.created_at = "2020-01-01T00:00:00Z".parse().ok()?;
    // Without these, what the role may do is known.
    role.attached_policies = Some(Vec::new());
    if either(24) {
        role.trust_policy = Some(
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},"Action":"sts:AssumeRole"}]}"#
                .to_owned(),
        );
    }
    if either(28) {
        for policy in collected.inline_policies.iter_mut().flatten() {
            policy.document =
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#
                    .to_owned();
        }
    }
    if bits >> 32 & 7 == 0 && side == 1 {
        role.tags.as_mut()?.push(Tag { key: "season".to_owned(), value: "summer".to_owned() });
    }
    Some(collected)
}

/// Bits that look random.
fn mixed(number: u64) -> u64 {
    let mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed ^ (mixed >> 27)
}
