//! Where stores and reports live when nobody says otherwise.

use std::env;
use std::path::{Path, PathBuf};

use rolesweep_model::StoreKey;

use crate::failure::{Failure, Outcome};

/// The folder of the stores: `$XDG_DATA_HOME/rolesweep`, or `~/.local/share/rolesweep`.
pub(crate) fn data_folder() -> Outcome<PathBuf> {
    base("XDG_DATA_HOME", ".local/share").map(|base| base.join("rolesweep")).ok_or_else(|| {
        let cause = match env::var_os("HOME") {
            Some(_) => "HOME is not an absolute path",
            None => "HOME is not set",
        };
        Failure::new("failed to find a folder for the store")
            .cause(cause)
            .hint("set HOME to an absolute path")
            .hint("or name the store with `--store`")
    })
}

/// The store of an organization in the folder of the stores.
pub(crate) fn store_in(folder: &Path, key: &StoreKey) -> PathBuf {
    folder.join(format!("{key}.db"))
}

/// The store of the demo.
pub(crate) fn demo_store(folder: &Path) -> PathBuf {
    folder.join("demo.db")
}

/// An absolute path from the environment, or one below the home folder, which is the one that AWS's files are looked for in, too. The XDG specification has relative ones ignored.
fn base(variable: &str, below_home: &str) -> Option<PathBuf> {
    let absolute = |path: PathBuf| path.is_absolute().then_some(path);
    env::var_os(variable)
        .map(PathBuf::from)
        .and_then(absolute)
        .or_else(|| env::home_dir().and_then(absolute).map(|home| home.join(below_home)))
}
