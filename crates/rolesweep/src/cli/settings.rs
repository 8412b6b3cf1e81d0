//! The flags of settings: makes clap's arguments from the declarations, and reads the values from
//! clap's matches.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use rolesweep_config::{Flags, KEYS, Key, Purpose, Shape};

/// The command with the flags of settings that each subcommand has.
pub(super) fn add(root: Command) -> Command {
    let about = |purpose: Purpose| of(move |key| key.purpose == purpose);
    let collect = || about(Purpose::Collect).map(|arg| arg.help_heading("What to scan"));
    let assess = || about(Purpose::Assess).map(|arg| arg.help_heading("What counts as inactive"));
    let output = || about(Purpose::Output).map(|arg| arg.help_heading("Output"));
    let alone = |long: &'static str| of(move |key| key.flag == Some(long));
    let store = || alone("--store").map(|arg| arg.long_help(ONLY_STORE));
    root.args(about(Purpose::Terminal).map(|arg| arg.global(true).help_heading("Global options")))
        .mut_subcommands(|command| match command.get_name() {
            "scan" => command.args(collect()).args(assess()).args(output()),
            "report" => command.args(assess()).args(output()),
            "scans" => command.args(store()).mut_subcommand("prune", |prune| prune.args(store())),
            "explain" => command.args(store()).args(assess()),
            // It assesses each scan as of its own start.
            "diff" => command.args(store()).args(assess().filter(|arg| arg.get_long() != Some("as-of"))),
            "setup" => command.args(alone("--role-name")),
            "config" => {
                command.mut_subcommand("show", |show| show.args(collect()).args(assess()).args(output()))
            }
            _ => command,
        })
}

/// The long help of the commands that only read the store, on the store.
const ONLY_STORE: &str = "The file that facts are kept in. [default: the only one in $XDG_DATA_HOME/rolesweep] [env: ROLESWEEP_STORE] [file: store.path]";

/// The arguments of some settings.
fn of(wanted: impl Fn(&Key) -> bool) -> impl Iterator<Item = Arg> {
    KEYS.iter().filter(move |key| wanted(key)).filter_map(arg)
}

fn arg(key: &'static Key) -> Option<Arg> {
    let long = long(key)?;
    let arg = Arg::new(long).long(long).short(key.short).help(help(key)).long_help(long_help(key));
    if key.flag_value.is_empty() {
        let counts = key.shape == Shape::Count;
        return Some(arg.action(if counts { ArgAction::Count } else { ArgAction::SetTrue }));
    }
    // The help has the possible values.
    // A negative number is a value, so that the setting's own check can refuse it.
    let arg = arg.value_name(key.flag_value).hide_possible_values(true).allow_negative_numbers(true);
    Some(match key.shape {
        Shape::Choice(words) => arg.value_parser(PossibleValuesParser::new(words)),
        Shape::Path => arg.value_parser(value_parser!(PathBuf)),
        Shape::List => arg.action(ArgAction::Append),
        // So is a negative duration, which has a unit.
        Shape::Duration => arg.allow_hyphen_values(true),
        _ => arg,
    })
}

/// How many choices fit on one line beside the help.
const FEW: usize = 6;

/// The help on one line: what it is, the choices if they are few, and the default.
fn help(key: &Key) -> String {
    let choices = match key.shape {
        Shape::Choice(words) if words.len() <= FEW => format!(" ({})", words.join(", ")),
        _ => String::new(),
    };
    match key.default {
        Some(default) if !key.flag_value.is_empty() => format!("{}{choices} [default: {default}]", key.help),
        _ => format!("{}{choices}", key.help),
    }
}

/// The help with details: everything that the setting is, and the other ways to set it.
fn long_help(key: &Key) -> String {
    let mut text =
        if key.flag_value.is_empty() { format!("{}.", key.help) } else { key.doc.replace('`', "") };
    let mut add = |what: &str, said: &str| {
        if !said.is_empty() {
            text.push_str(&format!(" [{what}: {}]", said.replace('`', "")));
        }
    };
    match key.shape {
        Shape::Choice(words) => add("possible values", &words.join(", ")),
        Shape::List => add("several", "separated by commas, or with the flag repeated"),
        _ => {}
    }
    if !key.flag_value.is_empty() {
        add("default", key.default.unwrap_or(key.unset));
    }
    // The flag `--no-progress` sets `progress` to false.
    let off = if key.flag.is_some_and(|flag| flag.starts_with("--no-")) { " = false" } else { "" };
    add("env", &format!("{}{}", key.environment.join(", "), off.replace(' ', "")));
    if key.in_file {
        add("file", &format!("{}.{}{off}", key.section, key.name));
    }
    text
}

fn long(key: &Key) -> Option<&'static str> {
    key.flag.map(|flag| flag.trim_start_matches('-'))
}

/// The setting that a flag sets, by the flag's name without its dashes.
pub(super) fn key(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| long(key) == Some(name))
}

/// The flags that were given, with any command.
pub(super) fn flags(mut matches: &ArgMatches) -> Flags {
    while let Some((_, inner)) = matches.subcommand() {
        matches = inner;
    }
    let given = |key: &&Key| {
        long(key).is_some_and(|long| {
            matches.try_contains_id(long).is_ok()
                && matches.value_source(long) == Some(ValueSource::CommandLine)
        })
    };
    KEYS.iter()
        .filter(given)
        .fold(Flags::default(), |flags, key| flags.given(key.setting, values(key, matches)))
}

/// The typed values. A flag that counts is cut off at its setting's largest number.
fn values(key: &Key, matches: &ArgMatches) -> Vec<OsString> {
    let long = long(key).unwrap_or_default();
    if !key.flag_value.is_empty() {
        return matches.get_raw(long).into_iter().flatten().map(OsStr::to_owned).collect();
    }
    let (_, max) = key.within;
    vec![match key.shape {
        Shape::Count => i64::from(matches.get_count(long)).min(max).to_string().into(),
        _ => (!long.starts_with("no-")).to_string().into(),
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(command: &Command) -> Vec<String> {
        let inner = command.get_subcommands().flat_map(arguments);
        let own = command.get_arguments().filter_map(|argument| argument.get_long().map(str::to_owned));
        own.chain(inner).collect()
    }

    #[test]
    fn every_setting_with_a_flag_has_one_on_the_command_line() {
        let names = arguments(&super::super::command());
        for key in KEYS.iter() {
            assert!(long(key).is_none_or(|long| names.iter().any(|name| name == long)), "{:?}", key.flag);
        }
    }

    #[test]
    fn a_flag_is_typed_after_any_command_and_as_often_as_it_may_be() {
        let typed = |name: &str, arguments: &[&str]| {
            let matches = super::super::command().try_get_matches_from(arguments).unwrap();
            let mut leaf = &matches;
            while let Some((_, inner)) = leaf.subcommand() {
                leaf = inner;
            }
            values(key(name).unwrap(), leaf)
        };
        assert_eq!(typed("verbose", &["rolesweep", "scan", "-vvvvv"]), ["3"]);
        assert_eq!(typed("unused-after", &["rolesweep", "report", "--unused-after", "-5d"]), ["-5d"]);
        assert_eq!(typed("verbose", &["rolesweep", "-v", "config", "show"]), ["1"]);
        assert_eq!(typed("no-progress", &["rolesweep", "config", "show", "--no-progress"]), ["false"]);
        assert_eq!(typed("ou", &["rolesweep", "scan", "--ou", "/A", "--ou", "/B, C"]), ["/A", "/B, C"]);
    }
}
