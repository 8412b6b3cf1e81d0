//! Verifies Signature Version 4, as the AWS services do.
//!
//! The reference is "Signature Version 4 signing process" of the AWS General Reference: canonical
//! request, string to sign, derived key. Only the Authorization header is accepted, not signed
//! URLs, which no SDK uses for these services.

use hmac::{Hmac, KeyInit as _, Mac as _};
use hyper::HeaderMap;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest as _, Sha256};

use crate::dispatch::Service;
use crate::error::Unauthenticated;

/// Everything except RFC 3986's unreserved characters.
pub(crate) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The parts of an incoming request that are signed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signed<'a> {
    /// The HTTP method.
    pub(crate) method: &'a str,
    /// The path, percent-encoded as it came.
    pub(crate) path: &'a str,
    /// The query string without its question mark. It may be empty.
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

/// The parts of an Authorization header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Authorization {
    /// The key that signed.
    pub(crate) access_key_id: String,
    /// Date, region, service and `aws4_request`, separated by slashes.
    pub(crate) scope: String,
    /// The service of the scope.
    pub(crate) service: String,
    signed_headers: Vec<String>,
    signature: String,
}

impl Authorization {
    /// Reads the Authorization header.
    ///
    /// # Errors
    /// If there is none, or it is incomplete.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Self, Unauthenticated> {
        let header = headers
            .get("authorization")
            .ok_or(Unauthenticated::Missing)?
            .to_str()
            .map_err(|_| Unauthenticated::Incomplete("Authorization header is not ASCII.".to_owned()))?;
        let Some(parts) = header.strip_prefix("AWS4-HMAC-SHA256 ") else {
            return Err(Unauthenticated::Missing);
        };
        let part = |name: &str| {
            parts.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('=')).ok_or_else(
                || Unauthenticated::Incomplete(format!("Authorization header requires '{name}' parameter.")),
            )
        };
        let credential = part("Credential")?;
        let signed_headers = part("SignedHeaders")?.split(';').map(str::to_owned).collect();
        let signature = part("Signature")?.to_owned();
        let (access_key_id, scope) = credential.split_once('/').unwrap_or((credential, ""));
        let scope_parts: Vec<&str> = scope.split('/').collect();
        let [_, _, service, "aws4_request"] = scope_parts[..] else {
            return Err(Unauthenticated::Incomplete(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term"
                    .to_owned(),
            ));
        };
        Ok(Self {
            access_key_id: access_key_id.to_owned(),
            scope: scope.to_owned(),
            service: service.to_owned(),
            signed_headers,
            signature,
        })
    }

    /// Checks everything except the signature itself: scope, date and the headers that must be
    /// signed.
    ///
    /// # Errors
    /// AWS's message about what is wrong.
    pub(crate) fn check(
        &self,
        request: Signed<'_>,
        service: Service,
        now: Timestamp,
    ) -> Result<(), Unauthenticated> {
        let expected = service.signing_name();
        if self.service != expected {
            return Err(Unauthenticated::Mismatch(format!(
                "Credential should be scoped to correct service: '{expected}'. "
            )));
        }
        let stamp = date(request.headers);
        let signed_at = stamp.and_then(instant).ok_or_else(|| {
            Unauthenticated::Incomplete(
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
                    .to_owned(),
            )
        })?;
        let stamp = stamp.unwrap_or_default();
        if !self.scope.starts_with(&stamp[..8]) {
            return Err(Unauthenticated::Mismatch(format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != '{}', from '{stamp}'.",
                self.scope.split('/').next().unwrap_or_default(),
                &stamp[..8],
            )));
        }
        skew(signed_at, stamp, service, now)?;
        let must_be_signed = ["host", "x-amz-date", "x-amz-security-token", "x-amz-target"];
        for header in must_be_signed {
            if request.headers.contains_key(header)
                && !self.signed_headers.iter().any(|signed| signed == header)
            {
                return Err(Unauthenticated::Mismatch(format!(
                    "'{header}' must be a 'SignedHeader' in the AWS Authorization."
                )));
            }
        }
        Ok(())
    }

    /// Whether the request is signed with this key, which is derived for the scope.
    pub(crate) fn is_signed_with(&self, request: Signed<'_>, key: &[u8; 32]) -> bool {
        let stamp = date(request.headers).unwrap_or_default();
        let canonical = hex(&Sha256::digest(self.canonical_request(request)));
        let to_sign = format!("AWS4-HMAC-SHA256\n{stamp}\n{}\n{canonical}", self.scope);
        hex(&hmac(key, to_sign.as_bytes())) == self.signature
    }

    fn canonical_request(&self, request: Signed<'_>) -> String {
        let mut text = format!(
            "{}\n{}\n{}\n",
            request.method,
            // All services except S3 encode the path once more.
            request
                .path
                .split('/')
                .map(|segment| utf8_percent_encode(segment, RESERVED).to_string())
                .collect::<Vec<_>>()
                .join("/"),
            canonical_query(request.query),
        );
        for name in &self.signed_headers {
            let values: Vec<String> = request
                .headers
                .get_all(name)
                .iter()
                .map(|value| {
                    let value = String::from_utf8_lossy(value.as_bytes());
                    value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
                })
                .collect();
            text.push_str(name);
            text.push(':');
            text.push_str(&values.join(","));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.signed_headers.join(";"));
        text.push('\n');
        text.push_str(&hex(&Sha256::digest(request.body)));
        text
    }
}

