//! What a failed call means to the engine.

use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use rolesweep_connect::errors::foreign::{self, Form};
use rolesweep_connect::errors::{self, Failure, Whose};
use rolesweep_connect::secrets::redact;
use rolesweep_scan::operation::Operation;
use rolesweep_scan::ports::CloudError;

/// The code of an answer from an account that is in no organization.
pub(crate) const NOT_IN_AN_ORGANIZATION: &str = "AWSOrganizationsNotInUseException";

pub(crate) fn classify<E>(
    operation: Operation,
    whose: Whose<'_>,
    error: SdkError<E, HttpResponse>,
) -> CloudError
where
    E: Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    of(operation, errors::classify(form(operation), whose, error))
}

/// A success whose body could not be read to its end.
pub(crate) fn broken_off(operation: Operation, error: &(dyn Error + 'static)) -> CloudError {
    of(operation, errors::broken_off(error))
}

/// A success that is not AWS's.
pub(crate) fn foreign(operation: Operation, content_type: Option<&str>) -> CloudError {
    of(operation, foreign::error(200, content_type))
}

/// An answer that arrived but makes no sense.
pub(crate) fn malformed(operation: Operation, message: impl AsRef<str>) -> CloudError {
    CloudError::malformed(operation, redact::message(message.as_ref()))
}

fn form(operation: Operation) -> Form {
    if operation.action().starts_with("organizations:") { Form::Json } else { Form::Xml }
}

fn of(operation: Operation, Failure { kind, code, message }: Failure) -> CloudError {
    CloudError { kind, operation, code, message }
}
