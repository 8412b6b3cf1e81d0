//! Tests from AWS's own variables and files to a connection, or to a refusal that says what to do.

use std::time::Duration;

use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_types::os_shim_internal::Env;

use super::caller_identity;
use crate::connect::connect_from;
use crate::connection::Connection;
use crate::environment::Environment;
use crate::error::ConnectError;
use crate::errors::Failure;
use crate::settings::{FixedTarget, Settings};
use crate::testing::{Asked, FakeServer, xml};
use rolesweep_model::ErrorKind;

const ENV_KEYS: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "AKIDENV"), ("AWS_SECRET_ACCESS_KEY", "env-secret")];

pub(super) fn environment(variables: &[(&str, &str)], config: &str) -> Environment {
    let home = variables.iter().find_map(|(name, value)| (*name == "HOME").then_some(*value));
    Environment {
        env: Env::from_slice(variables),
        home: Some(home.unwrap_or("/nonexistent").into()),
        given: Some(config.to_owned()),
    }
}

pub(super) fn asking(profile: Option<&str>) -> Settings {
    Settings { profile: profile.map(str::to_owned), ..Settings::default() }
}

fn identity() -> FakeServer {
    let caller = "<Arn>arn:aws:iam::000000000123:user/me</Arn><Account>000000000123</Account>";
    FakeServer::saying(200, xml("GetCallerIdentity", caller))
}

/// Connects and asks who the caller is. Gives the requests that were sent.
pub(super) async fn ask(settings: &Settings, from: &Environment) -> (Connection, Asked) {
    let server = identity();
    let connection = connect_from(settings, from, Some(server.client())).await.unwrap();
    caller_identity(&connection).await.unwrap();
    (connection, server.asked().remove(0))
}

pub(super) async fn refusal(settings: &Settings, from: &Environment) -> ConnectError {
    connect_from(settings, from, Some(identity().client())).await.unwrap_err()
}

/// The failure of the first call. Nothing answers it except the machine's own refusal.
async fn first_call(settings: &Settings, from: &Environment) -> Failure {
    let server = FakeServer::new(|_| Err(ConnectorError::io("network is unreachable".into())));
    let connection = connect_from(settings, from, Some(server.client())).await.unwrap();
    caller_identity(&connection).await.unwrap_err()
}

const KEYS: &str = "[default]\nregion = eu-west-3\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = s\n\
    [profile other]\naws_access_key_id = AKIDOTHER\naws_secret_access_key = s\nregion = cn-north-1\n";

#[tokio::test]
async fn a_profile_that_is_named_wins_over_the_environment_and_one_that_is_not_does_not() {
    for (profile, variables, key) in [
        (None, &ENV_KEYS[..], "AKIDENV"),
        (Some("other"), &ENV_KEYS[..], "AKIDOTHER"),
        (None, &[][..], "AKIDDEFAULT"),
        (None, &[("AWS_PROFILE", "other")][..], "AKIDOTHER"),
        (None, &[("AWS_PROFILE", "")][..], "AKIDDEFAULT"),
        (Some("default"), &[("AWS_PROFILE", "other")][..], "AKIDDEFAULT"),
    ] {
        let (_, asked) = ask(&asking(profile), &environment(variables, KEYS)).await;
        assert_eq!(asked.key_id(), key, "{profile:?} {variables:?}");
    }
}

#[tokio::test]
async fn the_region_is_the_callers_or_the_environments_or_the_profiles_or_the_default() {
    let settings = |region: Option<&str>, profile: Option<&str>| Settings {
        region: region.map(str::to_owned),
        ..asking(profile)
    };
    let west = ("AWS_REGION", "us-west-2");
    let chained = "[default]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = base\n[profile base]\nregion = ap-south-1\n\
        aws_access_key_id = AKIDBASE\naws_secret_access_key = s\n";
    for (settings, variables, config, region) in [
        (settings(Some("us-gov-west-1"), None), vec![west], KEYS, "us-gov-west-1"),
        (settings(None, Some("other")), vec![west], KEYS, "us-west-2"),
        (settings(None, None), vec![("AWS_DEFAULT_REGION", "sa-east-1")], KEYS, "sa-east-1"),
        (settings(None, Some("other")), vec![("AWS_REGION", " ")], KEYS, "cn-north-1"),
        (settings(None, None), vec![], chained, "ap-south-1"),
        (settings(None, None), ENV_KEYS.to_vec(), "", "us-east-1"),
    ] {
        let connection =
            connect_from(&settings, &environment(&variables, config), Some(identity().client())).await;
        assert_eq!(connection.unwrap().region(), region);
    }
    let error = refusal(&settings(Some("eu west"), None), &environment(&[], KEYS)).await.to_string();
    assert!(error.contains("--region") && error.contains("eu west"), "{error}");
}

