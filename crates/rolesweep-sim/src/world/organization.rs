//! An organization that is built by hand.

use jiff::Timestamp;

use super::audit::AuditRole;
use super::document::Document;
use super::spec::{AccountSpec, CallerKind, CallerSpec, UnitSpec};
use super::wire::Wire;
use super::{SpecError, World};
use crate::hash::Hash;

/// A whole organization. Start with [`OrganizationSpec::new`], add to it, and call
/// [`OrganizationSpec::build`].
#[derive(Debug, Clone)]
pub struct OrganizationSpec {
    /// The seed that everything generated follows from.
    pub seed: u64,
    /// The organization's present time, in whole seconds. Credentials and signatures use the real
    /// time instead.
    pub now: Timestamp,
    /// The partition of all ARNs.
    pub partition: String,
    /// The organization's id, `o-…`.
    pub id: String,
    /// The root's id, `r-…`.
    pub root: String,
    /// The management account's id.
    pub management_account: String,
    /// The member accounts that may list the organization.
    pub delegated_administrators: Vec<String>,
    /// The OUs, each after its parent.
    pub units: Vec<UnitSpec>,
    /// The accounts, in the order of `ListAccounts`.
    pub accounts: Vec<AccountSpec>,
    /// Accounts outside any organization.
    pub standalone: Vec<AccountSpec>,
    /// The callers with credentials. The first one is the caller of [`crate::Simulator::caller`].
    pub callers: Vec<CallerSpec>,
    /// The audit role that [`OrganizationSpec::audited`] deploys.
    pub audit: AuditRole,
    /// The variations in AWS's answers.
    pub wire: Wire,
}

impl OrganizationSpec {
    /// The id of the management account that [`OrganizationSpec::new`] makes.
    pub const MANAGEMENT: &'static str = "111111111111";
    /// The id of the caller's account that [`OrganizationSpec::new`] makes.
    pub const SECURITY: &'static str = "222222222222";

    /// An organization of two accounts, both with the audit role: the management account, and
    /// `security-tooling`, a delegated administrator. The caller is a session of the role
    /// `rolesweep-runner` in the latter.
    #[must_use]
    pub fn new(seed: u64, now: Timestamp) -> Self {
        let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let hash = Hash::new(seed, "organization");
        let root = hash.text("root").lower(4);
        let caller = CallerSpec {
            name: "caller".to_owned(),
            account: Self::SECURITY.to_owned(),
            kind: CallerKind::Session {
                path: "/".to_owned(),
                role: "rolesweep-runner".to_owned(),
                session: "rolesweep".to_owned(),
            },
            policy: caller_policy(),
            expires: None,
            calls: None,
        };
        let audit = AuditRole::new(format!("arn:aws:iam::{}:role/rolesweep-runner", Self::SECURITY));
        let mut spec = Self {
            seed,
            now,
            partition: "aws".to_owned(),
            id: format!("o-{}", hash.lower(10)),
            root: format!("r-{root}"),
            management_account: Self::MANAGEMENT.to_owned(),
            delegated_administrators: vec![Self::SECURITY.to_owned()],
            units: Vec::new(),
            accounts: Vec::new(),
            standalone: Vec::new(),
            callers: vec![caller],
            audit,
            wire: Wire::default(),
        };
        spec.audited(Self::MANAGEMENT, "management");
        spec.audited(Self::SECURITY, "security-tooling");
        spec
    }

    /// Adds an OU below another one (or below the root), and gives its id.
    pub fn unit(&mut self, name: &str, parent: Option<&str>) -> String {
        let hash = Hash::new(self.seed, "unit").text(parent.unwrap_or_default()).text(name);
        let id = format!("ou-{}-{}", self.root.trim_start_matches("r-"), hash.lower(8));
        self.units.push(UnitSpec {
            id: id.clone(),
            name: name.to_owned(),
            parent: parent.map(str::to_owned),
        });
        id
    }

    /// Adds an active, empty account.
    pub fn account(&mut self, id: &str, name: &str) -> &mut AccountSpec {
        let joined = self.now - jiff::SignedDuration::from_hours(24 * 1000);
        let at = self.accounts.len();
        self.accounts.push(AccountSpec::new(id, name, joined));
        &mut self.accounts[at]
    }

    /// Adds an active account with the audit role.
    pub fn audited(&mut self, id: &str, name: &str) -> &mut AccountSpec {
        let role = self.audit_role();
        let account = self.account(id, name);
        account.roles.push(role);
        account
    }

    /// The audit role as it is deployed by default.
    #[must_use]
    pub fn audit_role(&self) -> super::RoleSpec {
        self.audit.role(self.now - jiff::SignedDuration::from_hours(24 * 500), self.now)
    }

    /// Adds another caller, a user without permissions, and gives it for changes.
    pub fn caller(&mut self, name: &str, account: &str) -> &mut CallerSpec {
        let at = self.callers.len();
        self.callers.push(CallerSpec {
            name: name.to_owned(),
            account: account.to_owned(),
            kind: CallerKind::User(name.to_owned()),
            policy: Document::new(r#"{"Version":"2012-10-17","Statement":[]}"#),
            expires: None,
            calls: None,
        });
        &mut self.callers[at]
    }

    /// The world of this organization.
    ///
    /// # Errors
    /// If an id, a name or a reference in it is one that AWS would not have.
    pub fn build(self) -> Result<World, SpecError> {
        World::new(self)
    }
}

/// The permissions that a scan's caller needs.
#[must_use]
pub fn caller_policy() -> Document {
    Document::allowing(&[
        "sts:AssumeRole",
        "organizations:DescribeAccount",
        "organizations:DescribeOrganization",
        "organizations:ListAccounts",
        "organizations:ListAccountsForParent",
        "organizations:ListOrganizationalUnitsForParent",
        "organizations:ListRoots",
        "organizations:ListTagsForResource",
    ])
}
