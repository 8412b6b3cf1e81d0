//! Limits the size of an answer. A body is read whole, so an endless one would take all memory.

use std::error::Error;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use http_body_util::{LengthLimitError, Limited};

use crate::errors::causes::find;

/// The largest body of an answer, in bytes. A role with every quota used up is about 160 KiB
/// percent-encoded, so the largest page of 200 of them, the default page size, is 32 MiB.
const LARGEST: usize = 32 * 1024 * 1024;

/// The error message of an answer that is larger than [`LARGEST`], with what to do.
pub(crate) const TOO_LARGE: &str = "the answer is larger than 32 MiB (`page_size` in `[scan]`, or ROLESWEEP_PAGE_SIZE, asks for fewer roles at a time)";

/// Stops reading any answer, success or refusal, at the limit.
#[derive(Debug)]
pub struct BodyLimit;

impl Intercept for BodyLimit {
    fn name(&self) -> &'static str {
        "BodyLimit"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response_mut().body_mut();
        // The HTTP client enforces an announced length, so nothing needs to count.
        if body.content_length().is_none_or(|length| length > LARGEST as u64) {
            let whole = std::mem::replace(body, SdkBody::taken());
            *body = SdkBody::from_body_1_x(Limited::new(whole, LARGEST));
        }
        Ok(())
    }
}

/// Whether a call failed because its answer was too large.
pub(crate) fn is_exceeded(error: &(dyn Error + 'static)) -> bool {
    find::<LengthLimitError>(error).is_some()
}
