//! Compares the time in AWS's answers with this machine's clock.
//!
//! The SDK corrects its signatures from the same header, so AWS no longer refuses a wrong clock.
//! Without this check, nobody would notice.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    AfterDeserializationInterceptorContextRef, BeforeDeserializationInterceptorContextRef,
    BeforeTransmitInterceptorContextRef,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};
use aws_smithy_types::date_time::Format;
use jiff::Timestamp;
use rolesweep_model::clock::Reading;

use crate::errors::foreign;

/// The answer whose time is furthest from this machine's. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct ServerClock(Arc<Mutex<Option<Reading>>>);

impl ServerClock {
    /// The reading that is furthest off, or `None` if no answer carried a time.
    #[must_use]
    pub fn furthest(&self) -> Option<Reading> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, reading: Reading) {
        let mut furthest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *furthest = Some(furthest.map_or(reading, |known| known.further(reading)));
    }
}

/// When this attempt was sent.
#[derive(Debug, Clone, Copy)]
struct Sent(Timestamp);

impl Storable for Sent {
    type Storer = StoreReplace<Self>;
}

/// What the answer's head said. It counts once the answer is known to be AWS's.
#[derive(Debug, Clone, Copy)]
struct Unconfirmed(Option<Reading>);

impl Storable for Unconfirmed {
    type Storer = StoreReplace<Self>;
}

impl Intercept for ServerClock {
    fn name(&self) -> &'static str {
        "ServerClock"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        config.interceptor_state().store_put(Sent(Timestamp::now()));
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let received = Timestamp::now();
        let sent = config.load::<Sent>().map_or(received, |Sent(sent)| *sent);
        let reading = date(context.response()).map(|server| Reading::new(sent, received, server));
        config.interceptor_state().store_put(Unconfirmed(reading));
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let reading = config.load::<Unconfirmed>().and_then(|Unconfirmed(reading)| *reading);
        if let Some(reading) = reading
            && foreign::is_from_aws(context.response(), context.output_or_error().is_ok())
        {
            self.take(reading);
        }
        Ok(())
    }
}

/// When the server wrote this answer, by the server's clock. `Age` says how long a cache has kept
/// it.
fn date(response: &HttpResponse) -> Option<Timestamp> {
    if response.headers().get("age").is_some() {
        return None;
    }
    let date = response.headers().get("date")?;
    let date = aws_smithy_types::DateTime::from_str(date, Format::HttpDate).ok()?;
    Timestamp::from_second(date.secs()).ok()
}