/// The signing key of a secret for a scope (`date/region/service/aws4_request`).
pub(crate) fn signing_key(secret: &str, scope: &str) -> [u8; 32] {
    let first = format!("AWS4{secret}").into_bytes();
    scope
        .split('/')
        .fold(None, |key: Option<[u8; 32]>, part| {
            Some(match key {
                None => hmac(&first, part.as_bytes()),
                Some(key) => hmac(&key, part.as_bytes()),
            })
        })
        // A split has at least one part.
        .unwrap_or_default()
}

/// AWS refuses signatures that are too old or in the future. Its query services allow 15 minutes,
/// its JSON services five. Both give the limit in the message.
fn skew(signed_at: Timestamp, stamp: &str, service: Service, now: Timestamp) -> Result<(), Unauthenticated> {
    let minutes = match service {
        Service::Iam | Service::Sts => 15,
        Service::Organizations => 5,
    };
    let allowed = jiff::SignedDuration::from_mins(minutes);
    let (earliest, latest) = (now - allowed, now + allowed);
    let compact = |instant: Timestamp| instant.strftime("%Y%m%dT%H%M%SZ").to_string();
    if signed_at < earliest {
        return Err(Unauthenticated::Mismatch(format!(
            "Signature expired: {stamp} is now earlier than {} ({} - {minutes} min.)",
            compact(earliest),
            compact(now),
        )));
    }
    if signed_at > latest {
        return Err(Unauthenticated::Mismatch(format!(
            "Signature not yet current: {stamp} is still later than {} ({} + {minutes} min.)",
            compact(latest),
            compact(now),
        )));
    }
    Ok(())
}

fn date(headers: &HeaderMap) -> Option<&str> {
    headers.get("x-amz-date")?.to_str().ok()
}

fn instant(stamp: &str) -> Option<Timestamp> {
    if stamp.len() != 16 || !stamp.is_ascii() {
        return None;
    }
    let civil = DateTime::strptime("%Y%m%dT%H%M%SZ", stamp).ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

fn canonical_query(query: &str) -> String {
    let again = |text: &str| {
        let decoded = percent_decode_str(text).decode_utf8_lossy().into_owned();
        utf8_percent_encode(&decoded, RESERVED).to_string()
    };
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (again(name), again(value))
        })
        .collect();
    pairs.sort();
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return [0; 32];
    };
    mac.update(text);
    mac.finalize().into_bytes().into()
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
        .map(char::from)
        .collect()
}

