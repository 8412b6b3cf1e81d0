//! Nothing secret is ever shown: not by `Debug`, not in a message.

use rolesweep_connect::testing::{FakeServer, json_error, xml, xml_error};
use rolesweep_connect::{FixedTarget, Settings};
use rolesweep_scan::ports::Cloud as _;

use super::server::{HasCloud as _, session};
use super::sessions::{ASSUMED, request};

const SECRETS: [&str; 8] = [
    "ASIASESSION",
    "session-secret",
    "session-token",
    "assumed-secret",
    "assumed-token",
    "caller-secret",
    "fixed-secret",
    "s3cret-external-id",
];

fn assert_silent(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn debug_shows_no_credentials() {
    let server = FakeServer::saying(200, xml("AssumeRole", ASSUMED));
    let cloud = server.cloud();
    let assumed = cloud.assume(&request(Some("s3cret-external-id"))).await.unwrap();
    let target = FixedTarget {
        endpoint_url: "http://user:fixed-secret@127.0.0.1:1".to_owned(),
        access_key_id: "AKIDFIXED".to_owned(),
        secret_access_key: "fixed-secret".to_owned(),
        session_token: Some("session-token".to_owned()),
    };
    let settings = Settings { fixed: Some(target), ..Settings::default() };
    let shown = format!(
        "{cloud:?} {assumed:?} {:?} {settings:?} {:#?}",
        session(),
        request(Some("s3cret-external-id"))
    );
    assert_silent(&shown);
    assert!(shown.contains("000000000123") && shown.contains("http://127.0.0.1:1"), "{shown}");
}

#[tokio::test]
async fn messages_show_no_secrets_even_if_aws_repeats_them() {
    let token = format!("session-token{}", "A".repeat(400));
    let signature = format!(
        "The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request \
         should have been\n'POST\n/\n\nhost:iam.amazonaws.com\nx-amz-security-token:{token}'"
    );
    let external = "1 validation error detected: Value 's3cret-external-id' at 'externalId' failed to satisfy constraint";
    for message in [signature.as_str(), external, &format!("the token {token} has expired")] {
        let error = FakeServer::saying(403, xml_error("SignatureDoesNotMatch", message)).cloud();
        let errors = [
            error.get_role(&session(), "app").await.unwrap_err(),
            error.assume(&request(Some("s3cret-external-id"))).await.unwrap_err(),
        ];
        // GetRole never sends an external id, so only AssumeRole's answer can repeat one.
        assert_silent(&errors[0].to_string().replace("s3cret-external-id", ""));
        assert_silent(&format!("{} {:?}", errors[1], errors[1]));
    }
    let json = json_error("InvalidSignatureException", &format!("The Canonical String ... {token}"));
    assert_silent(&FakeServer::saying(400, json).cloud().list_accounts(None).await.unwrap_err().to_string());
}
