//! What somebody who writes a trust policy may try to make it look narrower than it is.

use rolesweep_assess::risk::trust::TrustLevel;

use super::*;

const GITHUB: &str = "token.actions.githubusercontent.com";

fn tokens(issuer: &str, condition: &str) -> String {
    format!(
        r#"{{WEB,"Principal":{{"Federated":"arn:aws:iam::111111111111:oidc-provider/{issuer}"}},"Condition":{}}}"#,
        condition.replace("ISSUER", issuer)
    )
}

fn outside_if(condition: &str) -> String {
    format!(r#"{{ALLOW,"Principal":{{"AWS":"666666666666"}},"Condition":{condition}}}"#)
}

#[test]
fn a_star_is_a_letter_that_a_token_may_have_if_somebody_chooses_the_claim() {
    assert_words(&[
        // Whoever asks for a token chooses `aud`, and whoever owns a repository the workflow's name.
        (&tokens(GITHUB, r#"{"StringEquals":{"ISSUER:aud":"a*"}}"#), "public"),
        (&tokens(GITHUB, r#"{"StringEquals":{"ISSUER:workflow":"a*"}}"#), "public"),
        (&tokens(GITHUB, r#"{"StringEquals":{"ISSUER:sub":"workflow:a*"}}"#), "public"),
        (&tokens(GITHUB, r#"{"StringEquals":{"ISSUER:sub":"environment:a*"}}"#), "public"),
        (&tokens(GITHUB, r#"{"StringEquals":{"ISSUER:sub":"repo:acme/app:environment:*"}}"#), "local"),
        (&tokens("id.acme.example", r#"{"StringEquals":{"ISSUER:sub":"a*"}}"#), "local"),
        // References and repositories have no stars.
        (&tokens(GITHUB, r#"{"StringEquals":{"ISSUER:sub":"repo:acme/app:ref:refs/heads/*"}}"#), "nobody"),
        (&tokens(GITHUB, r#"{"StringEquals":{"ISSUER:sub":"repo:acme/*"}}"#), "nobody"),
    ]);
}

#[test]
fn a_star_is_a_letter_that_the_path_of_a_role_may_have() {
    let arn = |arn: &str| outside_if(&format!(r#"{{"StringEquals":{{"aws:PrincipalArn":"{arn}"}}}}"#));
    assert_words(&[
        (&arn("arn:aws:iam::666666666666:role/*/deploy"), "external-bound"),
        (&arn("arn:aws:iam::666666666666:role/deploy*"), "nobody"),
        (&arn("arn:aws:iam::*:role/deploy"), "nobody"),
    ]);
}

#[test]
fn a_session_of_another_account_may_have_claims_of_the_token_that_it_began_with() {
    assert_words(&[
        (&outside_if(r#"{"StringEquals":{"cognito-identity.amazonaws.com:sub":"a"}}"#), "external-open"),
        (&outside_if(r#"{"Null":{"cognito-identity.amazonaws.com:sub":"false"}}"#), "external-open"),
        (&outside_if(r#"{"StringEquals":{"accounts.google.com:sub":"1"}}"#), "external-open"),
    ]);
}

#[test]
fn an_issuer_that_begins_or_ends_like_a_provider_is_not_it() {
    for (issuer, condition) in [
        ("oidc.eks.evil.example/id/0123456789ABCDEF0123456789ABCDEF", "{}"),
        ("oidc-eks.evil.example/id/0123456789ABCDEF0123456789ABCDEF", "{}"),
        ("cognito-idp.evil.example/eu-west-1_0a1b", "{}"),
        ("evilsandboxes.cloud", r#"{"StringEquals":{"ISSUER:aud":"acme"}}"#),
    ] {
        assert_words(&[(&tokens(issuer, condition), "external-open")]);
    }
    for issuer in [
        "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF",
        "oidc.eks.cn-north-1.amazonaws.com.cn/id/0123456789ABCDEF0123456789ABCDEF",
        "oidc-eks.eu-west-1.api.aws/id/0123456789ABCDEF0123456789ABCDEF",
    ] {
        assert_words(&[(&tokens(issuer, "{}"), "local")]);
    }
}

#[test]
fn users_who_did_not_sign_in_are_anyone_in_any_case() {
    let statement = r#"{WEB,"Principal":{"Federated":"cognito-identity.amazonaws.com"},"Condition":{"StringEquals":{"cognito-identity.amazonaws.com:aud":"eu-west-1:0a1b"},"ForAnyValue:StringEqualsIgnoreCase":{"cognito-identity.amazonaws.com:amr":"UnAuthenticated"}}}"#;
    assert_words(&[(statement, "public")]);
}

#[test]
fn a_pattern_that_fits_every_role_or_user_of_an_account_does_not_limit_it() {
    for kind in ["r*", "role*", "role/*", "u*", "us*", "user*", "user/*", "*", "?*"] {
        let condition = format!(r#"{{"ArnLike":{{"aws:PrincipalArn":"arn:aws:iam::666666666666:{kind}"}}}}"#);
        assert_words(&[(&anyone_if(&condition), "external-open")]);
    }
}

#[test]
fn a_variable_may_stand_for_several_parts_of_an_arn() {
    for value in [
        "arn:aws:${aws:PrincipalTag/x}:111111111111:*",
        "arn:aws:${aws:PrincipalTag/x}:o:111111111111:*",
        "arn:aws:iam:${aws:PrincipalTag/x}:111111111111:*",
    ] {
        let condition = format!(r#"{{"ArnLike":{{"aws:PrincipalArn":"{value}"}}}}"#);
        assert_words(&[(&anyone_if(&condition), "public")]);
    }
}

#[test]
fn a_deny_that_some_requests_pass_takes_nothing_away() {
    let anyone = r#"{ALLOW,"Principal":"*"}"#;
    for deny in [
        // A value that is neither: a tag may be any text.
        r#"{DENY,"Principal":"*","Condition":{"BoolIfExists":{"aws:PrincipalTag/x":["true","false"]}}}"#,
        r#"{DENY,"Principal":"*","Condition":{"IpAddressIfExists":{"aws:PrincipalTag/x":["0.0.0.0/0","::/0"]}}}"#,
        // AWS does not say whether a service may have a wildcard.
        r#"{"Effect":"Deny","Principal":"*","Action":"s*:AssumeRole*"}"#,
        r#"{"Effect":"Deny","Principal":"*","Action":"*:*"}"#,
    ] {
        let trust = judged(&format!("{anyone},{deny}"));
        assert_eq!((trust.level, trust.as_str()), (TrustLevel::Public, "public"), "{deny} {trust:?}");
    }
    // Such a key has no other value.
    let mfa = r#"{DENY,"Principal":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":["true","false"]}}}"#;
    assert_words(&[(&format!("{anyone},{mfa}"), "nobody")]);
}

#[test]
fn a_wildcard_as_a_service_or_provider_is_not_understood() {
    for principal in [
        r#"{"Service":"*"}"#,
        r#"{"Service":"*.amazonaws.com"}"#,
        r#"{"Federated":"*"}"#,
        r#"{"Federated":"arn:aws:iam::111111111111:oidc-provider/*"}"#,
        r#"{"Federated":"arn:aws:iam::111111111111:saml-provider/*"}"#,
        r#"{"Federated":"arn:aws:iam::111111111111:other/x"}"#,
    ] {
        let statement = format!(r#"{{"Effect":"Allow","Action":"sts:*","Principal":{principal}}}"#);
        let trust = judged(&statement);
        assert_eq!((trust.as_str(), trust.at_most), ("unknown", TrustLevel::Public), "{principal} {trust:?}");
    }
}

#[test]
fn a_number_that_is_not_whole_never_makes_it_narrower() {
    for value in ["6.66666666666e11", "666666666666.0"] {
        let condition = format!(r#"{{"StringEquals":{{"aws:PrincipalAccount":{value}}}}}"#);
        for statement in [outside_if(&condition), anyone_if(&condition)] {
            assert!(judged(&statement).at_most >= TrustLevel::ExternalOpen, "{statement}");
        }
    }
}

#[test]
fn a_saml_provider_has_no_account_that_calls() {
    let statement = r#"{SAML,"Principal":{"Federated":"arn:aws:iam::111111111111:saml-provider/x"},"Condition":{"StringNotEquals":{"aws:PrincipalAccount":"111111111111"}}}"#;
    assert_words(&[(statement, "local")]);
}
