//! Identifiers, each a type of its own that cannot hold a malformed value.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Why a text is not the identifier that it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not {expected}")]
pub struct IdError {
    value: String,
    expected: &'static str,
}

impl IdError {
    pub(crate) fn new(value: &str, expected: &'static str) -> Self {
        // A hostile value may be long. Its first characters are enough to recognise it.
        let mut shown: String = value.chars().take(80).collect();
        if shown.len() < value.len() {
            shown.push('…');
        }
        Self { value: shown, expected }
    }
}

/// The id of an AWS account: twelve ASCII digits, leading zeros included.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId([u8; 12]);

impl AccountId {
    const EXPECTED: &'static str = "an AWS account id (twelve digits)";

    /// The twelve digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII digits are accepted, so this is always valid UTF-8.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for AccountId {
    type Err = IdError;

    fn from_str(s: &str) -> Result<Self, IdError> {
        match <[u8; 12]>::try_from(s.as_bytes()) {
            Ok(digits) if digits.iter().all(u8::is_ascii_digit) => Ok(Self(digits)),
            _ => Err(IdError::new(s, Self::EXPECTED)),
        }
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<String> for AccountId {
    type Error = IdError;

    fn try_from(value: String) -> Result<Self, IdError> {
        value.parse()
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.as_str().to_owned()
    }
}

/// Defines a newtype around a validated string.
macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The identifier's text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(s: &str) -> Result<Self, IdError> {
                Self::try_from(s.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(value: String) -> Result<Self, IdError> {
                let valid: fn(&str) -> bool = $valid;
                if valid(&value) { Ok(Self(value)) } else { Err(IdError::new(&value, $expected)) }
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

text_id!(
    /// The id of an AWS Organization: `o-` and 10 to 32 lower-case letters and digits.
    OrganizationId,
    "an organization id (o-… with 10 to 32 lower-case letters or digits)",
    |s| s.strip_prefix("o-").is_some_and(|rest| (10..=32).contains(&rest.len()) && lower_alnum(rest))
);

text_id!(
    /// The id of a root (`r-…`) or an organizational unit (`ou-…-…`): what an account or an OU can
    /// be below.
    ParentId,
    "a root or OU id (r-… or ou-…-…)",
    |s| {
        if let Some(rest) = s.strip_prefix("r-") {
            return (4..=32).contains(&rest.len()) && lower_alnum(rest);
        }
        s.strip_prefix("ou-").and_then(|rest| rest.split_once('-')).is_some_and(|(root, unit)| {
            (4..=32).contains(&root.len())
                && (8..=32).contains(&unit.len())
                && lower_alnum(root)
                && lower_alnum(unit)
        })
    }
);

impl ParentId {
    /// Whether this is the root of an organization and not an OU.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.starts_with("r-")
    }
}

/// The unique id of an IAM role (`AROA…`). It is a role's identity: a role that is deleted and
/// created again keeps its ARN and gets a new id, and AWS never uses an id twice. `S` is the text,
/// as in [`Role`](crate::Role).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[serde(bound(
    serialize = "S: Clone, String: From<Self>",
    deserialize = "Self: TryFrom<String, Error = IdError>"
))]
pub struct RoleId<S = String>(S);

impl<S> RoleId<S> {
    /// Checks a text, and makes an id of it.
    pub(crate) fn checked(text: S) -> Result<Self, IdError>
    where
        S: AsRef<str>,
    {
        // IAM's `idType` allows 16 to 128 word characters. Some simulators of AWS do not use the
        // prefix.
        let bytes = text.as_ref().as_bytes();
        let valid = (16..=128).contains(&bytes.len())
            && bytes.iter().fold(true, |ok, b| ok & (b.is_ascii_alphanumeric() | (*b == b'_')));
        if valid {
            Ok(Self(text))
        } else {
            Err(IdError::new(text.as_ref(), "a role id (16 to 128 letters or digits, AROA… on AWS)"))
        }
    }
}

impl<S: AsRef<str>> RoleId<S> {
    /// The identifier's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }
}

