//! The AWS CLI's commands in the guide of `rolesweep setup` and on the pages of the rules: the models of AWS's services know each
//! operation, flag and value.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use rolesweep_tests::{Sandbox, sandbox};

use crate::Said;
use crate::python::Python;

/// Flags that make the guide print each of its commands at least once.
const GUIDES: [&[&str]; 4] = [
    &[],
    &[
        "--caller",
        "arn:aws:iam::123456789012:user/ana",
        "--permissions-boundary",
        "arn:aws:iam::aws:policy/A",
    ],
    &["--caller", "arn:aws-cn:sts::123456789012:assumed-role/AWSReservedSSO_A_0123456789abcdef/ana"],
    &[
        "--caller",
        "arn:aws:iam::123456789012:role/a",
        "--with-external-id",
        "--tag",
        "a=b",
        "--tag",
        "Cost Center=1 2",
        "--permissions-boundary",
        "arn:aws:iam::*:policy/Limit",
    ],
];

/// Every command of the guides.
pub(crate) fn commands(python: &Python) -> Said {
    let sandbox = sandbox!();
    let mut guides: Vec<String> = GUIDES.iter().flat_map(|flags| of_the_guide(&sandbox, flags)).collect();
    let rules = of_the_rules()?;
    if rules.is_empty() {
        return Err("no page on a rule has a command".into());
    }
    guides.extend(rules);
    let mistakes = check(python, &sandbox, &guides.concat())?;
    if !mistakes.is_empty() {
        return Err(mistakes.into());
    }
    // What has to be found, so that finding nothing means something.
    let wrong = "aws iam put-role-polic --role-name a\naws iam put-role-policy --role a\n\
                 aws sso-admin create-account-assignment --target-type ACCOUNT\n\
                 aws cloudformation deploy --template-file audit-role-stack.yaml --parameter-overrides OrgId=o-1\n";
    let found = check(python, &sandbox, wrong)?;
    for expected in [
        "no operation put-role-polic",
        "no flag --role",
        "--policy-name is missing",
        "one of",
        "no parameter OrgId",
        "the parameter OrganizationId is missing",
    ] {
        if !found.contains(expected) {
            return Err(format!("{expected:?} has to be found: {found}").into());
        }
    }
    Ok(format!("checked {} commands", guides.len()))
}

/// The AWS CLI's commands, each on one line.
fn of_the_guide(sandbox: &Sandbox, flags: &[&str]) -> Vec<String> {
    let guide = sandbox.rolesweep(["setup"]).args(flags).run().expect_code(0);
    let guide = guide.stdout_text().replace("\\\n", "");
    let commands = guide.lines().filter(|line| line.starts_with("    aws "));
    commands.map(|line| format!("{}\n", line.trim())).collect()
}

/// The AWS CLI's commands on the pages of the rules, each on one line.
fn of_the_rules() -> Result<Vec<String>, libtest_mimic::Failed> {
    let mut found = Vec::new();
    for page in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/rules"))? {
        let text = fs::read_to_string(page?.path())?;
        let commands = text.lines().filter(|line| line.starts_with("aws "));
        // A redirection is the shell's.
        found.extend(commands.map(|line| format!("{}\n", line.split(" > ").next().unwrap_or_default())));
    }
    Ok(found)
}

fn check(python: &Python, sandbox: &Sandbox, commands: &str) -> Result<String, libtest_mimic::Failed> {
    let mut script = python.script("aws_commands.py", sandbox.home());
    script.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../config/iam"));
    let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(commands.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err("aws_commands.py failed".into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
