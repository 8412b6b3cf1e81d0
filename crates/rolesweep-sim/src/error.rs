//! Refusals: AWS's codes, statuses and bodies in the two protocols.

use std::borrow::Cow;

use crate::dispatch::Service;
use crate::xml::Xml;

/// A refused request, in AWS's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServiceError {
    /// The HTTP status.
    pub(crate) status: u16,
    /// AWS's error code.
    pub(crate) code: Cow<'static, str>,
    /// AWS's message.
    pub(crate) message: String,
    /// The member `Reason` of Organizations' `InvalidInputException`.
    pub(crate) reason: Option<&'static str>,
    /// Whether the answer comes from the front end that checks signatures. Its JSON spells
    /// `message` in lower case.
    pub(crate) from_front_end: bool,
}

impl ServiceError {
    /// A refusal by the service itself.
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: Cow::Borrowed(code),
            message: message.into(),
            reason: None,
            from_front_end: false,
        }
    }

    /// A parameter that breaks a constraint, in the words of the query services.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new(400, "ValidationError", message)
    }

    /// One constraint of one parameter, in the words of AWS's validator.
    pub(crate) fn constraint(value: &str, member: &str, constraint: &str) -> Self {
        Self::validation(format!(
            "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must {constraint}"
        ))
    }

    /// A required parameter that is missing.
    pub(crate) fn missing(member: &str) -> Self {
        Self::validation(format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
        ))
    }

    /// An invalid parameter of an Organizations call.
    pub(crate) fn invalid_input(reason: &'static str, message: impl Into<String>) -> Self {
        Self { reason: Some(reason), ..Self::new(400, "InvalidInputException", message) }
    }

    /// The caller may not do this. The code and status depend on the service.
    pub(crate) fn denied(service: Service, message: impl Into<String>) -> Self {
        match service {
            Service::Organizations => Self::new(400, "AccessDeniedException", message),
            Service::Iam | Service::Sts => Self::new(403, "AccessDenied", message),
        }
    }

    /// The body, in the service's protocol.
    pub(crate) fn body(&self, service: Service, request_id: &str) -> String {
        match service {
            Service::Organizations => {
                let message = if self.from_front_end { "message" } else { "Message" };
                let mut body = serde_json::json!({ "__type": self.code, message: self.message });
                if let Some(reason) = self.reason {
                    body["Reason"] = reason.into();
                }
                body.to_string()
            }
            Service::Iam | Service::Sts => {
                let mut xml = Xml::document("ErrorResponse", service.namespace());
                xml.within("Error", |xml| {
                    xml.text("Type", if self.status >= 500 { "Receiver" } else { "Sender" });
                    xml.text("Code", &self.code);
                    xml.text("Message", &self.message);
                });
                xml.text("RequestId", request_id);
                xml.finish("ErrorResponse")
            }
        }
    }

    /// The answer to a throttled call.
    pub(crate) fn throttled(service: Service) -> Self {
        match service {
            Service::Iam | Service::Sts => Self::new(400, "Throttling", "Rate exceeded"),
            Service::Organizations => Self::new(
                400,
                "TooManyRequestsException",
                "You have sent too many requests in too short a period of time. The quota helps protect against denial-of-service \
                 attacks. Try again later.",
            ),
        }
    }
}

/// Why a request's signature was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unauthenticated {
    /// There is no signature.
    Missing,
    /// The Authorization header lacks this part.
    Incomplete(String),
    /// The access key id is unknown, or the session token does not belong to it.
    Unknown,
    /// The session has expired.
    Expired,
    /// The signature does not match the request and the secret, or is too old. Says why.
    Mismatch(String),
}

impl Unauthenticated {
    /// The refusal in the words of this service. The front ends of the two protocols use different
    /// names and numbers.
    pub(crate) fn error(self, service: Service) -> ServiceError {
        let json = service == Service::Organizations;
        let (status, query, json_code, message) = match self {
            Self::Missing => (
                403,
                "MissingAuthenticationToken",
                "MissingAuthenticationTokenException",
                "Request is missing Authentication Token".to_owned(),
            ),
            Self::Incomplete(what) => (400, "IncompleteSignature", "IncompleteSignatureException", what),
            Self::Unknown => (
                403,
                "InvalidClientTokenId",
                "UnrecognizedClientException",
                "The security token included in the request is invalid.".to_owned(),
            ),
            Self::Expired => (
                403,
                "ExpiredToken",
                "ExpiredTokenException",
                "The security token included in the request is expired".to_owned(),
            ),
            Self::Mismatch(why) => (403, "SignatureDoesNotMatch", "InvalidSignatureException", why),
        };
        let (status, code) = if json { (400, json_code) } else { (status, query) };
        ServiceError { from_front_end: true, ..ServiceError::new(status, code, message) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_ends_name_and_number_refusals_in_their_own_ways() {
        for (why, query, json) in [
            (Unauthenticated::Unknown, (403, "InvalidClientTokenId"), "UnrecognizedClientException"),
            (Unauthenticated::Expired, (403, "ExpiredToken"), "ExpiredTokenException"),
            (
                Unauthenticated::Missing,
                (403, "MissingAuthenticationToken"),
                "MissingAuthenticationTokenException",
            ),
            (
                Unauthenticated::Incomplete(String::new()),
                (400, "IncompleteSignature"),
                "IncompleteSignatureException",
            ),
            (
                Unauthenticated::Mismatch(String::new()),
                (403, "SignatureDoesNotMatch"),
                "InvalidSignatureException",
            ),
        ] {
            let error = why.clone().error(Service::Iam);
            assert_eq!((error.status, error.code.as_ref()), query);
            let error = why.error(Service::Organizations);
            assert_eq!((error.status, error.code.as_ref()), (400, json));
        }
    }

    #[test]
    fn bodies_have_the_shape_of_their_protocol() {
        let error = ServiceError::new(404, "NoSuchEntity", "The role with name <x> cannot be found.");
        assert_eq!(
            error.body(Service::Iam, "id-1"),
            "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type>\
             <Code>NoSuchEntity</Code><Message>The role with name &lt;x&gt; cannot be found.</Message></Error>\
             <RequestId>id-1</RequestId></ErrorResponse>"
        );
        let error = ServiceError::invalid_input("INVALID_NEXT_TOKEN", "No.");
        let body: serde_json::Value =
            serde_json::from_str(&error.body(Service::Organizations, "id-1")).unwrap();
        assert_eq!(
            body,
            serde_json::json!({"__type": "InvalidInputException", "Message": "No.", "Reason": "INVALID_NEXT_TOKEN"})
        );
    }
}
