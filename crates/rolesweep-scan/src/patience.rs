//! Calls with the caller's own credentials: repeated with patience, and never waited for without end.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use crate::operation::Operation;
use crate::pages::Markers;
use crate::ports::{CloudError, CloudResult, ErrorKind, Event, Observer, Page};
use crate::retry::{Jitter, Tries};
use crate::{locked, tell};

/// How long a call may go on failing before it has failed.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// How long one try may take. The adapter's own time-outs are shorter; this one holds without them.
const LONGEST_TRY: Duration = Duration::from_secs(120);

/// Repeats calls that belong to no account.
pub(crate) struct Patience {
    observer: Option<Arc<dyn Observer>>,
    jitter: Mutex<Jitter>,
    tries: fn() -> Tries,
}

impl Patience {
    pub(crate) fn new(observer: Option<Arc<dyn Observer>>, seed: &str) -> Self {
        Self { observer, jitter: Mutex::new(Jitter::new(&[seed, "organization"])), tries: Tries::default }
    }

    /// For a scan's first calls: with less of it, and nobody to tell.
    pub(crate) fn of_the_first_calls() -> Self {
        Self { tries: Tries::of_the_first_calls, ..Self::new(None, "identify") }
    }

    /// Makes a call until it is answered, refused for good, or out of patience.
    pub(crate) async fn call<T, F, Fut>(&self, operation: Operation, mut call: F) -> CloudResult<T>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = CloudResult<T>>,
    {
        let deadline = Instant::now() + PATIENCE;
        let mut tries = (self.tries)();
        loop {
            let error = match timeout(LONGEST_TRY, call()).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) => error,
                Err(_) => CloudError {
                    kind: ErrorKind::Transient,
                    operation,
                    code: None,
                    message: format!("no answer within {} seconds", LONGEST_TRY.as_secs()),
                },
            };
            let Some(ceiling) = tries.again(error.kind) else { return Err(error) };
            let wait = locked(&self.jitter).up_to(ceiling);
            if Instant::now() + wait >= deadline {
                return Err(error);
            }
            if let Some(observer) = &self.observer {
                tell(&**observer, &Event::Retrying { account_id: None, error });
            }
            sleep(wait).await;
        }
    }

    /// Reads a list to its end.
    pub(crate) async fn list<T, F, Fut>(&self, operation: Operation, mut call: F) -> CloudResult<Vec<T>>
    where
        F: FnMut(Option<String>) -> Fut,
        Fut: Future<Output = CloudResult<Page<Vec<T>>>>,
    {
        let mut items = Vec::new();
        let mut markers = Markers::default();
        let mut token = None;
        loop {
            let page = self.call(operation, || call(token.clone())).await?;
            token = next_token(&mut markers, operation, &page)?;
            items.extend(page.items);
            if token.is_none() {
                return Ok(items);
            }
        }
    }
}

/// Where a list goes on; a contradiction in its tokens is an answer that cannot be read.
pub(crate) fn next_token<T>(
    markers: &mut Markers,
    operation: Operation,
    page: &Page<T>,
) -> CloudResult<Option<String>> {
    markers.after(page).map_err(|contradiction| CloudError {
        kind: ErrorKind::Malformed,
        operation,
        code: None,
        message: contradiction.to_string(),
    })
}
