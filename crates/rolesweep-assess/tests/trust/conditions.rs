//! Conditions on who sends the request.

use rolesweep_assess::risk::Confidence;

use super::*;

fn org_id(operator: &str, value: &str) -> String {
    anyone_if(&format!(r#"{{"{operator}":{{"aws:PrincipalOrgID":{value}}}}}"#))
}

#[test]
fn a_condition_on_the_organization_counts_only_if_it_limits() {
    for (operator, value, word) in [
        ("StringEquals", r#""o-exampleorgid""#, "org"),
        ("stringequals", r#"["o-exampleorgid"]"#, "org"),
        ("StringLike", r#""o-exampleorgid""#, "org"),
        ("ForAnyValue:StringEquals", r#""o-exampleorgid""#, "org"),
        ("StringEquals", r#""o-theirs000000""#, "external-open"),
        ("StringEquals", r#"["o-exampleorgid","o-theirs000000"]"#, "external-open"),
        ("StringEquals", r#""${aws:ResourceOrgID}""#, "org"),
        ("StringEquals", r#""${aws:PrincipalOrgID}""#, "public"),
        ("StringEquals", r#""${aws:username}""#, "public"),
        ("StringLike", r#""o-*""#, "public"),
        ("StringLike", r#"["o-exampleorgid","o-*"]"#, "public"),
        ("StringEqualsIfExists", r#""o-exampleorgid""#, "public"),
        ("ForAllValues:StringEquals", r#""o-exampleorgid""#, "public"),
        ("StringNotEquals", r#""o-theirs000000""#, "public"),
        ("StringNotLike", r#""o-t*""#, "public"),
        ("Null", r#""false""#, "public"),
        // A star is a letter here, so that nobody fits.
        ("StringEquals", r#""o-*""#, "nobody"),
        ("StringEquals", "[]", "nobody"),
    ] {
        assert_words(&[(&org_id(operator, value), word)]);
    }
}

#[test]
fn an_organization_of_which_the_id_is_not_known_may_be_another() {
    let unknown = Facts { has_id: false, ..WHOLE };
    let trust = judged_with(unknown, &document(&org_id("StringEquals", r#""o-exampleorgid""#)));
    assert_eq!(trust.as_str(), "membership-unknown");
}

#[test]
fn each_key_that_says_who_is_read() {
    for (operator, key, value, word) in [
        (
            "ForAnyValue:StringLike",
            "aws:PrincipalOrgPaths",
            "o-exampleorgid/r-ab12/ou-ab12-11111111/*",
            "org",
        ),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-exampleorgid/*", "org"),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-exampleorgid*", "public"),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-theirs000000/*", "external-open"),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "*/r-ab12/*", "public"),
        ("ForAllValues:StringLike", "aws:PrincipalOrgPaths", "o-exampleorgid/*", "public"),
        ("StringEquals", "aws:PrincipalAccount", OWN, "local"),
        ("StringEquals", "aws:PrincipalAccount", MEMBER, "org"),
        ("StringEquals", "aws:PrincipalAccount", OUTSIDE, "external-open"),
        ("StringEquals", "aws:PrincipalAccount", DATADOG, "external-bound"),
        ("StringLike", "aws:PrincipalAccount", "11111111111?", "public"),
        ("StringEquals", "aws:PrincipalAccount", "${aws:ResourceAccount}", "local"),
        ("StringEquals", "aws:PrincipalAccount", "nobody", "nobody"),
        ("StringEquals", "AWS:principalaccount", OWN, "local"),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111111111111:role/*", "local"),
        ("ArnEquals", "aws:PrincipalArn", "arn:*:iam::222222222222:role/a", "org"),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::666666666666:role/a", "external-bound"),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::666666666666:role/*", "external-open"),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/deploy", "public"),
        ("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::666666666666:role/a", "public"),
        ("StringLike", "aws:PrincipalArn", "arn:aws:iam::111111111111:*", "local"),
        // The star also stands for `aws:iam::666666666666:role/`, and paths may have colons.
        ("StringLike", "aws:PrincipalArn", "arn:*:iam::111111111111:role/a", "public"),
        ("StringLike", "aws:PrincipalArn", "*", "public"),
        ("StringEquals", "aws:SourceAccount", OWN, "local"),
        ("ArnLike", "aws:SourceArn", "arn:aws:sns:*:111111111111:t", "local"),
        ("ArnLike", "aws:SourceArn", "arn:aws:s3:::bucket", "external-bound"),
        ("ArnLike", "aws:SourceArn", "arn:aws:s3:::*", "public"),
        ("StringEquals", "aws:SourceOrgID", "o-exampleorgid", "org"),
        ("StringLike", "aws:userid", "AROADBQP57FF2AEXAMPLE:*", "external-bound"),
        ("StringLike", "aws:userid", "AROA*", "public"),
        ("StringEquals", "aws:ResourceOrgID", "${aws:PrincipalOrgID}", "org"),
        ("StringEquals", "aws:ResourceOrgID", "o-exampleorgid", "public"),
        ("StringEquals", "aws:ResourceAccount", "${aws:PrincipalAccount}", "local"),
    ] {
        let statement = anyone_if(&format!(r#"{{"{operator}":{{"{key}":"{value}"}}}}"#));
        assert_words(&[(&statement, word)]);
    }
}

#[test]
fn a_value_with_a_star_that_is_a_letter_fits_nobody_and_adds_nobody() {
    assert_words(&[
        (&org_id("StringEquals", r#"["o-exampleorgid","o-*"]"#), "org"),
        (&org_id("StringEquals", r#"["o-*","o-??"]"#), "nobody"),
    ]);
}

#[test]
fn a_tag_whose_name_looks_like_a_claim_is_a_tag() {
    let statement = r#"{ALLOW,"Principal":{"AWS":"666666666666"},"Condition":{"StringEquals":{"aws:PrincipalTag/id.example.com:sub":"x"}}}"#;
    assert_words(&[(statement, "external-open")]);
}

#[test]
fn what_does_not_say_who_leaves_anyone_anyone() {
    for condition in [
        r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#,
        r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#,
        r#"{"StringEquals":{"aws:PrincipalTag/team":"x"}}"#,
        r#"{"StringEquals":{"sts:RoleSessionName":"x"}}"#,
        r#"{"StringEquals":{"sts:ExternalId":"x"}}"#,
        "{}",
    ] {
        assert_words(&[(&anyone_if(condition), "public")]);
    }
}

#[test]
fn an_external_id_does_not_say_who_and_has_to_be_demanded() {
    let outside = |operator: &str, value: &str| {
        format!(
            r#"{{ALLOW,"Principal":{{"AWS":"666666666666"}},"Condition":{{"{operator}":{{"STS:externalid":{value}}}}}}}"#
        )
    };
    for (operator, value, word) in [
        ("StringEquals", r#""a""#, "external-bound"),
        ("StringEquals", r#"["a","b"]"#, "external-bound"),
        ("StringEquals", "12345", "external-bound"),
        ("StringEquals", r#""*""#, "external-bound"),
        ("StringLike", r#""a*""#, "external-bound"),
        ("StringLike", r#""*""#, "external-open"),
        ("StringLike", r#"["a","?*"]"#, "external-open"),
        ("StringEquals", r#""${aws:username}""#, "external-open"),
        ("StringEqualsIfExists", r#""a""#, "external-open"),
        ("ForAllValues:StringEquals", r#""a""#, "external-open"),
        ("StringNotEquals", r#""a""#, "external-open"),
        ("Null", r#""false""#, "external-open"),
    ] {
        assert_words(&[(&outside(operator, value), word)]);
    }
    let anyone = judged(&anyone_if(r#"{"StringEquals":{"sts:ExternalId":"hunter2"}}"#));
    assert_eq!(anyone.evidence, ["trusts anyone; with sts:ExternalId (statement 1)"]);
}

#[test]
fn the_value_of_an_external_id_is_never_shown() {
    let operators = [
        "StringEquals",
        "StringLike",
        "StringNotEquals",
        "StringEqualsIfExists",
        "ForAllValues:StringEquals",
        "ForAnyValue:StringLike",
        "ArnLike",
        "NumericEquals",
        "DateEquals",
        "BinaryEquals",
        "IpAddress",
        "Bool",
        "Null",
        "StringMatches",
    ];
    let principals = [
        r#"{"AWS":"*"}"#,
        r#"{"AWS":"666666666666"}"#,
        r#"{"Service":"ec2.amazonaws.com"}"#,
        r#"{"Federated":"arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"}"#,
        r#"{"Federated":"sts"}"#,
    ];
    for operator in operators {
        for principal in principals {
            for effect in ["Allow", "Deny"] {
                for key in ["sts:ExternalId", "sts:externalid", "STS:EXTERNALID"] {
                    let statement = format!(
                        r#"{{"Effect":"{effect}","Action":"*","Principal":{principal},"Condition":{{"{operator}":{{"{key}":["hunter2","hunter2*"]}}}}}},
                           {{ALLOW,"Principal":"*"}}"#
                    );
                    let shown = format!("{:?}", judged(&statement));
                    assert!(!shown.contains("hunter2"), "{statement}\n{shown}");
                }
            }
        }
    }
}

#[test]
fn conditions_are_told_in_words() {
    for (condition, evidence) in [
        (
            r#"{"StringEquals":{"aws:PrincipalOrgID":"o-exampleorgid"},"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#,
            "trusts anyone; only if aws:MultiFactorAuthPresent is true and aws:PrincipalOrgID is o-exampleorgid (statement 1)",
        ),
        (
            r#"{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-exampleorgid"}}"#,
            "trusts anyone; does not require aws:PrincipalOrgID: IfExists also holds without it (statement 1)",
        ),
        (
            r#"{"StringLike":{"aws:PrincipalOrgID":"o-*"}}"#,
            "trusts anyone; only if aws:PrincipalOrgID is like o-*; `o-*` fits anyone (statement 1)",
        ),
        (
            r#"{"StringNotEquals":{"aws:PrincipalAccount":["1","2","3","4"]}}"#,
            "trusts anyone; only if aws:PrincipalAccount is not 1, 2, 3 and 1 more; the condition on aws:PrincipalAccount only keeps some out (statement 1)",
        ),
        (
            r#"{"StringEquals":{"aws:PrincipalOrgID":"o-*"}}"#,
            "names anyone; never, because aws:PrincipalOrgID is o-* cannot hold (statement 1)",
        ),
        (
            r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"},"Null":{"aws:TokenIssueTime":"false"}}"#,
            "trusts anyone; only if aws:SourceIp is in 203.0.113.0/24 and aws:TokenIssueTime is there (statement 1)",
        ),
        // Nobody knows what is secret in a tag or a session name.
        (
            r#"{"StringEquals":{"aws:PrincipalTag/team":"x"},"StringNotEquals":{"sts:RoleSessionName":"y"}}"#,
            "trusts anyone; only if aws:PrincipalTag/team matches and sts:RoleSessionName does not match (statement 1)",
        ),
        (
            r#"{"DateLessThan":{"aws:CurrentTime":"2020-01-01"}}"#,
            "trusts anyone; only if aws:CurrentTime is below 2020-01-01 (statement 1)",
        ),
    ] {
        assert_eq!(judged(&anyone_if(condition)).evidence, [evidence], "{condition}");
    }
}

#[test]
fn what_is_not_understood_is_unknown_and_hides_nothing_else() {
    let odd = anyone_if(r#"{"StringMatches":{"aws:PrincipalOrgID":"o-exampleorgid"}}"#);
    let trust = judged(&odd);
    assert_eq!(
        (trust.as_str(), trust.level.as_str(), trust.at_most.as_str()),
        ("unknown", "nobody", "public")
    );
    assert_eq!(trust.codes, ["trust-unknown"]);
    assert_eq!(trust.confidence, Confidence::Low);
    assert_eq!(
        trust.evidence,
        [
            "perhaps trusts anyone; only if the unknown operator StringMatches on aws:PrincipalOrgID holds (statement 1)"
        ]
    );
    // What is certain stays.
    let trust = judged(&format!(r#"{odd},{{ALLOW,"Principal":{{"AWS":"222222222222"}}}}"#));
    assert_eq!((trust.as_str(), trust.level.as_str()), ("unknown", "org"));
    assert_eq!(trust.codes, ["trust-unknown", "trust-org"]);
    // It decides nothing if the rest is as wide.
    assert_words(&[
        (&format!(r#"{odd},{{ALLOW,"Principal":"*"}}"#), "public"),
        (
            &anyone_if(
                r#"{"StringEquals":{"aws:PrincipalOrgID":"o-exampleorgid"},"IpAddress":{"aws:SourceIp":"x"}}"#,
            ),
            "unknown",
        ),
        (r#"{ALLOW,"Principal":{"AWS":"nobody"}}"#, "unknown"),
        (r#"{ALLOW,"Principal":{"AWS":"arn:aws:iam::*:role/a"}}"#, "unknown"),
    ]);
}

#[test]
fn a_condition_on_a_named_account_narrows_it() {
    let account = |account: &str, condition: &str| {
        format!(r#"{{ALLOW,"Principal":{{"AWS":"{account}"}},"Condition":{condition}}}"#)
    };
    assert_words(&[
        (
            &account(OUTSIDE, r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::666666666666:role/a"}}"#),
            "external-bound",
        ),
        (
            &account(OUTSIDE, r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::666666666666:*"}}"#),
            "external-open",
        ),
        (&account(OUTSIDE, r#"{"StringEquals":{"aws:PrincipalAccount":"222222222222"}}"#), "nobody"),
        (&account(OUTSIDE, r#"{"StringEquals":{"aws:PrincipalOrgID":"o-exampleorgid"}}"#), "org"),
        (&account(OUTSIDE, r#"{"StringLike":{"aws:PrincipalArn":"*"}}"#), "external-open"),
        (&account(MEMBER, r#"{"StringEquals":{"aws:PrincipalOrgID":"o-theirs000000"}}"#), "org"),
    ]);
}
