//! Reads the process's environment and the disk.
//!
//! A configuration file decides which roles count as findings. So rolesweep never uses one from the
//! working directory, but only the named one or the user's own.

use std::env;
use std::fs::File;
use std::io::{self, IsTerminal as _, Read};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf, absolute};

use jiff::Timestamp;

use crate::errors::{ConfigErrors, Fault, Mistake, Place, unread};
use crate::layers::Layer;
use crate::layers::environment::Environment;
use crate::layers::flags::Flags;
use crate::resolve::{ConfigFile, Inputs, read_typed, resolve, terminal_settings};
use crate::settings::choices::SummaryFormat;
use crate::settings::key::{CONFIG_VARIABLE, Setting};
use crate::settings::places::AccountsSource;
use crate::settings::{KEYS, Settings, TerminalSettings};

/// The place of the configuration file.
pub enum From<'a> {
    /// The one that `--config` names; otherwise `$ROLESWEEP_CONFIG`; otherwise the user's own, if
    /// there is one.
    Disk(Option<&'a Path>),
    /// A text inside the program, such as the demo's, instead of any file.
    Program {
        /// Its name in messages.
        name: &'static str,
        /// The text at the instant of the judgement.
        text: fn(Timestamp) -> String,
    },
}

/// Settings that were refused, and how to say so.
#[derive(Debug)]
pub struct Refused {
    /// Everything that is wrong.
    pub errors: ConfigErrors,
    /// What a person at the terminal sees, as far as these settings are sound.
    pub terminal: TerminalSettings,
    /// The form of the result, if this setting is sound.
    pub summary: SummaryFormat,
}

/// Settles every setting from the flags, this process's environment and the configuration file. Calls
/// `before_typing` before it reads account ids that a person types on a terminal.
pub fn load(flags: Flags, source: From<'_>, before_typing: fn()) -> Result<Settings, Box<Refused>> {
    let environment = variables();
    let now = Timestamp::now();
    let file = match source {
        From::Disk(named) => find(named, &environment),
        From::Program { name, text } => Ok(Some(ConfigFile {
            path: PathBuf::from(name),
            bytes: text(judged_at(&flags, &environment, now)).into_bytes(),
            readable_by_others: false,
        })),
    };
    let read = |from: &AccountsSource| match from {
        AccountsSource::File(path) => read_at_most(ACCOUNTS_LIMIT, File::open(path)?),
        AccountsSource::Stdin => {
            let stdin = io::stdin().lock();
            if stdin.is_terminal() {
                before_typing();
            }
            read_at_most(ACCOUNTS_LIMIT, stdin)
        }
    };
    let inputs = Inputs { flags, environment, file, now, read: &read };
    resolve(&inputs).map_err(|errors| {
        let (terminal, summary) = terminal_settings(&inputs);
        Box::new(Refused { errors, terminal, summary })
    })
}

/// The instant that `--as-of` or its variable names; otherwise `now`.
fn judged_at(flags: &Flags, environment: &Environment, now: Timestamp) -> Timestamp {
    let mut values = Layer::defaults(&KEYS);
    read_typed(flags, environment, &mut values, &mut ConfigErrors::default());
    values.typed::<Option<Timestamp>>(Setting::as_of).unwrap_or(now)
}

/// The configuration file that this process reads, whether it exists or not: the one that is named,
/// or else `$ROLESWEEP_CONFIG`, or else the user's own. `None` if there is no home folder.
pub fn config_path(named: Option<&Path>) -> Option<PathBuf> {
    chosen(named, &variables()).map(|(path, _)| path)
}

/// The environment variables. Names that are not UTF-8 are left out, because no setting has one.
fn variables() -> Environment {
    env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value))).collect()
}

/// The path of the configuration file, and what names it.
fn chosen(named: Option<&Path>, environment: &Environment) -> Option<(PathBuf, Place)> {
    let variable = environment.get(CONFIG_VARIABLE).filter(|path| !path.is_empty());
    if let Some(path) = named {
        Some((path.to_owned(), Place::Flag("--config")))
    } else if let Some(path) = variable {
        Some((PathBuf::from(path), Place::Environment(CONFIG_VARIABLE.to_owned())))
    } else {
        users_own(environment).map(|path| (path.clone(), Place::File(path)))
    }
}

fn find(named: Option<&Path>, environment: &Environment) -> Result<Option<ConfigFile>, Mistake> {
    let Some((path, place)) = chosen(named, environment) else { return Ok(None) };
    let is_own = matches!(place, Place::File(_));
    match read(&path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if is_own && error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let what = format!("the file {} cannot be read: {error}", path.display());
            let usual = match error.kind() {
                io::ErrorKind::NotFound => {
                    "check the path; `rolesweep config init` with the same --config writes a file to start from there"
                }
                _ => "use --config to name a file that this user can read",
            };
            Err(Mistake::new(place, Fault::new(what, unread(&error, usual))))
        }
    }
}

