//! What a role may do, as Cloudsplaining and PMapper see it. `docs/design/judges.md` explains every
//! difference, and has no other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use libtest_mimic::Failed;
use rolesweep_assess::risk::AccountRoles;
use rolesweep_assess::risk::chain::{ChainCollector, ChainMemo};
use rolesweep_assess::risk::privilege::{
    AccountJudge, Code, Privilege, PrivilegeJudge, PrivilegeLevel, RULES, Subject,
};
use rolesweep_model::{Boundary, PolicyDocument, RoleDocuments};
use rolesweep_testing::needing::Said;
use serde_json::{Value, json};

use crate::python::Python;

/// Where the differences are explained.
const PAGE: &str = "../docs/design/judges.md";

/// The account of the roles.
const ACCOUNT: &str = "111111111111";

/// A difference: the role, what is found, and whether rolesweep and the judge find it.
type Difference = [String; 4];

/// A role of `tests/interop/privilege_roles.json`.
struct Role<'a>(&'a Value);

/// The documents of a role as texts.
struct Texts {
    inline: Vec<(String, String)>,
    attached: Vec<(String, String)>,
    boundary: Option<String>,
}

/// Compares the findings over all roles.
pub(crate) fn privilege(python: &Python) -> Said {
    let roles: Value = read("interop/privilege_roles.json")?.parse()?;
    let roles: Vec<Role<'_>> = roles.as_array().into_iter().flatten().map(Role).collect();
    let questions: Vec<Value> = roles.iter().map(Role::question).collect();
    let answers = ask(python, &questions)?;
    if answers.len() != roles.len() {
        return Err(format!("{} answers for {} roles", answers.len(), roles.len()).into());
    }
    let mut found = BTreeSet::new();
    let mut used = BTreeSet::new();
    let mut wrong = Vec::new();
    let (mut agreed, mut compared) = (0, 0);
    for (role, answer) in roles.iter().zip(&answers) {
        let privilege = role.judged();
        let codes = first_of_each_rule(&privilege);
        if json!(codes) != role.0["codes"] {
            wrong.push(format!("{}: {} {:#?}", role.name(), json!(codes), privilege.evidence));
        }
        used.extend(privilege.codes.iter().map(|code| code.rule_code()));
        for (finding, ours, theirs) in findings(&privilege, answer) {
            compared += 1;
            agreed += u32::from(ours == theirs);
            if ours != theirs {
                found.insert([role.name(), finding, word(ours), word(theirs)].map(str::to_owned));
            }
        }
    }
    if !wrong.is_empty() {
        return Err(wrong.join("\n").into());
    }
    if let Some(rule) = RULES.iter().find(|rule| !used.contains(rule.code)) {
        return Err(format!("no role has {}", rule.code).into());
    }
    let explained = explained(&read(PAGE)?);
    let only = |one: &BTreeSet<Difference>, other: &BTreeSet<Difference>| -> Vec<String> {
        one.difference(other).map(|row| format!("| {} |", row.join(" | "))).collect()
    };
    let (missing, void) = (only(&found, &explained), only(&explained, &found));
    if !missing.is_empty() || !void.is_empty() {
        let text = format!("{PAGE} lacks\n{}\nand has in vain\n{}", missing.join("\n"), void.join("\n"));
        return Err(text.into());
    }
    let (count, differences) = (roles.len(), found.len());
    Ok(format!("{count} roles, {compared} findings, {agreed} alike, {differences} differences explained"))
}

/// The codes of a role. Of the many paths of a role with many rights, the first stands for all.
fn first_of_each_rule(privilege: &Privilege) -> Vec<String> {
    let mut rules = BTreeSet::new();
    let first = privilege.codes.iter().filter(|code| rules.insert(code.rule_code()));
    first.map(Code::to_string).collect()
}

/// Each finding with what rolesweep and the judge say.
fn findings(privilege: &Privilege, answer: &Value) -> [(&'static str, bool, bool); 3] {
    let has = |is: fn(&Code) -> bool| privilege.codes.iter().any(is);
    let is_full = has(|code| *code == Code::AdminFull);
    let escalates = has(|code| matches!(code, Code::AdminSelf | Code::Escalate(_) | Code::RoleChain));
    let reads = has(|code| *code == Code::Data);
    let finds = |finding: &str| answer[finding].as_array().is_some_and(|found| !found.is_empty());
    [
        ("escalation", is_full || escalates, finds("escalation")),
        ("data", is_full || reads, finds("data")),
        ("administrator", privilege.level == PrivilegeLevel::Admin, answer["administrator"] == json!(true)),
    ]
}

fn word(is_found: bool) -> &'static str {
    if is_found { "yes" } else { "no" }
}

/// The rows of the page's table.
fn explained(page: &str) -> BTreeSet<Difference> {
    let row = |line: &str| -> Option<Difference> {
        let cells: Vec<&str> = line.strip_prefix("| `")?.split(" | ").collect();
        let [role, finding, ours, theirs, _why] = cells[..] else { return None };
        Some([role.trim_end_matches('`'), finding, ours, theirs].map(str::to_owned))
    };
    page.lines().filter_map(row).collect()
}

