//! The edge: the process's environment and the disk.
//!
//! A configuration file decides which roles count as findings, so none is picked up from the working directory: only one that was named, or the
//! user's own.

use std::env;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf, absolute};

use super::environment::Environment;
use super::errors::{ConfigErrors, Fault, Mistake, Place};
use super::flags::Flags;
use super::resolve::{ConfigFile, Inputs, resolve};
use super::settings::Settings;

/// Where the configuration file comes from.
pub(crate) enum From<'a> {
    /// The one that `--config` names; else `$ROLESWEEP_CONFIG`; else the user's own, where there is one.
    Disk(Option<&'a Path>),
    /// A text inside the program, such as the demo's, in the place of any file.
    Program {
        /// What messages call it.
        name: &'static str,
        /// The text.
        text: &'static str,
    },
}

/// Settles every setting from the flags, this process's environment and the configuration file.
pub(crate) fn load(flags: Flags, from: From<'_>) -> Result<Settings, ConfigErrors> {
    let environment: Environment =
        env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value))).collect();
    let (file, unread) = match find(from, &environment) {
        Ok(file) => (file, None),
        Err(mistake) => (None, Some(mistake)),
    };
    let resolved = resolve(&Inputs { flags, environment, file, read: &|path: &Path| fs::read(path) });
    match (resolved, unread) {
        (resolved, None) => resolved,
        (Ok(_), Some(mistake)) => Err(ConfigErrors::from(mistake)),
        (Err(errors), Some(mistake)) => Err(errors.with(mistake)),
    }
}

fn find(from: From<'_>, environment: &Environment) -> Result<Option<ConfigFile>, Mistake> {
    let variable = "ROLESWEEP_CONFIG";
    let named = match from {
        From::Program { name, text } => {
            let bytes = text.as_bytes().to_vec();
            return Ok(Some(ConfigFile { path: PathBuf::from(name), bytes, readable_by_others: false }));
        }
        From::Disk(Some(path)) => Some((path.to_owned(), Place::Flag("--config"))),
        From::Disk(None) => environment
            .get(variable)
            .filter(|path| !path.is_empty())
            .map(|path| (PathBuf::from(path), Place::Environment(variable.to_owned()))),
    };
    match named {
        Some((path, place)) => read(&path).map(Some).map_err(|error| {
            Mistake::new(place, Fault::new(format!("the file {} cannot be read: {error}", path.display())))
        }),
        None => match users_own(environment) {
            None => Ok(None),
            Some(path) => match read(&path) {
                Ok(file) => Ok(Some(file)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(Mistake::new(
                    Place::File(path),
                    Fault::new(format!("the file cannot be read: {error}")),
                )),
            },
        },
    }
}

/// `$XDG_CONFIG_HOME/rolesweep/config.toml`, else below `~/.config`. The XDG specification has relative folders ignored.
fn users_own(environment: &Environment) -> Option<PathBuf> {
    let folder = |name: &str| environment.get(name).map(PathBuf::from).filter(|path| path.is_absolute());
    folder("XDG_CONFIG_HOME")
        .or_else(|| folder("HOME").map(|home| home.join(".config")))
        .map(|base| base.join("rolesweep").join("config.toml"))
}

/// The permissions are those of the very file that is read.
fn read(path: &Path) -> io::Result<ConfigFile> {
    let mut file = File::open(path)?;
    let readable_by_others = readable_by_others(&file.metadata()?);
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(ConfigFile { path: absolute(path)?, bytes, readable_by_others })
}

#[cfg(unix)]
fn readable_by_others(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o044 != 0
}

#[cfg(not(unix))]
fn readable_by_others(_: &fs::Metadata) -> bool {
    false
}
