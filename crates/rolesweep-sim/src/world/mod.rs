//! Worlds: what exists, as far as the wire can show it.
//!
//! A world never changes. It is written by hand ([`OrganizationSpec`], [`demo`]) or generated when
//! it is read ([`World::generated`]). The same few methods read both.

mod audit;
mod check;
mod demo;
mod document;
mod generated;
mod managed;
mod names;
mod organization;
mod role_generator;
mod spec;
mod truth;
mod view;
mod wire;

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::Timestamp;

pub use audit::AuditRole;
pub use check::SpecError;
pub use demo::{DemoFacts, demo, demo_earlier};
pub use document::Document;
pub use generated::GeneratedSpec;
pub use organization::{OrganizationSpec, caller_policy};
pub use spec::{
    AccountSpec, CallerKind, CallerSpec, InlinePolicySpec, LastUse, LastUseIn, ListedIn, PolicySpec,
    RoleSpec, UnitSpec,
};
pub use truth::{AccountTruth, RoleTruth};
pub use wire::{Documents, StateWords, Wire};

pub(crate) use view::{AccountView, Policy};

use generated::Generated;
use role_generator::RoleGenerator;

/// An AWS Organization and its callers.
#[derive(Debug, Clone)]
pub struct World {
    /// Everything except the accounts of a generated organization.
    pub(crate) organization: OrganizationSpec,
    places: HashMap<String, usize>,
    standalone: HashMap<String, usize>,
    generated: Option<Generated>,
    generator: RoleGenerator,
}

impl World {
    /// The world of a hand-made organization.
    ///
    /// # Errors
    /// If an id, a name or a reference in it is one that AWS would not have.
    pub fn new(organization: OrganizationSpec) -> Result<Self, SpecError> {
        check::check(&organization)?;
        Ok(Self::assemble(organization, None))
    }

    /// A generated organization of any size.
    #[must_use]
    pub fn generated(spec: GeneratedSpec) -> Self {
        let (generated, organization) = Generated::new(spec);
        Self::assemble(organization, Some(generated))
    }

    /// The same, with other variations of the wire format.
    #[must_use]
    pub fn with_wire(mut self, change: impl FnOnce(&mut Wire)) -> Self {
        change(&mut self.organization.wire);
        self
    }

    fn assemble(mut organization: OrganizationSpec, generated: Option<Generated>) -> Self {
        let generator = RoleGenerator::new(
            organization.seed,
            organization.now,
            &organization.partition,
            &organization.management_account,
            generated.as_ref().and_then(|generated| generated.spec.role_bytes),
        );
        for account in organization.accounts.iter_mut().chain(&mut organization.standalone) {
            if account.generated_roles > 0 {
                account.policies.extend(generator.policies());
            }
        }
        let places = |accounts: &[AccountSpec]| {
            accounts.iter().enumerate().map(|(place, account)| (account.id.clone(), place)).collect()
        };
        Self {
            places: places(&organization.accounts),
            standalone: places(&organization.standalone),
            organization,
            generated,
            generator,
        }
    }

    /// The world's present time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.organization.now
    }

    /// The organization's id.
    #[must_use]
    pub fn organization_id(&self) -> &str {
        &self.organization.id
    }

    /// The management account's id.
    #[must_use]
    pub fn management_account(&self) -> &str {
        &self.organization.management_account
    }

    /// The ids of all accounts of the organization, in the order of `ListAccounts`.
    pub fn account_ids(&self) -> impl Iterator<Item = String> {
        (0..self.account_count()).map(|place| match &self.generated {
            Some(generated) => generated.id(place),
            None => self.organization.accounts[place].id.clone(),
        })
    }

    /// How many accounts the organization has.
    #[must_use]
    pub fn account_count(&self) -> usize {
        match &self.generated {
            Some(generated) => generated.spec.accounts as usize,
            None => self.organization.accounts.len(),
        }
    }

    /// The truth about an account of the organization; `None` if it has no such account.
    #[must_use]
    pub fn account_truth(&self, id: &str) -> Option<AccountTruth> {
        let view = self.account(id).filter(|_| self.is_member(id))?;
        let units = self.units_above(view.spec.unit.as_deref());
        let names: Vec<&str> = units.iter().map(|unit| unit.name.as_str()).collect();
        let ids = units.iter().map(|unit| unit.id.clone());
        Some(AccountTruth {
            id: view.spec.id.clone(),
            name: view.spec.name.clone(),
            state: view.spec.state.clone(),
            ou_path: format!("/{}", names.join("/")),
            parents: std::iter::once(self.organization.root.clone()).chain(ids).collect(),
            roles: view.role_count(),
        })
    }

    /// All roles of an account, in AWS's order. Empty if there is no such account.
    #[must_use]
    pub fn truth(&self, account: &str) -> Vec<RoleTruth> {
        let Some(view) = self.account(account) else {
            return Vec::new();
        };
        (0..view.role_count()).map(|number| view.truth(&view.role_at(number))).collect()
    }

    /// The account with this id, in the organization or outside.
    pub(crate) fn account(&self, id: &str) -> Option<AccountView<'_>> {
        if let Some(&place) = self.standalone.get(id) {
            return Some(self.view(Cow::Borrowed(&self.organization.standalone[place])));
        }
        let place = match &self.generated {
            Some(generated) => generated.place(id)?,
            None => *self.places.get(id)?,
        };
        Some(self.account_at(place))
    }

    /// The account at this place of `ListAccounts`.
    pub(crate) fn account_at(&self, place: usize) -> AccountView<'_> {
        self.view(match &self.generated {
            Some(generated) => Cow::Owned(generated.account(place)),
            None => Cow::Borrowed(&self.organization.accounts[place]),
        })
    }

    /// Whether an account is in the organization.
    pub(crate) fn is_member(&self, id: &str) -> bool {
        match &self.generated {
            Some(generated) => generated.place(id).is_some(),
            None => self.places.contains_key(id),
        }
    }

    /// The places of the accounts directly below an OU, or below the root.
    pub(crate) fn places_below(&self, unit: Option<&str>) -> Vec<usize> {
        (0..self.account_count())
            .filter(|&place| match &self.generated {
                Some(generated) => generated.unit(place) == unit,
                None => self.organization.accounts[place].unit.as_deref() == unit,
            })
            .collect()
    }

    /// The OUs from the topmost down to this one.
    pub(crate) fn units_above(&self, unit: Option<&str>) -> Vec<&UnitSpec> {
        let mut units = Vec::new();
        let mut next = unit;
        // A checked organization has no cycles.
        while let Some(found) = next.and_then(|id| self.unit(id)) {
            units.insert(0, found);
            next = found.parent.as_deref();
        }
        units
    }

    /// The OU with this id.
    pub(crate) fn unit(&self, id: &str) -> Option<&UnitSpec> {
        self.organization.units.iter().find(|unit| unit.id == id)
    }

    fn view<'w>(&'w self, spec: Cow<'w, AccountSpec>) -> AccountView<'w> {
        AccountView::new(self, spec)
    }
}
