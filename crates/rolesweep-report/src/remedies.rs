//! What to do about accounts that were not fully seen, or do not let a scan in: one table from a
//! reason to a remedy.

use rolesweep_model::meaning::Meaning;
use rolesweep_model::{CollectParameters, Reason, ReasonKind, Scan};

use crate::assessed::AccountFacts;

/// What to do about answers that are not AWS's, before going on.
macro_rules! foreign {
    () => {
        "check what stands between this machine and AWS: the proxy (HTTPS_PROXY), TLS inspection, a network that asks for a sign-in, and the endpoint \
         (AWS_ENDPOINT_URL); let AWS's host names pass"
    };
}

/// A row of the table: for which reasons, and what to do.
struct Remedy {
    kind: ReasonKind,
    /// Only for this action; for any if it is `None`. The first row that matches applies.
    action: Option<&'static str>,
    text: &'static str,
}

/// What was done when the reason came up. Some remedies say how to go on with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// A scan, whose report is written.
    Scan,
    /// A check, which stores nothing.
    Check,
}

impl Activity {
    /// What the parts of remedies in braces stand for.
    fn words(self) -> [(&'static str, &'static str); 4] {
        match self {
            Self::Scan => [
                ("{again}", "scan again"),
                ("{resume}", "resume the scan"),
                ("{message}", "its message is in manifest.json, under the account"),
                (
                    "{ended}",
                    "the scan ended before this account was read: resume it as the last line says, or scan again",
                ),
            ],
            Self::Check => [
                ("{again}", "check again"),
                ("{resume}", "check again"),
                ("{message}", "check again with `-vv`, which shows its message"),
                ("{ended}", "the check ended before this account: check again"),
            ],
        }
    }
}

/// What can be done about each kind of reason. `{action}` and `{role}` are filled in, and the words
/// of the [`Activity`].
const REMEDIES: &[Remedy] = &[
    Remedy {
        kind: ReasonKind::Denied,
        action: Some("sts:AssumeRole"),
        text: "AWS does not say which of these it is, the likeliest first: the role {role} does not exist in the account; its trust policy does \
               not name the caller; its trust policy asks for {external_id}; the caller's own policies do not allow sts:AssumeRole on it; \
               `rolesweep setup` prints what to roll out",
    },
    Remedy {
        kind: ReasonKind::Denied,
        action: None,
        text: "allow {action} in the policy of {role} (`rolesweep setup --print permission-policy`); if it does, a \
               service control policy or a permissions boundary denies it",
    },
    Remedy {
        kind: ReasonKind::Throttled,
        action: None,
        text: "AWS kept throttling: {again}, with a lower --concurrency if it happens in many accounts",
    },
    Remedy { kind: ReasonKind::Expired, action: None, text: "renew the caller's credentials, and {resume}" },
    Remedy {
        kind: ReasonKind::Transient,
        action: None,
        text: "{again}; if it happens again, check the network or proxy between this machine and AWS (-vv logs every retry)",
    },
    Remedy {
        kind: ReasonKind::TimedOut,
        action: None,
        text: "{again}; if it happens again, give such accounts more time (scan.account_budget in the configuration)",
    },
    Remedy {
        kind: ReasonKind::Gone,
        action: None,
        text: "it no longer exists: {again} to see whether that is right",
    },
    Remedy {
        kind: ReasonKind::Left,
        action: None,
        text: "the account has left the organization since the scan began: scan again for a report without it",
    },
    Remedy { kind: ReasonKind::Refused, action: None, text: "AWS refused the request; {message}" },
    Remedy { kind: ReasonKind::Foreign, action: None, text: concat!(foreign!(), ", and {resume}") },
    Remedy {
        kind: ReasonKind::Malformed,
        action: None,
        text: "AWS's answer is incomplete or contradicts itself: {again}; if it happens again, check the proxy between this machine and AWS, or report it with the output of `-vvv`",
    },
    Remedy {
        kind: ReasonKind::Internal,
        action: None,
        text: "this is a defect in rolesweep: please report it with the output of `-vvv`",
    },
    Remedy { kind: ReasonKind::Interrupted, action: None, text: "{ended}" },
];

/// What to do about answers that are not AWS's, if there is nothing to go on with.
pub const FOREIGN: &str = concat!(foreign!(), ", and run again");

/// What to do if AWS refused a session of rolesweep as expired or unknown, and then also the next
/// one. The caller's credentials are not the cause, because they made these sessions.
const SESSION_ENDED: &str = "AWS no longer knew a session that it had just made: {resume}; if it happens again, the account may be about to be \
                             closed";

/// What to do about an account's coverage, if it is a gap; for the terminal and `accounts.csv`.
pub(crate) fn remedy_of(facts: &AccountFacts, scan: &Scan) -> Option<String> {
    let record = facts.record.as_ref().filter(|record| record.coverage.is_gap())?;
    let own = facts.account.id == scan.caller.account_id;
    remedy(record.reason.as_ref()?, &scan.parameters, own, Activity::Scan)
}

