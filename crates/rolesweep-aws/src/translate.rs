//! AWS's answers as facts.
//!
//! A fact that AWS cannot have sent (a malformed id, a role without an ARN) makes the whole answer
//! malformed. The account then fails with a named reason, which is better than a role that is
//! silently missing.

mod document;
mod organization;
mod role;

pub(crate) use organization::{account, organization, root, unit};
pub(crate) use role::{default_version, detail, listed, policy, policy_version, single};

use aws_smithy_types::DateTime;
use jiff::Timestamp;

/// Why an answer makes no sense.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unreadable(String);

impl Unreadable {
    fn new(what: &str, why: impl std::fmt::Display) -> Self {
        Self(format!("{what}: {why}"))
    }
}

pub(crate) type Translated<T> = Result<T, Unreadable>;

/// A value that AWS promises to send.
fn required<T>(value: Option<T>, what: &str) -> Translated<T> {
    value.ok_or_else(|| Unreadable::new(what, "missing"))
}

/// The SDK's instant as ours. Both count seconds and nanoseconds from the Unix epoch.
fn timestamp(at: &DateTime, what: &str) -> Translated<Timestamp> {
    let nanos = i32::try_from(at.subsec_nanos()).unwrap_or_default();
    Timestamp::new(at.secs(), nanos).map_err(|error| Unreadable::new(what, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_keep_their_fraction_and_their_sign() {
        for (seconds, nanos, text) in [
            (1_600_000_000, 0, "2020-09-13T12:26:40Z"),
            (1_600_000_000, 123_456_000, "2020-09-13T12:26:40.123456Z"),
            (-1, 0, "1969-12-31T23:59:59Z"),
        ] {
            let at = timestamp(&DateTime::from_secs_and_nanos(seconds, nanos), "date").unwrap();
            assert_eq!(at.to_string(), text);
        }
        assert!(timestamp(&DateTime::from_secs(i64::MAX), "date").is_err());
    }
}
