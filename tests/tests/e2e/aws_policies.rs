//! The documents of policies that AWS manages: each read once, whatever the number of accounts and
//! scans.

use std::collections::BTreeMap;

use rolesweep_sim::{AuditRole, OrganizationSpec, RoleSpec};
use rolesweep_store::Store;

use crate::fixture::{Fixture, as_of, days_ago};

const ACCOUNTS: u64 = 20;

/// The policies that roles name, in the simulator's spelling.
const POLICIES: [&str; 6] = [
    "AdministratorAccess",
    "PowerUserAccess",
    "IAMFullAccess",
    "job-function/ViewOnlyAccess",
    "service-role/AWSLambdaBasicExecutionRole",
    "SecurityAudit",
];

fn arn(policy: &str) -> String {
    format!("arn:aws:iam::aws:policy/{policy}")
}

/// Accounts whose roles attach some of the policies. The last policy is a boundary only.
fn organization(audit: impl Fn(AuditRole) -> AuditRole) -> OrganizationSpec {
    let mut spec = OrganizationSpec::new(5, as_of());
    for number in 0..ACCOUNTS {
        let account = spec.audited(&format!("{:012}", 100 + number), "team");
        for at in 0..2 {
            let policy = POLICIES[((number + at) % 5) as usize];
            let mut role = RoleSpec::new(format!("role-{at}"), days_ago(500)).attach(arn(policy));
            role.boundary = Some(arn(POLICIES[5]));
            account.role(role);
        }
    }
    let role = audit(AuditRole::new("arn:aws:iam::222222222222:role/rolesweep-runner"));
    for account in &mut spec.accounts {
        account.roles.retain(|role| role.name != "RolesweepAudit");
        account.role(role.role(days_ago(300), as_of()));
    }
    spec
}

/// How many calls of an operation each account got.
fn by_account(fixture: &Fixture, operation: &str) -> BTreeMap<String, u64> {
    let counts = fixture.server.counts();
    let of_it = counts.iter().filter(|(name, ..)| *name == operation);
    of_it.map(|(_, account, tally)| (account.to_owned(), tally.total())).collect()
}

fn total(fixture: &Fixture, operation: &str) -> u64 {
    fixture.server.counts().operation(operation).total()
}

#[test]
fn each_policy_is_read_once_and_its_document_never_again() {
    let fixture = Fixture::new(organization(|audit| audit));
    let first = fixture.scan(&["-o", "first"]).run().expect_code(0);
    assert!(!first.stderr.contains("policies"), "{first}");
    assert_eq!((total(&fixture, "iam:GetPolicy"), total(&fixture, "iam:GetPolicyVersion")), (6, 6));
    for operation in ["iam:GetPolicy", "iam:GetPolicyVersion"] {
        let most = by_account(&fixture, operation).into_values().max();
        assert!(most <= Some(2), "{:?}", by_account(&fixture, operation));
    }
    let _ = fixture.scan(&["-o", "second"]).run().expect_code(0);
    assert_eq!((total(&fixture, "iam:GetPolicy"), total(&fixture, "iam:GetPolicyVersion")), (12, 6));
    for folder in ["first", "second"] {
        let policies = &fixture.manifest(folder)["aws_policies"];
        assert_eq!((&policies["named"], &policies["read"]), (&6.into(), &6.into()), "{folder}");
    }
    let store = Store::open_existing(&fixture.sandbox.path("store.db")).unwrap();
    for scan in store.scans().unwrap() {
        for policy in POLICIES {
            let document = store.managed_policy_document(scan.id, &arn(policy)).unwrap().unwrap();
            assert!(
                document.starts_with("{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":"),
                "{document}"
            );
        }
    }
    assert_eq!(store.aws_documents().unwrap().len(), 6);
}

#[test]
fn an_audit_role_with_the_earlier_policy_reads_everything_else_and_says_once_what_to_add() {
    let earlier = ["iam:GetAccountAuthorizationDetails", "iam:ListRoles", "iam:GetRole"];
    let fixture = Fixture::new(organization(|audit| audit.allowing(&earlier)));
    let finished = fixture.scan(&["-o", "report"]).run().expect_code(0);
    assert_eq!(finished.stderr.matches("iam:GetPolicyVersion").count(), 1, "{finished}");
    assert!(finished.stderr.contains("6 policies that AWS manages were not read"), "{finished}");
    let manifest = fixture.manifest("report");
    assert_eq!(manifest["completeness"], "yes");
    assert_eq!(manifest["aws_policies"]["read"], 0);
    // Each account was asked once at most.
    let asked = by_account(&fixture, "iam:GetPolicy");
    assert!(asked.len() <= 22 && asked.values().all(|&calls| calls == 1), "{asked:?}");
    let whole = Fixture::new(organization(|audit| audit));
    let _ = whole.scan(&["-o", "report"]).run().expect_code(0);
    let coverage = |fixture: &Fixture| fixture.bytes("report/accounts.csv");
    assert_eq!(coverage(&fixture), coverage(&whole));
}
