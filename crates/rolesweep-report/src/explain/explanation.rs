//! What is said of one role.

use jiff::Timestamp;
use jiff::civil::Date;
use rolesweep_assess::risk::Risk;
use rolesweep_assess::{
    AccountRules, Assessor, Exemption, Grounds, LastUseSource, Usage, Way, history_lines, status_lines,
    ways_off,
};
use rolesweep_model::{AccessPart, Boundary, Role, RoleHistory, RoleId};
use serde::Serialize;

use crate::assessed::{AssessedRole, Include, Report};
use crate::pipeline::TakesRoles;
use crate::words;

/// What is said of one role, for people and for programs.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The role's ARN.
    pub role_arn: String,
    /// Its unique id.
    pub role_id: String,
    /// Its account.
    pub account_id: String,
    /// The account's name.
    pub account_name: Option<String>,
    /// The names of the OUs above it.
    pub ou_path: Option<String>,
    /// The scan that the facts come from.
    pub scan: String,
    /// The instant of the assessment.
    pub as_of: Timestamp,
    /// The status, and the arithmetic behind it.
    pub status: StatusExplained,
    /// What the scans up to this one know of it; `None` if nothing was read.
    pub history: Option<HistoryExplained>,
    /// The disposition, and what it follows from.
    pub disposition: DispositionExplained,
    /// Who can assume it, as in the column `trust`.
    pub trust: String,
    /// What it could do and who could take it over.
    pub risk: Option<RiskExplained>,
    /// The code of the rule on its use that applies; `None` for an active or new role.
    pub rule: Option<&'static str>,
    /// Whether it is listed without `--include all`.
    pub listed: bool,
    /// What would take it off the list; if it is not on it, why, and until when.
    pub off_the_list: Vec<WayOff>,
}

/// A status, and the arithmetic behind it.
#[derive(Debug, Clone, Serialize)]
pub struct StatusExplained {
    /// The status.
    pub status: &'static str,
    /// What is known of the last use.
    pub last_use: &'static str,
    /// Where that comes from, as in the column `last_use_source`.
    pub last_use_source: Option<&'static str>,
    /// When it was created.
    pub created_at: Timestamp,
    /// How old it is.
    pub age_seconds: i64,
    /// For how long it has been idle; `None` if that is not known.
    pub idle_seconds: Option<i64>,
    /// Whether it may have been idle for longer.
    pub idle_is_minimum: Option<bool>,
    /// The threshold that applied.
    pub threshold_seconds: i64,
    /// The rule that it comes from; `default` if it is the general one.
    pub threshold_rule: String,
    /// The facts and the comparison in words.
    pub because: Vec<String>,
}

/// What the scans up to this one know of a role together.
#[derive(Debug, Clone, Serialize)]
pub struct HistoryExplained {
    /// The start of the first scan that saw it.
    pub first_seen: Timestamp,
    /// The start of the first scan since which its last use is the same.
    pub last_use_since: Timestamp,
    /// In how many scans in a row it was idle; `None` if it is not.
    pub scans_idle: Option<u64>,
    /// The start of the scan since which its trust policy is unchanged, as far as it was read.
    pub trust_policy_since: Timestamp,
    /// The same of its inline and attached policies.
    pub policies_since: Timestamp,
    /// The same of its permissions boundary.
    pub boundary_since: Timestamp,
    /// All of that in words.
    pub because: Vec<String>,
}

impl HistoryExplained {
    fn new(assessed: &AssessedRole<'_>, history: &RoleHistory<'_>) -> Self {
        Self {
            first_seen: history.first_seen(),
            last_use_since: history.last_use_since(),
            scans_idle: assessed.scans_idle(),
            trust_policy_since: history.access_since(AccessPart::Trust),
            policies_since: history.access_since(AccessPart::Policies),
            boundary_since: history.access_since(AccessPart::Boundary),
            because: history_lines(assessed.role, &assessed.assessment, history),
        }
    }
}

/// A disposition, and what it follows from.
#[derive(Debug, Clone, Serialize)]
pub struct DispositionExplained {
    /// The disposition.
    pub disposition: &'static str,
    /// Why; empty for an active or new role.
    pub reason: String,
    /// The code of the rule that protects it.
    pub protected_by: Option<&'static str>,
    /// Where AWS documents that rule.
    pub source: Option<&'static str>,
    /// The exemption that covers it and lasts longest.
    pub exemption: Option<ExemptionExplained>,
}

/// An exemption.
#[derive(Debug, Clone, Serialize)]
pub struct ExemptionExplained {
    /// Its id.
    pub id: String,
    /// Which roles it covers.
    pub names: String,
    /// Who answers for the role.
    pub owner: String,
    /// Who approved it.
    pub approved_by: String,
    /// On which day.
    pub approved_on: Date,
    /// Where that is written down.
    pub ticket: Option<String>,
    /// Why the role may stay.
    pub reason: String,
    /// When it ends.
    pub expires: Timestamp,
    /// Whether it still holds.
    pub in_force: bool,
}

/// What a role could do, who could take it over, and how bad that is.
#[derive(Debug, Clone, Serialize)]
pub struct RiskExplained {
    /// How bad it would be if somebody took the role over.
    pub severity: &'static str,
    /// What the severity is at least; less only if that is `unknown`.
    pub severity_at_least: &'static str,
    /// Whether they are one step higher because the role is in the management account.
    pub severity_is_raised: bool,
    /// How sure that is.
    pub confidence: &'static str,
    /// The most that it may do.
    pub privilege: &'static str,
    /// What is known of that for certain; less only if that is `unknown`.
    pub privilege_at_least: &'static str,
    /// The codes of the rules on what it may do.
    pub privilege_codes: Vec<String>,
    /// Why: the policies and statements.
    pub privilege_evidence: Vec<String>,
    /// Whether a permissions boundary limits it; `None` if that was not collected.
    pub has_boundary: Option<bool>,
    /// Who could take it over.
    pub trust_level: &'static str,
    /// The codes of the rules on who can assume it.
    pub trust_codes: Vec<&'static str>,
    /// Why: the principals and statements.
    pub trust_evidence: Vec<String>,
    /// The accounts outside the organization that it trusts, with what is known of each.
    pub external_accounts: Vec<String>,
}

