//! Which written rules, exemptions, accepted gaps, known accounts and owners are out of date.

use hashbrown::HashSet;
use rolesweep_model::suggest::nearest_id;
use rolesweep_model::{AccountId, Coverage, Role, RoleArn, RoleHistory};

use crate::coverage::AcceptedGap;
use crate::disposition::Disposition;
use crate::disposition_reason::one_line;
use crate::exemption::longest_lasting;
use crate::exemption_use::{ExemptionUse, Seen, attention};
use crate::judge::{AccountRules, Assessment, Assessor, ChangedSince, Exempted, judge};
use crate::ownership::OwnerPlace;
use crate::remark::{Remark, RemarkKind, Remarks};
use crate::risk::trust::TrustLevel;
use crate::time::ended;

/// Remembers which rules, exemptions and accepted gaps a report needed. It has to see every role
/// and every account of the report.
#[derive(Debug)]
pub struct Usage<'a> {
    assessor: &'a Assessor<'a>,
    gaps: &'a [AcceptedGap],
    rules_used: Vec<bool>,
    exemptions: Vec<ExemptionUse>,
    /// Exemptions of ARNs or of accounts where the account is in the report without its roles.
    exemptions_unread: Vec<bool>,
    /// Whether the report is on accounts or OUs that somebody selected.
    is_selection: bool,
    /// The coverage of each gap's account, if that account is in the report.
    gap_coverage: Vec<Option<Coverage>>,
    /// The account with a gap whose id is most like that of each accepted gap.
    near_gaps: Vec<Option<AccountId>>,
    /// The role of the same account whose ARN is most like that of each exemption.
    near_roles: Vec<Option<String>>,
    /// The rows of the table of owners whose account is in the report.
    owned_seen: Vec<usize>,
}

/// If an account has more exemptions, their ARNs are not compared with those of its roles.
const COMPARED: usize = 64;

impl<'a> Usage<'a> {
    /// Begins to remember what these parameters and accepted gaps are needed for. `is_selection`
    /// says that the report is on accounts or OUs that somebody selected: then what it lacks may be
    /// elsewhere.
    #[must_use]
    pub fn new(assessor: &'a Assessor<'a>, gaps: &'a [AcceptedGap], is_selection: bool) -> Self {
        let parameters = assessor.parameters();
        Self {
            assessor,
            gaps,
            rules_used: vec![false; parameters.rules.len()],
            exemptions: vec![ExemptionUse::default(); parameters.exemptions.len()],
            exemptions_unread: vec![false; parameters.exemptions.len()],
            is_selection,
            gap_coverage: vec![None; gaps.len()],
            near_gaps: vec![None; gaps.len()],
            near_roles: vec![None; parameters.exemptions.len()],
            owned_seen: Vec::new(),
        }
    }

    /// Assesses a role of the report, and remembers what was needed for it. The role has the last use
    /// that is known of it ([`with_known_use`](crate::with_known_use)). `widest` gives the widest
    /// trust level that its policy may have. It is called only if an exemption depends on that.
    pub fn assess<S: AsRef<str>>(
        &mut self,
        role: &Role<S>,
        history: Option<&RoleHistory<'_>>,
        rules: &AccountRules,
        widest: &mut dyn FnMut() -> TrustLevel,
    ) -> Assessment {
        let rule = self.assessor.rule_for(role, rules);
        if let Some(at) = rule {
            self.rules_used[at] = true;
        }
        let exempted = self.exempted(role, history, rules, widest);
        let assessment = judge(role, self.assessor.parameters(), rule, &exempted);
        if let Some(at) = exempted.by.filter(|_| assessment.disposition == Disposition::Exempt) {
            self.exemptions[at].exempt += 1;
        }
        self.compare(role.arn.as_str(), role.arn.account_id());
        assessment
    }

