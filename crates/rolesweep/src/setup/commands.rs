//! The commands that the guide prints. Each carries what is known, so that following them word for word gives a consistent roll-out.

use super::{DEFAULT_ROLE_NAME, Part, SetupInput, placeholder};
use crate::shell::quote;

/// The file that the guide writes the StackSet's template into; `config/iam/` has it under the same name.
pub(super) const STACKSET_FILE: &str = "audit-role-stackset.yaml";
/// The file that the guide writes the stack's template into.
pub(super) const STACK_FILE: &str = "audit-role-stack.yaml";

/// A Region of each partition, for the commands that have to name one: those without a Region of their own go to `aws`.
/// The partitions' names and Regions are those of the SDK's endpoint rules (`partitions.json`).
const REGIONS: &[(&str, &str)] = &[
    ("aws-cn", "cn-north-1"),
    ("aws-us-gov", "us-gov-west-1"),
    ("aws-eusc", "eusc-de-east-1"),
    ("aws-iso", "us-iso-east-1"),
    ("aws-iso-b", "us-isob-east-1"),
    ("aws-iso-e", "eu-isoe-west-1"),
    ("aws-iso-f", "us-isof-south-1"),
];

/// The Region that commands have to name: none in the partition `aws`, a word to fill in where the partition is not known.
pub(super) fn region(input: &SetupInput) -> Option<&'static str> {
    let partition = input.partition.as_str();
    if partition == "aws" {
        return None;
    }
    let known = REGIONS.iter().find(|(name, _)| *name == partition);
    Some(known.map_or(placeholder::REGION, |(_, region)| region))
}

/// What prints one document into a file.
pub(super) fn print_part(input: &SetupInput, part: Part, file: &str) -> String {
    let mut words = vec!["rolesweep setup".to_owned()];
    words.extend(role_name(input));
    if let Some(caller) = &input.caller_principal {
        words.push(format!("--caller {}", quote(caller.to_string())));
    }
    if let Some(organization) = &input.organization_id {
        words.push(format!("--organization {organization}"));
    }
    if input.partition.as_str() != "aws" {
        words.push(format!("--partition {}", input.partition));
    }
    if input.external_id {
        words.push("--with-external-id".to_owned());
    }
    words.push(format!("--print {}", part.as_str()));
    words.push(format!("> {file}"));
    wrapped(&words)
}

/// What deploys the StackSet.
pub(super) fn deploy_stackset(input: &SetupInput) -> String {
    let mut words = deploy(input, "rolesweep-audit-roles", STACKSET_FILE);
    words.push(format!("--parameter-overrides TargetIds={}", placeholder::TARGETS));
    words.extend(overrides(input));
    wrapped(&words)
}

/// What deploys the stack.
pub(super) fn deploy_stack(input: &SetupInput) -> String {
    let mut words = deploy(input, "rolesweep-audit-role", STACK_FILE);
    words.push("--capabilities CAPABILITY_NAMED_IAM".to_owned());
    words.push("--parameter-overrides".to_owned());
    words.extend(overrides(input));
    wrapped(&words)
}

/// What scans: everything, or the accounts named.
pub(super) fn scan(input: &SetupInput, accounts: Option<&str>) -> String {
    let mut words = Vec::new();
    if input.external_id {
        words.push(format!("ROLESWEEP_EXTERNAL_ID={}", placeholder::EXTERNAL_ID));
    }
    words.push("rolesweep scan".to_owned());
    words.extend(region(input).map(|region| format!("--region {region}")));
    words.extend(role_name(input));
    words.extend(accounts.map(|accounts| format!("--accounts {accounts}")));
    wrapped(&words)
}

fn role_name(input: &SetupInput) -> Option<String> {
    (input.role_name != DEFAULT_ROLE_NAME).then(|| format!("--role-name {}", quote(&input.role_name)))
}

fn deploy(input: &SetupInput, stack: &str, file: &str) -> Vec<String> {
    let mut words = vec!["aws cloudformation deploy".to_owned()];
    words.extend(region(input).map(|region| format!("--region {region}")));
    words.push(format!("--stack-name {stack}"));
    words.push(format!("--template-file {file}"));
    words
}

