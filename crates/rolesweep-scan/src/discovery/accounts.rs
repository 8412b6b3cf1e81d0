//! The source of the accounts: the organization's list, or the caller's.

use futures::future::join_all;
use rolesweep_model::{Account, AccountId};
use tokio::sync::mpsc;

use crate::limits::retried_calls::{RetriedCalls, next_token};
use crate::operation::Operation;
use crate::pagination::Pagination;
use crate::ports::{Cloud, CloudError, ErrorKind, Page};

/// What discovery tells the dispatcher, in order. Exactly one end comes last.
#[derive(Debug)]
pub(crate) enum Found {
    /// A page of accounts, perhaps empty.
    Accounts(Vec<Account>),
    /// The list was read to its end.
    Whole,
    /// The list broke off before its end.
    BrokeOff {
        /// Why.
        error: CloudError,
        /// Whether the first page could not be read either.
        at_first: bool,
    },
    /// A named account that the organization does not have.
    NotThere(AccountId),
    /// Named accounts could not be described, so their names and states are unknown.
    Undescribed(CloudError),
}

/// Lists the organization's accounts, continuing after the first page if it is known. Ends early if
/// the receiver is gone.
pub(crate) async fn list<C: Cloud>(
    cloud: &C,
    retried: &RetriedCalls,
    mut first: Option<Page<Vec<Account>>>,
    found: mpsc::Sender<Found>,
) {
    let operation = Operation::ListAccounts;
    let mut pagination = Pagination::default();
    let mut token = None;
    let mut at_first = true;
    loop {
        let answer = match first.take() {
            Some(page) => Ok(page),
            None => retried.call(operation, || cloud.list_accounts(token.clone())).await,
        };
        let page = match answer {
            Ok(page) => page,
            Err(error) => return drop(found.send(Found::BrokeOff { error, at_first }).await),
        };
        let next = next_token(&mut pagination, operation, &page);
        // The accounts of a contradictory page are used, unless it is the first page.
        if next.is_ok() || !at_first {
            at_first = false;
            if found.send(Found::Accounts(page.items)).await.is_err() {
                return;
            }
        }
        token = match next {
            Ok(Some(next)) => Some(next),
            Ok(None) => return drop(found.send(Found::Whole).await),
            Err(error) => return drop(found.send(Found::BrokeOff { error, at_first }).await),
        };
    }
}

/// How many named accounts are described at a time.
const DESCRIBED_AT_A_TIME: usize = 5;

/// Uses the caller's list as the population, and asks for names and states as long as AWS answers.
pub(crate) async fn named<C: Cloud>(
    cloud: &C,
    retried: &RetriedCalls,
    ids: Vec<AccountId>,
    found: mpsc::Sender<Found>,
) {
    let describe = |id: AccountId| async move {
        let operation = Operation::DescribeAccount;
        let call = || async move {
            let account = cloud.describe_account(id).await?;
            CloudError::check_subject(operation, &id, &account.id)?;
            Ok(account)
        };
        (id, retried.call(operation, call).await)
    };
    let mut allowed = true;
    let mut rest = ids.as_slice();
    // The first one alone: if it is refused, the others are too.
    let mut together = 1;
    while !rest.is_empty() {
        let (some, later) = rest.split_at(together.min(rest.len()));
        rest = later;
        together = DESCRIBED_AT_A_TIME;
        let mut accounts = Vec::with_capacity(some.len());
        if allowed {
            for (id, answer) in join_all(some.iter().copied().map(describe)).await {
                match answer {
                    Ok(account) => accounts.push(account),
                    Err(error) if error.kind == ErrorKind::Gone => {
                        if found.send(Found::NotThere(id)).await.is_err() {
                            return;
                        }
                    }
                    Err(error) => {
                        accounts.push(Account::named(id));
                        if std::mem::replace(&mut allowed, false)
                            && found.send(Found::Undescribed(error)).await.is_err()
                        {
                            return;
                        }
                    }
                }
            }
        } else {
            accounts.extend(some.iter().copied().map(Account::named));
        }
        if found.send(Found::Accounts(accounts)).await.is_err() {
            return;
        }
    }
    drop(found.send(Found::Whole).await);
}
