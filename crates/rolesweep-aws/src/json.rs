//! Checks JSON from Organizations: no object may have a key twice.
//!
//! The SDK's reader takes the last of two values of one key, so half of a list would be missing
//! silently.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Why a text is not such JSON. It says nothing of the text's content.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct JsonError(#[from] serde_json::Error);

/// Checks that a document is one whole JSON value in which no object has a key twice.
pub(crate) fn check(document: &[u8]) -> Result<(), JsonError> {
    let mut json = serde_json::Deserializer::from_slice(document);
    Value.deserialize(&mut json)?;
    Ok(json.end()?)
}

/// Any value. It is checked and not kept.
struct Value;

impl<'de> DeserializeSeed<'de> for Value {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut keys = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if !keys.insert(key) {
                return Err(A::Error::custom("an object has a key twice"));
            }
            map.next_value_seed(Self)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Self)?.is_some() {}
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_comes_twice_is_refused_wherever_it_stands() {
        for document in [
            r#"{"Accounts":[{"Id":"1"}],"Accounts":[{"Id":"2"}]}"#,
            r#"{"Accounts":[{"Id":"1","Id":"2"}]}"#,
            r#"{"a":1,"\u0061":1}"#,
        ] {
            let error = check(document.as_bytes()).unwrap_err().to_string();
            assert!(error.contains("an object has a key twice"), "{document}: {error}");
        }
        for document in ["", "{", "{} {}", "<html/>", r#"{"a":1"#] {
            assert!(check(document.as_bytes()).is_err(), "{document}");
        }
        let good = r#"{"a":[{"b":1.5,"c":null,"d":true},{"b":-1,"c":"\u00e9","d":{}}],"b":[],"A":1}"#;
        assert!(check(good.as_bytes()).is_ok());
    }
}
