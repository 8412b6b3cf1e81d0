//! All accounts of a report. This thread reads them and takes their results in order; the workers
//! assess them.

use std::collections::VecDeque;

use rolesweep_model::OuTree;
use rolesweep_store::Store;

use super::error::PipelineError;
use super::stored::{StoredAccount, go_on};
use super::threads::{Job, Workers};
use crate::assessed::Report;

/// How many bytes of roles may be between reading and writing, counted as decoded. They take a
/// small multiple of it. An account that counts for more is processed alone.
const IN_FLIGHT: usize = 8 * 1024 * 1024;

/// Processes all jobs, and passes what the workers make of them to `take`, in the order of the jobs.
/// If a job cannot be read, those before it are still taken.
pub(super) fn each_job<J: Job, T>(
    jobs: impl Iterator<Item = Result<J, PipelineError>>,
    mut workers: Workers<J, Result<T, PipelineError>>,
    mut take: impl FnMut(T) -> Result<(), PipelineError>,
) -> Result<(), PipelineError> {
    let mut take_next = |workers: &mut Workers<_, Result<T, PipelineError>>| {
        take(workers.next_result().ok_or(PipelineError::Lost)??)
    };
    let mut weights = VecDeque::new();
    let mut in_flight = 0;
    let mut failure = None;
    for job in jobs {
        let job = match job {
            Ok(job) => job,
            Err(error) => {
                failure = Some(error);
                break;
            }
        };
        let weight = job.weight();
        while in_flight + weight > IN_FLIGHT
            && let Some(done) = weights.pop_front()
        {
            take_next(&mut workers)?;
            in_flight -= done;
        }
        workers.start(job);
        weights.push_back(weight);
        in_flight += weight;
    }
    for _ in weights {
        take_next(&mut workers)?;
    }
    failure.map_or(Ok(()), Err)
}

/// The accounts of a scan, read one after another.
pub(super) fn stored_accounts<'a>(
    store: &'a Store,
    report: &'a Report<'a>,
    names: &'a OuTree,
) -> Result<impl Iterator<Item = Result<StoredAccount, PipelineError>>, PipelineError> {
    let entries = store.accounts(report.scan.id)?;
    Ok(entries.map(move |entry| {
        go_on(report)?;
        StoredAccount::read(store, report, names, entry?)
    }))
}
