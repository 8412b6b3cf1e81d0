//! Configuration files, files of account ids or of owners, and the environment.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rolesweep_config::{ConfigErrors, ConfigFile, Flags, Inputs, Settings, resolve, show};

/// The separator between the parts of an input: ASCII's record separator, which none of the parts
/// uses.
const SEPARATOR: u8 = 0x1e;

/// A configuration file. After a separator comes the file of accounts or of owners that it may name, and after
/// another one the environment, with a variable in each line.
pub fn config(data: &[u8]) {
    let mut parts = data.splitn(3, |&byte| byte == SEPARATOR).map(<[u8]>::to_vec);
    let mut part = || parts.next().unwrap_or_default();
    let (file, accounts, environment) = (part(), part(), part());
    let environment = String::from_utf8_lossy(&environment);
    let environment: Vec<(&str, &str)> =
        environment.lines().filter_map(|line| line.split_once('=')).collect();
    match settle(file, &accounts, &environment) {
        Err(errors) => readable(&errors),
        Ok(settings) => {
            settings.warnings.iter().for_each(|warning| one_line_each(&warning.to_string()));
            let shown = shown(&settings);
            // Paths in the environment are relative to another folder, so that the two can differ.
            if environment.is_empty() {
                let again = settle(show(&settings.view).into_bytes(), &accounts, &[]);
                let again =
                    again.unwrap_or_else(|errors| panic!("what is shown is no configuration: {errors}"));
                assert_eq!(self::shown(&again), shown, "what is shown is what applies");
            }
        }
    }
}

fn settle(file: Vec<u8>, accounts: &[u8], environment: &[(&str, &str)]) -> Result<Settings, ConfigErrors> {
    let environment: BTreeMap<_, _> =
        environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    let path = PathBuf::from("/etc/rolesweep/config.toml");
    resolve(&Inputs {
        flags: Flags::default(),
        environment,
        file: Ok(Some(ConfigFile { path, bytes: file, readable_by_others: true })),
        now: jiff::Timestamp::UNIX_EPOCH,
        read: &|_| Ok(accounts.to_vec()),
    })
}

/// The output of `config show`, as TOML.
fn shown(settings: &Settings) -> toml::Table {
    let text = show(&settings.view);
    one_line_each(&text);
    text.parse().unwrap_or_else(|error| panic!("what is shown is no TOML: {error}\n{text}"))
}

fn readable(errors: &ConfigErrors) {
    let text = errors.to_string();
    let first = text.lines().next().unwrap_or_default();
    assert!(first.contains("invalid setting") && text.lines().count() > 1, "{text}");
    one_line_each(&text);
}

/// Text from others can neither move the cursor nor imitate a line of rolesweep's.
fn one_line_each(text: &str) {
    let moves = |c: char| {
        c != '\n' && (c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
    };
    assert!(!text.contains(moves), "{text:?}");
}
