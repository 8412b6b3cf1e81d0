use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::disposition::Disposition;
use crate::risk::Severity;
use crate::status::Status;

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

/// The roles of one account compared; `None` for an account that was not read.
fn compare(before: Option<&[SeenRole]>, after: Option<&[SeenRole]>) -> Vec<ChangedRole> {
    let mut comparison = AccountComparison::new(before.map(<[_]>::to_vec));
    let mut told = Vec::new();
    for role in after.unwrap_or_default() {
        told.extend(comparison.take(role.clone()).map(|change| (role.role_id.clone(), change)));
    }
    let changed = comparison.finish(after.is_some());
    let later = changed.iter().filter_map(|one| one.after.as_ref().map(|role| (&role.role_id, one.change)));
    // Each role was told the same when it came.
    let mut later: Vec<_> = later.map(|(id, change)| (id.clone(), change)).collect();
    told.sort();
    later.sort();
    assert_eq!(told, later);
    changed
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
    assert_eq!((found[0].before.as_ref(), found[0].after.as_ref()), (Some(&before[0]), Some(&after[0])));
}

#[test]
fn a_finding_is_new_if_the_earlier_scan_did_not_have_it() {
    use Disposition::{Exempt, Flagged, None, Undetermined};
    let news = |before: Option<&[SeenRole]>, after: &[SeenRole]| -> Vec<bool> {
        compare(before, Some(after)).iter().map(ChangedRole::is_new_finding).collect()
    };
    for (before, after, is_new) in [
        (None, Flagged, true),
        (Exempt, Flagged, true),
        (Undetermined, Flagged, true),
        (Flagged, Flagged, false),
        (Flagged, Exempt, false),
        (Flagged, Undetermined, false),
        (Flagged, None, false),
    ] {
        assert_eq!(news(Some(&[role("a", before)]), &[role("a", after)]), [is_new], "{before:?} {after:?}");
    }
    let flagged = [role("a#2", Flagged)];
    assert_eq!(news(Some(&[role("a#1", Flagged)]), &flagged), [true], "another role of that name");
    assert_eq!(news(Some(&[role("a#1", Flagged)]), &[role("a#2", None)]), [false]);
    assert_eq!(news(Some(&[]), &flagged), [true]);
    assert_eq!(news(Option::None, &flagged), [true], "its account was not read before");
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
                    .filter(|one| [&one.before, &one.after][of].as_ref().is_some_and(|role| role.role_id == idle.role_id))
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
