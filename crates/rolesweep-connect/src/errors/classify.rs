//! Classifies AWS's refusals and the SDK's failures by what can be done about them.

use std::error::Error;
use std::io;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId as _;

use crate::credentials::Caller;
use crate::errors::causes::{causes, find};
use crate::errors::codes::{kind_of_code, kind_of_status};
use crate::errors::failure::Failure;
use crate::errors::foreign::{self, Form};
use crate::errors::phrases::{NO_ADDRESS, PROVIDER_TIMED_OUT};
use crate::http::body_limit;
use crate::http::explain::Explanation;
use crate::secrets::redact;
use rolesweep_model::ErrorKind;

/// Whose credentials a call was made with.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'a> {
    /// The caller's. Only a person can correct them.
    Caller(&'a Caller),
    /// A session of a role. Another one can be started.
    Session,
}

/// Classifies a failed call.
pub fn classify<E>(form: Form, whose: Whose<'_>, error: SdkError<E, HttpResponse>) -> Failure
where
    E: Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    // The SDK's own first words, such as "dispatch failure", help nobody.
    let cause = || redact::causes(&error);
    let fail = |kind, message| Failure { kind, code: None, message };
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
                    refusal(whose, status, &code, &text)
                }
                _ => without_code(form, response, &redact::chain(service.err())),
            }
        }
        SdkError::ResponseError(response) => {
            let status = response.raw().status().as_u16();
            if body_limit::is_exceeded(&error) {
                return fail(
                    ErrorKind::Malformed,
                    format!("{}, with HTTP status {status}", body_limit::TOO_LARGE),
                );
            }
            if foreign::is_not_aws(&error) {
                return foreign::error(status, foreign::content_type(response.raw()));
            }
            let cause = cause();
            // The answer keeps a body that was read to its end, and loses one that broke off.
            match response.raw().body().bytes() {
                Some(_) => without_code(form, response.raw(), &cause),
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

/// What to do if the process (`EMFILE`) or the machine (`ENFILE`) has too many open files. Linux
/// and macOS use the same numbers.
fn out_of_files(error: &(dyn Error + 'static)) -> Option<&'static str> {
    match causes(error).find_map(|error| error.downcast_ref().and_then(io::Error::raw_os_error))? {
        24 => Some("raise the limit on open files (`ulimit -n`), or lower --concurrency"),
        23 => Some(
            "close other programs, or raise the machine's limit on open files (`sysctl fs.file-max`, on macOS `kern.maxfiles`)",
        ),
        _ => None,
    }
}

/// The kind of a failure without an answer. A failure on the way may pass. One before that (an
/// endpoint that is not a URL, a request that cannot be signed) does not.
fn kind_of_dispatch(error: &ConnectorError, message: &str) -> ErrorKind {
    if message.contains(PROVIDER_TIMED_OUT) {
        ErrorKind::NoCredentials
    } else if let Some(rustls::Error::InvalidCertificate(_)) = find(error) {
        ErrorKind::Refused
    } else if error.is_io()
        || error.is_timeout()
        || error.as_other().is_some()
        || find::<hyper_util::client::legacy::Error>(error).is_some()
    {
        ErrorKind::Transient
    } else {
        ErrorKind::Refused
    }
}

/// An answer with one of AWS's error codes.
fn refusal(whose: Whose<'_>, status: u16, code: &str, text: &str) -> Failure {
    let mut kind = kind_of_code(code).unwrap_or_else(|| kind_of_status(status));
    // A wrong clock looks like a wrong signature. The SDK learns the difference from the answer.
    if kind == ErrorKind::NoCredentials
        && ["Signature expired", "Signature not yet"].iter().any(|s| text.contains(s))
    {
        kind = ErrorKind::Transient;
    }
    let mut message = redact::message(text);
    if let Some(remedy) = remedy(kind, whose, code) {
        message = if message.is_empty() { remedy } else { format!("{message}; {remedy}") };
    }
    Failure { kind: for_whom(kind, whose), code: Some(code.to_owned()), message }
}

/// Only the caller can be without credentials. A session whose credentials AWS does not know has to
/// be started again.
fn for_whom(kind: ErrorKind, whose: Whose<'_>) -> ErrorKind {
    match (kind, whose) {
        (ErrorKind::NoCredentials, Whose::Session) => ErrorKind::Expired,
        (kind, _) => kind,
    }
}

/// An answer that was read to its end, but has neither one of AWS's error codes nor what was asked
/// for.
///
/// AWS's front end may be out of order or overloaded, or the answer may be cut off. Anything else
/// comes from something other than AWS, such as a redirect or a proxy's page, and must not count as
/// AWS's answer.
fn without_code(form: Form, response: &HttpResponse, cause: &str) -> Failure {
    let status = response.status().as_u16();
    let kind = match kind_of_status(status) {
        kind @ (ErrorKind::Transient | ErrorKind::Throttled) => kind,
        kind @ ErrorKind::Malformed
            if !foreign::is_foreign_body(form, response.body().bytes().unwrap_or_default()) =>
        {
            kind
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
    Failure { kind, code: None, message }
}

/// What a person can do about it, if AWS's own message does not say.
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
#[must_use]
pub fn broken_off(error: &(dyn Error + 'static)) -> Failure {
    let (kind, message) = match body_limit::is_exceeded(error) {
        true => (ErrorKind::Malformed, format!("{}, with HTTP status 200", body_limit::TOO_LARGE)),
        false => (
            ErrorKind::Transient,
            format!("the answer with HTTP status 200 broke off: {}", redact::chain(error)),
        ),
    };
    Failure { kind, code: None, message }
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
            assert_eq!(error.kind, ErrorKind::Transient, "{error:?}");
            assert_eq!(error.message.contains("`ulimit -n`"), named, "{error:?}");
            assert_eq!(error.message.contains("the machine"), errno == 23, "{error:?}");
        }
    }
}
