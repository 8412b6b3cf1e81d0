//! The connection that every service's client is built on.

use std::fmt;

use aws_config::SdkConfig;
use aws_credential_types::provider::SharedCredentialsProvider;

use crate::credentials::Caller;
use crate::credentials::validate::Validated;
use crate::http::endpoints;

/// A connection to AWS: configuration for the clients of any service. They share its HTTP client
/// and its cache of the caller's credentials.
pub struct Connection {
    config: SdkConfig,
    caller: Caller,
    warnings: Vec<String>,
}

impl Connection {
    /// Makes a connection from one configuration. Credentials that cannot sign a request are
    /// refused before they are used.
    #[must_use]
    pub fn new(config: &SdkConfig, caller: Caller) -> Self {
        let mut checked = config.to_builder();
        let provider = config.credentials_provider().map(Validated).map(SharedCredentialsProvider::new);
        checked.set_credentials_provider(provider);
        Self { config: checked.build(), caller, warnings: Vec::new() }
    }

    pub(crate) fn with_warning(mut self, text: String) -> Self {
        self.warnings.push(text);
        self
    }

    /// The configuration to build a service's client from.
    #[must_use]
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// Where the caller's credentials come from.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Warnings for the user before the connection is used: settings that are set but have no
    /// effect.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The endpoints that replace AWS's own, each as `service url`, without user names and
    /// passwords.
    #[must_use]
    pub fn endpoints_overridden(&self) -> Vec<String> {
        endpoints::overridden(&self.config)
    }

    /// The region in which STS is called. It decides the partition.
    #[must_use]
    pub fn region(&self) -> &str {
        self.config.region().map_or("", AsRef::as_ref)
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("region", &self.region())
            .field("endpoints_overridden", &self.endpoints_overridden())
            .finish_non_exhaustive()
    }
}
