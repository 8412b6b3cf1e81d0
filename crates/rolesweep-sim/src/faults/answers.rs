//! Answers that AWS would not give, or not in this form.

use bytes::Bytes;
use std::time::Duration;

use super::delivery::{Delivery, Ending};
use super::schedule::{CallFault, FaultKind};
use crate::dispatch::Service;
use crate::error::{ServiceError, Unauthenticated};
use crate::hash::Hash;
use crate::server::Answer;

/// The error for a closed account.
pub(crate) fn closed(service: Service, operation: &str, arn: &str, denies: bool) -> ServiceError {
    if denies || service == Service::Sts {
        ServiceError::denied(
            service,
            format!("User: {arn} is not authorized to perform: {operation} because the account is closed"),
        )
    } else {
        Unauthenticated::Unknown.error(service)
    }
}

/// The error that replaces the answer, if the fault is one that AWS has an error for.
pub(crate) fn error(fault: CallFault, service: Service, now: jiff::Timestamp) -> Option<ServiceError> {
    let json = service == Service::Organizations;
    Some(match fault.kind {
        FaultKind::Throttle => ServiceError::throttled(service),
        FaultKind::Internal => {
            // The error from the services' models, or the one that all services have.
            let modelled = if json { "ServiceException" } else { "ServiceFailure" };
            let code = if fault.hash.below(2) == 0 { modelled } else { "InternalFailure" };
            ServiceError::new(
                500,
                code,
                "The request processing has failed because of an unknown error, exception or failure.",
            )
        }
        FaultKind::Unavailable => ServiceError::new(
            503,
            "ServiceUnavailable",
            "The request has failed due to a temporary failure of the server.",
        ),
        FaultKind::Skew => skewed(fault.hash, service, now),
        _ => return None,
    })
}

fn skewed(hash: Hash, service: Service, now: jiff::Timestamp) -> ServiceError {
    if hash.below(2) == 0 && service != Service::Organizations {
        return ServiceError::new(
            400,
            "RequestExpired",
            "Request has expired. Timestamp date is more than 15 minutes in the past.",
        );
    }
    let compact = |instant: jiff::Timestamp| instant.strftime("%Y%m%dT%H%M%SZ").to_string();
    // As if the server's clock were an hour behind.
    let behind = now - jiff::SignedDuration::from_hours(1);
    let minutes = if service == Service::Organizations { 5 } else { 15 };
    let why = format!(
        "Signature not yet current: {} is still later than {} ({} + {minutes} min.)",
        compact(now),
        compact(behind + jiff::SignedDuration::from_mins(minutes)),
        compact(behind),
    );
    Unauthenticated::Mismatch(why).error(service)
}

/// A proxy's page that replaces an answer.
pub(crate) fn gateway(hash: Hash) -> Answer {
    const PAGES: [(u16, &str, &str); 4] = [
        (500, "Internal Server Error", "The server was unable to complete your request."),
        (502, "Bad Gateway", "The proxy server received an invalid response from an upstream server."),
        (503, "Service Unavailable", "No server is available to handle this request."),
        (504, "Gateway Time-out", "The server didn't respond in time."),
    ];
    let (status, title, text) = PAGES[hash.index(PAGES.len())];
    Answer {
        status,
        content_type: "text/html",
        // A proxy has no request ids.
        request_id: String::new(),
        body: format!("<html><head><title>{status} {title}</title></head>\n<body><h1>{status} {title}</h1>\n<hr>{text}<br></body>\n</html>\n")
            .into(),
        delivery: Delivery::Whole,
    }
}

/// Damages a good answer, or its delivery.
pub(crate) fn damage(fault: CallFault, service: Service, hang: Duration, mut answer: Answer) -> Answer {
    let hash = fault.hash;
    let ending = if hash.text("ending").below(2) == 0 { Ending::Close } else { Ending::Reset };
    // Somewhere inside: at least one byte is sent, and at least one is not.
    let somewhere = 1 + hash.text("place").index(answer.body.len().saturating_sub(1).max(1));
    match fault.kind {
        FaultKind::Reset => answer.delivery = Delivery::Nothing(ending),
        FaultKind::Cut => answer.delivery = Delivery::Cut { after: somewhere, ending },
        FaultKind::Stall => answer.delivery = Delivery::Stalled { after: somewhere, pause: hang },
        FaultKind::Truncated => answer.body = answer.body.slice(..somewhere.min(answer.body.len())),
        FaultKind::Malformed => {
            answer.body = match service {
                Service::Iam | Service::Sts => malformed_xml(&answer.body, hash),
                Service::Organizations => malformed_json(&answer.body, hash),
            };
        }
        _ => {}
    }
    answer
}

/// Replaces an end tag by one of another element.
fn malformed_xml(body: &[u8], hash: Hash) -> Bytes {
    // Text is escaped, so this occurs only in an end tag.
    let ends: Vec<usize> =
        body.windows(2).enumerate().filter(|(_, window)| *window == b"</").map(|(at, _)| at + 2).collect();
    let mut body = body.to_vec();
    if let Some(&at) = ends.get(hash.text("tag").index(ends.len())) {
        // No name has an underscore.
        body[at] = b'_';
    }
    body.into()
}

/// Replaces a colon between a name and its value by a semicolon.
fn malformed_json(body: &[u8], hash: Hash) -> Bytes {
    let mut colons = Vec::new();
    let (mut quoted, mut escaped) = (false, false);
    for (at, &byte) in body.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b':' if !quoted => colons.push(at),
            _ => {}
        }
    }
    let mut body = body.to_vec();
    if let Some(&at) = colons.get(hash.text("colon").index(colons.len())) {
        body[at] = b';';
    }
    body.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_answers_are_never_well_formed() {
        let json = br#"{"Accounts":[{"Name":"a\": \"b:","Id":"1"}],"NextToken":"x:y"}"#;
        let xml = b"<A xmlns=\"x\"><B><C>a:b</C><C/></B></A>";
        for number in 0..50 {
            let hash = Hash::new(number, "test");
            let broken = malformed_json(json, hash);
            assert_eq!(broken.len(), json.len());
            assert!(serde_json::from_slice::<serde_json::Value>(&broken).is_err(), "{broken:?}");
            let broken = malformed_xml(xml, hash);
            let wrong = ["</_>", "</_"].iter().any(|wrong| String::from_utf8_lossy(&broken).contains(wrong));
            assert!(wrong && broken.len() == xml.len(), "{broken:?}");
        }
    }

    #[test]
    fn a_part_of_an_answer_is_never_all_of_it() {
        let answer = Answer {
            status: 200,
            content_type: "text/xml",
            request_id: String::new(),
            body: Bytes::from_static(b"<A><B/></A>"),
            delivery: Delivery::Whole,
        };
        for number in 0..100 {
            let hash = Hash::new(number, "test");
            let broken =
                |kind| damage(CallFault { kind, hash }, Service::Iam, Duration::ZERO, answer.clone());
            let truncated = broken(FaultKind::Truncated).body;
            assert!((1..11).contains(&truncated.len()), "{truncated:?}");
            match broken(FaultKind::Cut).delivery {
                Delivery::Cut { after: 1..11, .. } => {}
                other => panic!("{other:?}"),
            }
        }
    }
}
