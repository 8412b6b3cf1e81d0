use super::*;
use crate::ownership::manager::declared::MANAGERS;
use crate::ownership::manager::sign::{Look, ManagerConfidence, Shape};

const ACCOUNT: &str = "123456789012";

fn check(shape: Shape, path: &str, fits: &[&str], near_misses: &[&str]) {
    for (names, expected) in [(fits, true), (near_misses, false)] {
        for name in names {
            assert_eq!(shape(&Named { account: ACCOUNT, path, name }), expected, "{name}");
        }
    }
}

#[test]
fn control_towers_names_are_exact() {
    check(
        control_tower,
        "/",
        &[
            "AWSControlTowerExecution",
            "aws-controltower-ConfigRecorderRole",
            "aws-controltower-AuditReadOnlyRole",
        ],
        &[
            "AWSControlTowerExecution-backup",
            "aws-controltower-Mine",
            "AWSControlTowerAdmin",
            "aws-controltower-",
        ],
    );
    check(control_tower, "/service-role/", &["AWSControlTowerAdmin"], &["AWSControlTowerMine"]);
}

#[test]
fn stack_sets_have_32_hexadecimal_digits_or_a_uuid() {
    check(
        stack_sets_execution,
        "/",
        &["stacksets-exec-0123456789abcdef0123456789abcdef"],
        &[
            "stacksets-exec-0123456789abcdef0123456789abcde",
            "stacksets-exec-0123456789ABCDEF0123456789ABCDEF",
            "stacksets-exec-audit",
            "my-stacksets-exec-0123456789abcdef0123456789abcdef",
        ],
    );
    check(
        stack_set_instance,
        "/",
        &[
            "StackSet-audit-0b1c2d3e-4f5a-6789-abcd-ef0123456789-AuditRole-1A2B3C4D5E6F7",
            "StackSet-audit-0b1c2d3e-4-AuditRole-1A2B3C4D5E6F7",
            "StackSet-base-0b1c2d3e-4f5a-67-AuditRole-UjecjFhpdr1d",
        ],
        &[
            "StackSet-audit-AuditRole-1A2B3C4D5E6F7",
            "StackSet-audit-0b1c2d3e-4f5a-AuditRole",
            "stackset-audit-0b1c2d3e-AuditRole-1A2B3C4D5E6F7",
        ],
    );
}

#[test]
fn cdk_names_its_own_account_and_a_region() {
    check(
        cdk_bootstrap,
        "/",
        &[
            "cdk-hnb659fds-deploy-role-123456789012-eu-central-1",
            "cdk-hnb659fds-cfn-exec-role-123456789012-us-gov-west-1",
            "cdk-my_qual-file-publishing-role-123456789012-us-east-1",
        ],
        &[
            "cdk-hnb659fds-deploy-role-999988887777-eu-central-1",
            "cdk-hnb659fds-delete-role-123456789012-eu-central-1",
            "cdk-deploy-role-123456789012-eu-central-1",
            "cdk-hnb659fds-deploy-role-123456789012-eu-central",
            "cdk-hnb659fds-deploy-role-123456789012-eu-central-1-old",
            "cdk-a-long-qualifier-deploy-role-123456789012-eu-central-1",
        ],
    );
    check(
        cdk_app,
        "/",
        &["Web-HandlerServiceRoleFCDC14AE-KpR2wXyZ0aBc", "shop-FnServiceRole1A2B3C4D-1QXK3J0ZT7M2P"],
        &[
            "Web-HandlerServiceRoleFACADEDE-KpR2wXyZ0aBc",
            "Web-HandlerServiceRolefcdc14ae-KpR2wXyZ0aBc",
            "shop-FCDC14AE-1QXK3J0ZT7M2P",
            "shop-TaskRole-1QXK3J0ZT7M2P",
            "Web-HandlerServiceRoleFCDC14AE",
        ],
    );
}

#[test]
fn cloudformation_has_a_stack_a_logical_id_and_a_suffix() {
    check(
        cloudformation,
        "/",
        &[
            "shop-TaskRole-1QXK3J0ZT7M2P",
            "shop-TaskRole-1QXK3J0ZT7M2",
            "orders-eu-west-1-TaskRole-abCdEfGhIjKl",
            "ChineseboostAnalyticsStac-RainlyticsSummariesJobFun-UjecjFhpdr1d",
        ],
        &[
            "TaskRole-1QXK3J0ZT7M2P",
            "shop-TaskRole-1QXK3J0ZT7M",
            "shop-TaskRole-1QXK3J0ZT7M2PX",
            "shop-Task_Role-1QXK3J0ZT7M2P",
            "1shop-TaskRole-1QXK3J0ZT7M2P",
            "shop.app-TaskRole-1QXK3J0ZT7M2P",
            "shop--1QXK3J0ZT7M2P",
            // Words, and the end of a UUID.
            "shop-app-ReadOnlyRole",
            "shop-app-Route53Admin",
            "shop-app-PRODUCTION123",
            "job-0b1c2d3e-4f5a-6789-abcd-ef0123456789",
        ],
    );
}

