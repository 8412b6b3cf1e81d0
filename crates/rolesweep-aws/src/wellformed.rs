//! Makes sure that an XML answer is all there.
//!
//! The SDK's reader of IAM's and STS's answers does not mind an end tag of the wrong name, nor a document that stops in the
//! middle: roles behind the damage would be missing without a word. So each answer's tags are matched before it counts.
//! Of pages of roles this sees what the SDK gets in their place: [`crate::details`] reads them, and matches as it goes.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use crate::xml;

/// Refuses successful answers whose tags do not match.
#[derive(Debug)]
pub(crate) struct WellFormed;

impl Intercept for WellFormed {
    fn name(&self) -> &'static str {
        "WellFormed"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        if !response.status().is_success() || context.output_or_error().is_err() {
            return Ok(());
        }
        xml::check(response.body().bytes().unwrap_or_default()).map_err(Into::into)
    }
}