#[tokio::test]
async fn a_profile_that_is_not_there_is_named_with_those_that_are() {
    for (settings, variables) in
        [(asking(Some("prod")), &ENV_KEYS[..]), (asking(None), &[("AWS_PROFILE", "prod")][..])]
    {
        let error = refusal(&settings, &environment(variables, KEYS)).await;
        assert!(error.what.contains("`prod`"), "{error}");
        assert!(error.to_string().contains("default, other"), "{error}");
    }
    // Like boto3, even if the environment's key would be used.
    for variable in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
        let both = [(variable, "prod"), ENV_KEYS[0], ENV_KEYS[1]];
        let error = refusal(&asking(None), &environment(&both, KEYS)).await;
        assert!(error.what.contains("`prod`"), "{error}");
    }
    let both = [("AWS_PROFILE", "other"), ENV_KEYS[0], ENV_KEYS[1]];
    let (connection, _) = ask(&asking(None), &environment(&both, KEYS)).await;
    assert!(
        matches!(connection.warnings(), [text] if text.contains("the profile `other` gives no credentials"))
    );
    let (connection, _) = ask(&asking(Some("other")), &environment(&both, KEYS)).await;
    assert!(connection.warnings().is_empty());
}

#[tokio::test]
async fn a_profile_that_wants_a_person_is_refused_before_any_call() {
    let config = "[profile admin]\nrole_arn = arn:aws:iam::000000000123:role/Admin\nsource_profile = base\n\
        [profile base]\nrole_arn = arn:aws:iam::000000000123:role/Base\nmfa_serial = arn:aws:iam::000000000123:mfa/me\nsource_profile = admin\n\
        [profile console]\nlogin_session = arn:aws:iam::000000000123:user/me\n\
        [profile keys]\nmfa_serial = arn:aws:iam::000000000123:mfa/me\naws_access_key_id = AKIDKEYS\naws_secret_access_key = s\n";
    let error = refusal(&asking(Some("admin")), &environment(&[], config)).await.to_string();
    for words in ["MFA", "`admin`", "aws configure export-credentials", "get-session-token"] {
        assert!(error.contains(words), "{words} in {error}");
    }
    let error = refusal(&asking(Some("console")), &environment(&[], config)).await.to_string();
    assert!(error.contains("aws login") && error.contains("credential_process"), "{error}");
    let (_, asked) = ask(&asking(Some("keys")), &environment(&[], config)).await;
    assert_eq!(asked.key_id(), "AKIDKEYS", "a serial number without a role to assume asks for nothing");
}

