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
    /// It may work the next time: 5xx, connection, time-out, a body cut off.
    Transient,
    /// What was asked for does not exist.
    Gone,
    /// AWS refused the request itself: malformed, not supported, not in an organization.
    Refused,
    /// The answer could not be read.
    Malformed,
    /// Something other than AWS answered, such as a proxy. The message gives its status and content type, and nothing else.
    Foreign,
    /// The caller has no usable credentials at all; the message says what to do.
    NoCredentials,
}

/// A failed call, whatever the operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What can be done about it.
    pub class: ErrorClass,
    /// AWS's error code, such as `AccessDenied`, where there is one.
    pub code: Option<String>,
    /// AWS's message, or the chain of causes for a failure on the way. May name sessions; never holds a secret.
    pub message: String,
}
