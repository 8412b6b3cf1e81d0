//! The edge: the process's environment and the disk.
//!
//! A configuration file decides which roles count as findings, so none is picked up from the working directory: only one that was named, or the
//! user's own.

use std::env;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf, absolute};

use jiff::Timestamp;

use crate::errors::{ConfigErrors, Fault, Mistake, Place, unread};
use crate::layers::environment::Environment;
use crate::layers::flags::Flags;
use crate::resolve::{ConfigFile, Inputs, judged_at, resolve};
use crate::settings::Settings;
use crate::settings::key::CONFIG_VARIABLE;

/// Where the configuration file comes from.
pub enum From<'a> {
    /// The one that `--config` names; else `$ROLESWEEP_CONFIG`; else the user's own, where there is one.
    Disk(Option<&'a Path>),
    /// A text inside the program, such as the demo's, in the place of any file.
    Program {
        /// What messages call it.
        name: &'static str,
        /// The text, as it is at the instant that is judged at.
        text: fn(Timestamp) -> String,
    },
}

/// Settles every setting from the flags, this process's environment and the configuration file.
pub fn load(flags: Flags, source: From<'_>) -> Result<Settings, ConfigErrors> {
    let environment: Environment =
        env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value))).collect();
    let now = Timestamp::now();
    let judged_at = judged_at(&flags, &environment, now);
    let (file, unread) = match find(source, &environment, judged_at) {
        Ok(file) => (file, None),
        Err(mistake) => (None, Some(mistake)),
    };
    let read = |path: &Path| read_at_most(ACCOUNTS_LIMIT, File::open(path)?);
    let resolved = resolve(&Inputs { flags, environment, file, now, read: &read });
    match (resolved, unread) {
        (resolved, None) => resolved,
        (Ok(_), Some(mistake)) => Err(ConfigErrors::from(mistake)),
        (Err(errors), Some(mistake)) => Err(errors.with(mistake)),
    }
}

