//! AWS's refusals and the SDK's failures by what can be done about them.

use std::error::Error;
use std::io;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId as _;

use crate::credentials::Caller;
use crate::credentials::caller::find;
use crate::errors::foreign::{self, Form};
use crate::http::explained::Explanation;
use crate::http::limit;
use crate::secrets::redact;

/// AWS's error codes by class. What is not here goes by the HTTP status.
///
/// The throttling codes are the SDK's own list; the others come from the services' models and from what IAM, STS and
/// Organizations answer without modelling it.
const CODES: &[(ErrorClass, &[&str])] = &[
    (
        ErrorClass::Denied,
        &[
            "AccessDenied",
            "AccessDeniedException",
            "AccessDeniedForDependencyException",
            "UnauthorizedOperation",
        ],
    ),
    (ErrorClass::Expired, &["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"]),
    (
        ErrorClass::NoCredentials,
        &[
            "AuthFailure",
            "IncompleteSignature",
            "IncompleteSignatureException",
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException",
        ],
    ),
    (
        ErrorClass::Throttled,
        &[
            "BandwidthLimitExceeded",
            "EC2ThrottledException",
            "LimitExceededException",
            "PriorRequestNotComplete",
            "ProvisionedThroughputExceededException",
            "RequestLimitExceeded",
            "RequestThrottled",
            "RequestThrottledException",
            "SlowDown",
            "ThrottledException",
            "Throttling",
            "ThrottlingException",
            "TooManyRequestsException",
            "TransactionInProgressException",
        ],
    ),
    (
        ErrorClass::Transient,
        &[
            "InternalError",
            "InternalFailure",
            "InternalServerError",
            // The request's date stamp is off by more than 15 minutes, says IAM API reference, "Common Errors": the clock's doing, or that of
            // something that held the request up, and not the credentials'.
            "RequestExpired",
            "RequestTimeTooSkewed",
            "RequestTimeout",
            "RequestTimeoutException",
            "ServiceException",
            "ServiceFailure",
            "ServiceUnavailable",
            "ServiceUnavailableException",
        ],
    ),
    (
        ErrorClass::Gone,
        &[
            "AccountNotFoundException",
            "NoSuchEntity",
            "NoSuchEntityException",
            "OrganizationalUnitNotFoundException",
            "ParentNotFoundException",
            "RootNotFoundException",
        ],
    ),
    (
        ErrorClass::Refused,
        &[
            "AWSOrganizationsNotInUseException",
            "InvalidAction",
            "InvalidInput",
            "InvalidInputException",
            "MalformedPolicyDocument",
            "OptInRequired",
            "PackedPolicyTooLarge",
            "RegionDisabledException",
            "UnsupportedAPIEndpointException",
            "ValidationError",
            "ValidationException",
        ],
    ),
];

/// What can be done about a failed call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// AWS said to slow down.
    Throttled,
    /// AWS understood and refused the permission.
    Denied,
    /// The credentials of this call have expired, or are no longer known.
    Expired,
    /// It may work the next time: 5xx, connection, time-out, a body cut off.
    Transient,
    /// What was asked for does not exist.
    Gone,
    /// AWS refused the request itself: malformed, not supported, not in an organization.
    Refused,
    /// The answer could not be read.
    Malformed,
    /// Something other than AWS answered, such as a proxy. The message says with which status and content type, and nothing else.
    Foreign,
    /// The caller has no usable credentials at all; the message says what to do.
    NoCredentials,
}

/// A failed call, whatever the operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What can be done about it.
    pub class: ErrorClass,
    /// AWS's error code, such as `AccessDenied`, where there is one.
    pub code: Option<String>,
    /// AWS's message, or the chain of causes for a failure on the way. May name sessions; never holds a secret.
    pub message: String,
}

/// With whose credentials a call was made.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'a> {
    /// The caller's: what is wrong with them is for a person to mend.
    Caller(&'a Caller),
    /// A session of the audit role: it can be had anew.
    Session,
}

