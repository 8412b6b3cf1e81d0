//! AWS's own managed policies, as far as generated roles attach them.
//!
//! The documents are our own abridgements. What they allow decides what sessions may do here, which
//! is enough.

use super::document::Document;

/// The policies: name, path, actions allowed on everything.
const POLICIES: [(&str, &str, &[&str]); 14] = [
    ("AdministratorAccess", "/", &["*"]),
    (
        "PowerUserAccess",
        "/",
        &["ec2:*", "s3:*", "lambda:*", "dynamodb:*", "logs:*", "organizations:DescribeOrganization"],
    ),
    (
        "ReadOnlyAccess",
        "/",
        &[
            "iam:Get*",
            "iam:List*",
            "s3:Get*",
            "s3:List*",
            "ec2:Describe*",
            "organizations:Describe*",
            "organizations:List*",
        ],
    ),
    (
        "SecurityAudit",
        "/",
        &[
            "iam:Get*",
            "iam:List*",
            "iam:GenerateCredentialReport",
            "organizations:Describe*",
            "organizations:List*",
        ],
    ),
    ("ViewOnlyAccess", "/job-function/", &["iam:GetAccountSummary", "iam:GetLoginProfile", "iam:List*"]),
    ("AmazonS3ReadOnlyAccess", "/", &["s3:Get*", "s3:List*", "s3:Describe*"]),
    ("AmazonS3FullAccess", "/", &["s3:*"]),
    (
        "AmazonDynamoDBReadOnlyAccess",
        "/",
        &["dynamodb:Get*", "dynamodb:List*", "dynamodb:Query", "dynamodb:Scan"],
    ),
    (
        "CloudWatchAgentServerPolicy",
        "/",
        &["cloudwatch:PutMetricData", "logs:PutLogEvents", "ec2:DescribeTags"],
    ),
    ("AmazonSSMManagedInstanceCore", "/", &["ssm:GetParameters", "ssmmessages:*", "ec2messages:*"]),
    (
        "AWSLambdaBasicExecutionRole",
        "/service-role/",
        &["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
    ),
    (
        "AWSLambdaVPCAccessExecutionRole",
        "/service-role/",
        &["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "logs:PutLogEvents"],
    ),
    (
        "AmazonECSTaskExecutionRolePolicy",
        "/service-role/",
        &["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "logs:PutLogEvents"],
    ),
    ("AWSGlueServiceRole", "/service-role/", &["glue:*", "s3:GetObject", "logs:PutLogEvents"]),
];

/// One of AWS's own policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ManagedPolicy {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) document: Document,
}

/// The ARN of one of AWS's own policies.
pub(crate) fn managed_arn(partition: &str, name: &str) -> String {
    let path = POLICIES.iter().find(|(known, ..)| *known == name).map_or("/", |(_, path, _)| path);
    format!("arn:{partition}:iam::aws:policy{path}{name}")
}

/// The policy with this ARN, if it is one of AWS's own that the simulator knows.
pub(crate) fn managed_policy(partition: &str, arn: &str) -> Option<ManagedPolicy> {
    POLICIES.iter().find_map(|(name, path, actions)| {
        (arn.strip_prefix("arn:")?
            .strip_prefix(partition)?
            .strip_prefix(":iam::aws:policy")?
            .strip_prefix(path)?
            == *name)
            .then(|| ManagedPolicy {
                name: (*name).to_owned(),
                path: (*path).to_owned(),
                document: Document::allowing(actions),
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_is_found_by_its_arn() {
        for (name, ..) in POLICIES {
            assert_eq!(managed_policy("aws", &managed_arn("aws", name)).unwrap().name, name);
        }
        assert_eq!(managed_policy("aws", "arn:aws:iam::aws:policy/ViewOnlyAccess"), None);
        assert_eq!(managed_policy("aws", "arn:aws-cn:iam::aws:policy/ReadOnlyAccess"), None);
    }
}
