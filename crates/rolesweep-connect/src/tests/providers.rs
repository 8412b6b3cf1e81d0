//! Tests the sources that give credentials for another secret: roles, containers, tokens, Identity
//! Center.

use super::caller::{asking, environment, refusal};
use super::caller_identity;
use crate::connect::connect_from;
use crate::environment::Environment;
use crate::testing::{FakeServer, xml};
use aws_smithy_runtime_api::client::result::ConnectorError;
use rolesweep_model::ErrorKind;

#[tokio::test]
async fn a_session_of_identity_center_needs_a_home() {
    let config =
        "[profile p]\nsso_account_id = 1\nsso_role_name = x\nsso_start_url = u\nsso_region = eu-west-1\n";
    let error = refusal(&asking(Some("p")), &environment(&[], config)).await.to_string();
    assert!(error.contains("HOME is not set"), "{error}");
    let from = Environment { home: None, given: None, ..environment(&[], "") };
    let error = refusal(&asking(None), &from).await.to_string();
    assert!(error.contains("HOME is not set") && error.contains("AWS_CONFIG_FILE"), "{error}");
}

#[tokio::test]
async fn a_role_of_a_profile_is_assumed_as_the_profile_says() {
    let config = "[profile 'My Role']\nrole_arn = arn:aws:iam::000000000123:role/Admin\nsource_profile = My Base\n\
        external_id = x1\nrole_session_name = quarterly\nduration_seconds = 1800\nregion = eu-west-3\n\
        [profile 'My Base']\naws_access_key_id = AKIDBASE\naws_secret_access_key = s\n";
    let assumed = xml(
        "AssumeRole",
        "<Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
         <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>",
    );
    let identity = xml(
        "GetCallerIdentity",
        "<Arn>arn:aws:iam::000000000123:user/me</Arn><Account>000000000123</Account>",
    );
    let server = FakeServer::new(move |asked| {
        let is_assume = asked.body.contains("Action=AssumeRole");
        Ok((200, if is_assume { assumed.clone() } else { identity.clone() }))
    });
    let connection =
        connect_from(&asking(Some("My Role")), &environment(&[], config), Some(server.client())).await;
    caller_identity(&connection.unwrap()).await.unwrap();
    let asked = server.asked();
    assert_eq!((asked[0].key_id(), asked[1].key_id()), ("AKIDBASE", "ASIAROLE"));
    for part in ["DurationSeconds=1800", "ExternalId=x1", "RoleSessionName=quarterly"] {
        assert!(asked[0].body.contains(part), "{part} in {}", asked[0].body);
    }
}

#[tokio::test(start_paused = true)]
async fn a_container_endpoint_that_never_answers_is_named_in_time() {
    let url = "http://user:hunter2@127.0.0.1:9/creds?token=hunter3";
    let from = environment(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", url)], "");
    let connection = connect_from(&asking(None), &from, Some(FakeServer::silent().client())).await.unwrap();
    let began = tokio::time::Instant::now();
    let error = caller_identity(&connection).await.unwrap_err();
    assert!(began.elapsed().as_secs() <= 10, "{:?}", began.elapsed());
    assert_eq!(error.kind, ErrorKind::NoCredentials, "{error:?}");
    for words in ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/creds"] {
        assert!(error.message.contains(words), "{}", error.message);
    }
    assert!(!error.message.contains("hunter"), "{}", error.message);
}

#[tokio::test(start_paused = true)]
async fn a_container_endpoint_gives_credentials_or_says_why_not() {
    let from = environment(&[("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x")], "");
    let answer = r#"{"AccessKeyId": "AKIDTASK", "SecretAccessKey": "s", "Token": "t", "Expiration": "2099-01-01T00:00:00+02:00"}"#;
    let identity = xml(
        "GetCallerIdentity",
        "<Arn>arn:aws:iam::000000000123:user/me</Arn><Account>000000000123</Account>",
    );
    let server = FakeServer::new(move |asked| {
        Ok((
            200,
            if asked.uri.starts_with("http://169.254.170.2/v2/x") {
                answer.to_owned()
            } else {
                identity.clone()
            },
        ))
    });
    let connection = connect_from(&asking(None), &from, Some(server.client())).await.unwrap();
    caller_identity(&connection).await.unwrap();
    let last = server.asked().pop().unwrap();
    assert_eq!((last.key_id(), last.token.as_deref()), ("AKIDTASK", Some("t")));
    for (server, words) in [
        (FakeServer::saying(403, "no"), "answered 403"),
        (FakeServer::saying(200, "<html>"), "answered without AccessKeyId"),
        (
            FakeServer::new(|_| Err(ConnectorError::io("refused".into()))),
            "cannot be reached: io error: refused",
        ),
    ] {
        let connection = connect_from(&asking(None), &from, Some(server.client())).await.unwrap();
        let error = caller_identity(&connection).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NoCredentials, "{error:?}");
        assert!(error.message.contains(words), "{words} in {}", error.message);
        assert!(error.message.contains("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"), "{}", error.message);
    }
}

#[tokio::test]
async fn a_token_of_the_environment_or_of_a_profile_is_exchanged_for_its_role() {
    let answer = xml(
        "AssumeRoleWithWebIdentity",
        "<Credentials><AccessKeyId>ASIAWEB</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
         <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>",
    );
    let identity = xml(
        "GetCallerIdentity",
        "<Arn>arn:aws:iam::000000000123:user/me</Arn><Account>000000000123</Account>",
    );
    // Any file will do for a token.
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs");
    let role = "arn:aws:iam::000000000123:role/Web";
    let config = format!(
        "[default]\nregion = eu-west-3\n[profile web]\nrole_arn = {role}\nweb_identity_token_file = {file}\n"
    );
    let variables =
        [("AWS_WEB_IDENTITY_TOKEN_FILE", file), ("AWS_ROLE_ARN", role), ("AWS_ROLE_SESSION_NAME", "pod")];
    for (profile, variables) in [(None, &variables[..]), (Some("web"), &[])] {
        let (answer, identity) = (answer.clone(), identity.clone());
        let server = FakeServer::new(move |asked| {
            let is_token = asked.body.contains("Action=AssumeRoleWithWebIdentity");
            Ok((200, if is_token { answer.clone() } else { identity.clone() }))
        });
        let from = environment(variables, &config);
        let connection = connect_from(&asking(profile), &from, Some(server.client())).await.unwrap();
        caller_identity(&connection).await.unwrap();
        assert_eq!(server.asked()[1].key_id(), "ASIAWEB");
    }
    let missing = [("AWS_WEB_IDENTITY_TOKEN_FILE", "/there/is/no/token"), ("AWS_ROLE_ARN", role)];
    let server = FakeServer::saying(200, "");
    let connection =
        connect_from(&asking(None), &environment(&missing, ""), Some(server.client())).await.unwrap();
    let error = caller_identity(&connection).await.unwrap_err();
    assert!(error.message.contains("the token /there/is/no/token: No such file"), "{}", error.message);
}
