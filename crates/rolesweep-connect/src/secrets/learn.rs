//! Learns secrets from the requests that carry them, so that they can be hidden in answers.
//!
//! The SDK reads the tokens of IAM Identity Center, of web identities and of metadata endpoints by
//! itself. This crate sees them only when a request sends them.

use aws_smithy_runtime_api::client::http::{
    HttpConnector as _, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use percent_encoding::percent_decode_str;

use crate::http::wrapped::{Wrap, wrapped};
use crate::secrets;

/// Headers that are secrets.
const HEADERS: [&str; 4] =
    ["authorization", "x-amz-security-token", "x-amz-sso_bearer_token", "x-aws-ec2-metadata-token"];

/// Fields of a form (STS) that are.
const FIELDS: [&str; 3] = ["ExternalId=", "SAMLAssertion=", "WebIdentityToken="];

/// Members of a JSON text (IAM Identity Center) that are.
const MEMBERS: [&str; 6] =
    ["accessToken", "assertion", "clientSecret", "deviceCode", "refreshToken", "subjectToken"];

/// The same client, which learns the secrets of its requests.
pub(crate) fn learning(client: SharedHttpClient) -> SharedHttpClient {
    wrapped(client, Learn)
}

#[derive(Debug, Clone)]
struct Learn;

impl Wrap for Learn {
    fn call(&self, inner: &SharedHttpConnector, request: HttpRequest) -> HttpConnectorFuture {
        learn(&request);
        inner.call(request)
    }
}

fn learn(request: &HttpRequest) {
    for value in HEADERS.iter().filter_map(|name| request.headers().get(*name)) {
        // A signature is not a secret. Its header names the access key, whose form is recognized.
        if !value.starts_with("AWS4-") {
            secrets::remember(value.strip_prefix("Bearer ").unwrap_or(value));
        }
    }
    let Some(body) = request.body().bytes().and_then(|body| std::str::from_utf8(body).ok()) else { return };
    if body.starts_with('{') {
        MEMBERS.iter().filter_map(|name| member(body, name)).for_each(secrets::remember);
        return;
    }
    for field in body.split('&') {
        let value = FIELDS.iter().find_map(|name| field.strip_prefix(name));
        if let Some(Ok(value)) = value.map(|value| percent_decode_str(value).decode_utf8()) {
            secrets::remember(&value);
        }
    }
}

/// The text of a member of a JSON object, up to the first quotation mark. Tokens have no escapes.
fn member<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = body.split_once(&format!("\"{name}\""))?;
    rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?.split('"').next()
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;

    use super::*;

    #[test]
    fn what_goes_out_as_a_secret_is_hidden_in_what_comes_back() {
        let secrets = [
            "sso-bearer-0",
            "container-auth-0",
            "web+identity=0",
            "ext/er-nal:0",
            "refresh-token-0",
            "metadata-token-0",
        ];
        let headers = [
            ("x-amz-sso_bearer_token", secrets[0]),
            ("authorization", secrets[1]),
            ("x-aws-ec2-metadata-token", secrets[5]),
        ];
        let request = |body: &str| HttpRequest::new(SdkBody::from(body.to_owned()));
        let mut with_headers = request("");
        for (name, value) in headers {
            with_headers.headers_mut().insert(name, value);
        }
        learn(&with_headers);
        learn(&request("Action=X&WebIdentityToken=web%2Bidentity%3D0&ExternalId=ext%2Fer-nal%3A0&Version=1"));
        learn(&request("{\"grantType\":\"refresh_token\", \"refreshToken\" : \"refresh-token-0\"}"));
        for secret in secrets {
            assert_eq!(crate::secrets::redact::message(&format!("'{secret}' is wrong")), "'…' is wrong");
        }
    }
}
