//! The names of condition operators: IAM user guide,
//! `reference_policies_elements_condition_operators`. [`Condition`](super::Condition) evaluates them.

/// How a condition compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    /// What it compares.
    pub kind: Kind,
    /// Whether a match makes it false: `StringNotEquals` and so on.
    pub negated: bool,
    /// `…IfExists`: it holds if the request lacks the key.
    pub if_exists: bool,
    /// Which of the request's values have to match.
    pub values: Values,
}

/// What an operator compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Texts: `String…`.
    Text(Text),
    /// Numbers: `Numeric…`.
    Number(Comparison),
    /// Instants: `Date…`.
    Date(Comparison),
    /// `Bool`.
    Bool,
    /// `BinaryEquals`.
    Binary,
    /// Addresses and networks: `IpAddress` and `NotIpAddress`.
    Address,
    /// ARNs part by part, with wildcards: `Arn…`.
    Arn,
    /// Whether the request lacks the key.
    Null,
}

/// How texts are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// They are the same. `*` and `?` are just characters.
    Equals,
    /// They are the same but for case.
    EqualsIgnoreCase,
    /// The policy's text is a pattern with `*` and `?`.
    Like,
}

/// How numbers and dates are compared: the request's value is this, compared with the policy's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The same.
    Equals,
    /// Less, or earlier.
    Less,
    /// Not greater.
    LessOrEqual,
    /// Greater, or later.
    Greater,
    /// Not less.
    GreaterOrEqual,
}

/// Which of the request's values have to match: `reference_policies_multi-value-conditions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// The only one.
    One,
    /// `ForAllValues:`. It holds if there are none.
    All,
    /// `ForAnyValue:`.
    Any,
}

/// Every operator, without prefix and suffix, in lower case: what it compares, and whether it is
/// negated.
const OPERATORS: [(&str, Kind, bool); 27] = [
    ("stringequals", Kind::Text(Text::Equals), false),
    ("stringnotequals", Kind::Text(Text::Equals), true),
    ("stringequalsignorecase", Kind::Text(Text::EqualsIgnoreCase), false),
    ("stringnotequalsignorecase", Kind::Text(Text::EqualsIgnoreCase), true),
    ("stringlike", Kind::Text(Text::Like), false),
    ("stringnotlike", Kind::Text(Text::Like), true),
    ("numericequals", Kind::Number(Comparison::Equals), false),
    ("numericnotequals", Kind::Number(Comparison::Equals), true),
    ("numericlessthan", Kind::Number(Comparison::Less), false),
    ("numericlessthanequals", Kind::Number(Comparison::LessOrEqual), false),
    ("numericgreaterthan", Kind::Number(Comparison::Greater), false),
    ("numericgreaterthanequals", Kind::Number(Comparison::GreaterOrEqual), false),
    ("dateequals", Kind::Date(Comparison::Equals), false),
    ("datenotequals", Kind::Date(Comparison::Equals), true),
    ("datelessthan", Kind::Date(Comparison::Less), false),
    ("datelessthanequals", Kind::Date(Comparison::LessOrEqual), false),
    ("dategreaterthan", Kind::Date(Comparison::Greater), false),
    ("dategreaterthanequals", Kind::Date(Comparison::GreaterOrEqual), false),
    ("bool", Kind::Bool, false),
    ("binaryequals", Kind::Binary, false),
    ("ipaddress", Kind::Address, false),
    ("notipaddress", Kind::Address, true),
    ("arnequals", Kind::Arn, false),
    ("arnlike", Kind::Arn, false),
    ("arnnotequals", Kind::Arn, true),
    ("arnnotlike", Kind::Arn, true),
    ("null", Kind::Null, false),
];

impl Operator {
    /// The operator of a name, if it is known. Case does not matter.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let (values, rest) = match name.split_once(':') {
            None => (Values::One, name.as_str()),
            Some(("forallvalues", rest)) => (Values::All, rest),
            Some(("foranyvalue", rest)) => (Values::Any, rest),
            Some(_) => return None,
        };
        let (base, if_exists) = match rest.strip_suffix("ifexists") {
            Some(base) => (base, true),
            None => (rest, false),
        };
        let (_, kind, negated) = *OPERATORS.iter().find(|(known, ..)| *known == base)?;
        // AWS gives no meaning to `NullIfExists`, nor to `Null` for each of several values.
        let is_alone = values == Values::One && !if_exists;
        (kind != Kind::Null || is_alone).then_some(Self { kind, negated, if_exists, values })
    }
}

impl Comparison {
    pub(crate) fn holds<T: PartialOrd>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Equals => left == right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_is_its_name_with_prefix_and_suffix() {
        let parsed = Operator::parse("ForAllValues:StringNotLikeIfExists").unwrap();
        let expected =
            Operator { kind: Kind::Text(Text::Like), negated: true, if_exists: true, values: Values::All };
        assert_eq!(parsed, expected);
        assert_eq!(Operator::parse("forallvalues:STRINGNOTLIKEIFEXISTS"), Some(expected));
        for (name, kind, negated) in OPERATORS {
            let operator = Operator::parse(name).unwrap();
            assert_eq!((operator.kind, operator.negated), (kind, negated));
        }
    }

    #[test]
    fn other_names_are_not_understood() {
        for name in [
            "",
            "StringMatches",
            "IfExists",
            "NullIfExists",
            "ForAllValues:Null",
            "ForSomeValues:StringEquals",
            "StringEquals:ForAllValues",
            "StringEqualsIfExistsIfExists",
            "BoolNot",
            "StringEquals ",
        ] {
            assert_eq!(Operator::parse(name), None, "{name}");
        }
    }
}
