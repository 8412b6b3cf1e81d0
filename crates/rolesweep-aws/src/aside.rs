//! Answers that are kept aside: the SDK gets one with nothing in it in their place.
//!
//! A page of GetAccountAuthorizationDetails is nearly all that a scan reads, and the SDK's reader of XML took 44 % of a scan's CPU for it
//! (`docs/design/reading-a-page.md`). So the body passes the SDK by, whose signing, retries, time-outs up to the answer's head, and refusals
//! stay what they are; it is gathered here, once there is room for it, and [`crate::details`] reads it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use http_body_util::BodyExt as _;
use rolesweep_scan::ports::Intake;
use tokio::time::{Instant, timeout};

/// What a body of unknown length is taken to hold at first, in bytes.
const FIRST_GUESS: u64 = 256 * 1024;

/// Where one call's answer is kept, unread. A call that is made again has the last answer.
#[derive(Clone, Default)]
pub(crate) struct Slot(Arc<Mutex<Option<Kept>>>);

/// An answer, as far as it is kept.
struct Kept {
    content_type: Option<String>,
    body: SdkBody,
}

impl Slot {
    fn put(&self, answer: Option<Kept>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }

    /// The content type of the answer; `None` if none was kept, or it had none.
    pub(crate) fn content_type(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?.content_type.clone()
    }

    /// The body of the answer; empty where none was kept.
    pub(crate) fn take(&self) -> SdkBody {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        kept.map_or_else(SdkBody::empty, |kept| kept.body)
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}

/// Keeps the body of a successful answer aside.
#[derive(Debug)]
pub(crate) struct Aside {
    /// Where it goes.
    pub(crate) slot: Slot,
    /// What the SDK reads in its place.
    pub(crate) in_its_place: &'static str,
}

impl Intercept for Aside {
    fn name(&self) -> &'static str {
        "Aside"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.slot.put(None);
        let response = context.response_mut();
        if response.status().is_success() {
            let content_type = response.headers().get("content-type").map(str::to_owned);
            let body = std::mem::replace(response.body_mut(), SdkBody::from(self.in_its_place));
            self.slot.put(Some(Kept { content_type, body }));
        }
        Ok(())
    }
}

/// Reads a body to its end, once there is room for it. Reading may take as long as `patience`; waiting for room does not count.
///
/// # Errors
/// When the body breaks off, grows beyond what may be read of any, or takes too long.
pub(crate) async fn gather(
    mut body: SdkBody,
    intake: &dyn Intake,
    patience: Duration,
) -> Result<Vec<u8>, BoxError> {
    let mut room = body.content_length().unwrap_or(FIRST_GUESS);
    intake.admit(room).await;
    let mut gathered = Vec::with_capacity(usize::try_from(room).unwrap_or_default());
    let mut left = patience;
    loop {
        let began = Instant::now();
        let frame = timeout(left, body.frame()).await;
        left = left.saturating_sub(began.elapsed());
        let frame =
            frame.map_err(|_| format!("its body was not there after {} s", patience.as_secs_f32()))?;
        let Some(frame) = frame else { return Ok(gathered) };
        let Ok(data) = frame?.into_data() else { continue };
        let length = (gathered.len() + data.len()) as u64;
        if length > room {
            // As a vector grows, so that a body of unknown length is not waited for at every step.
            room = length.max(room * 2);
            intake.admit(room).await;
        }
        gathered.extend_from_slice(&data);
    }
}
