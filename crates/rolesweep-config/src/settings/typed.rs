//! From values to the types of the fields that hold them.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use rolesweep_assess::Threshold;
use rolesweep_model::AccountId;

use crate::settings::checks::OuSelector;
use crate::settings::value::{Secret, Value};

/// A type that a setting may have.
pub(crate) trait Typed: Sized {
    /// The value, if it is of a kind that goes with the type.
    fn of(value: &Value) -> Option<Self>;

    /// What it means that nothing is set, if that may be.
    fn unset() -> Option<Self> {
        None
    }
}

impl<T: Typed> Typed for Option<T> {
    fn of(value: &Value) -> Option<Self> {
        T::of(value).map(Some)
    }

    fn unset() -> Option<Self> {
        Some(None)
    }
}

macro_rules! typed {
    ($($type:ty: $variant:ident($value:ident) => $typed:expr;)+) => {$(
        impl Typed for $type {
            fn of(value: &Value) -> Option<Self> {
                match value {
                    Value::$variant($value) => $typed,
                    _ => None,
                }
            }
        }
    )+};
}

typed! {
    String: Text(text) => Some(text.clone());
    Secret: Secret(secret) => Some(secret.clone());
    PathBuf: Path(path) => Some(path.clone());
    bool: Switch(on) => Some(*on);
    NonZeroUsize: Count(number) => usize::try_from(*number).ok().and_then(Self::new);
    u16: Count(number) => Self::try_from(*number).ok();
    u8: Count(number) => Self::try_from(*number).ok();
    f64: Rate(number) => Some(*number);
    Duration: Seconds(seconds) => u64::try_from(*seconds).ok().map(Self::from_secs);
    Threshold: Seconds(seconds) => Self::from_seconds(*seconds).ok();
    Timestamp: Instant(instant) => Some(*instant);
    Vec<OuSelector>: Ous(ous) => Some(ous.clone());
}

impl Typed for BTreeSet<AccountId> {
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Accounts(ids) => Some(ids.iter().copied().collect()),
            _ => None,
        }
    }

    /// A stronger layer's accounts file has taken the list's place.
    fn unset() -> Option<Self> {
        Some(Self::new())
    }
}
