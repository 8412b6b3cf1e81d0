//! The proxies of the environment. Invalid ones are refused, because the HTTP client would silently
//! call without them.

use std::fmt;

use http::Uri;

use crate::environment::Environment;
use crate::error::ConnectError;
use crate::http::urls::{has_address, without_password, without_userinfo};
use crate::secrets::redact;

/// The variables that name proxies, in the HTTP client's order. The first of each pair that is set
/// counts.
const VARIABLES: [[&str; 2]; 3] =
    [["HTTPS_PROXY", "https_proxy"], ["HTTP_PROXY", "http_proxy"], ["ALL_PROXY", "all_proxy"]];

/// The proxy schemes that the HTTP client knows.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// Checks every variable that the HTTP client takes a proxy from.
///
/// # Errors
/// If one of them is not a valid proxy.
pub(crate) fn check(from: &Environment) -> Result<(), ConnectError> {
    for pair in VARIABLES {
        let Some((name, value)) = first_set(&pair, from) else { continue };
        if !value.is_empty() && !is_proxy(&value) {
            return Err(ConnectError::setting(
                name,
                &redact::message(&without_password(&value)),
                "the URL of a proxy, such as http://proxy.example:3128",
            ));
        }
    }
    Ok(())
}

/// A proxy. Only the field that is sent to it holds its user name and password.
#[derive(Clone)]
pub(crate) struct Proxy {
    /// The variable that names it.
    pub(crate) variable: &'static str,
    /// Its URL, without user name and password.
    pub(crate) url: String,
    /// Host and port, if the proxy is reached without TLS.
    pub(crate) address: Option<String>,
    /// The value of `Proxy-Authorization`. `Debug` does not show it.
    pub(crate) authorization: Option<String>,
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("variable", &self.variable)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// The proxy for HTTPS, if there is one.
pub(crate) fn for_https(from: &Environment) -> Option<Proxy> {
    let [https, _, all] = VARIABLES;
    let (variable, value) = [https, all].iter().find_map(|pair| {
        let (name, value) = first_set(pair, from)?;
        (!value.is_empty()).then_some((name, value))
    })?;
    let uri: Uri = value.parse().ok()?;
    let user = uri.authority()?.as_str().rsplit_once('@').map(|(user, _)| user);
    let authorization = user.map(|user| {
        let decoded: Vec<u8> = percent_encoding::percent_decode_str(user).collect();
        format!("Basic {}", aws_smithy_types::base64::encode(decoded))
    });
    let is_plain = uri.scheme_str().is_none_or(|scheme| scheme == "http");
    let address =
        is_plain.then(|| Some(format!("{}:{}", uri.host()?, uri.port_u16().unwrap_or(80)))).flatten();
    let url = without_userinfo(&format!("{}://{}", uri.scheme_str().unwrap_or("http"), uri.authority()?));
    Some(Proxy { variable, url, address, authorization })
}

/// The first of the variables that is set, and its value.
fn first_set(pair: &[&'static str; 2], from: &Environment) -> Option<(&'static str, String)> {
    pair.iter().find_map(|name| Some((*name, from.env.get(name).ok()?)))
}

/// Whether the HTTP client would use it.
fn is_proxy(value: &str) -> bool {
    value
        .parse::<Uri>()
        .is_ok_and(|uri| has_address(&uri) && uri.scheme_str().is_none_or(|scheme| SCHEMES.contains(&scheme)))
}
