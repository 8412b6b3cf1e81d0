//! What follows from privilege and trust together.

use std::sync::Arc;

use rolesweep_assess::risk::privilege::{Assumes, Privilege, PrivilegeLevel};
use rolesweep_assess::risk::trust::TrustLevel;
use rolesweep_assess::risk::{Confidence, Risk, SEVERITIES, Severity};

use super::*;

fn privilege(level: PrivilegeLevel, is_unknown: bool) -> Privilege {
    Privilege {
        level,
        is_unknown,
        confidence: Confidence::High,
        codes: Vec::new(),
        evidence: Vec::new(),
        assumes: Assumes::default(),
    }
}

fn risk(level: PrivilegeLevel, trust: Trust) -> Risk {
    Risk::new(Arc::new(privilege(level, false)), Arc::new(trust), false, false)
}

fn trust(level: TrustLevel) -> Trust {
    Trust { level, at_most: level, ..judged("") }
}

#[test]
fn the_table_has_every_level_once_and_never_decreases() {
    let rows: Vec<PrivilegeLevel> = SEVERITIES.iter().map(|(level, _)| *level).collect();
    assert!(rows.windows(2).all(|pair| pair[0] > pair[1]), "{rows:?}");
    assert!(TrustLevel::ALL.windows(2).all(|pair| pair[0] > pair[1]));
    for (level, row) in SEVERITIES {
        assert!(row.windows(2).all(|pair| pair[0] >= pair[1]), "{level:?} {row:?}");
        assert!(row.iter().all(|severity| *severity != Severity::Unknown));
    }
    for (higher, lower) in SEVERITIES.iter().zip(&SEVERITIES[1..]) {
        assert!(higher.1.iter().zip(lower.1).all(|(higher, lower)| *higher >= lower), "{higher:?} {lower:?}");
    }
}

#[test]
fn severity_never_decreases_with_any_of_its_grounds() {
    let mut before: Vec<(PrivilegeLevel, TrustLevel, [bool; 2], Severity)> = Vec::new();
    for (level, _) in SEVERITIES {
        for trust_level in TrustLevel::ALL {
            for grounds in [[false, false], [false, true], [true, false], [true, true]] {
                // Whoever is outside is at least bound.
                if grounds[0] && trust_level < TrustLevel::ExternalBound {
                    continue;
                }
                let trust = Trust { outside_without_external_id: grounds[0], ..trust(trust_level) };
                let risk = Risk::new(Arc::new(privilege(level, false)), Arc::new(trust), false, grounds[1]);
                let (privilege, trust) = (Arc::clone(&risk.privilege), Arc::clone(&risk.trust));
                let elsewhere = Risk::new(privilege, trust, false, false);
                assert_eq!(risk.severity_is_raised, risk.severity > elsewhere.severity, "{risk:?}");
                before.push((level, trust_level, grounds, risk.severity));
            }
        }
    }
    for one in &before {
        for other in &before {
            let grows = one.0 >= other.0
                && one.1 >= other.1
                && one.2.iter().zip(other.2).all(|(one, other)| *one >= other);
            assert!(!grows || one.3 >= other.3, "{one:?} {other:?}");
        }
    }
}

#[test]
fn a_role_of_the_management_account_counts_one_step_higher() {
    let at = |is_management| {
        Risk::new(
            Arc::new(privilege(PrivilegeLevel::ReadOnly, false)),
            Arc::new(trust(TrustLevel::Local)),
            false,
            is_management,
        )
    };
    assert_eq!((at(false).severity, at(true).severity), (Severity::Low, Severity::Medium));
}

#[test]
fn what_is_not_known_is_unknown_unless_it_is_critical_anyway() {
    let unknown =
        |level, trust: Trust| Risk::new(Arc::new(privilege(level, true)), Arc::new(trust), false, false);
    let medium = unknown(PrivilegeLevel::Change, trust(TrustLevel::ExternalOpen));
    assert_eq!((medium.severity, medium.severity_at_least), (Severity::Unknown, Severity::Medium));
    let critical = unknown(PrivilegeLevel::Admin, trust(TrustLevel::Public));
    assert_eq!((critical.severity, critical.severity_at_least), (Severity::Critical, Severity::Critical));
    // An unknown trust policy is as bad as unknown documents.
    let missing = risk(PrivilegeLevel::None, judged_with(WHOLE, ""));
    assert_eq!((missing.severity, missing.severity_at_least), (Severity::Unknown, Severity::Low));
    assert_eq!(missing.confidence, Confidence::Low);
    assert!(Severity::Critical > Severity::Unknown && Severity::Unknown > Severity::High);
    assert_eq!(Severity::ALL.map(Severity::counts_as)[1], Severity::High);
}

/// The trust of a CI role that many wrote in 2023.
#[test]
fn an_administrator_for_github_under_for_all_values_is_public_and_critical() {
    let trust = judged(
        r#"{WEB,"Principal":{"Federated":"arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"},
            "Condition":{"ForAllValues:StringLike":{"token.actions.githubusercontent.com:sub":"repo:acme/app:*"}}}"#,
    );
    assert_eq!(trust.as_str(), "public");
    assert_eq!(risk(PrivilegeLevel::Admin, trust).severity, Severity::Critical);
}

#[test]
fn if_exists_on_the_organization_is_public_and_its_twin_is_not() {
    let of = |operator: &str| {
        judged(&anyone_if(&format!(r#"{{"{operator}":{{"aws:PrincipalOrgID":"o-exampleorgid"}}}}"#)))
    };
    assert_eq!(of("StringEqualsIfExists").as_str(), "public");
    assert_eq!(of("StringEquals").as_str(), "org");
}

#[test]
fn scoped_data_for_an_outside_account_without_an_external_id_is_at_least_high() {
    let account = |principal: &str, condition: &str| {
        judged(&format!(r#"{{ALLOW,"Principal":{{"AWS":"{principal}"}},"Condition":{condition}}}"#))
    };
    let severity = |trust| risk(PrivilegeLevel::DataScoped, trust).severity;
    let with_id = r#"{"StringEquals":{"sts:ExternalId":"a"}}"#;
    for principal in [OUTSIDE, DATADOG, DECLARED_VENDOR, FORMER, "arn:aws:iam::666666666666:role/a"] {
        assert_eq!(severity(account(principal, "{}")), Severity::High, "{principal}");
        assert_eq!(severity(account(principal, with_id)), Severity::Medium, "{principal}");
    }
    assert_eq!(severity(account(MEMBER, "{}")), Severity::Low);
}
