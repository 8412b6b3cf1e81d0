//! The kinds of failed calls to AWS.

/// The kind of a call's failure: what can be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// AWS said to slow down.
    Throttled,
    /// AWS understood and refused the permission.
    Denied,
    /// The credentials of this call have expired, or AWS no longer knows them.
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
