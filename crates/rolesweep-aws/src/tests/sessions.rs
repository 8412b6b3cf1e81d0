//! Assuming the audit role, and what its sessions share and do not share.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use rolesweep_connect::Connection;
use rolesweep_connect::credentials::Caller;
use rolesweep_connect::testing::{FakeServer, xml, xml_error};
use rolesweep_scan::ports::{AssumeRequest, Cloud as _, ErrorKind};
use rolesweep_scan::session_policy::session_policy;

use super::server::{HasCloud as _, account, session};
use crate::cloud::AwsCloud;
use crate::session::AwsSession;

pub(super) const ASSUMED: &str = "<Credentials><AccessKeyId>ASIAASSUMED</AccessKeyId><SecretAccessKey>assumed-secret</SecretAccessKey>\
    <SessionToken>assumed-token</SessionToken><Expiration>2000-01-01T00:00:00Z</Expiration></Credentials>";

pub(super) fn request(external_id: Option<&str>) -> AssumeRequest {
    AssumeRequest {
        account_id: account(),
        role_arn: "arn:aws:iam::000000000123:role/RolesweepAudit".to_owned(),
        session_name: "rolesweep-01890a5d".to_owned(),
        external_id: external_id.map(str::to_owned),
        session_seconds: 3600,
        session_policy: session_policy(),
    }
}

#[tokio::test]
async fn the_session_policy_and_the_external_id_are_sent() {
    let server = FakeServer::saying(200, xml("AssumeRole", ASSUMED));
    server.cloud().assume(&request(Some("ext:id/1"))).await.unwrap();
    server.cloud().assume(&request(None)).await.unwrap();
    let asked = server.asked();
    for part in [
        "Action=AssumeRole",
        "RoleArn=arn%3Aaws%3Aiam%3A%3A000000000123%3Arole%2FRolesweepAudit",
        "RoleSessionName=rolesweep-01890a5d",
        "DurationSeconds=3600",
        "ExternalId=ext%3Aid%2F1",
        "Policy=%7B%22Version%22",
        "GetAccountAuthorizationDetails",
    ] {
        assert!(asked[0].body.contains(part), "{part} in {}", asked[0].body);
    }
    assert!(!asked[1].body.contains("ExternalId"));
    assert_eq!(asked[0].key_id(), "AKIDCALLER");
    assert!(asked[0].user_agent.contains("aws-sdk-rust"), "{}", asked[0].user_agent);
}

#[tokio::test]
async fn calls_are_signed_with_the_session_that_they_are_given() {
    let server = FakeServer::new(|asked| match asked.body.contains("Action=AssumeRole") {
        true => Ok((200, xml("AssumeRole", ASSUMED))),
        false => Ok((404, xml_error("NoSuchEntity", "gone"))),
    });
    let cloud = server.cloud();
    let assumed = cloud.assume(&request(None)).await.unwrap();
    // By this machine's clock it expired long ago. Only AWS decides that.
    for session in [&assumed, &session(), &cloud.caller_session(account()), &assumed] {
        assert_eq!(cloud.get_role(session, "app").await.unwrap_err().kind, ErrorKind::Gone);
    }
    let asked = &server.asked()[1..];
    let keys: Vec<&str> = asked.iter().map(|asked| asked.key_id()).collect();
    assert_eq!(keys, ["ASIAASSUMED", "ASIASESSION", "AKIDCALLER", "ASIAASSUMED"]);
    let tokens: Vec<Option<&str>> = asked.iter().map(|asked| asked.token.as_deref()).collect();
    assert_eq!(tokens, [Some("assumed-token"), Some("session-token"), None, Some("assumed-token")]);
}

