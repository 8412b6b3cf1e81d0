//! The values that a condition compares with.

use serde_json::Value;

use super::address::Network;
use super::arn::{ArnPattern, Place};
use super::context::Context;
use super::date::date;
use super::holds::Holds;
use super::key_type::KeyType;
use super::operator::{Comparison, Kind, Text};
use super::resource::Resource;
use super::variable::{Resolved, Template};
use crate::document::Version;
use crate::pattern::{Pattern, Token};

/// One value of a condition in a policy, ready to compare.
#[derive(Debug, PartialEq)]
pub(crate) enum Operand {
    Text {
        text: Writing,
        ignore_case: bool,
    },
    Number(Comparison, f64),
    Date(Comparison, jiff::Timestamp),
    Bool(bool),
    /// In Base64.
    Binary(String),
    Address(Network),
    Arn(ArnPattern),
    /// It is not what the operator compares with.
    Unclear,
}

/// A text to compare with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Writing {
    Fixed(Pattern),
    Variable(Template),
}

impl Operand {
    /// The value of an operator in a document.
    pub(crate) fn new(kind: Kind, value: &Value, version: Version) -> Self {
        let text = match value {
            Value::String(text) => text.clone(),
            // Nobody says how AWS writes another number, such as `1e3`, as a text.
            Value::Number(number) if number.is_f64() && !matches!(kind, Kind::Number(_)) => {
                return Self::Unclear;
            }
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return Self::Unclear,
        };
        let operand = match kind {
            Kind::Text(how) => Writing::new(&text, how, version)
                .map(|text| Self::Text { text, ignore_case: how == Text::EqualsIgnoreCase }),
            Kind::Number(comparison) => number(&text).map(|number| Self::Number(comparison, number)),
            Kind::Date(comparison) => date(&text).map(|date| Self::Date(comparison, date)),
            Kind::Bool | Kind::Null => bool(&text).map(Self::Bool),
            Kind::Binary => Some(Self::Binary(text)),
            Kind::Address => Network::parse(&text).map(Self::Address),
            Kind::Arn => Some(Self::Arn(ArnPattern::new(&text, version, Place::Condition))),
        };
        operand.unwrap_or(Self::Unclear)
    }

    /// Whether a value of the request matches. `negated` says that a match makes the condition
    /// false.
    pub(crate) fn matches(&self, value: &str, context: &Context, negated: bool) -> Holds {
        let known = |holds: Option<bool>| holds.map_or(Holds::Unclear, Holds::from);
        match self {
            Self::Text { text, ignore_case } => {
                let lower;
                let value = match ignore_case {
                    true => {
                        lower = value.to_lowercase();
                        &lower
                    }
                    false => value,
                };
                text.matches(value, *ignore_case, context, negated)
            }
            Self::Number(comparison, to) => known(number(value).map(|value| comparison.holds(&value, to))),
            Self::Date(comparison, to) => known(date(value).map(|value| comparison.holds(&value, to))),
            Self::Bool(wanted) => known(bool(value).map(|value| value == *wanted)),
            Self::Binary(wanted) => (value == wanted).into(),
            Self::Address(network) => known(value.parse().ok().map(|address| network.contains(address))),
            Self::Arn(pattern) => pattern.matches(&Resource::named(value), context, negated),
            Self::Unclear => Holds::Unclear,
        }
    }

    /// Values of requests that it tells from all others. None if there are too many to name.
    pub(crate) fn values(&self) -> Option<Vec<String>> {
        match self {
            Self::Text { text: Writing::Fixed(Pattern::Exactly(text)), ignore_case: false } => {
                Some(vec![text.to_string()])
            }
            Self::Number(_, number) => {
                Some([number.next_down(), *number, number.next_up()].map(|number| number.to_string()).into())
            }
            Self::Date(_, date) => {
                let near = |nanoseconds| date.checked_add(jiff::SignedDuration::from_nanos(nanoseconds)).ok();
                Some([-1, 0, 1].into_iter().filter_map(near).map(|date| date.to_string()).collect())
            }
            Self::Bool(_) => Some(vec!["true".to_owned(), "false".to_owned()]),
            Self::Binary(text) => Some(vec![text.clone()]),
            Self::Text { .. } | Self::Address(_) | Self::Arn(_) | Self::Unclear => None,
        }
    }

    /// Whether it either matches a value or does not, whatever else the request has.
    pub(crate) fn is_plain(&self) -> bool {
        match self {
            Self::Text { text, .. } => matches!(text, Writing::Fixed(_)),
            Self::Arn(pattern) => pattern.is_plain(),
            Self::Unclear => false,
            Self::Number(..) | Self::Date(..) | Self::Bool(_) | Self::Binary(_) | Self::Address(_) => true,
        }
    }

