//! Captures the body of an answer before the SDK reads it.
//!
//! A page of GetAccountAuthorizationDetails is nearly all that a scan reads, and the SDK's XML
//! reader took 44 % of a scan's CPU for it (`docs/design/reading-a-page.md`). The SDK still signs,
//! retries, applies time-outs up to the answer's head, and reads refusals. The body of a success is
//! handed over unread.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_iam::operation::get_account_authorization_details::{
    GetAccountAuthorizationDetails, GetAccountAuthorizationDetailsOutput,
};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextMut, Error, Output,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin as _;
use aws_smithy_runtime_api::client::ser_de::{DeserializeResponse, SharedResponseDeserializer};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

#[derive(Debug)]
pub(crate) struct Captured {
    pub(crate) content_type: Option<String>,
    pub(crate) body: SdkBody,
}

/// An interceptor for one call of GetAccountAuthorizationDetails that replaces the SDK's reader of
/// the answer. If the SDK makes the call again, the last answer counts.
#[derive(Clone, Default)]
pub(crate) struct CaptureBody(Arc<Mutex<Option<Captured>>>);

impl CaptureBody {
    /// The answer, once the call has succeeded.
    pub(crate) fn take(&self) -> Option<Captured> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl fmt::Debug for CaptureBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CaptureBody").finish_non_exhaustive()
    }
}

/// Marks a call whose body is read and checked by rolesweep and not by the SDK.
#[derive(Debug)]
pub(crate) struct BodyIsCaptured;

impl Storable for BodyIsCaptured {
    type Storer = StoreReplace<Self>;
}

impl Intercept for CaptureBody {
    fn name(&self) -> &'static str {
        "CaptureBody"
    }

    fn modify_before_serialization(
        &self,
        _: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let state = config.interceptor_state();
        state.store_put(SharedResponseDeserializer::new(self.clone()));
        state.store_put(BodyIsCaptured);
        Ok(())
    }
}

impl DeserializeResponse for CaptureBody {
    fn deserialize_streaming_with_config(
        &self,
        response: &mut HttpResponse,
        _: &ConfigBag,
    ) -> Option<Result<Output, OrchestratorError<Error>>> {
        // AWS has no other success: the SDK reads others, and `well_formed` refuses them.
        if response.status().as_u16() != 200 {
            return None;
        }
        let content_type = response.headers().get("content-type").map(str::to_owned);
        let body = std::mem::replace(response.body_mut(), SdkBody::taken());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Captured { content_type, body });
        // The SDK wants an output of this type. Nothing reads it.
        Some(Ok(Output::erase(GetAccountAuthorizationDetailsOutput::builder().build())))
    }

    fn deserialize_nonstreaming_with_config(
        &self,
        response: &HttpResponse,
        config: &ConfigBag,
    ) -> Result<Output, OrchestratorError<Error>> {
        // The SDK's own reader reads refusals.
        let operation = GetAccountAuthorizationDetails::new().config();
        let reader = operation.as_ref().and_then(|layer| layer.load::<SharedResponseDeserializer>());
        let reader = reader.ok_or_else(|| OrchestratorError::other("the SDK has no reader of refusals"))?;
        reader.deserialize_nonstreaming_with_config(response, config)
    }
}
