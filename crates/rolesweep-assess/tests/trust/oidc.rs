//! OIDC providers: which tokens are accepted.

use rolesweep_assess::risk::Confidence;

use super::*;

const GITHUB: &str = "token.actions.githubusercontent.com";

/// Trust in an issuer of the role's own account, with conditions in which `ISSUER` is the issuer.
fn tokens(issuer: &str, condition: &str) -> String {
    format!(
        r#"{{WEB,"Principal":{{"Federated":"arn:aws:iam::111111111111:oidc-provider/{issuer}"}},"Condition":{}}}"#,
        condition.replace("ISSUER", issuer)
    )
}

fn sub(issuer: &str, operator: &str, value: &str) -> String {
    tokens(issuer, &format!(r#"{{"{operator}":{{"ISSUER:sub":"{value}"}}}}"#))
}

#[test]
fn github_is_public_unless_sub_names_an_organization_to_its_end() {
    for (operator, value, word) in [
        ("StringLike", "*", "public"),
        ("StringLike", "repo:*", "public"),
        ("StringLike", "repo:acme*", "public"),
        ("StringLike", "repo:*/app:*", "public"),
        ("StringLike", "*:ref:refs/heads/main", "public"),
        ("StringLike", "repo:acme/*", "external-bound"),
        ("StringLike", "repo:acme/app*", "external-bound"),
        ("StringLike", "repo:acme/app:*", "local"),
        ("StringEquals", "repo:acme/app:ref:refs/heads/main", "local"),
        ("StringEquals", "repo:acme@1/app@2:ref:refs/heads/main", "local"),
        ("StringLike", "repository_owner_id:12:*", "external-bound"),
        // A repository of anybody may send this, because its owner chooses what `sub` has.
        ("StringEquals", "environment:prod", "public"),
        ("ForAllValues:StringLike", "repo:acme/app:*", "public"),
        ("StringLikeIfExists", "repo:acme/app:*", "public"),
        ("StringNotLike", "repo:evil/*", "public"),
        // A star is a letter here, and no repository has one in its name.
        ("StringEquals", "repo:acme/app:*", "nobody"),
        ("StringEquals", "repo:*", "nobody"),
        // But a workflow may have, and `sub` may be its name alone.
        ("StringEquals", "workflow:*", "public"),
    ] {
        assert_words(&[(&sub(GITHUB, operator, value), word)]);
    }
    assert_words(&[(&tokens(GITHUB, "{}"), "public")]);
}

#[test]
fn github_is_limited_by_other_claims_too() {
    for (claim, value, word) in [
        ("aud", "sts.amazonaws.com", "public"),
        ("repository", "acme/app", "local"),
        ("repository_id", "12", "local"),
        ("repository_owner", "acme", "external-bound"),
        ("repository_owner_id", "34", "external-bound"),
        ("job_workflow_ref", "acme/ci/.github/workflows/deploy.yml@refs/heads/main", "external-bound"),
        ("actor", "alice", "public"),
    ] {
        let condition = format!(r#"{{"StringEquals":{{"ISSUER:{claim}":"{value}"}}}}"#);
        assert_words(&[(&tokens(GITHUB, &condition), word)]);
    }
    let several = r#"{"StringLike":{"ISSUER:sub":["repo:acme/app:*","repo:acme/*"]}}"#;
    let both = r#"{"StringLike":{"ISSUER:sub":"*:environment:prod"},"StringEquals":{"ISSUER:repository":"acme/app"}}"#;
    let one_open = r#"{"StringLike":{"ISSUER:sub":["repo:acme/app:*","repo:*"]}}"#;
    assert_words(&[
        (&tokens(GITHUB, several), "external-bound"),
        (&tokens(GITHUB, both), "local"),
        (&tokens(GITHUB, one_open), "public"),
    ]);
}

#[test]
fn an_open_provider_is_named_with_the_reason() {
    for (statement, evidence) in [
        (
            tokens(GITHUB, r#"{"StringEquals":{"ISSUER:aud":"sts.amazonaws.com"}}"#),
            "trusts any GitHub repository; only if token.actions.githubusercontent.com:aud is sts.amazonaws.com; no condition on token.actions.githubusercontent.com:sub (statement 1)",
        ),
        (
            sub(GITHUB, "StringLike", "repo:acme*"),
            "trusts any GitHub repository; only if token.actions.githubusercontent.com:sub is like repo:acme*; `repo:acme*` in token.actions.githubusercontent.com:sub does not name one organization (statement 1)",
        ),
        (
            sub(GITHUB, "ForAllValues:StringLike", "repo:acme/app:*"),
            "trusts any GitHub repository; does not require token.actions.githubusercontent.com:sub: ForAllValues also holds without it (statement 1)",
        ),
    ] {
        let trust = judged(&statement);
        assert_eq!(trust.evidence, [evidence]);
        assert_eq!(trust.codes, ["trust-public", "oidc-open"]);
        assert_eq!(trust.confidence, Confidence::High);
    }
    let pinned = judged(&sub(GITHUB, "StringLike", "repo:acme/app:*"));
    assert_eq!(
        pinned.evidence,
        [
            "trusts a named GitHub repository; only if token.actions.githubusercontent.com:sub is like repo:acme/app:*; pull requests are let in (statement 1)"
        ]
    );
    assert_eq!(pinned.codes, ["trust-local"]);
}

#[test]
fn each_provider_is_read_by_its_own_claim() {
    for (issuer, pinned, tenant) in [
        ("gitlab.com", "project_path:acme/app:*", Some("project_path:acme/*")),
        ("app.terraform.io", "organization:acme:project:p:workspace:w:*", Some("organization:acme:*")),
        ("agent.buildkite.com", "organization:acme:pipeline:p:*", Some("organization:acme:*")),
        ("scalr.io", "account:acme:environment:e:*", Some("account:acme:*")),
        ("oidc.codefresh.io", "account:acme:pipeline:p:*", Some("account:acme:*")),
        ("accounts.google.com", "117123456789012345678", None),
    ] {
        assert_words(&[
            (&tokens(issuer, "{}"), "public"),
            (&sub(issuer, "StringLike", "*"), "public"),
            (&sub(issuer, "StringLike", pinned), "local"),
        ]);
        if let Some(tenant) = tenant {
            assert_words(&[(&sub(issuer, "StringLike", tenant), "external-bound")]);
        }
    }
    // The issuer belongs to one customer.
    for (issuer, pinned) in [
        ("oidc.circleci.com/org/0a1b", "org/0a1b/project/2c3d/user/*"),
        ("api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc", "{0a1b}:*"),
        ("token.actions.githubusercontent.com/acme", "repo:acme/app:*"),
        ("oidc.fly.io/acme", "acme:app:*"),
        ("sts.windows.net/0a1b/", "2c3d"),
        ("cognito-idp.eu-west-1.amazonaws.com/eu-west-1_0a1b", "2c3d"),
        ("acme.okta.com", "alice"),
    ] {
        assert_words(&[
            (&tokens(issuer, "{}"), "external-bound"),
            (&sub(issuer, "StringLike", pinned), "local"),
        ]);
        assert!(judged(&tokens(issuer, "{}")).evidence[0].contains("no condition on "));
    }
}

#[test]
fn vercel_and_pulumi_are_told_apart_by_aud() {
    for issuer in ["oidc.vercel.com", "api.pulumi.com/oidc", "sandboxes.cloud"] {
        let aud = r#"{"StringEquals":{"ISSUER:aud":"https://vercel.com/acme"}}"#;
        let any = r#"{"StringLike":{"ISSUER:aud":"https://vercel.com/*"}}"#;
        assert_words(&[
            (&tokens(issuer, aud), "local"),
            (&tokens(issuer, any), "public"),
            (&tokens(issuer, "{}"), "public"),
        ]);
    }
}

#[test]
fn cognito_without_aud_is_any_identity_pool() {
    let pools = |condition: &str| {
        format!(
            r#"{{WEB,"Principal":{{"Federated":"cognito-identity.amazonaws.com"}},"Condition":{}}}"#,
            condition.replace("ISSUER", "cognito-identity.amazonaws.com")
        )
    };
    let aud = r#""StringEquals":{"ISSUER:aud":"eu-west-1:0a1b"}"#;
    let amr = |kind: &str| format!(r#"{{{aud},"ForAnyValue:StringLike":{{"ISSUER:amr":"{kind}"}}}}"#);
    for (condition, word, says, is_open) in [
        ("{}".to_owned(), "public", "any Amazon Cognito identity pool of any account", true),
        (
            r#"{"ForAnyValue:StringLike":{"ISSUER:amr":"authenticated"}}"#.to_owned(),
            "public",
            "any Amazon Cognito identity pool of any account",
            true,
        ),
        (amr("unauthenticated"), "public", "who did not sign in, by design", false),
        (amr("authenticated"), "external-bound", "users who sign in to one", false),
        (amr("*"), "public", "also those who did not sign in", false),
        (format!("{{{aud}}}"), "public", "also those who did not sign in", false),
    ] {
        let trust = judged(&pools(&condition));
        assert_eq!(trust.as_str(), word, "{condition}");
        assert!(trust.evidence[0].contains(says), "{:?}", trust.evidence);
        assert_eq!(trust.codes.contains(&"oidc-open"), is_open, "{condition}");
    }
}

#[test]
fn a_cluster_is_local_whatever_its_conditions() {
    let eks = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
    assert_words(&[
        (&tokens(eks, "{}"), "local"),
        (&sub(eks, "StringEquals", "system:serviceaccount:ns:name"), "local"),
        (&sub(eks, "StringLike", "system:serviceaccount:*"), "local"),
    ]);
    assert_eq!(
        judged(&tokens(eks, "{}")).evidence,
        [
            "trusts any pod of one Amazon EKS cluster; no condition on oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF:sub (statement 1)"
        ]
    );
}

#[test]
fn an_issuer_that_nobody_knows_may_serve_anyone() {
    let issuer = "id.acme.example";
    for (statement, word, confidence) in [
        (tokens(issuer, "{}"), "external-open", Confidence::Low),
        (sub(issuer, "StringLike", "*"), "external-open", Confidence::Low),
        (sub(issuer, "StringLike", "ci:*"), "external-bound", Confidence::Low),
        (sub(issuer, "StringEquals", "ci"), "local", Confidence::Medium),
    ] {
        let trust = judged(&statement);
        assert_eq!((trust.as_str(), trust.confidence), (word, confidence), "{statement}");
    }
}

#[test]
fn a_host_that_only_resembles_a_provider_is_not_it() {
    for issuer in ["token.actions.githubusercontent.com.evil.example", "eviloidc.eks.eu.amazonaws.com/id/0"] {
        assert_words(&[(&tokens(issuer, "{}"), "external-open")]);
    }
}

#[test]
fn conditions_on_another_issuer_hold_for_none_of_its_tokens() {
    let other = r#"{"StringEquals":{"gitlab.com:sub":"project_path:a/b:ref"}}"#;
    let if_exists = r#"{"StringEqualsIfExists":{"gitlab.com:sub":"project_path:a/b:ref"}}"#;
    assert_words(&[(&tokens(GITHUB, other), "nobody"), (&tokens(GITHUB, if_exists), "public")]);
}

#[test]
fn a_provider_of_another_account_is_no_narrower_than_that_account() {
    let statement = sub(GITHUB, "StringLike", "repo:acme/app:*").replace(OWN, OUTSIDE);
    assert_words(&[(&statement, "external-open")]);
}

#[test]
fn a_provider_of_another_account_is_named_as_such() {
    let says = "names an OIDC provider of another account: AWS cannot find it there";
    let own = sub(GITHUB, "StringLike", "repo:acme/app:*");
    assert!(!judged(&own).evidence[0].contains(says));
    let other = own.replace("arn:aws:iam::111111111111:", "arn:aws:iam::222222222222:");
    assert_ne!(own, other);
    assert!(judged(&other).evidence[0].contains(says), "{:?}", judged(&other).evidence);
}
