//! What each escalation path ends in.

use Target::{Group, OtherRole, OwnPolicy, OwnRole, PassedRole, PermissionSet, Resource, User};

/// What a path ends in: where the rights come from that the actor gains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The role's own permissions. The actions are asked on its own ARN.
    OwnRole,
    /// A customer-managed policy that is attached to the role. The actions are asked on its ARN.
    OwnPolicy,
    /// Another role. Actions on roles are asked on its ARN, `iam:CreatePolicyVersion` on the
    /// customer-managed policies that are attached to it.
    OtherRole,
    /// A user of the account, which a scan does not see.
    User,
    /// A group of the account, which a scan does not see.
    Group,
    /// A role that `iam:PassRole` is allowed on and that trusts one of these services. The other
    /// actions make something that runs as that role.
    PassedRole(&'static [&'static str]),
    /// Something that exists and runs as a role which trusts one of these services. A scan sees the
    /// roles, and not what runs as them.
    Resource(&'static [&'static str]),
    /// A permission set of IAM Identity Center that is assigned to a person. Only the
    /// management account and a delegated administrator can change one.
    PermissionSet,
}

impl Target {
    /// The services that the role has to trust whose rights the actor gains; empty if it is no
    /// service's role.
    #[must_use]
    pub fn services(self) -> &'static [&'static str] {
        match self {
            PassedRole(services) | Resource(services) => services,
            OwnRole | OwnPolicy | OtherRole | User | Group | PermissionSet => &[],
        }
    }
}

/// What has to be found before a path is certain, beside its actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Needs {
    /// Nothing: it ends in the role itself.
    Nothing,
    /// A role of the account that may be passed, trusts the service, and has more rights.
    PassableRole,
    /// Another role that the actions are allowed on, and that has more rights.
    OtherRole,
    /// Something that a scan does not see.
    Unseen,
}

/// What is written here of one path.
pub(super) struct Row {
    id: &'static str,
    pub(super) target: Target,
    pub(super) existing: Option<&'static str>,
    pub(super) pays_for_role: bool,
}

const fn row(id: &'static str, target: Target) -> Row {
    Row { id, target, existing: None, pays_for_role: true }
}

impl Row {
    /// Also needs something that exists, beside the role.
    const fn with(self, existing: &'static str) -> Self {
        Self { existing: Some(existing), ..self }
    }

    /// Gives a role nothing.
    const fn for_users_only(self) -> Self {
        Self { pays_for_role: false, ..self }
    }
}

const AGENT_CORE: &[&str] = &["bedrock-agentcore.amazonaws.com"];
const APP_RUNNER: &[&str] = &["tasks.apprunner.amazonaws.com"];
const CLOUDFORMATION: &[&str] = &["cloudformation.amazonaws.com"];
const CODEBUILD: &[&str] = &["codebuild.amazonaws.com"];
const EC2: &[&str] = &["ec2.amazonaws.com"];
const ECS: &[&str] = &["ecs-tasks.amazonaws.com"];
const GLUE: &[&str] = &["glue.amazonaws.com"];
const LAMBDA: &[&str] = &["lambda.amazonaws.com"];
const SAGEMAKER: &[&str] = &["sagemaker.amazonaws.com"];
const STATES: &[&str] = &["states.amazonaws.com"];

