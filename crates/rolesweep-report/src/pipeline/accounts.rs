//! All accounts of a report. This thread reads them and takes their results in order; the workers
//! assess them.

use std::collections::VecDeque;

use rolesweep_model::OuTree;
use rolesweep_store::{Histories, Store};

use super::error::PipelineError;
use super::stored::{StoredAccount, go_on};
use super::threads::Workers;
use crate::assessed::Report;

/// How many bytes of roles may be between reading and writing, counted as decoded. They take a
/// small multiple of it. An account that counts for more is processed alone.
const IN_FLIGHT: usize = 8 * 1024 * 1024;

/// Processes all accounts, with the history of their roles if there is one to read, and takes what the worker makes of each. The accounts before
/// an error are taken as if each had been taken when it was read.
pub(super) fn each_account<T>(
    store: &Store,
    report: &Report<'_>,
    names: &OuTree,
    histories: Option<&Histories>,
    mut workers: Workers<StoredAccount, Result<T, PipelineError>>,
    mut take: impl FnMut(T) -> Result<(), PipelineError>,
) -> Result<(), PipelineError> {
    let mut take_next = |workers: &mut Workers<_, Result<T, PipelineError>>| {
        take(workers.next_result().ok_or(PipelineError::Lost)??)
    };
    let mut weights = VecDeque::new();
    let mut in_flight = 0;
    let mut failure = None;
    for entry in store.accounts(report.scan.id)? {
        let read = go_on(report).and_then(|()| StoredAccount::read(store, report, names, entry?));
        let read = read.and_then(|account| match histories {
            Some(histories) => account.with_history(store, histories),
            None => Ok(account),
        });
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
