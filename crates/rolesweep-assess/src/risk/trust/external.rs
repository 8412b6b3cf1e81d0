//! Accounts outside the organization that a trust policy names, with what is known of each.

use std::fmt;

use rolesweep_model::AccountId;
use rolesweep_model::text::one_line;

use super::organization::Standing;
use crate::catalogue;

/// An account outside the organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalAccount {
    /// Its id.
    pub id: AccountId,
    /// What is known of it.
    pub what: WhatIsKnown,
}

/// What is known of an account outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhatIsKnown {
    /// Nothing.
    Nothing,
    /// It may be in the organization: the scan does not know all members.
    MembershipUnknown,
    /// It was in the organization.
    Former,
    /// The configuration calls it ours.
    Ours {
        /// What the configuration calls it.
        name: String,
    },
    /// The configuration calls it a vendor's.
    Vendor {
        /// What the configuration calls it.
        name: String,
        /// Who answers for that.
        owner: String,
    },
    /// Public lists name it.
    Listed(&'static catalogue::KnownAccount),
}

impl ExternalAccount {
    /// The account, if it is not one of the organization.
    pub(super) fn new(id: AccountId, standing: Standing<'_>) -> Option<Self> {
        let what = match standing {
            Standing::Own | Standing::Management | Standing::Member => return None,
            Standing::Ours(known) => WhatIsKnown::Ours { name: one_line(&known.name) },
            Standing::DeclaredVendor(known) => {
                WhatIsKnown::Vendor { name: one_line(&known.name), owner: one_line(&known.owner) }
            }
            Standing::Former => WhatIsKnown::Former,
            Standing::Listed(listed) => WhatIsKnown::Listed(listed),
            Standing::MembershipUnknown => WhatIsKnown::MembershipUnknown,
            Standing::Outside => WhatIsKnown::Nothing,
        };
        Some(Self { id, what })
    }
}

impl fmt::Display for ExternalAccount {
    /// `444455556666 (vendor: Datadog)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            WhatIsKnown::Nothing => self.id.fmt(f),
            what => write!(f, "{} ({what})", self.id),
        }
    }
}

impl fmt::Display for WhatIsKnown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("not known"),
            Self::MembershipUnknown => f.write_str("membership unknown"),
            Self::Former => f.write_str("has left the organization"),
            Self::Ours { name } => write!(f, "ours: {name}"),
            Self::Vendor { name, owner } => write!(f, "vendor: {name}, says {owner}"),
            Self::Listed(listed) => match listed.owner {
                catalogue::AccountOwner::Vendor => write!(f, "vendor: {listed}"),
                catalogue::AccountOwner::Aws => listed.fmt(f),
            },
        }
    }
}
