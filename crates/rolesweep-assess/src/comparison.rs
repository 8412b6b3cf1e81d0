//! What became of roles from one scan to a later one.
//!
//! Absence proves nothing by itself: a role is gone, and another one is newly idle, only if both
//! scans read its account.

use std::fmt;

use hashbrown::HashMap;
use jiff::Timestamp;
use serde::Serialize;

use crate::disposition::Disposition;
use crate::risk::Severity;
use crate::status::Status;

/// What became of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It is flagged now, and was not before.
    NewlyIdle,
    /// It was flagged before, too, and its severity was lower.
    SeverityRaised,
    /// It is flagged now, because its exemption ended or no longer covers it.
    ExemptionExpired,
    /// Another role has its ARN: it was deleted and created again.
    Recreated,
    /// It is exempt now, and was not before.
    NewlyExempt,
    /// It was flagged before, too.
    StillIdle,
    /// It was idle, and is used again.
    UsedAgain,
    /// It was idle, and is not used again, but another threshold applies to it now, or it is protected.
    NoLongerListed,
    /// It was idle, and does not exist any more.
    Gone,
    /// It is idle in one of the scans, and the other one did not read its account or its last use.
    NotComparable,
}

impl Change {
    /// All of them, those that ask for attention first.
    pub const ALL: [Self; 10] = [
        Self::NewlyIdle,
        Self::SeverityRaised,
        Self::ExemptionExpired,
        Self::Recreated,
        Self::NewlyExempt,
        Self::StillIdle,
        Self::UsedAgain,
        Self::NoLongerListed,
        Self::Gone,
        Self::NotComparable,
    ];

    /// The word for files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewlyIdle => "newly_idle",
            Self::SeverityRaised => "severity_raised",
            Self::ExemptionExpired => "exemption_expired",
            Self::Recreated => "recreated",
            Self::NewlyExempt => "newly_exempt",
            Self::StillIdle => "still_idle",
            Self::UsedAgain => "used_again",
            Self::NoLongerListed => "no_longer_listed",
            Self::Gone => "gone",
            Self::NotComparable => "not_comparable",
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A role as one scan saw it, assessed as of that scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenRole {
    /// Its ARN.
    pub arn: String,
    /// Its unique id, which is its identity.
    pub role_id: String,
    /// What its last use meant.
    pub status: Status,
    /// What followed from that.
    pub disposition: Disposition,
    /// When it was used last; `None` if no use was recorded, or if that was not collected.
    pub last_used_at: Option<Timestamp>,
    /// How bad it would be if somebody took it over; `None` if nobody judged that.
    pub severity: Option<Severity>,
    /// In how many scans in a row, up to this one, it was idle; `None` if it is not.
    pub scans_idle: Option<u64>,
}

impl SeenRole {
    fn is_idle(&self) -> bool {
        matches!(self.disposition, Disposition::Flagged | Disposition::Exempt)
    }
}

/// A role that is idle in at least one of two scans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangedRole<'a> {
    /// What became of it.
    pub change: Change,
    /// The role in the earlier scan.
    pub before: Option<&'a SeenRole>,
    /// The role in the later scan. After [`Change::Recreated`], it is another one.
    pub after: Option<&'a SeenRole>,
}

impl<'a> ChangedRole<'a> {
    /// The role as the later scan saw it, or else the earlier one.
    #[must_use]
    pub fn latest(&self) -> Option<&'a SeenRole> {
        self.after.or(self.before)
    }
}

/// Compares the roles of one account. `None` stands for an account that a scan did not read. The
/// result is in the order of ARNs.
#[must_use]
pub fn compare<'a>(before: Option<&'a [SeenRole]>, after: Option<&'a [SeenRole]>) -> Vec<ChangedRole<'a>> {
    let mut changed = match (before, after) {
        (Some(before), Some(after)) => both(before, after),
        (one, other) => {
            let not_comparable = |role: &'a SeenRole| ChangedRole {
                change: Change::NotComparable,
                before: one.map(|_| role),
                after: other.map(|_| role),
            };
            let known = one.or(other).unwrap_or_default();
            known.iter().filter(|role| role.is_idle()).map(not_comparable).collect()
        }
    };
    changed.sort_by_key(|one| one.latest().map(|role| (&role.arn, &role.role_id)));
    changed
}

