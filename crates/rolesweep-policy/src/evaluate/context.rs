//! What is known of a request beside its action and resource.

use std::collections::HashMap;

/// What is known of one condition key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Nothing: the request may lack it, or have it with any values.
    Unknown,
    /// The request has it, with values that are not known.
    Present,
    /// The request lacks it.
    Absent,
    /// The request has it with exactly these values. A key without values is absent.
    Values(Vec<String>),
}

impl Fact {
    /// A key with one value.
    #[must_use]
    pub fn value(value: impl Into<String>) -> Self {
        Self::Values(vec![value.into()])
    }
}

/// What is known of the condition keys of a request. Keys are not case-sensitive.
#[derive(Debug, Clone)]
pub struct Context {
    facts: HashMap<String, Fact>,
    otherwise: Fact,
}

impl Default for Context {
    fn default() -> Self {
        Self::unknown()
    }
}

impl Context {
    /// Nothing is known.
    #[must_use]
    pub fn unknown() -> Self {
        Self { facts: HashMap::new(), otherwise: Fact::Unknown }
    }

    /// Everything is known: the request has the keys that are added, and no other.
    #[must_use]
    pub fn complete() -> Self {
        Self { facts: HashMap::new(), otherwise: Fact::Absent }
    }

    /// The same, with a fact.
    #[must_use]
    pub fn with(mut self, key: &str, fact: Fact) -> Self {
        self.set(key, fact);
        self
    }

    /// Adds a fact, or replaces it.
    pub fn set(&mut self, key: &str, fact: Fact) {
        self.facts.insert(key.to_ascii_lowercase(), fact);
    }

    /// What is known of a key, which is in lower case.
    pub(crate) fn fact(&self, key: &str) -> &Fact {
        match self.facts.get(key).unwrap_or(&self.otherwise) {
            Fact::Values(values) if values.is_empty() => &Fact::Absent,
            fact => fact,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_no_case_and_a_key_without_values_is_absent() {
        let context = Context::unknown()
            .with("aws:PrincipalTag/Team", Fact::value("a"))
            .with("aws:TagKeys", Fact::Values(Vec::new()));
        assert_eq!(context.fact("aws:principaltag/team"), &Fact::value("a"));
        assert_eq!(context.fact("aws:tagkeys"), &Fact::Absent);
        assert_eq!(context.fact("aws:sourceip"), &Fact::Unknown);
        assert_eq!(Context::complete().fact("aws:sourceip"), &Fact::Absent);
    }
}