#[tokio::test]
async fn values_that_the_sdk_would_panic_on_or_ignore_are_refused() {
    for (name, key, value) in [
        ("AWS_MAX_ATTEMPTS", "max_attempts", "0"),
        ("AWS_MAX_ATTEMPTS", "max_attempts", "many"),
        ("AWS_RETRY_MODE", "retry_mode", "legacy"),
        ("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", "yes"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint", "1"),
    ] {
        let error = refusal(&asking(None), &environment(&[(name, value)], KEYS)).await.to_string();
        assert!(error.contains(name) && error.contains(value), "{error}");
        let config = format!("[default]\n{key} = {value}\n");
        let error = refusal(&asking(None), &environment(&ENV_KEYS, &config)).await.to_string();
        assert!(error.contains(key) && error.contains("`default`"), "{error}");
    }
    let good = [("AWS_MAX_ATTEMPTS", "7"), ("AWS_RETRY_MODE", "Adaptive"), ("AWS_USE_FIPS_ENDPOINT", "TRUE")];
    let (_, asked) = ask(&asking(None), &environment(&good, KEYS)).await;
    assert_eq!(asked.uri, "https://sts-fips.eu-west-3.amazonaws.com/");
}

#[tokio::test]
async fn max_attempts_is_honoured() {
    let from = environment(&[("AWS_MAX_ATTEMPTS", "1"), ENV_KEYS[0], ENV_KEYS[1]], "");
    let server = FakeServer::saying(503, "");
    let connection = connect_from(&asking(None), &from, Some(server.client())).await.unwrap();
    assert_eq!(caller_identity(&connection).await.unwrap_err().kind, ErrorKind::Transient);
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn files_that_cannot_be_parsed_are_named_without_their_contents() {
    let error = refusal(&asking(None), &environment(&[], "[default]\naws_secret_access_key hunter2\n")).await;
    let text = error.to_string();
    assert!(text.contains("line 2 (below `[default]`)") && !text.contains("hunter2"), "{text}");
}

#[tokio::test]
async fn files_that_are_there_and_cannot_be_read_are_named_and_missing_ones_are_not() {
    let folder = env!("CARGO_MANIFEST_DIR");
    for variable in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
        let error = refusal(&asking(None), &environment(&[(variable, folder)], KEYS)).await.to_string();
        assert!(error.contains(folder), "{error}");
        ask(&asking(None), &environment(&[(variable, "/there/is/no/such/file")], KEYS)).await;
    }
    ask(&asking(None), &environment(&[("HOME", folder)], KEYS)).await;
}

#[tokio::test]
async fn endpoints_come_from_variables_and_from_services_sections() {
    let variables = [
        ("AWS_ENDPOINT_URL", "http://u:p@127.0.0.1:1"),
        ("AWS_ENDPOINT_URL_IAM", "http://127.0.0.1:2"),
        ENV_KEYS[0],
        ENV_KEYS[1],
    ];
    let (connection, asked) = ask(&asking(None), &environment(&variables, "")).await;
    assert_eq!(asked.uri.trim_end_matches('/'), "http://u:p@127.0.0.1:1");
    let expected = ["sts http://127.0.0.1:1", "organizations http://127.0.0.1:1", "iam http://127.0.0.1:2"];
    assert_eq!(connection.endpoints_overridden(), expected);

    let config = format!(
        "{KEYS}services = local\n[services local]\norganizations =\n  endpoint_url = http://127.0.0.1:3\n"
    );
    let (connection, _) = ask(&asking(Some("other")), &environment(&[], &config)).await;
    assert_eq!(connection.endpoints_overridden(), ["organizations http://127.0.0.1:3"]);

    let ignoring =
        [("AWS_ENDPOINT_URL", "http://127.0.0.1:1"), ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")];
    let (connection, asked) = ask(&asking(None), &environment(&ignoring, KEYS)).await;
    assert!(connection.endpoints_overridden().is_empty());
    assert_eq!(asked.uri, "https://sts.eu-west-3.amazonaws.com/");

    let bad = [("AWS_ENDPOINT_URL", "127.0.0.1:5000"), ENV_KEYS[0], ENV_KEYS[1]];
    let error = refusal(&asking(None), &environment(&bad, "")).await.to_string();
    assert!(error.contains("http://"), "{error}");
}

#[tokio::test]
async fn an_empty_endpoint_variable_is_one_that_is_not_set() {
    for blank in ["", " "] {
        let general = [("AWS_ENDPOINT_URL", blank), ENV_KEYS[0], ENV_KEYS[1]];
        let (connection, asked) = ask(&asking(None), &environment(&general, "")).await;
        assert!(connection.endpoints_overridden().is_empty());
        assert_eq!(asked.uri, "https://sts.us-east-1.amazonaws.com/");

        let of_service = [("AWS_ENDPOINT_URL", "http://127.0.0.1:1"), ("AWS_ENDPOINT_URL_STS", blank)];
        let (_, asked) = ask(&asking(None), &environment(&of_service, KEYS)).await;
        assert_eq!(asked.uri.trim_end_matches('/'), "http://127.0.0.1:1");

        let config = format!(
            "{KEYS}endpoint_url = http://127.0.0.1:2\nservices = local\n[services local]\nsts =\n  endpoint_url = http://127.0.0.1:3\n"
        );
        let both = [("AWS_ENDPOINT_URL", blank), ("AWS_ENDPOINT_URL_STS", blank)];
        let (connection, asked) = ask(&asking(Some("other")), &environment(&both, &config)).await;
        assert_eq!(asked.uri.trim_end_matches('/'), "http://127.0.0.1:3");
        assert_eq!(connection.endpoints_overridden()[2], "iam http://127.0.0.1:2");
    }
}

#[tokio::test]
async fn an_endpoint_without_a_host_is_refused_before_any_call() {
    for variable in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_IAM"] {
        for url in ["http://", "https://user:hunter2@", "http:///x"] {
            let from = environment(&[(variable, url), ENV_KEYS[0], ENV_KEYS[1]], "");
            let error = refusal(&asking(None), &from).await.to_string();
            assert!(error.contains("a URL with a host"), "{error}");
            assert!(!error.contains("hunter2") && !error.contains("SdkBody"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_proxy_that_is_none_is_refused_by_its_variable() {
    for name in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        for value in
            ["not a url", "ftp://proxy:21", "http://", "/run/proxy", "http://me:hun/ter2@proxy:1x", ":", "%%"]
        {
            let from = environment(&[(name, value), ENV_KEYS[0], ENV_KEYS[1]], "");
            let error = refusal(&asking(None), &from).await;
            assert!(error.what.ends_with(name), "{value}: {error}");
            assert!(!error.to_string().contains("ter2"), "{error}");
        }
        for value in
            ["", "http://me:p@proxy.example:3128", "proxy:3128", "socks5h://127.0.0.1:1080", "https://[::1]"]
        {
            ask(&asking(None), &environment(&[(name, value), ENV_KEYS[0], ENV_KEYS[1]], "")).await;
        }
    }
}

#[tokio::test]
async fn credentials_with_a_line_break_are_refused_by_name_and_nothing_is_sent() {
    let token = ("AWS_SESSION_TOKEN", "tok\ren");
    for (variables, part, value) in [
        (vec![("AWS_ACCESS_KEY_ID", "AKIDENV\r"), ENV_KEYS[1]], "access key id", "AKIDENV"),
        (vec![ENV_KEYS[0], ("AWS_SECRET_ACCESS_KEY", "env-secret\n")], "secret access key", "env-secret"),
        (vec![ENV_KEYS[0], ENV_KEYS[1], token], "session token", "tok"),
    ] {
        let server = identity();
        let from = environment(&variables, "");
        let connection = connect_from(&asking(None), &from, Some(server.client())).await.unwrap();
        let error = caller_identity(&connection).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NoCredentials, "{error:?}");
        assert!(error.message.contains(&format!("the {part} has")), "{}", error.message);
        assert!(!error.message.contains(&format!("{value}\r")), "{}", error.message);
        assert!(!error.message.contains("env-secret"), "{}", error.message);
        assert!(server.asked().is_empty());
    }
    let config = "[profile odd]\naws_access_key_id = AKID\u{1}ODD\naws_secret_access_key = s\n";
    let error = first_call(&asking(Some("odd")), &environment(&[], config)).await;
    assert_eq!(error.kind, ErrorKind::NoCredentials, "{error:?}");
    assert!(error.message.contains("`odd`") && error.message.contains("access key id"), "{}", error.message);
}

#[tokio::test]
async fn keys_that_a_role_cannot_be_assumed_with_are_refused_before_any_call() {
    let config = "[profile admin]\nrole_arn = arn:aws:iam::000000000123:role/Admin\nsource_profile = base\n\
        [profile base]\naws_access_key_id = AKID\u{1}BASE\naws_secret_access_key = s\n\
        [profile env]\nrole_arn = arn:aws:iam::000000000123:role/Admin\ncredential_source = Environment\n";
    let error = refusal(&asking(Some("admin")), &environment(&[], config)).await;
    assert!(error.what.contains("`base`"), "{error}");
    let variables = [("AWS_ACCESS_KEY_ID", "AKIDENV\r"), ENV_KEYS[1]];
    let error = refusal(&asking(Some("env")), &environment(&variables, config)).await;
    assert!(error.what.contains("`env`"), "{error}");
    assert!(
        error.to_string().contains("the access key id") && !error.to_string().contains("AKIDENV"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn no_credentials_anywhere_is_said_so() {
    let error = first_call(&asking(None), &environment(&[], "")).await;
    assert_eq!(error.kind, ErrorKind::NoCredentials);
    assert!(error.message.starts_with("there are no AWS credentials"), "{}", error.message);
    let off = environment(&[("AWS_EC2_METADATA_DISABLED", "true")], "");
    assert_eq!(first_call(&asking(None), &off).await.kind, ErrorKind::NoCredentials);
}

#[tokio::test(start_paused = true)]
async fn a_session_of_identity_center_that_is_missing_or_over_names_the_command() {
    let config = "[profile work]\nsso_session = corp\nsso_account_id = 000000000123\nsso_role_name = Audit\nregion = eu-west-1\n\
        [sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp-that-nobody-signs-in-to.awsapps.com/start\n";
    for settings in [asking(Some("work")), asking(None)] {
        let error =
            first_call(&settings, &environment(&[("AWS_PROFILE", "work"), ("HOME", "/nonexistent")], config))
                .await;
        assert_eq!(error.kind, ErrorKind::Expired, "{error:?}");
        assert!(error.message.contains("`aws sso login --profile work`"), "{}", error.message);
    }
}

#[tokio::test]
async fn a_credential_process_that_fails_says_why_and_not_what_it_printed() {
    let failing = "[profile p]\nregion = eu-west-1\ncredential_process = echo vault is sealed >&2; exit 3\n";
    let error = first_call(&asking(Some("p")), &environment(&[], failing)).await;
    assert_eq!(error.kind, ErrorKind::NoCredentials, "{error:?}");
    assert!(error.message.contains("vault is sealed") && error.message.contains("`p`"), "{}", error.message);

    let garbled = "[profile p]\nregion = eu-west-1\ncredential_process = echo '{\"Version\": 1, \"SecretAccessKey\": \"hunter2\", '\n";
    let error = first_call(&asking(Some("p")), &environment(&[], garbled)).await;
    assert_eq!(error.kind, ErrorKind::NoCredentials, "{error:?}");
    assert!(!error.message.contains("hunter2"), "{}", error.message);
}

#[tokio::test(start_paused = true)]
async fn a_role_of_the_profile_that_cannot_be_assumed_says_why() {
    let config = "[profile admin]\nregion = eu-west-1\nrole_arn = arn:aws:iam::000000000123:role/Admin\nsource_profile = base\n\
        [profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s\n";
    let refused =
        crate::testing::xml_error("AccessDenied", "User: me is not authorized to perform: sts:AssumeRole");
    let server = FakeServer::saying(403, refused);
    let connection =
        connect_from(&asking(Some("admin")), &environment(&[], config), Some(server.client())).await.unwrap();
    let error = caller_identity(&connection).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NoCredentials, "{error:?}");
    assert!(error.message.contains("not authorized to perform: sts:AssumeRole"), "{}", error.message);
    assert_eq!(
        first_call(&asking(Some("admin")), &environment(&[], config)).await.kind,
        ErrorKind::Transient
    );
}

#[tokio::test]
async fn the_user_agent_names_the_tool() {
    let (_, asked) = ask(&asking(None), &environment(&ENV_KEYS, "")).await;
    assert!(asked.user_agent.contains("app/rolesweep-"), "{}", asked.user_agent);
}

#[tokio::test]
async fn a_fixed_target_looks_at_nothing_else() {
    let target = FixedTarget {
        // Port 1 is reserved, and nothing listens on it.
        endpoint_url: "http://127.0.0.1:1".to_owned(),
        access_key_id: "AKIDFIXED".to_owned(),
        secret_access_key: "fixed-secret".to_owned(),
        session_token: None,
    };
    let settings =
        Settings { fixed: Some(target), profile: Some("not there".to_owned()), ..Settings::default() };
    let connection = crate::connect(settings).await.unwrap();
    assert_eq!(connection.region(), "us-east-1");
    assert_eq!(connection.endpoints_overridden().len(), 3);
    let call = tokio::time::timeout(Duration::from_secs(20), caller_identity(&connection));
    let error = call.await.unwrap().unwrap_err();
    assert_eq!(error.kind, ErrorKind::Transient, "{error:?}");
}
