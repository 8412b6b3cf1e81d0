//! A failed call, of any operation.

use rolesweep_model::ErrorKind;

/// A failed call, whatever the operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The kind of failure.
    pub kind: ErrorKind,
    /// AWS's error code, such as `AccessDenied`, if there is one.
    pub code: Option<String>,
    /// AWS's message, or the chain of causes if the call failed on the way. It may name sessions.
    /// It never holds a secret.
    pub message: String,
}
