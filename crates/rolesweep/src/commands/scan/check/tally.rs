//! Counts the results of a check, and groups the accounts by reason and remedy.

use std::collections::BTreeMap;

use rolesweep_model::text::account_name;
use rolesweep_model::{Access, Coverage};
use rolesweep_report::GapGroup;
use rolesweep_scan::CheckResult;

use super::explained::Explained;
use crate::failure::Failure;
use crate::terminal::text;

/// How many accounts have each result.
#[derive(Default)]
pub(super) struct Tally {
    /// Selected accounts that let a scan in.
    pub(super) readable: u64,
    /// Selected accounts that do not, or only in part.
    pub(super) not_readable: u64,
    /// Selected accounts that the check did not come to.
    pub(super) not_checked: u64,
    /// How many of the last two somebody accepted as gaps.
    pub(super) accepted: u64,
    /// Accounts that a scan would not call, by coverage.
    pub(super) left_out: BTreeMap<Coverage, u64>,
    /// The caller's own account, if it is read with the caller's credentials.
    pub(super) as_caller: Option<String>,
    gaps: BTreeMap<Key, GapGroup>,
    slower: BTreeMap<Key, GapGroup>,
}

/// A group has one coverage, one reason and one remedy.
type Key = (Coverage, String, Option<String>);

/// Whether a scan calls an account that gets this coverage.
pub(super) fn is_selected(coverage: Coverage) -> bool {
    !matches!(coverage, Coverage::NotActive | Coverage::Excluded)
}

impl Tally {
    pub(super) fn add(&mut self, explained: &Explained<'_>) {
        let coverage = explained.checked.result.coverage();
        if !is_selected(coverage) {
            *self.left_out.entry(coverage).or_default() += 1;
            return;
        }
        match &explained.checked.result {
            CheckResult::Readable { access, fallback } => {
                self.readable += 1;
                if *access == Access::Caller {
                    self.as_caller = Some(name(explained));
                }
                if fallback.is_some() {
                    group(&mut self.slower, explained);
                }
            }
            CheckResult::NotReadable { .. } => {
                match coverage {
                    Coverage::NotReached => self.not_checked += 1,
                    _ => self.not_readable += 1,
                }
                self.accepted += u64::from(explained.accepted.is_some());
                group(&mut self.gaps, explained);
            }
        }
    }

    /// Accounts that a scan would call.
    pub(super) fn selected(&self) -> u64 {
        self.readable + self.not_readable + self.not_checked
    }

    /// How many of those would be missing in a scan, without those that somebody accepted.
    pub(super) fn open_gaps(&self) -> u64 {
        self.not_readable + self.not_checked - self.accepted
    }

    /// The accounts that do not let a scan in, in groups.
    pub(super) fn gaps(&self) -> impl ExactSizeIterator<Item = &GapGroup> {
        self.gaps.values()
    }

    /// The accounts that a scan would read with a call for each role, in groups.
    pub(super) fn slower(&self) -> impl ExactSizeIterator<Item = &GapGroup> {
        self.slower.values()
    }

    /// The result in a sentence without its end.
    pub(super) fn sentence(&self) -> String {
        let all = self.selected();
        let accounts = text::count(all, "account");
        let counted = |number: u64, one: &str, more: &str| {
            (number > 0).then(|| format!("{} {}", text::number(number), if number == 1 { one } else { more }))
        };
        match (self.readable, self.not_checked) {
            (1, _) if all == 1 => return "the account lets the scan in".to_owned(),
            (0, 0) if all == 1 => return "the account does not let the scan in".to_owned(),
            (_, 1) if all == 1 => return "the account was not checked".to_owned(),
            (some, _) if some == all => return format!("all {accounts} let the scan in"),
            (0, 0) => return format!("none of {accounts} lets the scan in"),
            (_, none) if none == all => return format!("none of {accounts} was checked"),
            _ => {}
        }
        let lets_in = if self.readable == 1 { "lets the scan in" } else { "let the scan in" };
        let parts = [
            Some(format!("{} of {accounts} {lets_in}", text::number(self.readable))),
            counted(self.not_readable, "does not", "do not"),
            counted(self.not_checked, "was not checked", "were not checked"),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// Whether no account that needs the audit role lets a scan in. The caller's own account, if it
    /// needs none, does not replace the others.
    pub(super) fn is_refused_everywhere(&self) -> bool {
        let with_role = self.readable - u64::from(self.as_caller.is_some());
        with_role == 0 && self.readable < self.selected()
    }

    /// The message if that is so, with the most frequent reasons first.
    pub(super) fn refused_everywhere(&self, role: &str) -> Failure {
        const SHOWN: usize = 3;
        let mut groups: Vec<&GapGroup> = self.gaps().collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.accounts.len()));
        let mut failure = Failure::new(match self.readable {
            0 => self.sentence(),
            _ => format!("failed to assume the audit role {role} in any account"),
        });
        for group in groups.iter().take(SHOWN) {
            let accounts = text::count(group.accounts.len() as u64, "account");
            failure = failure.cause(format!("{} ({accounts})", text::one_line(&group.reason)));
        }
        match groups.first().and_then(|group| group.remedy.clone()) {
            Some(remedy) => failure.hint(remedy),
            None => failure,
        }
    }
}

fn name(explained: &Explained<'_>) -> String {
    let account = &explained.checked.account;
    account_name(account.id, account.name.as_deref())
}

fn group(groups: &mut BTreeMap<Key, GapGroup>, explained: &Explained<'_>) {
    let coverage = explained.checked.result.coverage();
    let key = (coverage, explained.reason.clone(), explained.remedy.clone());
    let group = groups.entry(key).or_insert_with(|| GapGroup {
        coverage,
        kind: explained.kind,
        reason: explained.reason.clone(),
        remedy: explained.remedy.clone(),
        accounts: Vec::new(),
    });
    group.accounts.push((name(explained), explained.accepted.map(str::to_owned)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_is_one_sentence() {
        for ((readable, not_readable, not_checked), sentence) in [
            ((400, 0, 0), "all 400 accounts let the scan in"),
            ((1, 0, 0), "the account lets the scan in"),
            ((390, 10, 0), "390 of 400 accounts let the scan in, 10 do not"),
            ((1, 1, 1), "1 of 3 accounts lets the scan in, 1 does not, 1 was not checked"),
            ((0, 1200, 0), "none of 1,200 accounts lets the scan in"),
            ((0, 1, 0), "the account does not let the scan in"),
            ((0, 3, 2), "0 of 5 accounts let the scan in, 3 do not, 2 were not checked"),
            ((0, 0, 7), "none of 7 accounts was checked"),
            ((17, 0, 26), "17 of 43 accounts let the scan in, 26 were not checked"),
        ] {
            let tally = Tally { readable, not_readable, not_checked, ..Tally::default() };
            assert_eq!(tally.sentence(), sentence);
        }
    }

    #[test]
    fn the_callers_own_account_does_not_replace_those_that_need_the_audit_role() {
        for (readable, not_readable, own, nobody) in [
            (1, 0, true, false),
            (1, 35, true, true),
            (2, 35, true, false),
            (1, 35, false, false),
            (0, 35, false, true),
            (400, 0, false, false),
        ] {
            let as_caller = own.then(|| "000000000001".to_owned());
            let tally = Tally { readable, not_readable, as_caller, ..Tally::default() };
            assert_eq!(tally.is_refused_everywhere(), nobody, "{readable} {not_readable} {own}");
        }
    }
}
