//! What can be done about a failed call.

/// The class of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// AWS said to slow down.
    Throttled,
    /// AWS understood and refused the permission.
    Denied,
    /// The credentials of this call have expired, or are no longer known.
    Expired,
    /// It may work the next time: 5xx, connection, time-out, or a body that was cut off.
    Transient,
    /// What was asked for does not exist.
    Gone,
    /// AWS refused the request itself: malformed, not supported, not in an organization.
    Refused,
    /// The answer could not be read.
    Malformed,
    /// Something other than AWS answered, such as a proxy. The message gives only its status and
    /// content type.
    Foreign,
    /// The caller has no usable credentials. The message says what to do.
    NoCredentials,
}

/// A failed call, whatever the operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What can be done about it.
    pub class: ErrorClass,
    /// AWS's error code, such as `AccessDenied`, if there is one.
    pub code: Option<String>,
    /// AWS's message, or the chain of causes if the call failed on the way. It may name sessions.
    /// It never holds a secret.
    pub message: String,
}
