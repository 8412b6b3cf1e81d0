//! The cases that have a name, with the result of each written out.

use rolesweep_model::Account;

use super::{Case, Home, RuleCase, Use, Written};
use crate::disposition::Disposition;
use crate::fixture::assess;
use crate::place::Place;
use crate::status::Status;
use crate::time::DAY;

/// Last use, age, place and exemption, with 90 days for all; then the status, the disposition and
/// its reason, the idle days and whether they are a minimum.
type Named = (Use, i64, Home, Written, &'static str, &'static str, &'static str, Option<(i64, bool)>);

#[rustfmt::skip]
const NAMED: &[Named] = &[
    // Used.
    (Use::Used(3600), 1000 * DAY, Home::Plain, Written::Nothing, "active", "none", "", Some((0, false))),
    (Use::Used(-3600), 1000 * DAY, Home::Plain, Written::Nothing, "active", "none", "", Some((0, false))),
    (Use::Used(90 * DAY - 1), 1000 * DAY, Home::Plain, Written::Nothing, "active", "none", "", Some((89, false))),
    (Use::Used(90 * DAY), 1000 * DAY, Home::Plain, Written::Nothing, "active", "none", "", Some((90, false))),
    (Use::Used(90 * DAY + 1), 1000 * DAY, Home::Plain, Written::Nothing, "inactive", "flagged", "last used 90 days 1 second ago, more than 90 days", Some((90, false))),
    (Use::Used(120 * DAY), 1000 * DAY, Home::Plain, Written::Nothing, "inactive", "flagged", "last used 120 days ago, more than 90", Some((120, false))),
    (Use::Used(120 * DAY), 1000 * DAY, Home::Plain, Written::ForThisId, "inactive", "exempt", "exempt through 2027-01-30: break-glass (owner alice, approved by carol)", Some((120, false))),
    (Use::Used(120 * DAY), 1000 * DAY, Home::Plain, Written::Ended, "inactive", "flagged", "last used 120 days ago, more than 90; an exemption (owner alice) expired at the end of 2026-06-29", Some((120, false))),
    (Use::Used(120 * DAY), 1000 * DAY, Home::Plain, Written::EndsJustNow, "inactive", "flagged", "last used 120 days ago, more than 90; an exemption (owner alice) expired at 2026-11-22T12:00:00Z", Some((120, false))),
    (Use::Used(120 * DAY), 1000 * DAY, Home::ServiceRolePath, Written::Nothing, "inactive", "flagged", "last used 120 days ago, more than 90", Some((120, false))),
    (Use::Used(3600), 1000 * DAY, Home::Plain, Written::ForThisId, "active", "none", "", Some((0, false))),
    // None recorded.
    (Use::NoneRecorded, -5, Home::Plain, Written::Nothing, "new", "none", "", Some((0, false))),
    (Use::NoneRecorded, DAY, Home::Plain, Written::Nothing, "new", "none", "", Some((1, false))),
    (Use::NoneRecorded, 90 * DAY, Home::Plain, Written::Nothing, "new", "none", "", Some((90, false))),
    (Use::NoneRecorded, 90 * DAY + 1, Home::Plain, Written::Nothing, "unused", "flagged", "no use recorded; created 90 days 1 second ago, more than 90 days", Some((90, false))),
    (Use::NoneRecorded, 120 * DAY, Home::Plain, Written::Nothing, "unused", "flagged", "no use recorded; created 120 days ago, more than 90", Some((120, false))),
    (Use::NoneRecorded, 400 * DAY, Home::Plain, Written::Nothing, "unused", "flagged", "no use recorded; created 400 days ago, more than 90", Some((400, false))),
    (Use::NoneRecorded, 400 * DAY + 1, Home::Plain, Written::Nothing, "unused", "flagged", "no use recorded in AWS's 400-day window; created 400 days ago", Some((400, true))),
    (Use::NoneRecorded, 500 * DAY, Home::Plain, Written::Nothing, "unused", "flagged", "no use recorded in AWS's 400-day window; created 500 days ago", Some((400, true))),
    (Use::NoneRecorded, 500 * DAY, Home::Plain, Written::EndedAndInForce, "unused", "exempt", "exempt through 2027-01-30: break-glass (owner alice, approved by carol)", Some((400, true))),
    // Not collected.
    (Use::NotCollected, 500 * DAY, Home::Plain, Written::Nothing, "unknown", "undetermined", "last use was not collected", None),
    (Use::NotCollected, 500 * DAY, Home::Plain, Written::ForThisId, "unknown", "undetermined", "last use was not collected", None),
    (Use::NotCollected, 500 * DAY, Home::ServiceLinked, Written::Nothing, "unknown", "protected", "service-linked role: only AWS can change it", None),
    // Protected, whatever the status.
    (Use::Used(3600), 1000 * DAY, Home::AuditRole, Written::Nothing, "active", "protected", "the audit role of this scan", Some((0, false))),
    (Use::Used(120 * DAY), 1000 * DAY, Home::NamedLikeTheAuditRole, Written::Nothing, "inactive", "flagged", "last used 120 days ago, more than 90", Some((120, false))),
    (Use::Used(120 * DAY), 1000 * DAY, Home::ServiceLinked, Written::ForThisId, "inactive", "protected", "service-linked role: only AWS can change it", Some((120, false))),
    (Use::NoneRecorded, DAY, Home::Reserved, Written::Nothing, "new", "protected", "reserved by AWS, as IAM Identity Center's roles are: only AWS can change it", Some((1, false))),
];

#[test]
fn roles_without_recorded_use_are_idle_for_longest_and_the_oldest_first() {
    let rank = |last_use: Use, age: i64| {
        let case = Case {
            last_use,
            age,
            inactive_after: 90 * DAY,
            unused_after: 90 * DAY,
            rule: RuleCase::NoRule,
            home: Home::Plain,
            written: Written::Nothing,
        };
        case.assess().idle_rank()
    };
    let ranked = [
        rank(Use::NoneRecorded, 5316 * DAY),
        rank(Use::NoneRecorded, 401 * DAY),
        rank(Use::Used(405 * DAY), 3000 * DAY),
        rank(Use::NoneRecorded, 400 * DAY),
        rank(Use::Used(400 * DAY), 9000 * DAY),
        rank(Use::Used(400 * DAY), 8000 * DAY),
        rank(Use::NoneRecorded, 399 * DAY),
        rank(Use::Used(200 * DAY), 9000 * DAY),
    ];
    assert!(ranked.iter().all(Option::is_some) && ranked.is_sorted_by(|one, next| one > next), "{ranked:?}");
    assert_eq!(rank(Use::NotCollected, 5000 * DAY), None);
}

#[test]
fn the_named_cases_are_as_written_down() {
    for &(last_use, age, home, written, status, disposition, reason, idle) in NAMED {
        let case = Case {
            last_use,
            age,
            inactive_after: 90 * DAY,
            unused_after: 90 * DAY,
            rule: RuleCase::NoRule,
            home,
            written,
        };
        let got = case.assess();
        assert_eq!(
            (got.status.as_str(), got.disposition.as_str(), &*got.disposition_reason),
            (status, disposition, reason),
            "{case:?}"
        );
        assert_eq!(got.idle.map(|idle| (idle.days(), idle.is_minimum)), idle, "{case:?}");
    }
}

#[test]
fn a_threshold_of_nothing_counts_roles_without_recorded_use_at_once() {
    for (age, reason) in [
        (-5, "no use recorded; created 0 seconds ago"),
        (0, "no use recorded; created 0 seconds ago"),
        (1, "no use recorded; created 1 second ago"),
        (3 * DAY, "no use recorded; created 3 days ago"),
    ] {
        let case = Case {
            last_use: Use::NoneRecorded,
            age,
            inactive_after: 90 * DAY,
            unused_after: 0,
            rule: RuleCase::NoRule,
            home: Home::Plain,
            written: Written::Nothing,
        };
        let got = case.assess();
        assert_eq!(
            (got.status, got.disposition, &*got.disposition_reason),
            (Status::Unused, Disposition::Flagged, reason)
        );
    }
}

#[test]
fn written_texts_stay_on_one_line() {
    let case = Case {
        last_use: Use::Used(200 * DAY),
        age: 1000 * DAY,
        inactive_after: 90 * DAY,
        unused_after: 90 * DAY,
        rule: RuleCase::NoRule,
        home: Home::Plain,
        written: Written::ForThisId,
    };
    let mut parameters = case.parameters();
    parameters.exemptions[0].reason = "needed\r\n\tfor  audits ".to_owned();
    let account = Account::named("123456789012".parse().unwrap());
    let place = Place { account: &account, ou_path: None };
    let got = assess(&case.role(), &place, &parameters);
    assert_eq!(
        got.disposition_reason,
        "exempt through 2027-01-30: needed for audits (owner alice, approved by carol)"
    );
}
