//! Tests the caller's identity: it follows the variables and files of AWS's own tools, and so do
//! the network settings.

use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::ffi::OsStrExt as _;
use std::thread;

use rolesweep_tests::Run;

use crate::fixture::{Fixture, assert_shown, from, organization};

/// A dry run with the credentials in the home folder and the arguments.
fn dry_run(fixture: &Fixture, arguments: &[&str]) -> Run {
    let run = fixture.sandbox.rolesweep(["scan", "--dry-run", "--store", "store.db"]).args(arguments);
    run.env("AWS_ENDPOINT_URL", fixture.server.url())
}

/// The server's own caller: its key, the secret, and the session token.
fn key(fixture: &Fixture) -> [String; 3] {
    let environment = fixture.server.environment();
    let get = |name: &str| environment.iter().find(|(known, _)| *known == name).unwrap().1.clone();
    ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"].map(get)
}

/// Answers every connection with this text, for as long as the test runs.
fn always(answer: String) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

#[test]
fn a_config_file_as_the_aws_cli_writes_it_gives_the_caller() {
    let fixture = Fixture::new(organization());
    let [id, secret, token] = key(&fixture);
    let keys = format!(
        "region = us-east-1\naws_access_key_id = {id}\naws_secret_access_key = {secret}\naws_session_token = {token}\n"
    );
    let indented = keys.lines().map(|line| format!("  {line}\n")).collect::<String>();
    fixture.write(
        ".aws/config",
        format!(
            "\u{feff}[default]\nregion = us-east-1\n[profile other] /* a note */\noutput = json\n\
             [profile 'My Audit']\n{indented}[profile prüfung]\n{keys}[audit]\n{keys}"
        ),
    );
    for (arguments, variable) in [
        (&["--profile", "My Audit"][..], None),
        (&["--profile", "prüfung"], None),
        (&[], Some("AWS_PROFILE")),
        (&[], Some("AWS_DEFAULT_PROFILE")),
    ] {
        let mut run = dry_run(&fixture, arguments);
        if let Some(name) = variable {
            run = run.env(name, "prüfung");
        }
        let finished = run.run().expect_code(0);
        // The caller and the organization come before everything else.
        let said = finished.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            said.starts_with("Caller arn:aws:sts::") && said.contains("in organization o-"),
            "{finished}"
        );
    }
    let mut shown = String::new();
    for arguments in [&["--profile", "audit"][..], &["--profile", "nobody"]] {
        let finished = dry_run(&fixture, arguments).run().expect_code(2);
        shown.push_str(&format!("$ rolesweep scan {}\n{}\n", arguments.join(" "), finished.stderr));
    }
    fixture.write(
        ".aws/config",
        "[profile p]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = gone\n",
    );
    shown.push_str(&dry_run(&fixture, &["--profile", "p"]).run().expect_code(2).stderr);
    assert_shown!(fixture.filters(), "profiles_that_are_not_there", shown);
}

#[test]
fn an_identity_that_is_not_clear_is_refused_and_not_replaced() {
    let fixture = Fixture::new(organization());
    let [id, secret, token] = key(&fixture);
    let keys = format!(
        "region = us-east-1\naws_access_key_id = {id}\naws_secret_access_key = {secret}\naws_session_token = {token}\n"
    );
    fixture.write(".aws/config", format!("[default]\n{keys}[profile audit]\n{keys}"));
    let mut shown = String::new();
    for variables in [
        &[("AWS_ACCESS_KEY_ID", "AKIDOTHER")][..],
        &[("AWS_SECRET_ACCESS_KEY", "hunter2")],
        &[("AWS_PROFILE", "default"), ("AWS_DEFAULT_PROFILE", "audit")],
        &[("AWS_ROLE_ARN", "arn:aws:iam::111111111111:role/x")],
    ] {
        fixture.server.reset_counts();
        let finished = dry_run(&fixture, &[]).envs(variables.iter().copied()).run().expect_code(2);
        assert_eq!(fixture.server.counts().total().total(), 0, "{finished}");
        assert!(!finished.stderr.contains("hunter2"), "{finished}");
        let names: Vec<&str> = variables.iter().map(|(name, _)| *name).collect();
        shown.push_str(&format!("$ {}=… rolesweep scan\n{}\n", names.join("=… "), finished.stderr));
    }
    assert_shown!(fixture.filters(), "identities_that_are_not_clear", shown);
}

#[test]
fn variables_that_are_not_text_are_refused_by_name() {
    let fixture = Fixture::new(organization());
    for name in ["HTTPS_PROXY", "AWS_CA_BUNDLE", "AWS_PROFILE", "NO_PROXY"] {
        let run = fixture.bare_scan(&["--dry-run"]).env(name, OsStr::from_bytes(b"http://\xff:1"));
        let finished = run.run().expect_code(2);
        assert!(finished.stderr.contains(name), "{finished}");
    }
}

#[test]
fn the_summary_and_the_json_log_name_the_caller_and_the_organization() {
    let fixture = Fixture::new(organization());
    let finished = fixture.scan(&["-o", "report", "-v", "--log-format", "json"]).run().expect_code(0);
    let manifest = fixture.manifest("report");
    let arn = manifest["scan"]["caller"]["arn"].as_str().unwrap();
    let line = finished.stderr.lines().find(|line| line.contains("identified the caller")).unwrap();
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["fields"]["caller"], arn);
    assert!(line["fields"]["organization"].as_str().unwrap().starts_with("o-"), "{line}");
    assert!(finished.stderr.contains(&format!("Caller        {arn}")), "{finished}");
}

#[test]
fn a_container_endpoint_is_not_asked_through_a_proxy_and_its_expiration_may_have_an_offset() {
    let fixture = Fixture::new(organization());
    let [id, secret, token] = key(&fixture);
    let body = format!(
        r#"{{"AccessKeyId": "{id}", "SecretAccessKey": "{secret}", "Token": "{token}", "Expiration": "2099-01-01T00:00:00+0200"}}"#
    );
    let answer =
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    let endpoint = format!("http://{}/creds", always(answer));
    let run = dry_run(&fixture, &["--region", "us-east-1"]).envs([
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", endpoint.as_str()),
        // Nothing listens there. AWS itself is reached under another name.
        ("HTTP_PROXY", "http://127.0.0.1:1"),
        ("NO_PROXY", "localhost"),
        ("AWS_ENDPOINT_URL", &fixture.server.url().replace("127.0.0.1", "localhost")),
    ]);
    let finished = run.run().expect_code(0);
    assert!(finished.stderr.contains("Caller    arn:aws:"), "{finished}");
}

#[test]
fn a_proxy_that_refuses_is_named_with_the_host_and_what_to_do() {
    let fixture = Fixture::new(organization());
    let proxy = always("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned());
    let run = fixture.sandbox.rolesweep(["scan", "--dry-run", "--store", "store.db"]).envs([
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("AWS_REGION", "us-east-1"),
        ("HTTPS_PROXY", &format!("http://user:hunter2@{proxy}")),
    ]);
    let finished = run.run().expect_code(1);
    assert!(!finished.stderr.contains("hunter2"), "{finished}");
    assert_shown!(fixture.filters(), "a_proxy_that_refuses", from(&finished.stderr, "error: "));
}

#[test]
fn a_home_that_is_no_folder_is_named() {
    let fixture = Fixture::new(organization());
    let finished = fixture.bare_scan(&["-o", "report"]).env("HOME", "relative").run().expect_code(1);
    assert!(finished.stderr.contains("HOME is not an absolute path"), "{finished}");
}
