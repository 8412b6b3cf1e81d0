//! What the written exemptions did in a report, and which of them need attention.

use jiff::Timestamp;
use rolesweep_model::text::{count, first_few};

use crate::disposition_reason::one_line;
use crate::exemption::Exemption;
use crate::remark::RemarkKind;
use crate::time::{DAY, ended, seconds_between, until};

/// What an exemption did in a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExemptionUse {
    /// How many roles it covers, whether they are idle or not, and whether it is in force or not.
    pub roles: u64,
    /// How many of them are exempt by it.
    pub exempt: u64,
    /// How many roles it does not cover only because they were created after its approval.
    pub newer: u64,
    /// How many roles it does not cover only because their access changed after its approval.
    pub changed: u64,
    /// The start of the first scan at or after the day of its approval that saw a role which it
    /// covers; `None` if no scan did.
    pub since: Option<Timestamp>,
    /// How many roles another one covers for longer, while both are in force.
    pub overlapping: u64,
    /// The index of the first such other one.
    pub longer: Option<usize>,
}

impl ExemptionUse {
    /// Adds what it did to other roles.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.roles += other.roles;
        self.exempt += other.exempt;
        self.newer += other.newer;
        self.changed += other.changed;
        self.since = self.since.into_iter().chain(other.since).min();
        self.overlaps(other.longer, other.overlapping);
    }

    /// Adds roles that another exemption covers for longer.
    pub(crate) fn overlaps(&mut self, longer: Option<usize>, roles: u64) {
        self.overlapping += roles;
        self.longer = self.longer.into_iter().chain(longer).min();
    }
}

/// An exemption, and what is known of it at the end of a report.
pub(crate) struct Seen<'a> {
    pub(crate) exemption: &'a Exemption,
    pub(crate) used: &'a ExemptionUse,
    /// The ARN of a role that it may mean.
    pub(crate) near: Option<&'a str>,
    /// Whether its roles may be where the report did not look.
    pub(crate) is_elsewhere: bool,
}

/// An exemption that ends so soon is named, in seconds.
const SOON: i64 = 30 * DAY;

/// How many exemptions are named that have the same trouble.
const TOLD: usize = 10;

/// The exemptions that somebody should look at, as one list; `None` if there are none.
pub(crate) fn attention<'a>(
    seen: impl Iterator<Item = Seen<'a>>,
    exemptions: &[Exemption],
    as_of: Timestamp,
) -> Option<(RemarkKind, String)> {
    let mut expired = Group::new("expired (have them approved again, or remove them)");
    let mut unmatched = Group::new("for no role of this report");
    let mut changed = Group::new(
        "not for roles whose access changed after the approval (look at them, and have them approved again)",
    );
    let mut soon = Group::new("expiring within 30 days");
    let mut overlapping = Group::new("overlapping");
    for Seen { exemption, used, near, is_elsewhere } in seen {
        let id = || format!("`{}`", one_line(&exemption.id));
        let owned = |more: &str| format!("{} (owner {}{more})", id(), one_line(&exemption.owner));
        if used.changed > 0 {
            changed.add(|| owned(&format!(", {}", count(used.changed, "role"))));
        }
        if used.roles == 0 && used.changed == 0 {
            if used.newer > 0 || !is_elsewhere {
                unmatched.add(|| owned(&why_unmatched(exemption, used, near)));
            }
        } else if !exemption.in_force(as_of) {
            expired.add(|| owned(&format!(", {}", ended(exemption.expires))));
        } else if seconds_between(as_of, exemption.expires) <= SOON {
            soon.add(|| owned(&format!(", {}", until(exemption.expires))));
        }
        if let Some(longer) = used.longer.and_then(|at| exemptions.get(at)) {
            let roles = count(used.overlapping, "role");
            overlapping.add(|| format!("{} with `{}` ({roles})", id(), one_line(&longer.id)));
        }
    }
    let changes_the_result = expired.count + unmatched.count + changed.count > 0;
    let groups: Vec<String> =
        [expired, unmatched, changed, soon, overlapping].into_iter().filter_map(Group::told).collect();
    (!groups.is_empty()).then(|| {
        let kind =
            if changes_the_result { RemarkKind::ExemptionsOutOfDate } else { RemarkKind::ExemptionsToReview };
        (kind, format!("exemptions that need attention: {}", groups.join("; ")))
    })
}

fn why_unmatched(exemption: &Exemption, used: &ExemptionUse, near: Option<&str>) -> String {
    if used.newer > 0 {
        let roles = count(used.newer, "role");
        return format!(", but {roles} created after {}, when it was approved", exemption.approved_on);
    }
    near.map(|near| format!("; did you mean {near}?")).unwrap_or_default()
}

/// Exemptions with the same trouble.
struct Group {
    trouble: &'static str,
    first: Vec<String>,
    count: usize,
}

impl Group {
    fn new(trouble: &'static str) -> Self {
        Self { trouble, first: Vec::new(), count: 0 }
    }

    fn add(&mut self, item: impl FnOnce() -> String) {
        self.count += 1;
        if self.first.len() < TOLD {
            self.first.push(item());
        }
    }

    fn told(self) -> Option<String> {
        let list = || first_few(&self.first, TOLD, self.count);
        (self.count > 0).then(|| format!("{}: {}", self.trouble, list()))
    }
}

#[cfg(test)]
mod tests;
