//! How long calls wait.

use std::time::Duration;

use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::timeout::TimeoutConfig;

/// How long a connection may take, TLS included. The SDK's default of 3.1 s is short for a far region behind a proxy.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long the first byte of an answer may take, unless the caller says otherwise. A page of GetAccountAuthorizationDetails
/// was seen to take ten seconds.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// How long one attempt may take, from signing to the last byte, in read time-outs.
const READS_PER_ATTEMPT: u32 = 2;

/// How long a call may take with all of its attempts, in read time-outs.
const READS_PER_OPERATION: u32 = 5;

/// How long calls wait. The same for every service: the connection pool is shared only among equal time-outs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timeouts {
    read: Duration,
}

impl Timeouts {
    /// With this read time-out, from which the others follow, or the usual one.
    pub(crate) fn new(read: Option<Duration>) -> Self {
        Self { read: read.unwrap_or(READ_TIMEOUT) }
    }

    /// How long one attempt may take, from signing to the last byte.
    pub(crate) fn attempt(self) -> Duration {
        self.read * READS_PER_ATTEMPT
    }

    /// The time-outs of every call.
    pub(crate) fn calls(self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(self.read)
            .operation_attempt_timeout(self.attempt())
            .operation_timeout(self.read * READS_PER_OPERATION)
            .build()
    }

    /// The protection against bodies that stand still: on, and it waits half a read time-out. The SDK's 5 s would cut off
    /// an IAM that thinks between the head of a large page and its body.
    pub(crate) fn stalls(self) -> StalledStreamProtectionConfig {
        StalledStreamProtectionConfig::enabled().grace_period(self.read / 2).build()
    }
}
