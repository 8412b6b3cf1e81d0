//! An organization that does not exist, that the caller may not read, or that lacks what was
//! requested.

use rolesweep_sim::{AccountSpec, Document, OrganizationSpec, RoleSpec};

use super::{refused, refused_without_a_trace};
use crate::fixture::{Fixture, PROD, as_of, assert_shown, coverage, days_ago, organization};

/// The small organization with a caller in an account outside it.
fn outside() -> OrganizationSpec {
    let mut spec = organization();
    let mut account = AccountSpec::new("888888888888", "on-its-own", days_ago(900));
    spec.audit.caller_arn = "arn:aws:iam::888888888888:user/outsider".to_owned();
    let role = spec.audit.role(days_ago(500), as_of());
    account.role(role).role(RoleSpec::new("app", days_ago(500)));
    spec.standalone.push(account);
    spec.caller("outsider", "888888888888").policy =
        Document::allowing(&["sts:AssumeRole", "organizations:*"]);
    spec
}

#[test]
fn a_caller_in_no_organization() {
    let fixture = Fixture::new(outside());
    let said = refused(&fixture, fixture.scan_as("outsider", &["-o", "report"]), 1);
    assert_shown!(fixture.filters(), "in_no_organization", said);
    // The remedy works.
    let named = fixture.scan_as("outsider", &["--accounts", "888888888888", "-o", "report"]).run();
    let named = named.expect_code(0);
    assert!(named.stderr.contains("only the named accounts are scanned"), "{named}");
    assert_eq!(coverage(&fixture.table("report/accounts.csv"))["888888888888"].0, "scanned");
    assert_eq!(fixture.manifest("report")["scope"], "named");
}

#[test]
fn a_caller_who_may_not_list_the_organization() {
    let mut spec = organization();
    spec.callers[0].policy = Document::allowing(&["sts:AssumeRole", "organizations:DescribeOrganization"]);
    let fixture = Fixture::new(spec);
    let said = refused_without_a_trace(&fixture, fixture.scan(&["-o", "report"]), 1);
    assert_shown!(fixture.filters(), "may_not_list_the_organization", said);
    assert_eq!(fixture.server.counts().operation("sts:AssumeRole").total(), 0);
}

/// The small organization with a caller who has the first one's permissions, except these.
fn without(actions: &[&str]) -> OrganizationSpec {
    let mut spec = organization();
    let all = [
        "sts:AssumeRole",
        "organizations:DescribeOrganization",
        "organizations:ListAccounts",
        "organizations:ListRoots",
        "organizations:ListOrganizationalUnitsForParent",
        "organizations:ListAccountsForParent",
    ];
    let rest: Vec<&str> = all.into_iter().filter(|action| !actions.contains(action)).collect();
    spec.callers[0].policy = Document::allowing(&rest);
    spec
}

#[test]
fn a_rule_that_goes_by_the_names_of_ous_that_may_not_be_read_is_no_complete_report() {
    let fixture = Fixture::new(without(&["organizations:ListRoots"]));
    let _ = fixture.scan(&["-o", "without"]).run().expect_code(0);
    let rule = |ou: &str| {
        format!(
            "[[threshold]]\nname = \"sandboxes\"\nreason = \"by hand\"\nou = \"{ou}\"\ninactive_after = \"300d\"\n"
        )
    };
    fixture.write("rules.toml", rule("/Sandbox"));
    let finished = fixture.scan(&["--config", "rules.toml", "-o", "with"]).run().expect_code(4);
    assert!(
        finished.stderr.contains("rules and exemptions that name OUs could not be applied"),
        "{finished}"
    );
    assert_eq!(fixture.manifest("with")["complete"], false);

    // Facts that are complete for a report without the rule are not complete for one with it.
    let fixture = Fixture::new(without(&["organizations:ListRoots"]));
    let _ = fixture.scan(&["-o", "without"]).run().expect_code(0);
    fixture.write("rules.toml", rule("/Sandbox"));
    let finished = fixture.report(&["--config", "rules.toml", "-o", "with"]).run().expect_code(4);
    assert!(
        finished.stderr.contains("rules and exemptions that name OUs could not be applied"),
        "{finished}"
    );
    assert!(finished.stderr.contains("let the caller read the organization's OUs"), "{finished}");
    assert_eq!(fixture.manifest("with")["complete"], false);
}

#[test]
fn a_caller_who_may_not_describe_the_organization_is_told_what_follows() {
    let fixture = Fixture::new(without(&["organizations:DescribeOrganization"]));
    let finished = fixture.scan(&["-o", "report"]).run().expect_code(0);
    let said = "the organization could not be read";
    assert!(finished.stderr.contains(said), "{finished}");
    // The list was read in full, and no account was named.
    assert!(finished.stderr.contains("\nOrganization  that of account "), "{finished}");
    assert!(finished.stderr.contains("the whole organization"), "{finished}");
    assert!(fixture.manifest("report")["notes"].to_string().contains(said));
}

#[test]
fn accounts_and_ous_that_are_not_there() {
    let fixture = Fixture::new(organization());
    fixture.write("ids.tsv", format!("{PROD}\tcheckout\n888888888888\tgone\n"));
    fixture.write("file.toml", "[scan]\nexclude_ou = [\"/Sandboxes\", \"ou-ab12-12345678\"]\n");
    let mut shown = String::new();
    for flags in [
        &["--accounts", &format!("{PROD},123456789012,000000000007")] as &[_],
        &["--exclude-accounts", "444444444445,123456789012"],
        &["--ou", "/Workloads/Prod", "--ou", "/Workloads/Production", "--ou", "/workloads"],
        &["--accounts-file", "ids.tsv", "--exclude-accounts", "1112", "--config", "file.toml"],
        &["--accounts-file", "ids.tsv", "--exclude-accounts", "444444444445", "--config", "file.toml"],
    ] {
        let said = refused_without_a_trace(&fixture, fixture.scan(&["-o", "report"]).args(flags), 2);
        shown.push_str(&format!("$ rolesweep scan {}\n{said}\n", flags.join(" ")));
        for also in ["--dry-run", "--check"] {
            let finished = fixture.scan(&[also]).args(flags).run().expect_code(2);
            assert!(finished.stderr.ends_with(&said), "{also}: {finished}");
        }
    }
    assert_shown!(fixture.filters(), "accounts_and_ous_that_are_not_there", shown);
    assert_eq!(fixture.server.counts().operation("sts:AssumeRole").total(), 0);
}

#[test]
fn of_many_accounts_that_are_not_there_the_first_are_told() {
    let fixture = Fixture::new(organization());
    let ids: String = (0..3_000).map(|number| format!("9{number:011}\n")).collect();
    fixture.write("ids.txt", ids);
    let run = fixture.scan(&["--accounts-file", "ids.txt", "-o", "report"]);
    let said = refused_without_a_trace(&fixture, run, 2);
    assert!(said.starts_with("error: 3000 invalid settings\nids.txt: "), "{said}");
    assert!(said.trim_end().ends_with("and 2980 more") && said.lines().count() == 42, "{said}");
}

#[test]
fn a_refused_scan_does_not_hide_the_one_before() {
    let fixture = Fixture::new(organization());
    let _ = fixture.scan(&["-o", "good"]).run().expect_code(0);
    let _ = fixture.scan(&["--accounts", "123456789012", "-o", "bad"]).run().expect_code(2);
    let _ = fixture.report(&["--as-of", crate::fixture::AS_OF, "-o", "again"]).run().expect_code(0);
    assert_eq!(fixture.bytes("again/roles.csv"), fixture.bytes("good/roles.csv"));
}
