//! The fold over scans, one after the other, against a plain recomputation from all of them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;

use super::entry::{Entry, Part};
use super::*;
use crate::ids::AccountId;
use crate::role_facts::LastUse;

/// A role in a scan: its last use, and the fingerprints of its access.
type Seen = (LastUse, [u64; 3]);

/// An account in a scan: whether every role was answered, and the roles by number.
type Read = (bool, BTreeMap<u8, Seen>);

fn account() -> AccountId {
    "000000000123".parse().unwrap()
}

fn instant(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn id(number: u8) -> String {
    format!("AROAEXAMPLE00000{number:05}")
}

fn used(last_use: &LastUse) -> Option<Timestamp> {
    if let LastUse::Used { at, .. } = last_use { Some(*at) } else { None }
}

fn scans() -> impl Strategy<Value = Vec<Option<Read>>> {
    let last_use = prop_oneof![
        Just(LastUse::NoneRecorded),
        Just(LastUse::NotCollected),
        (1..6_i64).prop_map(|second| LastUse::Used { at: instant(second), region: None }),
    ];
    let seen = (last_use, proptest::array::uniform3(0..3_u64));
    let roles = proptest::collection::btree_map(0..5_u8, seen, 0..5);
    proptest::collection::vec(proptest::option::weighted(0.8, (any::<bool>(), roles)), 1..9)
}

/// The history of each scan that read the account, from the one before. `is_removed` says whether
/// the facts of the scan at this place are gone before the next one comes.
fn folded(scans: &[Option<Read>], is_removed: impl Fn(usize) -> bool) -> Vec<Option<AccountHistory>> {
    let mut newest: Option<(usize, AccountHistory)> = None;
    let fold = |(at, read): (usize, &Option<Read>)| {
        let (is_whole, roles) = read.as_ref()?;
        let earlier = match newest.take() {
            None => EarlierHistory::default(),
            Some((before, history)) => {
                let facts = &scans[before].as_ref().unwrap().1;
                let facts: Vec<(String, Option<Timestamp>)> =
                    facts.iter().map(|(number, (last_use, _))| (id(*number), used(last_use))).collect();
                let mut facts: Vec<_> = facts.iter().map(|(id, used)| (id.as_str(), *used)).collect();
                let history = if is_removed(before) {
                    history.detached(std::mem::take(&mut facts)).unwrap()
                } else {
                    history
                };
                EarlierHistory::new(stored(&history), facts).unwrap()
            }
        };
        let mut builder = HistoryBuilder::new(earlier, number(at));
        for (number, (last_use, prints)) in roles {
            builder.add(&id(*number), last_use, AccessPrints(*prints));
        }
        let history = builder.finish(*is_whole);
        newest = Some((at, history.clone()));
        Some(history)
    };
    scans.iter().enumerate().map(fold).collect()
}

fn stored(history: &AccountHistory) -> AccountHistory {
    AccountHistory::decode(&history.encode(account()).unwrap(), account()).unwrap()
}

/// The numbers of scans have gaps.
fn number(at: usize) -> i64 {
    3 * at as i64 + 2
}

/// What the words say of a role that the scan at this place saw, from all scans up to it.
fn plain(scans: &[Option<Read>], at: usize, role: u8) -> Entry {
    // Its answers, by the place of the scan among those that read the account. If a scan that
    // answered every role lacks it, what came before is over.
    let read: Vec<&Read> = scans[..=at].iter().flatten().collect();
    let over = read.iter().rposition(|(is_whole, roles)| *is_whole && !roles.contains_key(&role));
    let begin = over.map_or(0, |over| over + 1);
    let answers: Vec<(u32, &Seen)> =
        (begin..read.len()).filter_map(|place| Some((place as u32, read[place].1.get(&role)?))).collect();
    let known = |until: usize| answers[..=until].iter().filter_map(|(_, (last_use, _))| used(last_use)).max();
    let last = answers.len() - 1;
    let same_since = (0..=last).find(|from| (*from..=last).all(|at| known(at) == known(last))).unwrap();
    let access = std::array::from_fn(|part| {
        let known: Vec<(u32, u64)> = answers
            .iter()
            .map(|(place, seen)| (*place, seen.1[part]))
            .filter(|(_, print)| *print != 0)
            .collect();
        let changed = known.windows(2).rev().find(|pair| pair[0].1 != pair[1].1).map(|pair| pair[1].0);
        Part { print: known.last().map_or(0, |(_, print)| *print), since: changed.unwrap_or(answers[0].0) }
    });
    Entry {
        first: answers[0].0,
        used_since: answers[same_since].0,
        earlier_use: known(last).filter(|at| used(&answers[last].1.0) != Some(*at)),
        access,
    }
}

proptest! {
    #[test]
    fn a_history_is_what_all_scans_say(scans in scans()) {
        for (at, history) in folded(&scans, |_| false).into_iter().enumerate() {
            let Some(history) = history else { continue };
            let read: Vec<i64> =
                (0..=at).filter(|at| scans[*at].is_some()).map(number).collect();
            prop_assert_eq!(history.scans(), &read);
            let roles = &scans[at].as_ref().unwrap().1;
            prop_assert_eq!(history.len(), roles.len());
            for (role, entry) in roles.keys().zip(&history.roles) {
                prop_assert_eq!(entry, &plain(&scans, at, *role));
            }
            prop_assert_eq!(stored(&history), history);
        }
    }

    #[test]
    fn removing_the_facts_of_any_scan_changes_no_later_history(scans in scans(), removed in any::<u16>()) {
        prop_assert_eq!(folded(&scans, |_| false), folded(&scans, |at| removed >> at & 1 == 1));
    }

    #[test]
    fn arbitrary_bytes_give_an_error_and_never_a_panic(
        scans in scans(),
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        at in any::<prop::sample::Index>(),
        bit in 0..8_u8,
    ) {
        prop_assert!(AccountHistory::decode(&bytes, account()).is_err());
        for history in folded(&scans, |_| true).into_iter().flatten() {
            let mut record = history.encode(account()).unwrap();
            let other = "000000000007".parse().unwrap();
            prop_assert!(AccountHistory::decode(&record, other).is_err());
            prop_assert!(AccountHistory::decode(&record[..at.index(record.len())], account()).is_err());
            let at = at.index(record.len());
            record[at] ^= 1 << bit;
            let _ = AccountHistory::decode(&record, account());
        }
    }
}

/// The history of the last of these scans of one role, which starts at these seconds.
fn last(scans: &[(i64, Option<i64>, [u64; 3])]) -> (AccountHistory, Vec<Timestamp>) {
    let reads: Vec<Option<Read>> = scans
        .iter()
        .map(|(_, used, prints)| {
            let last_use = match used {
                Some(second) => LastUse::Used { at: instant(*second), region: None },
                None => LastUse::NoneRecorded,
            };
            Some((true, BTreeMap::from([(1, (last_use, *prints))])))
        })
        .collect();
    let history = folded(&reads, |_| false).pop().unwrap().unwrap();
    (history, scans.iter().map(|(at, ..)| instant(*at)).collect())
}

#[test]
fn a_use_that_aws_has_forgotten_is_kept_until_a_later_one() {
    let (history, instants) = last(&[(10, Some(5), [1; 3]), (20, None, [1; 3]), (30, None, [1; 3])]);
    let role = history.role(0, &instants).unwrap();
    assert_eq!(role.earlier_use(), Some(instant(5)));
    assert_eq!((role.first_seen(), role.last_use_since()), (instant(10), instant(10)));
    let (history, instants) = last(&[(10, Some(5), [1; 3]), (20, None, [1; 3]), (30, Some(25), [1; 3])]);
    let role = history.role(0, &instants).unwrap();
    assert_eq!((role.earlier_use(), role.last_use_since()), (None, instant(30)));
    // An answer with an earlier use than one that a scan saw changes nothing.
    let (history, instants) = last(&[(10, Some(5), [1; 3]), (20, Some(3), [1; 3])]);
    assert_eq!(history.role(0, &instants).unwrap().earlier_use(), Some(instant(5)));
}

#[test]
fn a_role_is_counted_idle_in_the_scans_since_its_last_use() {
    let uses = [(10, Some(5)), (20, Some(5)), (30, Some(22)), (40, Some(22)), (50, Some(22))];
    let (history, instants) = last(&uses.map(|(at, used)| (at, used, [1; 3])));
    let role = history.role(0, &instants).unwrap();
    let idle_for = |seconds: i64| role.idle_scans(|at| at.as_second() - 22 > seconds);
    assert_eq!((idle_for(0), idle_for(8), idle_for(20), idle_for(100)), (3, 2, 1, 1));
}

#[test]
fn a_change_of_access_is_found_after_the_scan_that_it_is_compared_with() {
    let (history, instants) = last(&[(10, None, [1, 1, 1]), (20, None, [2, 1, 0]), (30, None, [2, 2, 1])]);
    let role = history.role(0, &instants).unwrap();
    let changed = |from: i64| role.changes_after(instant(from));
    assert_eq!(changed(0), Some((instant(10), vec![AccessPart::Trust, AccessPart::Policies])));
    assert_eq!(changed(11), Some((instant(20), vec![AccessPart::Policies])));
    assert_eq!(changed(30), Some((instant(30), vec![])));
    assert_eq!(changed(31), None);
    assert_eq!(role.access_since(AccessPart::Boundary), instant(10));
}

#[test]
fn a_history_without_the_starts_of_its_scans_or_of_other_roles_says_nothing() {
    let (history, instants) = last(&[(10, None, [1; 3]), (20, None, [1; 3])]);
    assert!(history.role(0, &instants[1..]).is_none() && history.role(1, &instants).is_none());
    assert!(history.clone().detached([]).is_err());
    assert!(history.detached([("AROA1", None), ("AROA2", None)]).is_err());
}
