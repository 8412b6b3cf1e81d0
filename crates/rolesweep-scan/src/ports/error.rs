//! How a call to AWS fails.

use std::error::Error;
use std::fmt;

pub use rolesweep_model::ErrorKind;
use rolesweep_model::meaning::Meaning;

use crate::operation::Operation;

/// A failed call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudError {
    /// The kind of failure.
    pub kind: ErrorKind,
    /// The operation that failed.
    pub operation: Operation,
    /// AWS's error code, such as `AccessDenied`, if there is one.
    pub code: Option<String>,
    /// AWS's message, or the chain of causes if the call failed on the way. It may name sessions.
    /// It never holds a secret.
    pub message: String,
}

impl CloudError {
    /// An answer that arrived but makes no sense.
    #[must_use]
    pub fn malformed(operation: Operation, message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Malformed, operation, code: None, message: message.into() }
    }

    /// A call that was not answered in time.
    pub(crate) fn transient(operation: Operation, message: impl Into<String>) -> Self {
        Self { kind: ErrorKind::Transient, operation, code: None, message: message.into() }
    }

    /// Checks that an answer is about the thing that was asked for.
    pub(crate) fn check_subject<I: PartialEq + fmt::Display>(
        operation: Operation,
        asked: &I,
        answered: &I,
    ) -> CloudResult<()> {
        if asked == answered {
            return Ok(());
        }
        Err(Self::malformed(operation, format!("asked for {asked}, the answer is about {answered}")))
    }

    /// A short text that is the same in every run: AWS's code, with its meaning if it has only one,
    /// or the kind of failure if there is no code.
    #[must_use]
    pub fn summary(&self) -> String {
        if self.kind == ErrorKind::Foreign {
            return self.message.clone();
        }
        if let (Some(code), Some(meaning)) = (&self.code, self.meaning()) {
            return format!("{code}: {}", meaning.text);
        }
        self.code.clone().unwrap_or_else(|| {
            match self.kind {
                ErrorKind::Throttled => "throttled",
                ErrorKind::Denied => "denied",
                ErrorKind::Expired => "credentials expired",
                ErrorKind::Transient => "no usable answer",
                ErrorKind::Gone => "not there",
                ErrorKind::Refused => "refused",
                ErrorKind::Malformed => "unreadable answer",
                ErrorKind::Foreign => "something other than AWS answered",
                ErrorKind::NoCredentials => "no credentials",
            }
            .to_owned()
        })
    }

    /// What AWS's code and words mean, if they have only one meaning.
    #[must_use]
    pub fn meaning(&self) -> Option<&'static Meaning> {
        Meaning::of(self.code.as_deref()?, &self.message)
    }
}

impl fmt::Display for CloudError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation, self.summary())?;
        match self.message.as_str() {
            "" => Ok(()),
            _ if self.kind == ErrorKind::Foreign => Ok(()),
            message => write!(f, " ({message})"),
        }
    }
}

impl Error for CloudError {}

/// The result of one call to AWS.
pub type CloudResult<T> = Result<T, CloudError>;
