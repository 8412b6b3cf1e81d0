use super::*;
use crate::fixture::{Fixture, risk};

/// An account's roles: name, privilege, trust. All are findings.
fn account(number: u64, roles: &[(&str, PrivilegeLevel, TrustLevel)]) -> Worst {
    let mut worst = Worst::default();
    for &(name, privilege, trust) in roles {
        let mut fixture = Fixture::default();
        let id = format!("{number:012}");
        fixture.role.arn = format!("arn:aws:iam::{id}:role/{name}").parse().unwrap();
        fixture.account.account = rolesweep_model::Account::named(id.parse().unwrap());
        fixture.risk = Some(risk(privilege, trust));
        worst.role(&fixture.row());
    }
    worst
}

fn joined(accounts: Vec<Worst>) -> Vec<(String, String, u64)> {
    let mut all = Worst::default();
    accounts.into_iter().for_each(|next| all.join(next));
    let line = |line: WorstFindings| (line.severity.to_string(), line.name, line.roles);
    all.into_items().into_iter().map(line).collect()
}

#[test]
fn each_family_is_one_line_with_its_count_and_the_worst_comes_first() {
    use PrivilegeLevel::{Admin, Change, Data};
    use TrustLevel::{Local, Public};
    let deploy = |number: u64| format!("cdk-hnb659fds-deploy-role-{number:012}-eu-west-1");
    let accounts =
        (1..=60).map(|number| account(number, &[(&deploy(number), Admin, Local), ("reader", Change, Local)]));
    let mut accounts: Vec<Worst> = accounts.collect();
    accounts.push(account(61, &[("team/forgotten", Admin, Public), ("bucket", Data, Local)]));
    let line = |severity: &str, name: &str, roles| (severity.to_owned(), name.to_owned(), roles);
    assert_eq!(
        joined(accounts),
        [
            line("critical", "team/forgotten", 1),
            line("high", "cdk-hnb659fds-deploy-role-*-*", 60),
            line("medium", "bucket", 1),
            line("low", "reader", 60),
        ]
    );
}

#[test]
fn roles_of_a_family_that_differ_in_trust_or_privilege_have_lines_of_their_own() {
    use PrivilegeLevel::{Admin, Data};
    use TrustLevel::{ExternalOpen, Public};
    let name = |number: u64| format!("stacksets-exec-{number:012}");
    let roles = [(Admin, ExternalOpen), (Admin, Public), (Admin, ExternalOpen), (Data, Public)];
    let accounts = (1..).zip(roles).map(|(number, (privilege, trust))| {
        let name = name(number);
        account(number, &[(&name, privilege, trust)])
    });
    let mut all = Worst::default();
    accounts.for_each(|next| all.join(next));
    let lines: Vec<_> = all.into_items();
    assert!(lines.iter().all(|line| line.severity == Severity::Critical));
    let shown: Vec<_> =
        lines.iter().map(|line| (line.name.as_str(), line.roles, line.privilege, line.trust)).collect();
    let (second, fourth) = (name(2), name(4));
    assert_eq!(
        shown,
        [
            (second.as_str(), 1, Admin, Public),
            ("stacksets-exec-*", 2, Admin, ExternalOpen),
            (fourth.as_str(), 1, Data, Public),
        ]
    );
    assert_eq!(lines[1].account, "000000000001");
}

#[test]
fn what_is_kept_is_bounded_and_counts_what_is_shown_exactly() {
    use PrivilegeLevel::{Admin, Change};
    let many = |number: u64| {
        let names: Vec<String> = (0..300).map(|at| format!("role-{}", letters(at + 300 * number))).collect();
        let mut roles: Vec<_> = names.iter().map(|name| (name.as_str(), Change, TrustLevel::Local)).collect();
        // The last of the account, after many that are kept for a while.
        roles.push(("worst", Admin, TrustLevel::Public));
        account(number, &roles)
    };
    let accounts: Vec<Worst> = (1..=5).map(many).collect();
    assert!(accounts.iter().all(|worst| worst.0.len() <= SHOWN));
    assert_eq!(joined(accounts)[0], ("critical".to_owned(), "worst".to_owned(), 5));
}

/// A number in letters, which no family leaves out.
fn letters(number: u64) -> String {
    number.to_string().bytes().map(|digit| char::from(b'a' + digit - b'0')).collect()
}

#[test]
fn only_findings_and_powerful_exempt_roles_are_worth_a_look() {
    use PrivilegeLevel::{Admin, Data, Escalate};
    let mut worst = Worst::default();
    let mut take = |disposition, privilege: Option<PrivilegeLevel>| {
        let mut fixture = Fixture::hostile();
        fixture.assessment.disposition = disposition;
        fixture.risk = privilege.map(|privilege| risk(privilege, TrustLevel::Org));
        worst.role(&fixture.row());
    };
    for privilege in [Admin, Escalate, Data] {
        take(Disposition::Exempt, Some(privilege));
    }
    take(Disposition::Flagged, Some(Admin));
    take(Disposition::Flagged, None);
    take(Disposition::None, Some(Admin));
    take(Disposition::Protected, Some(Admin));
    let lines =
        worst.into_items().into_iter().map(|line| (line.privilege, line.exemption.is_some(), line.roles));
    assert_eq!(lines.collect::<Vec<_>>(), [(Admin, false, 1), (Admin, true, 1), (Escalate, true, 1)]);
}