    /// What the exemptions say of a role.
    fn exempted<S: AsRef<str>>(
        &mut self,
        role: &Role<S>,
        history: Option<&RoleHistory<'_>>,
        rules: &AccountRules,
        widest: &mut dyn FnMut() -> TrustLevel,
    ) -> Exempted {
        let parameters = self.assessor.parameters();
        let exemptions = &parameters.exemptions;
        // Most roles have none, and an empty list takes no memory.
        let (mut covering, mut too_early) = (Vec::new(), None);
        let mut changed: Option<ChangedSince> = None;
        for at in self.assessor.exemptions_for(role, rules, widest) {
            let (exemption, used) = (&exemptions[at], &mut self.exemptions[at]);
            if !exemption.was_approved_after(role.created_at) {
                used.newer += 1;
                too_early = too_early.into_iter().chain([at]).min();
                continue;
            }
            match history.and_then(|history| history.changes_after(exemption.approved_from())) {
                Some((scan, parts)) if !parts.is_empty() => {
                    used.changed += 1;
                    let known = changed.take().filter(|known| known.exemption < at);
                    changed = known.or(Some(ChangedSince { exemption: at, scan, parts }));
                }
                compared => {
                    used.roles += 1;
                    used.since = used.since.into_iter().chain(compared.map(|(scan, _)| scan)).min();
                    covering.push(at);
                }
            }
        }
        let by = longest_lasting(exemptions, covering.iter().copied());
        for at in covering {
            if by != Some(at) && exemptions[at].in_force(parameters.as_of) {
                self.exemptions[at].overlaps(by, 1);
            }
        }
        Exempted { by, too_early, changed }
    }

    /// Remembers a role that an exemption without a role may mean.
    fn compare(&mut self, arn: &str, account: AccountId) {
        let exemptions = self.assessor.exemptions_in(&account);
        for &at in exemptions.iter().filter(|_| exemptions.len() <= COMPARED) {
            let wanted = self.assessor.parameters().exemptions[at].roles.role_arn.as_ref();
            let wanted = wanted.map_or("", RoleArn::as_str);
            let near = self.near_roles[at].as_deref();
            if self.exemptions[at].roles == 0
                && nearest_id(wanted, near.into_iter().chain([arn])) == Some(arn)
            {
                self.near_roles[at] = Some(arn.to_owned());
            }
        }
    }

    /// Adds what another one saw of other roles and accounts of the same report.
    pub fn merge(&mut self, other: &Self) {
        let both = |mine: &mut Vec<bool>, others: &[bool]| {
            mine.iter_mut().zip(others).for_each(|(mine, other)| *mine |= other);
        };
        both(&mut self.rules_used, &other.rules_used);
        self.exemptions.iter_mut().zip(&other.exemptions).for_each(|(mine, other)| mine.merge(other));
        both(&mut self.exemptions_unread, &other.exemptions_unread);
        for (mine, other) in self.gap_coverage.iter_mut().zip(&other.gap_coverage) {
            *mine = mine.or(*other);
        }
        for (at, other) in other.near_gaps.iter().enumerate() {
            if let Some(other) = other {
                self.consider_gap(at, other);
            }
        }
        self.owned_seen.extend_from_slice(&other.owned_seen);
        // The roles of an account are seen by one.
        for (mine, other) in self.near_roles.iter_mut().zip(&other.near_roles) {
            *mine = mine.take().or_else(|| other.clone());
        }
    }

    /// Remembers an account of the report.
    pub fn account(&mut self, account: &AccountId, coverage: Coverage) {
        for (gap, seen) in self.gaps.iter().zip(&mut self.gap_coverage) {
            if gap.account_id == *account {
                *seen = Some(coverage);
            }
        }
        self.owned_seen.extend(self.assessor.owners().row_of(account));
        if coverage.is_gap() {
            (0..self.gaps.len()).for_each(|at| self.consider_gap(at, account));
        }
        if !coverage.has_roles() {
            let naming = self.assessor.exemptions_naming(account);
            for &at in self.assessor.exemptions_in(account).iter().chain(naming) {
                self.exemptions_unread[at] = true;
            }
        }
    }

