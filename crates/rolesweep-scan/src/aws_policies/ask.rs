//! Asks one account for one policy.

use std::collections::BTreeMap;

use rolesweep_model::AwsManagedPolicy;

use crate::limits::retried_calls::RetriedCalls;
use crate::operation::Operation;
use crate::plan::KnownAwsPolicies;
use crate::ports::{Cloud, CloudError, CloudResult};

/// More bytes than any document of AWS has.
const LONGEST_DOCUMENT: usize = 1024 * 1024;

/// The policy's default version, with its document unless that is known. Counts the calls.
pub(super) async fn ask<C: Cloud>(
    cloud: &C,
    session: &C::Session,
    arn: &str,
    known: &KnownAwsPolicies,
    retry: &RetriedCalls,
    calls: &mut BTreeMap<Operation, u64>,
) -> CloudResult<AwsManagedPolicy> {
    let mut count = |operation| *calls.entry(operation).or_default() += 1;
    let operation = Operation::GetPolicy;
    let answer = retry.call(operation, || {
        count(operation);
        async {
            let answer = cloud.get_policy(session, arn).await?;
            CloudError::check_subject(operation, &arn, &answer.arn.as_str())?;
            check_version(operation, &answer.version)?;
            Ok(answer)
        }
    });
    let version = answer.await?.version;
    let of_arn = (arn.to_owned(), version);
    if known.documents.contains(&of_arn) {
        let (arn, version) = of_arn;
        return Ok(AwsManagedPolicy { arn, version, document: None, calls: BTreeMap::new() });
    }
    let (arn, version) = of_arn;
    let operation = Operation::GetPolicyVersion;
    let answer = retry.call(operation, || {
        count(operation);
        async {
            let answer = cloud.get_policy_version(session, &arn, &version).await?;
            CloudError::check_subject(operation, &version, &answer.version)?;
            match answer.document.len() {
                1..=LONGEST_DOCUMENT => Ok(answer.document),
                length => Err(CloudError::malformed(operation, format!("the document has {length} bytes"))),
            }
        }
    });
    let document = Some(answer.await?);
    Ok(AwsManagedPolicy { arn, version, document, calls: BTreeMap::new() })
}

/// Refuses what is not the id of a version: `v` and a number.
fn check_version(operation: Operation, version: &str) -> CloudResult<()> {
    let number = version.strip_prefix('v').unwrap_or_default();
    match number.len() {
        1..=20 if number.bytes().all(|byte| byte.is_ascii_digit()) => Ok(()),
        _ => Err(CloudError::malformed(operation, "the default version of the policy is no version")),
    }
}
