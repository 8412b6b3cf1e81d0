//! What holds for every trust policy whose operators are known.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const PRINCIPALS: [&str; 10] = [
    "*",
    OWN,
    MEMBER,
    OUTSIDE,
    DATADOG,
    "arn:aws:iam::666666666666:role/a",
    "AROADBQP57FF2AEXAMPLE",
    "service",
    "github",
    "saml",
];

fn principal(who: &str) -> Value {
    match who {
        "service" => json!({"Service": "ec2.amazonaws.com"}),
        "github" => {
            json!({"Federated": "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"})
        }
        "saml" => json!({"Federated": "arn:aws:iam::111111111111:saml-provider/okta"}),
        who => json!({ "AWS": who }),
    }
}

fn conditions() -> impl Strategy<Value = Vec<(&'static str, &'static str, &'static str)>> {
    let operator = prop::sample::select(vec![
        "StringEquals",
        "StringLike",
        "StringNotEquals",
        "StringEqualsIfExists",
        "ForAllValues:StringLike",
        "ForAnyValue:StringLike",
        "ArnLike",
        "Null",
    ]);
    let key = prop::sample::select(vec![
        "aws:PrincipalOrgID",
        "aws:PrincipalAccount",
        "aws:PrincipalArn",
        "sts:ExternalId",
        "aws:SourceIp",
        "token.actions.githubusercontent.com:sub",
    ]);
    let value = prop::sample::select(vec![
        "o-exampleorgid",
        "o-*",
        "*",
        "666666666666",
        "222222222222",
        "arn:aws:iam::666666666666:role/a",
        "repo:acme/app:*",
        "repo:acme/*",
        "true",
    ]);
    prop::collection::vec((operator, key, value), 0..3)
}

fn statement(effect: &'static str) -> impl Strategy<Value = Value> {
    let who = prop::sample::select(PRINCIPALS.to_vec());
    let action =
        prop::sample::select(vec!["sts:AssumeRole", "sts:*", "sts:AssumeRoleWith*", "sts:TagSession"]);
    (who, any::<bool>(), action, conditions()).prop_map(move |(who, is_excluded, action, conditions)| {
        let mut block = serde_json::Map::new();
        for (operator, key, value) in conditions {
            let keys = block.entry(operator).or_insert_with(|| json!({}));
            keys[key] = json!(value);
        }
        // Only few are about everyone else.
        let element = if is_excluded && who == OWN { "NotPrincipal" } else { "Principal" };
        json!({"Effect": effect, "Action": action, element: principal(who), "Condition": block})
    })
}

fn statements() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(prop_oneof![3 => statement("Allow"), 1 => statement("Deny")], 0..4)
}

fn judged_list(statements: &[Value]) -> Trust {
    judged_with(WHOLE, &json!({"Version": "2012-10-17", "Statement": statements}).to_string())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn another_allow_never_lowers_the_level(statements in statements(), allow in statement("Allow")) {
        let without = judged_list(&statements);
        let with = judged_list(&[statements, vec![allow]].concat());
        prop_assert!(with.level >= without.level, "{without:?}\n{with:?}");
        prop_assert!(with.at_most >= without.at_most);
    }

    #[test]
    fn another_deny_never_raises_the_level(statements in statements(), deny in statement("Deny")) {
        let without = judged_list(&statements);
        let with = judged_list(&[statements, vec![deny]].concat());
        prop_assert!(with.level <= without.level, "{without:?}\n{with:?}");
        prop_assert!(with.at_most <= without.at_most);
    }

    #[test]
    fn another_condition_never_raises_the_level(
        who in prop::sample::select(PRINCIPALS.to_vec()),
        conditions in conditions(),
    ) {
        let allow = |block: Value| json!({"Effect": "Allow", "Action": "sts:*", "Principal": principal(who), "Condition": block});
        let mut block = json!({});
        let mut before = judged_list(&[allow(block.clone())]);
        for (operator, key, value) in conditions {
            if block[operator].is_object() && !block[operator][key].is_null() {
                continue;
            }
            block[operator][key] = json!(value);
            let after = judged_list(&[allow(block.clone())]);
            prop_assert!(after.level <= before.level, "{block}\n{before:?}\n{after:?}");
            before = after;
        }
    }

    #[test]
    fn the_order_of_statements_does_not_matter(statements in statements()) {
        let mut backwards = statements.clone();
        backwards.reverse();
        let (one, two) = (judged_list(&statements), judged_list(&backwards));
        prop_assert_eq!((one.level, one.at_most, one.codes), (two.level, two.at_most, two.codes));
        prop_assert_eq!(one.external_accounts, two.external_accounts);
    }

    #[test]
    fn no_document_makes_it_panic(text in any::<String>()) {
        let _ = judged_with(WHOLE, &text);
    }
}
