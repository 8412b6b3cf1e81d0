//! Checks successful answers before they count.

use std::fmt;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

type Check = dyn Fn(&HttpResponse, &ConfigBag) -> Result<(), BoxError> + Send + Sync;

/// Refuses each successful answer that fails a check. The SDK has read the answer by then.
pub struct CheckAnswer(Box<Check>);

impl CheckAnswer {
    /// Uses this check of the answer and the call's configuration. The check's error becomes the
    /// call's error.
    pub fn new(
        check: impl Fn(&HttpResponse, &ConfigBag) -> Result<(), BoxError> + Send + Sync + 'static,
    ) -> Self {
        Self(Box::new(check))
    }
}

impl fmt::Debug for CheckAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CheckAnswer")
    }
}

impl Intercept for CheckAnswer {
    fn name(&self) -> &'static str {
        "CheckAnswer"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        match response.status().is_success() && context.output_or_error().is_ok() {
            true => self.0(response, config),
            false => Ok(()),
        }
    }
}
