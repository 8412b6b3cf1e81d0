//! Work for several threads, whose results are waited for in any order one likes.

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// How many threads are worth their memory here: beyond these, the one that writes is what takes the time.
const MOST: usize = 8;

/// How many threads to work on.
pub(super) fn threads() -> NonZeroUsize {
    let most = NonZeroUsize::new(MOST).unwrap_or(NonZeroUsize::MIN);
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN).min(most)
}

/// The threads that do the work.
pub(super) struct Workers<J, O> {
    jobs: Sender<(J, SyncSender<O>)>,
}

/// A result to be.
pub(super) struct Pending<O>(Receiver<O>);

impl<J, O> Workers<J, O> {
    /// Hands out a job. Nothing limits how many: that is for the caller, who knows what they weigh.
    pub(super) fn start(&self, job: J) -> Pending<O> {
        let (done, result) = mpsc::sync_channel(1);
        // Without anybody to take it, the result is missing below.
        let _ = self.jobs.send((job, done));
        Pending(result)
    }
}

impl<O> Pending<O> {
    /// Waits for the result. There is none when the work panicked; the panic goes on in [`with_workers`].
    pub(super) fn wait(self) -> Option<O> {
        self.0.recv().ok()
    }
}

/// Has `work` done by one thread for each of `states` while `feed` runs on this one. Gives the states back too.
///
/// # Panics
/// When the work did.
pub(super) fn with_workers<S: Send, J: Send, O: Send, R>(
    states: Vec<S>,
    work: impl Fn(&mut S, J) -> O + Sync,
    feed: impl FnOnce(&Workers<J, O>) -> R,
) -> (R, Vec<S>) {
    thread::scope(|scope| {
        let (jobs, queue) = mpsc::channel::<(J, SyncSender<O>)>();
        let queue = Arc::new(Mutex::new(queue));
        let threads: Vec<_> = states
            .into_iter()
            .map(|mut state| {
                let (queue, work) = (Arc::clone(&queue), &work);
                scope.spawn(move || {
                    while let Some((job, done)) = next(&queue) {
                        // Nobody waits for it any more where the report has failed meanwhile.
                        let _ = done.send(work(&mut state, job));
                    }
                    state
                })
            })
            .collect();
        // With the last thread goes the queue, and with it all jobs that it held: nobody waits for them without end.
        drop(queue);
        let workers = Workers { jobs };
        let result = feed(&workers);
        drop(workers);
        let states = threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect();
        (result, states)
    })
}

/// The next job; none once there will be no more.
fn next<T>(queue: &Mutex<Receiver<T>>) -> Option<T> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_in_which_they_are_asked_for() {
        let (sum, states) = with_workers(
            vec![0_u64; 3],
            |done, number: u64| {
                *done += 1;
                number * number
            },
            |workers| {
                let pending: Vec<_> = (0..100).map(|number| workers.start(number)).collect();
                pending.into_iter().map(|pending| pending.wait().unwrap()).collect::<Vec<_>>()
            },
        );
        assert_eq!(sum, (0..100).map(|number| number * number).collect::<Vec<u64>>());
        assert_eq!(states.iter().sum::<u64>(), 100);
    }

    #[test]
    fn a_panic_at_work_ends_the_waiting_and_goes_on_outside() {
        let caught = std::panic::catch_unwind(|| {
            with_workers(
                vec![(); 2],
                |(), number: u32| assert!(number < 3, "as wished"),
                |workers| {
                    let pending: Vec<_> = (0..100).map(|number| workers.start(number)).collect();
                    assert!(pending.into_iter().any(|pending| pending.wait().is_none()));
                },
            )
        });
        assert!(caught.is_err());
    }
}
