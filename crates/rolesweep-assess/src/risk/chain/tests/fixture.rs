//! Scans of a few roles.

use std::sync::Arc;

use rolesweep_model::{Boundary, PolicyDocument, RoleDocuments};
use serde_json::{Value, json};

use crate::risk::AccountRoles;
use crate::risk::chain::{ChainCollector, ChainMemo, Link};
use crate::risk::privilege::{AccountJudge, Privilege, PrivilegeJudge, Subject};

#[derive(Debug, Clone)]
pub(super) struct Role {
    arn: String,
    documents: Vec<String>,
    boundary: Option<String>,
    trust: String,
}

pub(super) fn role(account: u64, name: &str) -> Role {
    let trust = json!({"Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}});
    Role {
        arn: format!("arn:aws:iam::{account:012}:role/{name}"),
        documents: Vec::new(),
        boundary: None,
        trust: trust.to_string(),
    }
}

pub(super) fn judge() -> PrivilegeJudge {
    PrivilegeJudge::new(Some("o-ours"), "test")
}

impl Role {
    pub(super) fn with(mut self, document: &str) -> Self {
        self.documents.push(document.to_owned());
        self
    }

    pub(super) fn bounded(mut self, document: &str) -> Self {
        self.boundary = Some(document.to_owned());
        self
    }

    pub(super) fn trusting(self, principal: &Value) -> Self {
        self.trusting_if(principal, &json!({}))
    }

    pub(super) fn trusting_if(mut self, principal: &Value, condition: &Value) -> Self {
        let trust = json!({"Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole", "Condition": condition
        }});
        self.trust = trust.to_string();
        self
    }

    pub(super) fn name(&self) -> &str {
        self.arn.rsplit('/').next().unwrap()
    }

    fn lend<T>(&self, run: impl FnOnce(&Subject<'_>, &RoleDocuments<'_>) -> T) -> T {
        let documents = RoleDocuments {
            inline: Some(
                self.documents.iter().map(|text| PolicyDocument { name: "p", text: Some(text) }).collect(),
            ),
            attached: Some(Vec::new()),
            boundary: match &self.boundary {
                Some(text) => {
                    Boundary::Policy(PolicyDocument { name: "arn:aws:iam::1:policy/b", text: Some(text) })
                }
                None => Boundary::Absent,
            },
        };
        run(&Subject { arn: &self.arn, tags: None }, &documents)
    }

    pub(super) fn link(&self, judge: &mut PrivilegeJudge) -> Link {
        self.lend(|subject, documents| judge.link(subject, documents, Some(&self.trust)))
    }
}

/// A scan whose accounts two threads share.
pub(super) struct Scan {
    roles: [Vec<Role>; 2],
    limit: usize,
}

impl Default for Scan {
    fn default() -> Self {
        Self::with_limit(super::super::LIMIT)
    }
}

impl Scan {
    pub(super) fn with_limit(limit: usize) -> Self {
        Self { roles: [Vec::new(), Vec::new()], limit }
    }

    pub(super) fn add(&mut self, role: Role) {
        self.add_to(role, 0);
    }

    pub(super) fn add_to(&mut self, role: Role, thread: usize) {
        self.roles[thread].push(role);
    }

    pub(super) fn judge(&self, role: &Role) -> Arc<Privilege> {
        self.judge_all(&[role]).remove(0)
    }

    /// Judges several roles, one after the other.
    pub(super) fn judge_all(&self, roles: &[&Role]) -> Vec<Arc<Privilege>> {
        let mut judge = judge();
        let mut collected = ChainCollector::with_limit(self.limit);
        for thread in &self.roles {
            let mut one = ChainCollector::with_limit(self.limit);
            for role in thread {
                one.account(role.arn.split(':').nth(4).unwrap());
                if judge.is_assumable(Some(&role.trust)) {
                    one.add(role.link(&mut judge));
                }
            }
            collected.merge(one);
        }
        let chains = collected.finish();
        let mut memo = ChainMemo::default();
        let one = |role: &&Role| {
            role.lend(|subject, documents| {
                let mut account = AccountRoles::new(true);
                account.add(judge.facts(subject, documents, Some(&role.trust)));
                let privilege = AccountJudge::new(account).privilege(&mut judge, subject, documents);
                let first = chains.extend(&mut memo, &role.arn, &privilege);
                let again = chains.extend(&mut memo, &role.arn, &privilege);
                assert_eq!(first, again, "what is remembered is the same");
                first
            })
        };
        roles.iter().map(one).collect()
    }
}
