//! The findings to look at first: the worst, one line for the roles of a family that are alike.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rolesweep_assess::risk::privilege::PrivilegeLevel;
use rolesweep_assess::risk::trust::TrustLevel;
use rolesweep_assess::risk::{Risk, Severity};
use rolesweep_assess::{Disposition, family};

use crate::assessed::AssessedRole;
use crate::sink::Sink;

/// How many lines there are.
const SHOWN: usize = 10;

/// Findings of one family that have the same severity, privilege and trust, or exempt roles that have
/// all the rights there are or can gain them. Roles that differ in one of them, or in their exemption,
/// have lines of their own, so that what a line says is true of each of its roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorstFindings {
    /// The severity.
    pub severity: Severity,
    /// The family: a name with `*` for each part that differs between accounts. The path and the
    /// name if there is one role.
    pub name: String,
    /// The role id of the first role.
    pub role_id: String,
    /// The name of the first role's account, or its id if it has no name.
    pub account: String,
    /// How many roles there are.
    pub roles: u64,
    /// What each of them may do.
    pub privilege: PrivilegeLevel,
    /// Whether it may be more.
    pub privilege_is_unknown: bool,
    /// Who could take each of them over.
    pub trust: TrustLevel,
    /// Whether it may be more.
    pub trust_is_unknown: bool,
    /// The id of the exemption by which they are exempt; `None` if they are findings.
    pub exemption: Option<String>,
}

/// What the groups are ordered by, the worst first. It does not depend on how many roles they have,
/// so what is dropped is never needed again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    rank: Reverse<Rank>,
    exemption: Option<String>,
    family: String,
}

/// The severity, whether they are findings, what they may do, who could take them over, and whether
/// each of these may be more. Findings come before exempt roles of the same severity, so that no
/// exemption takes a finding off the list.
type Rank = (Severity, bool, PrivilegeLevel, TrustLevel, bool, bool);

/// A group's roles.
#[derive(Debug, Clone)]
struct Members {
    /// The path and name of the first role, its role id, and its account.
    role: String,
    role_id: String,
    account: String,
    roles: u64,
}

/// The worst findings.
#[derive(Debug, Default)]
pub(crate) struct Worst(BTreeMap<Group, Members>);

impl Sink for Worst {
    fn role(&mut self, assessed: &AssessedRole<'_>) {
        let Some(risk) = assessed.risk.as_ref().filter(|risk| is_shown(assessed, risk)) else { return };
        let is_exempt = assessed.assessment.disposition == Disposition::Exempt;
        let rank = rank(risk, !is_exempt);
        if self.is_full() && self.0.last_key_value().is_some_and(|(last, _)| last.rank < rank) {
            return;
        }
        let arn = &assessed.role.arn;
        let exemption = assessed.exemption.filter(|_| is_exempt).map(|exemption| exemption.id.clone());
        let group = Group { rank, exemption, family: family(arn.name()).into_owned() };
        let members = self.0.entry(group).or_insert_with(|| Members {
            role: format!("{}{}", arn.path().trim_start_matches('/'), arn.name()),
            role_id: assessed.role.role_id.as_str().to_owned(),
            account: match &assessed.account.account.name {
                Some(name) => name.clone(),
                None => assessed.account.account.id.to_string(),
            },
            roles: 0,
        });
        members.roles += 1;
        self.drop_least();
    }

    // Each group of an account has the account's first role, and accounts come in order.
    fn join(&mut self, next: Self) {
        for (group, members) in next.0 {
            self.0.entry(group).and_modify(|known| known.roles += members.roles).or_insert(members);
        }
        while self.0.len() > SHOWN {
            self.0.pop_last();
        }
    }
}

/// Whether a role is worth a look: a finding, or one that somebody exempted although it could do
/// everything.
fn is_shown(assessed: &AssessedRole<'_>, risk: &Risk) -> bool {
    let could_do_everything =
        || matches!(risk.privilege.level, PrivilegeLevel::Admin | PrivilegeLevel::Escalate);
    match assessed.assessment.disposition {
        Disposition::Flagged => true,
        Disposition::Exempt => could_do_everything(),
        Disposition::Protected | Disposition::Undetermined | Disposition::None => false,
    }
}

fn rank(risk: &Risk, is_finding: bool) -> Reverse<Rank> {
    let (privilege, trust) = (&risk.privilege, &risk.trust);
    Reverse((
        risk.severity,
        is_finding,
        privilege.level,
        trust.level,
        privilege.is_unknown,
        trust.is_unknown(),
    ))
}

impl Worst {
    fn is_full(&self) -> bool {
        self.0.len() >= SHOWN
    }

    fn drop_least(&mut self) {
        if self.0.len() > SHOWN {
            self.0.pop_last();
        }
    }

    /// The lines, the worst first.
    pub(crate) fn into_items(self) -> Vec<WorstFindings> {
        let line = |(Group { rank: Reverse(rank), exemption, family }, members): (Group, Members)| {
            let (severity, _, privilege, trust, privilege_is_unknown, trust_is_unknown) = rank;
            WorstFindings {
                severity,
                name: if members.roles == 1 { members.role } else { family },
                role_id: members.role_id,
                account: members.account,
                roles: members.roles,
                privilege,
                privilege_is_unknown,
                trust,
                trust_is_unknown,
                exemption,
            }
        };
        self.0.into_iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests;
