use jiff::SignedDuration;
use proptest::prelude::*;
use rolesweep_model::{ScanEnd, Scope};
use rolesweep_store::Holder;

use super::*;
use crate::store::fixture;

const NOW: &str = "2026-11-22T12:00:00Z";

/// What a scan in a test is: how many days ago it began, its scope, its state and whether it read
/// something.
type Told = (i64, bool, u8, bool);

fn scans(told: &[Told]) -> Vec<StoredScan> {
    let now: Timestamp = NOW.parse().unwrap();
    let scan = |(at, &(days, is_part, state, was_read)): (usize, &Told)| {
        let mut scan = fixture::scan();
        scan.started_at = now - SignedDuration::from_hours(24 * days + 1);
        scan.scope = if is_part { Scope::Part } else { Scope::Organization };
        // Where the test keeps whether it read something.
        scan.parameters.cross_check = was_read;
        let interrupted = (state == 1).then(|| "by a signal".to_owned());
        let end = ScanEnd {
            finished_at: scan.started_at,
            population_complete: true,
            interrupted: interrupted.clone(),
            organizational_units: Vec::new(),
            notes: Vec::new(),
            aws_policies: None,
            clock_difference_seconds: None,
        };
        scan.end = (state < 2).then_some(end);
        let holder = || Holder { pid: 1, since: now, scan: Some(scan.id) };
        let state = match state {
            0 => State::Finished,
            1 => State::Interrupted(interrupted.unwrap_or_default()),
            2 => State::CutOff,
            _ => State::Running(holder()),
        };
        StoredScan { number: at as i64 + 1, scan, state }
    };
    told.iter().enumerate().map(scan).collect()
}

fn planned(told: &[Told], rules: KeepRules) -> Vec<Option<Keeps>> {
    plan(&scans(told), rules, NOW.parse().unwrap(), |scan| scan.parameters.cross_check)
        .into_values()
        .collect()
}

/// A finished scan of the organization so many days ago.
fn finished(days: i64) -> Told {
    (days, false, 0, true)
}

#[test]
fn the_rules_keep_the_last_and_the_last_of_each_month_and_quarter() {
    // 22 November, 15 November, 25 October, 1 October, 20 September, 1 June.
    let told = [174, 63, 52, 28, 7, 0].map(finished);
    let rules = |last, monthly, quarterly| KeepRules { last, monthly, quarterly };
    let kept =
        |rules| planned(&told, rules).iter().map(|keeps| u8::from(keeps.is_some())).collect::<Vec<_>>();
    assert_eq!(kept(rules(1, 0, 0)), [0, 0, 0, 0, 0, 1]);
    assert_eq!(kept(rules(2, 0, 0)), [0, 0, 0, 0, 1, 1]);
    assert_eq!(kept(rules(0, 3, 0)), [0, 1, 0, 1, 0, 1]);
    assert_eq!(kept(rules(0, 0, 2)), [0, 1, 0, 0, 0, 1]);
    assert_eq!(kept(rules(0, 0, 9)), [1, 1, 0, 0, 0, 1]);
    assert_eq!(
        planned(&told, rules(2, 3, 9)),
        [
            Some(Keeps::Quarterly),
            Some(Keeps::Monthly),
            None,
            Some(Keeps::Monthly),
            Some(Keeps::Last),
            Some(Keeps::Newest)
        ]
    );
}

#[test]
fn a_scan_that_runs_or_can_be_resumed_stays_and_an_old_fragment_goes() {
    let told = [
        (9, false, 1, true),
        (9, false, 2, true),
        (9, false, 3, true),
        (9, false, 0, false),
        finished(9),
        (0, false, 1, true),
        (0, false, 2, false),
        // The clock was wrong when this one began, or is wrong now.
        (-30, false, 2, false),
        (0, true, 0, true),
    ];
    assert_eq!(
        planned(&told, KeepRules { last: 1, ..KeepRules::default() }),
        [
            None,
            None,
            Some(Keeps::Running),
            None,
            Some(Keeps::Newest),
            Some(Keeps::Recent),
            Some(Keeps::Recent),
            Some(Keeps::Recent),
            Some(Keeps::Newest),
        ]
    );
}

#[test]
fn the_only_facts_of_accounts_stay_though_no_scan_on_them_finished() {
    let told = [
        (9, false, 1, true),
        (8, false, 2, true),
        (7, false, 2, false),
        (9, true, 0, true),
        (8, true, 1, true),
    ];
    assert_eq!(
        planned(&told, KeepRules::default()),
        [None, Some(Keeps::Newest), None, Some(Keeps::Newest), None]
    );
}

/// Whether a scan stays, by the words of the rules: each is counted for the scan alone.
fn stays(told: &[Told], at: usize, rules: KeepRules) -> bool {
    let (days, is_part, state, was_read) = told[at];
    if state == 3 {
        return true;
    }
    if state != 0 || !was_read {
        let is_fact =
            |(_, part, state, was_read): &Told, most: u8| *part == is_part && *was_read && *state <= most;
        // Of these accounts, nothing finished and nothing newer has facts.
        let is_only = state != 0
            && was_read
            && !told.iter().any(|other| is_fact(other, 0))
            && !told[at + 1..].iter().any(|other| is_fact(other, 3));
        return days < 1 || is_only;
    }
    let date = |days: i64| {
        let began = NOW.parse::<Timestamp>().unwrap() - SignedDuration::from_hours(24 * days + 1);
        began.to_zoned(TimeZone::UTC).date()
    };
    let newer: Vec<Date> = told[at + 1..]
        .iter()
        .filter(|(_, part, state, was_read)| *part == is_part && *state == 0 && *was_read)
        .map(|(days, ..)| date(*days))
        .collect();
    let own = date(days);
    let by = |period: &dyn Fn(&Date) -> String, most: usize| {
        let newer: BTreeSet<String> = newer.iter().map(period).collect();
        !newer.contains(&period(&own)) && newer.len() < most
    };
    newer.is_empty()
        || newer.len() < rules.last
        || by(&|date| date.strftime("%Y-%m").to_string(), rules.monthly)
        || by(&|date| format!("{} {}", date.year(), (date.month() + 2) / 3), rules.quarterly)
}

proptest! {
    #[test]
    fn what_stays_is_what_the_rules_say_of_each_scan_alone(
        told in prop::collection::vec((-2_i64..700, any::<bool>(), 0_u8..5, any::<bool>()), 0..30),
        by_age in any::<bool>(),
        (last, monthly, quarterly) in (0_usize..5, 0_usize..5, 0_usize..5),
    ) {
        // Most scans are finished; a clock that was set back is not the rule.
        let mut told: Vec<Told> = told
            .into_iter()
            .map(|(days, part, state, was_read)| (days, part, if state == 4 { 0 } else { state }, was_read))
            .collect();
        if by_age {
            told.sort_by_key(|(days, ..)| std::cmp::Reverse(*days));
        }
        let rules = KeepRules { last, monthly, quarterly };
        let expected: Vec<bool> = (0..told.len()).map(|at| stays(&told, at, rules)).collect();
        let found: Vec<bool> = planned(&told, rules).iter().map(Option::is_some).collect();
        prop_assert_eq!(found, expected);
    }
}
