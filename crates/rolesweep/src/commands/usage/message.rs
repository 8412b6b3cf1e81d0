//! What clap says of a command line, in the form of every other message: what is wrong, and what to do.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use rolesweep_model::suggest::nearest;

use crate::cli;
use crate::failure::Failure;

/// The failure that an error of clap's means.
pub(super) fn of(error: &clap::Error, arguments: &[OsString]) -> Failure {
    let failure = Failure::usage(message(error));
    let hints = hints(error, arguments);
    if !hints.is_empty() {
        return hints.into_iter().fold(failure, Failure::hint);
    }
    let named = cli::named_command(arguments);
    let command = if named.is_empty() { "rolesweep".to_owned() } else { format!("rolesweep {named}") };
    failure.hint(format!("`{command} --help` lists what it accepts"))
}

/// clap's first sentence, with the list that may follow it.
fn message(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let mut lines = text.lines().map(str::trim).take_while(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    // The possible values are in the help.
    let rest: Vec<&str> = lines.filter(|line| !line.starts_with('[')).collect();
    if rest.is_empty() { first.to_owned() } else { format!("{first} {}", rest.join(", ")) }
}

/// What to do.
fn hints(error: &clap::Error, arguments: &[OsString]) -> Vec<String> {
    let mut hints: Vec<String> =
        suggested(error).or_else(|| similar_command(error, arguments)).into_iter().collect();
    hints.extend(flag_of_another_command(error));
    hints.extend(possible_values(error));
    hints.extend(one_at_a_time(error, arguments));
    match error.kind() {
        ErrorKind::ArgumentConflict => {
            let is_same = error.get(ContextKind::PriorArg) == error.get(ContextKind::InvalidArg);
            hints.push(if is_same { "write it once" } else { "keep one of the two" }.to_owned());
        }
        ErrorKind::TooManyValues => hints.push("write the flag alone".to_owned()),
        ErrorKind::InvalidValue if typed_value(error).is_some_and(str::is_empty) => {
            hints.push(
                "write a value after it, or omit it; an empty shell variable is an empty text".to_owned(),
            );
        }
        _ => {}
    }
    hints
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text),
        _ => None,
    }
}

fn typed_value(error: &clap::Error) -> Option<&str> {
    text(error, ContextKind::InvalidValue)
}

/// What clap takes for a slip.
fn suggested(error: &clap::Error) -> Option<String> {
    let kinds = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let nearest = kinds.into_iter().find_map(|kind| match error.get(kind)? {
        ContextValue::String(near) => Some(near.as_str()),
        // The nearest is the last.
        ContextValue::Strings(near) => near.last().map(String::as_str),
        _ => None,
    })?;
    // Whoever follows a suggestion must not turn a check off by it.
    (nearest != OFF).then(|| did_you_mean(nearest))
}

/// The value that turns off what its setting does.
const OFF: &str = "never";

fn did_you_mean(word: &str) -> String {
    format!("did you mean `{word}`?")
}

/// The command that a mistyped one after `help` is, for which clap suggests nothing.
fn similar_command(error: &clap::Error, arguments: &[OsString]) -> Option<String> {
    let typed = text(error, ContextKind::InvalidSubcommand)?;
    let root = cli::command();
    let words = arguments.iter().filter_map(|argument| argument.to_str());
    let above = words.take_while(|word| *word != typed).fold(&root, |command, word| {
        command.find_subcommand(word).filter(|_| word != "help").unwrap_or(command)
    });
    let names = above.get_subcommands().map(clap::Command::get_name);
    nearest(typed, names).map(did_you_mean)
}

/// The commands that do know a flag which this one does not.
fn flag_of_another_command(error: &clap::Error) -> Option<String> {
    let long = text(error, ContextKind::InvalidArg)?
        .strip_prefix("--")
        .filter(|_| error.kind() == ErrorKind::UnknownArgument)?;
    let root = cli::command();
    let knows = |command: &&clap::Command| command.get_arguments().any(|flag| flag.get_long() == Some(long));
    let names: Vec<String> = root
        .get_subcommands()
        .filter(knows)
        .map(|command| format!("`rolesweep {}`", command.get_name()))
        .collect();
    (!names.is_empty()).then(|| format!("`--{long}` is a flag of {}", names.join(" and ")))
}

/// The commands that are about one thing, for somebody who names several.
fn one_at_a_time(error: &clap::Error, arguments: &[OsString]) -> Option<String> {
    let is_word = error.kind() == ErrorKind::UnknownArgument
        && text(error, ContextKind::InvalidArg).is_some_and(|typed| !typed.starts_with('-'));
    match cli::named_command(arguments).as_str() {
        "explain" if is_word => Some("name one role at a time".to_owned()),
        "rules" if is_word => Some("name one rule at a time".to_owned()),
        _ => None,
    }
}

/// The words that a value can be, if clap knows them.
fn possible_values(error: &clap::Error) -> Option<String> {
    match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) if !values.is_empty() => {
            Some(format!("write one of {}", values.join(", ")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &str) -> String {
        // An empty word stands for an empty text.
        let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let error = cli::parse(&arguments).err().unwrap_or_else(|| panic!("{line} is understood"));
        of(&error, &arguments).to_string()
    }

    #[test]
    fn every_mistake_says_what_to_do() {
        let lines = [
            "rolesweep scan --concurency 4",
            "rolesweep scan --bogus",
            "rolesweep scan --scan 1",
            "rolesweep scan extra",
            "rolesweep scan --include none",
            "rolesweep scan --fail-on finding",
            "rolesweep scan --fail-on severe",
            "rolesweep explain one two",
            "rolesweep rules one two",
            "rolesweep scan --profile",
            "rolesweep scan --store ",
            "rolesweep scan --dry-run --resume",
            "rolesweep scan --dry-run=yes",
            "rolesweep scan -o a -o b",
            "rolesweep setup --print trust",
            "rolesweep completions tcsh",
            "rolesweep completions",
            "rolesweep scn",
            "rolesweep help scn",
            "rolesweep help config shoe",
            "rolesweep config shoe",
            "rolesweep nothing",
            "rolesweep --bogus",
        ];
        let all: Vec<String> = lines.iter().map(|line| format!("{line}\n{}\n", said(line))).collect();
        for said in &all {
            assert!(said.contains("\n  help: "), "{said}");
        }
        insta::assert_snapshot!(all.join("\n"));
    }

    #[test]
    fn claps_message_becomes_the_error_of_the_record() {
        let line = "rolesweep scan --concurency 4";
        let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let problem = of(&cli::parse(&arguments).err().unwrap(), &arguments).problem();
        assert_eq!(problem.message, "unexpected argument '--concurency' found");
        assert_eq!(problem.help, ["did you mean `--concurrency`?"]);
    }

    #[test]
    fn a_secret_in_a_mistyped_flag_is_not_repeated() {
        assert!(!said("rolesweep scan --externalid=hunter2").contains("hunter2"));
    }
}
