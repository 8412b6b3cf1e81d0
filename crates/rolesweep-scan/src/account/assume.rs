//! How an account's session is opened and renewed: by assuming the audit role.

use std::sync::Arc;

use rolesweep_model::Access;

use super::account_scan::AccountScan;
use super::failure::ScanFailure;
use crate::limits::retry_policy::Attempts;
use crate::lock::locked;
use crate::operation::Operation;
use crate::ports::{AssumeRequest, Cloud, CloudError, ErrorKind, FactSink};
use crate::session_policy::session_policy;

impl<C: Cloud, S: FactSink> AccountScan<'_, C, S> {
    /// The current session. Opens one if there is none.
    pub(crate) async fn session(&self) -> Result<Arc<C::Session>, ScanFailure> {
        if let Some(session) = self.session.get() {
            return Ok(session);
        }
        let _alone = self.session.renewing.lock().await;
        match self.session.get() {
            Some(session) => Ok(session),
            None => Ok(self.session.set(self.assume().await?)),
        }
    }

    pub(crate) fn session_answered(&self, session: &Arc<C::Session>) {
        self.session.answered(session);
        self.answered();
    }

    /// After a failed call: waits or renews the session. `Ok` means that the call is to be made
    /// again.
    pub(crate) async fn recover(
        &self,
        attempts: &mut Attempts,
        session: &Arc<C::Session>,
        error: CloudError,
    ) -> Result<(), ScanFailure> {
        if error.kind == ErrorKind::Expired {
            return self.renew(session, error).await;
        }
        self.wait(attempts, error).await
    }

    /// Renews a session that AWS says has expired. What was read so far stays, and the call
    /// continues.
    async fn renew(&self, session: &Arc<C::Session>, error: CloudError) -> Result<(), ScanFailure> {
        let _alone = self.session.renewing.lock().await;
        if !self.session.is_current(session) {
            return Ok(());
        }
        if self.access() == Some(Access::Caller) {
            return Err(ScanFailure::CallerCredentials(error));
        }
        if self.session.is_untried() {
            return Err(ScanFailure::Call(error));
        }
        self.session.set(self.assume().await?);
        Ok(())
    }

    /// Assumes the audit role. If that is refused in the caller's own account, the caller's
    /// credentials are used.
    async fn assume(&self) -> Result<C::Session, ScanFailure> {
        let plan = &self.scan.plan;
        let request = AssumeRequest {
            account_id: self.account.id,
            role_arn: plan.role_arn(self.account.id),
            session_name: plan.parameters.session_name.clone(),
            external_id: plan.external_id.clone(),
            session_seconds: plan.parameters.session_seconds,
            session_policy: session_policy(),
        };
        let mut attempts = Attempts::default();
        let mut refreshed = false;
        loop {
            self.calling(Operation::AssumeRole);
            let error = match self.scan.cloud.assume(&request).await {
                Ok(session) => {
                    self.answered();
                    let mut log = locked(&self.log);
                    log.assumed = Some(true);
                    log.access = Some(Access::AuditRole);
                    return Ok(session);
                }
                Err(error) => error,
            };
            match error.kind {
                // The source of the caller's credentials may have renewed them by now.
                ErrorKind::Expired if !refreshed => refreshed = true,
                ErrorKind::Expired | ErrorKind::NoCredentials => {
                    return Err(ScanFailure::CallerCredentials(error));
                }
                ErrorKind::Denied | ErrorKind::Gone => {
                    locked(&self.log).assumed.get_or_insert(false);
                    if self.account.id != plan.caller.account_id {
                        return Err(ScanFailure::Call(error));
                    }
                    return Ok(self.use_caller(&error));
                }
                _ => self.wait(&mut attempts, error).await?,
            }
        }
    }

    fn use_caller(&self, why: &CloudError) -> C::Session {
        let id = self.account.id;
        // The account's record, and so every report, says this as well.
        self.scan.note(&format!(
            "reading the caller's own account {id} with the caller's credentials, because the audit role could not be assumed there ({}: {})",
            why.operation,
            why.summary()
        ));
        locked(&self.log).access = Some(Access::Caller);
        self.scan.cloud.caller_session(id)
    }
}
