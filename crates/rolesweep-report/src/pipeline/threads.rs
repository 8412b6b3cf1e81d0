//! Work for several threads. The results come in the order in which the work was started.
//!
//! Each thread has its own channel, and they take turns: threads that share a channel wake each
//! other for every account.

use std::io;
use std::num::NonZeroUsize;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

/// More threads are not worth their memory, because the writing thread is then the slowest.
const MOST: usize = 8;

/// How many threads to work on.
pub(crate) fn threads() -> NonZeroUsize {
    let most = NonZeroUsize::new(MOST).unwrap_or(NonZeroUsize::MIN);
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN).min(most)
}

/// What a worker processes at a time.
pub(super) trait Job {
    /// How many bytes it counts for until its result is taken.
    fn weight(&self) -> usize;
}

pub(super) struct Workers<J, O> {
    channels: Vec<(Sender<J>, Receiver<O>)>,
    started: usize,
    taken: usize,
}

impl<J, O> Workers<J, O> {
    /// Starts a job. The caller limits how many are started.
    pub(super) fn start(&mut self, job: J) {
        // If the thread panicked, `next_result` finds no result.
        let _ = self.channels[self.started % self.channels.len()].0.send(job);
        self.started += 1;
    }

    /// Waits for the oldest result that was not taken yet. `None` if the work panicked;
    /// [`with_workers`] then panics too.
    pub(super) fn next_result(&mut self) -> Option<O> {
        let results = &self.channels[self.taken % self.channels.len()].1;
        self.taken += 1;
        results.recv().ok()
    }
}

/// Runs `feed` on this thread, beside so many threads that each do the work of one `worker`. If the
/// system refuses some of the threads, the others do the work.
///
/// # Errors
/// If the system refuses the first thread.
///
/// # Panics
/// If the work does.
pub(super) fn with_workers<J: Send, O: Send, R, W: FnMut(J) -> O>(
    threads: NonZeroUsize,
    worker: impl Fn() -> W + Sync,
    feed: impl FnOnce(Workers<J, O>) -> R,
) -> io::Result<R> {
    thread::scope(|scope| {
        let mut channels = Vec::new();
        for _ in 0..threads.get() {
            let (job_sender, jobs) = mpsc::channel::<J>();
            let (result_sender, results) = mpsc::channel();
            let worker = &worker;
            let run = move || {
                let mut work = worker();
                for job in jobs {
                    // If the report has failed meanwhile, nobody takes the result.
                    let _ = result_sender.send(work(job));
                }
            };
            match thread::Builder::new().spawn_scoped(scope, run) {
                Ok(_) => channels.push((job_sender, results)),
                Err(error) if channels.is_empty() => return Err(error),
                Err(_) => break,
            }
        }
        Ok(feed(Workers { channels, started: 0, taken: 0 }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn several(threads: usize) -> NonZeroUsize {
        NonZeroUsize::new(threads).unwrap()
    }

    #[test]
    fn results_come_in_the_order_in_which_the_work_was_started() {
        let squares = with_workers(
            several(3),
            || |number: u64| number * number,
            |mut workers| {
                (0..100).for_each(|number| workers.start(number));
                (0..100).map(|_| workers.next_result().unwrap()).collect::<Vec<_>>()
            },
        );
        assert_eq!(squares.unwrap(), (0..100).map(|number| number * number).collect::<Vec<u64>>());
    }

    #[test]
    fn a_panic_at_work_ends_the_waiting_and_goes_on_outside() {
        let caught = std::panic::catch_unwind(|| {
            with_workers(
                several(2),
                || |number: u32| assert!(number < 3, "as wished"),
                |mut workers| {
                    (0..100).for_each(|number| workers.start(number));
                    assert!((0..100).any(|_| workers.next_result().is_none()));
                },
            )
        });
        assert!(caught.is_err());
    }
}
