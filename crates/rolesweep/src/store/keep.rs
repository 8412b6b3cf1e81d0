//! Which scans stay when a store is pruned, and why.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rolesweep_model::Scan;
use rolesweep_report::are_on_the_same_accounts;

use super::resume_advice::WITHIN;
use super::scans::{State, StoredScan};

/// How many scans stay, for each set of accounts that was to be read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct KeepRules {
    /// The last ones.
    pub(crate) last: usize,
    /// The last one of so many months.
    pub(crate) monthly: usize,
    /// The last one of so many quarters.
    pub(crate) quarterly: usize,
}

/// Why a scan stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Keeps {
    /// It is the last one on its accounts that read something: the last finished one if there is one.
    Newest,
    /// A process is running it.
    Running,
    /// It did not finish or read nothing, and is less than a day old: perhaps it is still resumed.
    Recent,
    /// It is one of the last.
    Last,
    /// It is the last of its month.
    Monthly,
    /// It is the last of its quarter.
    Quarterly,
}

impl Keeps {
    /// In words.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "the newest on its accounts",
            Self::Running => "it is running",
            Self::Recent => "it is not a day old",
            Self::Last => "one of the last",
            Self::Monthly => "the last of its month",
            Self::Quarterly => "the last of its quarter",
        }
    }
}

/// For each scan, by number, why it stays; `None` if it does not. `was_read` says whether a scan read
/// at least one account. The rules are about finished scans that did. Months and quarters are those
/// of UTC.
pub(crate) fn plan(
    scans: &[StoredScan],
    rules: KeepRules,
    now: Timestamp,
    was_read: impl Fn(&Scan) -> bool,
) -> BTreeMap<i64, Option<Keeps>> {
    let mut groups: Vec<(&Scan, Kept)> = Vec::new();
    let mut sorted: Vec<&StoredScan> = scans.iter().collect();
    sorted.sort_by_key(|scan| Reverse(scan.number));
    let mut plan = BTreeMap::new();
    for stored in sorted {
        let scan = &stored.scan;
        let keeps = if matches!(stored.state, State::Running(_)) {
            Some(Keeps::Running)
        } else if stored.state == State::Finished && was_read(scan) {
            let known = groups.iter().position(|(other, _)| are_on_the_same_accounts(other, scan));
            let at = known.unwrap_or_else(|| {
                groups.push((scan, Kept::default()));
                groups.len() - 1
            });
            groups[at].1.next(scan.started_at, rules)
        } else {
            // A scan of the future shows that a clock is wrong, so its age is not known.
            let is_recent = now.duration_since(scan.started_at) <= WITHIN;
            is_recent.then_some(Keeps::Recent)
        };
        plan.insert(stored.number, keeps);
    }
    keep_the_only_facts(
        scans,
        &groups.into_iter().map(|(scan, _)| scan).collect::<Vec<_>>(),
        &mut plan,
        was_read,
    );
    plan
}

/// Keeps the last scan on accounts of which no finished scan read something.
fn keep_the_only_facts<'a>(
    scans: &'a [StoredScan],
    finished: &[&'a Scan],
    plan: &mut BTreeMap<i64, Option<Keeps>>,
    was_read: impl Fn(&Scan) -> bool,
) {
    let mut known = finished.to_vec();
    let mut rest: Vec<&StoredScan> = scans.iter().filter(|stored| stored.state != State::Finished).collect();
    rest.sort_by_key(|stored| Reverse(stored.number));
    for StoredScan { number, scan, .. } in rest {
        if was_read(scan) && !known.iter().any(|other| are_on_the_same_accounts(other, scan)) {
            known.push(scan);
            plan.entry(*number).and_modify(|keeps| *keeps = keeps.or(Some(Keeps::Newest)));
        }
    }
}

/// What was seen of the scans on some accounts, from the newest on.
#[derive(Debug, Default)]
struct Kept {
    scans: usize,
    months: BTreeSet<(i16, i8)>,
    quarters: BTreeSet<(i16, i8)>,
}

impl Kept {
    /// Takes the next older scan.
    fn next(&mut self, began: Timestamp, rules: KeepRules) -> Option<Keeps> {
        let day: Date = began.to_zoned(TimeZone::UTC).date();
        self.scans += 1;
        let is_new_month = self.months.insert((day.year(), day.month()));
        let is_new_quarter = self.quarters.insert((day.year(), (day.month() - 1) / 3));
        [
            (self.scans == 1, Keeps::Newest),
            (self.scans <= rules.last, Keeps::Last),
            (is_new_month && self.months.len() <= rules.monthly, Keeps::Monthly),
            (is_new_quarter && self.quarters.len() <= rules.quarterly, Keeps::Quarterly),
        ]
        .into_iter()
        .find_map(|(holds, keeps)| holds.then_some(keeps))
    }
}

#[cfg(test)]
mod tests;
