//! Who answers for a role, and what manages it. What is found is a claim of whoever may tag or name
//! the role, or writes the settings, so it changes neither status nor disposition.
//!
//! `rules` and `table` have what the user declares, `owner` finds the owner of one role, and
//! `manager` what manages it.

pub mod manager;
mod owner;
mod rules;
mod table;

pub use owner::{AccountOwners, Owner, Owners};
pub use rules::{DEFAULT_IGNORED_VALUES, DEFAULT_TAGS, KnownOwner, OwnerRules, folded_key, folded_value};
pub use table::{OwnedPlace, OwnerPlace, ambiguous_owner_ou, unknown_owner_ous};
