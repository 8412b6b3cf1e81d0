//! How to reach AWS.

use std::fmt;
use std::time::Duration;

/// How to reach AWS. Everything that is not set here follows AWS's own variables and files, as with the AWS CLI.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The profile of `~/.aws/config` and `~/.aws/credentials` to take credentials and region from. A profile named here
    /// wins over credentials in the environment, as with the AWS CLI.
    pub profile: Option<String>,
    /// Where a file names that profile, such as `rolesweep.toml:3`; `None` if the user named it for this very run. Beside credentials in the
    /// environment, which win over a file, it is refused.
    pub profile_file: Option<String>,
    /// The region to talk to. It picks the partition, and with it the endpoints of IAM and Organizations; STS is asked in
    /// this very region.
    pub region: Option<String>,
    /// How long an answer may take to begin before the call is made again; one minute unless set. An attempt may take twice
    /// as long to its last byte, and a call five times as long with all of its attempts.
    pub read_timeout: Option<Duration>,
    /// A server to talk to instead of AWS: environment, profile files and instance metadata are then not read.
    pub fixed: Option<FixedTarget>,
}

/// A server with credentials of its own, such as the simulated organization of the demo.
#[derive(Clone)]
pub struct FixedTarget {
    /// Where every service is reached, such as `http://127.0.0.1:40123`.
    pub endpoint_url: String,
    /// The access key's id.
    pub access_key_id: String,
    /// The secret access key. `Debug` does not show it.
    pub secret_access_key: String,
    /// The session token, for temporary credentials. `Debug` does not show it.
    pub session_token: Option<String>,
}

impl fmt::Debug for FixedTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FixedTarget")
            .field("endpoint_url", &crate::http::urls::without_userinfo(&self.endpoint_url))
            .finish_non_exhaustive()
    }
}
