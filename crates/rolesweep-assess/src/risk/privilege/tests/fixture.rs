//! Roles with documents, and what is said of them.

use std::sync::Arc;

use rolesweep_model::{Boundary, PolicyDocument, RoleDocuments, Tag};
use serde_json::{Value, json};

use crate::risk::AccountRoles;
use crate::risk::privilege::{AccountJudge, Privilege, PrivilegeJudge, PrivilegeLevel, Subject};

pub(super) const ACCOUNT: &str = "111111111111";

/// A role with its documents.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) arn: String,
    pub(super) inline: Vec<(String, Option<String>)>,
    pub(super) attached: Vec<(String, Option<String>)>,
    pub(super) boundary: Option<Option<String>>,
    pub(super) tags: Vec<(String, String)>,
    pub(super) trust: Option<String>,
    pub(super) organization: Option<String>,
}

impl Case {
    pub(super) fn new() -> Self {
        Self {
            arn: format!("arn:aws:iam::{ACCOUNT}:role/team/me"),
            inline: Vec::new(),
            attached: Vec::new(),
            boundary: None,
            tags: Vec::new(),
            trust: Some(trust(&json!({"Service": "ec2.amazonaws.com"}))),
            organization: None,
        }
    }

    pub(super) fn named(name: &str) -> Self {
        Self { arn: format!("arn:aws:iam::{ACCOUNT}:role/{name}"), ..Self::new() }
    }

    /// The same with an inline policy of these statements.
    pub(super) fn allowing(self, statements: Value) -> Self {
        self.document(&policy(&statements))
    }

    pub(super) fn document(mut self, text: &str) -> Self {
        self.inline.push((format!("p{}", self.inline.len()), Some(text.to_owned())));
        self
    }

    pub(super) fn attached(mut self, arn: &str, statements: Value) -> Self {
        self.attached.push((arn.to_owned(), Some(policy(&statements))));
        self
    }

    pub(super) fn bounded(mut self, statements: Value) -> Self {
        self.boundary = Some(Some(policy(&statements)));
        self
    }

    pub(super) fn trusting(mut self, principal: &Value) -> Self {
        self.trust = Some(trust(principal));
        self
    }

    fn with<T>(&self, run: impl FnOnce(&Subject<'_>, &RoleDocuments<'_>) -> T) -> T {
        let tags: Vec<Tag<&str>> =
            self.tags.iter().map(|(key, value)| Tag { key: key.as_str(), value: value.as_str() }).collect();
        let subject = Subject { arn: &self.arn, tags: Some(&tags) };
        fn documents(list: &[(String, Option<String>)]) -> Vec<PolicyDocument<'_>> {
            list.iter().map(|(name, text)| PolicyDocument { name, text: text.as_deref() }).collect()
        }
        let boundary = match &self.boundary {
            None => Boundary::Absent,
            Some(text) => Boundary::Policy(PolicyDocument {
                name: "arn:aws:iam::111111111111:policy/bound",
                text: text.as_deref(),
            }),
        };
        let documents = RoleDocuments {
            inline: Some(documents(&self.inline)),
            attached: Some(documents(&self.attached)),
            boundary,
        };
        run(&subject, &documents)
    }

    /// What is said of it, alone in its account.
    pub(super) fn judge(&self) -> Arc<Privilege> {
        self.among(&[])
    }

    /// What is said of it among other roles.
    pub(super) fn among(&self, others: &[Self]) -> Arc<Privilege> {
        let mut judge = PrivilegeJudge::new(self.organization.as_deref(), "test");
        self.by(&mut judge, others, true)
    }

    pub(super) fn by(&self, judge: &mut PrivilegeJudge, others: &[Self], is_whole: bool) -> Arc<Privilege> {
        let mut account = AccountRoles::new(is_whole);
        for case in others.iter().chain([self]) {
            account
                .add(case.with(|subject, documents| judge.facts(subject, documents, case.trust.as_deref())));
        }
        self.with(|subject, documents| AccountJudge::new(account).privilege(judge, subject, documents))
    }

    pub(super) fn level(&self) -> PrivilegeLevel {
        self.judge().level
    }
}

/// A policy of these statements.
pub(super) fn policy(statements: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

pub(super) fn allow(actions: impl Into<Value>, resources: impl Into<Value>) -> Value {
    json!({"Effect": "Allow", "Action": actions.into(), "Resource": resources.into()})
}

pub(super) fn deny(actions: impl Into<Value>, resources: impl Into<Value>) -> Value {
    json!({"Effect": "Deny", "Action": actions.into(), "Resource": resources.into()})
}

/// The statement with a condition.
pub(super) fn only_if(mut statement: Value, condition: Value) -> Value {
    statement["Condition"] = condition;
    statement
}

fn trust(principal: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"
    }})
    .to_string()
}

/// The codes, with the escalation paths.
pub(super) fn codes(privilege: &Privilege) -> Vec<String> {
    privilege.codes.iter().map(ToString::to_string).collect()
}
