//! The roles of one account in two scans.

use hashbrown::HashMap;

use super::change::Change;
use super::role::{ChangedRole, SeenRole};
use crate::disposition::Disposition;
use crate::risk::Severity;

/// Compares the roles of one account. Those of the later scan come one after another, so that nobody
/// has to keep them.
#[derive(Debug, Default)]
pub struct AccountComparison {
    /// `None` if the earlier scan did not read the account.
    before: Option<Before>,
    changed: Vec<Pair>,
}

/// The roles of the earlier scan.
#[derive(Debug)]
struct Before {
    /// Ordered by ARN.
    roles: Vec<SeenRole>,
    by_id: HashMap<String, usize>,
    /// Whether a role of the later scan is the same one, or has its ARN.
    is_taken: Vec<bool>,
}

/// A role that changed.
#[derive(Debug)]
struct Pair {
    change: Change,
    /// Which role of the earlier scan.
    before: Option<usize>,
    after: Option<SeenRole>,
}

impl AccountComparison {
    /// Begins with the roles of the earlier scan. `None` if it did not read the account.
    #[must_use]
    pub fn new(before: Option<Vec<SeenRole>>) -> Self {
        Self { before: before.map(Before::new), changed: Vec::new() }
    }

    /// Takes a role of the later scan, and says what became of it. `None` if it is idle in neither
    /// scan, or exempt in both.
    pub fn take(&mut self, after: SeenRole) -> Option<Change> {
        let (change, before) = match &mut self.before {
            None => (after.is_idle().then_some(Change::NotComparable), None),
            Some(before) => before.take(&after),
        };
        let change = change?;
        self.changed.push(Pair { change, before, after: Some(after) });
        Some(change)
    }

    /// What became of the roles of both scans, in the order of ARNs, once the later one was taken.
    /// `is_read` says whether the later scan read the account.
    #[must_use]
    pub fn finish(self, is_read: bool) -> Vec<ChangedRole> {
        let Self { before, mut changed } = self;
        let mut roles = Vec::new();
        if let Some(before) = before {
            let change = if is_read { Change::Gone } else { Change::NotComparable };
            let left = before.roles.iter().zip(&before.is_taken).enumerate();
            let idle = left.filter(|(_, (role, is_taken))| role.is_idle() && !**is_taken);
            changed.extend(idle.map(|(at, _)| Pair { change, before: Some(at), after: None }));
            roles = before.roles.into_iter().map(Some).collect();
        }
        let mut take = |at: usize| roles.get_mut(at).and_then(Option::take);
        let changed = changed.into_iter().map(|Pair { change, before, after }| ChangedRole {
            change,
            before: before.and_then(&mut take),
            after,
        });
        let mut changed: Vec<ChangedRole> = changed.collect();
        changed.sort_by(|one, other| key(one).cmp(&key(other)));
        changed
    }
}

fn key(changed: &ChangedRole) -> Option<(&str, &str)> {
    changed.latest().map(|role| (&*role.arn, &*role.role_id))
}

impl Before {
    fn new(mut roles: Vec<SeenRole>) -> Self {
        roles.sort_by(|one, other| one.arn.cmp(&other.arn));
        let by_id = roles.iter().enumerate().map(|(at, role)| (role.role_id.clone(), at)).collect();
        Self { is_taken: vec![false; roles.len()], by_id, roles }
    }

    /// What became of a role of the later scan, and the role of the earlier one that it is or
    /// replaces.
    fn take(&mut self, after: &SeenRole) -> (Option<Change>, Option<usize>) {
        let same = self.by_id.get(&*after.role_id).copied().filter(|at| !self.is_taken[*at]);
        let with_its_arn = || self.roles.binary_search_by(|role| role.arn.cmp(&after.arn)).ok();
        let at = same.or_else(|| with_its_arn().filter(|at| !self.is_taken[*at]));
        let Some(at) = at else {
            let change = match after.disposition {
                Disposition::Flagged => Some(Change::NewlyIdle),
                Disposition::Exempt => Some(Change::NewlyExempt),
                _ => None,
            };
            return (change, None);
        };
        self.is_taken[at] = true;
        let earlier = &self.roles[at];
        let change = match same {
            Some(_) => what_became(earlier, after),
            None => (earlier.is_idle() || after.is_idle()).then_some(Change::Recreated),
        };
        (change, Some(at))
    }
}

/// What became of a role that both scans saw.
fn what_became(before: &SeenRole, after: &SeenRole) -> Option<Change> {
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