/// Signs a request, for tests that call the simulator.
#[cfg(test)]
pub(crate) fn sign(
    request: Signed<'_>,
    access_key_id: &str,
    secret: &str,
    scope: &str,
    signed_headers: &str,
) -> String {
    let mut authorization = Authorization {
        access_key_id: access_key_id.to_owned(),
        scope: scope.to_owned(),
        service: String::new(),
        signed_headers: signed_headers.split(';').map(str::to_owned).collect(),
        signature: String::new(),
    };
    let stamp = date(request.headers).unwrap().to_owned();
    let canonical = hex(&Sha256::digest(authorization.canonical_request(request)));
    let to_sign = format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{canonical}");
    authorization.signature = hex(&hmac(&signing_key(secret, scope), to_sign.as_bytes()));
    format!(
        "AWS4-HMAC-SHA256 Credential={access_key_id}/{scope}, SignedHeaders={signed_headers}, Signature={}",
        authorization.signature
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example of the AWS General Reference (IAM ListUsers), with the signature printed
    /// there.
    #[test]
    fn the_worked_example_of_aws_verifies() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
            ("host", "iam.amazonaws.com"),
            ("x-amz-date", "20150830T123600Z"),
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
                 SignedHeaders=content-type;host;x-amz-date, \
                 Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
            ),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        let request = Signed {
            method: "GET",
            path: "/",
            query: "Action=ListUsers&Version=2010-05-08",
            headers: &headers,
            body: b"",
        };
        let authorization = Authorization::read(&headers).unwrap();
        assert_eq!(authorization.access_key_id, "AKIDEXAMPLE");
        let now = "2015-08-30T12:50:59Z".parse().unwrap();
        assert_eq!(authorization.check(request, Service::Iam, now), Ok(()));
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        let key = signing_key(secret, &authorization.scope);
        assert!(authorization.is_signed_with(request, &key));
        assert!(!authorization.is_signed_with(Signed { body: b"x", ..request }, &key));
        assert!(!authorization.is_signed_with(Signed { query: "Action=ListRoles", ..request }, &key));
        assert!(!authorization.is_signed_with(request, &signing_key("another", &authorization.scope)));

        let too_late = "2015-08-30T12:51:01Z".parse().unwrap();
        let refused = authorization.check(request, Service::Iam, too_late).unwrap_err();
        assert_eq!(
            refused,
            Unauthenticated::Mismatch(
                "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T125101Z - 15 min.)"
                    .to_owned()
            )
        );
        let too_early = "2015-08-30T12:20:59Z".parse().unwrap();
        assert!(authorization.check(request, Service::Iam, too_early).is_err());
        assert!(authorization.check(request, Service::Sts, now).is_err());
    }

    #[test]
    fn an_incomplete_header_says_what_it_lacks() {
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("authorization", text.parse().unwrap());
            Authorization::read(&headers)
        };
        assert_eq!(Authorization::read(&HeaderMap::new()), Err(Unauthenticated::Missing));
        assert_eq!(read("Bearer x"), Err(Unauthenticated::Missing));
        for (text, lacks) in [
            ("AWS4-HMAC-SHA256 Credential=a/20150830/r/iam/aws4_request, SignedHeaders=host", "Signature"),
            ("AWS4-HMAC-SHA256 SignedHeaders=host, Signature=00", "Credential"),
            ("AWS4-HMAC-SHA256 Credential=a/r/iam, SignedHeaders=host, Signature=00", "5 slash-delimited"),
        ] {
            match read(text) {
                Err(Unauthenticated::Incomplete(why)) => assert!(why.contains(lacks), "{why}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn headers_that_matter_must_be_signed() {
        let mut headers = HeaderMap::new();
        headers.insert("host", "127.0.0.1".parse().unwrap());
        headers.insert("x-amz-date", "20150830T123600Z".parse().unwrap());
        headers.insert("x-amz-security-token", "token".parse().unwrap());
        headers.insert(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/iam/aws4_request, SignedHeaders=host;x-amz-date, Signature=00"
                .parse()
                .unwrap(),
        );
        let request = Signed { method: "POST", path: "/", query: "", headers: &headers, body: b"" };
        let authorization = Authorization::read(&headers).unwrap();
        let refused = authorization.check(request, Service::Iam, "2015-08-30T12:36:00Z".parse().unwrap());
        assert_eq!(
            refused,
            Err(Unauthenticated::Mismatch(
                "'x-amz-security-token' must be a 'SignedHeader' in the AWS Authorization.".to_owned()
            ))
        );
    }
}
