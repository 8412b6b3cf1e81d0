//! The limit on open files, and what to do when it is reached.

use std::error::Error;
use std::io;

use rustix::io::Errno;
use rustix::process::{Resource, getrlimit};

use crate::terminal::text;

/// Where to raise the process's own limit. The soft limit already equals the hard one, so rolesweep
/// cannot raise it.
pub(super) const WHERE: &str = "where rolesweep is started: `ulimit -n 4096` in a shell, `LimitNOFILE=4096` in a systemd unit, `--ulimit nofile=4096` \
                                for a container";

/// How many files the process may have open; `None` if nothing limits them.
pub(super) fn limit() -> Option<u64> {
    getrlimit(Resource::Nofile).current
}

/// What to do if this error, or one of its causes, says that no more files can be opened.
pub(crate) fn remedy(error: &(dyn Error + 'static)) -> Option<String> {
    let mut next = Some(error);
    while let Some(error) = next {
        let number = error.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error);
        if number == Some(Errno::MFILE.raw_os_error()) {
            let limit =
                limit().map_or_else(String::new, |limit| format!(", which is {},", text::number(limit)));
            return Some(format!("raise the limit on open files{limit} {WHERE}"));
        }
        if number == Some(Errno::NFILE.raw_os_error()) {
            return Some("close other programs, or raise the whole machine's limit on open files (`sysctl fs.file-max`, on macOS `kern.maxfiles`)".to_owned());
        }
        next = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the store cannot be opened")]
    struct Store(#[source] io::Error);

    #[test]
    fn an_error_that_came_from_too_many_open_files_has_a_remedy() {
        for (errno, words) in [(24, "ulimit -n"), (23, "the whole machine's limit")] {
            let error = Store(io::Error::from_raw_os_error(errno));
            assert!(remedy(&error).unwrap().contains(words), "{errno}");
        }
        assert_eq!(remedy(&Store(io::ErrorKind::PermissionDenied.into())), None);
    }
}
