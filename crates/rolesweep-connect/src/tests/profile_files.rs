//! Tests how AWS's files are read, and what is refused in them with its place.

use super::caller::{ask, asking, environment, refusal};
use super::caller_identity;
use crate::connect::connect_from;
use crate::environment::Environment;
use crate::testing::{FakeServer, xml};

#[tokio::test]
async fn a_profile_that_no_two_tools_read_alike_is_refused_with_its_place() {
    for (config, words) in [
        ("aws_access_key_id = A\n", "`aws_secret_access_key` is missing ([profile p]: config, line 1)"),
        ("aws_access_key_id = A\naws_secret_access_key =\n", "`aws_secret_access_key` is empty"),
        ("aws_session_token = t\n", "`aws_access_key_id` is missing"),
        (
            "aws_access_key_id = A\naws_access_key_id = B\naws_secret_access_key = s\n",
            "two values (config, line 2, and line 3)",
        ),
        (
            "aws_access_key_id = A\naws_secret_access_key = s\ncredential_process = x\n",
            "both give credentials",
        ),
        ("aws_access_key_id = A\n  aws_secret_access_key = s\n", "line 3 (below `[profile p]`)"),
        ("region =\n  aws_access_key_id = A\n", "continues its value"),
        ("source_profile = q\n", "`source_profile` has no effect without `role_arn`"),
        ("credential_source = Environment\n", "`credential_source` has no effect without `role_arn`"),
        ("web_identity_token_file = /t\n", "`web_identity_token_file` has no effect without `role_arn`"),
        ("role_arn = arn:aws:iam::1:role/x\n", "needs something to assume the role with"),
        (
            "role_arn = arn:aws:iam::1:role/x\nsource_profile = p\ncredential_source = Environment\n",
            "both say",
        ),
        (
            "role_arn = arn:aws:iam::1:role/x\nsource_profile = gone\n",
            "`source_profile` names it (config, line 3)",
        ),
        ("role_arn = arn:aws:iam::1:role/x\nsource_profile = p\n", "its source `p` has no credentials"),
        (
            "role_arn = arn:aws:iam::1:role/x\ncredential_source = Nowhere\n",
            "`credential_source` is `Nowhere`",
        ),
        (
            "role_arn = arn:aws:iam::1:role/x\ncredential_source = environment\n",
            "AWS_ACCESS_KEY_ID, which is not set",
        ),
        (
            "role_arn = arn:aws:iam::1:role/x\nsource_profile = p\nduration_seconds = an hour\n",
            "`duration_seconds`",
        ),
        ("sso_account_id = 1\nsso_role_name = x\nsso_start_url = u\n", "`sso_region` is missing"),
        ("sso_session = s\n", "there is no `[sso-session s]`"),
        (
            "sso_session = corp\nsso_account_id = 1\nsso_role_name = x\n",
            "add `sso_region = …` below `[sso-session corp]`",
        ),
        (
            "sso_session = corp\nsso_start_url = v\nsso_account_id = 1\nsso_role_name = x\n",
            "`sso_start_url` differs",
        ),
    ] {
        let config = format!("[profile p]\n{config}[sso-session corp]\nsso_start_url = u\n");
        let error = refusal(&asking(Some("p")), &environment(&[("HOME", "/x")], &config)).await.to_string();
        assert!(error.contains(words), "{words} in {error}");
    }
}

/// An environment with both files. They exist until the folder is dropped.
fn both_files(config: &str, credentials: &str) -> (tempfile::TempDir, Environment) {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (config, credentials) = (write("config", config), write("credentials", credentials));
    let variables = [("AWS_CONFIG_FILE", &*config), ("AWS_SHARED_CREDENTIALS_FILE", &*credentials)];
    let from = Environment { given: None, ..environment(&variables, "") };
    (dir, from)
}

const KEYS: &str = "aws_access_key_id = AKIDHERE\naws_secret_access_key = s\n";

#[tokio::test]
async fn what_the_cli_takes_for_every_profile_is_refused_with_its_line() {
    let role = "role_arn = arn:aws:iam::1:role/x\nsource_profile = b\n";
    for (config, credentials, words) in [
        (
            format!("[DEFAULT]\n{KEYS}[profile a]\n"),
            String::new(),
            "config, line 2: the AWS CLI takes `aws_access_key_id`",
        ),
        (
            format!("[profile a]\n{KEYS}[DEFAULT]\nx = y\n{role}"),
            String::new(),
            "config, line 6: the AWS CLI takes `role_arn`",
        ),
        (format!("[profile a]\n{KEYS}"), "[DEFAULT]\nExternal_Id = x\n".to_owned(), "credentials, line 2"),
        ("[DEFAULT]\nregion = x\n".to_owned(), format!("[a]\n{KEYS}"), "config, line 2"),
    ] {
        let (_dir, from) = both_files(&config, &credentials);
        let error = refusal(&asking(Some("a")), &from).await.to_string();
        assert!(
            error.contains(words) && error.contains("to `[default]` (in lower case)"),
            "{words} in {error}"
        );
    }
    let (_dir, from) = both_files(&format!("[DEFAULT]\nmine = x\n[profile a]\n{KEYS}"), "");
    ask(&asking(Some("a")), &from).await;
}

