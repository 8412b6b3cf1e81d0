//! Scans and their facts in one SQLite file.
//!
//! A store is bound to one organization ([`rolesweep_model::StoreKey`]). It holds scans. A scan
//! holds the accounts of its population. An account holds the pages of roles and policies that it
//! answered and, once it is finished, a record of what became of it.
//!
//! What it promises:
//! - **An account is there whole, or not at all.** Its roles become visible with [`Store::finish`],
//!   in one transaction. What a killed process left of other accounts is invisible, and is removed
//!   when the account or the next scan begins.
//! - **The better outcome stays.** Another attempt at an account replaces the one before when it is
//!   finished, if it fared no worse.
//! - **Scans have an order.** Each gets a greater number than all before it; the clock does not
//!   count.
//! - **What has returned stands.** A process that is killed (also with SIGKILL) loses nothing whose
//!   call has returned, except the calls of an open [`Store::batch`]. A computer that loses power
//!   never damages the store. It may lose the accounts that were finished in the last moments;
//!   resuming the scan reads them again. [`Store::finish_scan`] returns when the disk has
//!   everything.
//! - **One writer.** The operating system's lock is on `<store>.rolesweep-lock`, which names the
//!   process and the scan that it makes. Readers need no lock, see the store as it was when they
//!   opened it, and disturb nobody.
//! - **Only its owner can read it.** Every file has mode 0600 from its first byte on.
//! - **Bounded memory.** Reading holds at most the facts of one account without its documents, and
//!   of those only pages whose ARNs overlap. Documents are read only on request, and lent for one
//!   account at a time; those of policies that AWS manages are limited to 64 MiB. SQLite's cache is
//!   limited. Damaged or hostile files give errors. What a report counts across accounts is in a
//!   temporary database ([`FamilyCounts`]).
//! - **Nothing is forgotten with a scan.** What the scans up to one know of a role together (when it
//!   was first seen, an earlier last use that AWS has forgotten since) is written when the scan
//!   finishes ([`Store::histories`]). [`Store::prune_scan`] keeps the newest of it for each account.
//!   A history never depends on scans that were made later or removed.
//! - **A removed scan leaves a trace.** What was published of it stays, and when it was removed.

mod aws_policies;
mod blob;
mod documents;
mod error;
mod family_counts;
mod fault;
mod files;
mod history;
mod lock;
mod lock_file;
mod open;
mod owner;
mod prune;
mod publications;
mod read;
mod roles;
mod schema;
mod store;
mod write;

#[cfg(test)]
use rolesweep_testing as support;

pub use aws_policies::AwsManagedPolicies;
pub use blob::EncodedPage;
pub use documents::{AccountDocuments, DecompressedDocuments, PolicyDocuments};
pub use error::{Result, StoreError};
pub use family_counts::{FamilyCount, FamilyCounts};
pub use history::{Histories, ScanHistory, StoredHistory};
pub use lock_file::{Holder, Writer};
pub use read::{AccountEntry, Accounts, NumberedScan};
pub use roles::{StoredParts, StoredRoles};
pub use schema::SCHEMA_VERSION;
pub use store::Store;
