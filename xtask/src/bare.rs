//! The bare loop: the same calls as a scan, on the SDK's own clients with the same concurrency. It
//! drops the answers.

use std::pin::pin;

use anyhow::{Context as _, Result, anyhow};
use aws_config::BehaviorVersion;
use aws_credential_types::Credentials;
use aws_sdk_iam::types::EntityType;
use futures::{StreamExt as _, TryStreamExt as _};
use rolesweep_scan::session_policy::session_policy;

/// Lists the accounts, assumes the role in each and reads its pages: `bare ROLE CONCURRENCY PAGE`.
/// Prints the number of roles.
pub(crate) fn run(role: &str, concurrency: &str, page: &str) -> Result<()> {
    let (concurrency, page) = (concurrency.parse()?, page.parse()?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let roles = runtime.block_on(read(role, concurrency, page))?;
    crate::say(&roles.to_string());
    Ok(())
}

async fn read(role: &str, concurrency: usize, page: i32) -> Result<usize> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let sts = aws_sdk_sts::Client::new(&config);
    let iam = aws_sdk_iam::Client::new(&config);
    let mut pages = aws_sdk_organizations::Client::new(&config).list_accounts().into_paginator().send();
    let mut ids = Vec::new();
    while let Some(page) = pages.try_next().await? {
        ids.extend(page.accounts.into_iter().flatten().filter_map(|account| account.id));
    }
    let counts = futures::stream::iter(ids).map(|id| {
        let (sts, iam, role) = (sts.clone(), iam.clone(), role.to_owned());
        // One task for each, as in a scan, because parsing uses every core.
        tokio::spawn(async move { count(&sts, &iam, &role, &id, page).await })
    });
    let counts = counts.buffer_unordered(concurrency).map(|count| count.map_err(|error| anyhow!(error))?);
    pin!(counts).try_fold(0, |all, count| async move { Ok(all + count) }).await
}

/// How many roles an account has.
async fn count(
    sts: &aws_sdk_sts::Client,
    iam: &aws_sdk_iam::Client,
    role: &str,
    id: &str,
    page: i32,
) -> Result<usize> {
    let answer = sts
        .assume_role()
        .role_arn(format!("arn:aws:iam::{id}:role/{role}"))
        .role_session_name("bare")
        .policy(session_policy())
        .send()
        .await?;
    let session = answer.credentials.context("no credentials")?;
    let credentials = Credentials::new(
        session.access_key_id,
        session.secret_access_key,
        Some(session.session_token),
        None,
        "bare",
    );
    let (mut marker, mut roles) = (None, 0);
    loop {
        let page = iam
            .get_account_authorization_details()
            .filter(EntityType::Role)
            .filter(EntityType::LocalManagedPolicy)
            .max_items(page)
            .set_marker(marker)
            .customize()
            .config_override(aws_sdk_iam::Config::builder().credentials_provider(credentials.clone()))
            .send()
            .await?;
        roles += page.role_detail_list().len();
        marker = page.marker;
        if marker.is_none() {
            return Ok(roles);
        }
    }
}
