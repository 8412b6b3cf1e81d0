//! A client for the tests that accepts every answer, with a connection for each call.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use hyper::HeaderMap;
use jiff::Timestamp;
use percent_encoding::utf8_percent_encode;

use crate::credentials::Credentials;
use crate::dispatch::Service;
use crate::sigv4::RESERVED;
use crate::testing::signed_headers;

/// A client that accepts every answer.
pub(super) struct Client {
    pub(super) address: SocketAddr,
    pub(super) who: Credentials,
    /// How long it waits for more. Without a limit unless set.
    pub(super) timeout: Option<Duration>,
}

/// What it received: the head, and the body up to the end of the connection.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) head: String,
    /// The Content-Length.
    pub(super) length: usize,
    pub(super) body: Vec<u8>,
    /// The error that ended it early.
    pub(super) end: Option<io::ErrorKind>,
}

impl Received {
    pub(super) fn status(&self) -> u16 {
        self.head.split(' ').nth(1).map_or(0, |status| status.parse().unwrap())
    }

    /// Whether this is a complete good answer in XML with this root.
    pub(super) fn is_whole(&self, root: &str) -> bool {
        let text = self.text();
        let malformed = text.contains("</_");
        self.status() == 200 && self.end.is_none() && text.ends_with(&format!("</{root}>")) && !malformed
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(super) fn element(&self, name: &str) -> Option<String> {
        let text = self.text();
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        Some(rest.split_once('<')?.0.to_owned())
    }
}

impl Client {
    pub(super) fn query(&self, service: Service, body: &str) -> Received {
        let version = if service == Service::Iam { "2010-05-08" } else { "2011-06-15" };
        self.send(service, HeaderMap::new(), &format!("{body}&Version={version}"))
    }

    pub(super) fn organizations(&self, operation: &str) -> Received {
        let mut headers = HeaderMap::new();
        headers.insert("x-amz-target", format!("AWSOrganizationsV20161128.{operation}").parse().unwrap());
        self.send(Service::Organizations, headers, "{}")
    }

    fn send(&self, service: Service, headers: HeaderMap, body: &str) -> Received {
        let mut received = Received { head: String::new(), length: 0, body: Vec::new(), end: None };
        if let Err(error) = self.exchange(service, headers, body, &mut received) {
            received.end = Some(error.kind());
        }
        received
    }

    fn exchange(
        &self,
        service: Service,
        headers: HeaderMap,
        body: &str,
        received: &mut Received,
    ) -> io::Result<()> {
        let headers = signed_headers(&self.who, service, headers, body, Timestamp::now());
        let mut text = format!("POST / HTTP/1.1\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in &headers {
            text.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
        }
        let mut connection = TcpStream::connect(self.address)?;
        connection.set_read_timeout(self.timeout)?;
        connection.write_all(format!("{text}\r\n{body}").as_bytes())?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            connection.read_exact(&mut byte)?;
            head.extend(byte);
        }
        received.head = String::from_utf8(head).unwrap();
        let length = received.head.lines().find_map(|line| line.strip_prefix("content-length: "));
        received.length = length.unwrap().parse().unwrap();
        while received.body.len() < received.length {
            let mut bytes = [0; 4096];
            let read = connection.read(&mut bytes)?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            received.body.extend(&bytes[..read]);
        }
        Ok(())
    }

    /// The same client with a session of an account's audit role, or the refusal.
    pub(super) fn assume(&self, account: &str) -> Result<Self, Received> {
        let arn = format!("arn:aws:iam::{account}:role/RolesweepAudit");
        let received = self.query(
            Service::Sts,
            &format!(
                "Action=AssumeRole&RoleArn={}&RoleSessionName=test",
                utf8_percent_encode(&arn, RESERVED)
            ),
        );
        if !received.is_whole("AssumeRoleResponse") {
            return Err(received);
        }
        let who = Credentials {
            access_key_id: received.element("AccessKeyId").unwrap(),
            secret_access_key: received.element("SecretAccessKey").unwrap(),
            session_token: received.element("SessionToken"),
        };
        Ok(Self { address: self.address, who, timeout: self.timeout })
    }

    /// A page of this many roles.
    pub(super) fn list_roles(&self, items: usize, marker: Option<&str>) -> Received {
        let marker = marker.map(|marker| format!("&Marker={marker}")).unwrap_or_default();
        self.query(Service::Iam, &format!("Action=ListRoles&MaxItems={items}{marker}"))
    }
}
