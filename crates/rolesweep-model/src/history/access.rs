//! Fingerprints of what decides about the access to a role and of it, to find out later whether it
//! changed.
//!
//! IAM may answer the items of a list in another order each time. So a document is hashed by its
//! structure: the order of a list's items and of an object's members does not matter, and a list of
//! one item is that item. A policy that AWS manages is its ARN, because AWS changes its documents,
//! and nobody in the organization does.

use std::fmt;
use std::hash::Hasher as _;

use hashbrown::HashMap;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use siphasher::sip::SipHasher24;

use crate::aws_policy::is_aws_managed;
use crate::role::Role;
use crate::role_documents::{PolicyDocument, RoleDocuments};
use crate::role_facts::Boundary;

/// A part of what decides about the access to a role and of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccessPart {
    /// The trust policy.
    Trust,
    /// The inline and attached policies.
    Policies,
    /// The permissions boundary.
    Boundary,
}

impl AccessPart {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Trust, Self::Policies, Self::Boundary];

    /// What people call it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trust => "trust policy",
            Self::Policies => "policies",
            Self::Boundary => "permissions boundary",
        }
    }
}

impl fmt::Display for AccessPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How many bytes of a fingerprint are kept. Nobody who lacks the key can aim at one, and by chance
/// one change in 2^40 is not noticed.
pub(super) const PRINT_BYTES: usize = 5;

/// The fingerprints of a role's access, in the order of [`AccessPart::ALL`]; 0 stands for a part of
/// which something was not collected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccessPrints(pub(super) [u64; AccessPart::ALL.len()]);

/// How many documents are remembered.
const REMEMBERED: usize = 4096;

/// Makes fingerprints with one key. Only those of the same key can be compared.
#[derive(Debug)]
pub struct Fingerprinter {
    hasher: SipHasher24,
    /// The documents that were seen, by their texts' hash: many roles have the same ones.
    known: HashMap<u64, u64>,
}

impl Fingerprinter {
    /// Fingerprints with this key, which is secret: who knows it can look for a policy that has the
    /// fingerprint of another one.
    #[must_use]
    pub fn new(key: &[u8; 16]) -> Self {
        Self { hasher: SipHasher24::new_with_key(key), known: HashMap::new() }
    }

    /// The fingerprints of a role with these documents.
    pub fn of<S: AsRef<str>>(&mut self, role: &Role<S>, documents: &RoleDocuments<'_>) -> AccessPrints {
        let trust = role.trust_policy.as_ref().map(|text| self.document(text.as_ref()));
        let policies = documents.inline.iter().flatten().chain(documents.attached.iter().flatten());
        let policies: Option<Vec<u64>> = policies.map(|policy| self.policy(policy)).collect();
        let is_known = documents.inline.is_some() && documents.attached.is_some();
        let policies = policies.filter(|_| is_known).map(|all| combine(&self.hasher, b'p', all));
        let boundary = match &documents.boundary {
            Boundary::NotCollected => None,
            Boundary::Absent => Some(combine(&self.hasher, b'n', [])),
            Boundary::Policy(policy) => self.policy(policy),
        };
        AccessPrints([trust, policies, boundary].map(|print| print.map_or(0, short)))
    }

    /// A policy; `None` if its document was not collected.
    fn policy(&mut self, policy: &PolicyDocument<'_>) -> Option<u64> {
        if is_aws_managed(policy.name) {
            return Some(tagged(&self.hasher, b'a', policy.name.as_bytes()));
        }
        policy.text.map(|text| self.document(text))
    }

    fn document(&mut self, text: &str) -> u64 {
        let raw = tagged(&self.hasher, b't', text.as_bytes());
        if let Some(known) = self.known.get(&raw) {
            return *known;
        }
        let mut json = serde_json::Deserializer::from_str(text);
        let read = Structure(&self.hasher).deserialize(&mut json);
        // What is no JSON is its text.
        let print = read.and_then(|print| json.end().map(|()| print)).unwrap_or(raw);
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert(raw, print);
        print
    }
}

/// The bytes of a fingerprint that are kept, and never 0.
fn short(print: u64) -> u64 {
    (print & ((1 << (8 * PRINT_BYTES)) - 1)).max(1)
}

fn tagged(hasher: &SipHasher24, tag: u8, bytes: &[u8]) -> u64 {
    let mut hasher = *hasher;
    hasher.write(&[tag]);
    hasher.write(bytes);
    hasher.finish()
}

/// The hash of a set of hashes.
fn combine(hasher: &SipHasher24, tag: u8, parts: impl Into<Vec<u64>>) -> u64 {
    let mut parts = parts.into();
    parts.sort_unstable();
    parts.dedup();
    let mut hasher = *hasher;
    hasher.write(&[tag]);
    for part in parts {
        hasher.write(&part.to_le_bytes());
    }
    hasher.finish()
}

/// Hashes a JSON value by its structure.
#[derive(Clone, Copy)]
struct Structure<'h>(&'h SipHasher24);

