//! What is known of AWS beyond one organization: the actions of its services, how permissions
//! escalate, and whose well-known accounts are.
//!
//! The data is in files under `data/`, each with its sources, their licences, dates and hashes at the
//! top. `cargo xtask data` makes the files. Lists that are written here name actions, and a test fails
//! if AWS does not know one of them: an unknown name would otherwise never match, and nobody would see
//! it.

mod accounts;
mod action;
mod admin;
mod changes;
mod data_access;
mod dates;
mod destroy;
mod escalation;
mod file;
mod level;
mod listed;
mod probe;
mod sensitive;
mod set;
mod table;

pub use accounts::{AccountOwner, KnownAccount, known_account};
pub use action::Action;
pub use admin::admin_actions;
pub use data_access::{ENCRYPTED, data_actions};
pub use dates::{DataVersion, data_date, data_dates, data_versions, sources};
pub use destroy::destroy_actions;
pub use escalation::{EscalationPath, Needs, Target, escalation_path, escalation_paths};
pub use file::Source;
pub use level::AccessLevel;
pub use listed::ListedAction;
pub use probe::Unnamed;
pub use sensitive::Sensitive;
pub use set::ActionSet;
