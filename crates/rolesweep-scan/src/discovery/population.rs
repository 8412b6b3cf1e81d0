//! The known accounts, and which of them may be scanned now. Pure: discovery adds facts, and the
//! engine carries out the steps.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rolesweep_model::text::first_few;
use rolesweep_model::{
    Account, AccountId, AccountState, Coverage, OrganizationalUnit, ParentId, ParentPath, Reason, ReasonKind,
};

use crate::discovery::misfits::Misfits;
use crate::discovery::ou_tree::{Places, UnitTree};
use crate::discovery::selection::{Decision, Selection};
use crate::error::ScanError;
use crate::plan::Plan;
use crate::ports::{CloudError, ErrorKind};
use crate::selection_mistake::SelectionList;

/// What to do after something became known.
#[derive(Debug, Default)]
pub(crate) struct Step {
    /// Accounts to report to the sink before anything else happens to them.
    pub(crate) told: Vec<Account>,
    /// Accounts to scan.
    pub(crate) selected: Vec<Account>,
    /// Accounts whose outcome is known without a call.
    pub(crate) settled: Vec<(Account, Coverage, Reason)>,
    /// What a reader should know.
    pub(crate) notes: Vec<String>,
}

impl Step {
    /// Adds a note about these accounts, if there are any.
    fn note(&mut self, text: &str, ids: &BTreeSet<AccountId>) {
        if !ids.is_empty() {
            self.notes.push(format!("{text}: {}", first_few(ids, 5, ids.len())));
        }
    }
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum ListState {
    #[default]
    Open,
    Whole,
    BrokenOff,
}

#[derive(Debug, Default)]
enum Placing {
    /// It has not been needed so far.
    #[default]
    NotAsked,
    /// It was asked for.
    Asked,
    Known(Places),
}

/// The population of a scan.
#[derive(Default)]
pub(crate) struct Population {
    selection: Selection,
    needs_unit_names: bool,
    /// Whether the caller's list is the population.
    named_only: bool,
    named: BTreeSet<AccountId>,
    excluded: BTreeSet<AccountId>,
    /// Accounts that the caller named or excluded, and that have not been listed so far. One of them
    /// may be mistyped, so no account is scanned before all of them are known.
    awaited: BTreeSet<AccountId>,
    already_finished: BTreeSet<AccountId>,
    /// Accounts that the list has to contain.
    members: BTreeSet<AccountId>,
    known: HashMap<AccountId, AccountState>,
    /// Accounts that the list has more than once, with different states.
    two_states: BTreeSet<AccountId>,
    /// Whether the list ended without accounts that the organization has.
    lacks_members: bool,
    /// Accounts that no root or OU lists, or that several list, although the whole tree was read.
    not_in_tree: BTreeSet<AccountId>,
    /// Accounts that cannot be decided yet.
    held: Vec<Account>,
    /// Accounts that came without their OU.
    unplaced: Vec<Account>,
    any_placed: bool,
    not_there: BTreeSet<AccountId>,
    odd_states: BTreeMap<String, BTreeSet<AccountId>>,
    undescribed: bool,
    listing: ListState,
    tree: Option<UnitTree>,
    placing: Placing,
    misfits: Misfits,
}

impl Population {
    pub(crate) fn new(plan: &Plan) -> Self {
        let filter = &plan.parameters.filter;
        let named_only = plan.parameters.named_accounts_only;
        let mut awaited = filter.accounts.clone();
        if !named_only {
            awaited.extend(&filter.exclude_accounts);
        }
        Self {
            awaited,
            selection: Selection::new(filter),
            needs_unit_names: plan.needs_unit_names,
            named_only,
            named: filter.accounts.clone(),
            excluded: filter.exclude_accounts.clone(),
            already_finished: plan.already_finished.clone(),
            members: if named_only { BTreeSet::new() } else { plan.members.clone() },
            ..Self::default()
        }
    }

    /// How many accounts are known.
    pub(crate) fn len(&self) -> usize {
        self.known.len()
    }

    /// How many of them an earlier run finished.
    pub(crate) fn already_finished(&self) -> usize {
        self.already_finished.iter().filter(|id| self.known.contains_key(*id)).count()
    }

