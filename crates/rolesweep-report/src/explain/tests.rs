use std::sync::atomic::AtomicBool;

use rolesweep_assess::risk::trust::TrustLevel;
use rolesweep_assess::{Exemption, Parameters, RoleMatch};
use rolesweep_model::{Coverage, Scan};
use rolesweep_store::Store;
use rolesweep_testing as support;

use super::*;
use crate::Include;

/// A store with three accounts that have roles, one that was denied, and what the tests look for.
fn store(folder: &std::path::Path) -> (Store, Scan) {
    let path = folder.join("store.db");
    let mut store = Store::open(&path, &support::key()).unwrap();
    let scan = support::scan(1);
    store.begin_scan(&scan).unwrap();
    for number in 1..=4 {
        let id = support::account_id(number);
        store.discovered(scan.id, &[support::account(number)]).unwrap();
        store.begin(scan.id, id).unwrap();
        let mut page = support::page(id.as_str(), number * 10..number * 10 + 5);
        page.roles.push(support::collected(id.as_str(), "/ci/", "deploy", 100 + number));
        if number == 2 {
            page.roles.push(support::collected(id.as_str(), "/", "only-here", 7));
        }
        if number < 4 {
            store.append(scan.id, id, &page).unwrap();
        }
        let coverage = if number < 4 { Coverage::Scanned } else { Coverage::Denied };
        store.finish(scan.id, &support::record(id, coverage, page.roles.len() as u64)).unwrap();
    }
    store.finish_scan(scan.id, &support::end()).unwrap();
    drop(store);
    let store = Store::open_existing(&path).unwrap();
    let scan = store.latest_scan().unwrap().unwrap();
    (store, scan)
}

fn asked(text: &str) -> Found {
    asked_with(text, Vec::new())
}

fn asked_with(text: &str, exemptions: Vec<Exemption>) -> Found {
    let folder = tempfile::tempdir().unwrap();
    let (store, scan) = store(folder.path());
    let parameters = Parameters { exemptions, ..Parameters::new(scan.started_at) };
    let stop = AtomicBool::new(false);
    let report = Report {
        scan: &scan,
        parameters: &parameters,
        gaps: &[],
        include: Include::All,
        with_risk: true,
        previous: None,
        published_before: None,
        stop: &stop,
    };
    explain(&store, &report, &WantedRole::parse(text).unwrap()).unwrap()
}

#[test]
fn one_role_is_found_by_each_of_its_names() {
    let arn = "arn:aws:iam::000000000002:role/only-here";
    let Found::One(by_arn) = asked(arn) else { panic!("{arn} is not found") };
    assert_eq!((&*by_arn.role_arn, &*by_arn.account_id), (arn, "000000000002"));
    for text in [
        by_arn.role_id.as_str(),
        "only-here",
        "ONLY-HERE",
        "arn:aws:sts::000000000002:assumed-role/only-here/session",
    ] {
        let Found::One(found) = asked(text) else { panic!("{text} is not found") };
        assert_eq!(found.role_arn, arn, "{text}");
    }
    for text in
        ["arn:aws:iam::000000000003:role/ci/deploy", "arn:aws:sts::000000000003:assumed-role/deploy/s"]
    {
        let Found::One(found) = asked(text) else { panic!("{text} is not found") };
        assert_eq!(found.role_arn, "arn:aws:iam::000000000003:role/ci/deploy");
    }
}

#[test]
fn a_name_in_several_accounts_lists_them() {
    for text in ["deploy", "ci/deploy", "/ci/deploy"] {
        let Found::Several { total: 3, first } = asked(text) else { panic!("{text}") };
        let arns: Vec<&str> = first.iter().map(|role| role.arn.as_str()).collect();
        let expected: Vec<String> =
            (1..=3).map(|number| format!("arn:aws:iam::00000000000{number}:role/ci/deploy")).collect();
        assert_eq!(arns, expected, "{text}");
    }
}

#[test]
fn a_role_that_is_not_found_says_what_is_alike_and_what_was_not_read() {
    let none = |text: &str| match asked(text) {
        Found::None(missing) => missing,
        other => panic!("{text}: {other:?}"),
    };
    let missing = none("only-her");
    assert_eq!((missing.nearest.as_deref(), missing.gaps, missing.account), (Some("only-here"), 1, None));
    let missing = none("arn:aws:iam::000000000004:role/ci/deploy");
    assert_eq!(missing.account.unwrap().1, Coverage::Denied);
    let missing = none("arn:aws:iam::000000000009:role/ci/deploy");
    assert_eq!((missing.account, missing.gaps), (None, 0));
    let missing = none("AROAAAAAAAAAAAAAAAAAA");
    assert_eq!((missing.nearest, missing.gaps), (None, 1));
    let Found::One(there) = asked("only-here") else { panic!("only-here is not found") };
    for mistyped in
        [there.role_id.replace("AROA", "AROAX"), format!("{}X", &there.role_id[..there.role_id.len() - 1])]
    {
        assert!(none(&mistyped).nearest.is_some_and(|near| near.starts_with("AROA")), "{mistyped}");
    }
    assert_eq!(none("other/deploy").nearest.as_deref(), Some("deploy"));
}

#[test]
fn an_explanation_is_the_assessment_of_the_report() {
    let Found::One(found) = asked("only-here") else { panic!("it is not found") };
    let flagged = found.disposition.disposition == "flagged";
    assert_eq!(found.rule.is_some(), found.status.status != "active" && found.status.status != "new");
    assert_eq!((found.listed, found.off_the_list.len() > 1), (flagged, flagged), "{found:?}");
    let value = serde_json::to_value(&*found).unwrap();
    assert_eq!(value["status"]["threshold_seconds"], 90 * 86_400);
    assert_eq!(value["disposition"]["exemption"], serde_json::Value::Null);
}

#[test]
fn an_explanation_has_the_exemption_that_covers_the_role_by_its_name_and_trust() {
    // EC2 may assume the role, and that is within its own account.
    for (most, expected) in [(TrustLevel::Local, Some("only")), (TrustLevel::Nobody, None)] {
        let roles = RoleMatch {
            role_names: vec!["only-*".to_owned()],
            trust_at_most: Some(most),
            ..RoleMatch::default()
        };
        let mut exemption = crate::fixture::parameters().exemptions.remove(0);
        (exemption.id, exemption.roles) = ("only".to_owned(), roles);
        let Found::One(found) = asked_with("only-here", vec![exemption]) else { panic!("it is not found") };
        let id = found.disposition.exemption.as_ref().map(|exemption| exemption.id.as_str());
        assert_eq!(id, expected, "{most}");
    }
}
