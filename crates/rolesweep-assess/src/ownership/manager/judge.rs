//! Weighs the signs of one role.

use std::borrow::Cow;
use std::cmp::Reverse;

use rolesweep_model::Role;

use super::declared::{CLOUDFORMATION, MANAGERS, Manager};
use super::sign::{ManagerConfidence, Named, Rank, Said};
use crate::catalogue::AccountOwner;
use crate::risk::trust::{ExternalAccount, WhatIsKnown};

/// What manages a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedBy {
    /// What, as reports name it: a word of [`names`](super::names), or `vendor:` with a name.
    pub manager: Cow<'static, str>,
    /// How sure that is: as sure as its surest sign.
    pub confidence: ManagerConfidence,
    /// Its signs, and at the end what else it could be.
    pub evidence: Vec<String>,
}

/// A sign that a role has.
struct Found {
    manager: Cow<'static, str>,
    is_by_stacks: bool,
    rank: Rank,
    confidence: ManagerConfidence,
    evidence: String,
}

/// What manages a role, if it has a sign of that. `outside` are the accounts outside the organization
/// that its trust policy names.
///
/// A path that AWS reserves outranks a tag, a tag outranks an account that the role trusts, and that
/// outranks the shape of a name, which outranks a name that anyone may type. Between equal ones the
/// surest counts, and then the one that is declared first.
pub fn managed_by<S: AsRef<str>>(role: &Role<S>, outside: &[ExternalAccount]) -> Option<ManagedBy> {
    let account = role.arn.account_id();
    let named = Named { account: account.as_str(), path: role.arn.path(), name: role.arn.name() };
    let said = Said::all(role);
    let of_manager = |manager: &'static Manager| {
        let signs = manager.signs.iter();
        signs.filter_map(|sign| Some((sign, sign.on(role, &named, &said)?))).map(|(sign, evidence)| Found {
            manager: Cow::Borrowed(manager.name),
            is_by_stacks: manager.is_by_stacks,
            rank: sign.rank(),
            confidence: sign.confidence,
            evidence,
        })
    };
    let mut found: Vec<Found> = MANAGERS.iter().flat_map(of_manager).collect();
    found.extend(outside.iter().filter_map(vendor));
    found.sort_by_key(|found| (found.rank, Reverse(found.confidence)));
    let first = found.first()?;
    let (own, others): (Vec<&Found>, Vec<&Found>) =
        found.iter().partition(|other| other.manager == first.manager);
    let says_more = |other: &&&Found| !(first.is_by_stacks && other.manager == CLOUDFORMATION);
    let second = others.iter().find(says_more);
    let mut evidence: Vec<String> = own.iter().map(|found| found.evidence.clone()).collect();
    // Two accounts of one vendor say the same.
    evidence.dedup();
    evidence.extend(second.map(|other| format!("could also be {}: {}", other.manager, other.evidence)));
    Some(ManagedBy {
        manager: first.manager.clone(),
        confidence: own.iter().map(|found| found.confidence).max().unwrap_or(first.confidence),
        evidence,
    })
}

/// The vendor whose account a role trusts.
fn vendor(account: &ExternalAccount) -> Option<Found> {
    let (name, confidence) = match &account.what {
        WhatIsKnown::Vendor { name, .. } => (name.as_str(), ManagerConfidence::High),
        WhatIsKnown::Listed(listed) if listed.owner == AccountOwner::Vendor => {
            // Without a source, the account is only said to be theirs.
            let is_sourced = listed.source.is_some();
            (listed.name, if is_sourced { ManagerConfidence::High } else { ManagerConfidence::Medium })
        }
        WhatIsKnown::Listed(_)
        | WhatIsKnown::Nothing
        | WhatIsKnown::MembershipUnknown
        | WhatIsKnown::Former
        | WhatIsKnown::Ours { .. } => return None,
    };
    Some(Found {
        manager: Cow::Owned(format!("vendor:{name}")),
        is_by_stacks: false,
        rank: Rank::Account,
        confidence,
        evidence: format!("trusts account {account}"),
    })
}

#[cfg(test)]
mod tests;
