//! Documents that nobody should write: each has a clear result, and never a lower one.

use super::*;

#[test]
fn what_is_not_a_policy_is_unknown() {
    for document in [
        "",
        "{}",
        "null",
        "[]",
        r#"{"Statement":[{"Effect":"Allow"}]}"#,
        r#"{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*"}]"#,
        // A key that comes twice, of which a reader may take either.
        r#"{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-exampleorgid"},"StringEquals":{"aws:username":"a"}}}]}"#,
        r#"{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*","Condition":{"StringEquals":{"a:b":"1","A:B":"2"}}}]}"#,
        r#"{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"*","aws":"*"}}]}"#,
    ] {
        let trust = judged_with(WHOLE, document);
        assert_eq!(trust.as_str(), "unknown", "{document}");
        assert_eq!((trust.level.as_str(), trust.at_most.as_str()), ("nobody", "public"));
        assert_eq!(trust.codes, ["trust-unknown"]);
    }
}

#[test]
fn values_of_a_wrong_type_never_make_it_narrower() {
    for value in ["null", "{}", r#"[["o-exampleorgid"]]"#, r#"[null,"o-exampleorgid"]"#, "true", "1.5"] {
        let statement = anyone_if(&format!(r#"{{"StringEquals":{{"aws:PrincipalOrgID":{value}}}}}"#));
        let trust = judged(&statement);
        assert!(trust.at_most >= rolesweep_assess::risk::trust::TrustLevel::Org, "{value} {trust:?}");
    }
    // A list of which one value is not understood may let in more than the others.
    let mixed = anyone_if(r#"{"StringEquals":{"aws:PrincipalOrgID":[null,"o-exampleorgid"]}}"#);
    assert_ne!(judged(&mixed).as_str(), "org");
}

#[test]
fn evidence_has_few_short_lines_without_hidden_characters() {
    let principals: Vec<String> = (0..500).map(|n| format!(r#""{n:012}""#)).collect();
    let statements: Vec<String> = (0..500)
        .map(|n| {
            format!(
                r#"{{ALLOW,"Sid":"\u202e\n{n}","Principal":{{"AWS":"*"}},"Condition":{{"StringNotLike":{{"aws:PrincipalOrgID\u0007":"\u001b[31m{n}"}}}}}}"#
            )
        })
        .collect();
    let many = format!(
        r#"{},{{ALLOW,"Principal":{{"AWS":[{}],"Federated":"arn:aws:iam::111111111111:saml-provider/{}"}}}}"#,
        statements.join(","),
        principals.join(","),
        "x".repeat(10_000),
    );
    let trust = judged(&many);
    assert_eq!(trust.as_str(), "public");
    assert_eq!(trust.evidence.len(), 13);
    assert!(trust.evidence[12].starts_with("and "), "{}", trust.evidence[12]);
    for line in &trust.evidence {
        assert!(line.chars().count() <= 500, "{line}");
        assert!(!line.chars().any(rolesweep_model::text::is_hidden), "{line:?}");
    }
    assert_eq!(trust.external_accounts.len(), 500);
}

#[test]
fn patterns_of_stars_take_no_time() {
    let stars = "*?".repeat(5_000);
    let condition = format!(
        r#"{{"StringLike":{{"aws:PrincipalArn":"{stars}","token.actions.githubusercontent.com:sub":"{stars}"}}}}"#
    );
    let provider = r#"{"AWS":"*","Federated":"arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"}"#;
    let statement =
        format!(r#"{{"Effect":"Allow","Action":"{stars}*","Principal":{provider},"Condition":{condition}}}"#);
    let started = std::time::Instant::now();
    let _ = judged(&statement);
    assert!(started.elapsed().as_secs() < 5);
}
