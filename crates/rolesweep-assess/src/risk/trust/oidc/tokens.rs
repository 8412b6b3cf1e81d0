//! Whom the trust in an OIDC provider lets in.

use crate::risk::confidence::Confidence;
use crate::risk::trust::level::TrustLevel;

/// Whom the trust in an OIDC provider lets in.
#[derive(Debug)]
pub(crate) struct Tokens {
    pub(crate) level: TrustLevel,
    /// Whether the claim that tells the provider's customers apart is missing or open.
    pub(crate) is_open: bool,
    /// Who gets such tokens, in words.
    pub(crate) who: String,
    /// Why it is no narrower, in words.
    pub(crate) why: Option<String>,
    pub(crate) confidence: Confidence,
}
