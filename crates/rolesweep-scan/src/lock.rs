//! Locks that a panic in another thread does not poison.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks a mutex. The data is valid after a panic in another thread, because every change under
/// these locks is a single step.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
