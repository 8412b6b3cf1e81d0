//! Organizations of any size that cost nothing until they are read.

use jiff::{SignedDuration, Timestamp};

use super::organization::OrganizationSpec;
use super::role_generator::RoleGenerator;
use super::spec::{AccountSpec, UnitSpec};
use crate::hash::Hash;

/// How large a generated organization is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GeneratedSpec {
    /// How many accounts `ListAccounts` returns, including the management account. The caller is in
    /// the management account.
    pub accounts: u32,
    /// How many roles each account has, including the audit role, which exists even with 0.
    pub roles_per_account: u32,
    /// The seed that everything follows from.
    pub seed: u64,
    /// The present time of the organization, in whole seconds.
    pub now: Timestamp,
    /// About how many bytes a role takes in an answer of `GetAccountAuthorizationDetails`; `None`
    /// for the usual size (about 1,500).
    pub role_bytes: Option<u32>,
}

/// The accounts of a generated organization.
#[derive(Debug, Clone)]
pub(crate) struct Generated {
    pub(crate) spec: GeneratedSpec,
    base: u64,
    units: Vec<String>,
    template: AccountSpec,
}

/// Account ids are scattered over all twelve-digit numbers, and can be mapped back to the account's
/// index.
const IDS: u64 = 1_000_000_000_000;
/// Coprime to the number of ids.
const STEP: u64 = 387_420_489_123;
/// `STEP`'s inverse modulo the number of ids.
const STEP_BACK: u64 = 953_087_858_187;

impl Generated {
    /// The accounts, and their organization.
    pub(crate) fn new(spec: GeneratedSpec) -> (Self, OrganizationSpec) {
        let base = Hash::new(spec.seed, "account ids").below(IDS);
        let mut organization = OrganizationSpec::new(spec.seed, spec.now);
        let management = id_at(base, 0);
        organization.accounts.clear();
        organization.management_account.clone_from(&management);
        organization.delegated_administrators.clear();
        for caller in &mut organization.callers {
            caller.account.clone_from(&management);
        }
        organization.audit.caller_arn = format!("arn:aws:iam::{management}:role/rolesweep-runner");
        for top in ["Workloads", "Platform", "Sandbox"] {
            let top = organization.unit(top, None);
            for below in ["Prod", "Staging", "Dev", "Legacy"] {
                organization.unit(below, Some(&top));
            }
        }
        let units = organization.units.iter().map(|unit: &UnitSpec| unit.id.clone()).collect();
        let now = organization.now;
        let mut template = AccountSpec::new("", "", now - SignedDuration::from_hours(24 * 1000));
        template.roles.push(organization.audit_role());
        template.generated_roles = spec.roles_per_account.saturating_sub(1);
        let generator = RoleGenerator::new(spec.seed, now, &organization.partition, &management, None);
        template.policies.extend(generator.policies());
        let generated = Self { spec, base, units, template };
        (generated, organization)
    }

    /// The id of the account at this place.
    pub(crate) fn id(&self, place: usize) -> String {
        id_at(self.base, place as u64)
    }

    /// The place of the account with this id.
    pub(crate) fn place(&self, id: &str) -> Option<usize> {
        let number: u64 = id.parse().ok()?;
        let steps = (number + IDS - self.base) % IDS;
        let place = u128::from(steps) * u128::from(STEP_BACK) % u128::from(IDS);
        let place = usize::try_from(place).ok()?;
        // The management account exists even in an organization that lists no accounts.
        (place < (self.spec.accounts as usize).max(1) && self.id(place) == id).then_some(place)
    }

    /// The id of the OU of the account at this index. The management account is in the root.
    pub(crate) fn unit(&self, place: usize) -> Option<&str> {
        let hash = Hash::new(self.spec.seed, "account unit").number(place as u64);
        (place > 0).then(|| self.units[hash.index(self.units.len())].as_str())
    }

    /// The account at this place.
    pub(crate) fn account(&self, place: usize) -> AccountSpec {
        let hash = Hash::new(self.spec.seed, "account").number(place as u64);
        let joined = SignedDuration::from_secs(i64::try_from(hash.below(2000 * 86_400)).unwrap_or_default());
        AccountSpec {
            id: self.id(place),
            name: if place == 0 { "management".to_owned() } else { format!("workload-{place:05}") },
            unit: self.unit(place).map(str::to_owned),
            joined: self.template.joined - joined,
            ..self.template.clone()
        }
    }
}

fn id_at(base: u64, place: u64) -> String {
    let number = (u128::from(base) + u128::from(place) * u128::from(STEP)) % u128::from(IDS);
    format!("{number:012}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_lead_back_to_their_accounts() {
        let (generated, _) = Generated::new(GeneratedSpec {
            accounts: 10_000,
            roles_per_account: 200,
            seed: 5,
            now: "2026-11-22T12:00:00Z".parse().unwrap(),
            role_bytes: None,
        });
        for place in [0, 1, 2, 4711, 9_999] {
            let id = generated.id(place);
            assert_eq!(id.len(), 12);
            assert_eq!(generated.place(&id), Some(place));
        }
        assert_eq!(generated.place(&generated.id(10_000)), None);
        assert_eq!(generated.place(""), None);
        assert_eq!(generated.place("1"), None);
    }
}
