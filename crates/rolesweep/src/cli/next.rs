//! The command that reports again with the assessment of a command line.

use clap::{ArgMatches, Command};
use rolesweep_config::Purpose;

use super::resume::{is_given, words};
use super::settings;

/// `rolesweep report`, with the arguments that say how to assess. Whoever knows the store and the
/// scan adds them. The arguments are those of `rolesweep scan` or `rolesweep report`.
pub(super) fn report_command(root: &Command, name: &str, typed: &ArgMatches) -> String {
    let mut command = vec!["rolesweep".to_owned(), "report".to_owned()];
    let own = root.find_subcommand(name).into_iter().flat_map(Command::get_arguments);
    let global = root.get_arguments().filter(|argument| argument.is_global_set());
    let mut seen = Vec::new();
    for argument in own.chain(global) {
        let id = argument.get_id().as_str();
        let setting = argument.get_long().and_then(settings::key);
        let is_repeated = id == "config" || setting.is_some_and(|key| key.purpose == Purpose::Assess);
        if is_repeated && is_given(argument, typed) && !seen.contains(&id) {
            seen.push(id);
            command.extend(words(argument, typed, false));
        }
    }
    command.join(" ")
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::super::{Command, parse};

    fn next(arguments: &[&str]) -> String {
        let all: Vec<OsString> = ["rolesweep"].iter().chain(arguments).map(OsString::from).collect();
        match parse(&all).unwrap_or_else(|error| panic!("{error}")).0.command {
            Command::Scan(scan) => scan.report_command,
            Command::Report(report) => report.report_command,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_next_report_has_the_same_assessment() {
        for (typed, expected) in [
            (&["scan"][..], ""),
            (&["scan", "--demo", "--ou", "/A", "-o", "x", "-v"], ""),
            (
                &["scan", "--store", "a b.db", "--unused-after", "30d", "--inactive-after", "60d"],
                " --inactive-after 60d --unused-after 30d",
            ),
            (&["report", "--scan", "ab", "--include", "all", "--config", "c d.toml"], " --config 'c d.toml'"),
        ] {
            assert_eq!(next(typed), format!("rolesweep report{expected}"), "{typed:?}");
        }
    }
}
