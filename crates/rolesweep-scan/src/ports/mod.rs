//! What the engine needs from the world: a cloud to ask, a sink for facts, an observer to tell, a
//! clock to read.

mod cloud;
mod error;
mod events;
mod facts;

pub use cloud::{AssumeRequest, Cloud, DetailsRequest, Page, ResponseBody};
pub use error::{CloudError, CloudResult, ErrorKind};
pub(crate) use events::tell;
pub use events::{Event, Observer};
pub use facts::{Clock, FactSink};
