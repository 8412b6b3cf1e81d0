//! What the engine needs from outside: a cloud to call, a sink for facts, an observer for events,
//! and a clock.

mod cloud;
mod error;
mod events;
mod facts;

pub use cloud::{AssumeRequest, Cloud, DefaultVersion, DetailsRequest, Page, PolicyDocument, ResponseBody};
pub use error::{CloudError, CloudResult, ErrorKind};
pub(crate) use events::tell;
pub use events::{Event, Observer};
pub use facts::{Clock, FactSink};