/// Every path, in the order of ids.
const ROWS: &[Row] = &[
    row("apprunner-001", PassedRole(APP_RUNNER)),
    row("apprunner-002", Resource(APP_RUNNER)),
    row("autoscaling-create", PassedRole(EC2)),
    row("autoscaling-update", PassedRole(EC2)).with("an Auto Scaling group"),
    row("batch-001", PassedRole(ECS)).with("a job queue"),
    row("batch-002", Resource(ECS)),
    row("bedrock-001", PassedRole(AGENT_CORE)),
    row("bedrock-002", Resource(AGENT_CORE)),
    row("bedrock-003", PassedRole(AGENT_CORE)),
    row("bedrock-004", Resource(AGENT_CORE)),
    row("bedrock-005", PassedRole(AGENT_CORE)),
    row("bedrock-006", PassedRole(AGENT_CORE)),
    row("bedrock-007", Resource(AGENT_CORE)),
    row("braket-001", PassedRole(&["braket.amazonaws.com"])),
    row("cloudformation-001", PassedRole(CLOUDFORMATION)),
    row("cloudformation-002", Resource(CLOUDFORMATION)),
    row("cloudformation-003", PassedRole(CLOUDFORMATION)),
    row("cloudformation-004", PassedRole(CLOUDFORMATION)).with("a stack set"),
    row("cloudformation-005", Resource(CLOUDFORMATION)),
    row("codebuild-001", PassedRole(CODEBUILD)),
    row("codebuild-002", Resource(CODEBUILD)),
    row("codebuild-003", Resource(CODEBUILD)),
    row("codebuild-004", PassedRole(CODEBUILD)),
    row("codedeploy-001", Resource(EC2)),
    // Identities of the pool assume the role: it trusts this as an identity provider.
    row("cognitoidentity-001", PassedRole(&["cognito-identity.amazonaws.com"])).with("an identity pool"),
    row("datapipeline-001", PassedRole(&["datapipeline.amazonaws.com", "ec2.amazonaws.com"])),
    row("ec2-001", PassedRole(EC2)),
    row("ec2-002", Resource(EC2)),
    row("ec2-003", Resource(EC2)),
    row("ec2-004", PassedRole(EC2)),
    row("ec2-005", Resource(EC2)),
    row("ecs-001", PassedRole(ECS)),
    row("ecs-002", PassedRole(ECS)),
    row("ecs-003", PassedRole(ECS)).with("a cluster"),
    row("ecs-004", PassedRole(ECS)).with("a cluster"),
    row("ecs-005", PassedRole(ECS)).with("a container instance"),
    row("ecs-006", Resource(ECS)),
    row("ecs-007", PassedRole(ECS)).with("a cluster and a task definition"),
    row("ecs-008", PassedRole(ECS)).with("a cluster and a task definition"),
    row("ecs-009", PassedRole(ECS)).with("a container instance and a task definition"),
    row("emr-001", PassedRole(&["ec2.amazonaws.com", "elasticmapreduce.amazonaws.com"])),
    row("emrserverless-001", PassedRole(&["emr-serverless.amazonaws.com"])),
    row("gamelift-001", PassedRole(&["gamelift.amazonaws.com"])),
    row("glue-001", PassedRole(GLUE)),
    row("glue-002", Resource(GLUE)),
    row("glue-003", PassedRole(GLUE)),
    row("glue-004", PassedRole(GLUE)),
    row("glue-005", PassedRole(GLUE)).with("a job"),
    row("glue-006", PassedRole(GLUE)).with("a job"),
    row("glue-007", PassedRole(GLUE)),
    row("iam-001", OwnPolicy),
    row("iam-002", User),
    row("iam-003", User),
    row("iam-004", User),
    row("iam-005", OwnRole),
    row("iam-006", User),
    row("iam-007", User).for_users_only(),
    row("iam-008", User).for_users_only(),
    row("iam-009", OwnRole),
    row("iam-010", Group).for_users_only(),
    row("iam-011", Group).for_users_only(),
    row("iam-012", OtherRole),
    row("iam-013", Group).for_users_only(),
    row("iam-014", OtherRole),
    row("iam-015", User),
    row("iam-016", OtherRole),
    row("iam-017", OtherRole),
    row("iam-018", User),
    row("iam-019", OtherRole),
    row("iam-020", OtherRole),
    row("iam-021", OtherRole),
    row("iam-022", User).for_users_only(),
    row("iam-023", OtherRole),
    row("imagebuilder-001", PassedRole(EC2)),
    row("kinesisanalytics-001", PassedRole(&["kinesisanalytics.amazonaws.com"])),
    row("lambda-001", PassedRole(LAMBDA)),
    row("lambda-002", PassedRole(LAMBDA)).with("a stream or queue"),
    row("lambda-003", Resource(LAMBDA)),
    row("lambda-004", Resource(LAMBDA)),
    row("lambda-005", Resource(LAMBDA)),
    row("lambda-006", PassedRole(LAMBDA)),
    row("lambda-update-configuration", Resource(LAMBDA)),
    row("omics-001", PassedRole(&["omics.amazonaws.com"])),
    row("sagemaker-001", PassedRole(SAGEMAKER)),
    row("sagemaker-002", PassedRole(SAGEMAKER)),
    row("sagemaker-003", PassedRole(SAGEMAKER)),
    row("sagemaker-004", Resource(SAGEMAKER)),
    row("sagemaker-005", Resource(SAGEMAKER)),
    row("scheduler-001", PassedRole(&["scheduler.amazonaws.com"])),
    row("set-default-policy-version", OwnPolicy),
    row("ssm-001", Resource(EC2)),
    row("ssm-002", Resource(EC2)),
    row("ssm-003", PassedRole(&["ssm.amazonaws.com"])),
    row("sso-001", PermissionSet),
    row("sso-002", PermissionSet),
    row("sso-003", PermissionSet),
    row("stepfunctions-001", PassedRole(STATES)),
    row("stepfunctions-002", Resource(STATES)),
    row("sts-001", OtherRole),
];

pub(super) fn of(id: &str) -> Option<&'static Row> {
    let at = ROWS.binary_search_by(|row| row.id.cmp(id)).ok()?;
    ROWS.get(at)
}

#[cfg(test)]
pub(super) fn ids() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.id)
}