    /// Remembers an account with a gap that an accepted gap without an account may mean.
    fn consider_gap(&mut self, at: usize, account: &AccountId) {
        let wanted = self.gaps[at].account_id.as_str();
        let near = self.near_gaps[at].as_ref().map(AccountId::as_str);
        if nearest_id(wanted, near.into_iter().chain([account.as_str()])) == Some(account.as_str()) {
            self.near_gaps[at] = Some(*account);
        }
    }

    /// What each exemption did, in the order of [`Parameters::exemptions`](crate::Parameters).
    #[must_use]
    pub fn exemptions(&self) -> &[ExemptionUse] {
        &self.exemptions
    }

    /// What somebody should look at, by kind, and within a kind in the order of the configuration.
    /// If a kind has many, one remark names only the first. What was not asked for is no remark.
    #[must_use]
    pub fn remarks(&self) -> Vec<Remark> {
        let parameters = self.assessor.parameters();
        let as_of = parameters.as_of;
        let mut remarks = Remarks::default();
        for (rule, used) in parameters.rules.iter().zip(&self.rules_used) {
            if !used && !self.is_selection {
                remarks.add(RemarkKind::RuleWithoutRole, || {
                    (format!("`{}`", one_line(&rule.name)), String::new())
                });
            }
        }
        let seen = self.exemptions.iter().zip(&self.exemptions_unread).zip(&self.near_roles);
        let seen = parameters.exemptions.iter().zip(seen).map(|(exemption, ((used, unread), near))| Seen {
            exemption,
            used,
            near: near.as_deref(),
            is_elsewhere: *unread || self.is_selection,
        });
        if let Some((kind, text)) = attention(seen, &parameters.exemptions, as_of) {
            remarks.add(kind, || (text, String::new()));
        }
        for ((gap, coverage), near) in self.gaps.iter().zip(&self.gap_coverage).zip(&self.near_gaps) {
            let near = || did_you_mean(near.as_ref().map(AccountId::as_str));
            let what = || format!("account {} by {}", gap.account_id, one_line(&gap.owner));
            match coverage {
                Some(Coverage::Excluded) => {}
                None if self.is_selection => {}
                None => remarks.add(RemarkKind::GapWithoutAccount, || (what(), near())),
                Some(coverage) if !coverage.is_gap() => {
                    remarks.add(RemarkKind::GapNotNeeded, || (what(), coverage.to_string()));
                }
                Some(_) if !gap.in_force(as_of) => {
                    remarks.add(RemarkKind::GapExpired, || (what(), ended(gap.expires)));
                }
                Some(_) => {}
            }
        }
        for account in parameters.known_accounts.iter().filter(|account| !account.in_force(as_of)) {
            let what = || format!("{} by {}", account.account_id, one_line(&account.owner));
            remarks.add(RemarkKind::KnownAccountExpired, || (what(), ended(account.expires)));
        }
        if !self.is_selection {
            self.missing_accounts_of_owners(&mut remarks);
        }
        remarks.told()
    }

    /// Notes the accounts of the table of owners that the report does not have.
    fn missing_accounts_of_owners(&self, remarks: &mut Remarks) {
        let seen: HashSet<usize> = self.owned_seen.iter().copied().collect();
        for (at, row) in self.assessor.parameters().owners.places.iter().enumerate() {
            if let OwnerPlace::Account(id) = &row.place
                && !seen.contains(&at)
            {
                let what = || format!("account {id} in line {}", row.line);
                remarks.add(RemarkKind::OwnerWithoutAccount, || (what(), String::new()));
            }
        }
    }
}

