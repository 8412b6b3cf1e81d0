//! Conditions, which may contain nothing twice.
//!
//! If a key came twice, a reader that keeps the last value would lose a limit. The policy would
//! then look wider or narrower than it is.

use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The value of `Condition`: condition keys with their values, by operator.
#[derive(Debug)]
pub(crate) struct ConditionBlock(pub(crate) Map<String, Value>);

impl<'de> Deserialize<'de> for ConditionBlock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let operators: Unique<Unique<Strict>> = Unique::deserialize(deserializer)?;
        let object = |Unique(keys): Unique<Strict>| {
            Value::Object(keys.into_iter().map(|(key, Strict(value))| (key, value)).collect())
        };
        Ok(Self(operators.0.into_iter().map(|(operator, keys)| (operator, object(keys))).collect()))
    }
}

/// An object in which no two keys are the same or differ only by case, because IAM ignores case in
/// operators and condition keys (IAM user guide, `reference_policies_elements_condition`).
#[derive(Debug)]
struct Unique<T>(Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Unique<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct UniqueVisitor<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for UniqueVisitor<T> {
            type Value = Unique<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("conditions by operator and key")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut seen = HashSet::new();
                let mut entries = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    if !seen.insert(key.to_ascii_lowercase()) {
                        return Err(A::Error::custom("a condition has an operator or a key twice"));
                    }
                    entries.push((key, map.next_value()?));
                }
                Ok(Unique(entries))
            }
        }

        deserializer.deserialize_map(UniqueVisitor(std::marker::PhantomData))
    }
}

/// Any JSON value in which no object has a key twice.
#[derive(Debug)]
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct StrictVisitor;

        impl<'de> Visitor<'de> for StrictVisitor {
            type Value = Strict;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the values of a condition key")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Strict, A::Error> {
                let mut object = Map::new();
                while let Some((key, Strict(value))) = map.next_entry::<String, Strict>()? {
                    if object.insert(key, value).is_some() {
                        return Err(A::Error::custom("an object has a key twice"));
                    }
                }
                Ok(Strict(Value::Object(object)))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Strict, A::Error> {
                let mut list = Vec::new();
                while let Some(Strict(value)) = items.next_element()? {
                    list.push(value);
                }
                Ok(Strict(Value::Array(list)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Strict, E> {
                Ok(Strict(Value::String(text.to_owned())))
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Strict, E> {
                Ok(Strict(Value::Bool(value)))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Strict, E> {
                Ok(Strict(Value::Number(value.into())))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Strict, E> {
                Ok(Strict(Value::Number(value.into())))
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Strict, E> {
                Ok(Strict(Number::from_f64(value).map_or(Value::Null, Value::Number)))
            }

            fn visit_unit<E: Error>(self) -> Result<Strict, E> {
                Ok(Strict(Value::Null))
            }
        }

        deserializer.deserialize_any(StrictVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Map<String, Value>, String> {
        serde_json::from_str::<ConditionBlock>(text).map(|block| block.0).map_err(|error| error.to_string())
    }

    #[test]
    fn conditions_stand_as_they_came() {
        for text in [
            "{}",
            r#"{"Bool":{"aws:MultiFactorAuthPresent":true}}"#,
            r#"{"StringEquals":{"a":["b",1,1.5,-1,null,{"c":{}}]},"StringLike":{"a":"b"}}"#,
        ] {
            assert_eq!(Value::Object(read(text).unwrap()), serde_json::from_str::<Value>(text).unwrap());
        }
    }

    #[test]
    fn an_operator_or_a_key_that_comes_twice_is_an_error() {
        for text in [
            r#"{"StringEquals":{"a":"b"},"StringEquals":{"c":"d"}}"#,
            r#"{"StringEquals":{"a":"b"},"stringequals":{"c":"d"}}"#,
            r#"{"StringEquals":{"token:sub":"b","token:sub":"*"}}"#,
            r#"{"StringEquals":{"token:sub":"b","Token:Sub":"*"}}"#,
            r#"{"StringEquals":{"a":"b","\u0061":"c"}}"#,
            r#"{"StringEquals":{"a":{"b":1,"b":2}}}"#,
            r#"{"StringEquals":{"a":[{"b":1,"b":2}]}}"#,
        ] {
            assert!(read(text).unwrap_err().contains("twice"), "{text}");
        }
    }

    #[test]
    fn texts_that_are_not_conditions_are_errors() {
        for text in ["[]", "null", r#""x""#, r#"{"StringEquals":[]}"#, r#"{"StringEquals":"a"}"#] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
