//! URLs without the passwords that they may carry.

use http::Uri;

/// Whether a URL has a host, and either no port or a numeric one.
pub(crate) fn has_address(uri: &Uri) -> bool {
    uri.authority().is_some_and(|authority| {
        let name = authority.as_str().rsplit('@').next().unwrap_or_default();
        let host = authority.host();
        !host.is_empty() && (name == host || authority.port_u16().is_some())
    })
}

/// Removes a possible password from a text that may not be a URL: everything before the last `@`.
pub(crate) fn without_password(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((_, host)) => format!("…@{}", without_userinfo(host)),
        None => without_userinfo(text),
    }
}

/// A URL without its user name, password and query.
pub(crate) fn without_userinfo(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.rsplit('@').next().unwrap_or_default().to_owned();
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_password_is_not_shown() {
        for text in
            ["http://u:p/secret@host", "http://u:p#secret@host/", "u:secret@host", "http://host?secret"]
        {
            let shown = without_password(text);
            assert!(shown.contains("host") && !shown.contains("secret"), "{shown}");
        }
    }

    #[test]
    fn urls_lose_name_password_and_query() {
        for (url, shown) in [
            ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
            ("https://user:p%40ss@proxy.example/x?token=1", "https://proxy.example/x"),
            ("https://a@b@host/", "https://host/"),
            ("user:secret@host", "host"),
        ] {
            assert_eq!(without_userinfo(url), shown, "{url}");
        }
    }
}
