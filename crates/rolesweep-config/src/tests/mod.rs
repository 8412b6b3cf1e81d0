//! Tests of all layers together.

mod acceptances;
mod defaults;
mod mistakes;
mod one_slip;
mod precedence;
mod shown;
mod stdout;

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::sync::LazyLock;

use crate::errors::ConfigErrors;
use crate::layers::flags::Flags;
use crate::resolve::{ConfigFile, Inputs, resolve};
use crate::settings::Settings;
use crate::settings::places::AccountsSource;

/// The inputs of a test to [`resolve`].
#[derive(Default)]
struct Said<'a> {
    flags: Flags,
    environment: &'a [(&'a str, &'a str)],
    file: Option<&'a str>,
    others_may_read: bool,
    accounts_file: Option<&'a str>,
    /// The content of `owners.csv`, if it is another than [`OWNERS`].
    owners_file: Option<&'a str>,
}

/// The owners of the example's file.
const OWNERS: &str = "account_id,ou,owner\n000123456789,,PAY\n,/Workloads,platform\n";

/// The example with every setting that it has, also those that are commented out.
static FULL_EXAMPLE: LazyLock<String> = LazyLock::new(|| uncommented(crate::EXAMPLE));

/// A file's text with the settings that are commented out: their `#` has no blank after it.
fn uncommented(text: &str) -> String {
    let setting = |line: &str| {
        Some(line.strip_prefix('#')?)
            .filter(|rest| !rest.is_empty() && !rest.starts_with(' '))
            .map(str::to_owned)
    };
    text.lines().map(|line| setting(line).unwrap_or_else(|| line.to_owned()) + "\n").collect()
}

const FILE: &str = "/etc/rolesweep/config.toml";

fn settle(said: Said<'_>) -> Result<Settings, ConfigErrors> {
    let owners = said.owners_file.unwrap_or(OWNERS);
    let is_owners = |from: &AccountsSource| from.name().ends_with("owners.csv");
    let content = |from: &AccountsSource| if is_owners(from) { Some(owners) } else { said.accounts_file };
    let read = |from: &AccountsSource| match content(from) {
        Some(text) => Ok(text.as_bytes().to_vec()),
        None => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    let file = said.file.map(|text| ConfigFile {
        path: PathBuf::from(FILE),
        bytes: text.as_bytes().to_vec(),
        readable_by_others: said.others_may_read,
    });
    let variable = |(name, value): &(&str, &str)| ((*name).to_owned(), OsString::from(value));
    let environment = said.environment.iter().map(variable).collect();
    let now = "2026-11-22T12:00:00Z".parse().unwrap();
    resolve(&Inputs { flags: said.flags, environment, file: Ok(file), now, read: &read })
}

fn with_file(text: &str) -> Result<Settings, ConfigErrors> {
    settle(Said { file: Some(text), ..Said::default() })
}
