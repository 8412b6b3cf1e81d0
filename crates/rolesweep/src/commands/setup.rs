//! `rolesweep setup`.

use rolesweep_model::Partition;

use crate::cli::Setup;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::setup::{CallerPrincipal, SetupInput, guide};
use crate::terminal::printer::print_data;
use rolesweep_config::Settings;

/// Prints everything that is needed before the first scan, or one document of it.
pub(super) fn run(arguments: &Setup, settings: &Settings) -> Outcome<Exit> {
    let caller: Option<CallerPrincipal> = parsed("--caller", arguments.caller.as_deref())?;
    let named: Option<Partition> = parsed("--partition", arguments.partition.as_deref())?;
    let partition = match (named, &caller) {
        (Some(named), Some(caller)) if named != *caller.partition() => {
            return Err(Failure::usage(format!(
                "the caller is in the partition {} and cannot reach the partition {named}",
                caller.partition()
            ))
            .hint(
                "omit --partition, because the caller's ARN names it; or name a caller of that partition",
            ));
        }
        (Some(named), _) => named,
        (None, Some(caller)) => caller.partition().clone(),
        (None, None) => Partition::aws(),
    };
    let input = SetupInput {
        partition,
        role_name: settings.collect.role_name.clone(),
        caller,
        organization: parsed("--organization", arguments.organization.as_deref())?,
        external_id: arguments.with_external_id || settings.collect.external_id.is_some(),
    };
    let text = match &arguments.print {
        // clap accepts no other name.
        Some(name) => input.document(name).unwrap_or_default(),
        None => guide(&input),
    };
    print_data(|data| data.write_all(text.as_bytes()))
}

fn parsed<T>(flag: &str, text: Option<&str>) -> Outcome<Option<T>>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    text.map(|text| text.parse().map_err(|error| Failure::usage(format!("{flag}: {error}")))).transpose()
}
