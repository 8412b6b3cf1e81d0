//! Answers that are kept aside: the SDK gets an empty one in their place.
//!
//! A page of GetAccountAuthorizationDetails is nearly all that a scan reads. The SDK's reader of XML takes half of a scan's CPU for it, gathers the
//! body twice, and makes text of everything in it, wanted or not (`docs/design/reading-a-page.md`). So the body goes by the SDK, whose
//! signing, retries, time-outs and refusals stay what they are, and [`crate::details`] reads it.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use bytes::Bytes;
use http_body::{Body, Frame};
use rolesweep_scan::ports::{Admission, Intake};

/// What a body of unknown length is taken to hold at first, in bytes.
const FIRST_GUESS: u64 = 256 * 1024;

/// Where one call's answer is kept. A call that is made again has the last answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Slot(Arc<Mutex<Option<Vec<u8>>>>);

impl Slot {
    fn put(&self, answer: Option<Vec<u8>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }

    /// The body of the answer; empty where none was kept.
    pub(crate) fn take(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }
}

/// Keeps the body of a successful answer aside, once there is room for it.
#[derive(Clone)]
pub(crate) struct Aside {
    /// Where it goes.
    pub(crate) slot: Slot,
    /// Whom to ask for room.
    pub(crate) intake: Arc<dyn Intake>,
    /// What the SDK reads in its place.
    pub(crate) in_its_place: &'static str,
}

impl std::fmt::Debug for Aside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Aside").finish_non_exhaustive()
    }
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
            let body = std::mem::replace(response.body_mut(), SdkBody::taken());
            *response.body_mut() = SdkBody::from_body_1_x(Kept::new(body, self.clone()));
        }
        Ok(())
    }
}

/// A body that is gathered to its end before there is anything of it.
struct Kept {
    body: SdkBody,
    aside: Aside,
    gathered: Vec<u8>,
    /// For how many bytes there is room.
    room: u64,
    waiting: Option<Admission>,
    is_over: bool,
    is_kept: bool,
}

impl Kept {
    fn new(body: SdkBody, aside: Aside) -> Self {
        let room = body.content_length().unwrap_or(FIRST_GUESS);
        let waiting = Some(aside.intake.admit(room));
        Self { body, aside, gathered: Vec::new(), room, waiting, is_over: false, is_kept: false }
    }
}

impl Body for Kept {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        if this.is_over {
            return Poll::Ready(None);
        }
        loop {
            if let Some(admission) = &mut this.waiting {
                ready!(admission.as_mut().poll(context));
                this.waiting = None;
                let room = usize::try_from(this.room).unwrap_or_default();
                this.gathered.reserve_exact(room.saturating_sub(this.gathered.len()));
            }
            match ready!(Pin::new(&mut this.body).poll_frame(context)) {
                Some(Ok(frame)) => {
                    let Ok(data) = frame.into_data() else { continue };
                    let length = (this.gathered.len() + data.len()) as u64;
                    if length > this.room {
                        // As a vector grows, so that a body of unknown length is not waited for at every step.
                        this.room = length.max(this.room * 2);
                        this.waiting = Some(this.aside.intake.admit(this.room));
                    }
                    this.gathered.extend_from_slice(&data);
                }
                Some(Err(error)) => {
                    this.is_over = true;
                    return Poll::Ready(Some(Err(error)));
                }
                None => {
                    this.is_over = true;
                    this.is_kept = true;
                    this.aside.slot.put(Some(std::mem::take(&mut this.gathered)));
                    let frame = Frame::data(Bytes::from_static(this.aside.in_its_place.as_bytes()));
                    return Poll::Ready(Some(Ok(frame)));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.is_over
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if !self.is_kept {
            self.aside.intake.give_up();
        }
    }
}
