//! The commands in the guide. Each contains what is known, so that following them literally gives a
//! consistent roll-out.

use crate::setup::documents::Document;
use crate::setup::input::{DEFAULT_ROLE_NAME, EXTERNAL_ID, ROLE_ACCOUNT, SetupInput};
use crate::setup::policies;
use crate::setup::tags::VERSION_TAG;
use crate::setup::templates::yes_or_no;
use crate::shell::quote;

/// How wide a command is. The guide indents it by four columns.
const WIDTH: usize = 76;

/// The stack that has the StackSet.
pub(super) const STACKSET_STACK: &str = "rolesweep-audit-role-stackset";

/// The StackSet, by its name in the template.
pub(super) const STACKSET: &str = "rolesweep-audit-role";

/// The stack that has the role of the management account.
pub(super) const STACK: &str = "rolesweep-audit-role";

/// A Region of each partition, for commands that need one. A command without a Region goes to the
/// partition `aws`. Source: the partitions' names and Regions in the SDK's endpoint rules
/// (`partitions.json`).
const REGIONS: [(&str, &str); 7] = [
    ("aws-cn", "cn-north-1"),
    ("aws-us-gov", "us-gov-west-1"),
    ("aws-eusc", "eusc-de-east-1"),
    ("aws-iso", "us-iso-east-1"),
    ("aws-iso-b", "us-isob-east-1"),
    ("aws-iso-e", "eu-isoe-west-1"),
    ("aws-iso-f", "us-isof-south-1"),
];

/// The flag for the Region: none in the partition `aws`, a placeholder in an unknown partition.
fn region(input: &SetupInput) -> Option<String> {
    let partition = input.partition.as_str();
    let known = REGIONS.iter().find(|(name, _)| *name == partition);
    (partition != "aws").then(|| format!("--region {}", known.map_or("REGION", |(_, region)| region)))
}

/// A command of the AWS CLI.
pub(super) fn aws(input: &SetupInput, operation: &str, flags: &[&str]) -> String {
    let mut words = vec![format!("aws {operation}")];
    words.extend(region(input));
    words.extend(flags.iter().map(|&flag| flag.to_owned()));
    lines(&words)
}

/// A command of the AWS CLI that works only in the Region of IAM Identity Center.
pub(super) fn identity_center(operation: &str, flags: &[&str]) -> String {
    let mut words = vec![format!("aws {operation}"), "--region HOME-REGION".to_owned()];
    words.extend(flags.iter().map(|&flag| flag.to_owned()));
    lines(&words)
}

/// Prints a document into its file. The command has the flags that the document depends on.
pub(super) fn print(input: &SetupInput, document: Document) -> String {
    use Document as D;
    let template = matches!(document, D::StackSetTemplate | D::StackTemplate);
    let names_caller = template || matches!(document, D::TrustPolicy | D::DelegationPolicy);
    let caller = input.caller.as_ref().filter(|_| names_caller);
    let mut words = vec!["rolesweep setup".to_owned()];
    if template || document == D::CallerPolicy {
        words.extend(role_name(input));
    }
    match caller {
        Some(caller) => words.push(format!("--caller {}", quote(caller.to_string()))),
        None if document == D::PermissionPolicy => {}
        None => words
            .extend((input.partition.as_str() != "aws").then(|| format!("--partition {}", input.partition))),
    }
    if template || document == D::TrustPolicy {
        words.extend(input.organization.as_ref().map(|id| format!("--organization {id}")));
        words.extend(input.external_id.then(|| "--with-external-id".to_owned()));
    }
    if document != D::TrustPolicy {
        words.extend(input.planned_reads.then(|| "--with-planned-reads".to_owned()));
    }
    if template {
        let boundary = input.permissions_boundary.as_ref();
        words.extend(boundary.map(|arn| format!("--permissions-boundary {}", quote(arn.to_string()))));
        words.extend(input.tags.iter().map(|tag| format!("--tag {}", quote(tag.to_string()))));
    }
    words.push(format!("--print {} > {}", document.name(), document.file()));
    lines(&words)
}

/// Deploys the StackSet.
pub(super) fn deploy_stackset(input: &SetupInput) -> String {
    let targets = ["--parameter-overrides TargetIds=ROOT-ID".to_owned()];
    deploy(input, STACKSET_STACK, Document::StackSetTemplate, &targets)
}

/// Deploys the stack.
pub(super) fn deploy_stack(input: &SetupInput) -> String {
    let named_iam = ["--capabilities CAPABILITY_NAMED_IAM", "--parameter-overrides"].map(str::to_owned);
    deploy(input, STACK, Document::StackTemplate, &named_iam)
}

