//! Answers larger than anything that AWS sends.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rolesweep_connect::Connection;
use rolesweep_connect::credentials::Caller;
use rolesweep_connect::testing::{FakeServer, plain_client, timeouts, xml, xml_error};
use rolesweep_scan::ports::{Admission, Cloud as _, ErrorKind, Intake};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::server::{HasCloud as _, account, asking, roomy, session};
use super::sessions::request;
use crate::cloud::AwsCloud;

/// A server on loopback whose every answer has this status and a body without an end, in chunks of 64 KiB.
async fn endless(status: u16) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let head = format!("HTTP/1.1 {status} So\r\nTransfer-Encoding: chunked\r\n\r\n");
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (head, chunk) = (head.clone(), chunk.clone());
            tokio::spawn(async move {
                let mut request = [0; 8192];
                let _ = stream.read(&mut request).await;
                let mut sent = stream.write_all(head.as_bytes()).await;
                while sent.is_ok() {
                    sent = stream.write_all(chunk.as_bytes()).await;
                }
            });
        }
    });
    url
}

#[tokio::test]
async fn an_answer_without_an_end_is_given_up_by_every_service() {
    for status in [200, 403, 503] {
        let config = FakeServer::saying(500, "").config("us-east-1").http_client(plain_client());
        let cloud = AwsCloud::new(Connection::new(
            &config.endpoint_url(endless(status).await).build(),
            Caller::default(),
        ));
        for error in [
            cloud.caller_identity().await.unwrap_err(),
            cloud.list_accounts(None).await.unwrap_err(),
            cloud.assume(&request(None)).await.err().unwrap(),
            cloud.list_roles(&session(), None, 200).await.unwrap_err(),
            cloud
                .authorization_details(&cloud.caller_session(account()), asking(true, None, 200), roomy())
                .await
                .unwrap_err(),
        ] {
            assert_eq!(
                (error.kind, error.code.as_deref()),
                (ErrorKind::Malformed, None),
                "{status}: {error}"
            );
            for words in ["larger than 32 MiB", "`page_size`", &status.to_string()] {
                assert!(error.message.contains(words), "{words} in {}", error.message);
            }
        }
    }
}

#[tokio::test]
async fn a_body_that_is_announced_as_too_large_is_not_read_whole() {
    let padding = " ".repeat(32 * 1024 * 1024);
    let answer = xml(
        "GetCallerIdentity",
        "<Arn>arn:aws:iam::000000000123:user/me</Arn><Account>000000000123</Account>",
    );
    let fits = FakeServer::saying(200, format!("{answer}{}", &padding[answer.len()..]));
    fits.cloud().caller_identity().await.unwrap();
    let error =
        FakeServer::saying(200, format!("{answer}{padding}")).cloud().caller_identity().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Malformed, "{error}");
    assert!(error.message.contains("larger than 32 MiB"), "{}", error.message);
}

/// Writes down what it is asked, and lets everything in.
#[derive(Default)]
struct Doorman(Mutex<Vec<u64>>);

impl Intake for Doorman {
    fn admit(&self, bytes: u64) -> Admission {
        self.0.lock().unwrap().push(bytes);
        Box::pin(std::future::ready(()))
    }
}

/// A server on loopback that answers once, in these pieces. After the piece `wait` it does nothing any more, and leaves the line open.
async fn serving(pieces: Vec<String>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 8192]).await;
        for piece in pieces {
            if piece == "wait" {
                std::future::pending::<()>().await;
            }
            let _ = stream.write_all(piece.as_bytes()).await;
        }
    });
    url
}

/// The same with a cloud that asks it.
async fn answering(pieces: Vec<String>) -> AwsCloud {
    let config = FakeServer::saying(500, "").config("us-east-1").http_client(plain_client());
    AwsCloud::new(Connection::new(&config.endpoint_url(serving(pieces).await).build(), Caller::default()))
}

/// What somebody with this answer is asked for room.
async fn asked_for(pieces: Vec<String>) -> (bool, Vec<u64>) {
    let doorman = Arc::new(Doorman::default());
    let cloud = answering(pieces).await;
    let page = cloud.authorization_details(&session(), asking(false, None, 200), doorman.clone()).await;
    let asked = doorman.0.lock().unwrap().clone();
    (page.is_ok(), asked)
}

#[tokio::test]
async fn room_is_asked_for_before_a_page_is_read() {
    let page = xml(
        "GetAccountAuthorizationDetails",
        &format!("<IsTruncated>false</IsTruncated><RoleDetailList/>{}", "<Later>x</Later>".repeat(40_000)),
    );
    let length = page.len() as u64;
    let told = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
    assert_eq!(asked_for(vec![told.clone(), page.clone()]).await, (true, vec![length]));
    let half = page[..page.len() / 2].to_owned();
    assert_eq!(asked_for(vec![told, half.clone()]).await, (false, vec![length]));

    let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned();
    let chunked = vec![head.clone(), chunk(&page), "0\r\n\r\n".to_owned()];
    let steps = vec![256 << 10, 512 << 10, 1 << 20];
    assert_eq!(asked_for(chunked).await, (true, steps.clone()));
    let (read, asked) = asked_for(vec![head, chunk(&half)]).await;
    assert!(!read);
    assert_eq!(asked, steps[..2]);
}

#[tokio::test]
async fn a_refusal_needs_no_room() {
    let doorman = Arc::new(Doorman::default());
    let cloud = FakeServer::saying(403, xml_error("AccessDenied", "no")).cloud();
    let refused = cloud.authorization_details(&session(), asking(false, None, 200), doorman.clone()).await;
    assert_eq!(refused.unwrap_err().kind, ErrorKind::Denied);
    assert!(doorman.0.lock().unwrap().is_empty());
}

#[tokio::test]
async fn waiting_for_room_uses_up_no_time_out_and_a_body_that_stands_still_does() {
    struct Slow;
    impl Intake for Slow {
        fn admit(&self, _: u64) -> Admission {
            Box::pin(tokio::time::sleep(Duration::from_secs(3)))
        }
    }
    let timeouts = timeouts(Some(Duration::from_millis(400)));
    let page = xml("GetAccountAuthorizationDetails", "<IsTruncated>false</IsTruncated><RoleDetailList/>");
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", page.len());
    let asked = |pieces, intake| {
        let timeouts = timeouts.clone();
        async move {
            let config = FakeServer::saying(500, "").config("us-east-1").timeout_config(timeouts);
            let config = config.http_client(plain_client()).endpoint_url(serving(pieces).await);
            let cloud = AwsCloud::new(Connection::new(&config.build(), Caller::default()));
            cloud.authorization_details(&session(), asking(false, None, 200), intake).await
        }
    };
    assert!(asked(vec![head.clone(), page.clone()], Arc::new(Slow)).await.is_ok());
    let error = asked(vec![head, page[..9].to_owned(), "wait".to_owned()], roomy()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Transient);
    assert!(error.message.contains("was not there after 0.8 s"), "{error}");
}
