//! The time-outs of calls.

use std::time::Duration;

use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::timeout::TimeoutConfig;

/// How long a connection may take, including TLS. The SDK's default of 3.1 s is too short for a
/// distant region behind a proxy.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long the first byte of an answer may take, unless the caller sets it. A page of
/// GetAccountAuthorizationDetails was seen to take ten seconds.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// The limit of one attempt, from signing to the last byte, as a multiple of the read time-out.
const READS_PER_ATTEMPT: u32 = 2;

/// The limit of a call with all of its attempts, as a multiple of the read time-out.
const READS_PER_OPERATION: u32 = 5;

/// The time-outs of calls. They are the same for every service, because clients share a connection
/// pool only if their time-outs are equal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timeouts {
    read: Duration,
}

impl Timeouts {
    /// Uses this read time-out, or the default. The others follow from it.
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

    /// The protection against bodies that stall. It is on, and waits half a read time-out. The
    /// SDK's 5 s would cut off IAM if it pauses between the head of a large page and its body.
    pub(crate) fn stalls(self) -> StalledStreamProtectionConfig {
        StalledStreamProtectionConfig::enabled().grace_period(self.read / 2).build()
    }
}