fn find(
    source: From<'_>,
    environment: &Environment,
    judged_at: Timestamp,
) -> Result<Option<ConfigFile>, Mistake> {
    let named = match source {
        From::Program { name, text } => {
            let bytes = text(judged_at).into_bytes();
            return Ok(Some(ConfigFile { path: PathBuf::from(name), bytes, readable_by_others: false }));
        }
        From::Disk(Some(path)) => Some((path.to_owned(), Place::Flag("--config"))),
        From::Disk(None) => environment
            .get(CONFIG_VARIABLE)
            .filter(|path| !path.is_empty())
            .map(|path| (PathBuf::from(path), Place::Environment(CONFIG_VARIABLE.to_owned()))),
    };
    match named {
        Some((path, place)) => read(&path).map(Some).map_err(|error| {
            let fault = Fault::new(format!("the file {} cannot be read: {error}", path.display()));
            let usual = "name a configuration file that can be read, or none for the defaults";
            Mistake::new(place, fault.hint(unread(&error, usual)))
        }),
        None => match users_own(environment) {
            None => Ok(None),
            Some(path) => match read(&path) {
                Ok(file) => Ok(Some(file)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => {
                    let usual = "make it readable for this user, or name another file with --config";
                    let fault = Fault::new(format!("the file cannot be read: {error}"));
                    Err(Mistake::new(Place::File(path), fault.hint(unread(&error, usual))))
                }
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

/// The most that a configuration file may hold, in bytes: ten thousand exemptions need less.
const CONFIG_LIMIT: u64 = 1024 * 1024;

/// The most that a file of account ids may hold, in bytes: `accounts.csv` of the largest organization needs less.
const ACCOUNTS_LIMIT: u64 = 16 * 1024 * 1024;

/// What is in a file, a pipe or a device, unless that is more than `limit` bytes: no more than these are read.
fn read_at_most(limit: u64, file: File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        let text = format!("it is larger than {} MiB, the most that such a file may be", limit / 1024 / 1024);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, text));
    }
    Ok(bytes)
}

/// The permissions are those of the very file that is read.
fn read(path: &Path) -> io::Result<ConfigFile> {
    let file = File::open(path)?;
    let readable_by_others = readable_by_others(&file.metadata()?);
    let bytes = read_at_most(CONFIG_LIMIT, file)?;
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

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    fn environment(pairs: &[(&str, &Path)]) -> Environment {
        pairs.iter().map(|(name, path)| ((*name).to_owned(), OsString::from(path))).collect()
    }

    fn text(source: From<'_>, environment: &Environment) -> Option<String> {
        find(source, environment, Timestamp::UNIX_EPOCH)
            .unwrap()
            .map(|file| String::from_utf8(file.bytes).unwrap())
    }

    #[test]
    fn the_named_file_outranks_the_variable_and_the_variable_the_users_own() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, name).unwrap();
            path
        };
        let (flag, variable) = (write("flag.toml"), write("variable.toml"));
        let (xdg, home) = (write("xdg/rolesweep/config.toml"), write("home/.config/rolesweep/config.toml"));
        let (xdg, home) = (xdg.ancestors().nth(2).unwrap(), home.ancestors().nth(3).unwrap());
        let all = environment(&[("ROLESWEEP_CONFIG", &variable), ("XDG_CONFIG_HOME", xdg), ("HOME", home)]);
        assert_eq!(text(From::Disk(Some(&flag)), &all).as_deref(), Some("flag.toml"));
        assert_eq!(text(From::Disk(None), &all).as_deref(), Some("variable.toml"));
        let own =
            environment(&[("XDG_CONFIG_HOME", xdg), ("HOME", home), ("ROLESWEEP_CONFIG", Path::new(""))]);
        assert_eq!(text(From::Disk(None), &own).as_deref(), Some("xdg/rolesweep/config.toml"));
        let own = environment(&[("XDG_CONFIG_HOME", Path::new("xdg")), ("HOME", home)]);
        assert_eq!(text(From::Disk(None), &own).as_deref(), Some("home/.config/rolesweep/config.toml"));
        assert_eq!(
            text(From::Program { name: "demo.toml", text: |at| at.to_string() }, &all).as_deref(),
            Some("1970-01-01T00:00:00Z")
        );
    }

    #[test]
    fn a_file_that_was_named_must_be_there_and_the_users_own_need_not() {
        let folder = tempfile::tempdir().unwrap();
        let home = environment(&[("HOME", folder.path())]);
        assert_eq!(text(From::Disk(None), &home), None);
        assert_eq!(text(From::Disk(None), &Environment::new()), None);
        let gone = folder.path().join("gone.toml");
        let told = find(From::Disk(Some(&gone)), &home, Timestamp::UNIX_EPOCH).err().unwrap().to_string();
        assert!(
            told.starts_with("flag --config: the file ") && told.contains("gone.toml cannot be read"),
            "{told}"
        );
        let variable = environment(&[("ROLESWEEP_CONFIG", &gone)]);
        let told = find(From::Disk(None), &variable, Timestamp::UNIX_EPOCH).err().unwrap().to_string();
        assert!(told.starts_with("environment variable ROLESWEEP_CONFIG: the file "), "{told}");
    }

    #[test]
    fn a_file_is_read_up_to_a_limit_and_no_further() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        for (length, fits) in [(CONFIG_LIMIT, true), (CONFIG_LIMIT + 1, false)] {
            fs::write(&path, "#".repeat(usize::try_from(length).unwrap())).unwrap();
            assert_eq!(read(&path).is_ok(), fits, "{length}");
        }
        let told = find(From::Disk(Some(&path)), &Environment::new(), Timestamp::UNIX_EPOCH).err().unwrap();
        assert!(told.to_string().contains("it is larger than 1 MiB"), "{told}");
        #[cfg(unix)]
        {
            let endless = |limit| read_at_most(limit, File::open("/dev/zero").unwrap());
            assert_eq!(endless(ACCOUNTS_LIMIT).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        }
    }

    #[cfg(unix)]
    #[test]
    fn who_may_read_the_file_is_noticed() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        fs::write(&path, "").unwrap();
        for (mode, expected) in [(0o600, false), (0o640, true), (0o604, true)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(read(&path).unwrap().readable_by_others, expected, "{mode:o}");
        }
    }
}