/// The classified form of a failed call.
pub fn classify<E>(form: Form, whose: Whose<'_>, error: SdkError<E, HttpResponse>) -> Failure
where
    E: Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    // What the SDK says of itself first, such as "dispatch failure", helps nobody.
    let cause = || error.source().map_or_else(|| redact::chain(&error), redact::chain);
    let fail = |class, message| Failure { class, code: None, message };
    match &error {
        SdkError::ServiceError(service) => {
            let (meta, response) = (service.err().meta(), service.raw());
            let status = response.status().as_u16();
            let told =
                meta.code().map(|code| (code.to_owned(), meta.message().unwrap_or_default().to_owned()));
            match told.or_else(|| foreign::stray_code(response)) {
                Some((code, text))
                    if class_of_code(&code).is_some()
                        || !foreign::is_foreign_code(response, meta.request_id().is_some()) =>
                {
                    refusal(whose, status, &code, &text)
                }
                _ => without_code(form, response, &redact::chain(service.err())),
            }
        }
        SdkError::ResponseError(response) => {
            let status = response.raw().status().as_u16();
            if limit::is_exceeded(&error) {
                return fail(
                    ErrorClass::Malformed,
                    format!("{}, with HTTP status {status}", limit::TOO_LARGE),
                );
            }
            if foreign::is_not_aws(&error) {
                return foreign::error(status, foreign::content_type(response.raw()));
            }
            let cause = cause();
            // A body that was read to its end is kept with the answer; one that broke off is gone.
            match response.raw().body().bytes() {
                Some(_) => without_code(form, response.raw(), &cause),
                None => fail(
                    ErrorClass::Transient,
                    format!("the answer with HTTP status {status} broke off: {cause}"),
                ),
            }
        }
        SdkError::TimeoutError(_) => fail(ErrorClass::Transient, cause()),
        SdkError::DispatchFailure(failure) => {
            if let Some(cause) = find::<CredentialsError>(&error) {
                let caller = match whose {
                    Whose::Caller(caller) => caller,
                    Whose::Session => &Caller::default(),
                };
                let (class, message) = caller.explain(cause);
                return fail(for_whom(class, whose), message);
            }
            let mut message = find::<Explanation>(&error).map_or_else(cause, ToString::to_string);
            let class = match failure.as_connector_error() {
                Some(connector) => class_of_dispatch(connector, &message),
                None => ErrorClass::Transient,
            };
            if let Some(remedy) = out_of_files(&error) {
                message = format!("{message}; {remedy}");
            }
            match whose {
                Whose::Caller(caller) if message.contains(NO_ADDRESS) => {
                    message = format!("{message}; {}", caller.without_address());
                }
                _ => {}
            }
            fail(class, message)
        }
        _ => fail(ErrorClass::Refused, cause()),
    }
}

