//! Ctrl-C and SIGTERM: the first asks for an orderly end, the second ends the process. A file that may not grow is no reason to die.

use std::io;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::process::{files, threads};

/// Why a scan is stopped that a signal stops.
pub(crate) const REASON: &str = "by a signal";

/// For how long the process may still say how it ended once it has to end. A third signal cuts that short.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Calls `first` on the first signal, and `second` on the second. After that the process ends, if not by itself then from here.
pub(crate) fn watch(
    first: impl FnOnce() + Send + 'static,
    second: impl FnOnce() + Send + 'static,
) -> Outcome<()> {
    listen(async move |signals: &mut Signals| {
        signals.next().await;
        first();
        signals.next().await;
        second();
    })
}

/// Calls `only` on the first signal. After that the process ends, if not by itself then from here.
pub(crate) fn watch_one(only: impl FnOnce() + Send + 'static) -> Outcome<()> {
    listen(async move |signals: &mut Signals| {
        signals.next().await;
        only();
    })
}

/// Listens on a thread with a runtime of its own: with nobody to read stderr, every thread that says something waits for ever, and the
/// scan's runtime with it. So what is called from here must not say anything.
fn listen(until_the_end: impl AsyncFnOnce(&mut Signals) + Send + 'static) -> Outcome<()> {
    let failed = |error: io::Error| Failure::new("failed to listen for signals").because(&error);
    let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
    // Here and not there, so that no signal that comes from now on is missed.
    let mut signals = Signals::new(&runtime).map_err(failed)?;
    let watcher = std::thread::Builder::new().name("signals".to_owned());
    let watching = watcher.spawn(move || {
        runtime.block_on(async {
            until_the_end(&mut signals).await;
            // Either way it is the end: who speaks in time is heard.
            let _ = tokio::time::timeout(LAST_WORDS, signals.next()).await;
        });
        leave();
    });
    watching.map(drop).map_err(|error| threads::refused(&error))
}

/// Ends the process from whichever thread this is, without a word.
#[expect(clippy::exit, reason = "the main thread may be the one that hangs")]
fn leave() -> ! {
    std::process::exit(i32::from(Exit::Interrupted.code()))
}

/// The signals that end a command.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn new(runtime: &Runtime) -> io::Result<Self> {
        let _entered = runtime.enter();
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// SIGXFSZ, which has the same number on Linux and on macOS.
const FILE_TOO_LARGE: i32 = 25;

/// Has a write beyond a limit on the size of files (`ulimit -f`) fail with an error that can be told, where it would end the process
/// without a word. Lasts as long as the process: tokio leaves a handler in place once there was one.
pub(crate) fn outlive_file_size_limits() {
    if !files::suffice_for_a_signal() {
        return;
    }
    let runtime = Builder::new_current_thread().enable_io().build();
    if let Ok(runtime) = runtime {
        let _entered = runtime.enter();
        // Without the handler it is as it would have been: there is nothing to tell.
        let _ = signal(SignalKind::from_raw(FILE_TOO_LARGE));
    }
}
