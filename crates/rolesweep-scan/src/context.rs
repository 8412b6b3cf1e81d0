//! What every part of a running scan shares.

use std::sync::Arc;

use jiff::Timestamp;
use rolesweep_model::{Account, AccountRecord};
use tokio_util::sync::CancellationToken;

use crate::error::ScanError;
use crate::flight::Flight;
use crate::patience::Patience;
use crate::plan::Plan;
use crate::ports::{Clock, Event, Ledger, Observer};
use crate::tell;

/// A running scan.
pub(crate) struct Context<C, L> {
    pub(crate) plan: Plan,
    pub(crate) cloud: Arc<C>,
    pub(crate) ledger: Arc<L>,
    pub(crate) patience: Arc<Patience>,
    pub(crate) flight: Flight,
    /// Cuts the accounts that are under way.
    pub(crate) cut: CancellationToken,
    observer: Arc<dyn Observer>,
    clock: Arc<dyn Clock>,
}

impl<C, L: Ledger> Context<C, L> {
    pub(crate) fn new(
        mut plan: Plan,
        cloud: Arc<C>,
        ledger: Arc<L>,
        observer: Arc<dyn Observer>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        plan.limits = plan.limits.within_range();
        Self {
            patience: Arc::new(Patience::new(Some(observer.clone()), &plan.scan_id.to_string())),
            flight: Flight::new(plan.limits.bytes_in_flight),
            cut: CancellationToken::new(),
            plan,
            cloud,
            ledger,
            observer,
            clock,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn tell(&self, event: &Event) {
        tell(&*self.observer, event);
    }

    pub(crate) fn note(&self, note: &str) {
        self.tell(&Event::Note(note.to_owned()));
    }

    /// Gives an account its outcome.
    pub(crate) async fn finish(&self, account: Account, record: AccountRecord) -> Result<(), ScanError> {
        self.ledger.finish(record.clone()).await.map_err(|error| ScanError::Ledger(Box::new(error)))?;
        self.tell(&Event::Finished { account, record });
        Ok(())
    }
}
