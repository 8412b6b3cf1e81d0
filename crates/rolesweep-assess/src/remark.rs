//! What somebody should look at in the settings, and its words.

use rolesweep_model::text::{first_few, with_thousands};

/// A rule, an exemption, an accepted gap, a known account or an owner that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// What is wrong.
    pub kind: RemarkKind,
    /// One line for people.
    pub text: String,
}

/// What is wrong with a rule, an exemption, an accepted gap, a known account or an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RemarkKind {
    /// A threshold rule decided about no role.
    RuleWithoutRole,
    /// Exemptions are for no role of the report or no longer in force, among other troubles.
    ExemptionsOutOfDate,
    /// Exemptions expire soon or overlap.
    ExemptionsToReview,
    /// An accepted gap is for an account that the report does not have.
    GapWithoutAccount,
    /// An accepted gap is for an account that has no gap.
    GapNotNeeded,
    /// An accepted gap is no longer in force.
    GapExpired,
    /// What the configuration says of an account is no longer in force.
    KnownAccountExpired,
    /// The table of owners has an account that the report does not have.
    OwnerWithoutAccount,
}

impl RemarkKind {
    /// Whether more or fewer roles and accounts may count than its author meant.
    pub fn changes_the_result(self) -> bool {
        match self {
            Self::RuleWithoutRole
            | Self::ExemptionsOutOfDate
            | Self::GapWithoutAccount
            | Self::GapExpired
            | Self::KnownAccountExpired
            | Self::OwnerWithoutAccount => true,
            Self::GapNotNeeded | Self::ExemptionsToReview => false,
        }
    }

    fn of_one(self, what: &str, matter: &str) -> String {
        match self {
            Self::RuleWithoutRole => format!("the threshold rule {what} applied to no role"),
            Self::ExemptionsOutOfDate | Self::ExemptionsToReview => what.to_owned(),
            Self::GapWithoutAccount => {
                format!("the accepted gap of {what} is for an account that this report does not have{matter}")
            }
            Self::GapNotNeeded => {
                format!("the accepted gap of {what} is not needed: the account is {matter}")
            }
            Self::GapExpired => format!("the accepted gap of {what} expired {matter}"),
            Self::KnownAccountExpired => format!("the known account {what} expired {matter}"),
            Self::OwnerWithoutAccount => {
                format!("the table of owners has the {what}, which this report does not have")
            }
        }
    }

    fn of_many(self, count: &str, which: &str) -> String {
        match self {
            Self::RuleWithoutRole => format!("{count} threshold rules applied to no role: {which}"),
            Self::ExemptionsOutOfDate | Self::ExemptionsToReview => which.to_owned(),
            Self::GapWithoutAccount => {
                format!("{count} accepted gaps are for accounts that this report does not have: {which}")
            }
            Self::GapNotNeeded => {
                format!("{count} accepted gaps are not needed, because the accounts have none: {which}")
            }
            Self::GapExpired => format!("{count} accepted gaps have expired: {which}"),
            Self::KnownAccountExpired => format!("{count} known accounts have expired: {which}"),
            Self::OwnerWithoutAccount => {
                format!("the table of owners has {count} accounts that this report does not have: {which}")
            }
        }
    }
}

/// How many remarks of a kind are shown one by one. If there are more, one remark names this many
/// of them.
const TOLD: usize = 3;

/// Remarks by kind: a few of a kind are told one by one, and more of a kind as one.
#[derive(Default)]
pub(crate) struct Remarks(Vec<OfOneKind>);

struct OfOneKind {
    kind: RemarkKind,
    /// The subjects of the first remarks, and what is wrong with each.
    first: Vec<(String, String)>,
    count: usize,
}

impl Remarks {
    pub(crate) fn add(&mut self, kind: RemarkKind, remark: impl FnOnce() -> (String, String)) {
        let at = self.0.iter().position(|known| known.kind == kind).unwrap_or_else(|| {
            self.0.push(OfOneKind { kind, first: Vec::new(), count: 0 });
            self.0.len() - 1
        });
        let known = &mut self.0[at];
        known.count += 1;
        if known.first.len() < TOLD {
            known.first.push(remark());
        }
    }

    pub(crate) fn told(mut self) -> Vec<Remark> {
        self.0.sort_by_key(|known| known.kind);
        let tell = |OfOneKind { kind, first, count }: OfOneKind| {
            let texts: Vec<String> = if count > TOLD {
                let which = first_few(first.into_iter().map(|(what, _)| what), TOLD, count);
                vec![kind.of_many(&with_thousands(count as u64), &which)]
            } else {
                first.into_iter().map(|(what, matter)| kind.of_one(&what, &matter)).collect()
            };
            texts.into_iter().map(move |text| Remark { kind, text })
        };
        self.0.into_iter().flat_map(tell).collect()
    }
}
