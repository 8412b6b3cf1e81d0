//! Who could take a role over, by its trust policy.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod accounts;
mod aws_examples;
mod conditions;
mod denials;
mod evasion;
mod hostile;
mod oidc;
mod properties;
mod severity;

use std::sync::LazyLock;

use rolesweep_assess::risk::trust::{Home, Membership, Organization, Trust, judge};
use rolesweep_assess::{AccountKind, KnownAccount, KnownAccounts, catalogue};
use rolesweep_model::AccountId;

/// The account of the role.
const OWN: &str = "111111111111";
const MEMBER: &str = "222222222222";
const OURS: &str = "333333333333";
const DECLARED_VENDOR: &str = "444444444444";
const FORMER: &str = "555555555555";
const OUTSIDE: &str = "666666666666";
const MANAGEMENT: &str = "999999999999";
/// Accounts of public lists: one with a source, one without.
const DATADOG: &str = "464622532012";
const SAID_TO_BE_LOGZ: &str = "406095609952";

fn known(account: &str, name: &str, kind: AccountKind) -> KnownAccount {
    KnownAccount {
        account_id: account.parse().unwrap(),
        name: name.to_owned(),
        kind,
        owner: "platform".to_owned(),
        expires: "2027-01-01T00:00:00Z".parse().unwrap(),
    }
}

static KNOWN: LazyLock<Vec<KnownAccount>> = LazyLock::new(|| {
    vec![
        known(OURS, "old-payer", AccountKind::Ours),
        known(DECLARED_VENDOR, "Acme Backup", AccountKind::Vendor),
    ]
});

fn membership(account: &AccountId) -> Membership {
    match account.as_str() {
        OWN | MEMBER => Membership::Member,
        FORMER => Membership::Former,
        _ => Membership::NotListed,
    }
}

/// What is known of the organization.
#[derive(Clone, Copy)]
struct Facts {
    has_id: bool,
    is_whole: bool,
}

const WHOLE: Facts = Facts { has_id: true, is_whole: true };

fn judged_with(facts: Facts, document: &str) -> Trust {
    let known = KnownAccounts::new(&KNOWN, "2026-11-30T00:00:00Z".parse().unwrap());
    let id = "o-exampleorgid".parse().unwrap();
    let organization = Organization {
        id: facts.has_id.then_some(&id),
        management: Some(MANAGEMENT.parse().unwrap()),
        membership: &membership,
        is_whole: facts.is_whole,
        known: &known,
        vendor: catalogue::known_account,
    };
    let account = OWN.parse().unwrap();
    judge(document, &Home { account: &account, partition: "aws", organization: &organization })
}

/// Statements, in which `ALLOW`, `WEB` and `SAML` stand for what allows each way of assuming.
fn document(statements: &str) -> String {
    let statements = statements
        .replace("{ALLOW,", r#"{"Effect":"Allow","Action":"sts:AssumeRole","#)
        .replace("{WEB,", r#"{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity","#)
        .replace("{SAML,", r#"{"Effect":"Allow","Action":"sts:AssumeRoleWithSAML","#)
        .replace("{DENY,", r#"{"Effect":"Deny","Action":"sts:AssumeRole","#);
    format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)
}

fn judged(statements: &str) -> Trust {
    judged_with(WHOLE, &document(statements))
}

/// Asserts the word for each of some statements.
fn assert_words(cases: &[(&str, &str)]) {
    for (statements, word) in cases {
        let trust = judged(statements);
        assert_eq!(trust.as_str(), *word, "{statements}\n{:#?}", trust.evidence);
        assert!(!trust.evidence.is_empty(), "{statements}");
    }
}

/// One statement that lets anyone assume the role under a condition.
fn anyone_if(condition: &str) -> String {
    format!(r#"{{ALLOW,"Principal":{{"AWS":"*"}},"Condition":{condition}}}"#)
}
