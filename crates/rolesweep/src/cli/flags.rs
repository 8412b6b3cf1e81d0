//! From clap's structs to the flags that the settings are made of.

use super::{Assess, Cli, Collect, Command, ConfigCommand, Global, Output};
use rolesweep_config::{Flags, Setting};

/// The flags that were given with a command. Those without settings of their own have only the global ones.
pub(crate) fn flags(cli: &Cli) -> Flags {
    let flags = global(&cli.global);
    match &cli.command {
        Command::Scan(scan) => output(assess(collect(flags, &scan.collect), &scan.assess), &scan.output),
        Command::Report(report) => output(assess(flags, &report.assess), &report.output),
        Command::Scans(scans) => assess(flags, &scans.assess).text(Setting::StorePath, scans.store.as_ref()),
        Command::Config { command: ConfigCommand::Show(show) } => {
            output(assess(collect(flags, &show.collect), &show.assess), &show.output)
        }
        Command::Setup(setup) => flags.text(Setting::RoleName, setup.role_name.as_ref()),
        Command::Completions { .. } | Command::Man { .. } => flags,
    }
}

fn global(global: &Global) -> Flags {
    Flags::new()
        .present(Setting::Quiet, global.quiet)
        .count(Setting::Verbose, global.verbose)
        .text(Setting::LogFormat, global.log_format.as_ref())
        .text(Setting::Color, global.color.as_ref())
        .present(Setting::Progress, global.no_progress)
}

fn collect(flags: Flags, collect: &Collect) -> Flags {
    flags
        .text(Setting::Profile, collect.profile.as_ref())
        .text(Setting::Region, collect.region.as_ref())
        .text(Setting::RoleName, collect.role_name.as_ref())
        .text(Setting::ExternalId, collect.external_id.as_ref())
        .text(Setting::SessionName, collect.session_name.as_ref())
        .text(Setting::SessionDuration, collect.session_duration.as_ref())
        .list(Setting::Accounts, &collect.accounts)
        .text(Setting::AccountsFile, collect.accounts_file.as_ref())
        .list(Setting::ExcludeAccounts, &collect.exclude_accounts)
        .list(Setting::Ou, &collect.ou)
        .list(Setting::ExcludeOu, &collect.exclude_ou)
        .text(Setting::Concurrency, collect.concurrency.as_ref())
        .text(Setting::MaxIamRate, collect.max_iam_rate.as_ref())
}

fn assess(flags: Flags, assess: &Assess) -> Flags {
    flags
        .text(Setting::InactiveAfter, assess.inactive_after.as_ref())
        .text(Setting::UnusedAfter, assess.unused_after.as_ref())
        .text(Setting::AsOf, assess.as_of.as_ref())
}

fn output(flags: Flags, output: &Output) -> Flags {
    flags
        .text(Setting::Include, output.include.as_ref())
        .text(Setting::Output, output.output.as_ref())
        .text(Setting::StorePath, output.store.as_ref())
        .text(Setting::FailOn, output.fail_on.as_ref())
        .present(Setting::AllowPartial, output.allow_partial)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use rolesweep_config::{KEYS, Setting};

    #[test]
    fn every_setting_with_a_flag_has_one_on_the_command_line() {
        let command = super::Cli::command();
        let mut names: Vec<String> = Vec::new();
        for command in command.get_subcommands().chain([&command]) {
            for argument in command.get_arguments() {
                names.extend(argument.get_long().map(|long| format!("--{long}")));
            }
        }
        for key in &KEYS {
            if let Some(flag) = key.flag {
                assert!(names.iter().any(|name| name == flag), "{flag}");
            }
        }
        assert!(Setting::Profile.key().flag.is_some());
    }
}
