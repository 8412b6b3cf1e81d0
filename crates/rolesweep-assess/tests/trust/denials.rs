//! What is denied again.

use rolesweep_assess::risk::Confidence;

use super::*;

#[test]
fn only_a_deny_of_the_same_action_and_principal_without_a_condition_counts() {
    let anyone = r#"{ALLOW,"Principal":"*"}"#;
    let outside = r#"{ALLOW,"Principal":{"AWS":"666666666666"}}"#;
    for (allow, deny, word) in [
        (anyone, r#"{"Effect":"Deny","Action":"*","Principal":"*"}"#, "nobody"),
        (anyone, r#"{DENY,"Principal":{"AWS":"*"}}"#, "nobody"),
        (anyone, r#"{DENY,"Principal":"*","Condition":{}}"#, "nobody"),
        (
            anyone,
            r#"{DENY,"Principal":"*","Condition":{"StringLikeIfExists":{"aws:username":"*"}}}"#,
            "nobody",
        ),
        (outside, r#"{DENY,"Principal":"*"}"#, "nobody"),
        (outside, r#"{DENY,"Principal":{"AWS":"arn:aws:iam::666666666666:root"}}"#, "nobody"),
        (outside, r#"{DENY,"Principal":{"AWS":"222222222222"}}"#, "external-open"),
        (outside, r#"{DENY,"Principal":{"AWS":"arn:aws:iam::666666666666:role/a"}}"#, "external-open"),
        (outside, r#"{"Effect":"Deny","Action":"sts:TagSession","Principal":"*"}"#, "external-open"),
        (anyone, r#"{DENY,"Principal":{"AWS":"666666666666"}}"#, "public"),
        (anyone, r#"{DENY,"NotPrincipal":{"AWS":"222222222222"}}"#, "public"),
        (
            anyone,
            r#"{DENY,"Principal":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-exampleorgid"}}}"#,
            "public",
        ),
        // Whoever writes a policy must not be able to hide by an odd operator.
        (anyone, r#"{DENY,"Principal":"*","Condition":{"StringMatches":{"aws:username":"a"}}}"#, "public"),
    ] {
        assert_words(&[(&format!("{allow},{deny}"), word), (&format!("{deny},{allow}"), word)]);
    }
}

#[test]
fn a_deny_that_does_not_count_is_named() {
    for (deny, evidence, confidence) in [
        (
            r#"{DENY,"Principal":{"AWS":"666666666666"}}"#,
            "trusts anyone; statement 2 denies aws:666666666666 (statement 1)",
            Confidence::High,
        ),
        (
            r#"{DENY,"Sid":"Ours","Principal":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-exampleorgid"}}}"#,
            "trusts anyone; statement 2 \"Ours\" denies if aws:PrincipalOrgID is not o-exampleorgid (statement 1)",
            Confidence::Medium,
        ),
        (
            r#"{DENY,"NotPrincipal":{"AWS":"222222222222"}}"#,
            "trusts anyone; statement 2 denies all but aws:222222222222 (statement 1)",
            Confidence::High,
        ),
    ] {
        let trust = judged(&format!(r#"{{ALLOW,"Principal":"*"}},{deny}"#));
        assert_eq!(trust.evidence, [evidence]);
        assert_eq!(trust.confidence, confidence, "{deny}");
    }
    let all = judged(r#"{ALLOW,"Principal":"*"},{"Effect":"Deny","Action":"*","Principal":"*"}"#);
    assert_eq!(all.evidence, ["names anyone; denied by statement 2 (statement 1)"]);
    assert_eq!(all.codes, ["trust-nobody"]);
}

#[test]
fn the_statements_that_take_all_away_are_named_and_no_others() {
    let role = r#"{ALLOW,"Principal":{"AWS":"666666666666"}}"#;
    let all = r#"{"Effect":"Allow","Action":"sts:*","Principal":"*"}"#;
    let tag = r#"{"Effect":"Deny","Action":"sts:TagSession","Principal":"*"}"#;
    let web = r#"{"Effect":"Deny","Action":"sts:AssumeRoleWith*","Principal":"*"}"#;
    let deny = r#"{DENY,"Principal":"*"}"#;
    let odd = r#"{"Effect":"Deny","Action":"s*:AssumeRole","Principal":"*"}"#;
    for (statements, denied_by) in [
        (format!("{role},{tag},{deny}"), "statement 3"),
        (format!("{role},{web},{deny}"), "statement 3"),
        (format!("{role},{odd},{deny}"), "statement 3"),
        (format!("{role},{deny},{deny}"), "statement 2"),
        (format!("{all},{tag},{deny},{web}"), "statement 3 and statement 4"),
    ] {
        let [line] = &judged(&statements).evidence[..] else { panic!("{statements}") };
        assert!(line.ends_with(&format!("; denied by {denied_by} (statement 1)")), "{statements} {line}");
    }
}

#[test]
fn a_deny_of_one_way_leaves_the_others() {
    let all = r#"{"Effect":"Allow","Action":"sts:*","Principal":"*"}"#;
    let deny = r#"{"Effect":"Deny","Action":["sts:AssumeRole"],"Principal":"*"}"#;
    let rest = r#"{"Effect":"Deny","Action":["sts:AssumeRoleWith*"],"Principal":"*"}"#;
    assert_words(&[(&format!("{all},{deny}"), "public"), (&format!("{all},{deny},{rest}"), "nobody")]);
}