/// Creates the role as the template does, for an account without CloudFormation.
pub(super) fn create_role(input: &SetupInput) -> String {
    let (path, name) = input.path_and_name();
    let mut flags = vec![format!("--role-name {}", quote(name))];
    flags.extend((path != "/").then(|| format!("--path {}", quote(path))));
    flags.push(format!("--assume-role-policy-document file://{}", Document::TrustPolicy.file()));
    if let Some(boundary) = &input.permissions_boundary {
        let arn = boundary.in_account(ROLE_ACCOUNT);
        flags.extend(["--permissions-boundary".to_owned(), quote(arn)]);
    }
    let version = (VERSION_TAG.to_owned(), policies::version(input));
    let others = input.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone()));
    flags.push("--tags".to_owned());
    flags.extend(std::iter::once(version).chain(others).map(|(key, value)| {
        let json = serde_json::json!({ "Key": key, "Value": value });
        quote(json.to_string())
    }));
    aws(input, "iam create-role", &flags.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Gives that role its permissions.
pub(super) fn put_role_policy(input: &SetupInput) -> String {
    let (_, name) = input.path_and_name();
    let role = format!("--role-name {}", quote(name));
    let document = format!("--policy-document file://{}", Document::PermissionPolicy.file());
    aws(input, "iam put-role-policy", &[&role, "--policy-name RolesweepReads", &document])
}

fn deploy(input: &SetupInput, stack: &str, template: Document, more: &[String]) -> String {
    let mut words = vec!["aws cloudformation deploy".to_owned()];
    words.extend(region(input));
    words.push(format!("--stack-name {stack}"));
    words.push(format!("--template-file {}", template.file()));
    if !input.tags.is_empty() {
        // The stacks have them, too.
        words.push("--tags".to_owned());
        words.extend(input.tags.iter().map(|tag| quote(tag.to_string())));
    }
    words.extend_from_slice(more);
    words.extend(overrides(input));
    lines(&words)
}

/// The parameters, including those that are the template's defaults. A deployment over an earlier
/// one keeps the values of all parameters that it does not name (AWS CLI reference,
/// `cloudformation deploy`).
fn overrides(input: &SetupInput) -> Vec<String> {
    let (path, name) = input.path_and_name();
    let mut values = vec![
        ("CallerPrincipalArn", input.caller_arn()),
        ("OrganizationId", input.organization()),
        ("PlannedReads", yes_or_no(input.planned_reads).to_owned()),
    ];
    values.extend([("RoleName", name.to_owned()), ("RolePath", path)]);
    let external_id = if input.external_id { EXTERNAL_ID } else { "" };
    values.push(("ExternalId", external_id.to_owned()));
    let boundary = input.permissions_boundary.as_ref();
    values.push(("PermissionsBoundary", boundary.map_or("", |boundary| boundary.policy()).to_owned()));
    if let Some(boundary) = boundary {
        values.push(("PermissionsBoundaryOwner", boundary.owner().to_owned()));
    }
    let value = |text: &str| if text.is_empty() { String::new() } else { quote(text) };
    values.into_iter().map(|(name, text)| format!("{name}={}", value(&text))).collect()
}

/// A scan with the caller's credentials.
pub(super) fn scan(input: &SetupInput, flag: Option<&str>) -> String {
    let mut words = Vec::new();
    words.extend(input.external_id.then(|| format!("ROLESWEEP_EXTERNAL_ID={EXTERNAL_ID}")));
    words.push("rolesweep scan".to_owned());
    words.extend(region(input));
    words.extend(role_name(input));
    words.extend(flag.map(str::to_owned));
    lines(&words)
}

fn role_name(input: &SetupInput) -> Option<String> {
    (input.role_name != DEFAULT_ROLE_NAME).then(|| format!("--role-name {}", quote(&input.role_name)))
}

/// A command in lines that fit, broken between its parts.
fn lines(parts: &[String]) -> String {
    const BREAK: &str = " \\\n    ";
    let mut text = String::new();
    let mut used = 0;
    for (index, part) in parts.iter().enumerate() {
        // The last part needs no room for a backslash.
        let room = if index + 1 == parts.len() { WIDTH } else { WIDTH - 2 };
        if index > 0 {
            if used + 1 + part.len() <= room {
                text.push(' ');
                used += 1;
            } else {
                text.push_str(BREAK);
                used = 4;
            }
        }
        text.push_str(part);
        used += part.len();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::tests::{filled_in, open};

    #[test]
    fn commands_carry_what_is_known() {
        let joined = |command: &str| command.replace(" \\\n    ", " ");
        assert_eq!(
            joined(&print(&filled_in(), Document::StackTemplate)),
            "rolesweep setup --role-name audit/RolesweepAudit --caller arn:aws-us-gov:iam::000000000123:role/scan/Scanner \
             --organization o-exampleorgid --with-external-id --with-planned-reads \
             --permissions-boundary 'arn:aws-us-gov:iam::*:policy/sec/Limit' --tag team=security --tag 'Cost Center=a b' \
             --print stack-template > audit-role-stack.yaml"
        );
        assert_eq!(
            joined(&deploy_stack(&filled_in())),
            "aws cloudformation deploy --region us-gov-west-1 --stack-name rolesweep-audit-role --template-file audit-role-stack.yaml \
             --tags team=security 'Cost Center=a b' --capabilities CAPABILITY_NAMED_IAM --parameter-overrides \
             CallerPrincipalArn=arn:aws-us-gov:iam::000000000123:role/scan/Scanner OrganizationId=o-exampleorgid PlannedReads=yes \
             RoleName=RolesweepAudit RolePath=/audit/ ExternalId=EXTERNAL-ID \
             PermissionsBoundary=sec/Limit PermissionsBoundaryOwner=account"
        );
        assert_eq!(
            joined(&scan(&filled_in(), Some("--check"))),
            "ROLESWEEP_EXTERNAL_ID=EXTERNAL-ID rolesweep scan --region us-gov-west-1 --role-name audit/RolesweepAudit --check"
        );
    }

    #[test]
    fn the_stackset_has_the_name_that_the_template_gives_it() {
        assert!(crate::setup::templates::STACKSET.contains(&format!("StackSetName: {STACKSET}\n")));
    }

    #[test]
    fn a_role_that_is_created_by_hand_is_the_templates_own() {
        let joined = |command: &str| command.replace(" \\\n    ", " ");
        let version = policies::POLICY_VERSION;
        assert_eq!(
            joined(&create_role(&filled_in())),
            format!(
                "aws iam create-role --region us-gov-west-1 --role-name RolesweepAudit --path /audit/ \
                 --assume-role-policy-document file://trust-policy.json \
                 --permissions-boundary arn:aws-us-gov:iam::ROLES-ACCOUNT:policy/sec/Limit --tags \
             '{{\"Key\":\"rolesweep-policy-version\",\"Value\":\"{version}+planned\"}}' '{{\"Key\":\"team\",\"Value\":\"security\"}}' \
             '{{\"Key\":\"Cost Center\",\"Value\":\"a b\"}}'"
            )
        );
        let plain = create_role(&open());
        assert!(!plain.contains("--path") && !plain.contains("--permissions-boundary"), "{plain}");
        let policy = put_role_policy(&open());
        let name = policy.split_once("--policy-name ").unwrap().1.split_whitespace().next().unwrap();
        assert!(crate::setup::templates::STACK.contains(&format!("- PolicyName: {name}\n")), "{name}");
    }

    #[test]
    fn flags_of_defaults_are_left_out_and_parameters_are_not() {
        assert_eq!(
            print(&open(), Document::StackSetTemplate),
            "rolesweep setup --print stackset-template > audit-role-stackset.yaml"
        );
        // A second deployment would keep what the first one set.
        let deploy = deploy_stackset(&open());
        for parameter in ["RoleName=RolesweepAudit", "RolePath=/", "ExternalId=", "PermissionsBoundary="] {
            assert!(deploy.split_whitespace().any(|word| word == parameter), "{parameter}: {deploy}");
        }
        assert_eq!(scan(&open(), None), "rolesweep scan");
    }

    #[test]
    fn a_partition_without_a_known_region_leaves_it_to_be_filled_in() {
        let of = |name: &str| region(&SetupInput { partition: name.parse().unwrap(), ..open() });
        assert_eq!(of("aws"), None);
        assert_eq!(of("aws-cn").as_deref(), Some("--region cn-north-1"));
        assert_eq!(of("aws-moon").as_deref(), Some("--region REGION"));
    }

    #[test]
    fn a_line_ends_before_the_part_that_does_not_fit() {
        let parts = |lengths: &[usize]| lengths.iter().map(|&n| "x".repeat(n)).collect::<Vec<_>>();
        let widths = |lengths: &[usize]| lines(&parts(lengths)).lines().map(str::len).collect::<Vec<_>>();
        assert_eq!(widths(&[38, 37]), [76]);
        assert_eq!(widths(&[38, 38]), [40, 42]);
        assert_eq!(widths(&[38, 35, 1]), [76]);
        assert_eq!(widths(&[38, 35, 2]), [76, 6]);
        assert_eq!(widths(&[38, 36, 1]), [40, 42]);
        assert_eq!(widths(&[100, 1]), [102, 5]);
    }
}