    /// Whether the list of accounts was read to its end.
    pub(crate) fn is_listed(&self) -> bool {
        self.listing == ListState::Whole
    }

    /// Whether it is whole, including the names that are needed.
    pub(crate) fn is_whole(&self) -> bool {
        let named = match &self.tree {
            Some(tree) => tree.failure.is_none() || !self.needs_unit_names,
            // It was not requested, or the scan was stopped first. Another scan could read it.
            None => !self.wants_walk() && !self.needs_unit_names,
        };
        // Every account has a parent. If the parent is unknown, the account may be in any OU.
        let placed = self.not_in_tree.is_empty() || !(self.selects_by_unit() || self.needs_unit_names);
        self.is_listed() && !self.lacks_members && named && placed
    }

    /// Whether the OU tree is needed. A caller who names accounts is usually not allowed to read
    /// it.
    pub(crate) fn wants_walk(&self) -> bool {
        !self.named_only || self.selects_by_unit() || self.any_placed
    }

    /// Whether accounts wait for the tree before they can be decided.
    pub(crate) fn selects_by_unit(&self) -> bool {
        self.selection.uses_units()
    }

    /// The parents whose accounts have to be listed to find the accounts' OUs, once.
    pub(crate) fn wants_places(&mut self) -> Option<Vec<(ParentId, ParentPath)>> {
        let tree = self.tree.as_ref().filter(|tree| tree.failure.is_none())?;
        let needed = !self.unplaced.is_empty() && (!self.named_only || self.selects_by_unit());
        if !needed || !matches!(self.placing, Placing::NotAsked) {
            return None;
        }
        self.placing = Placing::Asked;
        Some(tree.paths())
    }

    /// Adds a page of accounts. An account that is already known changes nothing, unless its state
    /// has changed.
    pub(crate) fn listed(&mut self, accounts: Vec<Account>) -> Result<Step, ScanError> {
        let mut step = Step::default();
        let mut fresh = Vec::with_capacity(accounts.len());
        for mut account in accounts {
            if self.known.contains_key(&account.id) {
                self.listed_again(account, &mut fresh, &mut step);
                continue;
            }
            self.known.insert(account.id, account.state.clone());
            self.awaited.remove(&account.id);
            match (&account.parents, &self.placing) {
                (Some(_), _) => self.any_placed = true,
                (None, Placing::Known(places)) => {
                    account.parents = places.paths.get(&account.id).cloned();
                    if account.parents.is_none() && places.failure.is_none() {
                        self.not_in_tree.insert(account.id);
                    }
                }
                (None, _) => self.unplaced.push(account.clone()),
            }
            let undescribed = self.undescribed && account.state == AccountState::NotGiven;
            if matches!(account.state, AccountState::NotGiven | AccountState::Other(_)) && !undescribed {
                self.odd_states.entry(account.state.as_str().to_owned()).or_default().insert(account.id);
            }
            step.told.push(account.clone());
            if !self.already_finished.contains(&account.id) {
                fresh.push(account);
            }
        }
        self.sort(fresh, &mut step)?;
        Ok(step)
    }

    /// An account that the list has had before with another state. It is attempted if either state
    /// allows it.
    ///
    /// Accounts that are not active wait for the list's end, so this one has no outcome yet: it is
    /// `fresh` or held.
    fn listed_again(&mut self, account: Account, fresh: &mut [Account], step: &mut Step) {
        let Some(known) = self.known.get_mut(&account.id) else { return };
        if *known == account.state {
            return;
        }
        self.two_states.insert(account.id);
        if known.is_attempted() || !account.state.is_attempted() {
            return;
        }
        known.clone_from(&account.state);
        if let Some(unplaced) = self.unplaced.iter_mut().find(|unplaced| unplaced.id == account.id) {
            unplaced.state = account.state.clone();
        }
        if let Some(waiting) = fresh.iter_mut().chain(&mut self.held).find(|waiting| waiting.id == account.id)
        {
            waiting.state = account.state;
            step.told.push(waiting.clone());
        }
    }

    /// A named account is not in the organization.
    pub(crate) fn not_there(&mut self, id: AccountId) {
        self.not_there.insert(id);
    }

