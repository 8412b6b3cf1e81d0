//! The states of a request that the conditions of one key can tell apart.

use super::condition::Condition;
use super::context::{Context, Fact};
use super::holds::Holds;
use super::key_type::KeyType;
use super::operand::Operand;
use super::operator::{Kind, Operator, Values};

/// How many patterns may match in any combination.
const FREE: usize = 6;

/// How many states of a key are looked at.
const STATES: usize = 256;

/// How many times a condition is compared with a value.
const LOOKS: usize = 16_384;

/// Whether each condition holds, in one state of the request.
pub(crate) type State = Vec<Holds>;

/// Every state of a key that its conditions tell apart: its absence, and its values by the
/// conditions that they fulfil. Some of the states may be impossible. There are none if they would
/// be too many, or if a condition is not understood.
///
/// Only a set operator is about several values (`reference_policies_multi-value-conditions`). If a
/// condition has none, the key has one value.
pub(crate) fn states(conditions: &[&Condition], context: &Context) -> Option<Vec<State>> {
    let operators: Option<Vec<Operator>> = conditions.iter().map(|condition| condition.operator()).collect();
    let conditions: Vec<(&Condition, Operator)> = conditions.iter().copied().zip(operators?).collect();
    let (first, _) = conditions.first()?;
    let fact = context.fact(first.key());
    if !matches!(fact, Fact::Unknown | Fact::Present) {
        return None;
    }
    let mut states = of_one_value(&conditions, context)?;
    let is_about_values = |(_, operator): &&(&Condition, Operator)| operator.kind != Kind::Null;
    if conditions.iter().filter(is_about_values).all(|(_, operator)| operator.values != Values::One) {
        states = of_several_values(states, &conditions)?;
    }
    if *fact == Fact::Unknown {
        states.push(
            conditions.iter().map(|(condition, operator)| condition.holds_if_absent(*operator)).collect(),
        );
    }
    Some(states)
}

/// The states in which the request has one value.
fn of_one_value(conditions: &[(&Condition, Operator)], context: &Context) -> Option<Vec<State>> {
    let about_values = || conditions.iter().filter(|(_, operator)| operator.kind != Kind::Null);
    let of_absence =
        |condition: &Condition, operator: &Operator| condition.holds_for_unknown_values(*operator, context);
    let Some((_, first)) = about_values().next() else {
        return Some(vec![
            conditions.iter().map(|(condition, operator)| of_absence(condition, operator)).collect(),
        ]);
    };
    let is_same = |kind: Kind| std::mem::discriminant(&kind) == std::mem::discriminant(&first.kind);
    if !about_values().all(|(_, operator)| is_same(operator.kind)) {
        return None;
    }
    let operands = || about_values().flat_map(|(condition, _)| &condition.operands);
    let count = operands().count();
    // Each value is compared with each operand.
    if count * count > LOOKS {
        return None;
    }
    let mut values: Vec<String> = operands().filter_map(Operand::values).flatten().collect();
    values.sort_unstable();
    values.dedup();
    let of_value = |value: String| -> State {
        let value = [value];
        conditions
            .iter()
            .map(|(condition, operator)| condition.holds_for_values(*operator, &value, context))
            .collect()
    };
    let mut states: Vec<State> = values.into_iter().map(of_value).collect();
    if let Kind::Number(_) | Kind::Date(_) | Kind::Bool = first.kind {
        let (condition, _) = conditions.first()?;
        if !KeyType::of(condition.key()).fits(first.kind) {
            // A text of another kind is neither less nor greater. Nobody says whether it is unequal.
            let of_text = |(condition, operator): &(&Condition, Operator)| match operator.kind {
                Kind::Null => of_absence(condition, operator),
                _ if operator.negated => Holds::Depends,
                _ => Holds::No,
            };
            states.push(conditions.iter().map(of_text).collect());
        }
        return Some(states);
    }
    // All other values: they equal none of those above, and match the patterns in any combination.
    let mut free: Vec<&Operand> = Vec::new();
    for operand in operands().filter(|operand| operand.is_plain() && operand.values().is_none()) {
        if !free.contains(&operand) {
            free.push(operand);
        }
    }
    if free.len() > FREE {
        return None;
    }
    let pairs = (0..free.len()).flat_map(|one| (0..free.len()).map(move |other| (one, other)));
    let pairs = pairs.filter(|(one, other)| one != other);
    // Which pairs cannot match a value both, and of which the first matches all that the second does.
    let pairs: Vec<(usize, usize, bool, bool)> = pairs
        .map(|(one, other)| (one, other, free[one].excludes(free[other]), free[one].covers(free[other])))
        .collect();
    for chosen in 0..1usize << free.len() {
        let is_chosen = |at: usize| chosen >> at & 1 == 1;
        let is_possible = |&(one, other, excludes, covers): &(usize, usize, bool, bool)| {
            !is_chosen(other) || !(if is_chosen(one) { excludes } else { covers })
        };
        let has_everything = |at: usize| is_chosen(at) || !free[at].is_everything();
        if !pairs.iter().all(is_possible) || !(0..free.len()).all(has_everything) {
            continue;
        }
        let matches = |operand: &Operand| match free.iter().position(|one| *one == operand) {
            Some(at) => is_chosen(at).into(),
            None if operand.is_plain() => Holds::No,
            None => Holds::Depends,
        };
        let of_condition = |(condition, operator): &(&Condition, Operator)| match operator.kind {
            Kind::Null => of_absence(condition, operator),
            _ => Holds::any(condition.operands.iter().map(matches)).negated_if(operator.negated),
        };
        states.push(conditions.iter().map(of_condition).collect());
    }
    Some(states)
}