impl Borrow<str> for RoleId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl FromStr for RoleId {
    type Err = IdError;

    fn from_str(s: &str) -> Result<Self, IdError> {
        Self::checked(s.to_owned())
    }
}

impl<S: AsRef<str>> fmt::Display for RoleId<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<S: fmt::Debug> fmt::Debug for RoleId<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for RoleId {
    type Error = IdError;

    fn try_from(value: String) -> Result<Self, IdError> {
        Self::checked(value)
    }
}

impl From<RoleId> for String {
    fn from(id: RoleId) -> Self {
        id.0
    }
}

fn lower_alnum(s: &str) -> bool {
    s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

/// The id of one scan: a UUID of version 7, so that scans sort by the time they began.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScanId(uuid::Uuid);

impl ScanId {
    /// A new id for a scan that begins at `now`. The part that is not time is random.
    #[must_use]
    pub fn generate(now: Timestamp) -> Self {
        let seconds = u64::try_from(now.as_second()).unwrap_or(0);
        let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
        Self(uuid::Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos)))
    }

    /// The last eight hexadecimal digits. In names of folders, they are enough to tell the scans of
    /// one day apart.
    #[must_use]
    pub fn short(&self) -> String {
        let text = self.0.simple().to_string();
        text[text.len() - 8..].to_owned()
    }
}

impl FromStr for ScanId {
    type Err = IdError;

    fn from_str(s: &str) -> Result<Self, IdError> {
        uuid::Uuid::try_parse(s).map(Self).map_err(|_| IdError::new(s, "a scan id (a UUID)"))
    }
}

impl fmt::Display for ScanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.hyphenated().to_string())
    }
}

impl fmt::Debug for ScanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.hyphenated())
    }
}

impl TryFrom<String> for ScanId {
    type Error = IdError;

    fn try_from(value: String) -> Result<Self, IdError> {
        value.parse()
    }
}

impl From<ScanId> for String {
    fn from(id: ScanId) -> Self {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_ids_keep_their_leading_zeros() {
        let id: AccountId = "000000000123".parse().unwrap();
        assert_eq!(id.to_string(), "000000000123");
        assert_eq!(String::from(id), "000000000123");
    }

    #[test]
    fn malformed_ids_are_refused() {
        for bad in ["", "12345678901", "1234567890123", "12345678901a", "１２３４５６７８９０１２"]
        {
            assert!(bad.parse::<AccountId>().is_err(), "{bad}");
        }
        for bad in ["", "o-", "o-SHOUTING00", "o-123456789", "x-abcdefghij"] {
            assert!(bad.parse::<OrganizationId>().is_err(), "{bad}");
        }
        for bad in ["", "r-", "ou-", "ou-abcd", "ou-abcd-123", "ou-abcd-1234567Z", "/Workloads"] {
            assert!(bad.parse::<ParentId>().is_err(), "{bad}");
        }
        for bad in ["", "AROA", "AROAEXAMPLE 12345678"] {
            assert!(bad.parse::<RoleId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn well_formed_ids_are_taken() {
        assert!("o-exampleorgid".parse::<OrganizationId>().is_ok());
        assert!("r-examplerootid".parse::<ParentId>().unwrap().is_root());
        assert!(!"ou-examplerootid-exampleouid".parse::<ParentId>().unwrap().is_root());
        assert!("AROADBQP57FF2AEXAMPLE".parse::<RoleId>().is_ok());
    }

    #[test]
    fn a_long_malformed_id_is_shown_by_its_beginning() {
        let error = "x".repeat(5000).parse::<AccountId>().unwrap_err();
        assert!(error.to_string().len() < 200);
    }

    #[test]
    fn scan_ids_sort_by_time_and_read_back() {
        let earlier = ScanId::generate("2026-01-01T00:00:00Z".parse().unwrap());
        let later = ScanId::generate("2026-01-01T00:00:01Z".parse().unwrap());
        assert!(earlier < later);
        assert_eq!(earlier.to_string().parse::<ScanId>().unwrap(), earlier);
        assert_eq!(earlier.short().len(), 8);
    }
}
