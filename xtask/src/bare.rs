//! The bare loop: the calls of a scan with the same clients and the same concurrency, and the answers dropped.

use std::num::NonZeroUsize;
use std::pin::pin;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use futures::StreamExt as _;
use rolesweep_model::{Account, AccountId, Partition};
use rolesweep_scan::operation::session_policy;
use rolesweep_scan::ports::{AssumeRequest, Cloud};

/// Lists the accounts, assumes the role in each and reads its pages: `bare ROLE CONCURRENCY PAGE`.
pub(crate) fn run(role: &str, concurrency: &str, page: &str) -> Result<()> {
    let (concurrency, page): (NonZeroUsize, u16) = (concurrency.parse()?, page.parse()?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let roles = runtime.block_on(read(role, concurrency.get(), page))?;
    crate::say(&roles.to_string());
    Ok(())
}

async fn read(role: &str, concurrency: usize, page: u16) -> Result<usize> {
    let cloud = Arc::new(rolesweep_aws::connect(rolesweep_aws::Settings::default()).await?);
    let partition = cloud.caller_identity().await?.partition;
    let accounts = futures::stream::try_unfold(Some(None), |token| {
        let cloud = cloud.clone();
        async move {
            let Some(token) = token else { return Ok(None) };
            let page = cloud.list_accounts(token).await?;
            anyhow::Ok(Some((page.items, page.next.map(Some))))
        }
    });
    let ids = accounts.flat_map(|page| {
        let ids: Vec<Result<AccountId>> = match page {
            Ok(accounts) => accounts.into_iter().map(|Account { id, .. }| Ok(id)).collect(),
            Err(error) => vec![Err(error)],
        };
        futures::stream::iter(ids)
    });
    let counts = ids.map(|id| {
        let (cloud, partition, role) = (cloud.clone(), partition.clone(), role.to_owned());
        // A task for each, as in a scan: parsing uses every core.
        tokio::spawn(async move { count(&*cloud, &partition, &role, id?, page).await })
    });
    let mut counts = pin!(counts.buffer_unordered(concurrency));
    let mut roles = 0;
    while let Some(count) = counts.next().await {
        roles += count.map_err(|error| anyhow!("{error}"))??;
    }
    Ok(roles)
}

/// How many roles an account has.
async fn count<C: Cloud>(
    cloud: &C,
    partition: &Partition,
    role: &str,
    id: AccountId,
    page: u16,
) -> Result<usize> {
    let request = AssumeRequest {
        account_id: id,
        role_arn: format!("arn:{partition}:iam::{id}:role/{role}"),
        session_name: "bare".to_owned(),
        external_id: None,
        session_seconds: 3600,
        session_policy: session_policy(),
    };
    let session = cloud.assume(&request).await?;
    let (mut marker, mut roles) = (None, 0);
    loop {
        let page = cloud.authorization_details(&session, true, marker, page).await?;
        roles += page.items.roles.len();
        marker = page.next;
        if marker.is_none() {
            return Ok(roles);
        }
    }
}