#[tokio::test]
async fn a_source_that_names_two_sources_of_credentials_is_refused_too() {
    let role = "role_arn = arn:aws:iam::1:role/x\n";
    let sso = "sso_account_id = 1\nsso_role_name = x\nsso_start_url = u\nsso_region = eu-west-1\n";
    let a = format!("[profile a]\n{role}source_profile = b\n[profile b]\n");
    for (config, words) in [
        (
            format!("{a}{KEYS}credential_process = x\n"),
            "`credential_process` and `aws_access_key_id` both give",
        ),
        (
            format!("{a}{KEYS}{role}web_identity_token_file = /t\n"),
            "`web_identity_token_file` and `aws_access_key_id`",
        ),
        (format!("{a}{KEYS}{sso}"), "`sso_account_id` and `aws_access_key_id`"),
        (format!("{a}{sso}credential_process = x\n"), "`sso_account_id` and `credential_process`"),
        (
            format!("{a}aws_secret_access_key = s\n{role}source_profile = c\n"),
            "`aws_access_key_id` is missing",
        ),
        (format!("{a}aws_access_key_id =\n{role}source_profile = c\n"), "`aws_access_key_id` is empty"),
        (
            format!("[profile a]\n{role}source_profile = a\n{KEYS}credential_process = x\n"),
            "`credential_process` and `aws_access_key_id` both give",
        ),
        (
            format!("[profile a]\n{role}source_profile = a\ncredential_process = x\n"),
            "names the profile itself, which has no key",
        ),
    ] {
        let config = format!("{config}[profile c]\n{KEYS}");
        let from = environment(&[("HOME", "/x")], &config);
        let error = refusal(&asking(Some("a")), &from).await.to_string();
        assert!(error.contains(words), "{words} in {error}");
    }
    // A profile that names itself, and a source whose own key wins over its role.
    let assumed = xml(
        "AssumeRole",
        "<Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
         <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>",
    );
    for config in [
        format!("[profile a]\n{role}source_profile = a\n{KEYS}"),
        format!("{a}{KEYS}role_arn = arn:aws:iam::1:role/other\nsource_profile = c\n"),
    ] {
        let server = FakeServer::saying(200, assumed.clone());
        let from = environment(&[], &config);
        let connection = connect_from(&asking(Some("a")), &from, Some(server.client())).await.unwrap();
        let _ = caller_identity(&connection).await;
        let asked = server.asked();
        assert_eq!((asked[0].key_id(), asked[1].key_id()), ("AKIDHERE", "ASIAROLE"), "{config}");
    }
}

#[tokio::test]
async fn a_key_comes_from_one_file_with_all_that_belongs_to_it() {
    let (id, secret, token) =
        ("aws_access_key_id = AKIDCRED\n", "aws_secret_access_key = c\n", "aws_session_token = t\n");
    for (config, credentials, key, expected) in [
        (format!("{KEYS}{token}"), format!("{id}{secret}"), "AKIDCRED", None),
        (token.to_owned(), format!("{id}{secret}"), "AKIDCRED", None),
        (format!("{KEYS}aws_security_token = u\n"), format!("{id}{secret}{token}"), "AKIDCRED", Some("t")),
        (format!("{KEYS}{token}"), "region = eu-west-1\n".to_owned(), "AKIDHERE", Some("t")),
    ] {
        let (_dir, from) = both_files(&format!("[profile a]\n{config}"), &format!("[a]\n{credentials}"));
        let (_, asked) = ask(&asking(Some("a")), &from).await;
        assert_eq!((asked.key_id(), asked.token.as_deref()), (key, expected), "{config}{credentials}");
    }
    for (config, credentials, words) in [
        (
            secret,
            id,
            ["credentials, line 2) and `aws_secret_access_key` (", "config, line 2) are in two files"],
        ),
        (
            KEYS,
            id,
            ["credentials, line 2) and `aws_secret_access_key` (", "config, line 3) are in two files"],
        ),
        (
            id,
            secret,
            ["config, line 2) and `aws_secret_access_key` (", "credentials, line 2) are in two files"],
        ),
        (KEYS, token, ["config, line 2) and `aws_session_token` (", "credentials, line 2) are in two files"]),
    ] {
        let (_dir, from) = both_files(&format!("[profile a]\n{config}"), &format!("[a]\n{credentials}"));
        let error = refusal(&asking(Some("a")), &from).await.to_string();
        assert!(words.iter().all(|words| error.contains(words)), "{words:?} in {error}");
    }
}

