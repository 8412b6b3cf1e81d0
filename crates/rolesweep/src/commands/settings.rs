//! The settings of a command, and whether the demo's own configuration applies.

use std::path::PathBuf;

use rolesweep_config::{Color, Flags, From, Refused, Settings, config_path, load};
use rolesweep_model::Source;
use rolesweep_store::Store;

use super::scan::demo;
use crate::cli::{Cli, Command, ConfigCommand};
use crate::shell;
use crate::store::paths;
use crate::terminal::printer::Printer;

/// The note if the demo's configuration applies because of the store.
const NOTE: &str = "the scans in this store come from the demo, so the demo's own configuration applies; --config names another";

/// The settings, and a note on them. The demo has its own configuration, unless the user names one.
pub(super) fn settings(cli: &Cli, flags: Flags) -> Result<(Settings, Option<String>), Box<Refused>> {
    // A file that is to be written is not read, so that one with a mistake is no obstacle.
    if matches!(cli.command, Command::Config { command: ConfigCommand::Init { .. } }) {
        return Ok((
            load(flags, From::Program { name: "no file", text: |_| String::new() }, before_typing)?,
            None,
        ));
    }
    let named = cli.global.config.as_deref();
    if named.is_some() {
        return Ok((load(flags, From::Disk(named), before_typing)?, None));
    }
    if wants_demo(&cli.command) {
        return Ok((load(flags, of_the_demo(), before_typing)?, own_file_is_ignored()));
    }
    let settings = load(flags.clone(), From::Disk(None), before_typing)?;
    let Some(store) = store_of_the_demo(&cli.command, &settings) else { return Ok((settings, None)) };
    let mut settings = load(flags, of_the_demo(), before_typing)?;
    // The user's own file may name it.
    settings.output.store = Some(store);
    Ok((settings, Some(NOTE.to_owned())))
}

/// The note that the file which other commands would read does not apply, if there is one.
fn own_file_is_ignored() -> Option<String> {
    let path = config_path(None).filter(|path| path.exists())?;
    let flag = shell::command(&format!("--config {}", shell::quote(&path)));
    Some(format!("the demo uses its own configuration; {flag} applies yours"))
}

/// Says that the command waits for a person.
fn before_typing() {
    let text = "reading account ids from this terminal: one on each line, then Ctrl-D on an empty line";
    Printer::new(Color::Auto, false).sentence(text);
}

fn of_the_demo() -> From<'static> {
    From::Program { name: demo::CONFIG_NAME, text: demo::config }
}

fn wants_demo(command: &Command) -> bool {
    match command {
        Command::Scan(scan) => scan.demo,
        Command::Report(report) => report.demo,
        Command::Diff(diff) => diff.demo,
        Command::Explain(explain) => explain.demo,
        Command::Config { command: ConfigCommand::Show { demo } } => *demo,
        Command::Config { command: ConfigCommand::Init { .. } }
        | Command::Rules { .. }
        // What they show does not depend on how roles are judged now.
        | Command::Scans(_)
        | Command::Setup(_)
        | Command::Completions { .. }
        | Command::Man { .. } => false,
    }
}

/// The store that a command reads, if its scans come from the demo. If it cannot be read, the
/// command itself says so.
fn store_of_the_demo(command: &Command, settings: &Settings) -> Option<PathBuf> {
    let (Command::Report(_) | Command::Diff(_) | Command::Explain(_)) = command else {
        return None;
    };
    let path = paths::existing_store(settings.output.store.as_deref(), false, "").ok()?;
    let scan = Store::open_existing(&path).ok()?.latest_scan().ok()??;
    (scan.source == Source::Demo).then_some(path)
}
