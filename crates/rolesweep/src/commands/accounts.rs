//! Which population a scan has: the organization's, or the caller's list of accounts.

use rolesweep_model::{CollectParameters, Scope};
use rolesweep_scan::ports::Cloud;
use rolesweep_scan::{Identity, Listing, Membership, begin_listing};

use crate::failure::{Failure, Outcome};
use crate::printer::Printer;
use rolesweep_config::Settings;

/// Whether the accounts that the caller named are all there is to go by, because the organization cannot be listed. Says so.
///
/// # Errors
/// When there is no organization and no account was named either.
pub(super) async fn named_only<C: Cloud>(
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
                "account {account} is in no organization: only the named accounts are scanned"
            ));
            return Ok(true);
        }
        return Err(Failure::new(format!("failed to list the organization: account {account} is in none"))
            .cause(format!("the caller is {}", identity.caller.arn))
            .hint(
                "use credentials of the organization's management account, or of a delegated administrator's",
            )
            .hint("or name the accounts to scan with --accounts or --accounts-file"));
    }
    if !named {
        return Ok(false);
    }
    // Without a list to check them against, the accounts are another population, which is better known before the scan than in the middle
    // of it. What else may be wrong with the list is the engine's to try again and to report.
    let denied = match &identity.listing {
        Listing::Unknown => begin_listing(cloud).await == Listing::Denied,
        known => *known == Listing::Denied,
    };
    if denied {
        printer.warning("the caller may not list the organization: only the named accounts are scanned");
    }
    Ok(denied)
}

/// What follows where AWS refused to say which organization it is.
pub(super) fn unknown_organization(identity: &Identity) -> Option<String> {
    let Membership::Unknown(error) = &identity.membership else { return None };
    Some(format!(
        "which organization this is could not be read, so that its scans are kept under the account {}: {}: {}",
        identity.caller.account_id,
        error.operation.action(),
        error.summary()
    ))
}

/// Which part of the organization a scan with these settings means to see.
pub(super) fn scope(parameters: &CollectParameters) -> Scope {
    if parameters.named_accounts_only {
        Scope::Named
    } else if parameters.filter.is_empty() {
        Scope::Organization
    } else {
        Scope::Part
    }
}
