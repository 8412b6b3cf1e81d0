//! Where roles are.

use rolesweep_model::Account;

/// Where a role is.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Its account.
    pub account: &'a Account,
    /// The names of the OUs above that account, as
    /// [`OuTree::name_path`](rolesweep_model::OuTree::name_path) writes them: `/` for the root,
    /// `/Workloads/Prod`. `None` if AWS did not say where the account is.
    pub ou_path: Option<&'a str>,
}
