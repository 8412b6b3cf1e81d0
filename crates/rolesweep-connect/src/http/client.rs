//! The one HTTP client that every service shares, and with it one connection pool.

use std::path::Path;
use std::time::Duration;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpClient};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::bounded;
use crate::environment::Environment;
use crate::error::ConnectError;
use crate::http::explain::Route;
use crate::http::proxies;
use crate::http::wrapped::wrapped;

/// How long an idle connection is kept. This is shorter than AWS's front ends keep theirs, so few
/// connections turn out to be closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// A client with TLS and the environment's proxies. It trusts the certificates of `bundle`, or else
/// the machine's.
pub(crate) fn client(bundle: Option<Bundle>, from: &Environment) -> SharedHttpClient {
    let route = Route {
        proxy: proxies::for_https(from),
        bundle: bundle.as_ref().map(|bundle| (bundle.origin.clone(), bundle.path.clone())),
    };
    wrapped(with_tls(bundle, ProxyConfig::from_env()), route)
}

/// The same without proxies, for endpoints on this machine.
pub(crate) fn direct_client(bundle: Option<Bundle>) -> SharedHttpClient {
    with_tls(bundle, ProxyConfig::disabled())
}

/// The same with this HTTPS proxy.
#[cfg(test)]
pub(crate) fn proxied_client(proxy: &str) -> SharedHttpClient {
    with_tls(None, ProxyConfig::https(proxy).expect("the URL of a proxy"))
}

fn with_tls(bundle: Option<Bundle>, proxies: ProxyConfig) -> SharedHttpClient {
    let context = bundle.map_or_else(TlsContext::default, |bundle| bundle.context);
    // `Builder::build_https` would ignore the proxies. This function ignores the builder's own pool
    // settings.
    Builder::new().build_with_connector_fn(move |settings, components| {
        connector(settings, components)
            .proxy_config(proxies.clone())
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .tls_context(context.clone())
            .build()
    })
}

/// A client without TLS and without proxies, for a server on this machine.
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

/// The certificates of a file, which replace the machine's own.
#[derive(Debug, Clone)]
pub(crate) struct Bundle {
    /// The setting that names the file.
    origin: String,
    path: String,
    context: TlsContext,
}

impl Bundle {
    /// Reads the file that the setting names.
    ///
    /// # Errors
    /// If the file cannot be read, or holds no usable certificate.
    pub(crate) fn read(path: &str, origin: String) -> Result<Self, ConnectError> {
        let fail = |cause: String| {
            let what = format!("use the certificates of `{path}`");
            ConnectError::new(what, cause, format!("correct {origin}, or unset it"))
        };
        let bytes = bounded::read_file(Path::new(path), bounded::CERTIFICATES);
        let bytes = bytes.map_err(|error| fail(error.to_string()))?;
        let usable = usable_certificates(&String::from_utf8_lossy(&bytes));
        tracing::debug!(path, usable = usable.len(), "read the certificate bundle");
        if usable.is_empty() {
            return Err(fail("there is no usable PEM certificate in it".to_owned()));
        }
        let store = usable.into_iter().fold(TrustStore::empty(), TrustStore::with_pem_certificate);
        // Never the machine's own certificates instead.
        let context = TlsContext::builder().with_trust_store(store).build();
        let context = context.map_err(|error| fail(error.to_string()))?;
        Ok(Self { origin, path: path.to_owned(), context })
    }
}

/// The certificates of a PEM text, each as a separate text.
///
/// They are tried one by one, because the SDK's own reader panics on a certificate that it cannot
/// parse, and bundles made for other programs contain such certificates.
fn usable_certificates(text: &str) -> Vec<String> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let blocks = text.split_inclusive(END).filter_map(|part| part.find(BEGIN).map(|at| &part[at..]));
    let is_usable = |block: &&str| {
        let parsed = CertificateDer::from_pem_slice(block.as_bytes());
        parsed.is_ok_and(|certificate| RootCertStore::empty().add(certificate).is_ok())
    };
    blocks.filter(is_usable).map(str::to_owned).collect()
}

/// A self-signed certificate of an authority (CA:TRUE) that nobody uses.
#[cfg(test)]
pub(crate) const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\n\
    MIIBnjCCAUOgAwIBAgIUQgBQQo3QmEzQYVxyszDUXhJIs2owCgYIKoZIzj0EAwIw\n\
    IzEhMB8GA1UEAwwYcm9sZXN3ZWVwIHRlc3QgYXV0aG9yaXR5MCAXDTI2MTEyMjE4\n\
    MzEwNVoYDzIxMjYxMDI5MTgzMTA1WjAjMSEwHwYDVQQDDBhyb2xlc3dlZXAgdGVz\n\
    dCBhdXRob3JpdHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASKtmdom4TLvAvd\n\
    ucuQ/1WzrEHAwzM52cdkAu2YnciUcFxuOjk6F1dWOuTEDs3o7ZefhQPoXjFLeI3P\n\
    ZggUopcQo1MwUTAdBgNVHQ4EFgQUth8Jo3v+1ay8eu90AScX1yqj30IwHwYDVR0j\n\
    BBgwFoAUth8Jo3v+1ay8eu90AScX1yqj30IwDwYDVR0TAQH/BAUwAwEB/zAKBggq\n\
    hkjOPQQDAgNJADBGAiEA9OymfiZ+hmGfcmGOCXRdakaBzXXXRyd2ds6lvjhjZ2AC\n\
    IQDNyKxLQ/fmRR/xVVe2VwQrhWpPxDV4lRWwU5FtjxOaMg==\n\
    -----END CERTIFICATE-----";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_keeps_what_can_be_used_and_drops_the_rest() {
        let broken = "-----BEGIN CERTIFICATE-----\nMIIBAAAA\n-----END CERTIFICATE-----\n";
        let no_base64 = "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n";
        let bundle = format!(
            "# a comment\n{broken}{CERTIFICATE}\n{no_base64}\n{CERTIFICATE}\n-----BEGIN CERTIFICATE-----\nMII"
        );
        let usable = usable_certificates(&bundle);
        assert_eq!(usable, [CERTIFICATE, CERTIFICATE]);
        for text in ["", "no PEM", broken, no_base64] {
            assert!(usable_certificates(text).is_empty(), "{text}");
        }
        // The SDK reads them when a client first uses them, and must not panic then.
        let store = usable.into_iter().fold(TrustStore::empty(), TrustStore::with_pem_certificate);
        let context = TlsContext::builder().with_trust_store(store).build().unwrap();
        let config = aws_config::SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .http_client(direct_client(Some(Bundle { origin: String::new(), path: String::new(), context })))
            .build();
        aws_sdk_sts::Client::new(&config);
    }

    #[test]
    fn a_bundle_that_is_not_there_is_named() {
        let error =
            Bundle::read("/there/is/no/such/bundle.pem", "AWS_CA_BUNDLE".to_owned()).unwrap_err().to_string();
        assert!(error.contains("/there/is/no/such/bundle.pem") && error.contains("AWS_CA_BUNDLE"), "{error}");
    }
}
