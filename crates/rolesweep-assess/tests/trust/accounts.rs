//! Principals of AWS: accounts, roles, services, SAML providers.

use rolesweep_assess::risk::Confidence;

use super::*;

fn aws(principal: &str) -> String {
    format!(r#"{{ALLOW,"Principal":{{"AWS":"{principal}"}}}}"#)
}

#[test]
fn an_account_ranks_by_what_it_is_to_the_organization() {
    for (account, word, evidence) in [
        (OWN, "local", "trusts its own account (statement 1)"),
        (MEMBER, "org", "trusts account 222222222222 of the organization (statement 1)"),
        (MANAGEMENT, "org", "trusts the organization's management account 999999999999 (statement 1)"),
        (OURS, "org", "trusts account 333333333333 (ours: old-payer) outside the organization (statement 1)"),
        (
            DECLARED_VENDOR,
            "external-bound",
            "trusts account 444444444444 (vendor: Acme Backup, says platform) outside the organization; no external id (statement 1)",
        ),
        (
            FORMER,
            "external-open",
            "trusts account 555555555555 (has left the organization) outside the organization; no external id (statement 1)",
        ),
        (
            DATADOG,
            "external-bound",
            "trusts account 464622532012 (vendor: Datadog) outside the organization; no external id (statement 1)",
        ),
        (
            SAID_TO_BE_LOGZ,
            "external-open",
            "trusts account 406095609952 (vendor: said to be Logz.io) outside the organization; no external id (statement 1)",
        ),
        (
            OUTSIDE,
            "external-open",
            "trusts account 666666666666 outside the organization; no external id, vendor not known (statement 1)",
        ),
    ] {
        // The digits and the root of the account are one principal.
        for principal in [account.to_owned(), format!("arn:aws:iam::{account}:root")] {
            let trust = judged(&aws(&principal));
            assert_eq!(trust.as_str(), word, "{principal}");
            assert_eq!(trust.evidence, [evidence]);
            assert_eq!(trust.confidence, Confidence::High);
        }
    }
}

#[test]
fn an_account_that_is_not_listed_may_be_a_member_if_not_all_members_are_known() {
    let part = Facts { is_whole: false, ..WHOLE };
    for (account, word) in [
        (OUTSIDE, "membership-unknown"),
        (OWN, "local"),
        (MEMBER, "org"),
        (MANAGEMENT, "org"),
        (OURS, "org"),
        (FORMER, "external-open"),
        (DATADOG, "external-bound"),
    ] {
        let trust = judged_with(part, &document(&aws(account)));
        assert_eq!(trust.as_str(), word, "{account}");
    }
    let trust = judged_with(part, &document(&aws(OUTSIDE)));
    assert_eq!(trust.codes, ["trust-membership-unknown"]);
    assert_eq!(trust.confidence, Confidence::Medium);
    assert_eq!(trust.external_accounts[0].to_string(), "666666666666 (membership unknown)");
}

#[test]
fn a_role_or_an_external_id_limits_an_outside_account() {
    let with_id = |account: &str| {
        format!(
            r#"{{ALLOW,"Principal":{{"AWS":"{account}"}},"Condition":{{"StringEquals":{{"sts:ExternalId":"hunter2"}}}}}}"#
        )
    };
    assert_words(&[
        (&aws("arn:aws:iam::666666666666:role/a"), "external-bound"),
        (&aws("arn:aws:iam::666666666666:user/a"), "external-bound"),
        (&aws("arn:aws:sts::666666666666:assumed-role/a/b"), "external-bound"),
        // IAM refuses this, and if it did not, it would be every role.
        (&aws("arn:aws:iam::666666666666:role/*"), "external-open"),
        (&with_id(OUTSIDE), "external-bound"),
        (&with_id(SAID_TO_BE_LOGZ), "external-bound"),
        (&with_id(MEMBER), "org"),
        (&aws("arn:aws:iam::222222222222:role/a"), "org"),
        (&aws("arn:aws:iam::111111111111:role/a"), "local"),
    ]);
    assert!(judged(&aws("arn:aws:iam::666666666666:role/a")).outside_without_external_id);
    assert!(judged(&aws(DATADOG)).outside_without_external_id);
    assert!(!judged(&with_id(DATADOG)).outside_without_external_id);
    assert!(!judged(&aws(MEMBER)).outside_without_external_id);
    assert_eq!(
        judged(&with_id(DATADOG)).evidence,
        [
            "trusts account 464622532012 (vendor: Datadog) outside the organization; with sts:ExternalId (statement 1)"
        ]
    );
}

#[test]
fn an_account_of_another_partition_is_another_account() {
    assert_words(&[(&aws("arn:aws-cn:iam::111111111111:role/a"), "external-bound")]);
}

#[test]
fn a_deleted_principal_lets_nobody_in() {
    let trust = judged(&aws("AROADBQP57FF2AEXAMPLE"));
    assert_eq!(trust.as_str(), "nobody");
    assert_eq!(trust.codes, ["trust-nobody"]);
    assert_eq!(trust.evidence, ["names the deleted principal AROADBQP57FF2AEXAMPLE (statement 1)"]);
    // It does not hide the others.
    let both = r#"{ALLOW,"Principal":{"AWS":["AROADBQP57FF2AEXAMPLE","arn:aws:iam::222222222222:role/a"]}}"#;
    assert_words(&[(both, "org")]);
}

#[test]
fn a_policy_without_a_way_to_assume_the_role_trusts_nobody() {
    assert_words(&[
        ("", "nobody"),
        (r#"{"Effect":"Allow","Action":"sts:TagSession","Principal":{"AWS":"*"}}"#, "nobody"),
        (r#"{"Effect":"Allow","Action":"sts:SetSourceIdentity","Principal":"*"}"#, "nobody"),
        (r#"{"Effect":"Allow","NotAction":"sts:*","Principal":"*"}"#, "nobody"),
        // The provider gives tokens, and they need another action.
        (
            r#"{ALLOW,"Principal":{"Federated":"arn:aws:iam::111111111111:oidc-provider/gitlab.com"}}"#,
            "nobody",
        ),
        (r#"{WEB,"Principal":{"AWS":"222222222222"}}"#, "nobody"),
        (r#"{ALLOW,"Principal":{"CanonicalUser":"79a59df900b949e55d96a1e698fbaced"}}"#, "nobody"),
    ]);
    assert_eq!(judged("").evidence, ["no statement lets anyone assume the role"]);
}

#[test]
fn an_allow_counts_by_what_its_actions_can_assume() {
    for (actions, word) in [
        (r#""sts:AssumeRole""#, "external-open"),
        (r#""sts:AssumeRole*""#, "external-open"),
        (r#""sts:assumerole""#, "external-open"),
        (r#""sts:*""#, "external-open"),
        (r#""*""#, "external-open"),
        (r#"["sts:TagSession","sts:AssumeRole"]"#, "external-open"),
        // A session is tagged only when the role is assumed, which takes the other action.
        (r#""sts:TagSession""#, "nobody"),
        (r#""sts:Tag*""#, "nobody"),
        (r#"["sts:TagSession","sts:SetSourceIdentity"]"#, "nobody"),
        (r#""sts:AssumeRoleWith*""#, "nobody"),
    ] {
        let statement =
            format!(r#"{{"Effect":"Allow","Action":{actions},"Principal":{{"AWS":"666666666666"}}}}"#);
        assert_words(&[(&statement, word)]);
    }
}

#[test]
fn two_spellings_of_an_account_are_one() {
    let both = r#"{ALLOW,"Principal":{"AWS":["666666666666","arn:aws:iam::666666666666:root"]}}"#;
    let trust = judged(both);
    assert_eq!(
        trust.evidence,
        [
            "trusts account 666666666666 outside the organization; no external id, vendor not known (statement 1)"
        ]
    );
    assert_eq!(trust.external_accounts.len(), 1);
}

#[test]
fn a_provider_that_is_no_arn_of_an_account_is_not_understood() {
    assert_words(&[
        (r#"{SAML,"Principal":{"Federated":"arn:aws:iam::mine:saml-provider/okta"}}"#, "unknown"),
        (r#"{WEB,"Principal":{"Federated":"arn:aws:iam::mine:oidc-provider/gitlab.com"}}"#, "unknown"),
    ]);
}

#[test]
fn patterns_of_actions_count() {
    for action in ["*", "sts:*", "sts:Assume*", "sts:*Role", "STS:assumerole", "sts:AssumeRol?"] {
        let statement = format!(r#"{{"Effect":"Allow","Action":"{action}","Principal":"*"}}"#);
        assert_words(&[(&statement, "public")]);
    }
    assert_words(&[(r#"{"Effect":"Allow","NotAction":"s3:*","Principal":"*"}"#, "public")]);
}

#[test]
fn services_and_own_saml_providers_are_local() {
    let saml = |account: &str| {
        format!(r#"{{SAML,"Principal":{{"Federated":"arn:aws:iam::{account}:saml-provider/okta"}}}}"#)
    };
    assert_words(&[
        (r#"{ALLOW,"Principal":{"Service":"ec2.amazonaws.com"}}"#, "local"),
        (&saml(OWN), "local"),
        (&saml(MEMBER), "org"),
        (&saml(OUTSIDE), "external-open"),
    ]);
    assert_eq!(
        judged(&saml(OWN)).evidence,
        ["trusts the SAML provider okta of its own account (statement 1)"]
    );
    let services =
        r#"{ALLOW,"Sid":"Run","Principal":{"Service":["ec2.amazonaws.com","lambda.amazonaws.com"]}}"#;
    assert_eq!(
        judged(services).evidence,
        ["trusts the service ec2.amazonaws.com, the service lambda.amazonaws.com (statement 1 \"Run\")"]
    );
}

#[test]
fn the_widest_decides_and_all_are_named() {
    let trust = judged(
        r#"{ALLOW,"Principal":{"Service":"ec2.amazonaws.com"}},
           {ALLOW,"Principal":{"AWS":["666666666666","222222222222","464622532012"]}},
           {ALLOW,"Principal":{"AWS":"666666666666"}}"#,
    );
    assert_eq!(trust.as_str(), "external-open");
    assert_eq!(trust.codes, ["trust-external-open", "trust-external-bound", "trust-org", "trust-local"]);
    let outside: Vec<String> = trust.external_accounts.iter().map(ToString::to_string).collect();
    assert_eq!(outside, ["464622532012 (vendor: Datadog)", "666666666666"]);
    assert_eq!(trust.evidence.len(), 5);
    assert!(trust.evidence[0].starts_with("trusts account 666666666666"), "{:?}", trust.evidence);
    assert!(trust.evidence[4].starts_with("trusts the service"), "{:?}", trust.evidence);
}

#[test]
fn all_but_some_is_anyone() {
    let trust = judged(r#"{ALLOW,"NotPrincipal":{"AWS":"222222222222"}}"#);
    assert_eq!(trust.as_str(), "public");
    assert_eq!(trust.evidence, ["trusts anyone except aws:222222222222 (statement 1)"]);
}

#[test]
fn an_expired_entry_of_the_configuration_does_not_count() {
    let account = OURS.parse().unwrap();
    for (as_of, counts) in [("2026-12-31T23:59:59Z", true), ("2027-01-01T00:00:00Z", false)] {
        let known = KnownAccounts::new(&KNOWN, as_of.parse().unwrap());
        assert_eq!(known.get(&account).is_some(), counts, "{as_of}");
    }
}
