//! `escalation.txt`: paths from a few permissions to more.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;

use super::inputs::{self, Inputs};

/// A path, as pathfinding.cloud has it.
#[derive(Deserialize)]
struct Path {
    id: String,
    category: String,
    permissions: Permissions,
}

#[derive(Deserialize)]
struct Permissions {
    required: Vec<Permission>,
}

#[derive(Deserialize)]
struct Permission {
    permission: String,
}

/// Ids that pathfinding.cloud gave to other paths after the version that is read.
const RENAMED: [(&str, &str); 3] =
    [("ec2-003", "ec2-004"), ("ec2-004", "ec2-005"), ("ec2instanceconnect-003", "ec2-003")];

/// Combinations of Prowler's that pathfinding.cloud's version lacks, and the ids they get: its own in
/// later versions, as Prowler's comments and pathfinding-labs name them, else a name.
const NAMED: [(&str, &str); 34] = [
    ("AgentCoreBrowserSessionConnect", "bedrock-007"),
    ("AgentCoreInvokeRuntimeCommand", "bedrock-004"),
    ("AssumeRole+DeleteRolePermissionsBoundary", "iam-023"),
    ("BatchSubmitJob", "batch-002"),
    ("CodeDeployCreateDeployment", "codedeploy-001"),
    ("ECS+ExecuteCommand", "ecs-006"),
    ("PassRole+AgentCoreCreateBrowser+ConnectBrowser", "bedrock-006"),
    ("PassRole+AgentCoreCreateHarness+InvokeRuntimeCommand", "bedrock-005"),
    ("PassRole+AgentCoreCreateRuntime+InvokeRuntimeCommand", "bedrock-003"),
    ("PassRole+BatchRegisterJobDef+SubmitJob", "batch-001"),
    ("PassRole+BraketCreateJob", "braket-001"),
    ("PassRole+CognitoSetIdentityPoolRoles", "cognitoidentity-001"),
    ("PassRole+CreateAutoScaling", "autoscaling-create"),
    ("PassRole+ECS+RunTask", "ecs-008"),
    ("PassRole+ECS+StartTask", "ecs-007"),
    ("PassRole+ECSStartTaskExistingCluster", "ecs-009"),
    ("PassRole+EMRRunJobFlow", "emr-001"),
    ("PassRole+EMRServerlessCreateApp+StartJobRun", "emrserverless-001"),
    ("PassRole+GameLiftCreateBuild+CreateFleet", "gamelift-001"),
    ("PassRole+GlueCreateSession+RunStatement", "glue-007"),
    ("PassRole+ImageBuilderCreateComponent+CreateImage", "imagebuilder-001"),
    ("PassRole+KinesisAnalyticsCreateApp+StartApp", "kinesisanalytics-001"),
    ("PassRole+OmicsCreateWorkflow+StartRun", "omics-001"),
    ("PassRole+SSMCreateDocument+StartAutomation", "ssm-003"),
    ("PassRole+SchedulerCreateSchedule", "scheduler-001"),
    ("PassRole+StepFunctionsCreateStateMachine+StartExecution", "stepfunctions-001"),
    ("PassRole+UpdateAutoScaling", "autoscaling-update"),
    ("SSOCreatePermissionSet+CreateAccountAssignment+AttachManagedPolicy", "sso-001"),
    ("SetDefaultPolicyVersion", "set-default-policy-version"),
    ("StepFunctionsUpdateStateMachine+StartExecution", "stepfunctions-002"),
    ("iam:DeleteUserPermissionsBoundary", "iam-022"),
    ("lambda:UpdateFunctionConfiguration", "lambda-update-configuration"),
    ("sso:AttachManagedPolicyToPermissionSet", "sso-002"),
    ("sso:PutInlinePolicyToPermissionSet", "sso-003"),
];

/// Combinations of Prowler's that are no path here, with the reason.
const LEFT_OUT: [(&str, &str); 5] = [
    ("AssumeRole+UpdateAssumeRolePolicy", "takes all that iam-012 takes, and more"),
    ("IAMPut", "a pattern, whose actions are in paths of their own"),
    ("OverPermissiveIAM", "a pattern, whose actions are in paths of their own"),
    ("PassRole+CodeStar", "AWS has retired the service"),
    ("PassRole+CreateLambda+NewDynamo", "takes all that lambda-002 takes, and more"),
];

