//! Threads. The operating system may refuse them, so a scan starts those that it needs before its
//! first call.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::failure::{Failure, Outcome};

/// How many threads the runtime may have for work that blocks, such as looking up the address of a
/// server.
const BLOCKING: usize = 32;

/// How long they live without work: as long as the process, so that none has to be started again.
const STAY: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How many threads the runtime needs to start besides its workers: one that blocks, one for the
/// display, and a few more, because the system counts a thread for a short time after it has ended.
const BESIDE_WORKERS: usize = 4;

/// How long the runtime's threads may take to start. They start at once unless the system refuses
/// them.
const START: Duration = Duration::from_secs(10);

/// A thread that waits for its work.
#[derive(Debug)]
pub(crate) struct Reserved {
    work: Sender<Work>,
}

struct Work(Box<dyn FnOnce() + Send>);

impl Reserved {
    /// Starts the thread.
    ///
    /// # Errors
    /// If the system has no thread left.
    pub(crate) fn start(name: &str) -> Outcome<Self> {
        let (work, due) = mpsc::channel::<Work>();
        let waiting = move || {
            if let Ok(Work(work)) = due.recv() {
                work();
            }
        };
        thread::Builder::new().name(name.to_owned()).spawn(waiting).map_err(|error| refused(&error))?;
        Ok(Self { work })
    }

    /// Runs the work on the thread. There is no result if the work panics.
    pub(crate) fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> oneshot::Receiver<T> {
        let (done, result) = oneshot::channel();
        let work = Work(Box::new(move || {
            // The caller may have stopped waiting.
            let _ = done.send(work());
        }));
        let _ = self.work.send(work);
        result
    }
}

/// The runtime of a scan, with its threads. tokio panics if the system refuses its first thread,
/// and hangs if it refuses a later one.
///
/// # Errors
/// If the system has too few threads left.
pub(crate) fn runtime() -> Outcome<Runtime> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    can_start(workers + BESIDE_WORKERS).map_err(|error| refused(&error))?;
    let build = || {
        Builder::new_multi_thread()
            .worker_threads(workers)
            .max_blocking_threads(BLOCKING)
            .thread_keep_alive(STAY)
            .enable_all()
            .build()
    };
    let runtime = catch_unwind(AssertUnwindSafe(build))
        .map_err(|_| refused(&rustix::io::Errno::AGAIN.into()))?
        .map_err(|error| Failure::new("failed to start the runtime").because(&error))?;
    // This starts after the workers, so it ends only if all of them run and one more thread can
    // start, which stays.
    let started = runtime.block_on(async {
        tokio::time::timeout(START, tokio::task::spawn_blocking(|| ())).await.is_ok_and(|ended| ended.is_ok())
    });
    if !started {
        runtime.shutdown_background();
        return Err(refused(&rustix::io::Errno::AGAIN.into()));
    }
    Ok(runtime)
}

/// Waits on this thread. The work must not need timers or sockets.
///
/// # Errors
/// If the system refuses what a runtime needs.
pub(crate) fn wait<T>(work: impl Future<Output = T>) -> Outcome<T> {
    let runtime = Builder::new_current_thread().build();
    let runtime = runtime.map_err(|error| Failure::new("failed to start the runtime").because(&error))?;
    Ok(runtime.block_on(work))
}

/// Checks that this many threads can run at the same time.
fn can_start(count: usize) -> io::Result<()> {
    let (hold, held) = mpsc::channel::<()>();
    let held = std::sync::Arc::new(std::sync::Mutex::new(held));
    let mut threads = Vec::with_capacity(count);
    let mut result = Ok(());
    for _ in 0..count {
        let held = std::sync::Arc::clone(&held);
        let wait = move || drop(held.lock().map(|held| held.recv()));
        match thread::Builder::new().spawn(wait) {
            Ok(thread) => threads.push(thread),
            Err(error) => {
                result = Err(error);
                break;
            }
        }
    }
    drop(hold);
    for thread in threads {
        let _ = thread.join();
    }
    result
}

/// The system refused a thread.
pub(crate) fn refused(error: &io::Error) -> Failure {
    Failure::new("failed to start a thread")
        .because(error)
        .hint("raise the limit on processes and threads where rolesweep is started: `ulimit -u` in a shell, `TasksMax=` in a systemd unit, `--pids-limit` for a container")
        .hint("raise the limit on memory if there is one: `ulimit -v`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserved_thread_does_its_work_and_a_panic_ends_the_waiting() {
        let result = Reserved::start("work").unwrap().run(|| 6 * 7);
        assert_eq!(result.blocking_recv(), Ok(42));
        let result = Reserved::start("panic").unwrap().run(|| assert_eq!(1, 2, "deliberate"));
        assert!(result.blocking_recv().is_err());
        // Without work it ends at once.
        drop(Reserved::start("idle").unwrap());
    }

    #[test]
    fn threads_that_can_be_had_are_had() {
        can_start(3).unwrap();
        let runtime = runtime().unwrap();
        assert_eq!(runtime.block_on(async { tokio::task::spawn_blocking(|| 7).await.unwrap() }), 7);
    }

    #[test]
    fn a_refused_thread_is_said_with_what_to_raise() {
        let said = refused(&rustix::io::Errno::AGAIN.into()).to_string();
        assert!(
            said.starts_with("failed to start a thread\n  cause: Resource temporarily unavailable"),
            "{said}"
        );
        assert!(said.contains("\n  help: raise the limit on processes and threads"), "{said}");
    }
}
