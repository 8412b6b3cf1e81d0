//! Tests the output of `rolesweep setup` in the simulated organization, which evaluates policies
//! like AWS.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use rolesweep_sim::{CallerKind, CallerSpec, Document, OrganizationSpec, RoleSpec, World, demo};
use rolesweep_tests::{Finished, Sandbox, Server, Table, sandbox};
use serde_json::Value;

const EXTERNAL_ID: &str = "not-a-secret-here";

/// One document of `rolesweep setup`.
fn print(sandbox: &Sandbox, part: &str, more: &[&str]) -> String {
    sandbox.rolesweep(["setup", "--print", part]).args(more).run().expect_code(0).stdout_text().to_owned()
}

fn scan(sandbox: &Sandbox, environment: Vec<(&'static str, String)>, more: &[&str]) -> Finished {
    let run = sandbox.rolesweep(["scan", "--store", "store.db", "--no-progress"]).args(more);
    run.envs(environment).run()
}

/// A caller that is a session of a role, with the permissions that `setup` prints.
fn caller(name: &str, path: &str, role: &str, policy: &str) -> CallerSpec {
    CallerSpec {
        name: name.to_owned(),
        account: OrganizationSpec::SECURITY.to_owned(),
        kind: CallerKind::Session { path: path.to_owned(), role: role.to_owned(), session: "ana".to_owned() },
        policy: Document::new(policy),
        expires: None,
        calls: None,
    }
}

/// An organization with exactly what `setup` prints. The callers are the one that it was printed
/// for, and another one in the same account.
fn in_place(sandbox: &Sandbox, caller_arn: &str, callers: [(&str, &str); 2]) -> World {
    let now = Timestamp::now();
    let mut spec = OrganizationSpec::new(11, now);
    let organization = spec.id.clone();
    let more = ["--caller", caller_arn, "--organization", &organization, "--with-external-id"];
    let trust = print(sandbox, "trust-policy", &more).replace("EXTERNAL-ID", EXTERNAL_ID);
    let reads = print(sandbox, "permission-policy", &more);
    let caller_policy = print(sandbox, "caller-policy", &more);

    let [(path, role), (other_path, other_role)] = callers;
    spec.callers = vec![
        caller("scanner", path, role, &caller_policy),
        caller("somebody else", other_path, other_role, &caller_policy),
    ];
    let _ = spec.account("333333333333", "member");
    for account in &mut spec.accounts {
        let created = now - SignedDuration::from_hours(24 * 500);
        account.roles = vec![
            RoleSpec::new("RolesweepAudit", created)
                .trusting(Document::new(&*trust))
                .inline("RolesweepReads", Document::new(&*reads)),
            RoleSpec::new("app", created),
        ];
    }
    spec.build().unwrap()
}

/// Scans as the caller that it was printed for, then as the other one.
fn lets_in_one_caller(caller_arn: &str, callers: [(&str, &str); 2]) {
    let sandbox = sandbox!();
    let server = Server::serve(in_place(&sandbox, caller_arn, callers));
    let scanner = server.environment_for("scanner");

    let _ = scan(&sandbox, scanner.clone(), &["--external-id", EXTERNAL_ID, "-o", "report"]).expect_code(0);
    let accounts = Table::read(&sandbox.path("report/accounts.csv"));
    assert_eq!(accounts.rows().len(), 3);
    for account in accounts.rows() {
        assert_eq!((account.get("coverage"), account.get("access")), ("scanned", "audit_role"));
    }

    for (environment, more) in [
        (scanner.clone(), vec!["-o", "without-external-id"]),
        (scanner, vec!["--external-id", "another", "-o", "other-external-id"]),
        (server.environment_for("somebody else"), vec!["--external-id", EXTERNAL_ID, "-o", "other-caller"]),
    ] {
        let finished = scan(&sandbox, environment, &more).expect_code(1);
        assert!(!finished.stderr.contains(EXTERNAL_ID), "{finished}");
    }
    assert_eq!(server.counts().operation("iam:GetAccountAuthorizationDetails").ok, 3);
}

#[test]
fn what_setup_prints_lets_the_callers_role_in_and_nobody_else() {
    lets_in_one_caller(
        "arn:aws:iam::222222222222:role/scan/Scanner",
        [("/scan/", "Scanner"), ("/", "Scanner")],
    );
}

#[test]
fn what_setup_prints_lets_a_permission_set_in_whose_role_was_recreated_and_no_other() {
    lets_in_one_caller(
        "arn:aws:sts::222222222222:assumed-role/AWSReservedSSO_Audit_0123456789abcdef/ana",
        [
            ("/aws-reserved/sso.amazonaws.com/eu-west-1/", "AWSReservedSSO_Audit_fedcba9876543210"),
            ("/aws-reserved/sso.amazonaws.com/eu-west-1/", "AWSReservedSSO_Audit_All_fedcba9876543210"),
        ],
    );
}

/// Pastes the guide's commands that print documents into a shell.
#[test]
fn the_commands_of_the_guide_print_the_documents_with_what_the_guide_was_told() {
    let flags = [
        "--role-name",
        "audit/Reader",
        "--caller",
        "arn:aws-us-gov:iam::222222222222:role/scan/Scanner",
        "--organization",
        "o-exampleorgid",
        "--with-external-id",
        "--with-planned-reads",
        "--permissions-boundary",
        "arn:aws-us-gov:iam::222222222222:policy/Limit",
        "--tag",
        "Cost Center=1 2",
        "--tag",
        "team=security",
    ];
    for flags in [&flags[..], &[], &["--partition", "aws-cn"]] {
        let sandbox = sandbox!();
        let guide = sandbox.rolesweep(["setup"]).args(flags).run().expect_code(0);
        let guide = guide.stdout_text().replace("\\\n", "");
        let commands: Vec<&str> =
            guide.lines().filter(|line| line.starts_with("    rolesweep setup ")).collect();
        let script = format!("set -e\nrolesweep() {{ \"$0\" \"$@\"; }}\n{}", commands.join("\n"));
        let _ = sandbox.rolesweep::<&str>([]).through("sh", &["-c", &script]).run().expect_code(0);
        for (part, file) in [
            ("permission-policy", "permission-policy.json"),
            ("trust-policy", "trust-policy.json"),
            ("caller-policy", "caller-policy.json"),
            ("delegation-policy", "delegation-policy.json"),
            ("stackset-template", "audit-role-stackset.yaml"),
            ("stack-template", "audit-role-stack.yaml"),
        ] {
            let printed = std::fs::read_to_string(sandbox.path(file)).unwrap();
            assert_eq!(printed, print(&sandbox, part, flags), "{file}");
        }
    }
}

/// The actions of a policy document.
fn actions(document: &str) -> BTreeSet<String> {
    let document: Value = serde_json::from_str(document).unwrap();
    let statements = document["Statement"].as_array().unwrap().iter();
    let listed = statements.flat_map(|statement| statement["Action"].as_array().unwrap());
    listed.map(|action| action.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_call_that_a_scan_makes_is_allowed_by_what_setup_prints_and_by_the_templates() {
    let sandbox = sandbox!();
    let server = Server::serve(demo(Timestamp::now(), 1));
    let _ = scan(&sandbox, server.environment(), &["--allow-partial", "-o", "report"]).expect_code(0);
    let counts = server.counts();
    let called: BTreeSet<String> = counts.operations().into_keys().map(str::to_owned).collect();
    // The fallback has to be among them, because otherwise this would prove little.
    for expected in ["iam:GetAccountAuthorizationDetails", "iam:GetRole", "iam:ListRoles", "sts:AssumeRole"] {
        assert!(called.contains(expected), "{expected} in {called:?}");
    }

    let audit = actions(&print(&sandbox, "permission-policy", &[]));
    let caller = actions(&print(&sandbox, "caller-policy", &[]));
    for call in called {
        let allowed = match call.split(':').next() {
            // AWS allows it to everybody.
            _ if call == "sts:GetCallerIdentity" => true,
            Some("iam") => audit.contains(&call),
            _ => caller.contains(&call),
        };
        assert!(allowed, "{call}");
    }

    for (part, file) in
        [("stack-template", "audit-role-stack.yaml"), ("stackset-template", "audit-role-stackset.yaml")]
    {
        let path = format!("{}/../config/iam/{file}", env!("CARGO_MANIFEST_DIR"));
        let template = std::fs::read_to_string(&path).unwrap();
        assert_eq!(template, print(&sandbox, part, &[]), "{path}");
        let listed = |line: &str| line.trim().strip_prefix("- ").map(str::to_owned);
        let listed: BTreeSet<String> = template.lines().filter_map(listed).collect();
        assert!(audit.is_subset(&listed), "{path}");
    }
}
