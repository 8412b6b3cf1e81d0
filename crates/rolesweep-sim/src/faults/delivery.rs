//! Delivers answers, whole or not.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// How a connection ends early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It is closed normally.
    Close,
    /// It is reset, and the client's next read fails.
    Reset,
}

/// How much of an answer is sent, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// All of it.
    #[default]
    Whole,
    /// Nothing: the connection ends instead.
    Nothing(Ending),
    /// A part of the body, with the Content-Length of all of it. Then the connection ends.
    Cut {
        /// How many bytes.
        after: usize,
        /// How it ends.
        ending: Ending,
    },
    /// A part of the body, a pause, then the rest.
    Stalled {
        /// How many bytes.
        after: usize,
        /// For how long.
        pause: Duration,
    },
}

impl Delivery {
    /// How the connection ends, if it ends.
    fn ending(self) -> Option<Ending> {
        match self {
            Self::Nothing(ending) | Self::Cut { ending, .. } => Some(ending),
            Self::Whole | Self::Stalled { .. } => None,
        }
    }
}

/// The error that ends a connection on purpose.
#[derive(Debug)]
pub(crate) struct Ended;

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the profile ends the connection")
    }
}

impl Error for Ended {}

/// How long the first part of a cut answer has to reach the client before the connection ends. A
/// reset may overtake it.
const HEAD_START: Duration = Duration::from_millis(10);

/// An answer's body as hyper asks for it.
#[derive(Debug)]
pub(crate) enum Body {
    Whole(Full<Bytes>),
    InParts { length: u64, first: Option<Bytes>, pause: Pin<Box<Sleep>>, rest: Option<Bytes>, ends: bool },
}

impl Body {
    fn new(body: Bytes, delivery: Delivery) -> Self {
        let in_parts = |after: usize, pause, ends| {
            let after = after.min(body.len());
            Self::InParts {
                length: body.len() as u64,
                first: Some(body.slice(..after)).filter(|first| !first.is_empty()),
                pause: Box::pin(sleep(pause)),
                rest: Some(body.slice(after..)).filter(|rest| !rest.is_empty()),
                ends,
            }
        };
        match delivery {
            Delivery::Whole | Delivery::Nothing(_) => Self::Whole(Full::new(body)),
            Delivery::Cut { after, .. } => in_parts(after, HEAD_START, true),
            Delivery::Stalled { after, pause } => in_parts(after, pause, false),
        }
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Ended;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Ended>>> {
        match self.get_mut() {
            Self::Whole(body) => {
                Pin::new(body).poll_frame(context).map_err(|never: Infallible| match never {})
            }
            Self::InParts { first, pause, rest, ends, .. } => {
                if let Some(first) = first.take() {
                    return Poll::Ready(Some(Ok(Frame::data(first))));
                }
                if rest.is_some() || *ends {
                    ready!(pause.as_mut().poll(context));
                }
                if *ends {
                    return Poll::Ready(Some(Err(Ended)));
                }
                Poll::Ready(rest.take().map(|rest| Ok(Frame::data(rest))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(body) => body.is_end_stream(),
            Self::InParts { first, rest, ends, .. } => first.is_none() && rest.is_none() && !ends,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => body.size_hint(),
            Self::InParts { length, .. } => SizeHint::with_exact(*length),
        }
    }
}

/// Set this to end the connection with a reset.
pub(crate) type Reset = Arc<AtomicBool>;

/// A client's connection that can end with a reset, and the flag for it.
pub(crate) fn connection(stream: TcpStream) -> (Connection, Reset) {
    let reset = Reset::default();
    (Connection { stream, reset: Arc::clone(&reset) }, reset)
}

/// The body to send.
///
/// # Errors
/// If nothing is to be sent, and the connection is to end instead.
pub(crate) fn deliver(body: Bytes, delivery: Delivery, reset: &Reset) -> Result<Body, Ended> {
    if let Some(ending) = delivery.ending() {
        reset.store(ending == Ending::Reset, Ordering::Relaxed);
    }
    match delivery {
        Delivery::Nothing(_) => Err(Ended),
        delivery => Ok(Body::new(body, delivery)),
    }
}

/// A client's connection that can end with a reset.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    reset: Reset,
}

impl Connection {
    fn stream(self: Pin<&mut Self>) -> Pin<&mut TcpStream> {
        Pin::new(&mut self.get_mut().stream)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.reset.load(Ordering::Relaxed) {
            // Without it the client sees a close, which is the best that the system allows.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream().poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.stream().poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream().poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.reset.load(Ordering::Relaxed) {
            // A shutdown would announce the end. A reset does not.
            return Poll::Ready(Ok(()));
        }
        self.stream().poll_shutdown(context)
    }
}