impl<'de> DeserializeSeed<'de> for Structure<'_> {
    type Value = u64;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<u64, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Structure<'_> {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<u64, E> {
        Ok(tagged(self.0, b'0', b""))
    }

    fn visit_bool<E>(self, value: bool) -> Result<u64, E> {
        Ok(tagged(self.0, b'b', &[u8::from(value)]))
    }

    fn visit_i64<E>(self, value: i64) -> Result<u64, E> {
        Ok(tagged(self.0, b'i', &value.to_le_bytes()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<u64, E> {
        Ok(tagged(self.0, b'u', &value.to_le_bytes()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<u64, E> {
        Ok(tagged(self.0, b'f', &value.to_bits().to_le_bytes()))
    }

    fn visit_str<E>(self, value: &str) -> Result<u64, E> {
        Ok(tagged(self.0, b's', value.as_bytes()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<u64, A::Error> {
        let mut parts = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            parts.push(item);
        }
        Ok(match parts[..] {
            [one] => one,
            _ => combine(self.0, b'[', parts),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<u64, A::Error> {
        let mut parts = Vec::new();
        while let Some(name) = members.next_key_seed(self)? {
            let value: u64 = members.next_value_seed(self)?;
            let pair = [name.to_le_bytes(), value.to_le_bytes()].concat();
            parts.push(tagged(self.0, b':', &pair));
        }
        Ok(combine(self.0, b'{', parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role_facts::Evidence;

    fn role(trust: &str) -> Role {
        let mut role = Role::new(
            "arn:aws:iam::000000000123:role/app".parse().unwrap(),
            "AROAEXAMPLE0000000001".parse().unwrap(),
            "2024-01-31T08:00:00Z".parse().unwrap(),
            Evidence::AuthorizationDetails,
        );
        role.trust_policy = Some(trust.to_owned());
        role
    }

    fn prints(trust: &str, attached: Option<Vec<PolicyDocument<'_>>>, key: u8) -> AccessPrints {
        let documents = RoleDocuments { inline: Some(Vec::new()), attached, boundary: Boundary::Absent };
        Fingerprinter::new(&[key; 16]).of(&role(trust), &documents)
    }

    fn trust(text: &str) -> u64 {
        prints(text, None, 1).0[0]
    }

    #[test]
    fn the_order_of_items_and_members_does_not_matter_and_everything_else_does() {
        let one = r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":["a","b"]},"Action":"x"}]}"#;
        let same = r#"{"Statement": {"Action": ["x"], "Principal": {"AWS": ["b", "a"]}, "Effect": "Allow"}}"#;
        assert_eq!(trust(one), trust(same));
        for other in [
            r#"{"Statement":[{"Effect":"Deny","Principal":{"AWS":["a","b"]},"Action":"x"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":["a"]},"Action":"x"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":["a","x"]},"Action":"b"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":[["a","b"],"c"]},"Action":"x"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":["a","b"]},"Action":true}]}"#,
            "",
            "{",
            "{} {}",
            "{}",
            "null",
        ] {
            assert_ne!(trust(one), trust(other), "{other}");
        }
        let deep = |depth: usize| format!("{}{}", "[[],".repeat(depth), "]".repeat(depth));
        assert_ne!(trust(&deep(5000)), trust(&deep(5001)), "what is nested too deeply is its text");
    }

    #[test]
    fn policies_are_their_documents_and_those_of_aws_their_arns() {
        let policy = |name, text| PolicyDocument { name, text };
        let (own, aws) = ("arn:aws:iam::000000000123:policy/own", "arn:aws:iam::aws:policy/ReadOnlyAccess");
        let print = |policies: &[PolicyDocument<'_>]| prints("{}", Some(policies.to_vec()), 1).0[1];
        let known = print(&[policy(own, Some(r#"{"a":1}"#)), policy(aws, Some("{1}"))]);
        assert_eq!(known, print(&[policy(aws, Some("{2}")), policy(own, Some(r#"{ "a": 1 }"#))]));
        assert_eq!(known, print(&[policy(aws, None), policy(own, Some(r#"{"a":1}"#))]));
        assert_ne!(known, print(&[policy(aws, None), policy(own, Some(r#"{"a":2}"#))]));
        assert_ne!(known, print(&[policy(aws, None)]));
        assert_eq!(print(&[policy(own, None)]), 0, "its document was not collected");
        assert_eq!(prints("{}", None, 1).0[1], 0);
        assert_ne!(print(&[]), 0, "it has none");
    }

    #[test]
    fn only_prints_of_one_key_can_be_compared() {
        assert_eq!(prints("{}", Some(vec![]), 1), prints("{}", Some(vec![]), 1));
        let (one, other) = (prints("{}", Some(vec![]), 1), prints("{}", Some(vec![]), 2));
        assert!(one.0.iter().zip(other.0).all(|(one, other)| *one != other));
    }

    #[test]
    fn a_print_is_never_the_one_that_means_not_collected() {
        assert_eq!((short(0), short(1 << 40), short((1 << 40) + 7)), (1, 1, 7));
    }
}