    fn is_unclear(&self) -> bool {
        match self {
            Self::Unclear => true,
            Self::Arn(pattern) => pattern.is_unclear(),
            _ => false,
        }
    }

    /// Whether it is only stars.
    pub(crate) const fn is_everything(&self) -> bool {
        matches!(self, Self::Text { text: Writing::Fixed(Pattern::Everything), .. })
    }

    /// Whether it matches every value that another one matches.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Text { text: Writing::Fixed(ours), ignore_case: one },
                Self::Text { text: Writing::Fixed(theirs), ignore_case: two },
            ) => one == two && ours.matches(&theirs.as_text()),
            (Self::Address(ours), Self::Address(theirs)) => ours.covers(*theirs),
            (Self::Arn(ours), Self::Arn(theirs)) => ours.covers(theirs),
            _ => self == other,
        }
    }

    /// Whether no value matches both. It may say no where the truth is yes.
    pub(crate) fn excludes(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Text { text: Writing::Fixed(ours), ignore_case: one },
                Self::Text { text: Writing::Fixed(theirs), ignore_case: two },
            ) => one == two && !ours.may_meet(&theirs.as_text()),
            (Self::Address(ours), Self::Address(theirs)) => !ours.covers(*theirs) && !theirs.covers(*ours),
            (Self::Arn(ours), Self::Arn(theirs)) => ours.excludes(theirs),
            _ => false,
        }
    }

    /// Whether some of these values match whatever the request's value of a key is. `negated` says
    /// that a match makes the condition false.
    pub(crate) fn match_everything(key: &str, operands: &[Self], context: &Context, negated: bool) -> Holds {
        // Nothing matches a variable without a value.
        let missing = |one: &&Self| match one {
            Self::Text { text: Writing::Variable(template), .. } => {
                matches!(template.resolve(context), Resolved::Missing)
            }
            _ => false,
        };
        let missing = operands.iter().filter(missing).count();
        let has = |is: fn(&Self) -> bool| operands.iter().any(is);
        let is_every_bool =
            || has(|one| matches!(one, Self::Bool(true))) && has(|one| matches!(one, Self::Bool(false)));
        let is_every_address = || {
            has(|one| matches!(one, Self::Address(network) if network.is_all_of_ipv4()))
                && has(|one| matches!(one, Self::Address(network) if network.is_all_of_ipv6()))
        };
        let of = KeyType::of(key);
        let everything = has(Self::is_everything)
            || (of == KeyType::Bool && is_every_bool())
            || (of == KeyType::Address && is_every_address());
        if everything {
            Holds::Yes
        } else if has(Self::is_unclear) || (negated && missing > 0) {
            Holds::Unclear
        } else if operands.len() == missing {
            Holds::No
        } else {
            Holds::Depends
        }
    }
}

impl Writing {
    fn new(text: &str, how: Text, version: Version) -> Option<Self> {
        let template = Template::parse(text, version, how == Text::Like)?;
        Some(match template.fixed() {
            Ok(tokens) => Self::Fixed(pattern(tokens, how == Text::EqualsIgnoreCase)),
            Err(template) => Self::Variable(template),
        })
    }

    fn matches(&self, value: &str, ignore_case: bool, context: &Context, negated: bool) -> Holds {
        let template = match self {
            Self::Fixed(pattern) => return pattern.matches(value).into(),
            Self::Variable(template) => template,
        };
        match template.resolve(context) {
            Resolved::Known(tokens) => pattern(tokens, ignore_case).matches(value).into(),
            // AWS says that the statement is then invalid. It does not say so of negated operators.
            Resolved::Missing if negated => Holds::Unclear,
            Resolved::Missing => Holds::No,
            Resolved::Partly { tokens, perhaps, may_be_missing } => {
                let possible = (negated && may_be_missing) || pattern(tokens, ignore_case).matches(value);
                if possible { perhaps } else { Holds::No }
            }
        }
    }
}

