//! The demo's files, byte for byte.

use std::fs;
use std::path::PathBuf;

use rolesweep_sim::DemoFacts;
use rolesweep_tests::{Running, sandbox};
use sha2::{Digest as _, Sha256};

use crate::fixture::AS_OF;

const FACTS: DemoFacts = DemoFacts::ALL;

/// The accounts whose rows are kept in full: hostile names and texts, recreated roles, impostors,
/// and the two with unusual access. For all rows together, a hash is kept.
const KEPT: [&str; 6] =
    [FACTS.formulas, FACTS.texts, FACTS.recreated, FACTS.impostors, FACTS.fallback, FACTS.list_only];

#[test]
fn the_demo_gives_the_same_bytes_every_time_and_at_every_concurrency() {
    let sandbox = sandbox!();
    let runs = [("first", "64"), ("second", "64"), ("one-by-one", "1"), ("sixteen", "16")];
    let running: Vec<Running> = runs
        .iter()
        .map(|(folder, concurrency)| {
            let store = format!("{folder}.db");
            let run = sandbox.rolesweep(["scan", "--demo", "--as-of", AS_OF, "--include", "all"]);
            run.args(["-o", folder, "--store", &store, "--concurrency", concurrency]).start()
        })
        .collect();
    for run in running {
        let _ = run.finish().expect_code(0);
    }
    let read = |folder: &str, name: &str| fs::read(sandbox.path(folder).join(name)).unwrap();
    let (roles, accounts) = (read("first", "roles.csv"), read("first", "accounts.csv"));
    for (folder, _) in &runs[1..] {
        assert!(read(folder, "roles.csv") == roles, "{folder}/roles.csv differs");
        assert!(read(folder, "accounts.csv") == accounts, "{folder}/accounts.csv differs");
    }

    same_as_golden("accounts.csv", &accounts);
    // The header alone: there is no earlier scan.
    same_as_golden("changes.csv", &read("first", "changes.csv"));
    same_as_golden("roles.csv", &rows_of_kept_accounts(&roles));
    let hash: String = Sha256::digest(&roles).iter().map(|byte| format!("{byte:02x}")).collect();
    let rows = roles.split(|&byte| byte == b'\n').count() - 2;
    same_as_golden("roles.csv.sha256", format!("{hash}  roles.csv, {rows} rows\n").as_bytes());
}

/// The header and the rows of [`KEPT`]. A row is one line, because no cell contains a line break.
fn rows_of_kept_accounts(roles: &[u8]) -> Vec<u8> {
    let is_kept = |line: &[u8]| {
        let arn = line.strip_prefix(b"\"").unwrap_or(line);
        KEPT.iter().any(|id| arn.starts_with(format!("arn:aws:iam::{id}:role/").as_bytes()))
    };
    let mut lines = roles.split_inclusive(|&byte| byte == b'\n');
    let mut kept = lines.next().unwrap().to_vec();
    kept.extend(lines.filter(|line| is_kept(line)).flatten());
    kept
}

/// Compares with a file of `tests/golden`, or updates it.
#[track_caller]
fn same_as_golden(name: &str, bytes: &[u8]) {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "golden", name].iter().collect();
    if std::env::var_os("ROLESWEEP_UPDATE_GOLDEN").is_some() {
        fs::write(&path, bytes).unwrap();
    }
    let golden = fs::read(&path).unwrap();
    let line = |bytes: &[u8], at: usize| {
        bytes.split(|&byte| byte == b'\n').nth(at).map(|line| String::from_utf8_lossy(line).into_owned())
    };
    if golden != bytes {
        let first = (0..).find(|&at| line(&golden, at) != line(bytes, at)).unwrap();
        panic!(
            "{} differs from line {} on (renew it with ROLESWEEP_UPDATE_GOLDEN=1 if that is meant):\n{}\n{}",
            path.display(),
            first + 1,
            line(&golden, first).unwrap_or_default(),
            line(bytes, first).unwrap_or_default(),
        );
    }
}
