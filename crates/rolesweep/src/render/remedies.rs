//! What to do about accounts that were not fully seen: one table from a reason to a remedy.

use std::collections::BTreeMap;

use rolesweep_model::{Account, AccountRecord, Coverage, Reason, ReasonKind, Scan};

/// A row of the table: for which reasons, and what to do.
struct Remedy {
    kind: ReasonKind,
    /// Only for this action; for any where `None`. The first row that fits counts.
    action: Option<&'static str>,
    text: &'static str,
}

/// What can be done about each kind of reason. `{action}` and `{role}` are filled in.
const REMEDIES: &[Remedy] = &[
    Remedy {
        kind: ReasonKind::Denied,
        action: Some("sts:AssumeRole"),
        text: "the role {role} is not there, or its trust policy does not let the caller in: `rolesweep setup` prints what \
               to roll out",
    },
    Remedy {
        kind: ReasonKind::Denied,
        action: None,
        text: "allow {action} in the policy of {role} (`rolesweep setup --print permission-policy`); where it does, a \
               service control policy or a permissions boundary denies it",
    },
    Remedy {
        kind: ReasonKind::Throttled,
        action: None,
        text: "AWS kept throttling: scan again, with a lower --concurrency if it happens in many accounts",
    },
    Remedy {
        kind: ReasonKind::Expired,
        action: None,
        text: "renew the caller's credentials, and resume the scan",
    },
    Remedy {
        kind: ReasonKind::Transient,
        action: None,
        text: "scan again; if it stays, look at the network or proxy between here and AWS (-vv logs every retry)",
    },
    Remedy {
        kind: ReasonKind::TimedOut,
        action: None,
        text: "scan again; if it stays, give such accounts more time (scan.account_budget in the configuration)",
    },
    Remedy {
        kind: ReasonKind::Gone,
        action: None,
        text: "it went away during the scan: scan again to see whether it came back",
    },
    Remedy {
        kind: ReasonKind::Refused,
        action: None,
        text: "AWS refused the request; its message is in manifest.json, under the account",
    },
    Remedy {
        kind: ReasonKind::Malformed,
        action: None,
        text: "the answer made no sense: scan again; if it stays, look at what stands between here and AWS, or report a defect",
    },
    Remedy {
        kind: ReasonKind::Internal,
        action: None,
        text: "this is a defect in rolesweep: please report it with the output of `-vvv`",
    },
    Remedy {
        kind: ReasonKind::Interrupted,
        action: None,
        text: "the scan was interrupted before: resume it",
    },
];

/// What to do where a call's own session was refused as expired or unknown, and so was the next one. The caller's credentials are not to
/// blame: with them the sessions were made.
const SESSION_ENDED: &str = "AWS no longer knew a session that it had just made: resume the scan; if it stays, the account may be about to be \
                             closed";

/// Accounts that share a coverage and a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// Their coverage.
    pub(crate) coverage: Coverage,
    /// The reason, in words.
    pub(crate) reason: String,
    /// What to do about it.
    pub(crate) remedy: Option<String>,
    /// The accounts, in the order of their ids, with the note of an accepted gap where there is one.
    pub(crate) accounts: Vec<(String, Option<String>)>,
}

/// Groups accounts with gaps by what is wrong with them.
#[derive(Default)]
pub(crate) struct Troubles {
    groups: BTreeMap<(Coverage, String), Trouble>,
}

impl Troubles {
    /// Takes one account in; whoever has no gap is left aside.
    pub(crate) fn add(
        &mut self,
        account: &Account,
        record: Option<&AccountRecord>,
        accepted: Option<String>,
        scan: &Scan,
    ) {
        let (coverage, reason) = match record {
            Some(record) => (record.coverage, record.reason.clone()),
            None => (Coverage::NotReached, None),
        };
        if !coverage.is_gap() {
            return;
        }
        let text = reason.as_ref().map(ToString::to_string).unwrap_or_default();
        let name = match &account.name {
            Some(name) => format!("{} ({})", account.id, crate::text::one_line(name)),
            None => account.id.to_string(),
        };
        self.groups
            .entry((coverage, text.clone()))
            .or_insert_with(|| Trouble {
                coverage,
                reason: text,
                remedy: reason.as_ref().and_then(|reason| {
                    let own = account.id == scan.caller.account_id;
                    remedy(reason, &scan.parameters.role_name, own)
                }),
                accounts: Vec::new(),
            })
            .accounts
            .push((name, accepted));
    }

    /// The groups, by coverage and then reason.
    pub(crate) fn into_groups(self) -> Vec<Trouble> {
        self.groups.into_values().collect()
    }
}

/// What to do about a reason. The caller's `own` account may have been read with the caller's credentials.
pub(crate) fn remedy(reason: &Reason, role: &str, own: bool) -> Option<String> {
    let action = reason.action.as_deref().unwrap_or("the call");
    if own && reason.kind == ReasonKind::Denied {
        return Some(format!(
            "this is the caller's own account: put the role {role} in place there too, with {action} allowed"
        ));
    }
    if reason.kind == ReasonKind::Expired && reason.action.is_some() {
        return Some(SESSION_ENDED.to_owned());
    }
    let row = REMEDIES.iter().find(|row| {
        row.kind == reason.kind && row.action.is_none_or(|action| reason.action.as_deref() == Some(action))
    })?;
    Some(row.text.replace("{action}", action).replace("{role}", role))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(kind: ReasonKind, action: &str) -> Reason {
        Reason { kind, action: Some(action.to_owned()), summary: "AccessDenied".to_owned(), detail: None }
    }

    #[test]
    fn a_missing_permission_is_named() {
        let text = remedy(&reason(ReasonKind::Denied, "iam:GetRole"), "RolesweepAudit", false).unwrap();
        assert!(text.starts_with("allow iam:GetRole in the policy of RolesweepAudit"), "{text}");
        let text = remedy(&reason(ReasonKind::Denied, "sts:AssumeRole"), "RolesweepAudit", false).unwrap();
        assert!(text.contains("trust policy"), "{text}");
        let text = remedy(&reason(ReasonKind::Denied, "iam:ListRoles"), "RolesweepAudit", true).unwrap();
        assert!(text.contains("the caller's own account: put the role RolesweepAudit in place"), "{text}");
    }

    #[test]
    fn a_callers_credentials_and_a_session_are_renewed_in_different_ways() {
        let text = remedy(&reason(ReasonKind::Expired, "iam:GetRole"), "RolesweepAudit", false).unwrap();
        assert!(text.starts_with("AWS no longer knew a session"), "{text}");
        let ran_out = Reason { action: None, ..reason(ReasonKind::Expired, "") };
        let text = remedy(&ran_out, "RolesweepAudit", false).unwrap();
        assert!(text.starts_with("renew the caller's credentials"), "{text}");
    }

    #[test]
    fn every_kind_that_makes_a_gap_has_a_remedy() {
        for kind in [
            ReasonKind::Denied,
            ReasonKind::Throttled,
            ReasonKind::Expired,
            ReasonKind::Transient,
            ReasonKind::Gone,
            ReasonKind::Refused,
            ReasonKind::Malformed,
            ReasonKind::TimedOut,
            ReasonKind::Interrupted,
            ReasonKind::Internal,
        ] {
            assert!(remedy(&reason(kind, "iam:GetRole"), "RolesweepAudit", false).is_some(), "{kind:?}");
        }
    }
}
