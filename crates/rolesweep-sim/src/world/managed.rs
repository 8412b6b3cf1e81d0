//! AWS's own managed policies, as far as generated roles attach them.
//!
//! The documents are our own abridgements. They have the form of AWS's (several statements,
//! `NotAction`, resources), and what they allow decides what sessions may do here.

use super::document::Document;

/// The policies: name, path, and the statements of the document, each with its effect.
const POLICIES: [(&str, &str, &[&str]); 16] = [
    ("AdministratorAccess", "/", &[r#""Action":"*","Resource":"*""#]),
    (
        "PowerUserAccess",
        "/",
        &[
            r#""NotAction":["iam:*","organizations:*","account:*"],"Resource":"*""#,
            r#""Action":["iam:CreateServiceLinkedRole","iam:DeleteServiceLinkedRole","iam:ListRoles","organizations:DescribeOrganization","account:ListRegions"],"Resource":"*""#,
        ],
    ),
    (
        "IAMFullAccess",
        "/",
        &[
            r#""Action":["iam:*","organizations:DescribeAccount","organizations:DescribeOrganization","organizations:ListAccounts"],"Resource":"*""#,
        ],
    ),
    (
        "ReadOnlyAccess",
        "/",
        &[
            r#""Action":["dynamodb:BatchGetItem","dynamodb:Describe*","dynamodb:GetItem","dynamodb:Query","dynamodb:Scan","ec2:Describe*","iam:Get*","iam:List*","kms:Describe*","kms:List*","lambda:Get*","lambda:List*","logs:Get*","organizations:Describe*","organizations:List*","s3:Get*","s3:List*","sqs:Get*","sqs:List*"],"Resource":"*""#,
        ],
    ),
    (
        "SecurityAudit",
        "/",
        &[
            r#""Sid":"BaseSecurityAuditStatement","Action":["ec2:Describe*","iam:Get*","iam:List*","iam:GenerateCredentialReport","kms:Describe*","kms:List*","organizations:Describe*","organizations:List*","s3:GetBucket*","s3:ListAllMyBuckets"],"Resource":"*""#,
            r#""Sid":"APIGatewayAccess","Action":"apigateway:GET","Resource":["arn:PARTITION:apigateway:*::/apis","arn:PARTITION:apigateway:*::/restapis"]"#,
        ],
    ),
    (
        "ViewOnlyAccess",
        "/job-function/",
        &[
            r#""Action":["ec2:Describe*","iam:GetAccountSummary","iam:GetLoginProfile","iam:List*","s3:ListAllMyBuckets","s3:ListBucket"],"Resource":"*""#,
        ],
    ),
    (
        "AmazonS3ReadOnlyAccess",
        "/",
        &[r#""Action":["s3:Get*","s3:List*","s3:Describe*","s3-object-lambda:Get*"],"Resource":"*""#],
    ),
    ("AmazonS3FullAccess", "/", &[r#""Action":["s3:*","s3-object-lambda:*"],"Resource":"*""#]),
    (
        "AmazonDynamoDBReadOnlyAccess",
        "/",
        &[
            r#""Action":["cloudwatch:GetMetricData","dynamodb:BatchGetItem","dynamodb:Describe*","dynamodb:GetItem","dynamodb:List*","dynamodb:Query","dynamodb:Scan"],"Resource":"*""#,
        ],
    ),
    (
        "CloudWatchAgentServerPolicy",
        "/",
        &[
            r#""Action":["cloudwatch:PutMetricData","ec2:DescribeTags","logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"],"Resource":"*""#,
            r#""Action":["ssm:GetParameter"],"Resource":"arn:PARTITION:ssm:*:*:parameter/AmazonCloudWatch-*""#,
        ],
    ),
    (
        "AmazonSSMManagedInstanceCore",
        "/",
        &[
            r#""Action":["ssm:DescribeDocument","ssm:GetDocument","ssm:GetParameter","ssm:GetParameters","ssm:UpdateInstanceInformation"],"Resource":"*""#,
            r#""Action":["ssmmessages:CreateControlChannel","ssmmessages:OpenDataChannel"],"Resource":"*""#,
            r#""Action":["ec2messages:GetMessages","ec2messages:SendReply"],"Resource":"*""#,
        ],
    ),
    (
        "AWSLambdaBasicExecutionRole",
        "/service-role/",
        &[r#""Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"],"Resource":"*""#],
    ),
    (
        "AWSLambdaVPCAccessExecutionRole",
        "/service-role/",
        &[
            r#""Sid":"AWSLambdaVPCAccessExecutionPermissions","Action":["logs:CreateLogGroup","logs:PutLogEvents","ec2:CreateNetworkInterface","ec2:DescribeNetworkInterfaces","ec2:DeleteNetworkInterface"],"Resource":"*""#,
        ],
    ),
    (
        "AmazonECSTaskExecutionRolePolicy",
        "/service-role/",
        &[
            r#""Action":["ecr:GetAuthorizationToken","ecr:BatchGetImage","logs:CreateLogStream","logs:PutLogEvents"],"Resource":"*""#,
        ],
    ),
    (
        "AWSGlueServiceRole",
        "/service-role/",
        &[
            r#""Action":["glue:*","s3:GetBucketLocation","s3:ListBucket","ec2:DescribeVpcs","iam:ListRolePolicies","iam:GetRole","cloudwatch:PutMetricData"],"Resource":["*"]"#,
            r#""Action":["s3:GetObject","s3:PutObject","s3:DeleteObject"],"Resource":["arn:PARTITION:s3:::aws-glue-*/*"]"#,
            r#""Action":["logs:CreateLogGroup","logs:PutLogEvents"],"Resource":["arn:PARTITION:logs:*:*:*:/aws-glue/*"]"#,
        ],
    ),
    (
        "AmazonEC2RoleforSSM",
        "/service-role/",
        &[r#""Action":["ssm:*","ec2messages:*","s3:GetObject","s3:PutObject"],"Resource":"*""#],
    ),
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
    POLICIES.iter().find_map(|(name, path, statements)| {
        (arn.strip_prefix("arn:")?
            .strip_prefix(partition)?
            .strip_prefix(":iam::aws:policy")?
            .strip_prefix(path)?
            == *name)
            .then(|| ManagedPolicy {
                name: (*name).to_owned(),
                path: (*path).to_owned(),
                document: document(partition, statements),
            })
    })
}

fn document(partition: &str, statements: &[&str]) -> Document {
    let allowing = |rest: &&str| format!(r#"{{"Effect":"Allow",{}}}"#, rest.replace("PARTITION", partition));
    Document::statements(&statements.iter().map(allowing).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_is_found_by_its_arn_and_has_a_document() {
        for (name, ..) in POLICIES {
            for partition in ["aws", "aws-us-gov"] {
                let policy = managed_policy(partition, &managed_arn(partition, name)).unwrap();
                assert_eq!(policy.name, name);
                crate::policy::Policy::parse(policy.document.text()).unwrap();
                assert!(!policy.document.text().contains("PARTITION"));
            }
        }
        assert_eq!(managed_policy("aws", "arn:aws:iam::aws:policy/ViewOnlyAccess"), None);
        assert_eq!(managed_policy("aws", "arn:aws-cn:iam::aws:policy/ReadOnlyAccess"), None);
    }
}
