//! Tests of the wire: HTTP with keep-alive, and the checks before a call.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::pin::Pin;
use std::time::Duration;

use super::*;
use crate::dispatch::{CallSite, Service};
use crate::faults::Interfere;
use crate::testing::{signed_headers, spec};

/// Sends a request over a persistent connection, and reads the status line and the body.
fn request(connection: &mut TcpStream, who: &Credentials, body: &str) -> (String, String) {
    let headers = signed_headers(who, Service::Sts, hyper::HeaderMap::new(), body, Timestamp::now());
    let mut text = format!("POST / HTTP/1.1\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in &headers {
        text.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    connection.write_all(format!("{text}\r\n{body}").as_bytes()).unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        connection.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    let head = String::from_utf8(head).unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    connection.read_exact(&mut body).unwrap();
    (head, String::from_utf8(body).unwrap())
}

const WHO: &str = "Action=GetCallerIdentity&Version=2011-06-15";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_serves_many_requests() {
    let simulator = serve(spec().build().unwrap(), ServeOptions::default()).await.unwrap();
    let (address, caller) = (simulator.address, simulator.caller());
    assert_eq!(simulator.url(), format!("http://{address}"));
    tokio::task::spawn_blocking(move || {
        let mut connection = TcpStream::connect(address).unwrap();
        for _ in 0..3 {
            let (head, body) = request(&mut connection, &caller, WHO);
            assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
            assert!(
                head.contains("content-type: text/xml\r\n") && head.contains("x-amzn-requestid: "),
                "{head}"
            );
            assert!(body.contains("<Account>222222222222</Account>"), "{body}");
        }
        let (head, _) = request(&mut connection, &caller, "Action=GetSessionToken&Version=2011-06-15");
        assert!(head.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{head}");
    })
    .await
    .unwrap();
    assert_eq!(simulator.counts().operation("sts:GetCallerIdentity").ok, 3);
    simulator.reset_counts();
    assert_eq!(simulator.counts().total().total(), 0);
    assert_eq!(simulator.named_caller("caller"), Some(simulator.caller()));
    assert_eq!(simulator.named_caller("nobody"), None);
    simulator.shutdown().await;
    assert!(TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err());
}

struct Refuse;

impl Interfere for Refuse {
    fn interfere(&self, call: CallSite, answer: Answer) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>> {
        Box::pin(async move {
            assert_eq!((call.operation.as_str(), call.ok), ("sts:GetCallerIdentity", true));
            Answer { status: 503, body: Bytes::from_static(b"later"), ..answer }
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_can_be_replaced_on_its_way_out() {
    let options = ServeOptions { interference: Some(Arc::new(Refuse)), ..ServeOptions::default() };
    let simulator = serve(spec().build().unwrap(), options).await.unwrap();
    let (address, caller) = (simulator.address, simulator.caller());
    let (head, body) =
        tokio::task::spawn_blocking(move || request(&mut TcpStream::connect(address).unwrap(), &caller, WHO))
            .await
            .unwrap();
    assert!(head.starts_with("HTTP/1.1 503 "), "{head}");
    assert_eq!(body, "later");
}
