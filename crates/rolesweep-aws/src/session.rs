//! The credentials and retry partition of calls to IAM in one account.

use std::fmt;

use aws_config::identity::IdentityCache;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_iam::config::{Builder, SharedIdentityCache};
use aws_smithy_runtime::client::retries::{RetryPartition, TokenBucket};
use rolesweep_connect::secrets;
use rolesweep_model::AccountId;

/// How many tokens an account's retries may spend. The SDK's own bucket holds 500 for the whole
/// process. A retry costs 5, one after a time-out 10, and every call that succeeds at once gives
/// one back.
const RETRY_TOKENS: usize = 100;

/// How many tokens come back every second, so that an account that was in trouble once is not left
/// without retries.
const RETRY_TOKENS_PER_SECOND: f32 = 1.0;

/// Credentials to read one account, and the account's own retry partition. An account that
/// throttles or times out spends only its own tokens, so it slows no other account.
pub struct AwsSession {
    account: AccountId,
    /// `None` for the caller's own credentials, which the shared client resolves and caches itself.
    credentials: Option<(SharedCredentialsProvider, SharedIdentityCache)>,
    partition: RetryPartition,
}

impl AwsSession {
    /// A session of the audit role in an account.
    ///
    /// The SDK does not get the expiry: AWS decides whether credentials have expired, not this
    /// machine's clock.
    pub(crate) fn assumed(account: AccountId, access_key_id: String, secret: String, token: String) -> Self {
        secrets::remember(&secret);
        secrets::remember(&token);
        let credentials = Credentials::new(access_key_id, secret, Some(token), None, "AssumeRole");
        let cache = IdentityCache::lazy().max_partitions(1).build();
        Self {
            credentials: Some((SharedCredentialsProvider::new(credentials), cache)),
            ..Self::caller(account)
        }
    }

    /// The caller's own credentials, in the caller's own account.
    pub(crate) fn caller(account: AccountId) -> Self {
        let bucket =
            TokenBucket::builder().capacity(RETRY_TOKENS).refill_rate(RETRY_TOKENS_PER_SECOND).build();
        Self {
            account,
            credentials: None,
            partition: RetryPartition::custom(format!("iam-{account}")).token_bucket(bucket).build(),
        }
    }

    /// Whether this is the caller itself and not the audit role.
    pub(crate) fn is_caller(&self) -> bool {
        self.credentials.is_none()
    }

    /// What a call to IAM overrides. Everything in it is reference-counted, so a call copies no
    /// credentials.
    pub(crate) fn overrides(&self) -> Builder {
        let mut builder = Builder::default().retry_partition(self.partition.clone());
        if let Some((provider, cache)) = &self.credentials {
            // The shared provider keeps its place in the cache. A new wrapper around it would not.
            builder.set_credentials_provider(Some(provider.clone()));
            builder.set_identity_cache(cache.clone());
        }
        builder
    }
}

impl fmt::Debug for AwsSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsSession")
            .field("account", &self.account)
            .field("is_caller", &self.is_caller())
            .finish_non_exhaustive()
    }
}
