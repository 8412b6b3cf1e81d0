//! Core files would contain the process's secrets: credentials, sessions, the external id.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Makes a signal such as SIGQUIT end the process without a core file.
pub(super) fn disable() {
    let none = Rlimit { current: Some(0), ..getrlimit(Resource::Core) };
    // Lowering a limit is always allowed.
    let _ = setrlimit(Resource::Core, none);
    // Linux does not apply the limit if a program receives the core (systemd-coredump, apport):
    // core(5).
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}
