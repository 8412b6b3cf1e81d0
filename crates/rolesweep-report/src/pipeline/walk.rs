//! The way through all accounts and their roles: read here, handed to the workers, written here again in the order of the report.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::Arc;

use rolesweep_assess::{Assessor, Totals, Usage};
use rolesweep_model::OuTree;
use rolesweep_store::AccountEntry;

use super::threads::{Pending, Workers};
use super::worker::{Page, PageResult, Worker};
use super::{Files, PipelineError, go_on};
use crate::assessed::{AccountFacts, AssessedAccount, Report};
use crate::error::ReportError;
use crate::manifest::Manifest;
use crate::remedies::remedy_of;
use crate::summary::{AccountObserver, RoleObserver, Summary};

/// How many bytes of roles may be on their way between reading and writing, as they count decoded. Some multiple of it is what they take.
const IN_FLIGHT: usize = 8 * 1024 * 1024;

/// What a page counts besides its roles.
const PAGE: usize = 4 * 1024;

/// The threads that assess and format.
pub(super) type PageWorkers = Workers<Page, Result<PageResult, PipelineError>>;

/// What is to be written next.
enum Step {
    /// Roles of the account of the next [`Step::Account`].
    Page { weight: usize, result: Pending },
    /// The end of an account.
    Account(Arc<AccountFacts>),
}

/// The state of the way: what the workers have, and where it is written.
pub(super) struct Walk<'w, 'a, W: Write> {
    report: &'a Report<'a>,
    names: &'a OuTree,
    workers: &'w PageWorkers,
    files: &'w mut Files<W>,
    steps: VecDeque<Step>,
    in_flight: usize,
    /// What was counted in the account that is being written.
    here: Totals,
    counted: Counted<'a>,
}

/// What was counted of all accounts.
pub(super) struct Counted<'a> {
    report: &'a Report<'a>,
    observer: AccountObserver<'a>,
    usage: Usage<'a>,
    /// How many roles have a row.
    rows: u64,
}

impl<'w, 'a, W: Write> Walk<'w, 'a, W> {
    pub(super) fn new(
        report: &'a Report<'a>,
        assessor: &'a Assessor<'a>,
        names: &'a OuTree,
        workers: &'w PageWorkers,
        files: &'w mut Files<W>,
    ) -> Self {
        let counted = Counted {
            report,
            observer: AccountObserver::new(report, names),
            usage: Usage::new(assessor, report.gaps),
            rows: 0,
        };
        Self {
            report,
            names,
            workers,
            files,
            steps: VecDeque::new(),
            in_flight: 0,
            here: Totals::default(),
            counted,
        }
    }

    /// Goes all the way.
    pub(super) fn run(mut self) -> Result<Counted<'a>, PipelineError> {
        let read = self.read();
        // What comes before an error is written all the same, as if each role had been written when it was read.
        while let Some(step) = self.steps.pop_front() {
            self.take(step)?;
        }
        read.map(|()| self.counted)
    }

    fn read(&mut self) -> Result<(), PipelineError> {
        let (store, scan) = (self.report.store, self.report.scan.id);
        for entry in store.accounts(scan)? {
            go_on(self.report)?;
            let AccountEntry { account, record } = entry?;
            let ou_path = account.parents.as_ref().map(|parents| self.names.name_path(parents));
            let facts = Arc::new(AccountFacts { account, ou_path, record });
            if facts.coverage().has_roles() {
                for roles in store.stored_roles(scan, facts.account.id)? {
                    go_on(self.report)?;
                    let roles = roles?;
                    let weight = roles.weight().saturating_add(PAGE);
                    self.make_room(weight)?;
                    let result = self.workers.start(Page { account: Arc::clone(&facts), roles });
                    self.in_flight += weight;
                    self.steps.push_back(Step::Page { weight, result });
                }
            }
            self.steps.push_back(Step::Account(facts));
            self.make_room(0)?;
        }
        Ok(())
    }

    /// Writes until there is room for so much more, or nothing left to write; and what needs no waiting.
    fn make_room(&mut self, weight: usize) -> Result<(), PipelineError> {
        while let Some(step) = self.steps.pop_front() {
            if matches!(step, Step::Page { .. }) && self.in_flight.saturating_add(weight) <= IN_FLIGHT {
                self.steps.push_front(step);
                break;
            }
            self.take(step)?;
        }
        Ok(())
    }

    fn take(&mut self, step: Step) -> Result<(), PipelineError> {
        let taken = self.write(step);
        if taken.is_err() {
            // Nothing is written behind what is missing.
            self.steps.clear();
        }
        taken
    }

    fn write(&mut self, step: Step) -> Result<(), PipelineError> {
        match step {
            Step::Page { weight, result } => {
                let page = self.workers.wait(result).ok_or(PipelineError::Lost)??;
                self.in_flight -= weight;
                self.here.merge(&page.totals);
                self.counted.rows += page.shown;
                for (output, rows) in self.files.outputs.iter_mut().zip(page.files) {
                    output.append(rows).map_err(ReportError::from)?;
                }
                Ok(())
            }
            Step::Account(facts) => self.account(&facts),
        }
    }

    /// The end of an account, with its roles counted.
    fn account(&mut self, facts: &AccountFacts) -> Result<(), PipelineError> {
        let Report { scan, gaps, parameters, .. } = *self.report;
        let (id, coverage) = (&facts.account.id, facts.coverage());
        let gap = gaps.iter().find(|gap| gap.covers(id, coverage, parameters.as_of));
        let account = AssessedAccount {
            facts,
            totals: std::mem::take(&mut self.here),
            accepted_gap: gap.map(|gap| gap.reason.as_str()),
            remedy: remedy_of(facts, scan),
        };
        self.counted.usage.account(id, coverage);
        self.counted.observer.account(&account);
        self.files.each(|sink, rows| sink.account(&account, rows))?;
        Ok(())
    }
}

impl<'a> Counted<'a> {
    /// The summary and the manifest, with what the workers counted.
    pub(super) fn finish(mut self, workers: Vec<Worker<'a>>) -> Result<(Summary, Manifest), PipelineError> {
        let mut roles = RoleObserver::new(self.report);
        for worker in workers {
            self.usage.merge(&worker.usage);
            roles.merge(worker.observer);
        }
        let remarks = self.usage.remarks().into_iter().map(|remark| remark.text);
        self.observer.finish(roles, self.rows, remarks).ok_or(PipelineError::Unbalanced)
    }
}
