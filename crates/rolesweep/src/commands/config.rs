//! `rolesweep config show`.

use crate::exit::Exit;
use crate::failure::Outcome;
use crate::terminal::printer::print_data;
use rolesweep_config::{Settings, show};

/// Prints the settings that apply, and the source of each value.
pub(super) fn show_settings(settings: &Settings) -> Outcome<Exit> {
    print_data(|data| data.write_all(show(&settings.view).as_bytes()))
}
