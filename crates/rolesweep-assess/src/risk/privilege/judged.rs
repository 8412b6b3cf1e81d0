//! What is known of every role that has the same documents.

use std::sync::Arc;

use rolesweep_model::{Boundary, RoleDocuments};
use rolesweep_policy::{Context, PolicySet};

use super::ask::Policies;
use super::asked::AskedSet;
use super::conclude::{administrator, conclude};
use super::judgement::{Assumes, Privilege};
use super::key::{self, Kind};
use super::known_facts::Place;
use super::known_policies::{Content, KnownPolicies};
use super::outline::Outline;
use super::rule::Findings;
use super::subject::{Subject, attached};
use super::{
    admin_full, admin_self, assumes, boundary, change, data, data_scoped, destroy, escalate, names, none,
    read_only,
};
use crate::catalogue::ActionSet;
use crate::risk::roles::Administrator;

/// What is known of every role that has these documents, and the same ARN, account and tags if the
/// documents are about them.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) administrator: Administrator,
    /// The judgement, if no other role can change it.
    pub(super) privilege: Option<Arc<Privilege>>,
    pub(super) open: Option<Open>,
}

/// What is needed to ask again with the other roles of an account.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) set: PolicySet,
    pub(super) named: AskedSet,
    /// Whether it depends on which role asks.
    pub(super) by_role: bool,
    pub(super) findings: Findings,
    pub(super) assumes: Assumes,
}

/// A role's documents, ready to ask.
#[derive(Default)]
struct Sets {
    all: PolicySet,
    /// The same without the boundary, if there is one.
    unbounded: PolicySet,
    boundary: Option<(PolicySet, Arc<Outline>)>,
    outlines: Vec<Arc<Outline>>,
}

impl Sets {
    fn of(known_policies: &mut KnownPolicies, documents: &RoleDocuments<'_>) -> Self {
        let mut sets = Self::default();
        key::each(known_policies, documents, true, |kind, name, known| {
            let Content { compiled: policy, outline } = known.content();
            let name = match kind {
                Kind::Inline => names::inline(name),
                Kind::Managed => names::managed(name),
                Kind::NotCollected => name.to_owned(),
                Kind::Boundary => {
                    let name: Arc<str> = names::boundary(name).into();
                    let alone = PolicySet::new().with(Arc::clone(&name), Arc::clone(&policy));
                    sets.boundary = Some((alone, outline));
                    // The boundary comes last.
                    sets.unbounded = sets.all.clone();
                    sets.all = std::mem::take(&mut sets.all).bounded_by(name, policy);
                    return;
                }
            };
            sets.all = std::mem::take(&mut sets.all).with(name, policy);
            sets.outlines.push(outline);
        });
        sets
    }
}

/// What rules find that ask about no other role, and whether some rule has to ask about others, and
/// about which role asks.
fn find(
    policies: &Policies<'_>,
    named: &ActionSet,
    seen: &[&Outline],
    bound: Option<&Outline>,
) -> (Findings, (bool, bool)) {
    let mut findings = Findings::default();
    admin_full::find(policies, seen, &mut findings);
    if findings.is_administrator_for_sure() {
        return (findings, (false, false));
    }
    admin_self::find(policies, &mut findings);
    escalate::find(policies, &mut findings);
    data::find(policies, &mut findings);
    destroy::find(policies, &mut findings);
    data_scoped::find(policies, &mut findings);
    change::find(policies, named, seen, bound, &mut findings);
    if findings.found.is_empty() {
        read_only::find(policies, named, seen, bound, &mut findings);
    }
    if findings.found.is_empty() {
        findings.found.push(none::finding(seen, bound.is_some()));
    }
    let asks = escalate::asks_account(policies);
    (findings, asks)
}

impl Judged {
    pub(super) fn new(
        known_policies: &mut KnownPolicies,
        subject: &Subject<'_>,
        documents: &RoleDocuments<'_>,
        probe: &str,
        context: Context,
    ) -> Self {
        let Sets { all, unbounded, boundary, outlines } = Sets::of(known_policies, documents);
        let mut named = ActionSet::new();
        outlines.iter().for_each(|outline| named.union(&outline.named));
        let asked = AskedSet::of(&named);
        let attached: Vec<&str> = attached(documents).collect();
        let seen: Vec<&Outline> = outlines.iter().map(AsRef::as_ref).collect();
        let bound = boundary.as_ref().map(|(_, outline)| outline.as_ref());
        let policies = Policies::new(
            &all,
            &asked,
            boundary.as_ref().map(|(boundary, _)| boundary),
            subject.arn,
            &attached,
            Place::of(subject.arn).unnamed(probe),
            context,
        );
        let (mut findings, asks) = find(&policies, &named, &seen, bound);
        if let (Boundary::Policy(one), Some(bound)) = (&documents.boundary, bound) {
            let unbounded = Policies::new(
                &unbounded,
                &asked,
                None,
                subject.arn,
                &attached,
                policies.place,
                policies.context.clone(),
            );
            // With the same words where they tell of a boundary, so that what differs is what it does.
            let without = find(&unbounded, &named, &seen, Some(bound));
            findings.boundary =
                boundary::evidence(one.name, bound, (&findings, asks.0), (&without.0, without.1.0));
        }
        let assumes = assumes::find(&policies);
        let administrator = administrator(&findings);
        drop(policies);
        documents.inline.iter().flatten().for_each(|one| known_policies.drop_compiled(one));
        let (asks_account, by_role) = asks;
        if asks_account {
            let open = Open { set: all, named: asked, by_role, findings, assumes };
            return Self { administrator, privilege: None, open: Some(open) };
        }
        Self { administrator, privilege: Some(Arc::new(conclude(findings, assumes))), open: None }
    }
}
