//! Work for several threads, whose results are waited for in the order in which the work was handed out.
//!
//! Each thread has a channel of its own, and work goes to one after the other: threads that share a channel wake each other for every piece of
//! work, and a page of a report is a small one.

use std::cell::Cell;
use std::io;
use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

/// How many threads are worth their memory here: beyond these, the one that writes is what takes the time.
const MOST: usize = 8;

/// How many threads to work on.
pub(super) fn threads() -> NonZeroUsize {
    let most = NonZeroUsize::new(MOST).unwrap_or(NonZeroUsize::MIN);
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN).min(most)
}

/// The threads that do the work: a channel to each, and its results in the same order.
pub(super) struct Workers<J, O> {
    channels: Vec<(Sender<J>, Receiver<O>)>,
    next: Cell<usize>,
}

/// A result to be: which thread it comes from.
pub(super) struct Pending(usize);

impl<J, O> Workers<J, O> {
    /// Hands out a job. Nothing limits how many: that is for the caller, who knows what they weigh.
    pub(super) fn start(&self, job: J) -> Pending {
        let thread = self.next.get();
        self.next.set((thread + 1) % self.channels.len().max(1));
        if let Some((jobs, _)) = self.channels.get(thread) {
            // Without anybody to take it, the result is missing below.
            let _ = jobs.send(job);
        }
        Pending(thread)
    }

    /// Waits for a result; to be asked in the order of [`Self::start`]. There is none when the work panicked; the panic goes on in
    /// [`with_workers`].
    pub(super) fn wait(&self, Pending(thread): Pending) -> Option<O> {
        self.channels.get(thread)?.1.recv().ok()
    }
}

/// Has `work` done by one thread for each of `states` while `feed` runs on this one. Gives the states back too. Where the system refuses some
/// of the threads, the others do the work.
///
/// # Errors
/// When the system refuses the first thread.
///
/// # Panics
/// When the work did.
pub(super) fn with_workers<S: Send, J: Send, O: Send, R>(
    states: Vec<S>,
    work: impl Fn(&mut S, J) -> O + Sync,
    feed: impl FnOnce(&Workers<J, O>) -> R,
) -> io::Result<(R, Vec<S>)> {
    thread::scope(|scope| {
        let mut channels = Vec::with_capacity(states.len());
        let mut threads = Vec::with_capacity(states.len());
        for mut state in states {
            let (jobs, mine) = mpsc::channel::<J>();
            let (done, results) = mpsc::channel();
            let work = &work;
            let worker = move || {
                for job in mine {
                    // Nobody waits for it any more where the report has failed meanwhile.
                    let _ = done.send(work(&mut state, job));
                }
                state
            };
            match thread::Builder::new().spawn_scoped(scope, worker) {
                Ok(thread) => {
                    threads.push(thread);
                    channels.push((jobs, results));
                }
                Err(error) if threads.is_empty() => return Err(error),
                Err(_) => break,
            }
        }
        let workers = Workers { channels, next: Cell::new(0) };
        let result = feed(&workers);
        drop(workers);
        let states = threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect();
        Ok((result, states))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_in_which_the_work_was_handed_out() {
        let (sum, states) = with_workers(
            vec![0_u64; 3],
            |done, number: u64| {
                *done += 1;
                number * number
            },
            |workers| {
                let pending: Vec<_> = (0..100).map(|number| workers.start(number)).collect();
                pending.into_iter().map(|pending| workers.wait(pending).unwrap()).collect::<Vec<_>>()
            },
        )
        .unwrap();
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
                    assert!(pending.into_iter().any(|pending| workers.wait(pending).is_none()));
                },
            )
        });
        assert!(caught.is_err());
    }
}
