//! From the facts of one scan to a report: each role is read, assessed, counted, formatted, and written in order.
//!
//! ```text
//! store ──pages──▶ workers: assess, count, format ──rows, in order──▶ files
//!   └─────────────────────────accounts, behind their roles───────────▶
//! ```
//!
//! This thread reads and writes (`walk`); the others do the rest, page by page (`worker`, `threads`). The report is the same with any number of them.

mod threads;
mod walk;
mod worker;

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::sync::atomic::Ordering;

use rolesweep_assess::Assessor;
use rolesweep_model::OuTree;
use rolesweep_store::StoreError;

use crate::assessed::Report;
use crate::directory::ReportDirectory;
use crate::error::ReportError;
use crate::formats::{FORMATS, STREAM, Sink};
use crate::manifest::Manifest;
use crate::output::{Output, Rows};
use crate::summary::Summary;
use threads::with_workers;
use walk::Walk;
use worker::Worker;

/// Where a report goes.
pub enum Target<'a> {
    /// A folder with all files.
    Folder(ReportDirectory),
    /// `roles.csv` alone.
    Stream(&'a mut dyn Write),
    /// Nowhere: only its summary is wanted.
    Nowhere,
}

/// Why a report could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
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

/// Makes the report.
///
/// # Errors
///
/// [`PipelineError`]. After one there is no folder, nor a part of one; a stream has what came before the error.
pub fn run(report: &Report<'_>, target: Target<'_>) -> Result<Summary, PipelineError> {
    run_with(threads::threads(), report, target)
}

/// Makes the report with so many threads beside this one.
fn run_with(
    threads: NonZeroUsize,
    report: &Report<'_>,
    target: Target<'_>,
) -> Result<Summary, PipelineError> {
    match target {
        Target::Folder(mut folder) => {
            let mut files = Files::default();
            for &sink in FORMATS {
                files.add(sink, folder.create_file(sink.file())?);
            }
            let (mut summary, manifest) = walk(threads, report, &mut files)?;
            for output in files.outputs {
                folder.seal(output)?;
            }
            go_on(report)?;
            summary.files = folder.commit(manifest)?;
            Ok(summary)
        }
        Target::Stream(stream) => {
            let mut files = Files::default();
            files.add(STREAM, stream);
            let walked = walk(threads, report, &mut files);
            // Also what comes before an error: whoever reads gets it.
            let finished = files.outputs.into_iter().try_for_each(|output| output.finish().map(drop));
            let (summary, _) = walked?;
            finished.map_err(ReportError::Stream)?;
            Ok(summary)
        }
        Target::Nowhere => Ok(walk::<io::Sink>(threads, report, &mut Files::default())?.0),
    }
}

/// Refuses to go on when nobody wants the report any more.
fn go_on(report: &Report<'_>) -> Result<(), PipelineError> {
    if report.stop.load(Ordering::Relaxed) { Err(PipelineError::Stopped) } else { Ok(()) }
}

/// The files of a report while they are written: each output belongs to the sink at the same place.
struct Files<W: Write> {
    sinks: Vec<&'static dyn Sink>,
    outputs: Vec<Output<W>>,
}

impl<W: Write> Default for Files<W> {
    fn default() -> Self {
        Self { sinks: Vec::new(), outputs: Vec::new() }
    }
}

impl<W: Write> Files<W> {
    fn add(&mut self, sink: &'static dyn Sink, writer: W) {
        self.sinks.push(sink);
        self.outputs.push(Output::new(writer));
    }

    /// Appends to each file what its sink makes.
    fn each(&mut self, make: impl Fn(&dyn Sink, &mut Rows)) -> Result<(), ReportError> {
        for (&sink, output) in self.sinks.iter().zip(&mut self.outputs) {
            let mut rows = Rows::default();
            make(sink, &mut rows);
            // The named error of a report's file comes through the writer; anything else is the stream's.
            output.append(rows)?;
        }
        Ok(())
    }
}

/// Goes through all accounts and their roles.
fn walk<W: Write>(
    threads: NonZeroUsize,
    report: &Report<'_>,
    files: &mut Files<W>,
) -> Result<(Summary, Manifest), PipelineError> {
    let assessor = Assessor::new(report.parameters);
    let units = report.scan.end.as_ref().map(|end| end.organizational_units.as_slice()).unwrap_or_default();
    let names = OuTree::new(units);
    let workers = (0..threads.get()).map(|_| Worker::new(report, &assessor, files.sinks.clone())).collect();
    files.each(|sink, rows| sink.begin(rows))?;
    let (walked, workers) = with_workers(workers, Worker::page, |workers| {
        Walk::new(report, &assessor, &names, workers, files).run()
    })
    .map_err(PipelineError::Threads)?;
    let (summary, manifest) = walked?.finish(workers)?;
    files.each(|sink, rows| sink.finish(&summary, rows))?;
    Ok((summary, manifest))
}

#[cfg(test)]
mod tests;