/// The parameters, also those that are the template's defaults: a deployment over an earlier one keeps that one's values of all
/// that it is not given (AWS CLI reference, `cloudformation deploy`).
fn overrides(input: &SetupInput) -> Vec<String> {
    let (path, name) = input.path_and_name();
    let caller = input
        .caller_principal
        .as_ref()
        .map_or_else(|| placeholder::principal_arn(&input.partition), ToString::to_string);
    let organization = input
        .organization_id
        .as_ref()
        .map_or_else(|| placeholder::ORGANIZATION.to_owned(), ToString::to_string);
    let mut values = vec![("CallerPrincipalArn", caller), ("OrganizationId", organization)];
    if input.role_name != DEFAULT_ROLE_NAME {
        values.push(("RoleName", name.to_owned()));
        values.push(("RolePath", path));
    }
    if input.external_id {
        values.push(("ExternalId", placeholder::EXTERNAL_ID.to_owned()));
    }
    values.into_iter().map(|(name, value)| format!("{name}={}", quote(&value))).collect()
}

/// The words of a command, over as many lines as it takes. A word may be a flag with its value, which stay together.
fn wrapped(words: &[String]) -> String {
    const WIDTH: usize = 92;
    let mut text = String::new();
    let mut column = 0;
    for word in words {
        if column > 0 && column + 1 + word.len() > WIDTH {
            text.push_str(" \\\n    ");
            column = 4;
        } else if column > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += word.len();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::tests::{filled_in, open};
    use super::*;

    /// The command on one line.
    fn joined(command: &str) -> String {
        command.replace(" \\\n    ", " ")
    }

    #[test]
    fn commands_carry_what_was_given() {
        assert_eq!(
            joined(&print_part(&filled_in(), Part::StackTemplate, STACK_FILE)),
            "rolesweep setup --role-name audit/RolesweepAudit --caller arn:aws-us-gov:iam::000000000123:role/scan/Scanner \
             --organization o-exampleorgid --partition aws-us-gov --with-external-id --print stack-template > audit-role-stack.yaml"
        );
        assert_eq!(
            joined(&deploy_stack(&filled_in())),
            "aws cloudformation deploy --region us-gov-west-1 --stack-name rolesweep-audit-role --template-file audit-role-stack.yaml \
             --capabilities CAPABILITY_NAMED_IAM --parameter-overrides \
             CallerPrincipalArn=arn:aws-us-gov:iam::000000000123:role/scan/Scanner OrganizationId=o-exampleorgid \
             RoleName=RolesweepAudit RolePath=/audit/ ExternalId=EXTERNAL-ID"
        );
        assert_eq!(
            joined(&scan(&filled_in(), Some("123456789012"))),
            "ROLESWEEP_EXTERNAL_ID=EXTERNAL-ID rolesweep scan --region us-gov-west-1 --role-name audit/RolesweepAudit --accounts 123456789012"
        );
    }

    #[test]
    fn what_is_the_default_is_left_out() {
        assert_eq!(
            print_part(&open(), Part::StacksetTemplate, STACKSET_FILE),
            "rolesweep setup --print stackset-template > audit-role-stackset.yaml"
        );
        assert_eq!(scan(&open(), None), "rolesweep scan");
        assert!(!deploy_stackset(&open()).contains("RoleName"));
    }

    #[test]
    fn a_partition_without_a_known_region_leaves_it_to_be_filled_in() {
        let of = |name: &str| region(&SetupInput { partition: name.parse().unwrap(), ..open() });
        assert_eq!(of("aws"), None);
        assert_eq!(of("aws-cn"), Some("cn-north-1"));
        assert_eq!(of("aws-eusc"), Some("eusc-de-east-1"));
        assert_eq!(of("aws-moon"), Some(placeholder::REGION));
    }

    /// The page beside the templates shows the same commands, with everything left to fill in.
    #[test]
    fn the_page_in_the_repository_shows_these_commands() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/iam/README.md");
        let page = std::fs::read_to_string(path).unwrap();
        let indented = |command: String| command.replace('\n', "\n   ");
        for command in [
            deploy_stackset(&open()),
            deploy_stack(&open()),
            scan(&open(), Some(placeholder::TRIAL)),
            scan(&open(), None),
        ] {
            let command = format!("\n   {}\n", indented(command));
            assert!(page.contains(&command), "{path} does not show{command}");
        }
    }
}
