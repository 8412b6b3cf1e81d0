//! What holds for every set of documents whose operators are known.

use proptest::prelude::*;

use super::*;

fn words(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(words)
}

/// A list with one to three of these.
fn list(of: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop::collection::vec(words(of), 1..3).prop_map(|items| json!(items))
}

const ACTIONS: &[&str] =
    &["*", "s3:*", "s3:Get*", "s3:GetObject", "S3:P?tObject", "iam:PassRole", "*:*", "i*:PassRole"];
const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::a/*",
    "arn:aws:s3:::a",
    ME,
    "arn:aws:s3:::${aws:username}",
    "arn:aws:i*:::x",
];
const OPERATORS: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIfExists",
    "StringLike",
    "ForAllValues:StringLike",
    "ForAnyValue:StringNotEquals",
];

fn statement_of(effect: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let condition = (words(OPERATORS), words(&["aws:a", "aws:b"]), list(&["x", "y", "*", "${aws:username}"]));
    let element = (any::<bool>(), list(ACTIONS), any::<bool>(), list(RESOURCES));
    (words(effect), element, prop::option::weighted(0.5, condition)).prop_map(
        |(effect, (not_action, actions, not_resource, resources), condition)| {
            let mut statement = json!({"Effect": effect});
            statement[if not_action { "NotAction" } else { "Action" }] = actions;
            statement[if not_resource { "NotResource" } else { "Resource" }] = resources;
            if let Some((operator, key, values)) = condition {
                statement["Condition"] = json!({operator: {key: values}});
            }
            statement
        },
    )
}

fn statements() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(statement_of(&["Allow", "Deny"]), 0..5)
}

fn fact() -> impl Strategy<Value = Fact> {
    let values = prop::collection::vec(words(&["x", "y", "z"]), 1..3);
    prop_oneof![
        Just(Fact::Unknown),
        Just(Fact::Present),
        Just(Fact::Absent),
        values.prop_map(|values| Fact::Values(values.into_iter().map(str::to_owned).collect())),
    ]
}

/// What may be known of a key with one value.
fn single_fact() -> impl Strategy<Value = Fact> {
    let value = words(&["x", "y", "z"]).prop_map(Fact::value);
    prop_oneof![Just(Fact::Unknown), Just(Fact::Present), Just(Fact::Absent), value]
}

prop_compose! {
    fn context()(a in fact(), b in fact(), name in fact()) -> Context {
        Context::unknown().with("aws:a", a).with("aws:b", b).with("aws:username", name)
    }
}

fn question() -> impl Strategy<Value = (Action, Resource)> {
    let action = words(&["s3:GetObject", "s3:PutObject", "iam:PassRole"]).prop_map(Action::new);
    let resource = prop_oneof![
        words(&["arn:aws:s3:::a/b", "arn:aws:s3:::x", ME, "*"]).prop_map(Resource::named),
        words(RESOURCES).prop_map(Resource::like),
    ];
    (action, resource)
}

/// The bounds of an answer.
fn bounds(set: &PolicySet, question: &(Action, Resource), context: &Context) -> (Verdict, Verdict) {
    let answer = set.answer(&question.0, &question.1, context);
    assert!(answer.at_least() <= answer.at_most());
    assert_eq!(answer.verdict().is_none(), answer.at_least() != answer.at_most());
    assert!(answer.verdict().is_some() || answer.decided_by().is_some(), "what is unknown has a reason");
    assert!(answer.verdict() != ALLOWED || answer.decided_by().is_some(), "what is allowed has a reason");
    (answer.at_least(), answer.at_most())
}

/// Whether everything that decides is understood.
fn is_known(bounds: (Verdict, Verdict)) -> bool {
    bounds.0 == bounds.1
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_further_deny_or_boundary_never_raises_an_answer(
        statements in statements(), denies in prop::collection::vec(statement_of(&["Deny"]), 1..3),
        boundary in super::properties::statements(), question in question(), context in context(),
    ) {
        let before = bounds(&policy(&statements), &question, &context);
        let set = policy(&statements).with("more", document(&denies));
        let denied = bounds(&set, &question, &context);
        prop_assert!(!is_known(before) || denied.1 <= before.1);
        let bounded = bounds(&policy(&statements).bounded_by("boundary", document(&boundary)), &question, &context);
        prop_assert!(!is_known(before) || bounded.1 <= before.1);
    }

    #[test]
    fn a_further_allow_never_lowers_an_answer(
        statements in statements(), allows in prop::collection::vec(statement_of(&["Allow"]), 1..3),
        question in question(), context in context(),
    ) {
        let before = bounds(&policy(&statements), &question, &context);
        let after = bounds(&policy(&statements).with("more", document(&allows)), &question, &context);
        prop_assert!(!is_known(before) || after.0 >= before.0);
    }

    #[test]
    fn the_order_of_statements_and_their_split_into_policies_do_not_matter(
        statements in statements(), cut in 0..5usize, question in question(), context in context(),
    ) {
        let before = bounds(&policy(&statements), &question, &context);
        let reversed: Vec<Value> = statements.iter().rev().cloned().collect();
        prop_assert_eq!(bounds(&policy(&reversed), &question, &context), before);
        let (one, two) = statements.split_at(cut.min(statements.len()));
        let split = PolicySet::new().with("one", document(two)).with("two", document(one));
        prop_assert_eq!(bounds(&split, &question, &context), before);
    }

    #[test]
    fn what_holds_for_a_pattern_of_resources_holds_for_each(
        statements in statements(), pattern in words(RESOURCES),
        resource in words(&["arn:aws:s3:::a/b", "arn:aws:s3:::a", "arn:aws:s3:::x", "arn:aws:iot:::x", ME, "*"]),
        context in context(),
    ) {
        let set = policy(&statements);
        let is_one = ask_in(&policy(&[allow("x:y", pattern)]), "x:y", resource, &Context::unknown()) == ALLOWED;
        if !is_one || pattern.contains("${") {
            return Ok(());
        }
        let action = Action::new("s3:GetObject");
        let all = set.answer(&action, &Resource::like(pattern), &context).verdict();
        let one = set.answer(&action, &Resource::named(resource), &context);
        prop_assert!(all != ALLOWED || one.verdict() == ALLOWED);
        prop_assert!(all != DENIED || one.verdict() == DENIED);
    }

    #[test]
    fn what_is_decided_with_less_knowledge_stays_so_with_more(
        statements in statements(), boundary in prop::option::of(super::properties::statements()),
        question in question(), a in single_fact(), b in single_fact(), name in single_fact(),
    ) {
        let set = policy(&statements);
        let set = match boundary {
            Some(boundary) => set.bounded_by("boundary", document(&boundary)),
            None => set,
        };
        let before = bounds(&set, &question, &Context::unknown());
        let more = Context::unknown().with("aws:a", a).with("aws:b", b).with("aws:username", name);
        let after = bounds(&set, &question, &more);
        prop_assert!(before.0 != Verdict::Allowed || after.0 == Verdict::Allowed);
        prop_assert!(before.1 != Verdict::Denied || after.1 == Verdict::Denied);
    }

    #[test]
    fn what_any_document_decides_for_every_resource_and_request_it_decides_for_each(text in any_document()) {
        let set = PolicySet::new().with("policy", Arc::new(CompiledPolicy::parse(&text)));
        let action = Action::new("s3:GetObject");
        let ask = |resource: &Resource, context: &Context| set.answer(&action, resource, context).verdict();
        let object = Resource::named("arn:aws:s3:::bucket/key");
        let of_any = ask(&Resource::any(), &Context::unknown());
        let of_one = ask(&object, &Context::unknown());
        let of_a_request = ask(&object, &Context::complete());
        prop_assert!(of_any == UNKNOWN || of_any == CONDITIONAL || of_any == of_one);
        prop_assert!(of_one == UNKNOWN || of_one == CONDITIONAL || of_one == of_a_request);
    }

    #[test]
    fn no_document_makes_it_panic(text in any_document(), question in question(), context in context()) {
        let set = PolicySet::new().with("policy", Arc::new(CompiledPolicy::parse(&text)));
        let _ = bounds(&set, &question, &context);
        let _ = set.grants(&question.0, &context).count();
    }
}

/// Documents with any texts in their places.
fn any_document() -> impl Strategy<Value = String> {
    let text = prop_oneof!["[a-z*?:${},' é]{0,12}", Just("${aws:username}".to_owned()), any::<String>()];
    let value = prop_oneof![
        text.clone().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(Value::Null)
    ];
    let operator = prop_oneof![
        words(OPERATORS).prop_map(str::to_owned),
        words(&["Null", "Bool", "IpAddress", "DateLessThan", "NumericEquals", "ArnLike"])
            .prop_map(str::to_owned),
        text.clone()
    ];
    let statement = (any::<bool>(), text.clone(), text.clone(), operator, text, prop::collection::vec(value, 0..3)).prop_map(
        |(allows, action, resource, operator, key, values)| {
            json!({"Effect": if allows { "Allow" } else { "Deny" }, "Action": action, "Resource": resource, "Condition": {operator: {key: values}}})
        },
    );
    let version = words(&["2012-10-17", "2008-10-17"]);
    (version, prop::collection::vec(statement, 0..4))
        .prop_map(|(version, statements)| json!({"Version": version, "Statement": statements}).to_string())
}
