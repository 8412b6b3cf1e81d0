//! Adds to a failed connection what the HTTP client does not say: which proxy refused which host,
//! and which certificates were used.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector as _, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use http::Uri;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::errors::causes::find;
use crate::errors::phrases::{AUTHORITY, PROXY_AUTHORIZATION, TUNNEL};
use crate::http::proxies::Proxy;
use crate::http::wrapped::Wrap;
use crate::secrets::redact;

/// How long the proxy may take to repeat its refusal.
const ASK_AGAIN_TIMEOUT: Duration = Duration::from_secs(5);

/// How much of a proxy's answer is read for its status, in bytes.
const HEAD: usize = 4096;

/// What is known of the way to AWS. It wraps a client and explains its failures.
#[derive(Debug, Clone, Default)]
pub(crate) struct Route {
    /// The proxy for HTTPS.
    pub(crate) proxy: Option<Proxy>,
    /// The file of certificates, and the setting that names it.
    pub(crate) bundle: Option<(String, String)>,
}

/// A failure, explained.
#[derive(Debug)]
pub(crate) struct Explanation(String);

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Explanation {}

impl Wrap for Route {
    fn call(&self, inner: &SharedHttpConnector, request: HttpRequest) -> HttpConnectorFuture {
        let host = request.uri().parse::<Uri>().ok().and_then(|uri| host_of(&uri));
        let route = self.clone();
        let answer = inner.call(request);
        HttpConnectorFuture::new(async move {
            match answer.await {
                Ok(answer) => Ok(answer),
                Err(error) => Err(route.explain(error, host.as_deref().unwrap_or("the host")).await),
            }
        })
    }
}

/// Host and port, as CONNECT names them.
fn host_of(uri: &Uri) -> Option<String> {
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 });
    Some(format!("{}:{port}", uri.host()?))
}

impl Route {
    async fn explain(&self, error: ConnectorError, host: &str) -> ConnectorError {
        let cause = redact::chain(&error);
        if let (Some(proxy), Some(at)) = (&self.proxy, cause.find(TUNNEL)) {
            let why = cause[at + TUNNEL.len()..].trim_start_matches(':').trim_start();
            return refused(proxy, host, why, find::<io::Error>(&error).is_some()).await;
        }
        if let Some(untrusted @ rustls::Error::InvalidCertificate(_)) = find(&error) {
            let why = redact::message(&untrusted.to_string());
            let text = format!("the certificate of {host} is not trusted: {why}; {}", self.trust(&why));
            return ConnectorError::user(Explanation(text).into());
        }
        error
    }

    /// What to do about a certificate that is not trusted.
    fn trust(&self, cause: &str) -> String {
        match &self.bundle {
            _ if cause.contains(AUTHORITY) => "it is a certificate authority's own (CA:TRUE), which rolesweep does not accept from a server: give the server a \
                certificate that this authority has issued"
                .to_owned(),
            Some((origin, path)) => format!(
                "the certificates in `{path}` ({origin}) replace the machine's, and none of them issued this one: add the one that has"
            ),
            None => "for a proxy or an endpoint with its own certificate, set AWS_CA_BUNDLE to the PEM file of the certificate that issued it"
                .to_owned(),
        }
    }
}

/// The message about a proxy that made no tunnel.
async fn refused(proxy: &Proxy, host: &str, why: &str, is_unreachable: bool) -> ConnectorError {
    let Proxy { variable, url, .. } = proxy;
    let explained = |text: String| Explanation(text).into();
    if is_unreachable {
        let why = why.split_once(": ").map_or(why, |(_, cause)| cause);
        let text =
            format!("the proxy {url} ({variable}) cannot be reached: {why}; correct {variable}, or unset it");
        return ConnectorError::io(explained(text));
    }
    // The HTTP client does not give the proxy's status.
    let status = timeout(ASK_AGAIN_TIMEOUT, status(proxy, host)).await.ok().flatten();
    let wants_password =
        why.contains(PROXY_AUTHORIZATION) || status.as_deref().is_some_and(|s| s.starts_with("407"));
    let said = match &status {
        Some(status) => format!("with status {status}"),
        None if wants_password => "with status 407".to_owned(),
        None => format!("({why})"),
    };
    let remedy = match (wants_password, &proxy.authorization) {
        (true, None) => format!("write user name and password into {variable} (http://USER:PASSWORD@HOST:PORT)"),
        (true, Some(_)) => format!("correct the user name or the password in {variable}"),
        (false, _) => "have the proxy allow this host, or list the host in NO_PROXY if it can be reached without a proxy".to_owned(),
    };
    let text = format!("the proxy {url} ({variable}) refuses CONNECT to {host} {said}; {remedy}");
    match status.as_deref().is_some_and(|status| status.starts_with('5')) {
        true => ConnectorError::io(explained(text)),
        false => ConnectorError::user(explained(text)),
    }
}

