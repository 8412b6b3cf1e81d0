//! Tests from AWS's own variables and files to the first call, or to a refusal that says what to
//! do.

mod caller;
mod identity;
mod profile_files;
mod providers;

use crate::Connection;
use crate::errors::foreign::Form;
use crate::errors::{Failure, Whose, classify};

/// Makes one call as the caller.
async fn caller_identity(connection: &Connection) -> Result<(), Failure> {
    let answer = aws_sdk_sts::Client::new(connection.config()).get_caller_identity().send().await;
    answer.map(drop).map_err(|error| classify(Form::Xml, Whose::Caller(connection.caller()), error))
}
