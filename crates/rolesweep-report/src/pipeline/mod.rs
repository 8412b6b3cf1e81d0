//! From the facts of one scan to a report: each role is read, assessed, counted, formatted, and
//! written in order.
//!
//! ```text
//! store ──accounts──▶ workers: assess, hand to sinks ──sinks, in order──▶ joined ──rows──▶ files
//! ```
//!
//! This thread reads and writes (`accounts`); the others do the rest, account by account
//! (`reporter`, `account`, `threads`). The report is the same with any number of them. If there is an
//! earlier scan to compare with, each account is read from both (`pair`), and its roles are compared
//! as they are assessed (`comparison`).

mod account;
mod accounts;
mod chains;
mod comparison;
mod context;
mod error;
mod pair;
mod population;
mod reporter;
mod risk;
mod stored;
mod threads;
mod trust;

use std::io::{self, Write};
use std::num::NonZeroUsize;

use rolesweep_assess::Assessor;
use rolesweep_store::{FamilyCounts, Store};

use crate::assessed::Report;
use crate::directory::ReportDirectory;
use crate::error::ReportError;
use crate::formats::{FORMATS, FileFormat, FileRows, STREAM};
use crate::manifest::Manifest;
use crate::output::{Output, Rows};
use crate::settings::Alternatives;
use crate::sink::Sink as _;
use crate::sinks::Sinks;
use crate::summary::Summary;
pub(crate) use account::{AccountAssessor, TakesRoles};
use accounts::each_job;
pub use comparison::compare_scans;
pub(crate) use context::Context;
pub use error::PipelineError;
use pair::stored_pairs;
use reporter::AccountReporter;
pub(crate) use stored::{StoredAccount, go_on};
pub(crate) use threads::threads;
use threads::with_workers;

/// The destination of a report.
pub enum Target<'a> {
    /// A folder with all files.
    Folder(ReportDirectory),
    /// `roles.csv` alone.
    Stream(&'a mut dyn Write),
    /// No file: only the summary is wanted.
    SummaryOnly,
}

/// Makes the report of these facts.
///
/// # Errors
///
/// [`PipelineError`]. After an error there is no folder, and no part of one; a stream has what came
/// before the error.
pub fn run(store: &Store, report: &Report<'_>, target: Target<'_>) -> Result<Summary, PipelineError> {
    run_with(threads(), store, report, target)
}

/// Makes the report with so many threads besides this one.
fn run_with(
    threads: NonZeroUsize,
    store: &Store,
    report: &Report<'_>,
    target: Target<'_>,
) -> Result<Summary, PipelineError> {
    match target {
        Target::Folder(mut folder) => {
            let files = FORMATS.iter().map(|format| folder.create_file(format.file).map(Output::new));
            let mut outputs = files.collect::<Result<Vec<_>, _>>()?;
            let (mut summary, manifest) = assess(threads, store, report, FORMATS, &mut outputs)?;
            for output in outputs {
                folder.seal(output)?;
            }
            go_on(report)?;
            let (files, sha256) = folder.commit(manifest)?;
            (summary.files, summary.manifest_sha256) = (files, Some(sha256));
            Ok(summary)
        }
        Target::Stream(stream) => {
            let mut outputs = [Output::new(stream)];
            let made = assess(threads, store, report, STREAM, &mut outputs);
            // Also what came before an error.
            let finished = outputs.into_iter().try_for_each(|output| output.finish().map(drop));
            let (summary, _) = made?;
            finished.map_err(ReportError::Stream)?;
            Ok(summary)
        }
        Target::SummaryOnly => Ok(assess::<io::Sink>(threads, store, report, &[], &mut [])?.0),
    }
}

/// Assesses all accounts and their roles, and writes the rows of each format to its output.
fn assess<W: Write>(
    threads: NonZeroUsize,
    store: &Store,
    report: &Report<'_>,
    formats: &[FileFormat],
    outputs: &mut [Output<W>],
) -> Result<(Summary, Manifest), PipelineError> {
    let mut files = FileRows::new(report.include, formats);
    files.begin();
    write(outputs, files.take())?;
    let alternatives = Alternatives::of(report);
    let others: Vec<Assessor<'_>> = alternatives.parameters().iter().map(Assessor::new).collect();
    let counts = FamilyCounts::new()?;
    let context = Context::read(threads, store, report)?;
    let before = report.previous.map(|previous| Context::read(threads, store, previous)).transpose()?;
    let mut sinks = Sinks::new(report, formats, &context.assessor, &others);
    let worker = || {
        let mut reporter = AccountReporter::new(formats, &context, &others, before.as_ref());
        move |pair| reporter.report(&pair)
    };
    with_workers(threads, worker, |workers| {
        each_job(stored_pairs(store, before.as_ref(), &context)?, workers, |next| {
            sinks.join(next);
            sinks.families.move_if_many(&counts)?;
            Ok(write(outputs, sinks.files.take())?)
        })
    })
    .map_err(PipelineError::Threads)??;
    let families = sinks.families.most_frequent(&counts)?;
    let (summary, manifest, files) =
        sinks.finish(report, families, &alternatives).ok_or(PipelineError::Unbalanced)?;
    write(outputs, files.finish(&summary))?;
    Ok((summary, manifest))
}

/// Writes the rows of each file to its output.
fn write<W: Write>(outputs: &mut [Output<W>], files: impl Iterator<Item = Rows>) -> Result<(), ReportError> {
    // The error of a report's file names the file; any other error is the stream's.
    outputs
        .iter_mut()
        .zip(files)
        .try_for_each(|(output, rows)| output.append(&rows))
        .map_err(ReportError::from)
}

#[cfg(test)]
mod tests;
