//! The policies that AWS manages, in the manifest.

use std::collections::BTreeMap;

use rolesweep_model::{AwsPolicyCount, Scan};
use serde::Serialize;

#[derive(Debug, Clone, Serialize)]
pub(crate) struct AwsPoliciesEntry {
    named: u64,
    read: u64,
    calls: BTreeMap<String, u64>,
}

impl AwsPoliciesEntry {
    /// `None` if they were not collected, or the scan has no end.
    pub(super) fn new(scan: &Scan) -> Option<Self> {
        let AwsPolicyCount { named, read, calls } = scan.end.as_ref()?.aws_policies.clone()?;
        Some(Self { named, read, calls })
    }
}
