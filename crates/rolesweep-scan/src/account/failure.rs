//! The reasons why an account could not be scanned, and their form in its record.

use rolesweep_model::{Coverage, Reason, ReasonKind};

use crate::contradiction::Contradiction;
use crate::error::FactSinkError;
use crate::operation::Operation;
use crate::ports::{CloudError, ErrorKind};

/// Why an account cannot be scanned, or the scan cannot continue.
#[derive(Debug)]
pub(crate) enum ScanFailure {
    /// A call failed for good.
    Call(CloudError),
    /// A list of roles contradicts itself.
    Contradiction(Operation, Contradiction),
    /// Both ways to read the roles are closed.
    BothRefused {
        /// Why GetAccountAuthorizationDetails was given up.
        details: CloudError,
        /// Why ListRoles failed.
        list: CloudError,
    },
    /// The caller's own credentials expired, so no other account can begin.
    CallerCredentials(CloudError),
    /// The sink refused the facts.
    FactSink(FactSinkError),
}

impl ScanFailure {
    pub(crate) fn fact_sink<E: std::error::Error + Send + Sync + 'static>(error: E) -> Self {
        Self::FactSink(Box::new(error))
    }

    /// The account's coverage, and its reason.
    pub(crate) fn outcome(self) -> (Coverage, Reason) {
        let coverage = |error: &CloudError| match error.kind {
            ErrorKind::Denied => Coverage::Denied,
            _ => Coverage::Failed,
        };
        match self {
            Self::Call(error) | Self::CallerCredentials(error) => (coverage(&error), reason_of(&error)),
            Self::BothRefused { details, list } => {
                let second = reason_of(&list);
                // Names both, because allowing either one is enough.
                let summary = format!("{}; {second}", details.summary());
                let reason =
                    Reason { kind: second.kind, summary, detail: second.detail, ..reason_of(&details) };
                (coverage(&list), reason)
            }
            Self::Contradiction(operation, contradiction) => {
                let reason = reason(ReasonKind::Malformed, contradiction.to_string(), None);
                (Coverage::Failed, Reason { action: Some(operation.action().to_owned()), ..reason })
            }
            Self::FactSink(error) => {
                let reason =
                    reason(ReasonKind::Internal, "the facts could not be stored", Some(error.to_string()));
                (Coverage::Failed, reason)
            }
        }
    }
}

/// A reason that does not come from a call.
pub(crate) fn reason(kind: ReasonKind, summary: impl Into<String>, detail: Option<String>) -> Reason {
    Reason { kind, action: None, summary: summary.into(), detail }
}

/// A failed call as an account's reason.
pub(crate) fn reason_of(error: &CloudError) -> Reason {
    Reason {
        kind: match error.kind {
            ErrorKind::Throttled => ReasonKind::Throttled,
            ErrorKind::Denied => ReasonKind::Denied,
            ErrorKind::Expired | ErrorKind::NoCredentials => ReasonKind::Expired,
            ErrorKind::Transient => ReasonKind::Transient,
            ErrorKind::Gone => ReasonKind::Gone,
            ErrorKind::Refused => ReasonKind::Refused,
            ErrorKind::Malformed => ReasonKind::Malformed,
            ErrorKind::Foreign => ReasonKind::Foreign,
        },
        action: Some(error.operation.action().to_owned()),
        summary: error.summary(),
        detail: (!error.message.is_empty()).then(|| error.message.clone()),
    }
}

/// The reason of an account that was not reached, or not finished, because the scan was stopped.
pub(crate) fn interrupted() -> Reason {
    reason(ReasonKind::Interrupted, "interrupted", None)
}

/// The reason of an account that was not reached because the caller's own credentials expired.
pub(crate) fn credentials_ran_out() -> Reason {
    reason(ReasonKind::Expired, "the caller's credentials expired", None)
}
