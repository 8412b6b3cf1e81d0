//! Scripts for the calls to the fake cloud.

use std::time::Duration;

use rolesweep_model::AccountId;
use rolesweep_scan::operation::Operation;
use rolesweep_scan::ports::{CloudError, ErrorKind};

/// A call that reached the cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) operation: Operation,
    pub(crate) account: Option<AccountId>,
    /// The number of this call for this operation and account, from 1.
    pub(crate) nth: u64,
    /// The marker, the role's name or the parent's id.
    pub(crate) at: Option<String>,
    /// The number of the account's session, from 1. The caller's own is 0.
    pub(crate) session: u64,
}

/// The reaction to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reaction {
    /// It is answered from the world.
    Answer,
    /// It is answered after a while.
    Late(Duration),
    Fail(ErrorKind),
    /// It is never answered.
    Hang,
    Panic,
    /// A page that is truncated and has no marker.
    NoMarker,
    /// A page that continues at this marker, whatever follows.
    Marker(&'static str),
    /// An empty page that continues where it was requested.
    Empty,
    /// A last page that has a marker.
    LeftOver,
    /// The answer to the same question about this role or account.
    About(&'static str),
}

pub(crate) type Script = Box<dyn Fn(&Call) -> Reaction + Send + Sync>;

pub(crate) fn error(operation: Operation, kind: ErrorKind) -> CloudError {
    let code = match kind {
        ErrorKind::Throttled => Some("Throttling"),
        ErrorKind::Denied => Some("AccessDenied"),
        ErrorKind::Expired => Some("ExpiredToken"),
        _ => None,
    };
    CloudError { kind, operation, code: code.map(str::to_owned), message: "scripted".to_owned() }
}

/// The message of a scripted panic.
pub(crate) const SCRIPTED: &str = "scripted panic";

/// Hundreds of panics that are part of a test would fill its output.
pub(crate) fn quiet_scripted_panics() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if info.payload_as_str() != Some(SCRIPTED) {
                usual(info);
            }
        }));
    });
}
