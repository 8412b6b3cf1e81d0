//! Whether the conditions of a statement hold.

use serde_json::Value;

use super::context::{Context, Fact};
use super::holds::Holds;
use super::operand::Operand;
use super::operator::{Kind, Operator, Values};
use crate::document::Version;
use crate::statement::Statement;

/// A condition of a statement, ready to evaluate: one operator with one key. All conditions of a
/// statement have to hold.
#[derive(Debug)]
pub struct Condition {
    /// In lower case.
    key: Box<str>,
    /// `None` if the operator is unknown.
    operator: Option<Operator>,
    pub(super) operands: Vec<Operand>,
}

impl Condition {
    /// The conditions of a statement, of a document with this version.
    #[must_use]
    pub fn all(statement: &Statement, version: Version) -> Vec<Self> {
        let mut all = Vec::new();
        for (name, keys) in statement.condition.iter().flatten() {
            let operator = Operator::parse(name);
            // The parser accepts nothing but objects here.
            for (key, value) in keys.as_object().into_iter().flatten() {
                let values = match value {
                    Value::Array(values) => values.as_slice(),
                    one => std::slice::from_ref(one),
                };
                let operand = |value| match operator {
                    Some(operator) => Operand::new(operator.kind, value, version),
                    None => Operand::Unclear,
                };
                let operands = values.iter().map(operand).collect();
                all.push(Self { key: key.to_ascii_lowercase().into(), operator, operands });
            }
        }
        all
    }

    /// Its condition key, in lower case.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Its operator; `None` if it is unknown.
    #[must_use]
    pub const fn operator(&self) -> Option<Operator> {
        self.operator
    }

    /// Whether it holds for a request.
    #[must_use]
    pub fn holds(&self, context: &Context) -> Holds {
        let Some(operator) = self.operator else { return Holds::Unclear };
        match context.fact(&self.key) {
            Fact::Values(values) => self.holds_for_values(operator, values, context),
            Fact::Absent => self.holds_if_absent(operator),
            Fact::Present => self.holds_for_unknown_values(operator, context),
            Fact::Unknown => {
                self.holds_if_absent(operator).either(self.holds_for_unknown_values(operator, context))
            }
        }
    }

    /// If the request has these values.
    pub(super) fn holds_for_values(&self, operator: Operator, values: &[String], context: &Context) -> Holds {
        if operator.kind == Kind::Null {
            return self.null(false);
        }
        let one = |value: &String| {
            let matched = |operand: &Operand| operand.matches(value, context, operator.negated);
            Holds::any(self.operands.iter().map(matched)).negated_if(operator.negated)
        };
        if let [value] = values {
            return one(value);
        }
        let (all, any) = (Holds::all(values.iter().map(one)), Holds::any(values.iter().map(one)));
        match operator.values {
            Values::All => all,
            Values::Any => any,
            Values::One if all == any => all,
            // AWS says that such keys need a set operator, and not what happens without one.
            Values::One => Holds::Unclear,
        }
    }

    /// If the request lacks the key.
    pub(super) fn holds_if_absent(&self, operator: Operator) -> Holds {
        match (operator.kind, operator.values) {
            (Kind::Null, _) => self.null(true),
            // AWS says that `ForAnyValue` is then false, and that `IfExists` is then true.
            (_, Values::Any) if operator.if_exists => Holds::Unclear,
            _ if operator.if_exists => Holds::Yes,
            (_, Values::All) => Holds::Yes,
            (_, Values::Any) => Holds::No,
            (_, Values::One) => operator.negated.into(),
        }
    }

    /// If the request has the key with values that are not known.
    pub(super) fn holds_for_unknown_values(&self, operator: Operator, context: &Context) -> Holds {
        if operator.kind == Kind::Null {
            return self.null(false);
        }
        Operand::match_everything(&self.key, &self.operands, context, operator.negated)
            .negated_if(operator.negated)
    }

