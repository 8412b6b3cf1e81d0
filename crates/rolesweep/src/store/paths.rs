//! Where stores are, unless the user names one.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use rolesweep_model::StoreKey;

use crate::failure::{Failure, Outcome};
use crate::shell;

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

pub(crate) fn demo_store(folder: &Path) -> PathBuf {
    folder.join("demo.db")
}

/// The store that was named, the demo's, or the only one in the folder. `with_demo` is the command
/// that is about the demo's.
pub(crate) fn existing_store(named: Option<&Path>, demo: bool, with_demo: &str) -> Outcome<PathBuf> {
    match named {
        Some(path) => Ok(path.to_owned()),
        None if demo => Ok(demo_store(&data_folder()?)),
        None => the_only_store(&data_folder()?, with_demo),
    }
}

/// The only store in the folder. With none or several, the user has to name one.
fn the_only_store(folder: &Path, with_demo: &str) -> Outcome<PathBuf> {
    let mut stores: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "db"))
        .filter(|path| *path != demo_store(folder))
        .collect();
    stores.sort();
    match stores.as_slice() {
        [] => {
            let failure = Failure::new(format!("failed to find a store in {}", folder.display()))
                .hint("run `rolesweep scan` first, or name a store with --store");
            Err(match demo_store(folder).exists() {
                true => failure.hint(format!("{} is about the demo's scan", shell::command(with_demo))),
                false => failure.hint("or try the demo, which needs no AWS account: `rolesweep scan --demo`"),
            })
        }
        [store] => Ok(store.clone()),
        several => {
            let names: Vec<String> =
                several.iter().map(|path| format!("--store {}", shell::quote(path))).collect();
            Err(Failure::usage(format!("there are {} stores in {}", several.len(), folder.display()))
                .hint(format!("name one:\n{}", names.join("\n"))))
        }
    }
}

/// An absolute path from the environment, or one in the home folder, like AWS's files. The XDG
/// specification ignores relative paths.
fn base(variable: &str, below_home: &str) -> Option<PathBuf> {
    let absolute = |path: PathBuf| path.is_absolute().then_some(path);
    env::var_os(variable)
        .map(PathBuf::from)
        .and_then(absolute)
        .or_else(|| env::home_dir().and_then(absolute).map(|home| home.join(below_home)))
}
