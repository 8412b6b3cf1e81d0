//! boto3 as a client of the simulated organization: a naive script finds the roles that a scan
//! flags.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;

use jiff::Timestamp;
use libtest_mimic::Failed;
use rolesweep_sim::demo;
use rolesweep_tests::{Finished, Sandbox, Server, Table, sandbox};
use serde_json::Value;

use crate::Said;
use crate::python::Python;

const AUDIT_ROLE: &str = "RolesweepAudit";
const SEED: u64 = 7;

/// What the script printed.
#[derive(Default)]
struct Naive {
    /// The ARNs of the roles that it considers inactive.
    roles: BTreeSet<String>,
    /// The accounts that it could not read, with AWS's error code.
    failed: BTreeMap<String, String>,
}

/// Runs the script and the scan, one after the other, on one simulator and as of one instant.
pub(crate) fn naive(python: &Python) -> Said {
    let now = Timestamp::from_second(Timestamp::now().as_second())?;
    let server = Server::serve(demo(now, SEED));
    let sandbox = sandbox!();
    let found = script(python, &sandbox, &server, now)?;
    let _ = scan(&sandbox, &server, now).expect_code(0);
    compare(&sandbox, &found)
}

fn script(python: &Python, sandbox: &Sandbox, server: &Server, now: Timestamp) -> Result<Naive, Failed> {
    let mut command = python.script("naive.py", sandbox.home());
    command.args([AUDIT_ROLE, &now.to_string()]).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.envs(server.environment()).output()?;
    if !output.status.success() {
        return Err("naive.py failed".into());
    }
    let mut naive = Naive::default();
    for line in String::from_utf8(output.stdout)?.lines() {
        let line: Value = serde_json::from_str(line)?;
        let text = |key: &str| line[key].as_str().map(str::to_owned);
        if let Some(arn) = text("role") {
            naive.roles.insert(arn);
        } else if let (Some(account), Some(error)) = (text("account"), text("error")) {
            naive.failed.insert(account, error);
        }
    }
    Ok(naive)
}

fn scan(sandbox: &Sandbox, server: &Server, now: Timestamp) -> Finished {
    sandbox
        .rolesweep(["scan", "--as-of", &now.to_string(), "--unused-after", "0d", "--allow-partial"])
        .args(["--role-name", AUDIT_ROLE, "--include", "all", "--output", "report", "--store", "store.db"])
        .envs(server.environment())
        .run()
}

/// The script's roles are the flagged ones. They may differ only by these three rules:
/// - A protected role is not a finding of the scan. The script does not know protection.
/// - A role without an answer on its last use is undetermined for the scan, and unused for the
///   script, which does not distinguish a missing answer from no use.
/// - An account that the script gave up has nothing to compare. For the scan it must be a gap or
///   not active, unless it is the caller's own and was read with the caller's credentials, which
///   the script does not try.
fn compare(sandbox: &Sandbox, naive: &Naive) -> Said {
    let mut differences = Vec::new();
    let accounts = Table::read(&sandbox.path("report/accounts.csv"));
    let mut gave_up = 0;
    for account in accounts.rows() {
        let (id, coverage) = (account.get("account_id"), account.get("coverage"));
        match naive.failed.get(id) {
            Some(_) if account.get("access") == "caller" => gave_up += 1,
            Some(error) if coverage == "scanned" => {
                differences.push(format!("{id}: scanned, and the script met {error}"));
            }
            Some(_) => gave_up += 1,
            None if coverage == "scanned" || coverage == "partial" => {}
            None => differences.push(format!("{id}: {coverage}, and the script could read it")),
        }
    }

    let roles = Table::read(&sandbox.path("report/roles.csv"));
    let mut unseen = naive.roles.clone();
    let (mut compared, mut set_aside) = (0, 0);
    for role in roles.rows() {
        if naive.failed.contains_key(role.get("account_id")) {
            continue;
        }
        compared += 1;
        let arn = role.get("role_arn");
        let found = unseen.remove(arn);
        match role.get("disposition") {
            "protected" | "undetermined" => set_aside += 1,
            disposition => {
                if found != (disposition == "flagged") {
                    differences.push(format!("{arn}: {disposition}, and found by the script: {found}"));
                }
            }
        }
    }
    differences.extend(unseen.iter().map(|arn| format!("{arn}: found by the script, and not in the report")));
    if !differences.is_empty() {
        return Err(format!("{} differences:\n{}", differences.len(), differences.join("\n")).into());
    }
    if compared == 0 || naive.roles.is_empty() {
        return Err("there was nothing to compare".into());
    }
    Ok(format!(
        "compared {compared} rows of {} accounts, 0 differences ({} found by the script; {set_aside} rows protected or undetermined; {gave_up} accounts that the script gave up on)",
        accounts.rows().len() - gave_up,
        naive.roles.len(),
    ))
}
