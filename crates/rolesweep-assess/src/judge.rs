//! From a role's facts to its assessment.

use std::borrow::Cow;

use hashbrown::HashMap;
use jiff::Timestamp;
use rolesweep_model::{AccessPart, AccountId, LastUse, Role, RoleHistory};
use serde::Serialize;

use crate::disposition::Disposition;
use crate::disposition_reason as reason;
use crate::ownership::Owners;
use crate::parameters::Parameters;
use crate::place::Place;
use crate::protected::protection;
use crate::risk::trust::TrustLevel;
use crate::status::{Idle, Status};
use crate::threshold::Threshold;
use crate::threshold_rule::ThresholdRule;
use crate::time::{DAY, seconds_between};

/// What a report says of a role in addition to its facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assessment {
    /// What its last use means.
    pub status: Status,
    /// What follows from that.
    pub disposition: Disposition,
    /// Why, in one short line; empty if the disposition is `none`.
    pub disposition_reason: Cow<'static, str>,
    /// How long it has been idle; `None` if its last use was not collected.
    pub idle: Option<Idle>,
    /// How old it is, in whole seconds, rounded down; 0 if it was created after `as_of`.
    pub age_seconds: i64,
    /// The threshold that applied. Roles without recorded use have one, and all others have the one
    /// for used roles.
    pub threshold: Threshold,
    /// The name of the rule that set this threshold; [`Assessment::DEFAULT_RULE`] if it is the
    /// general one.
    pub threshold_rule: Cow<'static, str>,
    /// The index in [`Parameters::exemptions`] of the one that covers it. Of several, the one that
    /// lasts longest. It need not be in force, and the role need not be idle.
    pub exemption: Option<usize>,
}

impl Assessment {
    /// The rule's name in reports if the general threshold applied.
    pub const DEFAULT_RULE: &'static str = "default";

    /// How old the role is in days, rounded down.
    #[must_use]
    pub fn age_days(&self) -> i64 {
        self.age_seconds / DAY
    }

    /// Orders roles by how long they have been idle, the longest idle with the greatest value;
    /// `None` for a role whose last use was not collected.
    ///
    /// A role without a recorded use that is older than AWS's record may have been idle for its
    /// whole life. It ranks above all used roles, and an older one above a younger one. The idle
    /// time alone does not tell these apart, because it ends at the tracking window.
    #[must_use]
    pub fn idle_rank(&self) -> Option<(bool, i64, bool, i64)> {
        let none_recorded = matches!(self.status, Status::Unused | Status::New);
        self.idle.map(|idle| (idle.is_minimum, idle.seconds, none_recorded, self.age_seconds))
    }

    /// Whether the role is a finding.
    #[must_use]
    pub fn is_finding(&self) -> bool {
        self.disposition == Disposition::Flagged
    }
}

/// The rules and exemptions that can decide about the roles of an account.
#[derive(Debug)]
pub struct AccountRules {
    /// The indexes of the rules in [`Parameters::rules`], in order.
    rules: Vec<usize>,
    /// The indexes in [`Parameters::exemptions`] of those that are not found by an id or an ARN.
    exemptions: Vec<usize>,
}

/// Assesses many roles with the same parameters. It finds exemptions of one role by a map and not by
/// a search.
#[derive(Debug)]
pub struct Assessor<'a> {
    parameters: &'a Parameters,
    /// The indexes of the exemptions that are found by a role id or an ARN.
    exemptions: HashMap<&'a str, Vec<usize>>,
    /// The indexes of the others.
    searched: Vec<usize>,
    /// The indexes of the exemptions that name an ARN, by its account.
    arns_in: HashMap<AccountId, Vec<usize>>,
    /// The indexes of the exemptions that name accounts, by account.
    naming: HashMap<AccountId, Vec<usize>>,
    owners: Owners<'a>,
}

