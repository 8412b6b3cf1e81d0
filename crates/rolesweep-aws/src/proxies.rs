//! Refuses proxies that are none: the HTTP client would go around them without a word.

use http::Uri;

use crate::endpoints::{has_address, without_password};
use crate::error::ConnectError;
use crate::profile::Surroundings;
use crate::redact;

/// The variables that name proxies, as the HTTP client looks for them: of each pair the first that is set.
const VARIABLES: [[&str; 2]; 3] =
    [["HTTPS_PROXY", "https_proxy"], ["HTTP_PROXY", "http_proxy"], ["ALL_PROXY", "all_proxy"]];

/// The schemes that the HTTP client knows for proxies.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// Looks at every variable that the HTTP client will take a proxy from.
///
/// # Errors
/// When one of them holds something that is no proxy.
pub(crate) fn check(from: &Surroundings) -> Result<(), ConnectError> {
    for pair in VARIABLES {
        let Some((name, value)) = pair.iter().find_map(|name| Some((*name, from.env.get(name).ok()?))) else {
            continue;
        };
        if !value.is_empty() && !is_proxy(&value) {
            return Err(ConnectError::Setting {
                origin: name.to_owned(),
                value: redact::message(&without_password(&value)),
                expected: "the URL of a proxy, such as http://proxy.example:3128",
            });
        }
    }
    Ok(())
}

/// Whether the HTTP client would use it.
fn is_proxy(value: &str) -> bool {
    value
        .parse::<Uri>()
        .is_ok_and(|uri| has_address(&uri) && uri.scheme_str().is_none_or(|scheme| SCHEMES.contains(&scheme)))
}
