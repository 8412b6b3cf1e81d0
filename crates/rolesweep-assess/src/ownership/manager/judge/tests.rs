use rolesweep_model::Tag;

use super::*;
use crate::catalogue::known_account;
use crate::fixture::role;

fn tagged(path: &str, name: &str, tags: &[(&str, &str)]) -> Role {
    let mut role = role(path, name);
    let tag = |(key, value): &(&str, &str)| Tag { key: (*key).to_owned(), value: (*value).to_owned() };
    role.tags = Some(tags.iter().map(tag).collect());
    role
}

fn found(path: &str, name: &str, tags: &[(&str, &str)], outside: &[ExternalAccount]) -> Option<ManagedBy> {
    managed_by(&tagged(path, name, tags), outside)
}

/// Manager and confidence: `terraform high`.
fn says(path: &str, name: &str, tags: &[(&str, &str)], outside: &[ExternalAccount]) -> String {
    found(path, name, tags, outside)
        .map_or_else(String::new, |found| format!("{} {}", found.manager, found.confidence))
}

fn listed(id: &str) -> ExternalAccount {
    ExternalAccount { id: id.parse().unwrap(), what: WhatIsKnown::Listed(known_account(id).unwrap()) }
}

fn outside(what: WhatIsKnown) -> ExternalAccount {
    ExternalAccount { id: "444455556666".parse().unwrap(), what }
}

#[test]
fn each_manager_is_recognised_and_its_imitations_are_not() {
    for (path, name, expected) in [
        ("/aws-service-role/support.amazonaws.com/", "AWSServiceRoleForSupport", "service-linked certain"),
        ("/", "AWSServiceRoleForSupport", ""),
        ("/aws-service-role-backup/", "AWSServiceRoleForBackup", ""),
        (
            "/aws-reserved/sso.amazonaws.com/eu-west-1/",
            "AWSReservedSSO_ReadOnly_0123456789abcdef",
            "identity-center certain",
        ),
        ("/", "AWSReservedSSO_ReadOnly_0123456789abcdef", ""),
        ("/aws-reserved-sso/", "AWSReservedSSO_ReadOnly_0123456789abcdef", ""),
        ("/", "AWSControlTowerExecution", "control-tower high"),
        ("/service-role/", "AWSControlTowerStackSetRole", "control-tower high"),
        ("/", "AWSAFTExecution", "control-tower medium"),
        ("/", "AWSControlTowerExecution-backup", ""),
        ("/", "OrganizationAccountAccessRole", "organizations medium"),
        ("/", "stacksets-exec-0123456789abcdef0123456789abcdef", "stacksets high"),
        ("/", "StackSet-audit-0b1c2d3e-4-AuditRole-1A2B3C4D5E6F7", "stacksets medium"),
        ("/", "AWSCloudFormationStackSetExecutionRole", "stacksets medium"),
        ("/", "cdk-hnb659fds-deploy-role-123456789012-eu-central-1", "cdk high"),
        ("/", "cdk-hnb659fds-deploy-role-999988887777-eu-central-1", ""),
        ("/", "Web-HandlerServiceRoleFCDC14AE-KpR2wXyZ0aBc", "cdk medium"),
        ("/", "shop-TaskRole-1QXK3J0ZT7M2P", "cloudformation medium"),
        ("/", "api-prod-ap-southeast-2-lambdaRole", "serverless medium"),
        ("/", "eksctl-main-cluster-ServiceRole-1QXK3J0ZT7M2P", "eksctl medium"),
        ("/", "amplify-shop-dev-123456-authRole", "amplify medium"),
        ("/", "terraform-20230615123456789012345678", "terraform high"),
        ("/", "terraform-deployer", ""),
        ("/", "app-role-1a2b3c4", "pulumi medium"),
        ("/service-role/", "nightly-role-x7k2m9qp", "lambda-console high"),
        ("/", "nightly-role-x7k2m9qp", "lambda-console low"),
        ("/service-role/", "AmazonSageMaker-ExecutionRole-20210411T123456", "sagemaker-console high"),
        ("/", "AWS-QuickSetup-StackSet-Local-ExecutionRole", "quick-setup medium"),
        ("/", "DatadogIntegrationRole", "vendor:Datadog low"),
        ("/", "DatadogIntegrationRole2", ""),
        ("/service-role/", "lambda-basic", ""),
        ("/", "app", ""),
    ] {
        assert_eq!(says(path, name, &[], &[]), expected, "{path}{name}");
    }
}

#[test]
fn tags_of_tools_are_exact_and_conventions_are_weak() {
    for (tags, expected) in [
        (&[("aws-cdk:bootstrap-role", "deploy")][..], "cdk high"),
        (&[("aws-cdk:bootstrap-role", "other")], ""),
        (&[("lambda:createdBy", "SAM")], "sam high"),
        (&[("lambda:createdBy", "sam")], ""),
        (&[("aws:cloudformation:stack-name", "shop")], "cloudformation high"),
        (&[("cloudformation:stack-name", "shop")], ""),
        (&[("alpha.eksctl.io/cluster-name", "main")], "eksctl high"),
        (&[("pulumi:project", "shop")], "pulumi high"),
        (&[("pulumi", "shop")], ""),
        (&[("managed-by", "terraform")], "terraform low"),
        (&[("ManagedBy", "Terraform Cloud")], "terraform low"),
        (&[("Managed By", "OpenTofu")], "terraform low"),
        (&[("terraform", "true")], "terraform low"),
        (&[("terraform", "false")], ""),
        (&[("IaC", "CDK")], "cdk low"),
        (&[("CreatedBy", "ann")], ""),
        (&[("managed-by", "console")], ""),
        (&[("owner", "terraform")], ""),
    ] {
        assert_eq!(says("/", "app", tags, &[]), expected, "{tags:?}");
    }
}

