//! Retries calls that belong to no account, within limits.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use crate::limits::retry_policy::{Attempts, Jitter};
use crate::lock::locked;
use crate::operation::Operation;
use crate::pagination::Pagination;
use crate::ports::{CloudError, CloudResult, Event, Observer, Page, tell};

/// How long a call may be retried before it fails.
const LONGEST_CALL: Duration = Duration::from_secs(5 * 60);

/// The same if another account can make the call instead.
const LONGEST_CALL_OF_MANY: Duration = Duration::from_secs(20);

/// How long one attempt may take. The adapter's own time-outs are shorter; this limit holds without
/// them.
const LONGEST_ATTEMPT: Duration = Duration::from_secs(120);

/// Retries failed calls, and tells the observer.
pub(crate) struct RetriedCalls {
    observer: Option<Arc<dyn Observer>>,
    jitter: Mutex<Jitter>,
    attempts: fn() -> Attempts,
    /// How long a call may be retried.
    longest: Duration,
}

impl RetriedCalls {
    pub(crate) fn new(observer: Option<Arc<dyn Observer>>, seed: &str) -> Self {
        Self {
            observer,
            jitter: Mutex::new(Jitter::new(&[seed, "organization"])),
            attempts: Attempts::default,
            longest: LONGEST_CALL,
        }
    }

    /// For a scan's first calls: fewer attempts, and no observer.
    pub(crate) fn of_the_first_calls() -> Self {
        Self { attempts: Attempts::of_the_first_calls, ..Self::new(None, "identify") }
    }

    /// The same for calls that another account can make instead.
    pub(crate) fn giving_up_soon(self) -> Self {
        Self { longest: LONGEST_CALL_OF_MANY, ..self }
    }

    /// Makes a call until it is answered, fails permanently, or has used up its time.
    pub(crate) async fn call<T, F, Fut>(&self, operation: Operation, mut call: F) -> CloudResult<T>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = CloudResult<T>>,
    {
        let deadline = Instant::now() + self.longest;
        let mut attempts = (self.attempts)();
        loop {
            let error = match timeout(LONGEST_ATTEMPT, call()).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) => error,
                Err(_) => CloudError::transient(
                    operation,
                    format!("no answer within {} s", LONGEST_ATTEMPT.as_secs()),
                ),
            };
            let Some(ceiling) = attempts.again(error.kind) else { return Err(error) };
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
        let mut pagination = Pagination::default();
        let mut token = None;
        loop {
            let page = self.call(operation, || call(token.clone())).await?;
            token = next_token(&mut pagination, operation, &page)?;
            items.extend(page.items);
            if token.is_none() {
                return Ok(items);
            }
        }
    }
}

/// The token at which a list continues. A contradiction in its tokens is an answer that cannot be
/// read.
pub(crate) fn next_token<T>(
    pagination: &mut Pagination,
    operation: Operation,
    page: &Page<T>,
) -> CloudResult<Option<String>> {
    pagination
        .after(page)
        .map_err(|contradiction| CloudError::malformed(operation, contradiction.to_string()))
}
