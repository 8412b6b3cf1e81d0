//! What the operating system gives the process and may refuse it: open files, memory, threads, signals, a stdout.

mod core_files;
pub(crate) mod file_limit;
pub(crate) mod memory;
pub(crate) mod open_files;
pub(crate) mod panics;
pub(crate) mod signals;
pub(crate) mod stdout;
pub(crate) mod threads;

/// Sets the limits that the process runs under. Call it first, before there is a thread or a secret.
pub(crate) fn prepare() {
    core_files::disable();
    open_files::raise();
}
