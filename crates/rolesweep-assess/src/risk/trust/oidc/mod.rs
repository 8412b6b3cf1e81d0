//! Whom the trust in an OIDC provider lets in: which of its tokens the conditions accept.

mod claim;
mod identity_pools;
mod limits;
mod providers;
mod tokens;

use claim::Limit;
use limits::{all, limit, values, why_open};
use providers::{Claim, Kind, Provider};
pub(super) use tokens::Tokens;

use super::level::TrustLevel;
use super::term::{Fixed, Term};
use super::words;
use crate::risk::confidence::Confidence;

/// Reads the conditions on the tokens of an issuer, which is its URL without `https://`.
pub(super) fn tokens(issuer: &str, terms: &[Term<'_>]) -> Tokens {
    match providers::provider(issuer) {
        None => of_unknown(issuer, terms),
        Some(provider) if provider.kind == Kind::IdentityPools => {
            identity_pools::tokens(provider, issuer, terms)
        }
        Some(provider) => of_known(provider, issuer, terms),
    }
}

fn of_known(provider: &Provider, issuer: &str, terms: &[Term<'_>]) -> Tokens {
    let Provider { name, subject, tenant, .. } = provider;
    let limit = limit(provider.claims, issuer, terms);
    let level = match (provider.kind, limit) {
        (Kind::Cluster, _) | (_, Limit::Project) => TrustLevel::Local,
        (_, Limit::Tenant) | (Kind::OneTenant, Limit::None) => TrustLevel::ExternalBound,
        (Kind::Shared | Kind::IdentityPools, Limit::None) => TrustLevel::Public,
    };
    let who = match (level, limit) {
        (TrustLevel::Public, _) => format!("any {name} {subject}"),
        (_, Limit::Project) => format!("a named {name} {subject}"),
        _ => format!("any {subject} of one {name} {tenant}"),
    };
    let why = match limit {
        Limit::Project => pull_requests(provider, issuer, terms),
        // A condition that names one tenant of several says so itself.
        Limit::Tenant => None,
        Limit::None => why_open(provider.claims, provider.tenant, issuer, terms),
    };
    let is_open = level == TrustLevel::Public;
    Tokens { level, is_open, who, why, confidence: Confidence::High }
}

/// Nobody here knows whether the issuer serves only one customer.
fn of_unknown(issuer: &str, terms: &[Term<'_>]) -> Tokens {
    let values = values("sub", issuer, terms);
    let issuer_name = words::name(issuer);
    let (level, who, confidence) = if values.iter().any(|term| all(term, Fixed::is_exact)) {
        (TrustLevel::Local, format!("a named identity of {issuer_name}"), Confidence::Medium)
    } else if values.iter().any(|term| all(term, |value| !value.literal().is_empty())) {
        (TrustLevel::ExternalBound, format!("some identities of {issuer_name}"), Confidence::Low)
    } else {
        (TrustLevel::ExternalOpen, format!("any identity of {issuer_name}"), Confidence::Low)
    };
    let why = (level == TrustLevel::ExternalOpen)
        .then(|| why_open(&[Claim { name: "sub", forms: &[] }], "identity", issuer, terms))
        .flatten();
    Tokens { level, is_open: false, who, why, confidence }
}

/// What an owner of a repository gives a name, which may have a star.
const NAMED: &str = ":environment:";

/// Whether no token ever has a value with a star, because the claim has a form without one.
pub(super) fn never_sends(issuer: &str, term: &Term<'_>, value: &Fixed) -> bool {
    let claims = providers::provider(issuer).map_or(&[][..], |provider| provider.claims);
    let claim = claims.iter().find(|claim| term.claim_of(issuer) == Some(claim.name));
    claim.is_some_and(|claim| claim.begins(&value.text) && !value.text.contains(NAMED))
}

/// Code of a pull request may be anyone's.
fn pull_requests(provider: &Provider, issuer: &str, terms: &[Term<'_>]) -> Option<String> {
    let lets_in = |value: &Fixed| value.text.ends_with(":*") || value.text.contains("pull_request");
    let any = values("sub", issuer, terms).iter().flatten().any(lets_in);
    (provider.name == "GitHub" && any).then(|| "pull requests are let in".to_owned())
}
