//! What the values of condition keys are: IAM user guide, `reference_policies_condition-keys`.

use super::operator::Kind;

/// What the values of a condition key are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyType {
    Bool,
    Number,
    Date,
    Address,
    /// Any text, as far as is known here: whoever sends the request may choose one.
    Text,
}

/// The keys whose values are never any other text, in lower case.
const KEYS: [(&str, KeyType); 11] = [
    ("aws:currenttime", KeyType::Date),
    ("aws:epochtime", KeyType::Date),
    ("aws:multifactorauthage", KeyType::Number),
    ("aws:multifactorauthpresent", KeyType::Bool),
    ("aws:principalisawsservice", KeyType::Bool),
    ("aws:securetransport", KeyType::Bool),
    ("aws:sourceip", KeyType::Address),
    ("aws:tokenissuetime", KeyType::Date),
    ("aws:viaawsservice", KeyType::Bool),
    ("aws:vpcsourceip", KeyType::Address),
    ("s3:max-keys", KeyType::Number),
];

impl KeyType {
    /// That of a key in lower case.
    pub(crate) fn of(key: &str) -> Self {
        KEYS.iter().find(|(known, _)| *known == key).map_or(Self::Text, |(_, of)| *of)
    }

    /// Whether an operator can compare every value.
    pub(crate) const fn fits(self, kind: Kind) -> bool {
        match kind {
            Kind::Bool => matches!(self, Self::Bool),
            Kind::Number(_) => matches!(self, Self::Number),
            Kind::Date(_) => matches!(self, Self::Date),
            Kind::Address => matches!(self, Self::Address),
            Kind::Text(_) | Kind::Arn | Kind::Binary | Kind::Null => true,
        }
    }
}
