//! The scan in the manifest.

use jiff::Timestamp;
use rolesweep_model::{AccountId, OrganizationId, Scan, ScanId};
use serde::Serialize;

use crate::words;

#[derive(Debug, Clone, Serialize)]
pub(crate) struct ScanEntry {
    id: ScanId,
    tool_version: String,
    source: &'static str,
    started_at: Timestamp,
    finished_at: Option<Timestamp>,
    caller: CallerEntry,
    partition: String,
    organization: Option<OrganizationEntry>,
    endpoints_overridden: Vec<String>,
    session_name: String,
    clock_difference_seconds: Option<i64>,
}

#[derive(Debug, Clone, Serialize)]
struct CallerEntry {
    arn: String,
    account_id: AccountId,
}

#[derive(Debug, Clone, Serialize)]
struct OrganizationEntry {
    id: OrganizationId,
    management_account_id: AccountId,
}

impl ScanEntry {
    pub(super) fn new(scan: &Scan) -> Self {
        Self {
            id: scan.id,
            tool_version: scan.tool_version.clone(),
            source: words::source(scan.source),
            started_at: scan.started_at,
            finished_at: scan.end.as_ref().map(|end| end.finished_at),
            caller: CallerEntry { arn: scan.caller.arn.clone(), account_id: scan.caller.account_id },
            partition: scan.caller.partition.to_string(),
            organization: scan.organization.as_ref().map(|organization| OrganizationEntry {
                id: organization.id.clone(),
                management_account_id: organization.management_account_id,
            }),
            endpoints_overridden: scan.endpoints_overridden.iter().map(|it| without_user(it)).collect(),
            session_name: scan.parameters.session_name.clone(),
            clock_difference_seconds: scan.largest_clock_difference(),
        }
    }
}

/// A text with a URL in it, without that URL's user and password.
pub(super) fn without_user(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..authority].rfind('@') {
        Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
        None => text.to_owned(),
    }
}
