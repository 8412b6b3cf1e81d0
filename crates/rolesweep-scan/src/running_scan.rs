//! The data that all parts of a running scan share.

use std::sync::Arc;

use jiff::Timestamp;
use rolesweep_model::{Account, AccountRecord};
use tokio_util::sync::CancellationToken;

use crate::aws_policies::named::NamedPolicies;
use crate::depth::Depth;
use crate::error::ScanError;
use crate::limits::memory::MemoryLimiter;
use crate::limits::retried_calls::RetriedCalls;
use crate::plan::Plan;
use crate::ports::{Clock, Event, FactSink, Observer, tell};

pub(crate) struct RunningScan<C, S> {
    pub(crate) depth: Depth,
    pub(crate) plan: Plan,
    pub(crate) cloud: Arc<C>,
    pub(crate) sink: Arc<S>,
    pub(crate) retried: Arc<RetriedCalls>,
    /// For the calls that read AWS's policies.
    pub(crate) retried_by_others: RetriedCalls,
    pub(crate) memory: MemoryLimiter,
    /// The policies of AWS that accounts name.
    pub(crate) named: NamedPolicies,
    /// Cuts off the accounts that are under way.
    pub(crate) cut: CancellationToken,
    observer: Arc<dyn Observer>,
    clock: Arc<dyn Clock>,
}

impl<C, S: FactSink> RunningScan<C, S> {
    pub(crate) fn new(
        depth: Depth,
        mut plan: Plan,
        cloud: Arc<C>,
        sink: Arc<S>,
        observer: Arc<dyn Observer>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        plan.limits = plan.limits.within_range();
        plan.limits.page_size = depth.page_size(plan.limits.page_size);
        Self {
            depth,
            retried: Arc::new(RetriedCalls::new(Some(observer.clone()), &plan.scan_id.to_string())),
            retried_by_others: RetriedCalls::new(Some(observer.clone()), &plan.scan_id.to_string())
                .giving_up_soon(),
            memory: MemoryLimiter::new(plan.limits.memory),
            cut: CancellationToken::new(),
            named: NamedPolicies::new(&plan),
            plan,
            cloud,
            sink,
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

    pub(crate) async fn finish(&self, account: Account, record: AccountRecord) -> Result<(), ScanError> {
        self.sink.finish(record.clone()).await.map_err(|error| ScanError::FactSink(Box::new(error)))?;
        self.tell(&Event::Finished { account, record });
        Ok(())
    }
}