#[tokio::test]
async fn a_session_of_another_role_is_no_answer() {
    let role = request(None).role_arn;
    let account = account();
    for (arn, good) in [
        (format!("arn:aws:sts::{account}:assumed-role/RolesweepAudit/s"), true),
        (format!("arn:aws:sts::{account}:assumed-role/Other/s"), false),
        ("arn:aws:sts::000000000999:assumed-role/RolesweepAudit/s".to_owned(), false),
        (format!("arn:aws-cn:sts::{account}:assumed-role/RolesweepAudit/s"), false),
        (String::new(), false),
    ] {
        let user = format!(
            "<AssumedRoleUser><AssumedRoleId>AROAX:s</AssumedRoleId><Arn>{arn}</Arn></AssumedRoleUser>"
        );
        let answer = FakeServer::saying(200, xml("AssumeRole", &format!("{user}{ASSUMED}"))).cloud();
        let error = answer.assume(&request(None)).await.err();
        assert_eq!(
            error.as_ref().map(|error| error.kind),
            (!good).then_some(ErrorKind::Malformed),
            "{role} {arn}"
        );
    }
}

#[tokio::test]
async fn an_answer_without_credentials_is_malformed() {
    let cloud = FakeServer::saying(200, xml("AssumeRole", "")).cloud();
    assert_eq!(cloud.assume(&request(None)).await.unwrap_err().kind, ErrorKind::Malformed);
}

#[tokio::test]
async fn credentials_that_no_request_can_be_signed_with_are_malformed() {
    for (whole, broken, part) in [
        ("ASIAASSUMED", "ASIA&#10;ASSUMED", "access key id"),
        ("assumed-secret", "assumed&#13;secret", "secret access key"),
        ("assumed-token", "assumed&#x85;token", "session token"),
    ] {
        let cloud = FakeServer::saying(200, xml("AssumeRole", &ASSUMED.replace(whole, broken))).cloud();
        let error = cloud.assume(&request(None)).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Malformed, "{error}");
        assert!(error.message.contains(part) && !error.message.contains("assumed"), "{}", error.message);
    }
}

/// Counts how often the caller's credentials are resolved.
#[derive(Debug, Default, Clone)]
struct Counting(Arc<AtomicUsize>);

impl ProvideCredentials for Counting {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        self.0.fetch_add(1, Ordering::Relaxed);
        future::ProvideCredentials::ready(Ok(Credentials::new(
            "AKIDCALLER",
            "caller-secret",
            None,
            None,
            "counting",
        )))
    }
}

#[tokio::test]
async fn the_callers_credentials_are_resolved_once_for_every_service() {
    let counting = Counting::default();
    let server = FakeServer::saying(200, xml("AssumeRole", ASSUMED));
    let config = server
        .config("us-east-1")
        .credentials_provider(SharedCredentialsProvider::new(counting.clone()))
        .identity_cache(IdentityCache::lazy().build())
        .build();
    let cloud = AwsCloud::new(Connection::new(&config, Caller::default()));
    for _ in 0..100 {
        cloud.assume(&request(None)).await.unwrap();
    }
    cloud.list_accounts(None).await.unwrap_err();
    cloud.get_role(&cloud.caller_session(account()), "app").await.unwrap_err();
    assert_eq!(counting.0.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn an_account_that_fails_spends_its_own_retries_and_nobody_elses() {
    let server = FakeServer::saying(503, xml_error("ServiceUnavailable", "busy"));
    let retries = RetryConfig::standard().with_initial_backoff(Duration::from_nanos(1));
    let cloud = AwsCloud::new(Connection::new(
        &server.config("us-east-1").retry_config(retries).build(),
        Caller::default(),
    ));
    let attempts = async |session: &AwsSession| {
        let before = server.asked().len();
        cloud.get_role(session, "app").await.unwrap_err();
        server.asked().len() - before
    };
    let (troubled, other) = (session(), session());
    assert_eq!(attempts(&troubled).await, 3);
    for _ in 0..40 {
        attempts(&troubled).await;
    }
    assert!(attempts(&troubled).await < 3, "its tokens are spent");
    assert_eq!(attempts(&other).await, 3, "another account has its own");
    assert_eq!(attempts(&cloud.caller_session(account())).await, 3, "and so has the caller's");
}
