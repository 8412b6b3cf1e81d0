//! One pass over the facts of a scan: every role is assessed, counted, and written where it is wanted.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use rolesweep_assess::{AcceptedGap, Assessor, Completeness, CoverageSummary, Parameters, Totals};
use rolesweep_model::{Scan, Scope};
use rolesweep_report::{
    AccountCsv, Accounts, Bom, FileEntry, Include, PreviousManifest, ReportDirectory, ReportError,
    ReportFile, RoleCsv, Roles,
};
use rolesweep_store::{Store, StoreError};

use super::page::Worker;
use super::remedies::Trouble;
use super::tally::Tally;
use super::walk::Walk;
use super::workers::{threads, with_workers};

/// How many roles and accounts the summary shows of those that stand out.
pub(super) const SHOWN: usize = 5;

/// What one report is made of.
pub(crate) struct Pass<'a> {
    /// The facts.
    pub(crate) store: &'a Store,
    /// The scan.
    pub(crate) scan: &'a Scan,
    /// How to assess.
    pub(crate) parameters: &'a Parameters,
    /// Gaps that somebody answers for.
    pub(crate) gaps: &'a [AcceptedGap],
    /// Which roles get a row.
    pub(crate) include: Include,
    /// The report before this one, where there is one.
    pub(crate) previous: Option<PreviousManifest>,
    /// Set by whoever wants no report any more.
    pub(crate) stop: &'a AtomicBool,
}

impl Pass<'_> {
    /// Refuses to go on when nobody wants the report any more.
    pub(super) fn go_on(&self) -> Result<(), RenderError> {
        if self.stop.load(Ordering::Relaxed) { Err(RenderError::Stopped) } else { Ok(()) }
    }
}

/// Where a report goes.
pub(crate) enum Target<'a> {
    /// A folder with all files.
    Folder(ReportDirectory),
    /// `roles.csv` alone.
    Stream(&'a mut dyn Write),
}

/// Why a report could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RenderError {
    /// The facts could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The report could not be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The sums are not what they have to be.
    #[error(
        "make a report: its counts do not add up; the store is damaged, or this is a defect in rolesweep"
    )]
    Unbalanced,
    /// Nobody wants it any more.
    #[error("make a report: it was interrupted")]
    Stopped,
    /// The system has no thread for the work.
    #[error("make a report: the system refused a thread")]
    Threads(#[source] io::Error),
    /// A thread is gone.
    #[error("make a report: a part of it was lost, which is a defect in rolesweep")]
    Lost,
}

/// A role that stands out.
#[derive(Debug)]
pub(crate) struct LongIdle {
    pub(crate) days: i64,
    pub(crate) age_days: i64,
    pub(crate) is_minimum: bool,
    pub(crate) last_use: String,
    pub(crate) account: String,
    pub(crate) role: String,
}

/// An account that stands out.
#[derive(Debug)]
pub(crate) struct Burdened {
    pub(crate) flagged: u64,
    pub(crate) roles: u64,
    pub(crate) name: String,
    pub(crate) ou_path: String,
}

/// Accounts in which the audit role was not assumed, for one reason.
#[derive(Debug)]
pub(crate) struct Unassumed {
    pub(crate) accounts: u64,
    /// What to do about it.
    pub(crate) remedy: Option<String>,
}

/// What the pass found: everything that the summary and the exit code need.
#[derive(Debug)]
pub(crate) struct Rendered {
    pub(crate) as_of: Timestamp,
    pub(crate) as_of_set: bool,
    pub(crate) scope: Scope,
    /// Whether the list of accounts was read to its end.
    pub(crate) population_complete: bool,
    pub(crate) coverage: CoverageSummary,
    pub(crate) completeness: Completeness,
    /// Accounts that the scan meant to read: neither excluded nor out of use.
    pub(crate) wanted: u64,
    /// In how many of those the audit role was assumed.
    pub(crate) assumed: u64,
    /// Why it was not in the others that were not read without it.
    pub(crate) unassumed: BTreeMap<String, Unassumed>,
    /// Whether the scan's own clock is shown to have been wrong.
    pub(crate) clock_was_wrong: bool,
    /// Whether there was nothing to check the scan's clock against.
    pub(crate) clock_is_unchecked: bool,
    pub(crate) totals: Totals,
    pub(crate) longest: Vec<LongIdle>,
    pub(crate) most: Vec<Burdened>,
    pub(crate) troubles: Vec<Trouble>,
    /// What should be looked at in the configuration.
    pub(crate) notes: Vec<String>,
    /// The files that were written, the manifest aside.
    pub(crate) files: Vec<FileEntry>,
}

/// Makes the report.
pub(crate) fn render(pass: &Pass<'_>, target: Target<'_>) -> Result<Rendered, RenderError> {
    render_with(threads(), pass, target)
}

/// Makes the report with so many threads beside this one, which reads and writes. It is the same with any number.
pub(super) fn render_with(
    threads: NonZeroUsize,
    pass: &Pass<'_>,
    target: Target<'_>,
) -> Result<Rendered, RenderError> {
    let assessor = Assessor::new(pass.parameters);
    let mut tally = Tally::new(pass, &assessor);
    match target {
        Target::Folder(mut folder) => {
            let mut roles = folder.create_csv::<Roles>()?;
            let mut accounts = folder.create_csv::<Accounts>()?;
            walk(threads, &assessor, &mut tally, &mut roles, Some(&mut accounts))?;
            let rows = roles.rows();
            folder.seal(roles)?;
            folder.seal(accounts)?;
            let (mut rendered, manifest) = tally.finish(rows)?;
            pass.go_on()?;
            rendered.files = folder.commit(manifest)?.files;
            Ok(rendered)
        }
        Target::Stream(stream) => {
            let mut roles = RoleCsv::new(stream, Bom::No).map_err(ReportError::Stream)?;
            let walked =
                walk(threads, &assessor, &mut tally, &mut roles, None::<&mut AccountCsv<ReportFile>>);
            let rows = roles.rows();
            // Also what comes before an error: whoever reads gets it.
            let finished = roles.finish().map_err(ReportError::Stream);
            walked?;
            finished?;
            Ok(tally.finish(rows)?.0)
        }
    }
}

/// Goes through all accounts and their roles.
fn walk<'a, R: Write, A: Write>(
    threads: NonZeroUsize,
    assessor: &'a Assessor<'a>,
    tally: &mut Tally<'a>,
    roles: &mut RoleCsv<R>,
    accounts: Option<&mut AccountCsv<A>>,
) -> Result<(), RenderError> {
    let workers = (0..threads.get()).map(|_| Worker::new(tally.pass, assessor)).collect();
    let (walked, workers) =
        with_workers(workers, Worker::render, |workers| Walk::new(tally, workers, roles, accounts).run())
            .map_err(RenderError::Threads)?;
    walked?;
    tally.gather(workers);
    Ok(())
}
