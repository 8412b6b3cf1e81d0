//! `rolesweep config show`.

use crate::exit::Exit;
use crate::failure::Outcome;
use rolesweep_config::{Settings, show};

/// Prints what applies, and where each value came from.
pub(super) fn show_settings(settings: &Settings) -> Outcome<Exit> {
    super::print_data(|data| data.write_all(show(&settings.view).as_bytes()))
}
