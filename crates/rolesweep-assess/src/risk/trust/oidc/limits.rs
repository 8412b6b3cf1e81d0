//! What the conditions on claims fix together.

use super::claim::Limit;
use super::providers::Claim;
use crate::risk::trust::term::{Fixed, Term};
use crate::risk::trust::words;

/// What the conditions on the claims fix together.
pub(super) fn limit(claims: &[Claim], issuer: &str, terms: &[Term<'_>]) -> Limit {
    let of_claim = |claim: &Claim| {
        let of_term = |values: Vec<Fixed>| values.iter().map(|value| claim.limit(value)).min();
        values(claim.name, issuer, terms).into_iter().filter_map(of_term).max()
    };
    claims.iter().filter_map(of_claim).max().unwrap_or(Limit::None)
}

/// The values of each condition that limits a claim.
pub(super) fn values(claim: &str, issuer: &str, terms: &[Term<'_>]) -> Vec<Vec<Fixed>> {
    on(claim, issuer, terms).filter_map(|term| term.fixed().ok()).collect()
}

fn on<'a, 't>(claim: &'a str, issuer: &'a str, terms: &'a [Term<'t>]) -> impl Iterator<Item = &'a Term<'t>> {
    terms.iter().filter(move |term| term.claim_of(issuer) == Some(claim))
}

pub(super) fn all(values: &[Fixed], is: impl Fn(&Fixed) -> bool) -> bool {
    !values.is_empty() && values.iter().all(is)
}

/// Why the conditions on the usual claim do not tell one customer from the others.
pub(super) fn why_open(claims: &[Claim], tenant: &str, issuer: &str, terms: &[Term<'_>]) -> Option<String> {
    let claim = claims.first()?;
    let key = words::name(&format!("{issuer}:{}", claim.name));
    let Some(term) = on(claim.name, issuer, terms).next() else {
        return Some(format!("no condition on {key}"));
    };
    match term.fixed() {
        Ok(values) => {
            let open = values.iter().find(|value| claim.limit(value) == Limit::None)?;
            Some(format!("`{}` in {key} does not name one {tenant}", words::name(&open.text)))
        }
        Err(weak) => Some(words::weak(term, weak)),
    }
}
