//! `rolesweep setup`.

use rolesweep_model::Partition;

use crate::cli::Setup;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::setup::{CallerPrincipal, Part, SetupError, SetupInput, render};
use rolesweep_config::Settings;

/// Prints what has to be put in place, or one document of it.
pub(super) fn run(arguments: &Setup, settings: &Settings) -> Outcome<Exit> {
    let part = arguments.print.as_deref().map(part).transpose()?;
    let caller: Option<CallerPrincipal> = arguments
        .caller
        .as_deref()
        .map(|arn| arn.parse().map_err(|error| usage("--caller", &error)))
        .transpose()?;
    let partition = match (&arguments.partition, &caller) {
        (Some(name), _) => name.parse().map_err(|error| usage("--partition", &error))?,
        (None, Some(caller)) => caller.partition().clone(),
        (None, None) => Partition::aws(),
    };
    let input = SetupInput {
        partition,
        role_name: settings.collect.role_name.clone(),
        caller_principal: caller,
        organization_id: arguments
            .organization
            .as_deref()
            .map(|id| id.parse().map_err(|error| usage("--organization", &error)))
            .transpose()?,
        external_id: arguments.with_external_id || settings.collect.external_id.is_some(),
    };
    let text = render(&input).map_err(|error| match error {
        SetupError::Partition { .. } => Failure::usage(error.to_string())
            .hint("leave --partition out: the caller's ARN names it; or name a caller of that partition"),
    })?;
    super::print_data(|data| match part {
        Some(part) => data.write_all(text.part(part).as_bytes()),
        None => write!(data, "{text}"),
    })
}

fn part(name: &str) -> Outcome<Part> {
    Part::ALL.into_iter().find(|part| part.as_str() == name).ok_or_else(|| {
        let names: Vec<&str> = Part::ALL.iter().map(|part| part.as_str()).collect();
        Failure::usage(format!("--print: there is no document `{name}`"))
            .hint(format!("one of {}", names.join(", ")))
    })
}

fn usage<E: std::error::Error + 'static>(flag: &str, error: &E) -> Failure {
    Failure::usage(format!("{flag}: {error}"))
}