impl<'a> Assessor<'a> {
    /// An assessor for these parameters.
    #[must_use]
    pub fn new(parameters: &'a Parameters) -> Self {
        let (mut exemptions, mut searched) = (HashMap::<&str, Vec<usize>>::new(), Vec::new());
        let (mut arns_in, mut naming) =
            (HashMap::<AccountId, Vec<usize>>::new(), HashMap::<AccountId, Vec<usize>>::new());
        for (at, exemption) in parameters.exemptions.iter().enumerate() {
            let roles = &exemption.roles;
            match roles.key() {
                Some(key) => exemptions.entry(key).or_default().push(at),
                None => searched.push(at),
            }
            if let Some(arn) = &roles.role_arn {
                arns_in.entry(arn.account_id()).or_default().push(at);
            }
            for account in &roles.accounts {
                naming.entry(*account).or_default().push(at);
            }
        }
        let owners = Owners::new(&parameters.owners);
        Self { parameters, exemptions, searched, arns_in, naming, owners }
    }

    /// The parameters that it assesses against.
    #[must_use]
    pub fn parameters(&self) -> &'a Parameters {
        self.parameters
    }

    /// Finds the owners of roles. They do not matter to the assessment.
    #[must_use]
    pub fn owners(&self) -> &Owners<'a> {
        &self.owners
    }

    /// The indexes of the exemptions whose ARN is of this account.
    pub(crate) fn exemptions_in(&self, account: &AccountId) -> &[usize] {
        self.arns_in.get(account).map_or(&[], Vec::as_slice)
    }

    /// The indexes of the exemptions that name this account as such.
    pub(crate) fn exemptions_naming(&self, account: &AccountId) -> &[usize] {
        self.naming.get(account).map_or(&[], Vec::as_slice)
    }

    /// The rules and exemptions that can decide about roles in a place.
    #[must_use]
    pub fn rules_for(&self, place: &Place<'_>) -> AccountRules {
        let Parameters { rules, exemptions, .. } = self.parameters;
        let searched = self.searched.iter().copied();
        AccountRules {
            rules: (0..rules.len()).filter(|&at| rules[at].reaches(place)).collect(),
            exemptions: searched.filter(|&at| exemptions[at].roles.reaches(place)).collect(),
        }
    }

    /// The index in [`Parameters::rules`] of the rule that decides about a role: the first that
    /// matches.
    pub(crate) fn rule_for<S: AsRef<str>>(&self, role: &Role<S>, rules: &AccountRules) -> Option<usize> {
        rules.rules.iter().copied().find(|&at| self.parameters.rules[at].takes(role))
    }

    /// The indexes in [`Parameters::exemptions`] of those for this role, in force or not, and
    /// whatever the day of their approval. `widest` gives the widest trust level that its policy may have.
    pub(crate) fn exemptions_for<S: AsRef<str>>(
        &self,
        role: &Role<S>,
        rules: &AccountRules,
        widest: &mut dyn FnMut() -> TrustLevel,
    ) -> impl Iterator<Item = usize> {
        let by = |text: &str| self.exemptions.get(text).into_iter().flatten().copied();
        let named = by(role.role_id.as_str()).chain(by(role.arn.as_str()));
        named
            .chain(rules.exemptions.iter().copied())
            .filter(move |&at| self.parameters.exemptions[at].roles.takes(role, widest))
    }

    /// Whether a role would be a finding: what [`Usage::assess`](crate::Usage::assess) says, without
    /// the reasons. The role has the last use that is known of it. `widest` gives the widest trust
    /// level that its policy may have. It is called only if an exemption depends on that.
    pub fn flags<S: AsRef<str>>(
        &self,
        role: &Role<S>,
        history: Option<&RoleHistory<'_>>,
        rules: &AccountRules,
        widest: &mut dyn FnMut() -> TrustLevel,
    ) -> bool {
        let parameters = self.parameters;
        let rule = self.rule_for(role, rules).and_then(|at| parameters.rules.get(at));
        let (threshold, _) = general_or_set(role, parameters, rule);
        let age = seconds_between(role.created_at, parameters.as_of);
        let (status, _) = Status::of(role, age, threshold, parameters.as_of);
        if !matches!(status, Status::Inactive | Status::Unused)
            || protection(&role.arn, parameters.audit_role.as_deref()).is_some()
        {
            return false;
        }
        // The one that lasts longest counts, so any that is in force is enough.
        let exempts = |at: usize| {
            let exemption = &parameters.exemptions[at];
            let has_changed = || {
                let changes = history.and_then(|history| history.changes_after(exemption.approved_from()));
                changes.is_some_and(|(_, parts)| !parts.is_empty())
            };
            exemption.in_force(parameters.as_of)
                && exemption.was_approved_after(role.created_at)
                && !has_changed()
        };
        !self.exemptions_for(role, rules, widest).any(exempts)
    }
}

