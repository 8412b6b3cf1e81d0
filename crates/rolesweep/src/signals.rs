//! Ctrl-C and SIGTERM: the first asks a scan to wind down, the second to stop at once. A file that may not grow is no reason to die.

use tokio::signal::unix::{SignalKind, signal};

use crate::failure::{Failure, Outcome};

/// Waits for signals, and calls `first` on the first and `second` on the second. Ends with the runtime.
pub(crate) fn watch(
    first: impl FnOnce() + Send + 'static,
    second: impl FnOnce() + Send + 'static,
) -> Outcome<()> {
    let listen =
        |kind| signal(kind).map_err(|error| Failure::new("failed to listen for signals").because(&error));
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        first();
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        second();
    });
    Ok(())
}

/// SIGXFSZ, which has the same number on Linux and on macOS.
const FILE_TOO_LARGE: i32 = 25;

/// Has a write beyond a limit on the size of files (`ulimit -f`) fail with an error that can be told, where it would end the process
/// without a word. Lasts as long as the process: tokio leaves a handler in place once there was one.
pub(crate) fn outlive_file_size_limits() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
    if let Ok(runtime) = runtime {
        let _entered = runtime.enter();
        // Without the handler it is as it would have been: there is nothing to tell.
        let _ = signal(SignalKind::from_raw(FILE_TOO_LARGE));
    }
}
