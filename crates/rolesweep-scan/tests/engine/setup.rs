//! A scan in a test, with everything that it needs.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use rolesweep_model::{AccountFilter, CollectParameters, ScanId};
use rolesweep_scan::ports::{Clock, Event, Observer};
use rolesweep_scan::{Check, Outcome, Plan, ScanError, Stop};
use tokio::time::{Instant, sleep};

use crate::fact_sink::MemorySink;
use crate::fake_cloud::FakeCloud;
use crate::script::{Call, Reaction, quiet_scripted_panics};
use crate::world::{World, caller};

/// The events of a scan.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    pub(crate) events: Mutex<Vec<(Instant, Event)>>,
}

impl Recorder {
    pub(crate) fn any(&self, wanted: impl Fn(&Event) -> bool) -> bool {
        self.events.lock().unwrap().iter().any(|(_, event)| wanted(event))
    }
}

impl Observer for Recorder {
    fn event(&self, event: &Event) {
        self.events.lock().unwrap().push((Instant::now(), event.clone()));
    }
}

/// A clock that follows tokio's.
pub(crate) struct PausedClock(Instant);

impl Clock for PausedClock {
    fn now(&self) -> Timestamp {
        let start: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        start + jiff::SignedDuration::try_from(self.0.elapsed()).unwrap()
    }
}

/// A scan and everything that it needs.
pub(crate) struct Setup {
    pub(crate) plan: Plan,
    pub(crate) cloud: Arc<FakeCloud>,
    pub(crate) sink: Arc<MemorySink>,
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) stop: Stop,
    pub(crate) began: Instant,
}

impl Setup {
    pub(crate) fn new(cloud: FakeCloud) -> Self {
        quiet_scripted_panics();
        let parameters = CollectParameters {
            role_name: "Audit".to_owned(),
            external_id: false,
            session_name: "rolesweep-test".to_owned(),
            session_seconds: 3600,
            filter: AccountFilter::default(),
            named_accounts_only: false,
            managed_policies: false,
            cross_check: false,
        };
        let mut plan =
            Plan::new(ScanId::generate("2026-11-22T00:00:00Z".parse().unwrap()), caller(), parameters);
        plan.limits.concurrency = NonZeroUsize::new(8).unwrap();
        plan.limits.page_size = 10;
        plan.limits.account_budget = Duration::from_secs(600);
        Self {
            plan,
            cloud: Arc::new(cloud),
            sink: Arc::new(MemorySink::default()),
            recorder: Arc::default(),
            stop: Stop::new(),
            began: Instant::now(),
        }
    }

    /// An organization without faults, except those of the script.
    pub(crate) fn scripted(world: World, script: impl Fn(&Call) -> Reaction + Send + Sync + 'static) -> Self {
        Self::new(FakeCloud::new(world).script(script))
    }

    pub(crate) async fn run(&self) -> Result<Outcome, ScanError> {
        rolesweep_scan::run(
            self.plan.clone(),
            self.cloud.clone(),
            self.sink.clone(),
            self.recorder.clone(),
            self.clock(),
            self.stop.clone(),
        )
        .await
    }

    /// A check with the same plan.
    pub(crate) async fn check(&self) -> Result<Check, ScanError> {
        rolesweep_scan::check(
            self.plan.clone(),
            self.cloud.clone(),
            self.recorder.clone(),
            self.clock(),
            self.stop.clone(),
        )
        .await
    }

    fn clock(&self) -> Arc<PausedClock> {
        Arc::new(PausedClock(self.began))
    }

    /// A scan that is told to wind down after a while. Its stored facts are checked.
    pub(crate) async fn drained(&self, after: Duration, reason: &str) -> Outcome {
        let (outcome, ()) = tokio::join!(self.done(), async {
            sleep(after).await;
            self.stop.drain(reason);
        });
        outcome
    }

    /// A scan that ends. Its stored facts are checked.
    pub(crate) async fn done(&self) -> Outcome {
        let outcome = self.run().await.unwrap();
        self.sink.check(&outcome);
        outcome
    }
}
