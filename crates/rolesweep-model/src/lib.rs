//! The facts that a scan collects, and their one serialized form.
//!
//! Facts are what AWS answered, unchanged and without judgement. `rolesweep-assess` later decides
//! from them whether a role is idle, protected or a finding.

mod account;
mod arn;
mod aws_policy;
pub mod clock;
mod encode;
mod error_kind;
mod history;
mod ids;
pub mod meaning;
mod names;
mod ou_path;
mod ou_tree;
mod outcome;
mod page;
mod publication;
mod role;
mod role_documents;
mod role_facts;
mod scan;
pub mod suggest;
pub mod text;

pub use account::{Account, AccountState, OrganizationalUnit, ParentPath};
pub use arn::{ArnError, Partition, RoleArn};
pub use aws_policy::{AwsManagedPolicy, is_aws_managed};
pub use encode::{DecodeError, FORMAT_VERSION, borrow, decode, encode};
pub use error_kind::ErrorKind;
pub use history::{
    AccessPart, AccessPrints, AccountHistory, EarlierHistory, Fingerprinter, HistoryBuilder, RoleHistory,
};
pub use ids::{AccountId, IdError, OrganizationId, ParentId, RoleId, ScanId};
pub use names::{is_name_byte, is_region};
pub use ou_path::{OuPathError, canonical_ou_path, ou_path};
pub use ou_tree::OuTree;
pub use outcome::{Access, AccountRecord, Coverage, CrossCheck, Reason, ReasonKind};
pub use page::fact::Text;
pub use page::{PageRecord, RoleReader, encode_page};
pub use publication::{PreviousLink, Publication, RemovedScan};
pub use role::{CollectedRole, InlinePolicy, ManagedPolicy, Role, RolePage};
pub use role_documents::{PolicyDocument, RoleDocuments};
pub use role_facts::{AttachedPolicy, Boundary, Evidence, InstanceProfile, LastUse, Tag};
pub use scan::{
    AccountFilter, AwsPolicyCount, CallerIdentity, CollectParameters, Organization, Scan, ScanEnd, Scope,
    Source, StoreKey,
};