/// The states in which the request has one value or several, from those in which it has one.
fn of_several_values(ones: Vec<State>, conditions: &[(&Condition, Operator)]) -> Option<Vec<State>> {
    let mut states = ones.clone();
    states.sort_unstable();
    states.dedup();
    let (mut at, mut looks) = (0, 0);
    while at < states.len() {
        for one in &ones {
            looks += conditions.len();
            if looks > LOOKS {
                return None;
            }
            let both = |((_, operator), (left, right)): (&(&Condition, Operator), (&Holds, &Holds))| {
                let two = [*left, *right];
                match operator.values {
                    Values::Any => Holds::any(two),
                    Values::All | Values::One => Holds::all(two),
                }
            };
            let state: State = conditions.iter().zip(states[at].iter().zip(one)).map(both).collect();
            if !states.contains(&state) {
                states.push(state);
            }
        }
        if states.len() > STATES {
            return None;
        }
        at += 1;
    }
    Some(states)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::document::Version;

    /// The states of conditions, as texts of `+`, `-`, `?`.
    fn of(blocks: &[Value], fact: Fact) -> Option<Vec<String>> {
        let conditions: Vec<Condition> = blocks
            .iter()
            .flat_map(|block| {
                let statement = json!({"Effect": "Allow", "Action": "*", "Condition": block});
                Condition::all(&serde_json::from_value(statement).unwrap(), Version::V2012)
            })
            .collect();
        let conditions: Vec<&Condition> = conditions.iter().collect();
        let sign = |holds: &Holds| match holds {
            Holds::Yes => '+',
            Holds::No => '-',
            Holds::Depends => '?',
            Holds::Unclear => '!',
        };
        let states = states(&conditions, &Context::unknown().with("aws:a", fact))?;
        let mut texts: Vec<String> = states.iter().map(|state| state.iter().map(sign).collect()).collect();
        texts.sort();
        texts.dedup();
        Some(texts)
    }

    fn when(operator: &str, operands: impl Into<Value>) -> Value {
        json!({ operator: { "aws:a": operands.into() } })
    }

    #[test]
    fn conditions_on_one_value_hold_together_or_not() {
        let equals = |text: &str| when("StringEquals", text);
        for (blocks, states) in [
            (vec![equals("x"), equals("x")], vec!["++", "--"]),
            (vec![equals("x"), equals("y")], vec!["+-", "-+", "--"]),
            (vec![equals("x"), when("StringNotEquals", "x")], vec!["+-", "-+"]),
            (vec![equals("x"), when("StringLike", "x*")], vec!["++", "-+", "--"]),
            (vec![equals("x"), when("StringLike", "*")], vec!["++", "-+", "--"]),
            (vec![equals("x"), equals("${aws:b}")], vec!["+?", "--", "-?"]),
            (vec![when("Bool", "true"), when("Bool", "false")], vec!["+-", "-+", "--"]),
            (vec![when("BoolIfExists", "true"), when("Null", "true")], vec!["++", "+-", "--"]),
            (vec![when("NumericLessThan", 5), when("NumericGreaterThan", 4)], vec!["++", "+-", "-+", "--"]),
            (vec![when("NumericLessThan", 4), when("NumericGreaterThan", 5)], vec!["+-", "-+", "--"]),
            (
                vec![when("DateLessThan", "2020"), when("DateGreaterThanEquals", "2020")],
                vec!["+-", "-+", "--"],
            ),
            (vec![when("StringLike", "x*"), when("StringLike", "xy*")], vec!["++", "+-", "--"]),
            (vec![when("StringLike", "x*"), when("StringLike", "y*")], vec!["+-", "-+", "--"]),
            (
                vec![when("StringEqualsIgnoreCase", "x"), when("StringEqualsIgnoreCase", "y")],
                vec!["+-", "-+", "--"],
            ),
            (vec![when("IpAddress", "10.0.0.0/8"), when("IpAddress", "10.1.0.0/16")], vec!["++", "+-", "--"]),
            (vec![when("IpAddress", "10.0.0.0/8"), when("IpAddress", "11.0.0.0/8")], vec!["+-", "-+", "--"]),
            (
                vec![when("ArnLike", "arn:aws:sns:*:1:*"), when("ArnLike", "arn:aws:sns:*:1:t*")],
                vec!["++", "+-", "--"],
            ),
            (
                vec![when("ArnLike", "arn:aws:sns:*:1:*"), when("ArnLike", "arn:aws:sqs:*:1:*")],
                vec!["+-", "-+", "--"],
            ),
            (vec![when("IpAddress", "10.0.0.0/8"), when("NotIpAddress", "10.0.0.0/8")], vec!["+-", "-+"]),
        ] {
            assert_eq!(of(&blocks, Fact::Unknown).unwrap(), states, "{blocks:?}");
        }
        let present = of(&[equals("x"), when("StringNotEquals", "x"), when("Null", "true")], Fact::Present);
        assert_eq!(present.unwrap(), ["+--", "-+-"]);
    }

    #[test]
    fn conditions_on_several_values_hold_for_all_or_any_of_them() {
        let any = |text: &str| when("ForAnyValue:StringEquals", text);
        assert_eq!(of(&[any("x"), any("x")], Fact::Unknown).unwrap(), ["++", "--"]);
        assert_eq!(of(&[any("x"), any("y")], Fact::Present).unwrap(), ["++", "+-", "-+", "--"]);
        let all_or_any = [when("ForAllValues:StringEquals", "x"), any("x")];
        assert_eq!(of(&all_or_any, Fact::Present).unwrap(), ["++", "-+", "--"]);
        let mixed = [any("x"), when("StringEquals", "x")];
        assert_eq!(of(&mixed, Fact::Present).unwrap(), ["++", "--"]);
    }

    #[test]
    fn what_is_too_much_or_not_understood_has_no_states() {
        let many: Vec<String> = (0..10).map(|number| format!("*{number}*")).collect();
        assert_eq!(of(&[when("StringLike", many)], Fact::Unknown), None);
        assert_eq!(of(&[when("StringMatches", "x")], Fact::Unknown), None);
        assert_eq!(of(&[when("StringEquals", "x"), when("NumericEquals", 1)], Fact::Unknown), None);
        assert_eq!(of(&[when("StringEquals", "${aws:b}")], Fact::value("x")), None);
    }
}