/// What follows a remark about something that the report does not have.
fn did_you_mean(near: Option<&str>) -> String {
    near.map(|near| format!("; did you mean {near}?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rolesweep_model::{Account, RoleId};

    use super::*;
    use crate::Place;
    use crate::exemption::Exemption;
    use crate::fixture::{self, AS_OF, open, parameters, role};
    use crate::known_account::{AccountKind, KnownAccount};
    use crate::ownership::OwnedPlace;
    use crate::role_match::RoleMatch;
    use crate::status::Status;
    use crate::threshold_rule::ThresholdRule;

    fn exemption(roles: RoleMatch, owner: &str, expires: &str) -> Exemption {
        let owner = owner.to_owned();
        Exemption { owner, ..fixture::exemption(&roles.to_string(), roles, expires) }
    }

    fn by_arn(text: &str) -> RoleMatch {
        text.parse::<RoleArn>().unwrap().into()
    }

    fn rule(name: &str, path: &str) -> ThresholdRule {
        ThresholdRule { name: name.to_owned(), paths: vec![path.to_owned()], ..ThresholdRule::default() }
    }

    fn gap(number: u64, expires: &str) -> AcceptedGap {
        AcceptedGap {
            account_id: format!("{number:012}").parse().unwrap(),
            owner: "ops\nteam".to_owned(),
            approved_by: "ciso".to_owned(),
            reason: "known".to_owned(),
            expires: expires.parse().unwrap(),
        }
    }

    #[test]
    fn only_rules_exemptions_and_gaps_that_are_out_of_date_are_remarked() {
        let seen = role("/ci/", "app");
        let (far, past) = ("2030-01-01T00:00:00Z", "2026-01-01T00:00:00Z");
        let mut parameters = parameters();
        parameters.rules = vec![rule("ci", "/ci/"), rule("shadowed", "/ci/"), rule("empty", "/none/")];
        parameters.exemptions = vec![
            exemption(seen.role_id.clone().into(), "ann", far),
            exemption(by_arn(seen.arn.as_str()), "bob", AS_OF),
            exemption(by_arn("arn:aws:iam::123456789012:role/gone"), "eve", past),
            exemption(by_arn("arn:aws:iam::123456789012:role/ci/ap"), "kim", far),
        ];
        let gaps = [gap(1, far), gap(2, far), gap(3, far), gap(4, past)];
        let assessor = Assessor::new(&parameters);
        let mut usage = Usage::new(&assessor, &gaps, false);
        let account = Account::named("123456789012".parse().unwrap());
        let place = Place { account: &account, ou_path: None };
        let mut elsewhere = Usage::new(&assessor, &gaps, false);
        let assessed = elsewhere.assess(&seen, None, &assessor.rules_for(&place), &mut open);
        assert_eq!((assessed.status, assessed.disposition), (Status::Unused, Disposition::Exempt));
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
                    RemarkKind::ExemptionsOutOfDate,
                    format!(
                        "exemptions that need attention: expired (have them approved again, or remove them): `{arn}/ci/app` (owner bob, at {AS_OF}); \
                         for no role of this report: `{arn}/gone` (owner eve), `{arn}/ci/ap` (owner kim; did you mean {arn}/ci/app?)"
                    )
                ),
                (
                    RemarkKind::GapWithoutAccount,
                    format!("{gap}3 by ops team is for an account {missing}; did you mean 000000000001?")
                ),
                (
                    RemarkKind::GapNotNeeded,
                    format!("{gap}2 by ops team is not needed: the account is scanned")
                ),
                (RemarkKind::GapExpired, format!("{gap}4 by ops team expired at the end of 2025-12-31")),
            ]
        );
    }

    #[test]
    fn what_the_scan_was_not_asked_to_read_is_no_remark() {
        let far = "2030-01-01T00:00:00Z";
        let mut parameters = parameters();
        parameters.rules = vec![rule("empty", "/none/")];
        parameters.exemptions = vec![
            exemption(by_arn("arn:aws:iam::000000000001:role/there"), "ann", far),
            exemption(by_arn("arn:aws:iam::000000000002:role/gone"), "bob", far),
            exemption("AROAEXAMPLE1234567890".parse::<RoleId>().unwrap().into(), "eve", far),
        ];
        let gaps = [gap(1, far), gap(2, far), gap(3, far), gap(4, "2026-01-01T00:00:00Z")];
        let assessor = Assessor::new(&parameters);
        for (coverage, is_selection, expected) in [
            (
                Coverage::Excluded,
                false,
                &["RuleWithoutRole", "ExemptionsOutOfDate", "GapWithoutAccount", "GapNotNeeded"] as &[_],
            ),
            (Coverage::Excluded, true, &["GapNotNeeded"]),
            (Coverage::Scanned, true, &["GapNotNeeded", "GapNotNeeded", "GapNotNeeded"]),
        ] {
            let mut usage = Usage::new(&assessor, &gaps, is_selection);
            let mut elsewhere = Usage::new(&assessor, &gaps, is_selection);
            elsewhere.account(&gaps[0].account_id, coverage);
            elsewhere.account(&gaps[3].account_id, coverage);
            usage.account(&gaps[1].account_id, Coverage::Scanned);
            usage.merge(&elsewhere);
            let kinds: Vec<String> =
                usage.remarks().iter().map(|remark| format!("{:?}", remark.kind)).collect();
            assert_eq!(kinds, expected, "{coverage} {is_selection}");
        }
    }

    #[test]
    fn an_account_of_the_table_of_owners_that_the_report_lacks_is_a_remark_with_its_line() {
        let row = |number: u64, line: usize| OwnedPlace {
            place: OwnerPlace::Account(format!("{number:012}").parse().unwrap()),
            owner: "core".to_owned(),
            line,
        };
        let mut parameters = parameters();
        parameters.owners.places = vec![row(1, 2), row(2, 3), row(9, 4)];
        let told = |seen: &[u64], is_selection: bool| -> Vec<String> {
            let assessor = Assessor::new(&parameters);
            let mut all = Usage::new(&assessor, &[], is_selection);
            for number in seen {
                let mut one = Usage::new(&assessor, &[], is_selection);
                one.account(&format!("{number:012}").parse().unwrap(), Coverage::Excluded);
                all.merge(&one);
            }
            all.remarks().into_iter().map(|remark| remark.text).collect()
        };
        assert_eq!(
            told(&[1, 2, 3], false),
            ["the table of owners has the account 000000000009 in line 4, which this report does not have"]
        );
        assert_eq!(told(&[1, 2, 9], false), [""; 0]);
        assert_eq!(told(&[1], true), [""; 0], "the others may be elsewhere");
    }

    #[test]
    fn a_known_account_that_has_expired_is_a_remark() {
        let account = |expires: &str| KnownAccount {
            account_id: "333333333333".parse().unwrap(),
            name: "old payer".to_owned(),
            kind: AccountKind::Ours,
            owner: "platform\nteam".to_owned(),
            expires: expires.parse().unwrap(),
        };
        let mut parameters = parameters();
        parameters.known_accounts = vec![account("2030-01-01T00:00:00Z"), account("2026-01-01T00:00:00Z")];
        let assessor = Assessor::new(&parameters);
        let remarks = Usage::new(&assessor, &[], true).remarks();
        assert_eq!(
            remarks,
            [Remark {
                kind: RemarkKind::KnownAccountExpired,
                text: "the known account 333333333333 by platform team expired at the end of 2025-12-31"
                    .to_owned(),
            }]
        );
    }

    #[test]
    fn many_of_a_kind_are_one_remark() {
        let mut parameters = parameters();
        parameters.rules = (0..20_000).map(|number| rule(&format!("r{number}"), "/none/")).collect();
        let gaps: Vec<AcceptedGap> = (1..=4).map(|number| gap(number, "2030-01-01T00:00:00Z")).collect();
        let assessor = Assessor::new(&parameters);
        let texts: Vec<String> =
            Usage::new(&assessor, &gaps, false).remarks().into_iter().map(|remark| remark.text).collect();
        assert_eq!(
            texts,
            [
                "20,000 threshold rules applied to no role: `r0`, `r1`, `r2` and 19,997 more",
                "4 accepted gaps are for accounts that this report does not have: account 000000000001 by ops team, \
                 account 000000000002 by ops team, account 000000000003 by ops team and 1 more",
            ]
        );
    }
}
