//! The one serialized form of facts: a version byte, then MessagePack with named fields.
//!
//! Named fields make the form additive: an older record reads into a newer type whose new fields have a default. The version
//! byte changes only when that is not enough, and whoever reads must then know both.

use std::io::ErrorKind::UnexpectedEof;

use serde::de::DeserializeOwned;
use serde::{Deserialize as _, Serialize};

/// The version that [`encode`] writes, and the newest that [`decode`] reads.
pub const FORMAT_VERSION: u8 = 1;

/// Why bytes could not be read as facts.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// There are no bytes at all.
    #[error("the record is empty")]
    Empty,
    /// They were written by a newer version.
    #[error("the record has format version {0}, and this version reads up to {FORMAT_VERSION}")]
    NewerVersion(u8),
    /// They are damaged, or something else.
    #[error("the record is damaged")]
    Damaged(#[from] rmp_serde::decode::Error),
    /// Something follows the record.
    #[error("the record is damaged: something follows it")]
    Trailing,
}

/// Facts as bytes.
///
/// # Errors
/// When the value has a form that MessagePack cannot hold; no type of this crate has.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, rmp_serde::encode::Error> {
    let mut bytes = vec![FORMAT_VERSION];
    rmp_serde::encode::write_named(&mut bytes, value)?;
    Ok(bytes)
}

/// Bytes as facts.
///
/// # Errors
/// When the bytes are damaged, or were written by a newer version.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    let (&version, rest) = bytes.split_first().ok_or(DecodeError::Empty)?;
    if version != FORMAT_VERSION {
        return Err(DecodeError::NewerVersion(version));
    }
    // From a slice and not from a reader, which would copy every text to where the next one overwrites it.
    let mut deserializer = rmp_serde::Deserializer::from_read_ref(rest);
    let value = T::deserialize(&mut deserializer)?;
    match <()>::deserialize(&mut deserializer) {
        Err(rmp_serde::decode::Error::InvalidMarkerRead(error)) if error.kind() == UnexpectedEof => Ok(value),
        // Something that begins a value, whole or not.
        _ => Err(DecodeError::Trailing),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Boundary, Evidence, LastUse, Role, Tag};

    fn role(last_use: LastUse, tag: String, boundary: Boundary) -> Role {
        Role {
            arn: "arn:aws:iam::000000000123:role/ci/=deploy".parse().unwrap(),
            role_id: "AROADBQP57FF2AEXAMPLE".parse().unwrap(),
            created_at: "2020-02-29T23:59:59Z".parse().unwrap(),
            last_use,
            evidence: Evidence::AuthorizationDetails,
            trust_policy: Some("{}".to_owned()),
            attached_policies: Some(vec![]),
            inline_policy_names: None,
            permissions_boundary: boundary,
            tags: Some(vec![Tag { key: "owner".to_owned(), value: tag }]),
            instance_profiles: None,
            description: None,
            max_session_seconds: Some(3600),
        }
    }

    proptest! {
        #[test]
        fn facts_survive_a_round_trip(tag in ".*", used in proptest::option::of((0i64..4_000_000_000, ".{0,20}"))) {
            let last_use = match used {
                Some((second, region)) => LastUse::Used {
                    at: jiff::Timestamp::from_second(second).unwrap(),
                    region: Some(region),
                },
                None => LastUse::NoneRecorded,
            };
            let facts = vec![role(last_use, tag, Boundary::Absent), role(LastUse::NotCollected, String::new(), Boundary::NotCollected)];
            prop_assert_eq!(decode::<Vec<Role>>(&encode(&facts).unwrap()).unwrap(), facts);
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = decode::<Vec<Role>>(&bytes);
        }
    }

    #[test]
    fn whatever_follows_a_record_is_noticed() {
        let good = encode(&vec![1, 2, 3]).unwrap();
        assert_eq!(decode::<Vec<i32>>(&good).unwrap(), [1, 2, 3]);
        for byte in 0..=u8::MAX {
            for more in [vec![byte], vec![byte, byte], vec![byte; 300]] {
                let long = [good.as_slice(), &more].concat();
                assert!(matches!(decode::<Vec<i32>>(&long), Err(DecodeError::Trailing)), "{byte:#x}");
            }
        }
    }

    #[test]
    fn a_newer_version_is_refused_by_name() {
        let mut bytes = encode(&vec![1, 2, 3]).unwrap();
        bytes[0] = FORMAT_VERSION + 1;
        assert!(matches!(decode::<Vec<i32>>(&bytes), Err(DecodeError::NewerVersion(2))));
    }
}
