//! The truth in a test: the organization that the fake cloud answers from.

use rolesweep_model::{
    Account, AccountId, AccountState, Boundary, CallerIdentity, CollectedRole, Evidence, LastUse,
    OrganizationalUnit, ParentPath, Role,
};

/// The caller's account, which is the management account.
pub(crate) const CALLER: &str = "000000000001";

pub(crate) const ROOT: &str = "r-root";
pub(crate) const WORKLOADS: &str = "ou-root-aaaaaaaa";
pub(crate) const PROD: &str = "ou-root-bbbbbbbb";
pub(crate) const SANDBOX: &str = "ou-root-cccccccc";

/// An account with its roles.
#[derive(Debug, Clone)]
pub(crate) struct Truth {
    pub(crate) account: Account,
    pub(crate) roles: Vec<CollectedRole>,
}

/// An organization: a root, three OUs, and accounts.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    pub(crate) accounts: Vec<Truth>,
    pub(crate) units: Vec<OrganizationalUnit>,
}

pub(crate) fn id(n: u64) -> AccountId {
    format!("{n:012}").parse().unwrap()
}

impl World {
    /// Accounts 2, 3, 4 and so on, each with this many roles. Every other one is below
    /// `/Workloads/Prod`, the others below `/Sandbox`.
    pub(crate) fn with(accounts: u64, roles: usize) -> Self {
        let mut world = Self::default();
        for (id, name, parent) in [
            (ROOT, "Root", None),
            (WORKLOADS, "Workloads", Some(ROOT)),
            (PROD, "Prod", Some(WORKLOADS)),
            (SANDBOX, "Sandbox", Some(ROOT)),
        ] {
            world.units.push(OrganizationalUnit {
                id: id.parse().unwrap(),
                name: name.to_owned(),
                parent: parent.map(|parent| parent.parse().unwrap()),
            });
        }
        for n in 2..accounts + 2 {
            world.add(id(n), roles);
        }
        world
    }

    pub(crate) fn add(&mut self, id: AccountId, roles: usize) {
        let place: &[&str] =
            if self.accounts.len().is_multiple_of(2) { &[ROOT, WORKLOADS, PROD] } else { &[ROOT, SANDBOX] };
        let account = Account {
            id,
            name: Some(format!("account {id}")),
            email: None,
            state: AccountState::Active,
            parents: Some(ParentPath(place.iter().map(|id| id.parse().unwrap()).collect())),
            joined_at: None,
        };
        let roles = (0..roles).map(|n| role(id, n)).collect();
        self.accounts.push(Truth { account, roles });
    }

    pub(crate) fn truth(&self, id: AccountId) -> Option<&Truth> {
        // They are usually numbered from the first one on. This keeps the lookup fast for ten
        // thousand accounts.
        let number: usize = id.as_str().parse().unwrap();
        let at = number.checked_sub(2).and_then(|at| self.accounts.get(at));
        at.filter(|truth| truth.account.id == id)
            .or_else(|| self.accounts.iter().find(|truth| truth.account.id == id))
    }
}

/// A role as AWS knows it, with everything that any operation gives.
pub(crate) fn role(account: AccountId, n: usize) -> CollectedRole {
    let last_use = if n.is_multiple_of(3) {
        LastUse::NoneRecorded
    } else {
        LastUse::Used {
            at: jiff::Timestamp::from_second(1_700_000_000 + i64::try_from(n).unwrap()).unwrap(),
            region: Some("eu-central-1".to_owned()),
        }
    };
    // The first is the audit role.
    let name = if n == 0 { "Audit".to_owned() } else { format!("app/role-{n:04}") };
    let role = Role {
        last_use,
        trust_policy: Some("{\"Version\":\"2012-10-17\"}".to_owned()),
        attached_policies: Some(vec![]),
        inline_policy_names: Some(vec![]),
        permissions_boundary: Boundary::Absent,
        tags: Some(vec![]),
        instance_profiles: Some(vec![]),
        description: Some(format!("role {n}")),
        max_session_seconds: Some(7200),
        ..Role::new(
            format!("arn:aws:iam::{account}:role/{name}").parse().unwrap(),
            format!("AROA{account}{n:05}").parse().unwrap(),
            "2020-01-01T00:00:00Z".parse().unwrap(),
            Evidence::AuthorizationDetails,
        )
    };
    CollectedRole { role, inline_policies: Some(vec![]) }
}

/// A role as `ListRoles` gives it.
pub(crate) fn listed(mut collected: CollectedRole) -> CollectedRole {
    collected.role.last_use = LastUse::NotCollected;
    collected.role.evidence = Evidence::ListRoles;
    collected.role.permissions_boundary = Boundary::NotCollected;
    collected.role.tags = None;
    without_policies(collected)
}

/// A role as `GetRole` gives it.
pub(crate) fn asked(mut collected: CollectedRole) -> CollectedRole {
    collected.role.evidence = Evidence::GetRole;
    without_policies(collected)
}

fn without_policies(mut collected: CollectedRole) -> CollectedRole {
    collected.role.attached_policies = None;
    collected.role.inline_policy_names = None;
    collected.role.instance_profiles = None;
    collected.inline_policies = None;
    collected
}

/// Who makes the calls.
pub(crate) fn caller() -> CallerIdentity {
    CallerIdentity {
        account_id: CALLER.parse().unwrap(),
        arn: format!("arn:aws:iam::{CALLER}:user/auditor"),
        partition: rolesweep_model::Partition::aws(),
    }
}
