//! The credentials that an account is read with, and their renewal.

use std::sync::{Arc, Mutex};

use rolesweep_model::Access;

use crate::locked;
use crate::operation::{Operation, session_policy};
use crate::ports::{AssumeRequest, Cloud, CloudError, ErrorKind, Ledger};
use crate::retry::Tries;
use crate::visit::{Trouble, Visit};

/// The session in force. Calls that run side by side share it, and renew it once for all of them.
#[derive(Debug)]
pub(crate) struct Sessions<S> {
    current: Mutex<Current<S>>,
    renewing: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Current<S> {
    session: Option<Arc<S>>,
    /// Counts renewals, so that an answer can be told to belong to an older session.
    generation: u64,
    /// Renewals since the last answer.
    fruitless: u32,
}

impl<S> Default for Sessions<S> {
    fn default() -> Self {
        let current = Current { session: None, generation: 0, fruitless: 0 };
        Self { current: Mutex::new(current), renewing: tokio::sync::Mutex::default() }
    }
}

/// A session that is refused before it answered one call is renewed this often, and no more.
const FRUITLESS_RENEWALS: u32 = 1;

impl<C: Cloud, L: Ledger> Visit<'_, C, L> {
    /// The session in force and its generation; opens one where there is none.
    pub(crate) async fn session(&self) -> Result<(u64, Arc<C::Session>), Trouble> {
        if let Some(open) = self.open_session() {
            return Ok(open);
        }
        let _alone = self.sessions.renewing.lock().await;
        if let Some(open) = self.open_session() {
            return Ok(open);
        }
        let session = Arc::new(self.assume().await?);
        let mut current = locked(&self.sessions.current);
        current.session = Some(session.clone());
        Ok((current.generation, session))
    }

    fn open_session(&self) -> Option<(u64, Arc<C::Session>)> {
        let current = locked(&self.sessions.current);
        current.session.clone().map(|session| (current.generation, session))
    }

    /// A call with this session was answered: it is good.
    pub(crate) fn session_is_good(&self, generation: u64) {
        let mut current = locked(&self.sessions.current);
        if current.generation == generation {
            current.fruitless = 0;
        }
        drop(current);
        self.answered();
    }

    /// Renews a session that AWS says has expired. What was read so far stays, and the call goes on where it was.
    pub(crate) async fn renew(&self, generation: u64, error: CloudError) -> Result<(), Trouble> {
        let _alone = self.sessions.renewing.lock().await;
        let fruitless = {
            let current = locked(&self.sessions.current);
            if current.generation != generation {
                return Ok(());
            }
            current.fruitless
        };
        if locked(&self.journal).access == Some(Access::Caller) {
            return Err(Trouble::CallerCredentials(error));
        }
        if fruitless >= FRUITLESS_RENEWALS {
            return Err(Trouble::Call(error));
        }
        let session = Arc::new(self.assume().await?);
        let mut current = locked(&self.sessions.current);
        current.session = Some(session);
        current.generation += 1;
        current.fruitless += 1;
        Ok(())
    }

    /// Assumes the audit role; in the caller's own account, the caller's credentials serve where that is refused.
    async fn assume(&self) -> Result<C::Session, Trouble> {
        let plan = &self.context.plan;
        let request = AssumeRequest {
            account_id: self.account.id,
            role_arn: plan.role_arn(self.account.id),
            session_name: plan.parameters.session_name.clone(),
            external_id: plan.external_id.clone(),
            session_seconds: plan.parameters.session_seconds,
            session_policy: session_policy(),
        };
        let mut tries = Tries::default();
        let mut refreshed = false;
        loop {
            self.calling(Operation::AssumeRole);
            let error = match self.context.cloud.assume(&request).await {
                Ok(session) => {
                    self.answered();
                    let mut journal = locked(&self.journal);
                    journal.assumed = Some(true);
                    journal.access = Some(Access::AuditRole);
                    return Ok(session);
                }
                Err(error) => error,
            };
            match error.kind {
                // The source of the caller's credentials may have fresh ones by now.
                ErrorKind::Expired if !refreshed => refreshed = true,
                ErrorKind::Expired | ErrorKind::NoCredentials => {
                    return Err(Trouble::CallerCredentials(error));
                }
                ErrorKind::Denied | ErrorKind::Gone => {
                    locked(&self.journal).assumed.get_or_insert(false);
                    if self.account.id != plan.caller.account_id {
                        return Err(Trouble::Call(error));
                    }
                    return Ok(self.use_caller(&error));
                }
                _ => self.wait(&mut tries, error).await?,
            }
        }
    }

    fn use_caller(&self, why: &CloudError) -> C::Session {
        let id = self.account.id;
        // The account's record says so as well, and with it every report.
        self.context.note(&format!(
            "reading the caller's own account {id} with the caller's credentials, because the audit role could not be assumed there ({}: {})",
            why.operation,
            why.summary()
        ));
        locked(&self.journal).access = Some(Access::Caller);
        self.context.cloud.caller_session(id)
    }
}
