//! A sink in memory that checks that the engine keeps its contract.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::Duration;

use rolesweep_model::{
    Account, AccountId, AccountRecord, AwsManagedPolicy, CollectedRole, Coverage, RolePage,
};
use rolesweep_scan::Outcome;
use rolesweep_scan::ports::FactSink;

use crate::world::id;

#[derive(Debug, thiserror::Error)]
#[error("the disk is full")]
pub(crate) struct Full;

#[derive(Debug, Default)]
pub(crate) struct Books {
    pub(crate) discovered: BTreeMap<AccountId, Account>,
    open: BTreeMap<AccountId, Vec<CollectedRole>>,
    pub(crate) finished: BTreeMap<AccountId, (AccountRecord, Vec<CollectedRole>)>,
    appends: u64,
    /// Policies of AWS that were named, each with what was kept of it.
    pub(crate) policies: BTreeMap<String, Option<AwsManagedPolicy>>,
    bytes: usize,
    pub(crate) most_bytes: usize,
    pub(crate) heaviest_page: usize,
}

#[derive(Debug, Default)]
pub(crate) struct MemorySink {
    pub(crate) books: Mutex<Books>,
    /// How long it takes to accept a page.
    pub(crate) slow: Duration,
    /// Refuses every page from this one on.
    pub(crate) full_at: Option<u64>,
    /// Refuses every policy.
    pub(crate) full_of_policies: bool,
}

impl MemorySink {
    pub(crate) fn record(&self, n: u64) -> AccountRecord {
        self.books.lock().unwrap().finished[&id(n)].0.clone()
    }

    pub(crate) fn roles(&self, n: u64) -> Vec<CollectedRole> {
        self.books.lock().unwrap().finished[&id(n)].1.clone()
    }

    pub(crate) fn has(&self, n: u64) -> bool {
        self.books.lock().unwrap().finished.contains_key(&id(n))
    }

    pub(crate) fn coverage(&self, n: u64) -> (Coverage, String) {
        let record = self.record(n);
        (record.coverage, record.reason.map(|reason| reason.to_string()).unwrap_or_default())
    }

    /// Checks that the stored facts and the outcome agree.
    pub(crate) fn check(&self, outcome: &Outcome) {
        let books = self.books.lock().unwrap();
        assert_eq!(books.discovered.len(), outcome.accounts);
        assert_eq!(outcome.coverage.values().sum::<usize>() + outcome.already_finished, outcome.accounts);
        assert_eq!(books.finished.len() + outcome.already_finished, outcome.accounts);
        for coverage in Coverage::ALL {
            let n = books.finished.values().filter(|(record, _)| record.coverage == coverage).count();
            assert_eq!(n, outcome.coverage.get(&coverage).copied().unwrap_or(0), "{coverage}");
        }
        for (record, roles) in books.finished.values() {
            let ids: BTreeSet<_> = roles.iter().map(|collected| &collected.role.role_id).collect();
            assert_eq!(ids.len(), roles.len(), "{} has a role twice", record.account_id);
            assert_eq!(record.roles, roles.len() as u64, "{}", record.account_id);
            assert_eq!(record.reason.is_none(), record.coverage == Coverage::Scanned, "{record:?}");
        }
    }
}

impl FactSink for MemorySink {
    type Error = Full;

    async fn discovered(&self, accounts: Vec<Account>) -> Result<(), Full> {
        tokio::task::yield_now().await;
        let mut books = self.books.lock().unwrap();
        books.discovered.extend(accounts.into_iter().map(|account| (account.id, account)));
        Ok(())
    }

    async fn begin(&self, account: AccountId) -> Result<(), Full> {
        let mut books = self.books.lock().unwrap();
        assert!(books.discovered.contains_key(&account), "{account} begins before it is known");
        assert!(!books.finished.contains_key(&account), "{account} begins after its end");
        books.open.insert(account, Vec::new());
        Ok(())
    }

    async fn append(&self, account: AccountId, page: RolePage) -> Result<(), Full> {
        let weight = page.weight();
        {
            let mut books = self.books.lock().unwrap();
            books.appends += 1;
            if self.full_at.is_some_and(|at| books.appends >= at) {
                return Err(Full);
            }
            books.bytes += weight;
            books.most_bytes = books.most_bytes.max(books.bytes);
            books.heaviest_page = books.heaviest_page.max(weight);
        }
        // A page is under way as long as its future exists, even if that is dropped.
        let _under_way = UnderWay(self, weight);
        tokio::time::sleep(self.slow).await;
        let mut books = self.books.lock().unwrap();
        books.open.get_mut(&account).expect("pages come between begin and finish").extend(page.roles);
        Ok(())
    }

    async fn aws_policies_named(&self, arns: Vec<String>) -> Result<(), Full> {
        tokio::task::yield_now().await;
        let mut books = self.books.lock().unwrap();
        for arn in arns {
            books.policies.entry(arn).or_default();
        }
        Ok(())
    }

    async fn aws_policy(&self, policy: AwsManagedPolicy) -> Result<(), Full> {
        tokio::task::yield_now().await;
        if self.full_of_policies {
            return Err(Full);
        }
        let mut books = self.books.lock().unwrap();
        let named = books.policies.get_mut(&policy.arn).expect("a policy is named before it is read");
        assert!(named.replace(policy).is_none(), "it is read once");
        Ok(())
    }

    async fn finish(&self, record: AccountRecord) -> Result<(), Full> {
        tokio::task::yield_now().await;
        let mut books = self.books.lock().unwrap();
        let account = record.account_id;
        assert!(books.discovered.contains_key(&account), "{account} ends before it is known");
        let roles = books.open.remove(&account).unwrap_or_default();
        let kept = record.coverage.has_roles();
        let entry = (record, if kept { roles } else { Vec::new() });
        assert!(books.finished.insert(account, entry).is_none(), "{account} ends twice");
        Ok(())
    }
}

struct UnderWay<'a>(&'a MemorySink, usize);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.books.lock().unwrap().bytes -= self.1;
    }
}
