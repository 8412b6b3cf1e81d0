//! What of the written rules, exemptions and accepted gaps is out of date.

use rolesweep_model::{AccountId, Coverage, Role};

use crate::assess::{Assessment, Assessor, Site, judge};
use crate::coverage::AcceptedGap;
use crate::exemption::longest_lasting;
use crate::reason::one_line;
use crate::span::ended;

/// Watches a report go by and remembers which rules, exemptions and accepted gaps it needed. Fed by whoever makes the report, with every
/// role and every account of it.
#[derive(Debug)]
pub struct Usage<'a> {
    assessor: &'a Assessor<'a>,
    gaps: &'a [AcceptedGap],
    rules_used: Vec<bool>,
    exemptions_used: Vec<bool>,
    /// The coverage of each gap's account, where that account is in the report.
    gap_coverage: Vec<Option<Coverage>>,
}

/// Something written that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// What is the matter.
    pub kind: RemarkKind,
    /// One line for people.
    pub text: String,
}

/// What is the matter with a rule, an exemption or an accepted gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RemarkKind {
    /// A threshold rule decided about no role.
    RuleWithoutRole,
    /// An exemption is for a role that the report does not have.
    ExemptionWithoutRole,
    /// An exemption is no longer in force.
    ExemptionExpired,
    /// An accepted gap is for an account that the report does not have.
    GapWithoutAccount,
    /// An accepted gap is for an account that has none.
    GapNotNeeded,
    /// An accepted gap is no longer in force.
    GapExpired,
}

impl<'a> Usage<'a> {
    /// Watches what this assessor's parameters and these accepted gaps are needed for.
    #[must_use]
    pub fn new(assessor: &'a Assessor<'a>, gaps: &'a [AcceptedGap]) -> Self {
        let parameters = assessor.parameters();
        Self {
            assessor,
            gaps,
            rules_used: vec![false; parameters.rules.len()],
            exemptions_used: vec![false; parameters.exemptions.len()],
            gap_coverage: vec![None; gaps.len()],
        }
    }

    /// Assesses a role of the report, and remembers what that needed.
    pub fn assess<S: AsRef<str>>(&mut self, role: &Role<S>, site: &Site) -> Assessment {
        let parameters = self.assessor.parameters();
        let rule = self.assessor.rule_for(role, site);
        if let Some(at) = rule {
            self.rules_used[at] = true;
        }
        let exemptions = self.assessor.exemptions_for(role).inspect(|&at| self.exemptions_used[at] = true);
        judge(role, parameters, rule, longest_lasting(&parameters.exemptions, exemptions))
    }

    /// Adds what another one saw, of other roles and accounts of the same report.
    pub fn merge(&mut self, other: &Self) {
        let both = |mine: &mut Vec<bool>, others: &[bool]| {
            mine.iter_mut().zip(others).for_each(|(mine, other)| *mine |= other);
        };
        both(&mut self.rules_used, &other.rules_used);
        both(&mut self.exemptions_used, &other.exemptions_used);
        for (mine, other) in self.gap_coverage.iter_mut().zip(&other.gap_coverage) {
            *mine = mine.or(*other);
        }
    }

    /// An account of the report.
    pub fn account(&mut self, account: &AccountId, coverage: Coverage) {
        for (gap, seen) in self.gaps.iter().zip(&mut self.gap_coverage) {
            if gap.account_id == *account {
                *seen = Some(coverage);
            }
        }
    }

    /// What should be looked at: rules, then exemptions, then accepted gaps, each in the order in which they are written.
    #[must_use]
    pub fn remarks(&self) -> Vec<Remark> {
        let parameters = self.assessor.parameters();
        let as_of = parameters.as_of;
        let mut remarks = Vec::new();
        let mut remark = |kind, text| remarks.push(Remark { kind, text });
        for (rule, used) in parameters.rules.iter().zip(&self.rules_used) {
            if !used {
                remark(
                    RemarkKind::RuleWithoutRole,
                    format!("the threshold rule `{}` applied to no role", one_line(&rule.name)),
                );
            }
        }
        for (exemption, used) in parameters.exemptions.iter().zip(&self.exemptions_used) {
            let what = format!("the exemption of {} by {}", exemption.role, one_line(&exemption.owner));
            if !used {
                remark(
                    RemarkKind::ExemptionWithoutRole,
                    format!("{what} is for a role that this report does not have"),
                );
            } else if !exemption.in_force(as_of) {
                remark(RemarkKind::ExemptionExpired, format!("{what} expired {}", ended(exemption.expires)));
            }
        }
        for (gap, coverage) in self.gaps.iter().zip(&self.gap_coverage) {
            let what = format!("the accepted gap of account {} by {}", gap.account_id, one_line(&gap.owner));
            match coverage {
                None => remark(
                    RemarkKind::GapWithoutAccount,
                    format!("{what} is for an account that this report does not have"),
                ),
                Some(coverage) if !coverage.is_gap() => remark(
                    RemarkKind::GapNotNeeded,
                    format!("{what} is not needed: the account is {coverage}"),
                ),
                Some(_) if !gap.in_force(as_of) => {
                    remark(RemarkKind::GapExpired, format!("{what} expired {}", ended(gap.expires)))
                }
                Some(_) => {}
            }
        }
        remarks
    }
}

