//! Where the role is whose trust policy is read.

use rolesweep_model::AccountId;

use super::organization::Organization;

/// Where the role is whose trust policy is read.
#[derive(Clone, Copy)]
pub struct Home<'a> {
    /// Its account.
    pub account: &'a AccountId,
    /// Its partition, such as `aws`.
    pub partition: &'a str,
    /// What is known of its organization.
    pub organization: &'a Organization<'a>,
}
