//! The accounts of two scans side by side.

use std::cmp::Ordering;
use std::iter::Peekable;

use rolesweep_store::{AccountEntry, Store, StoreError};

use super::context::Context;
use super::error::PipelineError;
use super::stored::{StoredAccount, go_on};
use super::threads::Job;

/// An account as one scan or two have it. At least one does.
pub(super) struct Pair<A> {
    pub(super) before: Option<A>,
    pub(super) after: Option<A>,
}

impl Job for Pair<StoredAccount> {
    fn weight(&self) -> usize {
        self.before.iter().chain(&self.after).map(StoredAccount::weight).fold(0, usize::saturating_add)
    }
}

/// The accounts of both scans, by id. Without an earlier scan, those of the later one.
pub(super) fn stored_pairs<'a>(
    store: &'a Store,
    before: Option<&'a Context<'a>>,
    after: &'a Context<'a>,
) -> Result<impl Iterator<Item = Result<Pair<StoredAccount>, PipelineError>>, PipelineError> {
    let earlier = before.map(|context| store.accounts(context.report.scan.id)).transpose()?;
    let later = store.accounts(after.report.scan.id)?;
    let entries = Pairs { before: earlier.into_iter().flatten().peekable(), after: later.peekable() };
    let read = |context: &Context<'_>, entry| {
        let account = StoredAccount::read(store, context.report, &context.names, entry)?;
        account.with_history(store, &context.histories)
    };
    Ok(entries.map(move |pair| {
        go_on(after.report)?;
        let pair = pair?;
        Ok(Pair {
            before: before.zip(pair.before).map(|(context, entry)| read(context, entry)).transpose()?,
            after: pair.after.map(|entry| read(after, entry)).transpose()?,
        })
    }))
}

/// The entries of two scans that have the same id, in the order of ids.
struct Pairs<B: Iterator, A: Iterator> {
    before: Peekable<B>,
    after: Peekable<A>,
}

impl<B, A> Iterator for Pairs<B, A>
where
    B: Iterator<Item = Result<AccountEntry, StoreError>>,
    A: Iterator<Item = Result<AccountEntry, StoreError>>,
{
    type Item = Result<Pair<AccountEntry>, PipelineError>;

    fn next(&mut self) -> Option<Self::Item> {
        let id = |entry: &Result<AccountEntry, StoreError>| entry.as_ref().ok().map(|entry| entry.account.id);
        let order = match (self.before.peek(), self.after.peek()) {
            (None, None) => return None,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            // What cannot be read comes first, and ends the comparison.
            (Some(one), Some(other)) => id(one).cmp(&id(other)),
        };
        let before = if order == Ordering::Greater { None } else { self.before.next() };
        let after = if order == Ordering::Less { None } else { self.after.next() };
        let pair = || Ok(Pair { before: before.transpose()?, after: after.transpose()? });
        Some(pair())
    }
}