/// The status of the proxy's refusal.
async fn status(proxy: &Proxy, host: &str) -> Option<String> {
    let mut stream = TcpStream::connect(proxy.address.as_deref()?).await.ok()?;
    let authorization = proxy.authorization.as_ref();
    let authorization =
        authorization.map(|value| format!("Proxy-Authorization: {value}\r\n")).unwrap_or_default();
    let request = format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n{authorization}\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut head = Vec::new();
    while !head.contains(&b'\n') && head.len() < HEAD {
        let mut part = [0; 512];
        match stream.read(&mut part).await.ok()? {
            0 => break,
            read => head.extend_from_slice(&part[..read]),
        }
    }
    let head = String::from_utf8_lossy(&head);
    let (_, status) = head.lines().next()?.split_once(' ')?;
    let code = status.get(..3)?;
    let is_refusal = code.bytes().all(|b| b.is_ascii_digit()) && !code.starts_with('2');
    is_refusal.then(|| redact::message(status).chars().take(60).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::CertificateError;
    use tokio::net::TcpListener;

    use super::*;

    /// A proxy on loopback that answers every CONNECT with this head.
    async fn proxy(head: &'static str, user: Option<&str>) -> Proxy {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = [0; 1024];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(head.as_bytes()).await;
            }
        });
        Proxy {
            variable: "HTTPS_PROXY",
            url: format!("http://{address}"),
            address: Some(address),
            authorization: user.map(str::to_owned),
        }
    }

    async fn said(route: Route, error: impl Into<Box<dyn Error + Send + Sync>>) -> (ConnectorError, String) {
        let error = route.explain(ConnectorError::io(error.into()), "sts.us-east-1.amazonaws.com:443").await;
        let text = redact::chain(&error);
        (error, text)
    }

    /// The HTTP client's form of this error.
    #[derive(Debug, thiserror::Error)]
    #[error("tunnel error: failed to create underlying connection")]
    struct Unreachable(#[source] io::Error);

    #[tokio::test]
    async fn a_proxy_that_refuses_is_named_with_the_host_and_its_status_and_without_its_password() {
        for (head, user, is_lasting, words) in [
            (
                "HTTP/1.1 403 Forbidden\r\n\r\n",
                None,
                true,
                "status 403 Forbidden; have the proxy allow this host",
            ),
            ("HTTP/1.1 502 Bad Gateway\r\n\r\n", None, false, "status 502 Bad Gateway; have the proxy allow"),
            (
                "HTTP/1.1 407 Auth\r\n\r\n",
                None,
                true,
                "status 407 Auth; write user name and password into HTTPS_PROXY",
            ),
            (
                "HTTP/1.1 407 Auth\r\n\r\n",
                Some("Basic aHVudGVyMg=="),
                true,
                "correct the user name or the password",
            ),
            ("nonsense", None, true, "(unsuccessful)"),
        ] {
            let proxy = proxy(head, user).await;
            let url = proxy.url.clone();
            let route = Route { proxy: Some(proxy), bundle: None };
            let (error, text) = said(route, "tunnel error: unsuccessful").await;
            assert!(
                text.contains(&url) && text.contains("CONNECT to sts.us-east-1.amazonaws.com:443"),
                "{text}"
            );
            assert!(text.contains(words) && !text.contains("aHVudGVyMg"), "{text}");
            assert_eq!(error.is_user(), is_lasting, "{text}");
        }
        let gone =
            Proxy { variable: "ALL_PROXY", url: "http://p".into(), address: None, authorization: None };
        let route = Route { proxy: Some(gone), bundle: None };
        let (error, text) = said(route, Unreachable(io::Error::other("refused"))).await;
        assert!(
            error.is_io() && text.contains("the proxy http://p (ALL_PROXY) cannot be reached: refused"),
            "{text}"
        );
    }

    #[tokio::test]
    async fn a_certificate_that_is_not_trusted_says_which_certificates_were_looked_at() {
        let bundle = || Some(("AWS_CA_BUNDLE".to_owned(), "/etc/corp.pem".to_owned()));
        let untrusted = |why| io::Error::other(rustls::Error::InvalidCertificate(why));
        let unknown = || untrusted(CertificateError::UnknownIssuer);
        let (error, text) = said(Route::default(), unknown()).await;
        assert!(error.is_user() && text.contains("set AWS_CA_BUNDLE to"), "{text}");
        let (_, text) = said(Route { proxy: None, bundle: bundle() }, unknown()).await;
        assert!(
            text.contains("`/etc/corp.pem` (AWS_CA_BUNDLE)") && !text.contains("set AWS_CA_BUNDLE"),
            "{text}"
        );
        let authority = io::Error::other(AUTHORITY);
        let authority = untrusted(CertificateError::Other(rustls::OtherError(Arc::new(authority))));
        let (_, text) = said(Route { proxy: None, bundle: bundle() }, authority).await;
        assert!(text.contains("CA:TRUE") && !text.contains("set AWS_CA_BUNDLE"), "{text}");
        let (error, text) = said(Route { proxy: None, bundle: bundle() }, "connection reset").await;
        assert!(error.is_io() && text.ends_with("connection reset"), "{text}");
    }
}
