//! Ctrl-C and SIGTERM: the first asks a scan to wind down, the second to stop at once.

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