    /// Named accounts could not be described.
    pub(crate) fn undescribed(&mut self, error: &CloudError) -> Step {
        self.undescribed = true;
        let why = format!("names and states of the named accounts are not known: {}", brief(error));
        Step { notes: vec![why], ..Step::default() }
    }

    /// The list ended, either completely or with a failure.
    pub(crate) fn ended(&mut self, failure: Option<&CloudError>) -> Result<Step, ScanError> {
        let mut step = Step::default();
        let missing = |wanted: &BTreeSet<AccountId>| -> BTreeSet<AccountId> {
            wanted.iter().filter(|id| !self.known.contains_key(*id)).copied().collect()
        };
        match failure {
            None => {
                let ids = &self.not_there | &missing(&self.named);
                let mut unknown: Vec<_> = ids.into_iter().map(|id| (SelectionList::Accounts, id)).collect();
                let excluded = missing(&self.excluded);
                if self.named_only {
                    step.note("--exclude-accounts names accounts that --accounts does not name", &excluded);
                } else {
                    unknown.extend(excluded.into_iter().map(|id| (SelectionList::ExcludeAccounts, id)));
                }
                let members = missing(&self.members);
                step.note("the list of accounts lacks accounts that the organization has", &members);
                self.lacks_members = !members.is_empty();
                self.misfits.accounts = unknown;
                self.listing = ListState::Whole;
            }
            Some(error) => {
                let (listed, why) = (self.known.len(), brief(error));
                step.notes
                    .push(format!("the list of accounts ended with an error after {listed} accounts: {why}"));
                step.note("accounts that --accounts names were not reached", &missing(&self.named));
                self.listing = ListState::BrokenOff;
            }
        }
        self.refuse_misfits()?;
        for (state, ids) in &self.odd_states {
            let text = match state.as_str() {
                "" => "AWS gave no state for these accounts, which are attempted".to_owned(),
                state => format!("AWS gave a state that this version does not know ({state}), attempted"),
            };
            step.note(&text, ids);
        }
        step.note(
            "the list of accounts has some accounts twice, with different states; they are attempted if either state allows it",
            &self.two_states,
        );
        self.note_not_in_tree(&mut step);
        self.release(&mut step)?;
        Ok(step)
    }

    /// Adds a note on accounts that the tree does not list, once both the list and the tree are
    /// known.
    fn note_not_in_tree(&self, step: &mut Step) {
        if self.listing != ListState::Open && matches!(self.placing, Placing::Known(_)) {
            step.note("no root or OU lists these accounts, or more than one does", &self.not_in_tree);
        }
    }

    /// The tree of OUs was walked.
    pub(crate) fn walked(&mut self, tree: UnitTree) -> Result<Step, ScanError> {
        let mut step = Step::default();
        if let Some(error) = &tree.failure {
            if self.selection.has_unresolved() && self.misfits.accounts.is_empty() {
                return Err(ScanError::UnitsUnreadable(error.clone()));
            }
            step.notes.push(format!("names of OUs are not known: {}", brief(error)));
            if self.selection.uses_units() {
                step.notes
                    .push("whether the OUs of --ou and --exclude-ou exist could not be checked".to_owned());
            }
        } else {
            self.misfits.units = self.selection.resolve(&tree);
        }
        self.tree = Some(tree);
        self.refuse_misfits()?;
        self.release(&mut step)?;
        Ok(step)
    }

    /// Refuses a selection that names what the organization does not have, once everything is known:
    /// the accounts with the end of the list, and the OUs with the tree.
    fn refuse_misfits(&self) -> Result<(), ScanError> {
        let waits = self.listing == ListState::Open || (self.selects_by_unit() && self.tree.is_none());
        if waits || self.misfits.is_empty() {
            return Ok(());
        }
        let named = |id: &&AccountId| self.named.contains(*id) || self.excluded.contains(*id);
        let others: Vec<AccountId> = self.known.keys().filter(|id| !named(id)).copied().collect();
        let tree = self.tree.as_ref().map(|tree| &tree.units);
        Err(ScanError::Selection(self.misfits.describe(&others, tree)))
    }