/// What to do if the process (`EMFILE`) or the machine (`ENFILE`) has too many open files: the same numbers on Linux and on macOS.
fn out_of_files(error: &(dyn Error + 'static)) -> Option<&'static str> {
    let mut errors = std::iter::successors(Some(error), |&error| error.source());
    errors.find_map(|error| match error.downcast_ref().and_then(io::Error::raw_os_error)? {
        24 => Some("raise the limit on open files (`ulimit -n`), or lower --concurrency"),
        23 => Some("close other programs, or raise the machine's limit on open files (`sysctl fs.file-max`, on macOS `kern.maxfiles`)"),
        _ => None,
    })
}

/// How the HTTP client says that a host's name does not resolve.
const NO_ADDRESS: &str = "dns error";

/// How rustls says that it does not trust a certificate.
pub(crate) const UNTRUSTED: &str = "invalid peer certificate";

/// How the SDK says that a credentials provider did not come back.
const PROVIDER_TIMED_OUT: &str = "identity resolver timed out";

/// How the HTTP client says that it was already talking to the far end, where it gives no class of its own.
const IN_TRANSIT: &str = "client error (";

/// The class of a failure without an answer: on the way it may pass, before the way (an endpoint that does not resolve to a
/// URL, a request that cannot be signed) it stays.
fn class_of_dispatch(error: &ConnectorError, message: &str) -> ErrorClass {
    if message.contains(PROVIDER_TIMED_OUT) {
        ErrorClass::NoCredentials
    } else if message.contains(UNTRUSTED) {
        ErrorClass::Refused
    } else if error.is_io()
        || error.is_timeout()
        || error.as_other().is_some()
        || message.contains(IN_TRANSIT)
    {
        ErrorClass::Transient
    } else {
        ErrorClass::Refused
    }
}

/// An answer with a code of AWS's.
fn refusal(whose: Whose<'_>, status: u16, code: &str, text: &str) -> Failure {
    let mut class = class_of_code(code).unwrap_or_else(|| class_of_status(status));
    // A clock that is wrong looks like a wrong signature; the SDK learns the difference from the answer.
    if class == ErrorClass::NoCredentials
        && ["Signature expired", "Signature not yet"].iter().any(|s| text.contains(s))
    {
        class = ErrorClass::Transient;
    }
    let mut message = redact::message(text);
    if let Some(remedy) = remedy(class, whose, code) {
        message = if message.is_empty() { remedy } else { format!("{message}; {remedy}") };
    }
    Failure { class: for_whom(class, whose), code: Some(code.to_owned()), message }
}

/// Without credentials is only the caller. A session whose credentials AWS does not know is a session to have anew.
fn for_whom(class: ErrorClass, whose: Whose<'_>) -> ErrorClass {
    match (class, whose) {
        (ErrorClass::NoCredentials, Whose::Session) => ErrorClass::Expired,
        (class, _) => class,
    }
}

fn class_of_code(code: &str) -> Option<ErrorClass> {
    CODES.iter().find(|(_, codes)| codes.contains(&code)).map(|(class, _)| *class)
}

fn class_of_status(status: u16) -> ErrorClass {
    match status {
        200..=299 => ErrorClass::Malformed,
        401 | 403 => ErrorClass::Denied,
        408 | 500.. => ErrorClass::Transient,
        429 => ErrorClass::Throttled,
        _ => ErrorClass::Refused,
    }
}

/// An answer that was read to its end, and has neither a code of AWS's nor what was asked for.
///
/// AWS's front end may be out of order or overloaded, and an answer may be cut off. Any other is somebody else's: a redirect, a proxy's page; to
/// take it for AWS's word would be to believe a stranger.
fn without_code(form: Form, response: &HttpResponse, cause: &str) -> Failure {
    let status = response.status().as_u16();
    let class = match class_of_status(status) {
        class @ (ErrorClass::Transient | ErrorClass::Throttled) => class,
        class @ ErrorClass::Malformed
            if !foreign::is_foreign_body(form, response.body().bytes().unwrap_or_default()) =>
        {
            class
        }
        _ => return foreign::error(status, foreign::content_type(response)),
    };
    let mut message = match response.status().is_success() {
        true => format!("the answer with HTTP status {status} is unreadable"),
        false => format!("HTTP status {status} without an AWS error code"),
    };
    if !cause.is_empty() {
        message = format!("{message}: {cause}");
    }
    Failure { class, code: None, message }
}

/// What a person can do about it, where AWS's own message does not say.
fn remedy(class: ErrorClass, whose: Whose<'_>, code: &str) -> Option<String> {
    match (class, whose) {
        (ErrorClass::Expired, Whose::Caller(caller)) => Some(caller.renewal()),
        (ErrorClass::NoCredentials, Whose::Caller(caller)) => Some(caller.doubt()),
        (ErrorClass::Transient, _)
            if code.starts_with("Signature")
                || ["RequestExpired", "RequestTimeTooSkewed"].contains(&code) =>
        {
            Some("check this machine's clock".to_owned())
        }
        _ => None,
    }
}

/// A success whose body could not be read to its end.
#[must_use]
pub fn broken_off(error: &(dyn Error + 'static)) -> Failure {
    let (class, message) = match limit::is_exceeded(error) {
        true => (ErrorClass::Malformed, format!("{}, with HTTP status 200", limit::TOO_LARGE)),
        false => (
            ErrorClass::Transient,
            format!("the answer with HTTP status 200 broke off: {}", redact::chain(error)),
        ),
    };
    Failure { class, code: None, message }
}

#[cfg(test)]
mod tests {
    use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityError;

    use super::*;

    #[test]
    fn a_connection_that_finds_no_free_file_names_the_limit() {
        for (errno, named) in [(24, true), (23, false), (111, false)] {
            let failed = ConnectorError::io(io::Error::from_raw_os_error(errno).into());
            let error: SdkError<GetCallerIdentityError, HttpResponse> = SdkError::dispatch_failure(failed);
            let error = classify(Form::Xml, Whose::Session, error);
            assert_eq!(error.class, ErrorClass::Transient, "{error:?}");
            assert_eq!(error.message.contains("`ulimit -n`"), named, "{error:?}");
            assert_eq!(error.message.contains("the machine"), errno == 23, "{error:?}");
        }
    }
}
