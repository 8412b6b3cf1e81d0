//! Writes the facts of a scan to the store. One thread writes everything that has queued up in one
//! transaction.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rolesweep_model::{Account, AccountId, AccountRecord, AwsManagedPolicy, RolePage, ScanId};
use rolesweep_scan::ports::FactSink;
use rolesweep_store::{EncodedPage, Store, StoreError};
use tokio::sync::{mpsc, oneshot};

use crate::process::threads::Reserved;

/// Why the store accepts no more facts.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum WriteError {
    /// The store refused.
    #[error("{0}")]
    Store(Arc<StoreError>),
    /// The writer is gone, because it panicked.
    #[error("the store's writer has stopped")]
    Gone,
}

impl WriteError {
    fn store(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}

/// Something to write, and the task that waits for it.
struct Job {
    entry: Entry,
    done: oneshot::Sender<Result<(), WriteError>>,
}

enum Entry {
    Discovered(Vec<Account>),
    Begin(AccountId),
    Append(AccountId, EncodedPage),
    NameAwsPolicies(Vec<String>),
    AwsPolicy(Box<AwsManagedPolicy>),
    Finish(Box<AccountRecord>),
}

/// How many entries may wait for the writer. Each account waits for its own entry, so this only
/// limits the queue of small ones.
const QUEUE: usize = 64;

/// The engine's side of the writer thread.
pub(crate) struct StoreWriter {
    jobs: mpsc::Sender<Job>,
    /// The error that ended the writer. Entries that it did not reach get the same error.
    refusal: Arc<OnceLock<WriteError>>,
    /// The accounts of the population.
    listed: Mutex<BTreeSet<AccountId>>,
}

impl StoreWriter {
    /// Starts the writer on this thread. When the sink is dropped, it ends and gives the store
    /// back.
    pub(crate) fn start(store: Store, scan: ScanId, thread: Reserved) -> (Self, oneshot::Receiver<Store>) {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let refusal = Arc::new(OnceLock::new());
        let told = Arc::clone(&refusal);
        let writer = thread.run(move || write(store, scan, queue, &told));
        (Self { jobs, refusal, listed: Mutex::default() }, writer)
    }

    /// The accounts that discovery found.
    pub(crate) fn listed(&self) -> BTreeSet<AccountId> {
        self.listed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn hand_over(&self, entry: Entry) -> Result<(), WriteError> {
        let (done, answer) = oneshot::channel();
        self.jobs.send(Job { entry, done }).await.map_err(|_| self.gone())?;
        answer.await.map_err(|_| self.gone())?
    }

    fn gone(&self) -> WriteError {
        self.refusal.get().cloned().unwrap_or(WriteError::Gone)
    }
}

impl FactSink for StoreWriter {
    type Error = WriteError;

    async fn discovered(&self, accounts: Vec<Account>) -> Result<(), WriteError> {
        let ids = accounts.iter().map(|account| account.id);
        self.listed.lock().unwrap_or_else(PoisonError::into_inner).extend(ids);
        self.hand_over(Entry::Discovered(accounts)).await
    }

    async fn begin(&self, account: AccountId) -> Result<(), WriteError> {
        self.hand_over(Entry::Begin(account)).await
    }

    async fn append(&self, account: AccountId, page: RolePage) -> Result<(), WriteError> {
        // Encoding is most of the work. It is done on the account's own task, because all accounts
        // share one writer thread.
        let encoded = EncodedPage::new(&page).map_err(WriteError::store)?;
        drop(page);
        self.hand_over(Entry::Append(account, encoded)).await
    }

    async fn aws_policies_named(&self, arns: Vec<String>) -> Result<(), WriteError> {
        self.hand_over(Entry::NameAwsPolicies(arns)).await
    }

    async fn aws_policy(&self, policy: AwsManagedPolicy) -> Result<(), WriteError> {
        self.hand_over(Entry::AwsPolicy(Box::new(policy))).await
    }

    async fn finish(&self, record: AccountRecord) -> Result<(), WriteError> {
        self.hand_over(Entry::Finish(Box::new(record))).await
    }
}

/// The writer. It writes everything that waits in one transaction, and answers the waiting tasks
/// once that is committed.
fn write(
    mut store: Store,
    scan: ScanId,
    mut queue: mpsc::Receiver<Job>,
    refusal: &OnceLock<WriteError>,
) -> Store {
    let mut jobs = Vec::with_capacity(QUEUE);
    loop {
        jobs.clear();
        if queue.blocking_recv_many(&mut jobs, QUEUE) == 0 {
            return store;
        }
        let written = store.batch(|store| jobs.iter().try_for_each(|job| job.entry.write(store, scan)));
        let answer = written.map_err(WriteError::store);
        if let Err(error) = &answer {
            // Before any task can find that the writer is gone.
            let _ = refusal.set(error.clone());
        }
        let failed = answer.is_err();
        for job in jobs.drain(..) {
            // An account that was cut off no longer waits for its answer.
            let _ = job.done.send(answer.clone());
        }
        if failed {
            // What could not be written now is missing later too, so the scan ends.
            return store;
        }
    }
}

impl Entry {
    fn write(&self, store: &mut Store, scan: ScanId) -> Result<(), StoreError> {
        match self {
            Self::Discovered(accounts) => store.discovered(scan, accounts),
            Self::Begin(account) => store.begin(scan, *account),
            Self::Append(account, page) => store.append_encoded(scan, *account, page),
            Self::NameAwsPolicies(arns) => store.name_aws_policies(scan, arns),
            Self::AwsPolicy(policy) => store.keep_aws_policy(scan, policy),
            Self::Finish(record) => store.finish(scan, record),
        }
    }
}