impl RiskExplained {
    fn new(risk: &Risk, role: &Role<&str>) -> Self {
        Self {
            severity: risk.severity.as_str(),
            severity_at_least: risk.severity_at_least.as_str(),
            severity_is_raised: risk.severity_is_raised,
            confidence: risk.confidence.as_str(),
            privilege: risk.privilege.as_str(),
            privilege_at_least: risk.privilege.level.as_str(),
            privilege_codes: risk.privilege.codes.iter().map(ToString::to_string).collect(),
            privilege_evidence: risk.privilege.evidence.clone(),
            has_boundary: match role.permissions_boundary {
                Boundary::NotCollected => None,
                Boundary::Absent => Some(false),
                Boundary::Policy(_) => Some(true),
            },
            trust_level: risk.trust.as_str(),
            trust_codes: risk.trust.codes.clone(),
            trust_evidence: risk.trust.evidence.clone(),
            external_accounts: risk.trust.external_accounts.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Something that would change the disposition.
#[derive(Debug, Clone, Serialize)]
pub struct WayOff {
    /// What, in one sentence.
    pub what: String,
    /// Lines for the configuration, if there are any to paste.
    pub configuration: Option<String>,
}

/// Takes the roles of an account, and explains one.
pub(super) struct Explainer<'a> {
    report: &'a Report<'a>,
    assessor: &'a Assessor<'a>,
    rules: AccountRules,
    usage: Usage<'a>,
    wanted: RoleId,
    found: Option<Explanation>,
}

impl<'a> Explainer<'a> {
    pub(super) fn new(
        report: &'a Report<'a>,
        assessor: &'a Assessor<'a>,
        rules: AccountRules,
        wanted: RoleId,
    ) -> Self {
        let usage = Usage::new(assessor, report.gaps, report.scan.is_selection());
        Self { report, assessor, rules, usage, wanted, found: None }
    }

    pub(super) fn finish(self) -> Option<Explanation> {
        self.found
    }
}

impl<'a> TakesRoles<'a> for Explainer<'a> {
    fn usage(&mut self) -> &mut Usage<'a> {
        &mut self.usage
    }

    fn take(&mut self, role: AssessedRole<'_>) {
        if role.role.role_id.as_str() == self.wanted.as_str() {
            let grounds = Grounds::of(role.role, &role.assessment, self.assessor, &self.rules);
            self.found = Some(Explanation::new(&role, &grounds, self.report));
        }
    }
}

impl Explanation {
    fn new(assessed: &AssessedRole<'_>, grounds: &Grounds<'_>, report: &Report<'_>) -> Self {
        let AssessedRole { role, account, assessment, trust, risk, .. } = assessed;
        let as_of = report.parameters.as_of;
        let because = status_lines(role, assessed.last_use_source, assessment, grounds, report.parameters);
        let ways = ways_off(role, assessment, grounds, report.parameters);
        Self {
            role_arn: role.arn.as_str().to_owned(),
            role_id: role.role_id.as_str().to_owned(),
            account_id: account.account.id.to_string(),
            account_name: account.account.name.clone(),
            ou_path: account.ou_path.clone(),
            scan: report.scan.id.to_string(),
            as_of,
            status: StatusExplained {
                status: assessment.status.as_str(),
                last_use: words::last_use(&role.last_use),
                last_use_source: assessed.last_use_source.map(LastUseSource::as_str),
                created_at: role.created_at,
                age_seconds: assessment.age_seconds,
                idle_seconds: assessment.idle.map(|idle| idle.seconds),
                idle_is_minimum: assessment.idle.map(|idle| idle.is_minimum),
                threshold_seconds: assessment.threshold.seconds(),
                threshold_rule: assessment.threshold_rule.clone().into_owned(),
                because,
            },
            history: assessed.history.as_ref().map(|history| HistoryExplained::new(assessed, history)),
            disposition: DispositionExplained {
                disposition: assessment.disposition.as_str(),
                reason: assessment.disposition_reason.clone().into_owned(),
                protected_by: grounds.protected.map(|rule| rule.code),
                source: grounds.protected.map(|rule| rule.source),
                exemption: grounds.exemption.map(|exemption| exempted(exemption, as_of)),
            },
            trust: (*trust).to_owned(),
            risk: risk.as_ref().map(|risk| RiskExplained::new(risk, role)),
            rule: rolesweep_assess::rules::of_status(assessment.status),
            listed: Include::Flagged.shows(assessment.disposition),
            off_the_list: ways.into_iter().map(WayOff::from).collect(),
        }
    }
}

fn exempted(exemption: &Exemption, as_of: Timestamp) -> ExemptionExplained {
    ExemptionExplained {
        id: exemption.id.clone(),
        names: exemption.roles.to_string(),
        owner: exemption.owner.clone(),
        approved_by: exemption.approved_by.clone(),
        approved_on: exemption.approved_on,
        ticket: exemption.ticket.clone(),
        reason: exemption.reason.clone(),
        expires: exemption.expires,
        in_force: exemption.in_force(as_of),
    }
}

impl From<Way> for WayOff {
    fn from(way: Way) -> Self {
        Self { what: way.text, configuration: way.lines }
    }
}
