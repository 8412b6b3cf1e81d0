//! What every test here asks a server without a network for.

use std::sync::Arc;

use rolesweep_connect::testing::FakeServer;
use rolesweep_model::AccountId;
use rolesweep_scan::ports::{Admission, DetailsRequest, Intake};

use crate::cloud::AwsCloud;
use crate::session::AwsSession;

/// The engine's port, on a server.
pub(super) trait HasCloud {
    fn cloud(&self) -> AwsCloud;
}

impl HasCloud for FakeServer {
    fn cloud(&self) -> AwsCloud {
        AwsCloud::new(self.connection())
    }
}

pub(super) fn account() -> AccountId {
    "000000000123".parse().unwrap()
}

/// A session of the audit role.
pub(super) fn session() -> AwsSession {
    let own = |text: &str| text.to_owned();
    AwsSession::assumed(account(), own("ASIASESSION"), own("session-secret"), own("session-token"))
}

/// What to ask GetAccountAuthorizationDetails for.
pub(super) fn asking(policies: bool, marker: Option<String>, max_items: u16) -> DetailsRequest {
    DetailsRequest { policies, marker, max_items }
}

/// Room for every answer.
pub(super) fn roomy() -> Arc<dyn Intake> {
    struct Roomy;
    impl Intake for Roomy {
        fn admit(&self, _: u64) -> Admission {
            Box::pin(std::future::ready(()))
        }
    }
    Arc::new(Roomy)
}
