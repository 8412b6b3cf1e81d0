//! The one HTTP client that every service shares, and with it one connection pool.

use std::time::Duration;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpClient};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::timeout::TimeoutConfig;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::error::ConnectError;

/// How long a connection may take, TLS included. The SDK's default of 3.1 s is short for a far region behind a proxy.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long the first byte of an answer may take. A page of GetAccountAuthorizationDetails was seen to take ten seconds.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// How long one attempt may take, from signing to the last byte. A stalled body is noticed much earlier, by the SDK's own
/// protection, which stays on.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(120);

/// How long a call may take with all of its attempts.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(300);

/// How long an idle connection is kept. Below what AWS's front ends keep, so that few are found closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// The time-outs of every call. The same for every service: the connection pool is shared only among equal time-outs.
pub(crate) fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build()
}

/// A client with TLS and the environment's proxies. Trusts the machine's certificates, or those of `bundle` in their place.
pub(crate) fn client(bundle: Option<TrustStore>) -> SharedHttpClient {
    let context = match bundle {
        Some(store) => TlsContext::builder().with_trust_store(store).build().unwrap_or_default(),
        None => TlsContext::default(),
    };
    // `Builder::build_https` would ignore the proxies, and this function the builder's own pool settings.
    Builder::new().build_with_connector_fn(move |settings, components| {
        connector(settings, components)
            .proxy_config(ProxyConfig::from_env())
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .tls_context(context.clone())
            .build()
    })
}

/// A client without TLS and without proxies: for a far end on this machine.
pub(crate) fn plain_client() -> SharedHttpClient {
    Builder::new().build_with_connector_fn(|settings, components| {
        connector(settings, components).proxy_config(ProxyConfig::disabled()).build_http()
    })
}

fn connector(
    settings: Option<&HttpConnectorSettings>,
    components: Option<&RuntimeComponents>,
) -> ConnectorBuilder {
    let mut builder = ConnectorBuilder::default().pool_idle_timeout(IDLE_TIMEOUT);
    builder.set_connector_settings(settings.cloned());
    if let Some(components) = components {
        builder.set_sleep_impl(components.sleep_impl());
    }
    builder
}

/// The certificates of a bundle file, each as its own PEM text.
///
/// They are checked one by one, because the SDK's own reader panics on a certificate that it cannot parse, and bundles made
/// for other programs hold such ones.
pub(crate) fn read_bundle(path: &str) -> Result<TrustStore, ConnectError> {
    let fail = |reason: String| ConnectError::CaBundle { path: path.to_owned(), reason };
    let bytes = std::fs::read(path).map_err(|error| fail(error.to_string()))?;
    let text = String::from_utf8_lossy(&bytes);
    let (mut store, mut usable, mut unusable) = (TrustStore::empty(), 0_usize, 0_usize);
    for block in certificates(&text) {
        let parsed = CertificateDer::from_pem_slice(block.as_bytes());
        if parsed.is_ok_and(|certificate| RootCertStore::empty().add(certificate).is_ok()) {
            store.add_pem_certificate(block.as_bytes());
            usable += 1;
        } else {
            unusable += 1;
        }
    }
    tracing::debug!(path, usable, unusable, "read the certificate bundle");
    if usable == 0 {
        return Err(fail("there is no usable PEM certificate in it".to_owned()));
    }
    Ok(store)
}

/// The PEM blocks of a text, from each begin mark to its end mark.
fn certificates(text: &str) -> impl Iterator<Item = &str> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    text.split_inclusive(END).filter_map(|part| part.find(BEGIN).map(|at| &part[at..]))
}
