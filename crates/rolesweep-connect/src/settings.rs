//! How to reach AWS.

use std::fmt;
use std::time::Duration;

/// How to reach AWS. As in the AWS CLI, what is not set here follows AWS's own variables and files.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The profile of `~/.aws/config` and `~/.aws/credentials` to take credentials and region from.
    /// A profile named here wins over credentials in the environment, as with the AWS CLI.
    pub profile: Option<String>,
    /// The place that names the profile in a file, such as `rolesweep.toml:3`; `None` if the user
    /// named it for this run. Such a profile is refused if the environment has credentials, which
    /// win over a file.
    pub profile_file: Option<String>,
    /// The region to call. It decides the partition, and so the endpoints of IAM and Organizations.
    /// STS is called in this region itself.
    pub region: Option<String>,
    /// How long an answer may take to begin before the call is made again. The default is one
    /// minute. An attempt may take twice as long to its last byte, and a call with all of its
    /// attempts five times as long.
    pub read_timeout: Option<Duration>,
    /// A server to call instead of AWS. The environment, profile files and instance metadata are
    /// then not read.
    pub fixed: Option<FixedTarget>,
}

/// A server with credentials of its own, such as the simulated organization of the demo.
#[derive(Clone)]
pub struct FixedTarget {
    /// The URL of every service, such as `http://127.0.0.1:40123`.
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
