//! What rules ask about the other roles of an account.

use std::sync::Arc;

use hashbrown::HashMap;

use super::trusts::Trusts;

/// Whether a role is an administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Administrator {
    /// It is not.
    No,
    /// It is.
    Yes,
    /// Nobody can say: a document is missing or not understood.
    Unknown,
}

/// What others ask about a role: at most 500 bytes, with its part of the indexes of
/// [`AccountRoles`].
#[derive(Debug, Clone)]
pub struct RoleFacts {
    /// Its path and name, as they follow `role/` in its ARN.
    pub(crate) resource: Box<str>,
    /// Who may assume it. Roles with the same trust policy share it.
    pub(crate) trusts: Arc<Trusts>,
    pub(crate) administrator: Administrator,
    /// Whether a customer-managed policy is attached to it.
    pub(crate) has_customer_policy: bool,
}

impl RoleFacts {
    /// Its name, without its path.
    pub(crate) fn name(&self) -> &str {
        self.resource.rsplit('/').next().unwrap_or(&self.resource)
    }

    /// Whether its account can change it: nobody can change what AWS reserves.
    pub(crate) fn is_changeable(&self) -> bool {
        !self.resource.starts_with("aws-service-role/") && !self.resource.starts_with("aws-reserved/")
    }
}

/// The roles of one account.
#[derive(Debug)]
pub struct AccountRoles {
    roles: Vec<RoleFacts>,
    /// The roles that trust a service, by service.
    trusting: HashMap<&'static str, Vec<u32>>,
    is_whole: bool,
}

impl AccountRoles {
    /// An account whose roles are still to be added. `is_whole` says whether they will be all of its
    /// roles.
    #[must_use]
    pub fn new(is_whole: bool) -> Self {
        Self { roles: Vec::new(), trusting: HashMap::new(), is_whole }
    }

    /// Adds a role.
    pub fn add(&mut self, role: RoleFacts) {
        let Ok(at) = u32::try_from(self.roles.len()) else { return };
        for service in &role.trusts.services {
            self.trusting.entry(service).or_default().push(at);
        }
        self.roles.push(role);
    }

    /// Whether these are all roles of the account.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Every role, in the order in which they were added.
    #[must_use]
    pub fn all(&self) -> &[RoleFacts] {
        &self.roles
    }

    /// The roles that trust a service.
    pub(crate) fn trusting(&self, service: &str) -> impl Iterator<Item = &RoleFacts> + Clone {
        let places = self.trusting.get(service).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|&at| self.roles.get(at as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_of_a_role_is_small() {
        // Beside it: its path and name, and four bytes in an index for each service that it trusts.
        assert!(size_of::<RoleFacts>() <= 64, "{}", size_of::<RoleFacts>());
    }
}