#[test]
fn tools_on_cloudformation_have_names_of_their_own() {
    check(
        serverless,
        "/",
        &["api-prod-ap-southeast-2-lambdaRole", "api-v2-dev-us-gov-west-1-lambdaRole"],
        &[
            "api-ap-southeast-2-lambdaRole",
            "ap-southeast-2-lambdaRole",
            "api-prod-lambdaRole",
            "api-prod-ap-southeast-2-lambdarole",
            "api-prod-ap-southeast-2-lambdaRole-old",
        ],
    );
    check(
        eksctl,
        "/",
        &[
            "eksctl-main-nodegroup-ng-1-NodeInstanceRole-Q1W2E3R4T5Y6",
            "eksctl-main-cluster-ServiceRole-1QXK3J0ZT7M2P",
            "eksctl-main-addon-iamserviceaccount-kube-s-Role1-UjecjFhpdr1d",
        ],
        &["eksctl-main-cluster-ServiceRole", "eksctl-main-cluster-OtherRole-1QXK3J0ZT7M2P", "eksctl-admin"],
    );
    check(
        amplify,
        "/",
        &["amplify-shop-dev-123456-authRole", "amplify-shop-dev-123456-unauthRole"],
        &["amplify-shop-dev-authRole", "amplify-123456-authRole", "amplify-shop-dev-123456-adminRole"],
    );
}

#[test]
fn terraform_appends_a_time_and_a_counter() {
    check(
        terraform,
        "/",
        &[
            "terraform-20230615123456789012345678",
            "app-2023061512345678900000000a",
            "eks-node20240229235960123400000001",
        ],
        &[
            "20230615123456789012345678",
            "app-20231315123456789012345678",
            "app-20230632123456789012345678",
            "app-20230615243456789012345678",
            "app-20130615123456789012345678",
            "app-2023061512345678901234567",
            "app-2023061512345678901234567g",
            "app-2023061512345678900000000A",
            "terraform-role",
        ],
    );
}

#[test]
fn pulumi_appends_seven_hexadecimal_digits() {
    check(
        pulumi,
        "/",
        &["app-role-1a2b3c4", "app-0f00000"],
        &[
            "app-1234567",
            "app-defaced",
            "key-ed25519",
            "app-1a2b3c",
            "app-1a2b3c4d",
            "app-1A2B3C4",
            "1a2b3c4",
            "-1a2b3c4",
        ],
    );
}

#[test]
fn consoles_name_roles_after_their_path() {
    let own = ["nightly-report-role-x7k2m9qp", "f-role-ab12cd34"];
    let misses = [
        "nightly-report-role-x7k2m9q",
        "nightly-role-readonly",
        "nightly-role-worker01",
        "nightly-role-20230615",
        "nightly-role-prod2024",
        "-role-x7k2m9qp",
        "role-x7k2m9qp",
    ];
    check(lambda_console, "/service-role/", &own, &misses);
    check(lambda_console, "/", &[], &own);
    check(lambda_console_elsewhere, "/", &own, &misses);
    let own = ["AmazonSageMaker-ExecutionRole-20210411T123456"];
    let misses = ["AmazonSageMaker-ExecutionRole-2021", "AmazonSageMaker-ExecutionRole", "x-20210411T123456"];
    check(sagemaker_console, "/service-role/", &own, &misses);
    check(sagemaker_console, "/", &[], &own);
}

/// Names of packages and roles that people chose, and names that are made to resemble a tool's.
const CHOSEN: &str = include_str!("chosen_names.txt");

#[test]
fn no_name_that_people_chose_has_a_shape_above_low_confidence() {
    let names: Vec<&str> = CHOSEN.split_whitespace().collect();
    assert!(names.len() >= 300 && names.iter().all(|name| name.contains('-')), "{}", names.len());
    let signs = || MANAGERS.iter().flat_map(|manager| manager.signs.iter().map(move |sign| (manager, sign)));
    let mut checked = 0;
    for name in names {
        for path in ["/", "/service-role/"] {
            for (manager, sign) in signs().filter(|(_, sign)| sign.confidence > ManagerConfidence::Low) {
                if let Look::Shape(shape, says) = sign.look {
                    let role = Named { account: ACCOUNT, path, name };
                    assert!(!shape(&role), "{name} has the shape {says} of {}", manager.name);
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 300 * 2 * 10, "{checked}");
}

#[test]
fn hostile_names_have_no_shape_and_cause_no_panic() {
    let signs = || MANAGERS.iter().flat_map(|manager| manager.signs);
    for name in [
        "",
        "-",
        "--",
        "é",
        "é-é",
        "cdk-",
        "-role-",
        "日本語-1QXK3J0ZT7M2P",
        "aé0615123456789012345678é",
        "x-\u{202e}",
    ] {
        for sign in signs() {
            if let Look::Shape(shape, says) = sign.look {
                assert!(!shape(&Named { account: ACCOUNT, path: "", name }), "{name} has the shape {says}");
            }
        }
    }
}
