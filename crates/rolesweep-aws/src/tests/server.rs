//! Helpers of these tests: a cloud on a server that needs no network.

use rolesweep_connect::testing::FakeServer;
use rolesweep_model::{AccountId, RolePage};
use rolesweep_scan::ports::{Cloud as _, CloudResult, DetailsRequest, Page, ResponseBody as _};

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

pub(super) fn session() -> AwsSession {
    let own = |text: &str| text.to_owned();
    AwsSession::assumed(account(), own("ASIASESSION"), own("session-secret"), own("session-token"))
}

/// A request for GetAccountAuthorizationDetails.
pub(super) fn asking(policies: bool, marker: Option<String>, max_items: u16) -> DetailsRequest {
    DetailsRequest { policies, marker, max_items }
}

/// Reads pages of roles as the engine does.
pub(super) trait DetailsPage {
    async fn details_page(
        &self,
        session: &AwsSession,
        request: DetailsRequest,
    ) -> CloudResult<Page<RolePage>>;
}

impl DetailsPage for AwsCloud {
    async fn details_page(
        &self,
        session: &AwsSession,
        request: DetailsRequest,
    ) -> CloudResult<Page<RolePage>> {
        let mut body = self.authorization_details(session, request).await?;
        let mut bytes = Vec::new();
        while let Some(chunk) = body.next_chunk().await? {
            bytes.extend_from_slice(&chunk);
        }
        body.decode(&bytes)
    }
}