pub(super) fn make(inputs: &Inputs) -> Result<String> {
    let mut paths: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
    let found: Vec<Path> = inputs::json(inputs.path("pathfinding.cloud")?)?;
    for Path { id, category, permissions } in found {
        let id = RENAMED.iter().find(|(old, _)| *old == id).map_or(id.clone(), |(_, new)| (*new).to_owned());
        let actions = permissions.required.into_iter().map(|of| of.permission).collect();
        let double = paths.insert(id.clone(), (category, actions));
        ensure!(double.is_none(), "two paths of pathfinding.cloud have the id {id}");
    }
    let package = inputs.path("prowler")?;
    let text = inputs::read(&package.join("prowler/providers/aws/services/iam/lib/privilege_escalation.py"))?;
    for (name, actions) in combinations(&text)? {
        let is_known = paths.values().any(|(_, known)| same(known, &actions));
        if is_known || LEFT_OUT.iter().any(|(left_out, _)| *left_out == name) {
            continue;
        }
        let named = NAMED.iter().find(|(named, _)| *named == name);
        let (_, id) = named.with_context(|| {
            format!(
                "Prowler has a new combination, {name} ({}): give it an id, or leave it out",
                actions.join(" + ")
            )
        })?;
        // Prowler has no categories.
        let double = paths.insert((*id).to_owned(), ("-".to_owned(), actions));
        ensure!(double.is_none(), "two paths have the id {id}");
    }
    for (name, id) in NAMED {
        ensure!(paths.get(id).is_some_and(|(category, _)| category == "-"), "Prowler has no {name} any more");
    }
    let mut text = String::new();
    for (id, (category, actions)) in paths {
        let is_plain =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":-".contains(&byte));
        ensure!(
            [&id, &category].into_iter().chain(&actions).all(|text| is_plain(text)),
            "{id} has more than letters, digits, colons and hyphens"
        );
        text.push_str(&format!("{id}\t{category}\t{}\n", actions.join(" ")));
    }
    Ok(text)
}

fn same(one: &[String], other: &[String]) -> bool {
    one.len() == other.len() && one.iter().all(|action| other.contains(action))
}

/// Reads the dictionary of sets of texts in Prowler's Python: names and actions.
fn combinations(python: &str) -> Result<Vec<(String, Vec<String>)>> {
    let (_, rest) = python
        .split_once("\nprivilege_escalation_policies_combination = {\n")
        .context("Prowler's combinations are not where they were")?;
    let (dictionary, _) = rest.split_once("\n}\n").context("Prowler's combinations have no end")?;
    let mut combinations: Vec<(String, Vec<String>)> = Vec::new();
    let mut is_inside = false;
    for line in dictionary.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            rest = &rest[first.len_utf8()..];
            match first {
                '{' => is_inside = true,
                '}' => is_inside = false,
                ':' | ',' | ' ' => {}
                '"' => {
                    let (text, after) =
                        rest.split_once('"').with_context(|| format!("no end of a text: {line}"))?;
                    rest = after;
                    if is_inside {
                        let (_, actions) = combinations.last_mut().context("an action before a name")?;
                        actions.push(text.to_owned());
                    } else {
                        combinations.push((text.to_owned(), Vec::new()));
                    }
                }
                _ => bail!("Prowler's combinations have a line of another form: {line}"),
            }
        }
    }
    Ok(combinations)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_are_read_whether_on_one_line_or_more_and_comments_are_not() {
        let python = "x = 1\n\nprivilege_escalation_policies_combination = {\n    # A \"comment\"\n    \"One\": {\"iam:A\"},\n    \
                      \"Two+Three\": {\n        \"iam:B\",\n        # more\n        \"sts:C\",\n    },\n}\n\n\ndef f():\n";
        let read = combinations(python).unwrap();
        let expected = [("One", vec!["iam:A"]), ("Two+Three", vec!["iam:B", "sts:C"])];
        let read: Vec<(&str, Vec<&str>)> = read
            .iter()
            .map(|(name, all)| (name.as_str(), all.iter().map(String::as_str).collect()))
            .collect();
        assert_eq!(read, expected);
    }

    #[test]
    fn another_form_is_an_error_and_not_an_empty_list() {
        for python in [
            "",
            "\nprivilege_escalation_policies_combination = {\n    \"One\": {\"iam:A\"},\n",
            "\nprivilege_escalation_policies_combination = {\n    \"One\": set([\"iam:A\"]),\n}\n",
            "\nprivilege_escalation_policies_combination = {\n    \"One: {iam:A},\n}\n",
        ] {
            assert!(combinations(python).is_err(), "{python:?}");
        }
    }
}
