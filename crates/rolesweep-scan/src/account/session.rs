//! The session that an account is read with.

use std::sync::{Arc, Mutex};

use crate::lock::locked;

/// The current session. Concurrent calls share it, and renew it once for all.
#[derive(Debug)]
pub(crate) struct SharedSession<T> {
    current: Mutex<Current<T>>,
    /// The call that opens or renews the session holds this.
    pub(crate) renewing: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Current<T> {
    session: Option<Arc<T>>,
    /// Whether it was renewed, and no call has been answered since.
    untried: bool,
}

impl<T> Default for SharedSession<T> {
    fn default() -> Self {
        let current = Mutex::new(Current { session: None, untried: false });
        Self { current, renewing: tokio::sync::Mutex::default() }
    }
}

impl<T> SharedSession<T> {
    /// The session, if there is one.
    pub(crate) fn get(&self) -> Option<Arc<T>> {
        locked(&self.current).session.clone()
    }

    pub(crate) fn set(&self, session: T) -> Arc<T> {
        let session = Arc::new(session);
        let mut current = locked(&self.current);
        current.untried = current.session.is_some();
        current.session = Some(session.clone());
        session
    }

    /// Whether this is the current session. Another call may have renewed it.
    pub(crate) fn is_current(&self, session: &Arc<T>) -> bool {
        locked(&self.current).session.as_ref().is_some_and(|current| Arc::ptr_eq(current, session))
    }

    /// Records that a call with this session was answered.
    pub(crate) fn answered(&self, session: &Arc<T>) {
        let mut current = locked(&self.current);
        current.untried &= !current.session.as_ref().is_some_and(|current| Arc::ptr_eq(current, session));
    }

    /// Whether the session was renewed, and no call has been answered since. Renewing it again
    /// would not help.
    pub(crate) fn is_untried(&self) -> bool {
        locked(&self.current).untried
    }
}
