//! `rolesweep config show` and `rolesweep config init`.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};
use crate::shell;
use crate::terminal::printer::{Printer, print_data};
use rolesweep_config::{EXAMPLE, Settings, config_path, show};

/// Prints the settings that apply, and the source of each value.
pub(super) fn show_settings(settings: &Settings) -> Outcome<()> {
    print_data(|data| data.write_all(show(&settings.view).as_bytes()))
}

/// Writes the example to `out`, or else where rolesweep looks for its configuration file.
pub(super) fn init(out: Option<&Path>, named: Option<&Path>, printer: &Printer) -> Outcome<()> {
    if out == Some(Path::new("-")) {
        return print_data(|data| data.write_all(EXAMPLE.as_bytes()));
    }
    let path = out.map(PathBuf::from).or_else(|| config_path(named)).ok_or_else(|| {
        Failure::new("failed to find a folder for the configuration file")
            .cause("neither XDG_CONFIG_HOME nor HOME is an absolute path")
            .hint("name the file: `rolesweep config init --out FILE`")
    })?;
    create(&path).map_err(|error| refused(&path, &error))?;
    let is_found = config_path(None).as_deref() == Some(path.as_path());
    let command = if is_found { "rolesweep config show".to_owned() } else { show_command(&path) };
    printer.sentence(&format!("wrote {}", path.display()));
    printer.sentence(&format!("next: edit it, and run {} to see what applies", shell::command(&command)));
    Ok(())
}

/// The command that shows what a file sets.
fn show_command(path: &Path) -> String {
    format!("rolesweep config show --config {}", shell::quote(path))
}

/// Creates the file with the example, for this user alone, and the folders above it. After an error
/// there is no file.
fn create(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => io::ErrorKind::NotADirectory.into(),
            _ => error,
        })?;
    }
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    fill(file).inspect_err(|_| {
        // The first error says more than an error of this call.
        let _ = fs::remove_file(path);
    })
}

fn fill(mut file: File) -> io::Result<()> {
    file.write_all(EXAMPLE.as_bytes())?;
    file.sync_all()
}

fn refused(path: &Path, error: &io::Error) -> Failure {
    let failure = Failure::new(format!("failed to write the configuration file {}", path.display()));
    match error.kind() {
        io::ErrorKind::AlreadyExists if path.is_dir() => failure
            .cause("it is a folder")
            .hint(format!("name a file in it: `--out {}`", shell::quote(path.join("config.toml")))),
        io::ErrorKind::AlreadyExists => failure
            .cause("it exists already, and is not replaced")
            .hint(format!("to see what it sets: {}", shell::command(&show_command(path))))
            .hint("to compare, print the example: `rolesweep config init --out -`"),
        _ => failure.because(error).hint("name a file in a folder that can be written: `--out FILE`"),
    }
}
