//! What the second lists of roles say (`--cross-check`).

use rolesweep_model::CrossCheck;
use rolesweep_model::text::count;

use crate::assessed::AssessedAccount;
use crate::sink::Sink;

/// How many accounts are named, for differences and for lists that could not be read.
const ACCOUNTS: usize = 5;

/// How many roles of each list are named for an account.
const ROLES: usize = 3;

#[derive(Debug, Default)]
pub(crate) struct CrossChecks {
    /// Whether the scan was asked for second lists.
    is_asked_for: bool,
    /// Accounts whose roles are the same in both lists.
    agree: u64,
    differ: Named,
    unread: Named,
    /// Accounts that were read with `ListRoles`, so that there is no second way.
    only_way: Named,
}

/// Accounts that are counted, of which the first ones are named.
#[derive(Debug, Default)]
struct Named {
    accounts: u64,
    shown: Vec<String>,
}

impl Named {
    fn add(&mut self, text: impl FnOnce() -> String) {
        self.accounts += 1;
        if self.shown.len() < ACCOUNTS {
            self.shown.push(text());
        }
    }

    fn join(&mut self, next: Self) {
        self.accounts += next.accounts;
        self.shown.extend(next.shown);
        self.shown.truncate(ACCOUNTS);
    }

    /// The accounts, separated by semicolons, and how many more there are.
    fn list(&self) -> String {
        let more = self.accounts - self.shown.len() as u64;
        let more = (more > 0).then(|| format!("{} more", count(more, "account")));
        self.shown.iter().cloned().chain(more).collect::<Vec<_>>().join("; ")
    }
}

impl Sink for CrossChecks {
    fn account(&mut self, account: &AssessedAccount<'_>) {
        let name = || account.facts.display_name();
        let check = account.facts.record.as_ref().and_then(|record| record.cross_check.as_deref());
        let Some(check) = check else {
            if self.is_asked_for && account.facts.coverage().has_roles() {
                self.only_way.add(name);
            }
            return;
        };
        if (check.only_first, check.only_second) != (0, 0) {
            self.differ.add(|| format!("{}: {}", name(), difference(check)));
        }
        if let Some(reason) = &check.failure {
            self.unread.add(|| format!("{} ({reason})", name()));
        }
        self.agree += u64::from(check.agrees());
    }

    fn join(&mut self, next: Self) {
        self.agree += next.agree;
        self.differ.join(next.differ);
        self.unread.join(next.unread);
        self.only_way.join(next.only_way);
    }
}

impl CrossChecks {
    pub(crate) fn new(is_asked_for: bool) -> Self {
        Self { is_asked_for, ..Self::default() }
    }

    /// What that means, in up to four notes; none if no account was listed a second way.
    pub(crate) fn notes(&self) -> Vec<String> {
        let agree = (self.agree > 0).then(|| {
            format!("cross-check: both lists of roles are the same in {}", count(self.agree, "account"))
        });
        let differ = (self.differ.accounts > 0).then(|| {
            format!(
                "cross-check: the two lists of roles differ in {}, where roles may have been created or deleted in between: {}. Roles that only \
                 ListRoles has were read with GetRole",
                count(self.differ.accounts, "account"),
                self.differ.list()
            )
        });
        let unread = (self.unread.accounts > 0).then(|| {
            format!(
                "cross-check: the roles of {} could not be listed a second way, and were read once: {}",
                count(self.unread.accounts, "account"),
                self.unread.list()
            )
        });
        let only_way = (self.only_way.accounts > 0).then(|| {
            format!(
                "cross-check: {} could be read with ListRoles only, so there is no second list: {}",
                count(self.only_way.accounts, "account"),
                self.only_way.list()
            )
        });
        [agree, differ, unread, only_way].into_iter().flatten().collect()
    }
}