fn both<'a>(before: &'a [SeenRole], after: &'a [SeenRole]) -> Vec<ChangedRole<'a>> {
    let mut left: HashMap<&str, &SeenRole> = before.iter().map(|role| (&*role.role_id, role)).collect();
    let mut changed = Vec::new();
    let mut new = Vec::new();
    for role in after {
        match left.remove(&*role.role_id) {
            Some(earlier) => changed.extend(same(earlier, role).map(|change| ChangedRole {
                change,
                before: Some(earlier),
                after: Some(role),
            })),
            None => new.push(role),
        }
    }
    let mut by_arn: HashMap<&str, &SeenRole> = left.values().map(|role| (&*role.arn, *role)).collect();
    for role in new {
        let earlier = by_arn.remove(&*role.arn);
        if let Some(earlier) = earlier {
            left.remove(&*earlier.role_id);
        }
        let change = match earlier {
            Some(earlier) if earlier.is_idle() || role.is_idle() => Change::Recreated,
            None if role.disposition == Disposition::Flagged => Change::NewlyIdle,
            None if role.disposition == Disposition::Exempt => Change::NewlyExempt,
            _ => continue,
        };
        changed.push(ChangedRole { change, before: earlier, after: Some(role) });
    }
    let gone = left.into_values().filter(|role| role.is_idle());
    changed.extend(gone.map(|role| ChangedRole { change: Change::Gone, before: Some(role), after: None }));
    changed
}

/// What became of a role that both scans saw.
fn same(before: &SeenRole, after: &SeenRole) -> Option<Change> {
    match (before.disposition, after.disposition) {
        (Disposition::Undetermined, _) if after.is_idle() => Some(Change::NotComparable),
        (_, Disposition::Undetermined) if before.is_idle() => Some(Change::NotComparable),
        (Disposition::Flagged, Disposition::Flagged) if is_raised(before.severity, after.severity) => {
            Some(Change::SeverityRaised)
        }
        (Disposition::Flagged, Disposition::Flagged) => Some(Change::StillIdle),
        (Disposition::Exempt, Disposition::Flagged) => Some(Change::ExemptionExpired),
        (_, Disposition::Flagged) => Some(Change::NewlyIdle),
        (Disposition::Exempt, Disposition::Exempt) => None,
        (_, Disposition::Exempt) => Some(Change::NewlyExempt),
        (Disposition::Flagged | Disposition::Exempt, _) if after.last_used_at > before.last_used_at => {
            Some(Change::UsedAgain)
        }
        (Disposition::Flagged | Disposition::Exempt, _) => Some(Change::NoLongerListed),
        _ => None,
    }
}

