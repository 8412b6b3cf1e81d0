//! An HTTP client that does something around each call of another one.

use std::fmt::Debug;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::{RuntimeComponents, RuntimeComponentsBuilder};
use aws_smithy_types::config_bag::ConfigBag;

/// What is done around each call.
pub(crate) trait Wrap: Debug + Clone + Send + Sync + 'static {
    /// Makes the call.
    fn call(&self, inner: &SharedHttpConnector, request: HttpRequest) -> HttpConnectorFuture;
}

/// The same client, with an action around each call.
pub(crate) fn wrapped(inner: SharedHttpClient, wrap: impl Wrap) -> SharedHttpClient {
    SharedHttpClient::new(Wrapped { inner, wrap })
}

#[derive(Debug)]
struct Wrapped<C, W> {
    inner: C,
    wrap: W,
}

impl<W: Wrap> HttpConnector for Wrapped<SharedHttpConnector, W> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.wrap.call(&self.inner, request)
    }
}

impl<W: Wrap> HttpClient for Wrapped<SharedHttpClient, W> {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Wrapped { inner, wrap: self.wrap.clone() })
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.inner.validate_base_client_config(components, config)
    }

    fn validate_final_config(
        &self,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.inner.validate_final_config(components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.inner.connector_metadata()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::client::plain_client;

    /// A client that refuses every configuration.
    #[derive(Debug)]
    struct Strict;

    impl HttpClient for Strict {
        fn http_connector(
            &self,
            settings: &HttpConnectorSettings,
            components: &RuntimeComponents,
        ) -> SharedHttpConnector {
            plain_client().http_connector(settings, components)
        }

        fn validate_base_client_config(
            &self,
            _: &RuntimeComponentsBuilder,
            _: &ConfigBag,
        ) -> Result<(), BoxError> {
            Err("base".into())
        }

        fn validate_final_config(&self, _: &RuntimeComponents, _: &ConfigBag) -> Result<(), BoxError> {
            Err("final".into())
        }
    }

    #[test]
    fn what_the_client_refuses_of_a_configuration_is_refused() {
        #[derive(Debug, Clone)]
        struct Nothing;
        impl Wrap for Nothing {
            fn call(&self, inner: &SharedHttpConnector, request: HttpRequest) -> HttpConnectorFuture {
                inner.call(request)
            }
        }
        let client = wrapped(SharedHttpClient::new(Strict), Nothing);
        let builder = RuntimeComponentsBuilder::for_tests();
        let base = client.validate_base_client_config(&builder, &ConfigBag::base());
        assert_eq!(base.unwrap_err().to_string(), "base");
        let whole = builder.build().unwrap();
        let last = client.validate_final_config(&whole, &ConfigBag::base());
        assert_eq!(last.unwrap_err().to_string(), "final");
    }
}
