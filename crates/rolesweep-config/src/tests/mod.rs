//! Tests of all layers together.

mod defaults;
mod mistakes;
mod precedence;
mod shown;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use crate::errors::ConfigErrors;
use crate::layers::flags::Flags;
use crate::resolve::{ConfigFile, Inputs, resolve};
use crate::settings::Settings;

/// The inputs of a test to [`resolve`].
#[derive(Default)]
struct Said<'a> {
    flags: Flags,
    environment: &'a [(&'a str, &'a str)],
    file: Option<&'a str>,
    others_may_read: bool,
    accounts_file: Option<&'a str>,
}

const FILE: &str = "/etc/rolesweep/config.toml";

fn settle(said: Said<'_>) -> Result<Settings, ConfigErrors> {
    let read = |_: &Path| match said.accounts_file {
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
