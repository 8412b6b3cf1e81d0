//! What AWS refuses, and what fails on the way, by kind.

use aws_config::retry::RetryConfig;
use aws_smithy_runtime_api::client::result::ConnectorError;
use rolesweep_connect::Connection;
use rolesweep_connect::credentials::Caller;
use rolesweep_connect::testing::{FakeServer, json_error, plain_client, timeouts, xml, xml_error};
use rolesweep_scan::operation::Operation;
use rolesweep_scan::ports::{Cloud as _, CloudError, ErrorKind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::server::{DetailsPage as _, HasCloud as _, asking, session};
use super::sessions::request;
use crate::cloud::AwsCloud;

async fn by_session(server: &FakeServer) -> CloudError {
    server.cloud().get_role(&session(), "app").await.unwrap_err()
}

async fn by_caller(server: &FakeServer) -> CloudError {
    server.cloud().list_accounts(None).await.unwrap_err()
}

/// Status, code, the kind for a session of the audit role, the kind for the caller.
const CODES: &[(u16, &str, ErrorKind, ErrorKind)] = &[
    (403, "AccessDenied", ErrorKind::Denied, ErrorKind::Denied),
    (400, "AccessDeniedException", ErrorKind::Denied, ErrorKind::Denied),
    (403, "UnauthorizedOperation", ErrorKind::Denied, ErrorKind::Denied),
    (403, "ExpiredToken", ErrorKind::Expired, ErrorKind::Expired),
    (400, "ExpiredTokenException", ErrorKind::Expired, ErrorKind::Expired),
    (400, "RequestExpired", ErrorKind::Transient, ErrorKind::Transient),
    (403, "InvalidClientTokenId", ErrorKind::Expired, ErrorKind::NoCredentials),
    (400, "UnrecognizedClientException", ErrorKind::Expired, ErrorKind::NoCredentials),
    (403, "SignatureDoesNotMatch", ErrorKind::Expired, ErrorKind::NoCredentials),
    (400, "InvalidSignatureException", ErrorKind::Expired, ErrorKind::NoCredentials),
    (400, "Throttling", ErrorKind::Throttled, ErrorKind::Throttled),
    (400, "TooManyRequestsException", ErrorKind::Throttled, ErrorKind::Throttled),
    (503, "SlowDown", ErrorKind::Throttled, ErrorKind::Throttled),
    (429, "SomethingNew", ErrorKind::Throttled, ErrorKind::Throttled),
    (500, "ServiceFailure", ErrorKind::Transient, ErrorKind::Transient),
    (400, "ServiceException", ErrorKind::Transient, ErrorKind::Transient),
    (503, "SomethingNew", ErrorKind::Transient, ErrorKind::Transient),
    (404, "NoSuchEntity", ErrorKind::Gone, ErrorKind::Gone),
    (400, "AccountNotFoundException", ErrorKind::Gone, ErrorKind::Gone),
    (400, "ValidationError", ErrorKind::Refused, ErrorKind::Refused),
    (403, "RegionDisabledException", ErrorKind::Refused, ErrorKind::Refused),
    (400, "AWSOrganizationsNotInUseException", ErrorKind::Refused, ErrorKind::Refused),
    (403, "SomethingNew", ErrorKind::Denied, ErrorKind::Denied),
    (409, "SomethingNew", ErrorKind::Refused, ErrorKind::Refused),
];

#[tokio::test]
async fn codes_decide_the_kind_or_the_status_if_the_code_is_unknown() {
    for &(status, code, of_session, of_caller) in CODES {
        let error = by_session(&FakeServer::saying(status, xml_error(code, "why not"))).await;
        assert_eq!((error.kind, error.operation), (of_session, Operation::GetRole), "{status} {code}");
        assert_eq!(error.code.as_deref(), Some(code));
        assert!(error.message.starts_with("why not"), "{}", error.message);
        let error = by_caller(&FakeServer::saying(status, json_error(code, "why not"))).await;
        assert_eq!((error.kind, error.operation), (of_caller, Operation::ListAccounts), "{status} {code}");
        assert_eq!(error.code.as_deref(), Some(code));
        assert_eq!(error.summary().split(':').next(), Some(code));
    }
}

#[tokio::test]
async fn a_code_in_another_place_than_the_sdk_looks_in_is_a_code() {
    let body = "<?xml version=\"1.0\"?><Response><Errors><Error><Code>AccessDenied</Code><Message>why not</Message></Error></Errors></Response>";
    let error = by_session(&FakeServer::saying(403, body)).await;
    assert_eq!((error.kind, error.code.as_deref()), (ErrorKind::Denied, Some("AccessDenied")), "{error}");
    assert_eq!(error.message, "why not");
    let page = "<html><body><Code>AccessDenied</Code></body></html>";
    assert_eq!(by_session(&FakeServer::saying(403, page)).await.kind, ErrorKind::Foreign);
}

#[tokio::test]
async fn every_throttling_code_of_the_sdk_is_throttling_here() {
    for code in aws_runtime::retries::classifiers::THROTTLING_ERRORS {
        let error = by_session(&FakeServer::saying(400, xml_error(code, ""))).await;
        assert_eq!(error.kind, ErrorKind::Throttled, "{code}");
    }
    for code in aws_runtime::retries::classifiers::TRANSIENT_ERRORS {
        let error = by_session(&FakeServer::saying(400, xml_error(code, ""))).await;
        assert_eq!(error.kind, ErrorKind::Transient, "{code}");
    }
}

#[tokio::test]
async fn answers_that_are_not_awss_are_told_as_such_and_those_of_its_front_end_are_not() {
    let page = "<html><body>Sign in to the guest network</body></html>";
    let (foreign, malformed) = (ErrorKind::Foreign, ErrorKind::Malformed);
    // The kind for IAM and STS, and the one for Organizations.
    for (status, body, xml, json) in [
        (200, page, foreign, foreign),
        (200, "blocked", foreign, foreign),
        (200, "", malformed, malformed),
        (200, "{", foreign, malformed),
        (200, "{\"blocked\": true, ", foreign, malformed),
        (200, "<GetRole", malformed, foreign),
        (502, page, ErrorKind::Transient, ErrorKind::Transient),
        (503, "", ErrorKind::Transient, ErrorKind::Transient),
        (429, page, ErrorKind::Throttled, ErrorKind::Throttled),
        (401, "", foreign, foreign),
        (403, page, foreign, foreign),
        (302, "", foreign, foreign),
        (307, page, foreign, foreign),
        (400, "no", foreign, foreign),
        (404, page, foreign, foreign),
        (407, page, foreign, foreign),
        (418, "{\"a\":", foreign, foreign),
    ] {
        let server = FakeServer::saying(status, body);
        for error in [
            by_session(&server).await,
            server.cloud().caller_identity().await.unwrap_err(),
            server.cloud().assume(&request(None)).await.unwrap_err(),
            server.cloud().list_roles(&session(), None, 100).await.unwrap_err(),
            details(&server).await,
        ] {
            assert_eq!((error.kind, error.code.as_deref()), (xml, None), "{status} {body}: {error}");
            assert_told(&error, status);
        }
        for error in [by_caller(&server).await, server.cloud().describe_organization().await.unwrap_err()] {
            assert_eq!(error.kind, json, "{status} {body}: {error}");
            assert_told(&error, status);
        }
    }
}

async fn details(server: &FakeServer) -> CloudError {
    server.cloud().details_page(&session(), asking(true, None, 100)).await.unwrap_err()
}

/// The message gives the status, or says that it was a success, and nothing internal of the SDK.
fn assert_told(error: &CloudError, status: u16) {
    assert_plain(error);
    let told = error.message.contains(&status.to_string());
    assert!(told || status == 200, "{error}");
    if error.kind == ErrorKind::Foreign {
        assert_eq!(error.summary(), format!("something other than AWS answered ({status}, no content type)"));
    }
}

#[tokio::test]
async fn a_page_is_told_by_its_content_type_with_and_without_success() {
    for (status, content_type, body, told) in [
        (403, "text/html; charset=utf-8", "<html>no</html>", "(403, text/html)"),
        (200, "text/html", "<html>no</html>", "(200, text/html)"),
        (200, "application/json", "{\"status\": \"blocked\"}", "(200, application/json)"),
        (403, "application/json", "{\"code\": \"Blocked\"}", "(403, application/json)"),
    ] {
        let server = FakeServer::saying(status, body).with_header("content-type", content_type);
        for error in [by_session(&server).await, by_caller(&server).await, details(&server).await] {
            assert_eq!(error.summary(), format!("something other than AWS answered {told}"), "{error:?}");
        }
    }
    // Looks like a code, but AWS has no such code.
    let error = "<ErrorResponse><Error><Code>Blocked</Code><Message>no</Message></Error></ErrorResponse>";
    for body in ["<title>Blocked</title><p>Your request was stopped. <Code>12345</Code></p>", error] {
        let server = FakeServer::saying(403, body).with_header("content-type", "text/html");
        let told = by_session(&server).await;
        assert_eq!(told.summary(), "something other than AWS answered (403, text/html)", "{told:?}");
        assert_eq!(told.code, None, "{body}");
    }
    // AWS's own answers in a slightly different form.
    let server =
        FakeServer::saying(200, "{\"Accounts\": []}").with_header("content-type", "application/json");
    let numbered = server.clone().with_header("x-amzn-requestid", "7a62c49f");
    assert_eq!(by_caller(&server).await.kind, ErrorKind::Foreign);
    assert!(numbered.cloud().list_accounts(None).await.unwrap().items.is_empty());
    let server = FakeServer::saying(403, json_error("SomethingNew", "why not"))
        .with_header("content-type", "application/json");
    assert_eq!(by_caller(&server).await.kind, ErrorKind::Foreign);
    assert_eq!(by_caller(&server.with_header("x-amzn-requestid", "7a62c49f")).await.kind, ErrorKind::Denied);
}

/// The message shows nothing internal of the SDK.
fn assert_plain(error: &CloudError) {
    for insides in [" {", "unhandled error", "SdkBody", "StartEl"] {
        assert!(!error.message.contains(insides), "{insides} in {}", error.message);
    }
    assert!(!error.message.is_empty() && !error.message.ends_with([':', ' ']), "{}", error.message);
}

#[tokio::test]
async fn only_aws_can_say_that_there_is_no_organization() {
    let told = FakeServer::saying(400, json_error("AWSOrganizationsNotInUseException", "not a member"));
    assert_eq!(told.cloud().describe_organization().await, Ok(None));
    for (status, code, kind) in [
        (400, "AccessDeniedException", ErrorKind::Denied),
        (400, "ValidationException", ErrorKind::Refused),
        (418, "AccessDeniedException", ErrorKind::Denied),
    ] {
        let server = FakeServer::saying(status, json_error(code, "why not"));
        let error = server.cloud().describe_organization().await.unwrap_err();
        assert_eq!((error.kind, error.code.as_deref()), (kind, Some(code)), "{error}");
    }
}

#[tokio::test]
async fn another_answer_of_awss_says_what_was_there_instead() {
    let error = by_session(&FakeServer::saying(200, xml("ListRoles", ""))).await;
    assert_eq!(error.kind, ErrorKind::Malformed);
    assert!(error.message.contains("expected GetRoleResponse got <ListRolesResponse>"), "{}", error.message);
}

#[tokio::test]
async fn an_error_that_means_one_thing_says_so() {
    let chained =
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.";
    let error =
        FakeServer::saying(400, xml_error("ValidationError", chained)).cloud().assume(&request(None)).await;
    let error = error.unwrap_err();
    assert_eq!(
        error.summary(),
        "ValidationError: the session is longer than the one hour that role chaining allows"
    );
    assert_eq!(
        (error.kind, error.message.as_str()),
        (ErrorKind::Refused, chained),
        "AWS's own words are kept"
    );
    let refused = "STS is not activated in this region for account:123456789012.";
    let error = FakeServer::saying(403, xml_error("RegionDisabledException", refused))
        .cloud()
        .assume(&request(None))
        .await;
    assert_eq!(
        error.unwrap_err().summary(),
        "RegionDisabledException: STS is not active in this Region for the account"
    );
}

#[tokio::test]
async fn failures_on_the_way_are_transient() {
    let reset = || std::io::Error::new(std::io::ErrorKind::ConnectionReset, "connection reset by peer");
    for fail in [
        (|e| ConnectorError::io(Box::new(e))) as fn(std::io::Error) -> ConnectorError,
        |e| ConnectorError::timeout(Box::new(e)),
        |e| ConnectorError::other(Box::new(e), Some(aws_smithy_types::retry::ErrorKind::TransientError)),
    ] {
        let server = FakeServer::new(move |_| Err(fail(reset())));
        let error = by_session(&server).await;
        assert_eq!(error.kind, ErrorKind::Transient, "{error}");
        assert!(error.message.contains("connection reset by peer"), "{}", error.message);
        assert_eq!(by_caller(&server).await.kind, ErrorKind::Transient);
    }
}

#[tokio::test]
async fn a_name_without_an_address_names_the_region() {
    let server = FakeServer::new(|_| Err(ConnectorError::io("dns error: Name or service not known".into())));
    let error = by_caller(&server).await;
    assert!(error.message.contains("there is a region"), "{}", error.message);
    assert!(!by_session(&server).await.message.contains("region"));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_is_given_up() {
    let config = FakeServer::silent().config("us-east-1").timeout_config(timeouts(None));
    let cloud = AwsCloud::new(Connection::new(
        &config.retry_config(RetryConfig::standard()).build(),
        Caller::default(),
    ));
    let before = tokio::time::Instant::now();
    let error = cloud.get_role(&session(), "app").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Transient);
    assert!(error.message.contains("timeout"), "{}", error.message);
    let minutes = before.elapsed().as_secs() / 60;
    assert!((2..=5).contains(&minutes), "{minutes}");
}

#[tokio::test]
async fn a_combination_without_an_endpoint_is_refused_and_nothing_is_sent() {
    let server = FakeServer::saying(200, "");
    let config = server.config("us-east-1").use_fips(true).endpoint_url("http://127.0.0.1:1").build();
    let cloud = AwsCloud::new(Connection::new(&config, Caller::default()));
    let error = cloud.caller_identity().await.unwrap_err();
    assert_eq!((error.kind, server.asked().len()), (ErrorKind::Refused, 0), "{error}");
    assert!(error.message.contains("FIPS"), "{}", error.message);
}

/// A server on loopback that answers every connection with the same bytes, and hangs up.
async fn serving(answer: &'static str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 8192];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    url
}

#[tokio::test]
async fn connections_that_are_lost_are_transient() {
    for (what, answer) in [
        ("before the answer", ""),
        ("inside the head", "HTTP/1.1 200 OK\r\nContent-Le"),
        ("inside the body", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<GetRoleResponse>"),
        ("inside a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n<GetRole"),
        ("no HTTP", "SSH-2.0-OpenSSH_10.2\r\n"),
    ] {
        let config = FakeServer::saying(500, "").config("us-east-1").http_client(plain_client());
        let cloud = AwsCloud::new(Connection::new(
            &config.endpoint_url(serving(answer).await).build(),
            Caller::default(),
        ));
        for error in [
            cloud.get_role(&session(), "app").await.unwrap_err(),
            cloud.list_accounts(None).await.unwrap_err(),
        ] {
            assert_eq!((error.kind, error.code.as_deref()), (ErrorKind::Transient, None), "{what}: {error}");
            assert!(!error.message.is_empty());
        }
    }
}

#[tokio::test]
async fn a_failed_connection_says_its_innermost_cause() {
    // Port 1 is reserved, and nothing listens on it.
    for (url, words) in [
        ("http://127.0.0.1:1".to_owned(), "Connection refused"),
        (serving("").await, "connection closed before message completed"),
        (serving("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<").await, "end of file before message length"),
        (serving("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n").await, "HTTP status 500"),
    ] {
        let config = FakeServer::saying(500, "").config("us-east-1").http_client(plain_client());
        let cloud = AwsCloud::new(Connection::new(&config.endpoint_url(url).build(), Caller::default()));
        for error in [
            cloud.get_role(&session(), "app").await.unwrap_err(),
            cloud.describe_organization().await.unwrap_err(),
        ] {
            assert_eq!(error.kind, ErrorKind::Transient, "{error}");
            assert!(error.message.contains(words), "{words} in {}", error.message);
            assert_plain(&error);
        }
    }
}

#[tokio::test]
async fn refusals_name_what_to_do() {
    for (status, code, text, words) in [
        (
            403,
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
            "check the access key",
        ),
        (
            403,
            "ExpiredToken",
            "The security token included in the request is expired",
            "renew the caller's credentials",
        ),
        (403, "SignatureDoesNotMatch", "Signature expired: 20260101T000000Z is now earlier than", "clock"),
    ] {
        let error =
            FakeServer::saying(status, xml_error(code, text)).cloud().caller_identity().await.unwrap_err();
        assert!(error.message.contains(words), "{}", error.message);
        assert!(error.message.contains(text), "{}", error.message);
    }
    let skewed = xml_error("SignatureDoesNotMatch", "Signature not yet current: 20300101T000000Z");
    assert_eq!(by_session(&FakeServer::saying(403, skewed)).await.kind, ErrorKind::Transient);
}