/// `$XDG_CONFIG_HOME/rolesweep/config.toml`, otherwise below `~/.config`. The XDG specification
/// says to ignore relative folders.
fn users_own(environment: &Environment) -> Option<PathBuf> {
    let folder = |name: &str| environment.get(name).map(PathBuf::from).filter(|path| path.is_absolute());
    folder("XDG_CONFIG_HOME")
        .or_else(|| folder("HOME").map(|home| home.join(".config")))
        .map(|base| base.join("rolesweep").join("config.toml"))
}

/// The most bytes that a configuration file may hold: ten thousand exemptions need less.
const CONFIG_LIMIT: u64 = 1024 * 1024;

/// The most bytes that a file of account ids may hold: `accounts.csv` of the largest organization
/// needs less.
const ACCOUNTS_LIMIT: u64 = 16 * 1024 * 1024;

/// The content of a file, a pipe or a device. Fails if it has more than `limit` bytes, and reads no
/// more than those.
fn read_at_most(limit: u64, file: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        let text = format!("it is larger than {} MiB, the most that such a file may be", limit / 1024 / 1024);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, text));
    }
    Ok(bytes)
}

/// Reads the file and its permissions from one handle, so that both are of the same file.
fn read(path: &Path) -> io::Result<ConfigFile> {
    let file = File::open(path)?;
    let readable_by_others = file.metadata()?.permissions().mode() & 0o044 != 0;
    let bytes = read_at_most(CONFIG_LIMIT, file)?;
    Ok(ConfigFile { path: absolute(path)?, bytes, readable_by_others })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::fs;

    use super::*;
    use crate::settings::choices::{Color, LogFormat};

    fn environment(pairs: &[(&str, &Path)]) -> Environment {
        pairs.iter().map(|(name, path)| ((*name).to_owned(), OsString::from(path))).collect()
    }

    fn text(named: Option<&Path>, environment: &Environment) -> Option<String> {
        find(named, environment).unwrap().map(|file| String::from_utf8(file.bytes).unwrap())
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
        assert_eq!(text(Some(&flag), &all).as_deref(), Some("flag.toml"));
        assert_eq!(text(None, &all).as_deref(), Some("variable.toml"));
        let own =
            environment(&[("XDG_CONFIG_HOME", xdg), ("HOME", home), ("ROLESWEEP_CONFIG", Path::new(""))]);
        assert_eq!(text(None, &own).as_deref(), Some("xdg/rolesweep/config.toml"));
        let own = environment(&[("XDG_CONFIG_HOME", Path::new("xdg")), ("HOME", home)]);
        assert_eq!(text(None, &own).as_deref(), Some("home/.config/rolesweep/config.toml"));
    }

    #[test]
    fn a_file_that_was_named_must_be_there_and_the_users_own_need_not() {
        let folder = tempfile::tempdir().unwrap();
        let home = environment(&[("HOME", folder.path())]);
        assert_eq!(text(None, &home), None);
        assert_eq!(text(None, &Environment::new()), None);
        let gone = folder.path().join("gone.toml");
        let told = find(Some(&gone), &home).err().unwrap().to_string();
        assert!(
            told.starts_with("flag --config: the file ") && told.contains("gone.toml cannot be read"),
            "{told}"
        );
        let variable = environment(&[("ROLESWEEP_CONFIG", &gone)]);
        let told = find(None, &variable).err().unwrap().to_string();
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
        let told = find(Some(&path), &Environment::new()).err().unwrap();
        assert!(told.to_string().contains("it is larger than 1 MiB"), "{told}");
        let endless = read_at_most(ACCOUNTS_LIMIT, File::open("/dev/zero").unwrap());
        assert_eq!(endless.unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    }

    #[test]
    fn refused_settings_still_say_how_to_speak() {
        let text = |_| "[scan]\nconcurrency = 0\n[ui]\nlog_format = \"json\"\ncolor = \"green\"\n".to_owned();
        let flags = Flags::default().given(Setting::summary, ["json"]).given(Setting::ou, ["nowhere"]);
        let refused = load(flags, From::Program { name: "test.toml", text }, || ()).unwrap_err();
        assert_eq!(refused.summary, SummaryFormat::Json);
        assert_eq!((refused.terminal.log_format, refused.terminal.color), (LogFormat::Json, Color::Auto));
        assert!(refused.errors.to_string().starts_with("3 invalid settings\n"), "{}", refused.errors);
    }

    #[test]
    fn who_may_read_the_file_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        fs::write(&path, "").unwrap();
        for (mode, expected) in [(0o600, false), (0o640, true), (0o604, true)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(read(&path).unwrap().readable_by_others, expected, "{mode:o}");
        }
    }
}
