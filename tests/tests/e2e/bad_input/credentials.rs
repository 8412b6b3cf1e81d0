//! Credentials that are missing, no longer valid, or need a person.

use rolesweep_tests::Run;

use super::{refused, refused_before_the_first_call};
use crate::fixture::{Fixture, assert_shown, organization};

/// A scan that reaches the server with the credentials in the home folder.
fn scan_from_files(fixture: &Fixture, arguments: &[&str]) -> Run {
    let run = fixture.sandbox.rolesweep(["scan", "--store", "store.db", "-o", "report"]).args(arguments);
    run.env("AWS_ENDPOINT_URL", fixture.server.url())
}

#[test]
fn no_credentials() {
    let fixture = Fixture::new(organization());
    let said = refused_before_the_first_call(&fixture, scan_from_files(&fixture, &[]), 1);
    assert_shown!(fixture.filters(), "no_credentials", said);
}

#[test]
fn expired_credentials() {
    let mut spec = organization();
    spec.callers[0].expires = Some("2020-01-01T00:00:00Z".parse().unwrap());
    let fixture = Fixture::new(spec);
    let said = refused(&fixture, fixture.scan(&["-o", "report"]), 1);
    assert_shown!(fixture.filters(), "expired_credentials", said);
}

#[test]
fn a_wrong_secret_key() {
    let fixture = Fixture::new(organization());
    let run = fixture.scan(&["-o", "report"]).env("AWS_SECRET_ACCESS_KEY", "not-the-right-one");
    let said = refused(&fixture, run, 1);
    assert_shown!(fixture.filters(), "a_wrong_secret_key", said);
}

#[test]
fn profiles_that_cannot_be_used() {
    let fixture = Fixture::new(organization());
    fixture.write(
        ".aws/config",
        "[profile people]\nregion = eu-central-1\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = x\n\n\
         [profile with-mfa]\nrole_arn = arn:aws:iam::222222222222:role/Auditor\nsource_profile = people\n\
         mfa_serial = arn:aws:iam::222222222222:mfa/ana\n\n\
         [profile sso]\nsso_session = corp\nsso_account_id = 222222222222\nsso_role_name = Auditor\n\n\
         [sso-session corp]\nsso_start_url = https://corp.example.com/start\nsso_region = eu-central-1\n\n\
         [profile broken]\ncredential_process = /nonexistent/helper\n",
    );
    let mut shown = String::new();
    for (name, code) in [("with-mfa", 2), ("no-such-profile", 2), ("sso", 1), ("broken", 1)] {
        let said =
            refused_before_the_first_call(&fixture, scan_from_files(&fixture, &["--profile", name]), code);
        shown.push_str(&format!("--profile {name}, exit code {code}\n{said}\n"));
    }
    assert_shown!(fixture.filters(), "profiles_that_cannot_be_used", shown);
}

#[test]
fn nobody_at_the_endpoint() {
    let fixture = Fixture::new(organization());
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let run = fixture.scan(&["-o", "report"]).env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"));
    let said = refused_before_the_first_call(&fixture, run.env("AWS_MAX_ATTEMPTS", "1"), 1);
    assert_shown!(fixture.filters(), "nobody_at_the_endpoint", said);
}
