//! The way through all accounts and their roles: read here, rendered by the workers, written here again in the order of the report.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::Arc;

use rolesweep_assess::Totals;
use rolesweep_report::{AccountCsv, ReportError, RoleCsv};
use rolesweep_store::AccountEntry;

use super::page::{Located, Page, PageRows};
use super::pass::RenderError;
use super::tally::{Tally, is_read};
use super::workers::{Pending, Workers};

/// How many bytes of roles may be on their way between reading and writing, as they count decoded. Some multiple of it is what they take.
const IN_FLIGHT: usize = 8 * 1024 * 1024;

/// What a page counts besides its roles.
const PAGE: usize = 4 * 1024;

/// The threads that render.
pub(super) type Renderers = Workers<Page, Result<PageRows, RenderError>>;

/// What is to be written next.
enum Step {
    /// Roles of the account of the next [`Step::Account`].
    Page { weight: usize, rendered: Pending },
    /// The end of an account.
    Account(Arc<Located>),
}

/// The state of the way: what the workers have, and where it is written.
pub(super) struct Walk<'w, 'a, R: Write, A: Write> {
    tally: &'w mut Tally<'a>,
    workers: &'w Renderers,
    roles: &'w mut RoleCsv<R>,
    accounts: Option<&'w mut AccountCsv<A>>,
    steps: VecDeque<Step>,
    in_flight: usize,
    /// What was counted in the account that is being written.
    here: Totals,
}

impl<'w, 'a, R: Write, A: Write> Walk<'w, 'a, R, A> {
    pub(super) fn new(
        tally: &'w mut Tally<'a>,
        workers: &'w Renderers,
        roles: &'w mut RoleCsv<R>,
        accounts: Option<&'w mut AccountCsv<A>>,
    ) -> Self {
        Self {
            tally,
            workers,
            roles,
            accounts,
            steps: VecDeque::new(),
            in_flight: 0,
            here: Totals::default(),
        }
    }

    /// Goes all the way.
    pub(super) fn run(mut self) -> Result<(), RenderError> {
        let read = self.read();
        // What comes before an error is written all the same, as if each role had been written when it was read.
        while let Some(step) = self.steps.pop_front() {
            self.take(step)?;
        }
        read
    }

    fn read(&mut self) -> Result<(), RenderError> {
        let (store, scan) = (self.tally.pass.store, self.tally.pass.scan.id);
        for entry in store.accounts(scan)? {
            self.tally.pass.go_on()?;
            let AccountEntry { account, record } = entry?;
            let ou_path = account.parents.as_ref().map(|parents| self.tally.names.path(parents));
            let account = Arc::new(Located { account, record, ou_path });
            if account.record.as_ref().is_some_and(|record| is_read(record.coverage)) {
                for roles in store.stored_roles(scan, account.account.id)? {
                    self.tally.pass.go_on()?;
                    let roles = roles?;
                    let weight = roles.weight().saturating_add(PAGE);
                    self.make_room(weight)?;
                    let rendered = self.workers.start(Page { account: Arc::clone(&account), roles });
                    self.in_flight += weight;
                    self.steps.push_back(Step::Page { weight, rendered });
                }
            }
            self.steps.push_back(Step::Account(account));
            self.make_room(0)?;
        }
        Ok(())
    }

    /// Writes until there is room for so much more, or nothing left to write; and what needs no waiting.
    fn make_room(&mut self, weight: usize) -> Result<(), RenderError> {
        while let Some(step) = self.steps.pop_front() {
            if matches!(step, Step::Page { .. }) && self.in_flight.saturating_add(weight) <= IN_FLIGHT {
                self.steps.push_front(step);
                break;
            }
            self.take(step)?;
        }
        Ok(())
    }

    fn take(&mut self, step: Step) -> Result<(), RenderError> {
        let taken = self.write(step);
        if taken.is_err() {
            // Nothing is written behind what is missing.
            self.steps.clear();
        }
        taken
    }

    fn write(&mut self, step: Step) -> Result<(), RenderError> {
        match step {
            Step::Page { weight, rendered } => {
                let rendered = self.workers.wait(rendered).ok_or(RenderError::Lost)??;
                self.in_flight -= weight;
                self.here.merge(&rendered.totals);
                // The named error of a report's file comes through the writer; anything else is the stream's.
                self.roles.append(rendered.rows).map_err(ReportError::from)?;
                Ok(())
            }
            Step::Account(account) => {
                let here = std::mem::take(&mut self.here);
                self.tally.account(&account, &here, self.accounts.as_deref_mut())
            }
        }
    }
}
