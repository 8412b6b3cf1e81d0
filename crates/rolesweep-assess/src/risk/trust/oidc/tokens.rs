//! Whom the trust in an OIDC provider lets in.

use crate::risk::confidence::Confidence;
use crate::risk::trust::level::TrustLevel;

/// Whom the trust in an OIDC provider lets in.
#[derive(Debug)]
pub(in crate::risk::trust) struct Tokens {
    pub(in crate::risk::trust) level: TrustLevel,
    /// Whether the claim that tells the provider's customers apart is missing or open.
    pub(in crate::risk::trust) is_open: bool,
    /// Who gets such tokens, in words.
    pub(in crate::risk::trust) who: String,
    /// Why it is no narrower, in words.
    pub(in crate::risk::trust) why: Option<String>,
    pub(in crate::risk::trust) confidence: Confidence,
}
