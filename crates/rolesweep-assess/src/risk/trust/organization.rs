//! What is known of accounts: which are in the organization, and whose the others are.

use rolesweep_model::{AccountId, OrganizationId};

use crate::catalogue;
use crate::known_account::{AccountKind, KnownAccount, KnownAccounts};

/// What a report knows of the organization and of other accounts.
#[derive(Clone, Copy)]
pub struct Organization<'a> {
    /// The organization's id, if it is known.
    pub id: Option<&'a OrganizationId>,
    /// Its management account, if it is known. It is always a member.
    pub management: Option<AccountId>,
    /// Whether an account is a member.
    pub membership: &'a (dyn Fn(&AccountId) -> Membership + Sync),
    /// Whether [`membership`](Self::membership) knows every member.
    pub is_whole: bool,
    /// The accounts that the configuration names.
    pub known: &'a KnownAccounts<'a>,
    /// Whose account this is, by public lists.
    pub vendor: fn(&str) -> Option<&'static catalogue::KnownAccount>,
}

/// Whether an account is in the organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    /// It is.
    Member,
    /// It was in an earlier scan, and is not any more.
    Former,
    /// It is not among the members that are known.
    NotListed,
}

/// What an account is to the role that trusts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing<'a> {
    /// The role's own account.
    Own,
    /// The organization's management account.
    Management,
    /// Another account of the organization.
    Member,
    /// An account outside that the configuration calls ours.
    Ours(&'a KnownAccount),
    /// An account that the configuration calls a vendor's.
    DeclaredVendor(&'a KnownAccount),
    /// An account that has left the organization.
    Former,
    /// An account that public lists name.
    Listed(&'static catalogue::KnownAccount),
    /// An account that is not listed, while not all members are.
    MembershipUnknown,
    /// An account outside of which nothing is known.
    Outside,
}

impl<'a> Organization<'a> {
    pub(super) fn standing(&self, own: &AccountId, account: &AccountId) -> Standing<'a> {
        if account == own {
            return Standing::Own;
        }
        if self.management.as_ref() == Some(account) {
            return Standing::Management;
        }
        let membership = (self.membership)(account);
        if membership == Membership::Member {
            return Standing::Member;
        }
        match self.known.get(account) {
            Some(known) if known.kind == AccountKind::Ours => return Standing::Ours(known),
            Some(known) => return Standing::DeclaredVendor(known),
            None => {}
        }
        if membership == Membership::Former {
            return Standing::Former;
        }
        match (self.vendor)(account.as_str()) {
            Some(listed) => Standing::Listed(listed),
            None if self.is_whole => Standing::Outside,
            None => Standing::MembershipUnknown,
        }
    }
}
