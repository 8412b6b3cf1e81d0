//! The commands in the guide. Each contains what is known, so that following them literally gives a
//! consistent roll-out.

use super::documents::{DEFAULT_ROLE_NAME, STACK_TEMPLATE, STACKSET_TEMPLATE, SetupInput};
use crate::shell::quote;

/// The files that the templates are printed into. `config/iam/` has them under the same names.
const STACKSET_FILE: &str = "audit-role-stackset.yaml";
const STACK_FILE: &str = "audit-role-stack.yaml";

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

fn role_name(input: &SetupInput) -> Option<String> {
    (input.role_name != DEFAULT_ROLE_NAME).then(|| format!("--role-name {}", quote(&input.role_name)))
}

/// Prints the StackSet's template, and deploys it.
pub(super) fn stackset(input: &SetupInput) -> [String; 2] {
    let mut deploy = deploy(input, "rolesweep-audit-roles", STACKSET_FILE);
    deploy.push("--parameter-overrides TargetIds=ROOT-ID".to_owned());
    deploy.extend(overrides(input));
    [print_document(input, STACKSET_TEMPLATE, STACKSET_FILE), lines(&deploy)]
}

/// Prints the stack's template, and deploys it.
pub(super) fn stack(input: &SetupInput) -> [String; 2] {
    let mut deploy = deploy(input, "rolesweep-audit-role", STACK_FILE);
    deploy.push("--capabilities CAPABILITY_NAMED_IAM --parameter-overrides".to_owned());
    deploy.extend(overrides(input));
    [print_document(input, STACK_TEMPLATE, STACK_FILE), lines(&deploy)]
}

fn print_document(input: &SetupInput, name: &str, file: &str) -> String {
    let mut words = vec!["rolesweep setup".to_owned()];
    words.extend(role_name(input));
    words.extend(input.caller.as_ref().map(|caller| format!("--caller {}", quote(caller.to_string()))));
    words.extend(input.organization.as_ref().map(|id| format!("--organization {id}")));
    words.extend((input.partition.as_str() != "aws").then(|| format!("--partition {}", input.partition)));
    words.extend(input.external_id.then(|| "--with-external-id".to_owned()));
    words.push(format!("--print {name} > {file}"));
    lines(&words)
}

fn deploy(input: &SetupInput, stack: &str, file: &str) -> Vec<String> {
    let mut words = vec!["aws cloudformation deploy".to_owned()];
    words.extend(region(input));
    words.push(format!("--stack-name {stack} --template-file {file}"));
    words
}

/// The parameters, including those that are the template's defaults. A deployment over an earlier
/// one keeps the values of all parameters that it does not name (AWS CLI reference,
/// `cloudformation deploy`).
fn overrides(input: &SetupInput) -> Vec<String> {
    let (path, name) = input.path_and_name();
    let mut values =
        vec![("CallerPrincipalArn", input.caller_arn()), ("OrganizationId", input.organization())];
    if input.role_name != DEFAULT_ROLE_NAME {
        values.extend([("RoleName", name.to_owned()), ("RolePath", path)]);
    }
    values.extend(input.external_id.then(|| ("ExternalId", "EXTERNAL-ID".to_owned())));
    values.into_iter().map(|(name, value)| format!("{name}={}", quote(&value))).collect()
}

/// Scans everything, or one account.
pub(super) fn scan(input: &SetupInput, account: Option<&str>) -> String {
    let mut words = Vec::new();
    words.extend(input.external_id.then(|| "ROLESWEEP_EXTERNAL_ID=EXTERNAL-ID".to_owned()));
    words.push("rolesweep scan".to_owned());
    words.extend(region(input));
    words.extend(role_name(input));
    words.extend(account.map(|account| format!("--accounts {account}")));
    lines(&words)
}

/// A command on one line if it fits, otherwise with each part on its own line.
fn lines(parts: &[String]) -> String {
    let one = parts.join(" ");
    if one.len() <= 92 { one } else { parts.join(" \\\n    ") }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{filled_in, open};
    use super::*;

    #[test]
    fn commands_carry_what_is_known() {
        let joined = |command: &str| command.replace(" \\\n    ", " ");
        let [print, deploy] = stack(&filled_in());
        assert_eq!(
            joined(&print),
            "rolesweep setup --role-name audit/RolesweepAudit --caller arn:aws-us-gov:iam::000000000123:role/scan/Scanner \
             --organization o-exampleorgid --partition aws-us-gov --with-external-id --print stack-template > audit-role-stack.yaml"
        );
        assert_eq!(
            joined(&deploy),
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
    fn defaults_are_left_out() {
        let [print, deploy] = stackset(&open());
        assert_eq!(print, "rolesweep setup --print stackset-template > audit-role-stackset.yaml");
        assert!(!deploy.contains("RoleName"));
        assert_eq!(scan(&open(), None), "rolesweep scan");
    }

    #[test]
    fn a_partition_without_a_known_region_leaves_it_to_be_filled_in() {
        let of = |name: &str| region(&SetupInput { partition: name.parse().unwrap(), ..open() });
        assert_eq!(of("aws"), None);
        assert_eq!(of("aws-cn").as_deref(), Some("--region cn-north-1"));
        assert_eq!(of("aws-moon").as_deref(), Some("--region REGION"));
    }

    /// The page next to the templates has the same commands, with all placeholders left.
    #[test]
    fn the_page_in_the_repository_shows_these_commands() {
        let page = include_str!("../../../../config/iam/README.md");
        let [_, stackset] = stackset(&open());
        let [_, stack] = stack(&open());
        for command in [stackset, stack, scan(&open(), Some("TRIAL-ACCOUNT-ID")), scan(&open(), None)] {
            let command = format!("\n   {}\n", command.replace('\n', "\n   "));
            assert!(page.contains(&command), "config/iam/README.md does not show{command}");
        }
    }
}
