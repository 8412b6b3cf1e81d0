//! Conditions on the same key, which hold together or exclude each other.

use super::*;

fn if_team(effect: &str, operator: &str, team: &str) -> Value {
    when(statement(effect, "s3:*", "*"), operator, "aws:PrincipalTag/team", team)
}

fn ask_s3(set: &PolicySet) -> Option<Verdict> {
    ask(set, "s3:GetObject", BUCKET)
}

#[test]
fn a_deny_under_the_same_condition_as_the_allow_denies_it() {
    let set = policy(&[if_team("Allow", "StringEquals", "a"), if_team("Deny", "StringLike", "a*")]);
    let (action, resource, context) =
        (Action::new("s3:GetObject"), Resource::named(BUCKET), Context::unknown());
    let answer = set.answer(&action, &resource, &context);
    assert_eq!(answer.verdict(), DENIED);
    assert_eq!(answer.decided_by().and_then(|ground| ground.statement).map(|(index, _)| index), Some(1));
    let set = policy(&[if_team("Allow", "StringEquals", "a"), if_team("Deny", "StringEquals", "b")]);
    assert_eq!(ask_s3(&set), CONDITIONAL);
}

#[test]
fn two_allows_under_opposite_conditions_allow_it() {
    let set = policy(&[if_team("Allow", "StringEquals", "a"), if_team("Allow", "StringNotEquals", "a")]);
    let (action, resource, context) =
        (Action::new("s3:GetObject"), Resource::named(BUCKET), Context::unknown());
    let answer = set.answer(&action, &resource, &context);
    assert_eq!(answer.verdict(), ALLOWED);
    assert!(answer.decided_by().is_some());
    let set = policy(&[if_team("Allow", "StringEquals", "a"), if_team("Allow", "StringEquals", "b")]);
    assert_eq!(ask_s3(&set), CONDITIONAL);
}

#[test]
fn a_boundary_under_the_opposite_condition_denies_it() {
    let set = policy(&[if_team("Allow", "StringEquals", "a")]);
    let opposite = document(&[if_team("Allow", "StringNotEquals", "a")]);
    assert_eq!(ask_s3(&set.clone().bounded_by("boundary", opposite)), DENIED);
    let same = document(&[if_team("Allow", "StringEquals", "a")]);
    assert_eq!(ask_s3(&set.bounded_by("boundary", same)), CONDITIONAL);
}

#[test]
fn a_statement_that_contradicts_itself_never_applies() {
    let both =
        json!({"StringEquals": {"aws:PrincipalTag/team": "a"}, "Null": {"aws:PrincipalTag/team": "true"}});
    assert_eq!(ask_s3(&policy(&[with(allow("s3:*", "*"), "Condition", both)])), DENIED);
}

#[test]
fn more_combinations_than_are_looked_at_leave_it_conditional() {
    let many: Vec<Value> =
        (0..12).map(|number| if_team("Allow", "StringLike", &format!("*{number}*"))).collect();
    assert_eq!(ask_s3(&policy(&many)), CONDITIONAL);
}
