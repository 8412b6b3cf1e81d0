//! Large and hostile documents. The limits are far above what is measured, and far below what a
//! pattern that goes back would take.

use std::time::{Duration, Instant};

use super::*;

fn within<T>(limit: Duration, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let done = work();
    let took = began.elapsed();
    assert!(took < limit, "{took:?}");
    done
}

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
        let about = |action: &str| within(Duration::from_secs(2), || ask(&set, action, BUCKET));
        assert_eq!(about(&format!("s3:{long}")), verdict);
        let set = policy(&[allow("s3:*", &format!("arn:aws:s3:::{pattern}"))]);
        let on = |resource: &str| within(Duration::from_secs(2), || ask(&set, "s3:GetObject", resource));
        assert_eq!(on(&format!("arn:aws:s3:::{long}")), verdict);
    }
}

#[test]
fn five_hundred_statements_are_answered_at_once() {
    let pattern = "*a?".repeat(3_333);
    let statements: Vec<Value> = (0..500)
        .map(|number| {
            let statement = allow(&format!("s3:Get{number}{pattern}"), &format!("arn:aws:s3:::{pattern}{number}"));
            when(statement, "StringLike", "aws:PrincipalArn", pattern.clone())
        })
        .collect();
    let set = within(Duration::from_secs(20), || policy(&statements));
    let resource = format!("arn:aws:s3:::{}", "a".repeat(2_000));
    let verdict = within(Duration::from_secs(2), || {
        (0..10).map(|_| ask(&set, "s3:Get499aaaa", &resource)).next_back().unwrap()
    });
    assert_eq!(verdict, DENIED);
}

#[test]
fn a_question_takes_microseconds() {
    let statements: Vec<Value> =
        (0..40).map(|number| allow(&format!("s{number}:Get*"), &format!("arn:aws:s{number}:::*"))).collect();
    let set = policy(&statements);
    let (action, resource) = (Action::new("s39:GetObject"), Resource::named("arn:aws:s39:::bucket"));
    let context = of_a_role();
    let allowed = within(Duration::from_secs(2), || {
        (0..10_000).filter(|_| set.answer(&action, &resource, &context).verdict() == ALLOWED).count()
    });
    assert_eq!(allowed, 10_000);
}
