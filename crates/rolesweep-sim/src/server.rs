//! HTTP on loopback.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, CONTENT_TYPE, DATE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, sleep_until};

use crate::counts::Counts;
use crate::credentials::Credentials;
use crate::dispatch::{IncomingCall, State};
use crate::faults::{self, Delivery, Ended, Interference, Reset};
use crate::profile::Profile;
use crate::sigv4::Signed;
use crate::world::World;

/// An answer before it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The content type.
    pub content_type: &'static str,
    /// The request id, for the header `x-amzn-RequestId`. If it is empty, the answer has no such
    /// header.
    pub request_id: String,
    /// The body.
    pub body: Bytes,
    /// How much of it is sent, and when.
    pub delivery: Delivery,
}

/// The source of the time of day.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How to serve a world.
#[derive(Clone)]
pub struct ServeOptions {
    /// The port on 127.0.0.1; 0 for a free one.
    pub port: u16,
    /// How fast the server is, how many calls it accepts, and what goes wrong. [`Profile::instant`]
    /// unless set.
    pub profile: Profile,
    /// The time of day, for signatures, session ends and the header `Date`. The real time unless
    /// set.
    pub clock: Clock,
    /// The hook between the answers and the wire, after the profile.
    pub interference: Interference,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            port: 0,
            profile: Profile::instant(),
            clock: Arc::new(Timestamp::now),
            interference: Interference::default(),
        }
    }
}

impl fmt::Debug for ServeOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServeOptions")
            .field("port", &self.port)
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}

/// A world that is being served. It stops when this is dropped.
pub struct Simulator {
    pub(crate) address: SocketAddr,
    pub(crate) state: Arc<State>,
    accepting: JoinHandle<()>,
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Serves a world on 127.0.0.1, on the runtime that this is called from.
///
/// # Errors
/// If the port cannot be bound.
pub async fn serve(world: World, options: ServeOptions) -> io::Result<Simulator> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
    let address = listener.local_addr()?;
    let state = Arc::new(State::new(world, options));
    let accepting = tokio::spawn(accept(listener, Arc::clone(&state)));
    Ok(Simulator { address, state, accepting })
}

impl Simulator {
    /// The endpoint for all three services, such as `http://127.0.0.1:49152`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The world that is served.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.state.world
    }

    /// How the server behaves.
    #[must_use]
    pub fn profile(&self) -> Profile {
        self.state.options.profile
    }

    /// The credentials of the world's first caller.
    #[must_use]
    pub fn caller(&self) -> Credentials {
        self.state.vault.credentials_of(&self.state.world.organization.callers[0])
    }

    /// The credentials of the caller with this name; `None` if the world has no such caller.
    #[must_use]
    pub fn named_caller(&self, name: &str) -> Option<Credentials> {
        let callers = &self.state.world.organization.callers;
        let caller = callers.iter().find(|caller| caller.name == name)?;
        Some(self.state.vault.credentials_of(caller))
    }

    /// Every call so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.state.counter.snapshot()
    }

    /// Sets the counts to zero.
    pub fn reset_counts(&self) {
        self.state.counter.reset();
    }

    /// Stops serving. When this returns, connections are closed and the port is free.
    pub async fn shutdown(mut self) {
        self.accepting.abort();
        // It was cancelled, so its result says nothing else.
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    // Connections end with this task.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, Arc::clone(&state)));
                }
                Err(error) => {
                    // Probably too many open files. This passes when connections end.
                    tracing::warn!(%error, "failed to accept a connection");
                    sleep(std::time::Duration::from_millis(20)).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, state: Arc<State>) {
    // Answers are written whole, so waiting for more data would only cost time.
    let _ = stream.set_nodelay(true);
    let (stream, reset) = faults::connection(stream);
    let service = service_fn(|request| respond(Arc::clone(&state), request, reset.clone()));
    let served =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// The longest request body. It is the same as IAM's.
const LONGEST_BODY: usize = 1 << 20;

async fn respond(
    state: Arc<State>,
    request: Request<Incoming>,
    reset: Reset,
) -> Result<Response<faults::Body>, Ended> {
    let arrived = Instant::now();
    let (parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, LONGEST_BODY).collect().await else {
        let mut response = Response::new(faults::deliver(Bytes::new(), Delivery::default(), &reset)?);
        *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        return Ok(response);
    };
    let body = body.to_bytes();
    let signed = Signed {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or_default(),
        headers: &parts.headers,
        body: &body,
    };
    let call = IncomingCall::read(&state, signed, body.clone());
    let (decision, takes) = call.decide(&state, arrived);
    let mut waiting = Waiting { state: &state, call, is_answered: false };
    // Before the answer is made, so that waiting calls hold no pages.
    if !takes.is_zero() {
        sleep_until(arrived + takes).await;
    }
    waiting.is_answered = true;
    let (site, answer) = waiting.call.answer(&state, decision);
    tracing::trace!(operation = site.operation, account = site.account, status = answer.status, "answered");
    let answer = faults::interfere(&state.options.interference, site, answer).await;
    let mut response = Response::new(faults::deliver(answer.body, answer.delivery, &reset)?);
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    if let Some(date) = http_date((state.options.clock)()) {
        headers.insert(DATE, date);
    }
    if !answer.request_id.is_empty()
        && let Ok(id) = HeaderValue::from_str(&answer.request_id)
    {
        headers.insert("x-amzn-requestid", id);
    }
    Ok(response)
}

/// A time in the format of the header `Date` (RFC 9110, 5.6.7). Without our header, hyper would add
/// the machine's own time.
fn http_date(at: Timestamp) -> Option<HeaderValue> {
    HeaderValue::from_str(&at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()).ok()
}

/// A call that waits, and whether it was answered. If the client goes away, which ends the wait,
/// the call still counts.
struct Waiting<'a> {
    state: &'a State,
    call: IncomingCall,
    is_answered: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.is_answered {
            self.call.abandon(self.state);
        }
    }
}

#[cfg(test)]
mod tests;
