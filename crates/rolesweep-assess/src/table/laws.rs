//! What holds for any role, in addition to the enumerated ones.

use jiff::SignedDuration;
use proptest::prelude::*;
use rolesweep_model::{Account, LastUse};

use super::{Case, Home, RuleCase, Use, WINDOW, Written, check};
use crate::fixture::assess;
use crate::place::Place;
use crate::status::Status;

fn any_case() -> impl Strategy<Value = Case> {
    let span = || -WINDOW..3 * WINDOW;
    let last_use = prop_oneof![span().prop_map(Use::Used), Just(Use::NoneRecorded), Just(Use::NotCollected),];
    let home = prop::sample::select(vec![Home::Plain, Home::Reserved, Home::AuditRole]);
    let written = prop::sample::select(vec![
        Written::Nothing,
        Written::ForThisId,
        Written::Ended,
        Written::EndedAndInForce,
    ]);
    let rule = prop::sample::select(vec![RuleCase::NoRule, RuleCase::InactiveOnly, RuleCase::UnusedOnly]);
    (last_use, span(), 0..=WINDOW, 0..=WINDOW, rule, home, written).prop_map(
        |(last_use, age, inactive_after, unused_after, rule, home, written)| Case {
            last_use,
            age,
            inactive_after,
            unused_after,
            rule,
            home,
            written,
        },
    )
}

proptest! {
    #[test]
    fn any_role_is_as_the_words_say(case in any_case()) {
        check(&case);
    }

    #[test]
    fn a_longer_threshold_never_adds_a_finding(case in any_case(), longer in 0..=WINDOW) {
        let more = Case {
            inactive_after: (case.inactive_after + longer).min(WINDOW),
            unused_after: (case.unused_after + longer).min(WINDOW),
            ..case
        };
        let (short, long) = (case.assess(), more.assess());
        prop_assert!(short.status != Status::Active || long.status == Status::Active);
        prop_assert!(short.status != Status::New || long.status == Status::New);
        prop_assert!(!long.is_finding() || short.is_finding());
        prop_assert_eq!(short.idle, long.idle);
    }

    #[test]
    fn seen_from_before_everything_nothing_is_idle(case in any_case(), earlier in 0i64..1_000_000) {
        let mut parameters = case.parameters();
        let role = case.role();
        let mut first = role.created_at;
        if let LastUse::Used { at, .. } = role.last_use {
            first = first.min(at);
        }
        parameters.as_of = first - SignedDuration::from_secs(earlier);
        let account = Account::named("123456789012".parse().unwrap());
        let place = Place { account: &account, ou_path: None };
        let got = assess(&role, &place, &parameters);
        prop_assert_eq!(got.age_seconds, 0);
        prop_assert!(got.idle.is_none_or(|idle| idle.seconds == 0 && !idle.is_minimum));
        prop_assert_ne!(got.status, Status::Inactive);
    }

    #[test]
    fn parts_of_a_second_never_make_a_role_older(case in any_case(), nanos in 0i64..1_000_000_000) {
        let mut parameters = case.parameters();
        parameters.exemptions.clear();
        let account = Account::named("123456789012".parse().unwrap());
        let place = Place { account: &account, ou_path: None };
        let whole = assess(&case.role(), &place, &parameters);
        parameters.as_of += SignedDuration::from_nanos(nanos);
        prop_assert_eq!(assess(&case.role(), &place, &parameters), whole);
    }
}