#[cfg(test)]
mod tests {
    use rolesweep_model::Account;

    use super::*;
    use crate::Place;
    use crate::exemption::{Exemption, RoleSelector};
    use crate::fixture::{AS_OF, parameters, role};
    use crate::rule::ThresholdRule;

    fn exemption(role: RoleSelector, owner: &str, expires: &str) -> Exemption {
        Exemption {
            role,
            owner: owner.to_owned(),
            reason: "needed".to_owned(),
            expires: expires.parse().unwrap(),
        }
    }

    fn rule(name: &str, path: &str) -> ThresholdRule {
        ThresholdRule { name: name.to_owned(), paths: vec![path.to_owned()], ..ThresholdRule::default() }
    }

    fn gap(number: u64, expires: &str) -> AcceptedGap {
        AcceptedGap {
            account_id: format!("{number:012}").parse().unwrap(),
            owner: "ops\nteam".to_owned(),
            reason: "known".to_owned(),
            expires: expires.parse().unwrap(),
        }
    }

    #[test]
    fn what_is_out_of_date_is_remarked_and_nothing_else() {
        let seen = role("/ci/", "app");
        let by_arn = |text: &str| RoleSelector::RoleArn(text.parse().unwrap());
        let (far, past) = ("2030-01-01T00:00:00Z", "2026-01-01T00:00:00Z");
        let mut parameters = parameters();
        parameters.rules = vec![rule("ci", "/ci/"), rule("shadowed", "/ci/"), rule("empty", "/none/")];
        parameters.exemptions = vec![
            exemption(RoleSelector::RoleId(seen.role_id.clone()), "ann", far),
            exemption(by_arn(seen.arn.as_str()), "bob", AS_OF),
            exemption(by_arn("arn:aws:iam::123456789012:role/gone"), "eve", past),
        ];
        let gaps = [gap(1, far), gap(2, far), gap(3, far), gap(4, past)];
        let assessor = Assessor::new(&parameters);
        let mut usage = Usage::new(&assessor, &gaps);
        let account = Account::named("123456789012".parse().unwrap());
        let place = Place { account: &account, ou_path: None };
        let mut elsewhere = Usage::new(&assessor, &gaps);
        assert_eq!(
            elsewhere.assess(&seen, &assessor.site(&place)),
            crate::assess(&seen, &place, &parameters)
        );
        for (number, coverage) in
            [(1, Coverage::Denied), (2, Coverage::Scanned), (4, Coverage::Failed), (5, Coverage::Denied)]
        {
            usage.account(&format!("{number:012}").parse().unwrap(), coverage);
        }
        usage.merge(&elsewhere);
        let remarks: Vec<(RemarkKind, String)> =
            usage.remarks().into_iter().map(|remark| (remark.kind, remark.text)).collect();
        let arn = "arn:aws:iam::123456789012:role";
        let gap = "the accepted gap of account 00000000000";
        let missing = "that this report does not have";
        assert_eq!(
            remarks,
            [
                (RemarkKind::RuleWithoutRole, "the threshold rule `shadowed` applied to no role".to_owned()),
                (RemarkKind::RuleWithoutRole, "the threshold rule `empty` applied to no role".to_owned()),
                (
                    RemarkKind::ExemptionExpired,
                    format!("the exemption of {arn}/ci/app by bob expired at {AS_OF}")
                ),
                (
                    RemarkKind::ExemptionWithoutRole,
                    format!("the exemption of {arn}/gone by eve is for a role {missing}")
                ),
                (
                    RemarkKind::GapNotNeeded,
                    format!("{gap}2 by ops team is not needed: the account is scanned")
                ),
                (RemarkKind::GapWithoutAccount, format!("{gap}3 by ops team is for an account {missing}")),
                (RemarkKind::GapExpired, format!("{gap}4 by ops team expired at the end of 2025-12-31")),
            ]
        );
    }
}
