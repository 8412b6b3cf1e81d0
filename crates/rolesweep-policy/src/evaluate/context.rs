//! What is known of a request beside its action and resource.

use std::sync::Arc;

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
///
/// Contexts that were made of the same one share its facts, so that a copy costs nothing.
#[derive(Debug, Clone)]
pub struct Context {
    last: Option<Arc<Added>>,
    otherwise: Fact,
}

/// A fact, and those that were added before it. A later fact replaces an earlier one of the same key.
#[derive(Debug)]
struct Added {
    key: String,
    fact: Fact,
    before: Option<Arc<Self>>,
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
        Self { last: None, otherwise: Fact::Unknown }
    }

    /// Everything is known: the request has the keys that are added, and no other.
    #[must_use]
    pub fn complete() -> Self {
        Self { last: None, otherwise: Fact::Absent }
    }

    /// The same, with a fact.
    #[must_use]
    pub fn with(mut self, key: &str, fact: Fact) -> Self {
        self.set(key, fact);
        self
    }

    /// Adds a fact, or replaces it.
    pub fn set(&mut self, key: &str, fact: Fact) {
        let before = self.last.take();
        self.last = Some(Arc::new(Added { key: key.to_ascii_lowercase(), fact, before }));
    }

    /// What is known of a key, which is in lower case.
    pub(crate) fn fact(&self, key: &str) -> &Fact {
        let mut added = std::iter::successors(self.last.as_deref(), |added| added.before.as_deref());
        match added.find(|added| added.key == key).map_or(&self.otherwise, |added| &added.fact) {
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

    #[test]
    fn a_copy_shares_its_facts_and_a_later_fact_replaces_an_earlier_one() {
        let common = Context::unknown().with("aws:PrincipalOrgID", Fact::value("o-ours"));
        let other = common.clone().with("aws:PrincipalOrgId", Fact::Absent);
        assert_eq!(common.fact("aws:principalorgid"), &Fact::value("o-ours"));
        assert_eq!(other.fact("aws:principalorgid"), &Fact::Absent);
    }
}
