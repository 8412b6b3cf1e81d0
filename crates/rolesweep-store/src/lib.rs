//! Scans and their facts in one SQLite file.
//!
//! A store is bound to one organization ([`rolesweep_model::StoreKey`]). It holds scans; a scan holds the accounts of its population; an
//! account holds the pages of roles and policies that it answered, and, once it is finished, a record of what became of it.
//!
//! What it promises:
//! - **An account is there whole, or not at all.** Its roles become visible with [`Store::finish`], in one transaction. What a process
//!   that was killed left of other accounts is invisible, and goes when the account or the next scan begins.
//! - **The better outcome stays.** Another attempt at an account takes the place of the one before when it is finished, and only if it fared no
//!   worse.
//! - **Scans have an order.** Each gets a number greater than all before it; the clock does not count.
//! - **What has returned, stands.** A process that is killed (also with SIGKILL) loses nothing whose call has returned, the calls of an open
//!   [`Store::batch`] aside. A computer that loses power never damages the store, and may lose the accounts that were finished in the
//!   last moments, which resuming the scan then reads again; [`Store::finish_scan`] returns when the disk has everything.
//! - **One writer.** The operating system's lock is on `<store>.rolesweep-lock`, which names the process and the scan that it makes. Readers need no lock, see the store as it
//!   was when they opened it, and disturb nobody.
//! - **Its owner's alone.** Every file has mode 0600 from its first byte on.
//! - **Bounded memory.** Reading holds the narrow facts of one account at most, and of those only pages whose ARNs overlap; documents are read
//!   only when asked for; SQLite's cache is limited. Damaged or hostile files give errors.
//!
//! What lives across scans (when a role was first seen, a later last use that AWS has forgotten since) is not here yet. It will come as a schema of
//! its own: a table keyed by `role_id`, written by [`Store::finish_scan`] from the accounts of that scan, so that what an old report says never
//! depends on scans made later or removed.

mod blob;
mod error;
mod fault;
mod files;
mod lock;
mod lock_file;
mod open;
mod owner;
mod read;
mod roles;
mod schema;
mod store;
mod write;

#[cfg(test)]
use rolesweep_testing as support;

pub use blob::EncodedPage;
pub use error::{Result, StoreError};
pub use lock_file::{Holder, Writer};
pub use read::{AccountDocuments, AccountEntry, Accounts, NumberedScan};
pub use roles::{StoredParts, StoredRoles};
pub use schema::SCHEMA_VERSION;
pub use store::Store;
