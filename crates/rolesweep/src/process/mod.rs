//! The resources that the operating system gives the process and may refuse: open files, memory,
//! threads, signals, stdout.

mod core_files;
pub(crate) mod file_limit;
pub(crate) mod memory;
pub(crate) mod open_files;
pub(crate) mod panics;
pub(crate) mod signals;
pub(crate) mod stdout;
pub(crate) mod threads;

/// Sets the limits that the process runs under. Call it before any thread starts and any secret is
/// read.
pub(crate) fn prepare() {
    core_files::disable();
    open_files::raise();
}
