//! Who could take a role over: its trust policy, read with what is known of accounts and identity
//! providers.
//!
//! A statement's principals say whom it lets in (`principal`), and its conditions may limit that
//! (`term`, `reach`, `oidc`). `grant` joins the two, `denials` finds what is denied again, and
//! `judge` takes the widest.

mod denials;
mod external;
mod grant;
mod home;
mod judge;
mod level;
mod oidc;
mod organization;
mod principal;
mod reach;
mod rules;
mod term;
mod verdict;
mod words;

pub use external::{ExternalAccount, WhatIsKnown};
pub use home::Home;
pub use judge::judge;
pub use level::TrustLevel;
pub use organization::{Membership, Organization};
pub use rules::{RULES, TrustRule};
pub use verdict::Trust;
