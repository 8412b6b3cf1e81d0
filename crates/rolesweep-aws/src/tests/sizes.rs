//! Answers larger than anything that AWS sends.

use rolesweep_scan::ports::{Cloud as _, ErrorKind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::far_end::{FarEnd, account, session, xml};
use super::sessions::request;
use crate::cloud::AwsCloud;
use crate::credentials::Caller;

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
        let config = FarEnd::saying(500, "").config("us-east-1").http_client(crate::http::plain_client());
        let cloud = AwsCloud::new(&config.endpoint_url(endless(status).await).build(), Caller::default());
        for error in [
            cloud.caller_identity().await.unwrap_err(),
            cloud.list_accounts(None).await.unwrap_err(),
            cloud.assume(&request(None)).await.err().unwrap(),
            cloud.list_roles(&session(), None, 200).await.unwrap_err(),
            cloud.authorization_details(&cloud.caller_session(account()), true, None, 200).await.unwrap_err(),
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
    let fits = FarEnd::saying(200, format!("{answer}{}", &padding[answer.len()..]));
    fits.cloud().caller_identity().await.unwrap();
    let error =
        FarEnd::saying(200, format!("{answer}{padding}")).cloud().caller_identity().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Malformed, "{error}");
    assert!(error.message.contains("larger than 32 MiB"), "{}", error.message);
}