    /// The tree was searched for accounts.
    pub(crate) fn placed(&mut self, places: Places) -> Result<Step, ScanError> {
        let mut step = Step::default();
        if let Some(error) = &places.failure {
            step.notes.push(format!("the OUs of some accounts are not known: {}", brief(error)));
        }
        let place = |account: &mut Account| {
            if account.parents.is_none() {
                account.parents = places.paths.get(&account.id).cloned();
            }
        };
        self.held.iter_mut().for_each(place);
        for mut account in std::mem::take(&mut self.unplaced) {
            place(&mut account);
            if account.parents.is_some() {
                step.told.push(account);
            } else if places.failure.is_none() {
                self.not_in_tree.insert(account.id);
            }
        }
        self.placing = Placing::Known(places);
        self.note_not_in_tree(&mut step);
        self.release(&mut step)?;
        Ok(step)
    }

    /// The scan winds down: held accounts are not scanned any more.
    pub(crate) fn interrupted(&mut self, reason: &Reason) -> Step {
        let mut step = Step::default();
        let decidable = !self.selection.has_unresolved();
        for account in std::mem::take(&mut self.held) {
            let decision = self.selection.decide(&account, false);
            match outcome_of(&account, &decision).filter(|_| decidable) {
                Some((coverage, why)) => step.settled.push((account, coverage, why)),
                None => step.settled.push((account, Coverage::NotReached, reason.clone())),
            }
        }
        step
    }

    /// The roots and OUs, by id.
    pub(crate) fn into_units(self) -> Vec<OrganizationalUnit> {
        self.tree.map(|tree| tree.units.into_units()).unwrap_or_default()
    }

    /// Whether the tree has been walked, or a failure to walk it noted.
    pub(crate) fn has_tree(&self) -> bool {
        self.tree.is_some()
    }

    fn release(&mut self, step: &mut Step) -> Result<(), ScanError> {
        let held = std::mem::take(&mut self.held);
        self.sort(held, step)
    }

    /// Decides each account that can be decided, and holds the others.
    fn sort(&mut self, accounts: Vec<Account>, step: &mut Step) -> Result<(), ScanError> {
        let list_is_enough = self.awaited.is_empty() || self.listing != ListState::Open;
        if !list_is_enough || self.selection.has_unresolved() || !self.misfits.is_empty() {
            self.held.extend(accounts);
            return Ok(());
        }
        let placed = matches!(&self.placing, Placing::Known(places) if places.failure.is_none());
        for account in accounts {
            let decision = self.selection.decide(&account, placed);
            if decision == Decision::Selected {
                step.selected.push(account);
            } else if decision == Decision::NotActive && self.listing == ListState::Open {
                // The list may name it again, with another state.
                self.held.push(account);
            } else if let Some((coverage, reason)) = outcome_of(&account, &decision) {
                step.settled.push((account, coverage, reason));
            } else if let Some(error) = self.unreadable() {
                return Err(ScanError::UnitsUnreadable(error));
            } else {
                self.held.push(account);
            }
        }
        Ok(())
    }

    /// Why the accounts' OUs stay unknown.
    fn unreadable(&self) -> Option<CloudError> {
        let tree = self.tree.as_ref().and_then(|tree| tree.failure.clone());
        match &self.placing {
            Placing::Known(places) => tree.or(places.failure.clone()),
            Placing::NotAsked | Placing::Asked => tree,
        }
    }
}

/// The outcome of an account that is not scanned.
fn outcome_of(account: &Account, decision: &Decision) -> Option<(Coverage, Reason)> {
    let (coverage, kind, summary) = match decision {
        Decision::Selected | Decision::Undecided => return None,
        Decision::Excluded(rule) => (Coverage::Excluded, ReasonKind::Excluded, rule.clone()),
        Decision::NotActive => (Coverage::NotActive, ReasonKind::NotActive, account.state.to_string()),
        Decision::NotInTree => {
            let summary = "no root or OU lists the account, or more than one does";
            (Coverage::NotReached, ReasonKind::Malformed, summary.to_owned())
        }
    };
    Some((coverage, Reason { kind, action: None, summary, detail: None }))
}

/// An error as text for a note. It is the same in every run, and names a contradiction if there is
/// one.
fn brief(error: &CloudError) -> String {
    let text = format!("{}: {}", error.operation, error.summary());
    if error.kind == ErrorKind::Malformed && !error.message.is_empty() {
        format!("{text} ({})", error.message)
    } else {
        text
    }
}
