//! Tests whose credentials are used, and what is refused so that no other identity is used.

use super::caller::{ask, asking, environment, refusal};
use crate::profiles::chain::Origin;
use crate::profiles::files::Sections;
use crate::profiles::identity::{Chosen, choose, named};
use crate::settings::Settings;

const TWO: &str = "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = s\n\
    [profile audit]\naws_access_key_id = AKIDAUDIT\naws_secret_access_key = s\n";

#[tokio::test]
async fn the_default_profile_variable_names_the_profile() {
    for (variables, profile, key) in [
        (&[("AWS_DEFAULT_PROFILE", "audit")][..], None, "AKIDAUDIT"),
        (&[("AWS_DEFAULT_PROFILE", "audit"), ("AWS_PROFILE", "audit")], None, "AKIDAUDIT"),
        (&[("AWS_DEFAULT_PROFILE", "audit"), ("AWS_PROFILE", "")], None, "AKIDAUDIT"),
        (&[("AWS_DEFAULT_PROFILE", "audit"), ("AWS_PROFILE", "x")], Some("default"), "AKIDDEFAULT"),
    ] {
        let (_, asked) = ask(&asking(profile), &environment(variables, TWO)).await;
        assert_eq!(asked.key_id(), key, "{variables:?}");
    }
}

#[tokio::test]
async fn what_is_half_there_or_contradicts_itself_is_refused_by_name() {
    let key = ("AWS_ACCESS_KEY_ID", "AKIDENV");
    let secret = ("AWS_SECRET_ACCESS_KEY", "env-secret");
    for (variables, words) in [
        (
            &[("AWS_PROFILE", "default"), ("AWS_DEFAULT_PROFILE", "audit")][..],
            "AWS_DEFAULT_PROFILE names `audit`",
        ),
        (&[key], "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY"),
        (&[key, ("AWS_SECRET_ACCESS_KEY", "")], "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY"),
        (&[secret], "AWS_SECRET_ACCESS_KEY is set without AWS_ACCESS_KEY_ID"),
        (&[("AWS_SESSION_TOKEN", "t")], "AWS_SESSION_TOKEN is set without"),
        (&[("AWS_SECURITY_TOKEN", "t")], "AWS_SECURITY_TOKEN is set without"),
        (&[key, secret, ("AWS_SESSION_TOKEN", "t"), ("AWS_SECURITY_TOKEN", "u")], "differ"),
        (&[("AWS_ACCESS_KEY", "AKIDOLD")], "AWS_ACCESS_KEY is set"),
        (&[key, secret, ("AWS_SECRET_KEY", "other")], "AWS_SECRET_KEY is set"),
        (
            &[("AWS_ROLE_ARN", "arn:aws:iam::1:role/x")],
            "AWS_ROLE_ARN is set without AWS_WEB_IDENTITY_TOKEN_FILE",
        ),
        (&[("AWS_WEB_IDENTITY_TOKEN_FILE", "/t")], "AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN"),
        (
            &[("AWS_WEB_IDENTITY_TOKEN_FILE", "/t"), ("AWS_ROLE_ARN", "arn:aws:iam::1:role/x")],
            "the profile `default` and AWS_WEB_IDENTITY_TOKEN_FILE both give credentials",
        ),
    ] {
        let error = refusal(&asking(None), &environment(variables, TWO)).await.to_string();
        assert!(error.contains(words), "{error}");
        assert!(!error.contains("env-secret"), "{error}");
        // The flag is clear, whatever the environment holds.
        let (_, asked) = ask(&asking(Some("audit")), &environment(variables, TWO)).await;
        assert_eq!(asked.key_id(), "AKIDAUDIT", "{words}");
    }
    for variable in ["AWS_CREDENTIAL_FILE", "BOTO_CONFIG"] {
        let error = refusal(&asking(None), &environment(&[(variable, "/x")], "")).await.to_string();
        assert!(error.contains(variable), "{error}");
        ask(&asking(None), &environment(&[(variable, "/x")], TWO)).await;
    }
}

#[tokio::test]
async fn a_profile_of_a_configuration_file_does_not_win_over_the_environment() {
    let settings = Settings { profile_file: Some("rolesweep.toml:3".to_owned()), ..asking(Some("audit")) };
    let keys = [("AWS_ACCESS_KEY_ID", "AKIDENV"), ("AWS_SECRET_ACCESS_KEY", "env-secret")];
    for (variables, words) in [
        (&keys[..], "`profile` in rolesweep.toml:3 names `audit`, and AWS_ACCESS_KEY_ID is set"),
        (&keys[..1], "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY"),
        (
            &[("AWS_WEB_IDENTITY_TOKEN_FILE", "/t"), ("AWS_ROLE_ARN", "arn:aws:iam::1:role/x")],
            "the profile `audit` and AWS_WEB_IDENTITY_TOKEN_FILE both give credentials",
        ),
    ] {
        let error = refusal(&settings, &environment(variables, TWO)).await.to_string();
        assert!(error.contains(words) && error.contains("--profile"), "{error}");
    }
    let (_, asked) = ask(&settings, &environment(&[], TWO)).await;
    assert_eq!(asked.key_id(), "AKIDAUDIT");
}

#[tokio::test]
async fn the_old_name_of_the_token_is_read() {
    let old = [("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_SECURITY_TOKEN", "old")];
    let (_, asked) = ask(&asking(None), &environment(&old, "")).await;
    assert_eq!(asked.token.as_deref(), Some("old"));
    let config = "[default]\naws_access_key_id = A\naws_secret_access_key = s\naws_security_token = older\n";
    let (_, asked) = ask(&asking(None), &environment(&[], config)).await;
    assert_eq!(asked.token.as_deref(), Some("older"));
}

#[tokio::test]
async fn the_flag_turns_the_web_identity_of_the_environment_off() {
    let from = |profile: Option<(&'static str, &'static str)>| {
        let token = concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs");
        let web = [("AWS_WEB_IDENTITY_TOKEN_FILE", token), ("AWS_ROLE_ARN", "arn:aws:iam::1:role/x")];
        let variables: Vec<_> = web.into_iter().chain(profile).collect();
        let sections = "[profile p]\nregion = eu-west-3\n[default]\nregion = eu-west-3\n";
        environment(
            &[&variables[..], &[("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x")]].concat(),
            sections,
        )
    };
    for (requested, variable, is_web) in [
        (Some("p"), None, false),
        (Some("default"), None, false),
        (None, Some(("AWS_PROFILE", "p")), true),
        (None, None, true),
    ] {
        let from = from(variable);
        let sections = Sections::read(&from).unwrap();
        let named = named(&from, requested).unwrap();
        let chosen = choose(&from, &sections, named.as_deref(), &asking(requested)).unwrap();
        assert_eq!(matches!(chosen, Chosen::WebIdentity(_)), is_web, "{requested:?} {variable:?}");
        assert!(is_web || chosen == Chosen::Machine(Origin::Container), "{requested:?} {chosen:?}");
    }
}
