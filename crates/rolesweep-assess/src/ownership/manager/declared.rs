//! What can manage a role, with its signs. A declaration for each manager.
//!
//! A name that is more particular comes before one that it may also have: a role of a CDK app has
//! the shape of a CloudFormation role, too.

use super::shapes;
use super::sign::ManagerConfidence::{Certain, High, Low, Medium};
use super::sign::{Key, Look, ManagerConfidence, Shape, Sign};

/// Something that can manage roles.
pub(super) struct Manager {
    /// Its name in reports.
    pub(super) name: &'static str,
    /// Whether it makes roles by CloudFormation stacks, so that signs of these say nothing else.
    pub(super) is_by_stacks: bool,
    pub(super) signs: &'static [Sign],
}

/// The manager whose roles can also be another manager's that uses stacks.
pub(super) const CLOUDFORMATION: &str = "cloudformation";

const fn manager(name: &'static str, signs: &'static [Sign]) -> Manager {
    Manager { name, is_by_stacks: false, signs }
}

const fn by_stacks(name: &'static str, signs: &'static [Sign]) -> Manager {
    Manager { name, is_by_stacks: true, signs }
}

const fn reserved(path: &'static str) -> Sign {
    Sign { look: Look::ReservedPath(path), confidence: Certain }
}

const fn tag(confidence: ManagerConfidence, key: &'static str, values: &'static [&'static str]) -> Sign {
    Sign { look: Look::Tag(Key::Is(key), values), confidence }
}

const fn tags(confidence: ManagerConfidence, beginning: &'static str) -> Sign {
    Sign { look: Look::Tag(Key::BeginsWith(beginning), &[]), confidence }
}

const fn convention(words: &'static [&'static str]) -> Sign {
    Sign { look: Look::Convention(words), confidence: Low }
}

const fn shape(confidence: ManagerConfidence, shape: Shape, says: &'static str) -> Sign {
    Sign { look: Look::Shape(shape, says), confidence }
}

const fn names(confidence: ManagerConfidence, names: &'static [&'static str]) -> Sign {
    Sign { look: Look::Name(names), confidence }
}

const fn prefix(confidence: ManagerConfidence, beginning: &'static str) -> Sign {
    Sign { look: Look::Prefix(beginning), confidence }
}

/// All of them. AWS's documentation or the tool's source has each sign.
pub(super) static MANAGERS: &[Manager] = &[
    // Paths that AWS reserves.
    manager("service-linked", &[reserved("/aws-service-role/")]),
    manager("identity-center", &[reserved("/aws-reserved/sso.amazonaws.com/")]),
    // A control of Control Tower guards the names (its guide, "mandatory controls"), but not in
    // accounts outside of it, and not those of Account Factory for Terraform.
    manager(
        "control-tower",
        &[
            shape(High, shapes::control_tower, "as Control Tower's own"),
            names(Medium, &["AWSAFTExecution", "AWSAFTService"]),
        ],
    ),
    manager("organizations", &[names(Medium, &["OrganizationAccountAccessRole"])]),
    by_stacks(
        "stacksets",
        &[
            shape(High, shapes::stack_sets_execution, "stacksets-exec-<32 hexadecimal digits>"),
            shape(Medium, shapes::stack_set_instance, "StackSet-<name>-<UUID>-<logical id>-<suffix>"),
            names(
                Medium,
                &["AWSCloudFormationStackSetExecutionRole", "AWSCloudFormationStackSetAdministrationRole"],
            ),
        ],
    ),
    // aws-cdk, bootstrap-template.yaml.
    by_stacks(
        "cdk",
        &[
            tag(High, "aws-cdk:bootstrap-role", &["deploy", "lookup", "file-publishing", "image-publishing"]),
            shape(High, shapes::cdk_bootstrap, "cdk-<qualifier>-<purpose>-role-<account>-<Region>"),
            shape(Medium, shapes::cdk_app, "<stack>-<logical id with a hash>-<suffix>"),
            convention(&["cdk", "awscdk"]),
        ],
    ),
    // aws-sam-translator, `_SAM_KEY`.
    by_stacks("sam", &[tag(High, "lambda:createdBy", &["SAM"])]),
    // serverless 3, naming.js.
    by_stacks(
        "serverless",
        &[
            shape(Medium, shapes::serverless, "<service>-<stage>-<Region>-lambdaRole"),
            convention(&["serverless"]),
        ],
    ),
    by_stacks(
        "eksctl",
        &[
            tags(High, "alpha.eksctl.io/"),
            tags(High, "eksctl.cluster.k8s.io/"),
            shape(Medium, shapes::eksctl, "eksctl-<cluster>-…-<logical id>-<suffix>"),
        ],
    ),
    by_stacks(
        "amplify",
        &[
            tags(Medium, "amplify:"),
            shape(Medium, shapes::amplify, "amplify-<app>-<environment>-<number>-authRole"),
        ],
    ),
    // Nobody else can write a tag that begins with `aws:` (CloudFormation user guide, resource tags).
    manager(
        CLOUDFORMATION,
        &[
            tags(High, "aws:cloudformation:"),
            shape(Medium, shapes::cloudformation, "<stack>-<logical id>-<suffix>"),
            convention(&["cloudformation", "awscloudformation", "cfn"]),
        ],
    ),
    // terraform-plugin-sdk, helper/id/id.go.
    manager(
        "terraform",
        &[
            shape(High, shapes::terraform, "<prefix><18 digits of a time><8 hexadecimal digits>"),
            convention(&["terraform", "terragrunt", "opentofu", "hashicorpterraform"]),
            tag(Low, "terraform", &["true", "True", "TRUE", "yes", "1"]),
            tag(Low, "Terraform", &["true", "True", "TRUE", "yes", "1"]),
        ],
    ),
    manager(
        "pulumi",
        &[
            tag(High, "pulumi:project", &[]),
            tag(High, "pulumi:stack", &[]),
            shape(Medium, shapes::pulumi, "<name>-<7 hexadecimal digits>"),
            convention(&["pulumi"]),
        ],
    ),
    manager(
        "lambda-console",
        &[
            shape(High, shapes::lambda_console, "<function>-role-<8 characters>, in /service-role/"),
            shape(Low, shapes::lambda_console_elsewhere, "<function>-role-<8 characters>"),
        ],
    ),
    manager(
        "sagemaker-console",
        &[shape(High, shapes::sagemaker_console, "AmazonSageMaker-ExecutionRole-<time>, in /service-role/")],
    ),
    manager("quick-setup", &[prefix(Medium, "AWS-QuickSetup-")]),
    // By the names that their templates give. An account that the role trusts says it for certain.
    manager("vendor:Datadog", &[names(Low, &["DatadogIntegrationRole", "DatadogAWSIntegrationRole"])]),
    manager("vendor:Wiz", &[names(Low, &["WizAccess-Role", "WizScannerRole"])]),
    manager("vendor:CrowdStrike", &[prefix(Low, "CrowdStrikeCSPMReader-")]),
];
