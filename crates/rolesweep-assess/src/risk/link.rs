//! What chains of roles ask about a role that others may assume.

use std::sync::Arc;

use super::Confidence;
use super::privilege::Assumable;
use super::privilege::Assumes;
use super::privilege::Privilege;
use super::privilege::PrivilegeLevel;
use super::trusts::Trusts;

/// A role that other roles may assume.
#[derive(Debug, Clone)]
pub struct Link {
    pub(super) account: Box<str>,
    pub(super) kind: LinkKind,
}

/// What is the same for the roles of one name in many accounts, as a stack set makes them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct LinkKind {
    /// Without its path. It comes first, so that kinds are in the order of names.
    pub(super) name: Box<str>,
    pub(super) partition: Box<str>,
    /// Path and name.
    pub(super) resource: Box<str>,
    pub(super) trusts: Arc<Trusts>,
    pub(super) level: PrivilegeLevel,
    pub(super) is_unknown: bool,
    pub(super) confidence: Confidence,
    pub(super) assumes: Arc<Assumes>,
}

impl Link {
    pub(super) fn new(arn: &str, trusts: Arc<Trusts>, privilege: &Privilege) -> Self {
        let mut parts = arn.splitn(6, ':').skip(1);
        let partition = parts.next().unwrap_or_default();
        let account = parts.nth(2).unwrap_or_default();
        let resource = parts.next().and_then(|rest| rest.strip_prefix("role/")).unwrap_or_default();
        Self {
            account: account.into(),
            kind: LinkKind {
                name: resource.rsplit('/').next().unwrap_or(resource).into(),
                partition: partition.into(),
                resource: resource.into(),
                trusts,
                level: privilege.level,
                is_unknown: privilege.is_unknown,
                confidence: privilege.confidence,
                assumes: Arc::new(privilege.assumes.clone()),
            },
        }
    }
}

impl LinkKind {
    /// How many bytes it takes, at most.
    pub(super) fn size(&self) -> usize {
        let Assumes { allowed, denied, .. } = &*self.assumes;
        let allowed: usize = allowed.iter().map(|one| one.pattern.len() + size_of::<Assumable>()).sum();
        let denied: usize = denied.iter().map(|pattern| pattern.len() + size_of::<Box<str>>()).sum();
        let assumes = size_of::<Assumes>() + allowed + denied;
        let texts = self.name.len() + self.partition.len() + self.resource.len();
        size_of::<Self>() + texts + assumes + self.trusts.size()
    }

    pub(super) fn arn(&self, account: u64) -> String {
        format!("arn:{}:iam::{account:012}:role/{}", self.partition, self.resource)
    }
}