/// What to do about a reason. The caller's `own` account may have been read with the caller's
/// credentials. `None` if there is nothing to do, because somebody wanted it so.
#[must_use]
pub fn remedy(
    reason: &Reason,
    parameters: &CollectParameters,
    own: bool,
    activity: Activity,
) -> Option<String> {
    let role = parameters.role_name.as_str();
    let action = reason.action.as_deref().unwrap_or("the call");
    // The caller's own policies are not meant to allow the action.
    let of_caller = |meaning: &Meaning| own && meaning.is_missing_permission();
    if let Some(meaning) = Meaning::in_reason(&reason.summary).filter(|meaning| !of_caller(meaning)) {
        return Some(meaning.remedy(action, role));
    }
    if own && reason.kind == ReasonKind::Denied {
        return Some(format!(
            "this is the caller's own account: put the role {role} in place there too, with {action} allowed"
        ));
    }
    let fill = |text: &str| {
        activity.words().iter().fold(text.to_owned(), |text, (name, words)| text.replace(name, words))
    };
    if reason.kind == ReasonKind::Expired && reason.action.is_some() {
        return Some(fill(SESSION_ENDED));
    }
    let row = REMEDIES.iter().find(|row| {
        row.kind == reason.kind && row.action.is_none_or(|action| reason.action.as_deref() == Some(action))
    })?;
    let external_id = match parameters.external_id {
        true => "another external id than the one that was sent, or for none",
        false => "an external id, and none was sent (ROLESWEEP_EXTERNAL_ID)",
    };
    Some(
        fill(row.text)
            .replace("{action}", action)
            .replace("{role}", role)
            .replace("{external_id}", external_id),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(kind: ReasonKind, action: &str) -> Reason {
        Reason { kind, action: Some(action.to_owned()), summary: "AccessDenied".to_owned(), detail: None }
    }

    fn parameters() -> CollectParameters {
        CollectParameters {
            role_name: "RolesweepAudit".to_owned(),
            external_id: false,
            session_name: String::new(),
            session_seconds: 3600,
            filter: rolesweep_model::AccountFilter::default(),
            named_accounts_only: false,
            managed_policies: true,
            cross_check: false,
        }
    }

    #[test]
    fn a_refused_audit_role_has_its_possible_causes_named_with_the_likeliest_first() {
        let denied = reason(ReasonKind::Denied, "sts:AssumeRole");
        let text = remedy(&denied, &parameters(), false, Activity::Scan).unwrap();
        let order = [
            "does not exist",
            "trust policy does not name",
            "an external id, and none was sent",
            "the caller's own policies",
        ];
        let places: Vec<usize> =
            order.iter().map(|words| text.find(words).unwrap_or_else(|| panic!("{words}: {text}"))).collect();
        assert!(places.is_sorted(), "{text}");
        let sent = CollectParameters { external_id: true, ..parameters() };
        assert!(
            remedy(&denied, &sent, false, Activity::Scan)
                .unwrap()
                .contains("another external id than the one that was sent")
        );
    }

    #[test]
    fn an_error_with_one_meaning_has_its_own_remedy_in_the_callers_account_too() {
        let chained = Reason {
            summary: "ValidationError: the session is longer than the one hour that role chaining allows"
                .to_owned(),
            ..reason(ReasonKind::Refused, "sts:AssumeRole")
        };
        assert!(
            remedy(&chained, &parameters(), false, Activity::Scan)
                .unwrap()
                .contains("`--session-duration 1h`")
        );
        let both = Reason {
            summary: "AccessDenied: a service control policy denies it; iam:ListRoles: AccessDenied: a service control policy denies it".to_owned(),
            ..reason(ReasonKind::Denied, "iam:GetAccountAuthorizationDetails")
        };
        for own in [false, true] {
            assert_eq!(
                remedy(&both, &parameters(), own, Activity::Scan).unwrap(),
                "let the service control policies of the account's OUs allow iam:GetAccountAuthorizationDetails to the audit role RolesweepAudit"
            );
        }
    }

    #[test]
    fn a_missing_permission_is_named() {
        let text =
            remedy(&reason(ReasonKind::Denied, "iam:GetRole"), &parameters(), false, Activity::Scan).unwrap();
        assert!(text.starts_with("allow iam:GetRole in the policy of RolesweepAudit"), "{text}");
        let text =
            remedy(&reason(ReasonKind::Denied, "sts:AssumeRole"), &parameters(), false, Activity::Scan)
                .unwrap();
        assert!(text.contains("trust policy"), "{text}");
        let text = remedy(&reason(ReasonKind::Denied, "iam:ListRoles"), &parameters(), true, Activity::Scan)
            .unwrap();
        assert!(text.contains("the caller's own account: put the role RolesweepAudit in place"), "{text}");
    }

    #[test]
    fn a_callers_credentials_and_a_session_are_renewed_in_different_ways() {
        let text = remedy(&reason(ReasonKind::Expired, "iam:GetRole"), &parameters(), false, Activity::Scan)
            .unwrap();
        assert!(text.starts_with("AWS no longer knew a session"), "{text}");
        let ran_out = Reason { action: None, ..reason(ReasonKind::Expired, "") };
        let text = remedy(&ran_out, &parameters(), false, Activity::Scan).unwrap();
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
            ReasonKind::Left,
            ReasonKind::Refused,
            ReasonKind::Malformed,
            ReasonKind::Foreign,
            ReasonKind::TimedOut,
            ReasonKind::Interrupted,
            ReasonKind::Internal,
        ] {
            for activity in [Activity::Scan, Activity::Check] {
                let text = remedy(&reason(kind, "iam:GetRole"), &parameters(), false, activity).unwrap();
                assert!(!text.contains(['{', '}']), "{kind:?}: {text}");
            }
        }
    }

    #[test]
    fn a_check_is_repeated_and_never_resumed() {
        for row in REMEDIES.iter().filter(|row| row.kind != ReasonKind::Left) {
            let text = remedy(&reason(row.kind, ""), &parameters(), false, Activity::Check).unwrap();
            for words in ["scan again", "resume", "manifest.json"] {
                assert!(!text.contains(words), "{text}");
            }
        }
        let text = |activity| {
            let throttled = reason(ReasonKind::Throttled, "iam:GetRole");
            remedy(&throttled, &parameters(), false, activity).unwrap()
        };
        assert!(text(Activity::Scan).contains("scan again"));
        assert!(text(Activity::Check).contains("check again"));
    }
}
