//! AWS's refusals and the SDK's failures as the kinds that the engine acts on.

use std::error::Error;
use std::io;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::operation::RequestId as _;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use rolesweep_scan::operation::Operation;
use rolesweep_scan::ports::{CloudError, ErrorKind};

use crate::credentials::{Caller, find};
use crate::explained::Explanation;
use crate::foreign;
use crate::limit;
use crate::redact;

/// AWS's error codes by kind. What is not here goes by the HTTP status.
///
/// The throttling codes are the SDK's own list; the others come from the services' models and from what IAM, STS and
/// Organizations answer without modelling it.
const CODES: &[(ErrorKind, &[&str])] = &[
    (
        ErrorKind::Denied,
        &[
            "AccessDenied",
            "AccessDeniedException",
            "AccessDeniedForDependencyException",
            "UnauthorizedOperation",
        ],
    ),
    (ErrorKind::Expired, &["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"]),
    (
        ErrorKind::NoCredentials,
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
        ErrorKind::Throttled,
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
        ErrorKind::Transient,
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
        ErrorKind::Gone,
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
        ErrorKind::Refused,
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

/// The code of an answer from an account that is in no organization.
pub(crate) const NOT_IN_AN_ORGANIZATION: &str = "AWSOrganizationsNotInUseException";

/// With whose credentials a call was made.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Whose<'a> {
    /// The caller's: what is wrong with them is for a person to mend.
    Caller(&'a Caller),
    /// A session of the audit role: it can be had anew.
    Session,
}

/// The classified form of a failed call.
pub(crate) fn classify<E>(
    operation: Operation,
    whose: Whose<'_>,
    error: SdkError<E, HttpResponse>,
) -> CloudError
where
    E: Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    // What the SDK says of itself first, such as "dispatch failure", helps nobody.
    let cause = || error.source().map_or_else(|| redact::chain(&error), redact::chain);
    let fail = |kind, message| CloudError { kind, operation, code: None, message };
    match &error {
        SdkError::ServiceError(service) => {
            let (meta, response) = (service.err().meta(), service.raw());
            let status = response.status().as_u16();
            let told =
                meta.code().map(|code| (code.to_owned(), meta.message().unwrap_or_default().to_owned()));
            match told.or_else(|| foreign::stray_code(response)) {
                Some((code, text))
                    if kind_of_code(&code).is_some()
                        || !foreign::is_foreign_code(response, meta.request_id().is_some()) =>
                {
                    refusal(operation, whose, status, &code, &text)
                }
                _ => without_code(operation, response, &redact::chain(service.err())),
            }
        }
        SdkError::ResponseError(response) => {
            let status = response.raw().status().as_u16();
            if limit::is_exceeded(&error) {
                return fail(
                    ErrorKind::Malformed,
                    format!("{}, with HTTP status {status}", limit::TOO_LARGE),
                );
            }
            if foreign::is_not_aws(&error) {
                return foreign::error(operation, status, foreign::content_type(response.raw()));
            }
            let cause = cause();
            // A body that was read to its end is kept with the answer; one that broke off is gone.
            match response.raw().body().bytes() {
                Some(_) => without_code(operation, response.raw(), &cause),
                None => fail(
                    ErrorKind::Transient,
                    format!("the answer with HTTP status {status} broke off: {cause}"),
                ),
            }
        }
        SdkError::TimeoutError(_) => fail(ErrorKind::Transient, cause()),
        SdkError::DispatchFailure(failure) => {
            if let Some(cause) = find::<CredentialsError>(&error) {
                let caller = match whose {
                    Whose::Caller(caller) => caller,
                    Whose::Session => &Caller::default(),
                };
                let (kind, message) = caller.explain(cause);
                return fail(for_whom(kind, whose), message);
            }
            let mut message = find::<Explanation>(&error).map_or_else(cause, ToString::to_string);
            let kind = match failure.as_connector_error() {
                Some(connector) => kind_of_dispatch(connector, &message),
                None => ErrorKind::Transient,
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
            fail(kind, message)
        }
        _ => fail(ErrorKind::Refused, cause()),
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

/// How the HTTP client says that it was already talking to the far end, where it gives no kind of its own.
const IN_TRANSIT: &str = "client error (";

/// The kind of a failure without an answer: on the way it may pass, before the way (an endpoint that does not resolve to a
/// URL, a request that cannot be signed) it stays.
fn kind_of_dispatch(error: &ConnectorError, message: &str) -> ErrorKind {
    if message.contains(PROVIDER_TIMED_OUT) {
        ErrorKind::NoCredentials
    } else if message.contains(UNTRUSTED) {
        ErrorKind::Refused
    } else if error.is_io()
        || error.is_timeout()
        || error.as_other().is_some()
        || message.contains(IN_TRANSIT)
    {
        ErrorKind::Transient
    } else {
        ErrorKind::Refused
    }
}

/// An answer with a code of AWS's.
fn refusal(operation: Operation, whose: Whose<'_>, status: u16, code: &str, text: &str) -> CloudError {
    let mut kind = kind_of_code(code).unwrap_or_else(|| kind_of_status(status));
    // A clock that is wrong looks like a wrong signature; the SDK learns the difference from the answer.
    if kind == ErrorKind::NoCredentials
        && ["Signature expired", "Signature not yet"].iter().any(|s| text.contains(s))
    {
        kind = ErrorKind::Transient;
    }
    let mut message = redact::message(text);
    if let Some(remedy) = remedy(kind, whose, code) {
        message = if message.is_empty() { remedy } else { format!("{message}; {remedy}") };
    }
    CloudError { kind: for_whom(kind, whose), operation, code: Some(code.to_owned()), message }
}

/// Without credentials is only the caller. A session whose credentials AWS does not know is a session to have anew.
fn for_whom(kind: ErrorKind, whose: Whose<'_>) -> ErrorKind {
    match (kind, whose) {
        (ErrorKind::NoCredentials, Whose::Session) => ErrorKind::Expired,
        (kind, _) => kind,
    }
}

fn kind_of_code(code: &str) -> Option<ErrorKind> {
    CODES.iter().find(|(_, codes)| codes.contains(&code)).map(|(kind, _)| *kind)
}

fn kind_of_status(status: u16) -> ErrorKind {
    match status {
        200..=299 => ErrorKind::Malformed,
        401 | 403 => ErrorKind::Denied,
        408 | 500.. => ErrorKind::Transient,
        429 => ErrorKind::Throttled,
        _ => ErrorKind::Refused,
    }
}

/// An answer that was read to its end, and has neither a code of AWS's nor what was asked for.
///
/// AWS's front end may be out of order or overloaded, and an answer may be cut off. Any other is somebody else's: a redirect, a proxy's page; to
/// take it for AWS's word would be to believe a stranger.
fn without_code(operation: Operation, response: &HttpResponse, cause: &str) -> CloudError {
    let status = response.status().as_u16();
    let kind = match kind_of_status(status) {
        kind @ (ErrorKind::Transient | ErrorKind::Throttled) => kind,
        kind @ ErrorKind::Malformed
            if !foreign::is_foreign_body(
                foreign::form(operation),
                response.body().bytes().unwrap_or_default(),
            ) =>
        {
            kind
        }
        _ => return foreign::error(operation, status, foreign::content_type(response)),
    };
    let mut message = match response.status().is_success() {
        true => format!("the answer with HTTP status {status} is unreadable"),
        false => format!("HTTP status {status} without an AWS error code"),
    };
    if !cause.is_empty() {
        message = format!("{message}: {cause}");
    }
    CloudError { kind, operation, code: None, message }
}

/// What a person can do about it, where AWS's own message does not say.
fn remedy(kind: ErrorKind, whose: Whose<'_>, code: &str) -> Option<String> {
    match (kind, whose) {
        (ErrorKind::Expired, Whose::Caller(caller)) => Some(caller.renewal()),
        (ErrorKind::NoCredentials, Whose::Caller(caller)) => Some(caller.doubt()),
        (ErrorKind::Transient, _)
            if code.starts_with("Signature")
                || ["RequestExpired", "RequestTimeTooSkewed"].contains(&code) =>
        {
            Some("check this machine's clock".to_owned())
        }
        _ => None,
    }
}

/// A success whose body could not be read to its end.
pub(crate) fn broken_off(operation: Operation, error: &(dyn Error + 'static)) -> CloudError {
    let (kind, message) = match limit::is_exceeded(error) {
        true => (ErrorKind::Malformed, format!("{}, with HTTP status 200", limit::TOO_LARGE)),
        false => (
            ErrorKind::Transient,
            format!("the answer with HTTP status 200 broke off: {}", redact::chain(error)),
        ),
    };
    CloudError { kind, operation, code: None, message }
}

/// An answer that came and makes no sense.
pub(crate) fn malformed(operation: Operation, message: impl AsRef<str>) -> CloudError {
    CloudError {
        kind: ErrorKind::Malformed,
        operation,
        code: None,
        message: redact::message(message.as_ref()),
    }
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
            let error = classify(Operation::AssumeRole, Whose::Session, error);
            assert_eq!(error.kind, ErrorKind::Transient, "{error:?}");
            assert_eq!(error.message.contains("`ulimit -n`"), named, "{error:?}");
            assert_eq!(error.message.contains("the machine"), errno == 23, "{error:?}");
        }
    }
}
