//! What the operating system gives the process and may refuse it: open files, memory, threads, a stdout.

pub(crate) mod ending;
pub(crate) mod files;
pub(crate) mod memory;
mod secrets;
pub(crate) mod stdout;
pub(crate) mod threads;

/// Sets the limits that the process runs under. For the beginning, before there is a thread or a secret.
pub(crate) fn prepare() {
    secrets::leave_no_core();
    files::raise();
}