#[test]
fn a_vendor_is_known_by_its_account() {
    let datadog = listed("464622532012");
    assert_eq!(says("/", "app", &[], std::slice::from_ref(&datadog)), "vendor:Datadog high");
    // The public list only says that it is theirs.
    assert_eq!(says("/", "app", &[], &[listed("406095609952")]), "vendor:Logz.io medium");
    let declared = WhatIsKnown::Vendor { name: "=Acme; x".to_owned(), owner: "ann".to_owned() };
    assert_eq!(says("/", "app", &[], &[outside(declared)]), "vendor:=Acme; x high");
    // AWS's accounts, the user's own and unknown ones belong to no vendor.
    for other in [
        listed("127311923021"),
        outside(WhatIsKnown::Ours { name: "payments".to_owned() }),
        outside(WhatIsKnown::Nothing),
        outside(WhatIsKnown::Former),
        outside(WhatIsKnown::MembershipUnknown),
    ] {
        assert_eq!(says("/", "app", &[], &[other]), "");
    }
    // With the name of its template, it is as sure as by the account.
    let both = found("/", "DatadogIntegrationRole", &[], &[datadog.clone(), datadog]).unwrap();
    assert_eq!((&*both.manager, both.confidence), ("vendor:Datadog", ManagerConfidence::High));
    assert_eq!(
        both.evidence,
        ["trusts account 464622532012 (vendor: Datadog)", "name: DatadogIntegrationRole"]
    );
}

#[test]
fn a_path_outranks_a_tag_a_tag_an_account_an_account_a_shape_and_a_shape_a_name() {
    let datadog = [listed("464622532012")];
    let stack = "shop-TaskRole-1QXK3J0ZT7M2P";
    let (pulumi, path) = (&[("pulumi:stack", "prod")][..], "/aws-service-role/x.amazonaws.com/");
    assert_eq!(says(path, stack, pulumi, &datadog), "service-linked certain");
    assert_eq!(says("/", stack, pulumi, &datadog), "pulumi high");
    assert_eq!(says("/", stack, &[("ManagedBy", "terraform")], &datadog), "terraform low");
    assert_eq!(says("/", stack, &[], &datadog), "vendor:Datadog high");
    assert_eq!(says("/", stack, &[], &[]), "cloudformation medium");
}

#[test]
fn the_evidence_has_every_sign_and_the_second_best_manager() {
    let evidence = |name, tags| found("/", name, tags, &[listed("464622532012")]).unwrap().evidence;
    assert_eq!(
        evidence("terraform-20230615123456789012345678", &[("ManagedBy", "Terraform")]),
        [
            "tag ManagedBy=Terraform",
            "name: <prefix><18 digits of a time><8 hexadecimal digits>",
            "could also be vendor:Datadog: trusts account 464622532012 (vendor: Datadog)"
        ]
    );
    // Both signs make it as sure as the surer one.
    let both = [("managed-by", "terraform")];
    assert_eq!(says("/", "terraform-20230615123456789012345678", &both, &[]), "terraform high");
    // CDK makes stacks, so that the shape of a stack's role says nothing else.
    let cdk = found("/", "Web-HandlerServiceRoleFCDC14AE-KpR2wXyZ0aBc", &[], &[]).unwrap();
    assert_eq!(cdk.evidence, ["name: <stack>-<logical id with a hash>-<suffix>"]);
}

#[test]
fn the_order_of_tags_does_not_matter_and_missing_tags_are_no_sign() {
    let tags = [("managed-by", "terraform"), ("ManagedBy", "Terraform")];
    let turned = [tags[1], tags[0]];
    assert_eq!(found("/", "app", &tags, &[]), found("/", "app", &turned, &[]));
    let mut unknown = role("/", "app");
    unknown.tags = None;
    assert_eq!(managed_by(&unknown, &[]), None);
}

#[test]
fn declarations_come_once_and_have_signs_that_fit_their_confidence() {
    for (at, manager) in MANAGERS.iter().enumerate() {
        assert!(MANAGERS[..at].iter().all(|other| other.name != manager.name), "{}", manager.name);
        for sign in manager.signs {
            let certain = sign.confidence == ManagerConfidence::Certain;
            assert_eq!(
                certain,
                sign.rank() == Rank::Path,
                "{}: only AWS makes what is certain",
                manager.name
            );
        }
    }
    let mut surest = ManagerConfidence::ALL;
    surest.sort_by_key(|confidence| Reverse(*confidence));
    assert_eq!(surest, ManagerConfidence::ALL);
}
