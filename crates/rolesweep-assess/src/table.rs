//! Tests the table of statuses and dispositions case by case: every combination of last use, age,
//! thresholds, place and exemption, against a second, simple implementation of the same words.

mod laws;
mod named;

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use rolesweep_model::{Account, LastUse, Role, RoleArn, RoleId};

use crate::exemption::Exemption;
use crate::fixture::{self, assess, before, parameters, role};
use crate::judge::Assessment;
use crate::parameters::Parameters;
use crate::place::Place;
use crate::role_match::RoleMatch;
use crate::threshold::Threshold;
use crate::threshold_rule::ThresholdRule;
use crate::time::DAY;

const WINDOW: i64 = 400 * 24 * 60 * 60;

/// A last use in seconds before `as_of`; negative if it is after it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Use {
    Used(i64),
    NoneRecorded,
    NotCollected,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Home {
    Plain,
    ServiceRolePath,
    ServiceLinked,
    Reserved,
    AuditRole,
    NamedLikeTheAuditRole,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Written {
    Nothing,
    ForThisId,
    ForThisArn,
    ForAnother,
    EndsJustNow,
    EndsInASecond,
    Ended,
    EndedAndInForce,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum RuleCase {
    NoRule,
    InactiveOnly,
    UnusedOnly,
    ForOthers,
}

#[derive(Debug, Clone, Copy)]
struct Case {
    last_use: Use,
    age: i64,
    inactive_after: i64,
    unused_after: i64,
    rule: RuleCase,
    home: Home,
    written: Written,
}

/// The threshold that the rules of the cases set, in seconds.
const RULED: i64 = 30 * 24 * 60 * 60;

impl Case {
    fn role(&self) -> Role {
        let (path, name) = match self.home {
            Home::Plain => ("/", "app"),
            Home::ServiceRolePath => ("/service-role/", "app"),
            Home::ServiceLinked => ("/aws-service-role/support.amazonaws.com/", "AWSServiceRoleForSupport"),
            Home::Reserved => ("/aws-reserved/sso.amazonaws.com/", "AWSReservedSSO_View_0123"),
            Home::AuditRole => ("/security/", "Audit"),
            Home::NamedLikeTheAuditRole => ("/", "Audit"),
        };
        let mut role = role(path, name);
        role.created_at = before(self.age);
        role.last_use = match self.last_use {
            Use::Used(seconds) => LastUse::Used { at: before(seconds), region: None },
            Use::NoneRecorded => LastUse::NoneRecorded,
            Use::NotCollected => LastUse::NotCollected,
        };
        role
    }

    fn parameters(&self) -> Parameters {
        let role = self.role();
        let threshold = |seconds| Threshold::from_seconds(seconds).unwrap();
        let exemption = |roles: RoleMatch, expires: Timestamp| Exemption {
            expires,
            // However old the case says that the role is.
            approved_on: Date::MAX,
            ..fixture::exemption("written", roles, fixture::AS_OF)
        };
        let this_id = || RoleMatch::from(role.role_id.clone());
        let this_arn = || RoleMatch::from(role.arn.clone());
        let later: Timestamp = "2027-01-31T00:00:00Z".parse().unwrap();
        let earlier: Timestamp = "2026-06-30T00:00:00Z".parse().unwrap();
        Parameters {
            inactive_after: threshold(self.inactive_after),
            unused_after: threshold(self.unused_after),
            rules: match self.rule {
                RuleCase::NoRule => vec![],
                RuleCase::InactiveOnly | RuleCase::UnusedOnly | RuleCase::ForOthers => vec![
                    ThresholdRule {
                        name: "ruled".to_owned(),
                        accounts: vec![
                            if self.rule == RuleCase::ForOthers { "999999999999" } else { "123456789012" }
                                .parse()
                                .unwrap(),
                        ],
                        inactive_after: (self.rule != RuleCase::UnusedOnly).then_some(threshold(RULED)),
                        unused_after: (self.rule != RuleCase::InactiveOnly).then_some(threshold(RULED)),
                        ..ThresholdRule::default()
                    },
                    // Does not apply if the first one matches.
                    ThresholdRule {
                        name: "second".to_owned(),
                        paths: vec!["/nowhere/".to_owned()],
                        inactive_after: Some(threshold(1)),
                        unused_after: Some(threshold(1)),
                        ..ThresholdRule::default()
                    },
                ],
            },
            exemptions: match self.written {
                Written::Nothing => vec![],
                Written::ForThisId => vec![exemption(this_id(), later)],
                Written::ForThisArn => vec![exemption(this_arn(), later)],
                Written::ForAnother => vec![
                    exemption("AROAANOTHERROLEEXAMPLE".parse::<RoleId>().unwrap().into(), later),
                    exemption("arn:aws:iam::999999999999:role/app".parse::<RoleArn>().unwrap().into(), later),
                ],
                Written::EndsJustNow => vec![exemption(this_id(), before(0))],
                Written::EndsInASecond => vec![exemption(this_id(), before(-1))],
                Written::Ended => vec![exemption(this_arn(), earlier)],
                Written::EndedAndInForce => {
                    vec![exemption(this_id(), earlier), exemption(this_arn(), later)]
                }
            },
            audit_role: Some("security/Audit".to_owned()),
            ..parameters()
        }
    }

    fn assess(&self) -> Assessment {
        let account = Account::named("123456789012".parse().unwrap());
        let place = Place { account: &account, ou_path: None };
        assess(&self.role(), &place, &self.parameters())
    }
}

/// The second implementation of the words, on plain numbers.
struct Expected {
    status: &'static str,
    disposition: &'static str,
    /// Seconds, and whether they are a minimum.
    idle: Option<(i64, bool)>,
    age: i64,
    threshold: i64,
    rule: &'static str,
}

fn oracle(case: &Case) -> Expected {
    let age = if case.age < 0 { 0 } else { case.age };
    let unused = case.last_use == Use::NoneRecorded;
    let ruled = match case.rule {
        RuleCase::InactiveOnly => !unused,
        RuleCase::UnusedOnly => unused,
        RuleCase::NoRule | RuleCase::ForOthers => false,
    };
    let threshold = match (ruled, unused) {
        (true, _) => RULED,
        (false, true) => case.unused_after,
        (false, false) => case.inactive_after,
    };
    let status = match case.last_use {
        Use::NotCollected => "unknown",
        Use::Used(seconds) if seconds > threshold => "inactive",
        Use::Used(_) => "active",
        Use::NoneRecorded if threshold == 0 => "unused",
        Use::NoneRecorded if age > threshold => "unused",
        Use::NoneRecorded => "new",
    };
    let idle = match case.last_use {
        Use::NotCollected => None,
        Use::Used(seconds) if seconds < 0 => Some((0, false)),
        Use::Used(seconds) => Some((seconds, false)),
        Use::NoneRecorded if age > WINDOW => Some((WINDOW, true)),
        Use::NoneRecorded => Some((age, false)),
    };
    let protected = [Home::ServiceLinked, Home::Reserved, Home::AuditRole].contains(&case.home);
    let exempt = [Written::ForThisId, Written::ForThisArn, Written::EndsInASecond, Written::EndedAndInForce]
        .contains(&case.written);
    let disposition = if protected {
        "protected"
    } else if status == "unknown" {
        "undetermined"
    } else if status == "active" || status == "new" {
        "none"
    } else if exempt {
        "exempt"
    } else {
        "flagged"
    };
    Expected { status, disposition, idle, age, threshold, rule: if ruled { "ruled" } else { "default" } }
}

#[test]
fn every_combination_is_as_the_words_say() {
    let ninety = 90 * DAY;
    let uses = [
        Use::Used(-3600),
        Use::Used(0),
        Use::Used(1),
        Use::Used(RULED),
        Use::Used(RULED + 1),
        Use::Used(ninety - 1),
        Use::Used(ninety),
        Use::Used(ninety + 1),
        Use::Used(WINDOW),
        Use::Used(WINDOW + 1),
        Use::NoneRecorded,
        Use::NotCollected,
    ];
    let ages = [
        -1,
        0,
        1,
        RULED,
        RULED + 1,
        ninety - 1,
        ninety,
        ninety + 1,
        WINDOW - 1,
        WINDOW,
        WINDOW + 1,
        2 * WINDOW,
    ];
    let thresholds = [(90, 90), (90, 0), (0, 90), (400, 400)].map(|(a, b)| (a * DAY, b * DAY));
    let rules = [RuleCase::NoRule, RuleCase::InactiveOnly, RuleCase::UnusedOnly, RuleCase::ForOthers];
    let homes = [
        Home::Plain,
        Home::ServiceRolePath,
        Home::ServiceLinked,
        Home::Reserved,
        Home::AuditRole,
        Home::NamedLikeTheAuditRole,
    ];
    let writings = [
        Written::Nothing,
        Written::ForThisId,
        Written::ForThisArn,
        Written::ForAnother,
        Written::EndsJustNow,
        Written::EndsInASecond,
        Written::Ended,
        Written::EndedAndInForce,
    ];
    let mut cases = 0;
    let mut seen = BTreeSet::new();
    for last_use in uses {
        for age in ages {
            for (inactive_after, unused_after) in thresholds {
                for rule in rules {
                    for home in homes {
                        for written in writings {
                            let case =
                                Case { last_use, age, inactive_after, unused_after, rule, home, written };
                            check(&case);
                            let expected = oracle(&case);
                            seen.insert((expected.status, expected.disposition));
                            cases += 1;
                        }
                    }
                }
            }
        }
    }
    assert_eq!(cases, 12 * 12 * 4 * 4 * 6 * 8);
    // Each status with each disposition that it can have, and no other pair.
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        [
            ("active", "none"),
            ("active", "protected"),
            ("inactive", "exempt"),
            ("inactive", "flagged"),
            ("inactive", "protected"),
            ("new", "none"),
            ("new", "protected"),
            ("unknown", "protected"),
            ("unknown", "undetermined"),
            ("unused", "exempt"),
            ("unused", "flagged"),
            ("unused", "protected"),
        ]
    );
}

fn check(case: &Case) {
    let got = case.assess();
    let expected = oracle(case);
    assert_eq!(got.status.as_str(), expected.status, "{case:?}");
    assert_eq!(got.disposition.as_str(), expected.disposition, "{case:?}");
    let idle = got.idle.map(|idle| (idle.seconds, idle.is_minimum));
    assert_eq!(idle, expected.idle, "{case:?}");
    assert_eq!(got.age_seconds, expected.age, "{case:?}");
    assert_eq!(got.threshold.seconds(), expected.threshold, "{case:?}");
    assert_eq!(got.threshold_rule, expected.rule, "{case:?}");
    assert_eq!(got.disposition_reason.is_empty(), expected.disposition == "none", "{case:?}");
    assert_eq!(
        got.disposition_reason.contains("; an exemption (owner"),
        expected.disposition == "flagged" && [Written::EndsJustNow, Written::Ended].contains(&case.written),
        "{case:?}"
    );
}
