//! moto as the server: every row of the report equals what was created through moto's own models.

use jiff::{SignedDuration, Timestamp};
use libtest_mimic::Failed;
use rolesweep_tests::{Run, Sandbox, Table, sandbox};
use serde_json::json;

use crate::Said;
use crate::compare::{filled, rows, within};
use crate::python::{Python, Server};

const AS_OF: &str = "2026-06-01T00:00:00Z";
const INACTIVE_AFTER: u32 = 90;
const UNUSED_AFTER: u32 = 30;
const AUDIT_ROLE: &str = "RolesweepAudit";

/// moto with its defaults, which accept all credentials.
pub(crate) fn every_row(python: &Python) -> Said {
    let sandbox = sandbox!();
    let server = launch(python, &sandbox, false)?;
    // Two accounts are not active, which is not a gap.
    compare(&sandbox, &server, 0)
}

/// moto verifies each signature, and each permission against the policies that `rolesweep setup`
/// prints.
pub(crate) fn verified(python: &Python) -> Said {
    let sandbox = sandbox!();
    let server = launch(python, &sandbox, true)?;
    let forged =
        scan(&sandbox, &server, "forged").env("AWS_SECRET_ACCESS_KEY", "forged").run().expect_code(1);
    // moto wraps its error differently than AWS's IAM and STS. The code is found anyway.
    let named = forged.stderr.contains("sts:GetCallerIdentity: SignatureDoesNotMatch");
    if !named || sandbox.path("forged").exists() {
        return Err(format!("a wrong secret key has to end it, and leave nothing: {forged}").into());
    }
    // Accounts with fewer permissions than the audit role's policy: one falls back, one is partial,
    // one is denied.
    compare(&sandbox, &server, 4)
}

/// Starts moto with an organization in it.
fn launch(python: &Python, sandbox: &Sandbox, verify: bool) -> Result<Server, Failed> {
    let print = |part: &str| {
        let printed =
            sandbox.rolesweep(["setup", "--print", part, "--role-name", AUDIT_ROLE]).run().expect_code(0);
        printed.stdout_text().to_owned()
    };
    let ask = json!({
        "as_of": AS_OF,
        "inactive_after_days": INACTIVE_AFTER,
        "unused_after_days": UNUSED_AFTER,
        "audit_role": AUDIT_ROLE,
        "audit_policy": print("permission-policy"),
        "caller_policy": print("caller-policy"),
        "verify": verify,
    });
    Server::start(python.script("moto_launcher.py", sandbox.home()), &ask)
}

/// A scan of moto's organization, not yet started.
fn scan(sandbox: &Sandbox, server: &Server, output: &str) -> Run {
    let (inactive, unused) = (format!("{INACTIVE_AFTER}d"), format!("{UNUSED_AFTER}d"));
    sandbox
        .rolesweep(["scan", "--as-of", AS_OF, "--inactive-after", &inactive, "--unused-after", &unused])
        .args(["--role-name", AUDIT_ROLE, "--include", "all", "--output", output, "--store", "store.db"])
        .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", server.said["port"]))
        .env("AWS_REGION", server.text("region"))
        .env("AWS_ACCESS_KEY_ID", server.text("access_key_id"))
        .env("AWS_SECRET_ACCESS_KEY", server.text("secret_access_key"))
}

/// Scans, and compares both tables with the truth.
fn compare(sandbox: &Sandbox, server: &Server, code: i32) -> Said {
    // moto and rolesweep use the same clock.
    let (before, slack) = (Timestamp::now(), SignedDuration::from_secs(1));
    let finished = scan(sandbox, server, "report").run();
    if finished.code != Some(code) {
        return Err(format!("expected exit code {code}: {finished}").into());
    }
    let after = Timestamp::now();
    let truth = |name: &str| server.said[name].as_array().cloned().unwrap_or_default();
    let accounts = rows(
        &Table::read(&sandbox.path("report/accounts.csv")),
        "account_id",
        &truth("accounts"),
        |column, row| filled(row.get(column)),
    )?;
    let table = Table::read(&sandbox.path("report/roles.csv"));
    let roles = rows(&table, "role_arn", &truth("roles"), |column, row| match column {
        "last_used_at" => within(row.get(column), before - slack, after + slack),
        _ => filled(row.get(column)),
    })?;
    if !table.rows().is_sorted_by_key(|row| (row.get("account_id"), row.get("role_arn"))) {
        return Err("the rows are not in order".into());
    }
    Ok(format!(
        "compared {} rows ({} cells) and {} accounts, 0 differences; columns that moto determines nothing of: {}",
        roles.rows,
        roles.cells,
        accounts.rows,
        [accounts.not_compared, roles.not_compared].concat().join(", "),
    ))
}