fn read(path: &str) -> Result<String, Failed> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()).into())
}

/// The answers of the judges, in the order of the roles.
fn ask(python: &Python, questions: &[Value]) -> Result<Vec<Value>, Failed> {
    let home = tempfile::tempdir()?;
    let mut command = python.script("privilege_judges.py", home.path());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut stdin = child.stdin.take().ok_or("no stdin")?;
    let lines: String = questions.iter().map(|question| format!("{question}\n")).collect();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = child.wait_with_output()?;
    writer.join().map_err(|_| "the writer failed")??;
    let answers = String::from_utf8(output.stdout)?;
    answers.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

impl Role<'_> {
    fn name(&self) -> &str {
        self.0["name"].as_str().unwrap_or_default()
    }

    fn arn(&self) -> String {
        let path = self.0["path"].as_str().unwrap_or("/");
        format!("arn:aws:iam::{ACCOUNT}:role{path}me")
    }

    fn question(&self) -> Value {
        let documents = |key: &str| -> Value {
            let policies = self.0[key].as_object().into_iter().flatten();
            policies.map(|(name, statements)| (name.clone(), document(statements))).collect()
        };
        let mut question =
            json!({"arn": self.arn(), "policies": documents("policies"), "attached": documents("attached")});
        if let Some(boundary) = self.0.get("boundary") {
            question["boundary"] = document(boundary);
        }
        question
    }

    fn judged(&self) -> Privilege {
        let mut judge = PrivilegeJudge::new(Some("o-exampleorgid"), "seed");
        let mut account = AccountRoles::new(true);
        let mut chains = ChainCollector::new();
        for other in self.0["others"].as_array().into_iter().flatten() {
            let text = |key: &str| other[key].as_str().unwrap_or_default();
            let id = other["account"].as_str().unwrap_or(ACCOUNT);
            let arn = format!("arn:aws:iam::{id}:role/{}", text("name"));
            let principal = match other.get("service") {
                Some(service) => json!({ "Service": service }),
                None => json!({ "AWS": other["principal"] }),
            };
            let trust = json!({"Version": "2012-10-17", "Statement": {
                "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal,
            }});
            let trust = trust.to_string();
            let texts = Texts::new([("inline", &other["statements"])], [], None);
            let (subject, documents) = (Subject { arn: &arn, tags: Some(&[]) }, texts.documents());
            chains.account(id);
            if judge.is_assumable(Some(&trust)) {
                chains.add(judge.link(&subject, &documents, Some(&trust)));
            }
            if id == ACCOUNT {
                account.add(judge.facts(&subject, &documents, Some(&trust)));
            }
        }
        let policies = |key: &str| -> BTreeMap<String, Value> {
            let policies = self.0[key].as_object().into_iter().flatten();
            policies.map(|(name, statements)| (name.clone(), statements.clone())).collect()
        };
        let (inline, attached) = (policies("policies"), policies("attached"));
        let texts = Texts::new(
            inline.iter().map(|(name, statements)| (name.as_str(), statements)),
            attached.iter().map(|(name, statements)| (name.as_str(), statements)),
            self.0.get("boundary"),
        );
        let (arn, documents) = (self.arn(), texts.documents());
        let subject = Subject { arn: &arn, tags: Some(&[]) };
        account.add(judge.facts(&subject, &documents, None));
        let privilege = AccountJudge::new(account).privilege(&mut judge, &subject, &documents);
        Privilege::clone(&chains.finish().extend(&mut ChainMemo::default(), &arn, &privilege))
    }
}

fn document(statements: &Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

impl Texts {
    fn new<'a>(
        inline: impl IntoIterator<Item = (&'a str, &'a Value)>,
        attached: impl IntoIterator<Item = (&'a str, &'a Value)>,
        boundary: Option<&Value>,
    ) -> Self {
        let text = |(name, statements): (&str, &Value)| (name.to_owned(), document(statements).to_string());
        Self {
            inline: inline.into_iter().map(text).collect(),
            attached: attached.into_iter().map(text).collect(),
            boundary: boundary.map(|statements| document(statements).to_string()),
        }
    }

    fn documents<'a>(&'a self) -> RoleDocuments<'a> {
        let documents = |texts: &'a [(String, String)]| -> Vec<PolicyDocument<'a>> {
            texts.iter().map(|(name, text)| PolicyDocument { name, text: Some(text) }).collect()
        };
        RoleDocuments {
            inline: Some(documents(&self.inline)),
            attached: Some(documents(&self.attached)),
            boundary: match &self.boundary {
                None => Boundary::Absent,
                Some(text) => Boundary::Policy(PolicyDocument {
                    name: "arn:aws:iam::111111111111:policy/boundary",
                    text: Some(text),
                }),
            },
        }
    }
}
