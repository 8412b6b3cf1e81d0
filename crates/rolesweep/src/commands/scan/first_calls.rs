//! The first calls of a scan. They find out who the caller is and in which organization, and so
//! decide what the scan covers.

use std::sync::Arc;

use jiff::Timestamp;
use rolesweep_aws::AwsCloud;
use rolesweep_config::Settings;
use rolesweep_model::{Account, CollectParameters, Scan, ScanId, Scope, Source};
use rolesweep_scan::ports::{Clock as _, Cloud, Page};
use rolesweep_scan::{Identity, Listing, Membership, Stop, begin_listing, identify};
use rolesweep_sim::Simulator;

use super::demo;
use crate::clock::{SystemClock, whole_second};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::terminal::printer::Printer;

/// The result of the first calls.
pub(super) struct FirstCalls {
    pub(super) cloud: Arc<AwsCloud>,
    /// The scan that is about to run.
    pub(super) scan: Scan,
    /// What the user should know about it.
    pub(super) notes: Vec<String>,
    pub(super) first_page: Option<Page<Vec<Account>>>,
}

/// Makes the first calls, and prepares the scan from their answers.
pub(super) async fn run(
    now: Timestamp,
    simulator: Option<&Simulator>,
    stop: &Stop,
    settings: &Settings,
    printer: &Printer,
) -> Outcome<FirstCalls> {
    let cloud = Arc::new(open_cloud(simulator, settings).await?);
    cloud.connection().warnings().iter().for_each(|text| printer.warning(text));
    let identity = tokio::select! {
        identity = identify(&*cloud) => identity?,
        _ = stop.draining() => return Err(Failure::new("interrupted before the scan began")
            .hint("run the command again: nothing was read or written")
            .exiting(Exit::Interrupted)),
    };
    let named_only = named_only(&identity, &*cloud, settings, printer).await?;
    // A user who named the accounts has already been warned.
    let unknown = if named_only { None } else { unknown_organization(&identity) };
    // On a machine that wakes up or boots, the clock may be corrected before the first answer. The
    // time that was checked counts.
    let started_at = if simulator.is_some() { now } else { whole_second(SystemClock.now()) };
    let scan = describe(started_at, named_only, &identity, &cloud, simulator.is_some(), settings);
    tracing::info!(
        caller = %scan.caller.arn,
        organization = scan.organization.as_ref().map(|organization| tracing::field::display(&organization.id)),
        "identified the caller"
    );
    let first_page = identity.listing.into_page();
    Ok(FirstCalls { cloud, scan, notes: unknown.into_iter().collect(), first_page })
}

async fn open_cloud(simulator: Option<&Simulator>, settings: &Settings) -> Outcome<AwsCloud> {
    let reach = match simulator {
        Some(simulator) => demo::settings(simulator),
        None => rolesweep_connect::Settings {
            profile: settings.collect.profile.clone(),
            profile_file: settings.profile_file.clone(),
            region: settings.collect.region.clone(),
            read_timeout: Some(settings.collect.read_timeout),
            fixed: None,
        },
    };
    Ok(AwsCloud::new(rolesweep_connect::connect(reach).await?))
}

fn describe(
    now: Timestamp,
    named_only: bool,
    identity: &Identity,
    cloud: &AwsCloud,
    demo: bool,
    settings: &Settings,
) -> Scan {
    // In milliseconds, so that scans in the same second keep their order.
    let id = ScanId::generate(SystemClock.now());
    let parameters = settings.collect.parameters(&id, named_only);
    let source = if demo { Source::Demo } else { Source::Aws };
    Scan {
        id,
        started_at: now,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        source,
        endpoints_overridden: if demo { Vec::new() } else { cloud.connection().endpoints_overridden() },
        caller: identity.caller.clone(),
        organization: identity.organization().cloned(),
        scope: scope(&parameters),
        parameters,
        clock_difference_seconds: cloud.clock().map(|reading| reading.difference_seconds),
        end: None,
    }
}

/// Whether only the named accounts are scanned, because the organization cannot be listed. Warns
/// about it.
///
/// # Errors
/// If there is no organization and no account was named either.
async fn named_only<C: Cloud>(
    identity: &Identity,
    cloud: &C,
    settings: &Settings,
    printer: &Printer,
) -> Outcome<bool> {
    let named = !settings.collect.accounts.is_empty();
    let account = identity.caller.account_id;
    if matches!(identity.membership, Membership::None) {
        if named {
            printer.warning(&format!(
                "account {account} is not in an organization: only the named accounts are scanned"
            ));
            return Ok(true);
        }
        return Err(Failure::new(format!(
            "failed to list the organization: account {account} is not in an organization"
        ))
        .cause(format!("the caller is {}", identity.caller.arn))
        .hint("use credentials of the organization's management account, or of a delegated administrator's")
        .hint("or name the accounts to scan with --accounts or --accounts-file"));
    }
    if !named {
        return Ok(false);
    }
    // Find out before the scan whether the list is denied, because the population is then a
    // different one. The engine retries and reports other errors of the list.
    let denied = match &identity.listing {
        Listing::Unknown => begin_listing(cloud).await == Listing::Denied,
        known => *known == Listing::Denied,
    };
    if denied {
        printer.warning("the caller may not list the organization: only the named accounts are scanned");
    }
    Ok(denied)
}

/// The note if AWS did not say which organization it is.
fn unknown_organization(identity: &Identity) -> Option<String> {
    let Membership::Unknown(error) = &identity.membership else { return None };
    Some(format!(
        "the organization could not be read, so its scans are stored under the account {}: {}: {}",
        identity.caller.account_id,
        error.operation.action(),
        error.summary()
    ))
}

/// The part of the organization that a scan with these settings covers.
fn scope(parameters: &CollectParameters) -> Scope {
    if parameters.named_accounts_only {
        Scope::Named
    } else if parameters.filter.is_empty() {
        Scope::Organization
    } else {
        Scope::Part
    }
}