    fn null(&self, is_absent: bool) -> Holds {
        let wanted = |operand: &Operand| match operand {
            Operand::Bool(wanted) => (*wanted == is_absent).into(),
            _ => Holds::Unclear,
        };
        Holds::any(self.operands.iter().map(wanted))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn conditions(block: &Value) -> Vec<Condition> {
        let statement = json!({"Effect": "Allow", "Action": "*", "Condition": block});
        Condition::all(&serde_json::from_value(statement).unwrap(), Version::V2012)
    }

    fn holds(operator: &str, operands: &Value, fact: Fact) -> Holds {
        let conditions = conditions(&json!({ operator: { "Aws:TagKeys": operands } }));
        let context = Context::unknown().with("aws:TagKeys", fact);
        Holds::all(conditions.iter().map(|condition| condition.holds(&context)))
    }

    fn values(values: &[&str]) -> Fact {
        Fact::Values(values.iter().map(|&value| value.to_owned()).collect())
    }

    #[test]
    fn set_operators_and_suffixes_decide_what_absence_means() {
        use Holds::{Depends, No, Unclear, Yes};
        // With the key absent, with `a`, with `a` and `b`, with something, and with nothing known.
        for (operator, operands, absent, a, both, present, unknown) in [
            ("StringEquals", json!("a"), No, Yes, Unclear, Depends, Depends),
            ("StringNotEquals", json!("a"), Yes, No, Unclear, Depends, Depends),
            ("StringEqualsIfExists", json!("a"), Yes, Yes, Unclear, Depends, Depends),
            ("StringNotEqualsIfExists", json!("a"), Yes, No, Unclear, Depends, Depends),
            ("StringNotEquals", json!(["b", "a"]), Yes, No, No, Depends, Depends),
            ("ForAllValues:StringEquals", json!("a"), Yes, Yes, No, Depends, Depends),
            ("ForAllValues:StringNotEquals", json!("b"), Yes, Yes, No, Depends, Depends),
            ("ForAnyValue:StringEquals", json!("b"), No, No, Yes, Depends, Depends),
            ("ForAnyValue:StringNotEquals", json!("a"), No, No, Yes, Depends, Depends),
            ("ForAnyValue:StringEqualsIfExists", json!("b"), Unclear, No, Yes, Depends, Depends),
            ("StringLike", json!("*"), No, Yes, Yes, Yes, Depends),
            ("StringLikeIfExists", json!("*"), Yes, Yes, Yes, Yes, Yes),
            ("StringNotLike", json!("*"), Yes, No, No, No, Depends),
            ("ForAllValues:StringLike", json!(["x", "*"]), Yes, Yes, Yes, Yes, Yes),
            ("ForAnyValue:StringLike", json!("*"), No, Yes, Yes, Yes, Depends),
            ("StringEquals", json!([]), No, No, No, No, No),
            ("StringNotEquals", json!([]), Yes, Yes, Yes, Yes, Yes),
            ("Null", json!("true"), Yes, No, No, No, Depends),
            ("Null", json!(false), No, Yes, Yes, Yes, Depends),
            ("Null", json!(["true", "false"]), Yes, Yes, Yes, Yes, Yes),
            ("Null", json!("never"), Unclear, Unclear, Unclear, Unclear, Unclear),
            ("StringMatches", json!("a"), Unclear, Unclear, Unclear, Unclear, Unclear),
            ("NumericEquals", json!("ten"), No, Unclear, Unclear, Unclear, Unclear),
            ("NumericEqualsIfExists", json!("ten"), Yes, Unclear, Unclear, Unclear, Unclear),
            ("Bool", json!(["true", "false"]), No, Unclear, Unclear, Depends, Depends),
            ("NotIpAddress", json!(["0.0.0.0/0", "::/0"]), Yes, Unclear, Unclear, Depends, Depends),
        ] {
            for (fact, expected) in [
                (Fact::Absent, absent),
                (values(&["a"]), a),
                (values(&["a", "b"]), both),
                (Fact::Present, present),
                (Fact::Unknown, unknown),
            ] {
                assert_eq!(
                    holds(operator, &operands, fact.clone()),
                    expected,
                    "{operator} {operands} {fact:?}"
                );
            }
        }
    }

    #[test]
    fn values_are_all_that_there_are_only_for_a_key_of_their_kind() {
        for (block, expected) in [
            (json!({"Bool": {"aws:MultiFactorAuthPresent": ["true", "false"]}}), Holds::Yes),
            (json!({"Bool": {"aws:PrincipalTag/x": ["true", "false"]}}), Holds::Depends),
            (json!({"NotIpAddress": {"aws:SourceIp": ["0.0.0.0/0", "::/0"]}}), Holds::No),
            (json!({"NotIpAddress": {"aws:userid": ["0.0.0.0/0", "::/0"]}}), Holds::Depends),
        ] {
            let [condition] = &conditions(&block)[..] else { panic!("{block}") };
            let context = Context::unknown().with(condition.key(), Fact::Present);
            assert_eq!(condition.holds(&context), expected, "{block}");
        }
    }

    #[test]
    fn all_keys_of_all_operators_have_to_hold() {
        let conditions =
            conditions(&json!({"StringEquals": {"aws:a": "1", "aws:b": "2"}, "Bool": {"aws:c": true}}));
        assert_eq!(conditions.len(), 3);
        let context = Context::complete().with("aws:a", Fact::value("1")).with("aws:b", Fact::value("2"));
        let each = |context: &Context| Holds::all(conditions.iter().map(|one| one.holds(context)));
        assert_eq!(each(&context), Holds::No);
        assert_eq!(each(&context.with("aws:c", Fact::value("true"))), Holds::Yes);
    }
}
