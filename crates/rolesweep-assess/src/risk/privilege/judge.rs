//! Judges roles: by their own documents, and by the other roles of their account if those matter.

use rolesweep_model::RoleDocuments;
use std::sync::Arc;

use hashbrown::HashMap;
use rolesweep_policy::Context;

use super::ask::Policies;
use super::conclude::conclude;
use super::escalate;
use super::judged::{Judged, Open};
use super::judgement::{Assumes, Privilege};
use super::key;
use super::known_facts::{Place, of_any_role, of_role, probe};
use super::known_policies::KnownPolicies;
use super::level::PrivilegeLevel;
use super::recent::Recent;
use super::rule::Findings;
use super::subject::{Subject, attached};
use crate::risk::link::Link;
use crate::risk::roles::{AccountRoles, RoleFacts};
use crate::risk::trusts::Trusts;

/// Judges what roles may do, and remembers what it found for documents that it has seen. One for each
/// thread and run: what it remembers is bounded, and holds for one scan.
#[derive(Debug)]
pub struct PrivilegeJudge {
    /// What is known of the requests of every role.
    context: Context,
    probe: String,
    known_policies: KnownPolicies,
    judged: Recent<Vec<u8>, Arc<Judged>>,
    trusts: Recent<String, Arc<Trusts>>,
    key: Vec<u8>,
}

/// How many judgements, and how many trust policies are remembered. A judgement takes about a
/// kilobyte, and an account has at most 5,000 roles.
const REMEMBERED: usize = 4096;

/// Judges the roles of one account that depend on its other roles.
#[derive(Debug)]
pub struct AccountJudge {
    account: AccountRoles,
    /// By the address of what was judged without the other roles, which is kept so that it stays there.
    concluded: HashMap<usize, (Arc<Judged>, Arc<Privilege>)>,
}

impl PrivilegeJudge {
    /// A judge for the roles of a scan. `seed` is the scan's id: names of resources that nobody named
    /// are made of it, so that whoever writes a policy cannot make an exception for them.
    #[must_use]
    pub fn new(organization: Option<&str>, seed: &str) -> Self {
        Self {
            context: of_any_role(organization),
            probe: probe(seed),
            known_policies: KnownPolicies::new(),
            judged: Recent::new(REMEMBERED / 2),
            trusts: Recent::new(REMEMBERED / 2),
            key: Vec::new(),
        }
    }

    /// What other roles of its account ask about a role.
    #[must_use]
    pub fn facts(
        &mut self,
        subject: &Subject<'_>,
        documents: &RoleDocuments<'_>,
        trust_policy: Option<&str>,
    ) -> RoleFacts {
        let judged = self.judged(subject, documents);
        RoleFacts {
            resource: Place::of(subject.arn).resource.into(),
            trusts: self.trusts(trust_policy),
            administrator: judged.administrator,
            has_customer_policy: attached(documents).next().is_some(),
        }
    }

    /// Whether a trust policy lets roles in, which a role chain takes.
    #[must_use]
    pub fn is_assumable(&mut self, trust_policy: Option<&str>) -> bool {
        self.trusts(trust_policy).has_principals()
    }

    /// What chains of roles ask about a role that others may assume.
    #[must_use]
    pub fn link(
        &mut self,
        subject: &Subject<'_>,
        documents: &RoleDocuments<'_>,
        trust_policy: Option<&str>,
    ) -> Link {
        let judged = self.judged(subject, documents);
        let privilege = match (&judged.privilege, &judged.open) {
            (Some(privilege), _) => Arc::clone(privilege),
            (None, Some(open)) => {
                // It passes roles or changes them. Which ones depends on its account's other roles.
                let mut privilege = conclude(open.findings.clone(), open.assumes.clone());
                if !privilege.is_unknown {
                    privilege.level = privilege.level.max(PrivilegeLevel::EscalateDependent);
                }
                Arc::new(privilege)
            }
            (None, None) => Arc::new(conclude(Findings::default(), Assumes::default())),
        };
        Link::new(subject.arn, self.trusts(trust_policy), &privilege)
    }

    /// What a role may do, if its account's other roles cannot change that, which is so for most roles.
    #[must_use]
    pub fn settled(
        &mut self,
        subject: &Subject<'_>,
        documents: &RoleDocuments<'_>,
    ) -> Option<Arc<Privilege>> {
        self.judged(subject, documents).privilege.clone()
    }

    /// How many bytes of documents it remembers.
    #[must_use]
    pub fn remembered_bytes(&self) -> usize {
        self.known_policies.bytes()
    }

    fn trusts(&mut self, document: Option<&str>) -> Arc<Trusts> {
        let Some(text) = document else { return Arc::new(Trusts::of(None, &self.context)) };
        Arc::clone(self.trusts.get(text, 1, || Arc::new(Trusts::of(Some(text), &self.context))))
    }

    fn judged(&mut self, subject: &Subject<'_>, documents: &RoleDocuments<'_>) -> Arc<Judged> {
        let mut key = std::mem::take(&mut self.key);
        let about = key::write(&mut key, &mut self.known_policies, subject, documents);
        let Self { judged, known_policies, probe, context, .. } = self;
        let judged = judged.get(key.as_slice(), 1, || {
            let context = context_of(context, subject, about.is_any());
            Arc::new(Judged::new(known_policies, subject, documents, probe, context))
        });
        let judged = Arc::clone(judged);
        self.key = key;
        judged
    }
}

/// What is known of a role's requests, as far as it can matter.
fn context_of(of_any_role: &Context, subject: &Subject<'_>, is_about_role: bool) -> Context {
    if is_about_role { of_role(of_any_role.clone(), subject) } else { of_any_role.clone() }
}

impl AccountJudge {
    /// A judge for an account with these roles.
    #[must_use]
    pub fn new(account: AccountRoles) -> Self {
        Self { account, concluded: HashMap::new() }
    }

    /// What a role of the account may do. Roles with the same documents share the judgement if it is
    /// the same.
    #[must_use]
    pub fn privilege(
        &mut self,
        judge: &mut PrivilegeJudge,
        subject: &Subject<'_>,
        documents: &RoleDocuments<'_>,
    ) -> Arc<Privilege> {
        let judged = judge.judged(subject, documents);
        if let Some(privilege) = &judged.privilege {
            return Arc::clone(privilege);
        }
        let address = Arc::as_ptr(&judged) as usize;
        if let Some((_, privilege)) = self.concluded.get(&address) {
            return Arc::clone(privilege);
        }
        let Some(open) = &judged.open else {
            return Arc::new(conclude(Findings::default(), Assumes::default()));
        };
        let privilege = Arc::new(among(open, subject, documents, judge, &self.account));
        if !open.by_role {
            self.concluded.insert(address, (Arc::clone(&judged), Arc::clone(&privilege)));
        }
        privilege
    }
}

fn among(
    open: &Open,
    subject: &Subject<'_>,
    documents: &RoleDocuments<'_>,
    judge: &PrivilegeJudge,
    account: &AccountRoles,
) -> Privilege {
    let attached: Vec<&str> = attached(documents).collect();
    let place = Place::of(subject.arn).unnamed(&judge.probe);
    let context = context_of(&judge.context, subject, true);
    let policies = Policies::new(&open.set, &open.named, None, subject.arn, &attached, place, context);
    let mut more = Findings::default();
    escalate::find_among(&policies, account, &mut more);
    conclude(open.findings.clone().with(more), open.assumes.clone())
}
