//! Large and hostile documents. With a matcher that goes back, these tests do not finish.

use super::*;

#[test]
fn ten_kilobytes_of_stars_match_in_linear_time() {
    let long = "a".repeat(10_000);
    for (pattern, verdict) in [
        ("*".repeat(10_000), ALLOWED),
        ("*a".repeat(5_000), ALLOWED),
        ("*a".repeat(5_000) + "b", DENIED),
        ("a*".repeat(5_000) + "b*", DENIED),
        ("?*".repeat(5_000), ALLOWED),
        ("*?a".repeat(3_333) + "*b", DENIED),
        ("*".to_owned() + &"a?".repeat(4_000) + "b*", DENIED),
        ("*".to_owned() + &"a".repeat(5_000) + "b*", DENIED),
    ] {
        let set = policy(&[allow(&format!("s3:{pattern}"), "*")]);
        assert_eq!(ask(&set, &format!("s3:{long}"), BUCKET), verdict);
        let set = policy(&[allow("s3:*", &format!("arn:aws:s3:::{pattern}"))]);
        assert_eq!(ask(&set, "s3:GetObject", &format!("arn:aws:s3:::{long}")), verdict);
    }
}

#[test]
fn five_hundred_statements_with_long_patterns_are_answered() {
    let pattern = "*a?".repeat(3_333);
    let statements: Vec<Value> = (0..500)
        .map(|number| {
            let resource = format!("arn:aws:s3:::{pattern}{number}");
            when(allow("s3:Get*", &resource), "StringLike", "aws:PrincipalArn", format!("*{number}"))
        })
        .collect();
    let set = policy(&statements);
    let resource = |end: &str| format!("arn:aws:s3:::{}{end}", "a".repeat(6_666));
    let me = |number: &str| of_a_role().with("aws:PrincipalArn", Fact::value(number));
    assert_eq!(ask_in(&set, "s3:GetObject", &resource("499"), &me("x499")), ALLOWED);
    assert_eq!(ask_in(&set, "s3:GetObject", &resource("b"), &me("x499")), DENIED);
}

#[test]
fn thousands_of_questions_are_answered() {
    let statements: Vec<Value> =
        (0..40).map(|number| allow(&format!("s{number}:Get*"), &format!("arn:aws:s{number}:::*"))).collect();
    let set = policy(&statements);
    let (action, resource) = (Action::new("s39:GetObject"), Resource::named("arn:aws:s39:::bucket"));
    let context = of_a_role();
    let is_allowed = |_: &i32| set.answer(&action, &resource, &context).verdict() == ALLOWED;
    assert_eq!((0..10_000).filter(is_allowed).count(), 10_000);
}

#[test]
fn a_thousand_conditions_on_one_key_are_not_compared_in_every_combination() {
    let statements: Vec<Value> = (0..1000)
        .map(|number| {
            let effect = if number % 2 == 0 { allow("s3:*", "*") } else { deny("s3:*", "*") };
            when(effect, "ForAnyValue:StringLike", "aws:TagKeys", format!("*a{}*", number % 6))
        })
        .collect();
    let set = policy(&statements);
    let started = std::time::Instant::now();
    for number in 0..50 {
        assert_eq!(ask(&set, &format!("s3:Get{number}"), BUCKET), CONDITIONAL);
    }
    assert!(started.elapsed().as_secs() < 8, "{:?}", started.elapsed());
}
