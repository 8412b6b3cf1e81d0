//! All accounts of a report. This thread reads them and takes their results in order; the workers
//! assess them.

use std::collections::VecDeque;

use rolesweep_model::OuTree;
use rolesweep_store::Store;

use super::error::PipelineError;
use super::stored::{StoredAccount, go_on};
use super::threads::Workers;
use crate::assessed::Report;
use crate::sinks::Sinks;

/// How many bytes of roles may be between reading and writing, counted as decoded. They take a
/// small multiple of it. An account that counts for more is processed alone.
const IN_FLIGHT: usize = 8 * 1024 * 1024;

/// The result of a worker for an account.
pub(super) type Assessed<'a> = Result<Sinks<'a>, PipelineError>;

/// Processes all accounts. The accounts before an error are taken as if each had been taken when it
/// was read.
pub(super) fn each_account<'a>(
    store: &Store,
    report: &Report<'_>,
    names: &OuTree,
    mut workers: Workers<StoredAccount, Assessed<'a>>,
    mut take: impl FnMut(Sinks<'a>) -> Result<(), PipelineError>,
) -> Result<(), PipelineError> {
    let mut take_next =
        |workers: &mut Workers<_, Assessed<'a>>| take(workers.next_result().ok_or(PipelineError::Lost)??);
    let mut weights = VecDeque::new();
    let mut in_flight = 0;
    let mut failure = None;
    for entry in store.accounts(report.scan.id)? {
        let read = go_on(report).and_then(|()| StoredAccount::read(store, report, names, entry?));
        let account = match read {
            Ok(account) => account,
            Err(error) => {
                failure = Some(error);
                break;
            }
        };
        let weight = account.weight();
        while in_flight + weight > IN_FLIGHT
            && let Some(done) = weights.pop_front()
        {
            take_next(&mut workers)?;
            in_flight -= done;
        }
        workers.start(account);
        weights.push_back(weight);
        in_flight += weight;
    }
    for _ in weights {
        take_next(&mut workers)?;
    }
    failure.map_or(Ok(()), Err)
}
