//! Answers larger than anything that AWS sends.

use rolesweep_connect::Connection;
use rolesweep_connect::credentials::Caller;
use rolesweep_connect::testing::{FakeServer, plain_client, xml};
use rolesweep_scan::ports::{Cloud as _, ErrorKind, ResponseBody as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::server::{DetailsPage as _, HasCloud as _, account, asking, session};
use super::sessions::request;
use crate::cloud::AwsCloud;

/// A server on loopback that answers with this status and an endless body, in chunks of 64 KiB.
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
            cloud.details_page(&cloud.caller_session(account()), asking(true, None, 200)).await.unwrap_err(),
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

/// A server on loopback that answers once, in these pieces.
async fn serving(pieces: Vec<String>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 8192]).await;
        for piece in pieces {
            let _ = stream.write_all(piece.as_bytes()).await;
        }
    });
    url
}

/// The same, with a cloud that asks it.
async fn answering(pieces: Vec<String>) -> AwsCloud {
    let config = FakeServer::saying(500, "").config("us-east-1").http_client(plain_client());
    AwsCloud::new(Connection::new(&config.endpoint_url(serving(pieces).await).build(), Caller::default()))
}

#[tokio::test]
async fn a_page_announces_its_size_before_it_is_read() {
    let page = xml(
        "GetAccountAuthorizationDetails",
        &format!("<IsTruncated>false</IsTruncated><RoleDetailList/>{}", "<Later>x</Later>".repeat(40_000)),
    );
    let half = page[..page.len() / 2].to_owned();
    let told = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", page.len());
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned();
    let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
    let length = Some(page.len() as u64);
    for (pieces, announced, whole) in [
        (vec![told.clone(), page.clone()], length, true),
        (vec![told, half.clone()], length, false),
        (vec![head.clone(), chunk(&page), "0\r\n\r\n".to_owned()], None, true),
        (vec![head, chunk(&half)], None, false),
    ] {
        let cloud = answering(pieces).await;
        let mut body = cloud.authorization_details(&session(), asking(false, None, 200)).await.unwrap();
        assert_eq!(body.announced_size(), announced);
        let mut bytes = Vec::new();
        let end = loop {
            match body.next_chunk().await {
                Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
                Ok(None) => break Ok(()),
                Err(error) => break Err(error.kind),
            }
        };
        assert_eq!(end, if whole { Ok(()) } else { Err(ErrorKind::Transient) });
        assert_eq!(body.decode(&bytes).is_ok(), whole);
    }
}