#[tokio::test]
async fn two_spellings_of_one_profile_in_one_file_are_refused_with_their_lines() {
    for (profile, config, credentials, words) in [
        ("default", format!("[default]\n{KEYS}[profile default]\n"), "", "config, line 1, and line 4"),
        (
            "default",
            format!("[profile default]\n{KEYS}[default]\nregion = x\n"),
            "",
            "config, line 1, and line 4",
        ),
        ("a", format!("[profile a]\n[profile \"a\"]\n{KEYS}"), "", "config, line 1, and line 2"),
        ("a", format!("[profile a]\n{KEYS}[profile  a]\n"), "", "config, line 1, and line 4"),
        (
            "a",
            String::new(),
            "['a']\naws_access_key_id = A\naws_secret_access_key = s\n[a]\n",
            "credentials, line 1, and line 4",
        ),
    ] {
        let (_dir, from) = both_files(&config, credentials);
        let error = refusal(&asking(Some(profile)), &from).await.to_string();
        assert!(error.contains(words) && error.contains("in two spellings"), "{words} in {error}");
    }
    for (config, credentials) in [
        (format!("[profile a]\n{KEYS}[profile a]\nregion = us-east-1\n"), ""),
        (format!("[profile a]\n{KEYS}[profile b]\n[profile 'b']\n{KEYS}"), "[a]\nx = y\n"),
    ] {
        let (_dir, from) = both_files(&config, credentials);
        let (_, asked) = ask(&asking(Some("a")), &from).await;
        assert_eq!(asked.key_id(), "AKIDHERE", "{config}");
    }
}

#[tokio::test]
async fn endpoints_that_are_not_there_or_that_contradict_each_other_are_refused_with_their_place() {
    let profile = "[default]\nservices = local\naws_access_key_id = A\naws_secret_access_key = s\n";
    for (config, words) in [
        ("", "`services` names `local`, and there is no `[services local]` ([default]: config, line 1)"),
        ("[service local]\nsts =\n  endpoint_url = http://a\n", "there is no `[services local]`"),
        ("[services local]\n", "`[services local]` says nothing (config, line 5)"),
        (
            "[services local]\nsts =\n  endpoint_url = http://a\n[services local]\nsts =\n  endpoint_url = http://b\n",
            "`sts` of `[services local]` has two values (config, line 6, and line 9)",
        ),
    ] {
        let config = format!("{profile}{config}");
        let error = refusal(&asking(None), &environment(&[], &config)).await.to_string();
        assert!(error.contains(words), "{words} in {error}");
    }
}

#[tokio::test]
async fn what_has_no_end_is_refused_with_its_limit() {
    for variable in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
        let error = refusal(&asking(None), &environment(&[(variable, "/dev/zero")], "")).await.to_string();
        for words in ["/dev/zero: it is larger than 1 MiB", variable] {
            assert!(error.contains(words), "{words} in {error}");
        }
    }
    let token = ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/dev/zero");
    let container = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/"), token];
    let web = [("AWS_WEB_IDENTITY_TOKEN_FILE", "/dev/zero"), ("AWS_ROLE_ARN", "arn:aws:iam::1:role/x")];
    for variables in [container, web] {
        let server = FakeServer::saying(200, "");
        let from = environment(&variables, "");
        let connection = connect_from(&asking(None), &from, Some(server.client())).await.unwrap();
        let error = caller_identity(&connection).await.unwrap_err();
        assert!(error.message.contains("/dev/zero") && error.message.contains("64 KiB"), "{error:?}");
    }
}

#[tokio::test]
async fn files_that_the_cli_writes_are_read() {
    let keys = "region = eu-west-3\naws_access_key_id = AKIDHERE\naws_secret_access_key = s\n";
    let indented = keys.lines().map(|line| format!("  {line}\n")).collect::<String>();
    for (profile, config) in [
        (Some("My Audit"), format!("[profile 'My Audit']\n{keys}")),
        (Some("prüfung"), format!("[profile prüfung]\n{keys}")),
        (None, format!("[default]\n{indented}")),
        (None, format!("\u{feff}[default]\r\n{}", keys.replace('\n', "\r\n"))),
        (None, format!("[default]\n{keys}[profile other] /* a note */\nregion = us-east-1\n")),
        (None, format!("[profile default]\n{keys}[other]\n[plugins]\nx = y\n")),
        (
            Some("My Role"),
            "[profile My Base]\n[profile 'My Role']\naws_access_key_id: AKIDHERE\naws_secret_access_key: s\n"
                .to_owned(),
        ),
    ] {
        let (_, asked) = ask(&asking(profile), &environment(&[], &config)).await;
        assert_eq!(asked.key_id(), "AKIDHERE", "{config}");
    }
    let empty = "[default]\nregion =\naws_access_key_id = A\naws_secret_access_key = s\n";
    let (_, asked) = ask(&asking(None), &environment(&[], empty)).await;
    assert_eq!(asked.signing_region(), "us-east-1");
    let error = refusal(&asking(Some("audit")), &environment(&[], "[audit]\nregion = x\n")).await.to_string();
    assert!(error.contains("write `[profile audit]` for `[audit]` (config, line 1)"), "{error}");
}