/// The roles that only one of the lists has.
fn difference(check: &CrossCheck) -> String {
    let part = |list: &str, number: u64, arns: &[String]| {
        (number > 0).then(|| {
            let names =
                arns.iter().map(|arn| arn.split_once(":role/").map_or(arn.as_str(), |(_, name)| name));
            let mut names: Vec<&str> = names.take(ROLES).collect();
            let more = match number - names.len() as u64 {
                0 => String::new(),
                more => format!("{more} more"),
            };
            names.extend((!more.is_empty()).then_some(more.as_str()));
            format!("only in {list} {}", names.join(", "))
        })
    };
    let first = part("GetAccountAuthorizationDetails", check.only_first, &check.only_first_arns);
    let second = part("ListRoles", check.only_second, &check.only_second_arns);
    first.into_iter().chain(second).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use rolesweep_assess::Totals;
    use rolesweep_model::{Coverage, Reason, ReasonKind};

    use super::*;
    use crate::fixture;

    fn check(only_first: &[&str], only_second: &[&str], failure: Option<Reason>) -> CrossCheck {
        let arns = |names: &[&str]| {
            names.iter().take(4).map(|name| format!("arn:aws:iam::000000000123:role/{name}")).collect()
        };
        CrossCheck {
            listed: 9,
            only_first: only_first.len() as u64,
            only_second: only_second.len() as u64,
            only_first_arns: arns(only_first),
            only_second_arns: arns(only_second),
            failure,
        }
    }

    fn notes(checks: Vec<Option<CrossCheck>>) -> Vec<String> {
        noted(false, checks)
    }

    fn noted(is_asked_for: bool, checks: Vec<Option<CrossCheck>>) -> Vec<String> {
        let mut sink = CrossChecks::new(is_asked_for);
        for cross_check in checks {
            let mut facts = fixture::denied_account();
            let record = facts.record.as_mut().unwrap();
            record.cross_check = cross_check.map(Box::new);
            record.coverage = Coverage::Scanned;
            let mut one = CrossChecks::new(is_asked_for);
            one.account(&AssessedAccount {
                facts: &facts,
                totals: Totals::default(),
                policies_not_read: 0,
                accepted_gap: None,
                remedy: None,
                is_callers: false,
                is_unjudged: false,
            });
            sink.join(one);
        }
        sink.notes()
    }

    #[test]
    fn nothing_is_said_if_nobody_asked() {
        assert!(notes(vec![None, None]).is_empty());
    }

    #[test]
    fn roles_that_only_one_list_has_are_named_with_their_account_and_list() {
        let said = notes(vec![
            Some(check(&[], &[], None)),
            Some(check(&["app/gone"], &["new", "b", "c", "d", "e", "f"], None)),
        ]);
        assert_eq!(said[0], "cross-check: both lists of roles are the same in 1 account");
        assert!(
            said[1].contains(
                "only in GetAccountAuthorizationDetails app/gone, only in ListRoles new, b, c, 3 more"
            ),
            "{}",
            said[1]
        );
        assert_eq!(said.len(), 2);
    }

    #[test]
    fn a_second_list_that_could_not_be_read_is_no_agreement() {
        let reason = Reason {
            kind: ReasonKind::Denied,
            action: Some("iam:ListRoles".to_owned()),
            summary: "AccessDenied".to_owned(),
            detail: None,
        };
        let said = notes(vec![Some(check(&[], &[], Some(reason)))]);
        assert_eq!(said.len(), 1);
        assert!(said[0].contains("(iam:ListRoles: AccessDenied)"), "{}", said[0]);
    }

    #[test]
    fn an_account_that_could_be_read_one_way_only_is_named() {
        let said = noted(true, vec![None, Some(check(&[], &[], None))]);
        assert_eq!(said.len(), 2);
        assert!(said[1].contains("1 account could be read with ListRoles only"), "{}", said[1]);
    }

    #[test]
    fn a_thousand_accounts_make_one_note() {
        let said = notes(vec![Some(check(&["a"], &[], None)); 1000]);
        assert!(
            said[0].contains("differ in 1,000 accounts") && said[0].contains("; 995 accounts more"),
            "{}",
            said[0]
        );
        assert_eq!(said[0].matches("only in").count(), ACCOUNTS);
    }
}
