//! Amazon Cognito identity pools, which also give tokens to users who did not sign in.

use super::claim::Limit;
use super::limits::{all, limit, values, why_open};
use super::providers::Provider;
use super::tokens::Tokens;
use crate::risk::confidence::Confidence;
use crate::risk::trust::level::TrustLevel;
use crate::risk::trust::term::{Fixed, Term};

/// The `amr` of a user who did not sign in.
const UNAUTHENTICATED: &str = "unauthenticated";

/// Some operators ignore case.
fn is_unauthenticated(kind: &Fixed) -> bool {
    kind.text.eq_ignore_ascii_case(UNAUTHENTICATED)
}

/// Whom the trust in identity pools lets in.
pub(super) fn tokens(provider: &Provider, issuer: &str, terms: &[Term<'_>]) -> Tokens {
    let tokens = |level, who: &str, confidence| Tokens {
        level,
        is_open: false,
        who: who.to_owned(),
        why: None,
        confidence,
    };
    match limit(provider.claims, issuer, terms) {
        Limit::None => Tokens {
            is_open: true,
            why: why_open(provider.claims, provider.tenant, issuer, terms),
            ..tokens(TrustLevel::Public, "any Amazon Cognito identity pool of any account", Confidence::High)
        },
        Limit::Project => {
            tokens(TrustLevel::Local, "a named user of an Amazon Cognito identity pool", Confidence::High)
        }
        Limit::Tenant => {
            let kinds = values("amr", issuer, terms);
            let every = |is: fn(&Fixed) -> bool| kinds.iter().any(|kinds| all(kinds, is));
            if every(|kind| kind.is_exact() && !is_unauthenticated(kind)) {
                tokens(
                    TrustLevel::ExternalBound,
                    "users who sign in to one Amazon Cognito identity pool",
                    Confidence::High,
                )
            } else if every(is_unauthenticated) {
                tokens(
                    TrustLevel::Public,
                    "users of one Amazon Cognito identity pool who did not sign in, by design",
                    Confidence::High,
                )
            } else {
                // Only the pool knows whether it has such users.
                tokens(
                    TrustLevel::Public,
                    "users of one Amazon Cognito identity pool, also those who did not sign in",
                    Confidence::Medium,
                )
            }
        }
    }
}
