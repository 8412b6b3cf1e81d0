//! Ctrl-C and SIGTERM: the first stops the command in an orderly way, the second ends the process.
//! Also keeps the signal for too large files from ending it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use rolesweep_config::Color;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{open_files, threads};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::terminal::printer::Printer;

/// The reason why a scan stopped, if it was a signal.
pub(crate) const REASON: &str = "by a signal";

/// How long the process may take to report its end after the second signal. A third signal ends it
/// at once.
const END_GRACE: Duration = Duration::from_secs(2);

/// How long the message of a process that is ended from here may take.
const MESSAGE_LIMIT: Duration = Duration::from_millis(500);

/// A flag that the first signal sets. If the process does not end by itself after that, it is ended
/// from here.
pub(crate) fn flag() -> Outcome<Arc<AtomicBool>> {
    let flag = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&flag);
    watch_one(move || told.store(true, Ordering::Relaxed))?;
    Ok(flag)
}

/// Calls `first` on the first signal, and `second` on the second. If the process does not end by
/// itself after that, it is ended from here.
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

/// Calls `only` on the first signal. If the process does not end by itself after that, it is ended
/// from here.
fn watch_one(only: impl FnOnce() + Send + 'static) -> Outcome<()> {
    listen(async move |signals: &mut Signals| {
        signals.next().await;
        only();
    })
}

/// Listens on a thread with its own runtime. If nobody reads stderr, every thread that writes a
/// message hangs, including the scan's runtime. So functions that are called from here must not
/// write messages; `leave` lets another thread write its own.
fn listen(until_the_end: impl AsyncFnOnce(&mut Signals) + Send + 'static) -> Outcome<()> {
    let failed = |error: io::Error| Failure::new("failed to listen for signals").because(&error);
    let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
    // Before the thread starts, so that no signal is missed.
    let mut signals = Signals::new(&runtime).map_err(failed)?;
    let watcher = std::thread::Builder::new().name("signals".to_owned());
    let watching = watcher.spawn(move || {
        runtime.block_on(async {
            until_the_end(&mut signals).await;
            // Give the other threads time to report the end.
            let _ = tokio::time::timeout(END_GRACE, signals.next()).await;
        });
        leave();
    });
    watching.map(drop).map_err(|error| threads::refused(&error))
}

/// Ends the process from this thread.
#[expect(clippy::exit, reason = "the main thread may be the one that hangs")]
fn leave() -> ! {
    let (sender, written) = mpsc::channel();
    let writer = std::thread::Builder::new().name("end message".to_owned()).spawn(move || {
        let failure = Failure::new("interrupted: the command did not end by itself, and was ended")
            .hint("run the command again");
        Printer::new(Color::Auto, false).error(&failure.to_string());
        let _ = sender.send(());
    });
    // stderr may be what hangs.
    if writer.is_ok() {
        let _ = written.recv_timeout(MESSAGE_LIMIT);
    }
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

/// Makes a write beyond the limit on file sizes (`ulimit -f`) fail with an error. Otherwise it
/// would end the process without a message. It lasts as long as the process, because tokio never
/// removes a handler.
pub(crate) fn outlive_file_size_limits() {
    if !open_files::suffice_for_a_signal() {
        return;
    }
    let runtime = Builder::new_current_thread().enable_io().build();
    if let Ok(runtime) = runtime {
        let _entered = runtime.enter();
        // Without the handler nothing changes, so there is nothing to report.
        let _ = signal(SignalKind::from_raw(FILE_TOO_LARGE));
    }
}
