//! `rolesweep setup`.

use rolesweep_model::Partition;

use crate::cli::Setup;
use crate::failure::{Failure, Outcome};
use crate::setup::{CallerPrincipal, Document, PermissionsBoundary, SetupInput, Tags, guide};
use crate::terminal::printer::print_data;
use rolesweep_config::Settings;

/// Prints everything that is needed before the first scan, or one document of it.
pub(super) fn run(arguments: &Setup, settings: &Settings) -> Outcome<()> {
    let caller: Option<CallerPrincipal> =
        parsed("--caller", arguments.caller.as_deref()).map_err(|failure| {
            failure.hint("`aws sts get-caller-identity --query Arn` prints the ARN of the credentials in use")
        })?;
    let named: Option<Partition> =
        parsed("--partition", arguments.partition.as_deref()).map_err(|failure| {
            failure.hint("write the second part of any ARN of that partition: in arn:aws:iam::… it is aws")
        })?;
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
    let permissions_boundary = boundary(arguments, &partition)?;
    let tags = Tags::parse(&arguments.tag).map_err(|error| {
        Failure::usage(format!("--tag: {error}")).hint("write a tag as --tag KEY=VALUE, once for each key")
    })?;
    let input = SetupInput {
        partition,
        role_name: settings.collect.role_name.clone(),
        caller,
        organization: parsed("--organization", arguments.organization.as_deref()).map_err(|failure| {
            failure.hint("`aws organizations describe-organization --query Organization.Id` prints it")
        })?,
        external_id: arguments.with_external_id || settings.collect.external_id.is_some(),
        planned_reads: arguments.with_planned_reads,
        permissions_boundary,
        tags,
    };
    // clap accepts only the names of documents.
    let text = match arguments.print.as_deref().and_then(Document::named) {
        Some(document) => document.text(&input),
        None => guide(&input),
    };
    print_data(|data| data.write_all(text.as_bytes()))
}

fn boundary(arguments: &Setup, partition: &Partition) -> Outcome<Option<PermissionsBoundary>> {
    const HELP: &str = "`aws iam list-policies` prints the ARNs of managed policies";
    let boundary: Option<PermissionsBoundary> =
        parsed("--permissions-boundary", arguments.permissions_boundary.as_deref())
            .map_err(|failure| failure.hint(HELP))?;
    match boundary {
        Some(boundary) if boundary.partition() != partition => Err(Failure::usage(format!(
            "the permissions boundary is in the partition {} and cannot limit a role in the partition {partition}",
            boundary.partition()
        ))
        .hint("name a policy of that partition, or pass its partition to --partition")),
        boundary => Ok(boundary),
    }
}

fn parsed<T>(flag: &str, text: Option<&str>) -> Outcome<Option<T>>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    text.map(|text| text.parse().map_err(|error| Failure::usage(format!("{flag}: {error}")))).transpose()
}
