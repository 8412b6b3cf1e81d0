//! What it costs to judge the risk of roles, and to compare them with an earlier scan: writes a store,
//! and makes a report with or without it. `cargo xtask bench risk changes` measures them.
//!
//! `cargo run --release -p rolesweep-report --example risk -- write STORE ACCOUNTS ROLES SETS`, where
//! each account has so many roles, and all roles together have so many distinct sets of documents.
//! If the store has a scan, it gets another one.
//!
//! `cargo run --release -p rolesweep-report --example risk -- report STORE FOLDER with|without|compared|assessed`,
//! where `assessed` writes no file

use std::path::Path;
use std::sync::atomic::AtomicBool;

use rolesweep_assess::Parameters;
use rolesweep_model::{AttachedPolicy, AwsManagedPolicy, CollectedRole, Coverage, RolePage};
use rolesweep_report::{Include, Report, ReportDirectory, Target, previous_scan, run};
use rolesweep_store::Store;
use rolesweep_testing as support;

/// Roles in a page.
const PAGE: u64 = 200;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["write", path, accounts, roles, sets] => {
            write(Path::new(path), accounts.parse()?, roles.parse()?, sets.parse()?)
        }
        ["report", path, folder, how] => report(Path::new(path), Path::new(folder), how),
        _ => Err(
            "usage: risk write STORE ACCOUNTS ROLES SETS | risk report STORE FOLDER with|without|compared|assessed"
                .into(),
        ),
    }
}

fn write(path: &Path, accounts: u64, roles: u64, sets: u64) -> Result<(), Failure> {
    let mut store = Store::open(path, &support::key())?;
    let scan = support::scan(u32::try_from(store.numbered_scans()?.len())? + 1);
    store.begin_scan(&scan)?;
    for policy in AWS_POLICIES.map(aws_policy) {
        store.name_aws_policies(scan.id, std::slice::from_ref(&policy.arn))?;
        store.keep_aws_policy(scan.id, &policy)?;
    }
    for number in 0..accounts {
        let id = support::account_id(number + 1);
        store.discovered(scan.id, &[support::account(number + 1)])?;
        store.begin(scan.id, id)?;
        for start in (0..roles).step_by(usize::try_from(PAGE)?) {
            let numbers = start..(start + PAGE).min(roles);
            let roles = numbers.map(|at| role(id.as_str(), number * roles + at, sets)).collect();
            store.append(scan.id, id, &RolePage { roles, policies: Vec::new() })?;
        }
        store.finish(scan.id, &support::record(id, Coverage::Scanned, roles))?;
    }
    store.finish_scan(scan.id, &support::end())?;
    Ok(())
}

const AWS_POLICIES: [(&str, &str); 3] = [
    ("ReadOnlyAccess", r#"["s3:Get*","s3:List*","ec2:Describe*","iam:Get*","iam:List*"]"#),
    ("service-role/AWSLambdaBasicExecutionRole", r#"["logs:CreateLogGroup","logs:PutLogEvents"]"#),
    ("AmazonSSMManagedInstanceCore", r#"["ssm:GetParameter","ssmmessages:*","ec2messages:*"]"#),
];

fn aws_policy((name, actions): (&str, &str)) -> AwsManagedPolicy {
    AwsManagedPolicy {
        arn: format!("arn:aws:iam::aws:policy/{name}"),
        version: "v1".to_owned(),
        calls: Default::default(),
        document: Some(format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":{actions},"Resource":"*"}}]}}"#
        )),
    }
}

/// The number of the role's set of documents. A few sets belong to many roles, as stack sets make
/// them, and the others to one role each.
fn set(number: u64, sets: u64) -> u64 {
    let shared = sets.min(2000);
    // Of ten roles, so many have a set of their own until all are used.
    let (own, rest) = (number / 10 * 3 + number % 10, number % 10);
    if rest < 3 && own < sets - shared { shared + own } else { number % shared }
}

/// A role that names resources of its own, as most do, and may pass one.
fn role(account: &str, number: u64, sets: u64) -> CollectedRole {
    let name = format!("Service{number:07}-ExecutionRole");
    let mut collected = support::collected(account, "/app/", &name, number);
    let set = set(number, sets);
    let [(first, _), (second, _), (third, _)] = AWS_POLICIES;
    let attached = [first, second, third][usize::try_from(set % 3).unwrap_or_default()];
    collected.role.attached_policies = Some(vec![AttachedPolicy {
        arn: format!("arn:aws:iam::aws:policy/{attached}"),
        name: attached.rsplit('/').next().unwrap_or(attached).to_owned(),
    }]);
    for policy in collected.inline_policies.iter_mut().flatten() {
        policy.document = format!(
            r#"{{"Version":"2012-10-17","Statement":[
                {{"Sid":"Objects","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::bucket-{set}/*"}},
                {{"Sid":"Items","Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:PutItem","dynamodb:Query"],"Resource":"arn:aws:dynamodb:*:*:table/table-{set}"}},
                {{"Sid":"Queue","Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:*:*:queue-{set}","Condition":{{"StringEquals":{{"aws:SourceVpc":"vpc-{set}"}}}}}},
                {{"Sid":"Run","Effect":"Allow","Action":["states:StartExecution","iam:PassRole"],"Resource":"arn:aws:states:*:*:stateMachine:machine-{set}"}}]}}"#
        );
    }
    collected
}

fn report(path: &Path, folder: &Path, how: &str) -> Result<(), Failure> {
    let store = Store::open_existing(path)?;
    let scan = store.latest_scan()?.ok_or("the store has no scan")?;
    let earlier = if how == "compared" { previous_scan(&store, &scan)? } else { None };
    let stop = AtomicBool::new(false);
    let report = |scan, parameters, include, previous| Report {
        scan,
        parameters,
        gaps: &[],
        include,
        with_risk: how != "without",
        previous,
        published_before: None,
        stop: &stop,
    };
    let earlier = earlier.map(|scan| (Parameters::new(scan.started_at), scan));
    let previous =
        earlier.as_ref().map(|(parameters, scan)| report(scan, parameters, Include::Flagged, None));
    let parameters = Parameters::new(scan.started_at);
    let report = report(&scan, &parameters, Include::All, previous.as_ref());
    let target = match how {
        "assessed" => Target::SummaryOnly,
        _ => Target::Folder(ReportDirectory::create(folder)?),
    };
    run(&store, &report, target)?;
    Ok(())
}
