//! The one serialized form of facts: a version byte, then MessagePack with named fields.
//!
//! Named fields allow additions: a newer type reads an older record if its new fields have a
//! default. The version byte changes only when that is not enough; a reader must then know both
//! versions.
//!
//! Roles have a form of their own within this one, by columns and not by roles:
//! [`encode_page`](crate::encode_page).

use std::io::ErrorKind::UnexpectedEof;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The version that [`encode`] writes, and the only one that [`decode`] reads.
pub const FORMAT_VERSION: u8 = 2;

/// Why bytes could not be read as facts.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// There are no bytes at all.
    #[error("the record is empty")]
    Empty,
    /// Another version wrote them: a newer one, because only [`FORMAT_VERSION`] was ever released.
    #[error("the record has format version {0}, and this version reads {FORMAT_VERSION}")]
    OtherVersion(u8),
    /// They are damaged, or something else.
    #[error("the record is damaged")]
    Damaged(#[from] rmp_serde::decode::Error),
    /// Something follows the record.
    #[error("the record is damaged: something follows it")]
    Trailing,
    /// A page's columns do not fit together.
    #[error("the record of a page of roles is damaged: {0}")]
    Page(&'static str),
}

/// Facts as bytes.
///
/// # Errors
/// If the value has a form that MessagePack cannot hold. No type of this crate has one.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, rmp_serde::encode::Error> {
    let mut bytes = vec![FORMAT_VERSION];
    rmp_serde::encode::write_named(&mut bytes, value)?;
    Ok(bytes)
}

/// Bytes as facts.
///
/// # Errors
/// If the bytes are damaged, or were written by another version.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    borrow(bytes)
}

/// Bytes as facts that borrow from them.
///
/// # Errors
/// As [`decode`].
pub fn borrow<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, DecodeError> {
    let (&version, rest) = bytes.split_first().ok_or(DecodeError::Empty)?;
    if version != FORMAT_VERSION {
        return Err(DecodeError::OtherVersion(version));
    }
    // From a slice and not from a reader: a reader copies every text into a buffer that the next
    // one overwrites.
    let mut deserializer = rmp_serde::Deserializer::from_read_ref(rest);
    let value = T::deserialize(&mut deserializer)?;
    match <()>::deserialize(&mut deserializer) {
        Err(rmp_serde::decode::Error::InvalidMarkerRead(error)) if error.kind() == UnexpectedEof => Ok(value),
        // More bytes, whether they are a whole value or not.
        _ => Err(DecodeError::Trailing),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = decode::<crate::Scan>(&bytes);
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
    fn other_versions_are_refused_by_name() {
        let mut bytes = encode(&vec![1, 2, 3]).unwrap();
        for version in [1, FORMAT_VERSION + 1] {
            bytes[0] = version;
            assert!(
                matches!(decode::<Vec<i32>>(&bytes), Err(DecodeError::OtherVersion(found)) if found == version)
            );
        }
    }
}