fn pattern(mut tokens: Vec<Token>, ignore_case: bool) -> Pattern {
    if ignore_case {
        for token in &mut tokens {
            if let Token::Literal(text) = token {
                *text = text.to_lowercase();
            }
        }
    }
    Pattern::from_tokens(&tokens)
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

fn bool(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::context::Fact;
    use super::super::operator::Operator;
    use super::*;

    fn matches(operator: &str, operand: Value, value: &str) -> Holds {
        let context = Context::complete().with("aws:username", Fact::value("Jo*"));
        let kind = Operator::parse(operator).unwrap().kind;
        Operand::new(kind, &operand, Version::V2012).matches(value, &context, false)
    }

    #[test]
    fn each_operator_compares_what_it_says() {
        use Holds::{No, Yes};
        for (operator, operand, value, holds) in [
            ("StringEquals", json!("a"), "a", Yes),
            ("StringEquals", json!("a"), "A", No),
            ("StringEquals", json!("a*"), "ab", No),
            ("StringEquals", json!("a*"), "a*", Yes),
            ("StringEquals", json!("${aws:username}"), "Jo*", Yes),
            ("StringEquals", json!("${aws:missing}"), "${aws:missing}", No),
            ("StringEquals", json!(true), "true", Yes),
            ("StringEquals", json!(12), "12", Yes),
            ("StringEqualsIgnoreCase", json!("STRASSE"), "strasse", Yes),
            ("StringEqualsIgnoreCase", json!("${aws:username}x"), "jo*X", Yes),
            ("StringLike", json!("a?c*"), "abcd", Yes),
            ("StringLike", json!("A*"), "ab", No),
            ("StringLike", json!("${aws:username}"), "Joan", No),
            ("NumericEquals", json!("10"), "10.0", Yes),
            ("NumericEquals", json!(10), "11", No),
            ("NumericLessThan", json!("10"), "9", Yes),
            ("NumericLessThan", json!("10"), "10", No),
            ("NumericLessThanEquals", json!("10"), "10", Yes),
            ("NumericGreaterThan", json!("-1.5"), "-1", Yes),
            ("NumericGreaterThanEquals", json!("10"), "9.99", No),
            ("DateGreaterThan", json!("2020-01-01T00:00:00Z"), "1577836801", Yes),
            ("DateLessThan", json!("2020-01-01"), "2019-12-31T23:59:59Z", Yes),
            ("DateEquals", json!("2020-01-01T01:00:00+01:00"), "2020-01-01T00:00:00Z", Yes),
            ("Bool", json!("true"), "TRUE", Yes),
            ("Bool", json!(false), "true", No),
            ("BinaryEquals", json!("QmFzZTY0"), "QmFzZTY0", Yes),
            ("BinaryEquals", json!("QmFzZTY0"), "qmFzZTY0", No),
            ("IpAddress", json!("203.0.113.0/24"), "203.0.113.9", Yes),
            ("IpAddress", json!("203.0.113.0/24"), "203.0.114.9", No),
            ("ArnLike", json!("arn:aws:sns:*:111111111111:t*"), "arn:aws:sns:eu-west-1:111111111111:t", Yes),
            (
                "ArnEquals",
                json!("arn:aws:sns:*:111111111111:t*"),
                "arn:aws:sns:eu-west-1:111111111111:t",
                Yes,
            ),
            ("ArnLike", json!("arn:aws:s:*:1:f/*"), "arn:aws:s:us-east-2:9:store/abc:1:f/d.txt", No),
            ("StringLike", json!("arn:aws:s:*:1:f/*"), "arn:aws:s:us-east-2:9:store/abc:1:f/d.txt", Yes),
            ("ArnEquals", json!("arn:aws:iam::1:user/${aws:username}"), "arn:aws:iam::1:user/Jo*", Yes),
        ] {
            assert_eq!(matches(operator, operand.clone(), value), holds, "{operator} {operand} {value}");
        }
    }

    #[test]
    fn values_of_a_wrong_type_are_not_understood() {
        for (operator, operand, value) in [
            ("StringEquals", json!(null), "a"),
            ("StringEquals", json!({"a": "b"}), "a"),
            ("StringEquals", json!(["a"]), "a"),
            ("StringEquals", json!("${"), "a"),
            ("NumericEquals", json!("ten"), "10"),
            ("NumericEquals", json!("NaN"), "10"),
            ("NumericEquals", json!("10"), "ten"),
            ("NumericEquals", json!("${aws:username}"), "10"),
            ("DateLessThan", json!("tomorrow"), "2020-01-01T00:00:00Z"),
            ("Bool", json!("yes"), "true"),
            ("IpAddress", json!("203.0.113.0/33"), "203.0.113.1"),
            ("IpAddress", json!("203.0.113.0"), "here"),
            ("ArnLike", json!("arn:aws:iam::1:user/${x}"), "arn:aws:iam::1:user/a"),
        ] {
            assert_eq!(
                matches(operator, operand.clone(), value),
                Holds::Unclear,
                "{operator} {operand} {value}"
            );
        }
    }
}