/// What exemptions say of a role.
#[derive(Debug, Clone, Default)]
pub(crate) struct Exempted {
    /// The index of the one that covers it and lasts longest, in force or not.
    pub(crate) by: Option<usize>,
    /// The index of the first that was approved before the role was created, and so does not cover
    /// it.
    pub(crate) too_early: Option<usize>,
    /// The first that does not cover it any more, because its access changed.
    pub(crate) changed: Option<ChangedSince>,
}

/// What changed of a role's access after an exemption was approved.
#[derive(Debug, Clone)]
pub(crate) struct ChangedSince {
    /// The index of the exemption.
    pub(crate) exemption: usize,
    /// The start of the scan that the access is compared with.
    pub(crate) scan: Timestamp,
    pub(crate) parts: Vec<AccessPart>,
}

/// The assessment, given the rule that decides about the role, and its exemptions.
pub(crate) fn judge<S: AsRef<str>>(
    role: &Role<S>,
    parameters: &Parameters,
    rule: Option<usize>,
    exempted: &Exempted,
) -> Assessment {
    let age = seconds_between(role.created_at, parameters.as_of);
    let (threshold, threshold_rule) = threshold(role, parameters, rule);
    let (status, idle) = Status::of(role, age, threshold, parameters.as_of);
    let (disposition, disposition_reason) = if let Some(rule) =
        protection(&role.arn, parameters.audit_role.as_deref())
    {
        (Disposition::Protected, Cow::Borrowed(rule.reason))
    } else {
        match status {
            Status::Active | Status::New => (Disposition::None, Cow::Borrowed("")),
            Status::Unknown => (Disposition::Undetermined, Cow::Borrowed(reason::UNDETERMINED)),
            Status::Inactive | Status::Unused => {
                let written = |at: Option<usize>| at.and_then(|at| parameters.exemptions.get(at));
                match written(exempted.by) {
                    Some(exemption) if exemption.in_force(parameters.as_of) => {
                        (Disposition::Exempt, reason::exempt(exemption).into())
                    }
                    ended => {
                        let idle = idle.map_or(0, |idle| idle.seconds);
                        let mut why = match status {
                            Status::Unused => reason::unused(age, threshold),
                            _ => reason::inactive(idle, threshold),
                        };
                        if let Some(ended) = ended {
                            why.push_str(&reason::exemption_ended(ended));
                        } else if let Some((changed, exemption)) = exempted
                            .changed
                            .as_ref()
                            .and_then(|changed| Some((changed, written(Some(changed.exemption))?)))
                        {
                            why.push_str(&reason::access_changed(exemption, changed.scan, &changed.parts));
                        } else if let Some(early) = written(exempted.too_early) {
                            why.push_str(&reason::exemption_too_early(early));
                        }
                        (Disposition::Flagged, why.into())
                    }
                }
            }
        }
    };
    Assessment {
        status,
        disposition,
        disposition_reason,
        idle,
        age_seconds: age,
        threshold,
        threshold_rule,
        exemption: exempted.by,
    }
}

/// The threshold that applies to a role, and the name of the rule that set it.
fn threshold<S>(
    role: &Role<S>,
    parameters: &Parameters,
    rule: Option<usize>,
) -> (Threshold, Cow<'static, str>) {
    let rule = rule.and_then(|at| parameters.rules.get(at));
    match general_or_set(role, parameters, rule) {
        (threshold, Some(rule)) => (threshold, rule.name.clone().into()),
        (general, None) => (general, Cow::Borrowed(Assessment::DEFAULT_RULE)),
    }
}

/// The threshold that applies to a role, and the rule if it set it.
fn general_or_set<'r, S>(
    role: &Role<S>,
    parameters: &Parameters,
    rule: Option<&'r ThresholdRule>,
) -> (Threshold, Option<&'r ThresholdRule>) {
    let (set, general) = match role.last_use {
        LastUse::NoneRecorded => (rule.and_then(|rule| rule.unused_after), parameters.unused_after),
        LastUse::Used { .. } | LastUse::NotCollected => {
            (rule.and_then(|rule| rule.inactive_after), parameters.inactive_after)
        }
    };
    set.map_or((general, None), |threshold| (threshold, rule))
}
