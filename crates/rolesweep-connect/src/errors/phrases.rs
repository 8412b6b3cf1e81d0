//! Texts of library errors whose types are private, so only the text distinguishes them. Each is
//! tested against the library.

/// hyper-util: the name of a host does not resolve.
pub(crate) const NO_ADDRESS: &str = "dns error";

/// hyper-util: a proxy did not make a tunnel.
pub(crate) const TUNNEL: &str = "tunnel error";

/// hyper-util: a proxy wants a user name and a password.
pub(crate) const PROXY_AUTHORIZATION: &str = "authorization required";

/// rustls-webpki: a server shows the certificate of a certificate authority as its own.
pub(crate) const AUTHORITY: &str = "CaUsedAsEndEntity";

/// aws-smithy-runtime: a credentials provider did not answer in time.
pub(crate) const PROVIDER_TIMED_OUT: &str = "identity resolver timed out";

/// aws-smithy-runtime-api: a call that a provider made took too long.
pub(crate) const CALL_TIMED_OUT: &str = "request has timed out";

/// aws-config and IAM Identity Center: there is no session, or it is no longer valid.
pub(crate) const SIGNED_OUT: [&str; 4] =
    ["cached SSO token", "SSO token has expired", "UnauthorizedException", "Session token not found"];

/// aws-smithy-runtime: an interceptor's error. It gives the interceptor's name, which means nothing
/// to a person.
pub(crate) const INTERCEPTOR: &str = "interceptor encountered an error";

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_config::identity::IdentityCache;
    use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
    use aws_smithy_runtime_api::box_error::BoxError;
    use aws_smithy_runtime_api::client::interceptors::Intercept;
    use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
    use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
    use aws_smithy_types::config_bag::ConfigBag;
    use aws_smithy_types::error::display::DisplayErrorContext;
    use aws_smithy_types::timeout::TimeoutConfig;
    use rustls::client::WebPkiServerVerifier;
    use rustls::client::danger::ServerCertVerifier as _;
    use rustls::pki_types::pem::PemObject as _;
    use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;
    use crate::http::client::{CERTIFICATE, plain_client, proxied_client};
    use crate::testing::FakeServer;

    /// The failure of one call, with all of its causes.
    async fn failure(config: aws_types::sdk_config::Builder) -> String {
        let call = aws_sdk_sts::Client::new(&config.build()).get_caller_identity().send().await;
        DisplayErrorContext(call.unwrap_err()).to_string()
    }

    fn config() -> aws_types::sdk_config::Builder {
        FakeServer::silent().config("us-east-1")
    }

    #[tokio::test]
    async fn a_host_without_an_address() {
        // No resolver sends a label of more than 63 characters over the network.
        let url = format!("http://{}.invalid", "x".repeat(64));
        let text = failure(config().http_client(plain_client()).endpoint_url(url)).await;
        assert!(text.contains(NO_ADDRESS), "{text}");
    }

    #[tokio::test]
    async fn a_proxy_that_makes_no_tunnel() {
        for (head, words) in [
            ("HTTP/1.1 403 Forbidden\r\n\r\n", TUNNEL),
            ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", TUNNEL),
            ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", PROXY_AUTHORIZATION),
            ("", TUNNEL),
        ] {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
            let proxy = format!("http://{}", listener.local_addr().unwrap());
            tokio::spawn(async move {
                while let Ok((mut stream, _)) = listener.accept().await {
                    let _ = stream.read(&mut [0; 1024]).await;
                    let _ = stream.write_all(head.as_bytes()).await;
                }
            });
            let text = failure(config().http_client(proxied_client(&proxy))).await;
            assert!(text.contains(words), "{head}: {text}");
        }
        // Port 1 is reserved, and nothing listens on it.
        let text = failure(config().http_client(proxied_client("http://127.0.0.1:1"))).await;
        assert!(text.contains(TUNNEL), "{text}");
    }

    #[test]
    fn a_certificate_authority_that_is_used_for_a_server() {
        let certificate = CertificateDer::from_pem_slice(CERTIFICATE.as_bytes()).unwrap();
        let mut roots = rustls::RootCertStore::empty();
        roots.add(certificate.clone()).unwrap();
        let provider = rustls::crypto::aws_lc_rs::default_provider().into();
        let verifier = WebPkiServerVerifier::builder_with_provider(roots.into(), provider).build().unwrap();
        let name = ServerName::try_from("sts.us-east-1.amazonaws.com").unwrap();
        let error = verifier.verify_server_cert(&certificate, &[], &name, &[], UnixTime::now()).unwrap_err();
        assert!(matches!(error, rustls::Error::InvalidCertificate(_)), "{error}");
        assert!(error.to_string().contains(AUTHORITY), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn calls_and_providers_that_take_too_long() {
        #[derive(Debug)]
        struct Never;
        impl ProvideCredentials for Never {
            fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
            where
                Self: 'a,
            {
                future::ProvideCredentials::new(std::future::pending())
            }
        }
        let second = Duration::from_secs(1);
        let never = config()
            .credentials_provider(SharedCredentialsProvider::new(Never))
            .identity_cache(IdentityCache::lazy().load_timeout(second).build());
        let text = failure(never).await;
        assert!(text.contains(PROVIDER_TIMED_OUT), "{text}");
        let timeouts = TimeoutConfig::builder().operation_timeout(second).build();
        let text = failure(config().timeout_config(timeouts)).await;
        assert!(text.contains(CALL_TIMED_OUT), "{text}");
    }

    #[tokio::test]
    async fn an_interceptor_that_refuses() {
        #[derive(Debug)]
        struct Refuse;
        impl Intercept for Refuse {
            fn name(&self) -> &'static str {
                "Refuse"
            }
            fn read_before_transmit(
                &self,
                _: &BeforeTransmitInterceptorContextRef<'_>,
                _: &RuntimeComponents,
                _: &mut ConfigBag,
            ) -> Result<(), BoxError> {
                Err("no".into())
            }
        }
        let config = aws_sdk_sts::config::Builder::from(&config().build()).interceptor(Refuse).build();
        let call = aws_sdk_sts::Client::from_conf(config).get_caller_identity().send().await;
        let text = DisplayErrorContext(call.unwrap_err()).to_string();
        assert!(text.contains(INTERCEPTOR), "{text}");
    }
}