/// Whether a severity is higher than before. What is not known is neither.
fn is_raised(before: Option<Severity>, after: Option<Severity>) -> bool {
    let known = |severity: Option<Severity>| severity.filter(|severity| *severity != Severity::Unknown);
    known(before).zip(known(after)).is_some_and(|(before, after)| after > before)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn role(id: &str, disposition: Disposition) -> SeenRole {
        SeenRole {
            arn: format!("arn:aws:iam::111111111111:role/{}", id.split('#').next().unwrap()),
            role_id: id.to_owned(),
            status: match disposition {
                Disposition::Flagged | Disposition::Exempt => Status::Inactive,
                Disposition::Undetermined => Status::Unknown,
                _ => Status::Active,
            },
            disposition,
            last_used_at: None,
            severity: Some(Severity::Medium),
            scans_idle: None,
        }
    }

    fn changes(before: Option<&[SeenRole]>, after: Option<&[SeenRole]>) -> Vec<Change> {
        compare(before, after).into_iter().map(|one| one.change).collect()
    }

    #[test]
    fn a_role_that_both_scans_saw() {
        use Disposition::{Exempt, Flagged, None, Protected, Undetermined};
        for (before, after, change) in [
            (None, Flagged, Some(Change::NewlyIdle)),
            (Flagged, Flagged, Some(Change::StillIdle)),
            (Flagged, None, Some(Change::NoLongerListed)),
            (Exempt, None, Some(Change::NoLongerListed)),
            (Flagged, Protected, Some(Change::NoLongerListed)),
            (Flagged, Exempt, Some(Change::NewlyExempt)),
            (None, Exempt, Some(Change::NewlyExempt)),
            (Exempt, Flagged, Some(Change::ExemptionExpired)),
            (Undetermined, Flagged, Some(Change::NotComparable)),
            (Flagged, Undetermined, Some(Change::NotComparable)),
            (Protected, Flagged, Some(Change::NewlyIdle)),
            (Exempt, Exempt, Option::None),
            (None, None, Option::None),
            (None, Undetermined, Option::None),
            (Undetermined, None, Option::None),
            (Protected, Protected, Option::None),
        ] {
            let found = changes(Some(&[role("a", before)]), Some(&[role("a", after)]));
            assert_eq!(found, change.into_iter().collect::<Vec<_>>(), "{before:?} {after:?}");
        }
    }

    #[test]
    fn a_higher_severity_counts_more_than_being_idle_again() {
        let before = role("a", Disposition::Flagged);
        let of = |severity| SeenRole { severity, ..before.clone() };
        for (severity, change) in [
            (Some(Severity::High), Change::SeverityRaised),
            (Some(Severity::Medium), Change::StillIdle),
            (Some(Severity::Low), Change::StillIdle),
            (Some(Severity::Unknown), Change::StillIdle),
        ] {
            assert_eq!(changes(Some(std::slice::from_ref(&before)), Some(&[of(severity)])), [change]);
        }
    }

    #[test]
    fn a_role_is_used_again_only_if_it_was_used_since() {
        let before = role("a", Disposition::Flagged);
        let used = SeenRole { last_used_at: Some(Timestamp::UNIX_EPOCH), ..role("a", Disposition::None) };
        assert_eq!(changes(Some(&[before]), Some(std::slice::from_ref(&used))), [Change::UsedAgain]);
        let before = SeenRole { disposition: Disposition::Flagged, ..used.clone() };
        assert_eq!(changes(Some(&[before]), Some(&[used])), [Change::NoLongerListed]);
    }

    #[test]
    fn a_role_is_gone_or_new_only_if_both_scans_read_its_account() {
        let idle = [role("a", Disposition::Flagged)];
        assert_eq!(changes(Some(&idle), Some(&[])), [Change::Gone]);
        assert_eq!(changes(Some(&[]), Some(&idle)), [Change::NewlyIdle]);
        assert_eq!(changes(Some(&idle), None), [Change::NotComparable]);
        assert_eq!(changes(None, Some(&idle)), [Change::NotComparable]);
        assert_eq!(changes(None, None), []);
        let active = [role("a", Disposition::None)];
        assert_eq!(changes(Some(&active), Some(&[])), []);
        assert_eq!(changes(Some(&active), None), []);
    }

    #[test]
    fn a_role_that_was_created_again_is_another_one() {
        let (old, new) = (role("a#1", Disposition::Flagged), role("a#2", Disposition::None));
        let (before, after) = ([old], [new]);
        let found = compare(Some(&before), Some(&after));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].change, Change::Recreated);
        assert_eq!((found[0].before, found[0].after), (Some(&before[0]), Some(&after[0])));
    }

    proptest! {
        /// Every idle role of either scan is in the result exactly once, unless it stays exempt.
        #[test]
        fn no_idle_role_is_lost(
            before in proptest::collection::btree_map(0..12_u8, 0..5_usize, 0..12),
            after in proptest::collection::btree_map(0..12_u8, 0..5_usize, 0..12),
        ) {
            // Ids such as `3#1` share the ARN of `3#0`.
            let roles = |of: &std::collections::BTreeMap<u8, usize>| -> Vec<SeenRole> {
                of.iter().map(|(id, at)| role(&format!("{}#{}", id / 2, id % 2), Disposition::ALL[*at])).collect()
            };
            let (before, after) = (roles(&before), roles(&after));
            let found = compare(Some(&before), Some(&after));
            for (scan, of) in [(&before, 0), (&after, 1)] {
                for idle in scan.iter().filter(|role| role.is_idle()) {
                    let times = found
                        .iter()
                        .filter(|one| [one.before, one.after][of].is_some_and(|role| role.role_id == idle.role_id))
                        .count();
                    let other = [&after, &before][of].iter().find(|role| role.role_id == idle.role_id);
                    let is_left_out = other.is_some_and(|other| {
                        other.disposition == Disposition::Exempt && idle.disposition == Disposition::Exempt
                    });
                    prop_assert!(times == 1 || (times == 0 && is_left_out), "{idle:?} {found:?}");
                }
            }
            prop_assert!(found.is_sorted_by_key(|one| one.latest().map(|role| role.arn.clone())));
        }
    }
}
