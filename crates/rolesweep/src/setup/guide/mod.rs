//! The guide: what to do before the first scan, step by step, with commands to paste. It names the
//! documents and does not contain them; they are long.

mod blocks;
mod caller;
mod commands;
mod steps;

use self::blocks::{paragraph, table};
use super::input::SetupInput;

/// The words to replace, as they are found in the text, with how they are named and what they mean.
const PLACEHOLDERS: [(&str, &str, &str); 12] = [
    ("ACCOUNT-ID", "ACCOUNT-ID", "the account that runs the scans"),
    ("ROLES-ACCOUNT", "ROLES-ACCOUNT", "the account in which you create the role by hand"),
    ("CALLER-ROLE", "CALLER-ROLE", "the role that runs the scans; in ARNs with its path"),
    ("o-ORGANIZATION-ID", "o-ORGANIZATION-ID", "`aws organizations describe-organization` prints it"),
    (
        "ROOT-ID",
        "ROOT-ID",
        "the organization's root (r-…) for all accounts, or ids of OUs, separated by commas",
    ),
    ("--region REGION", "REGION", "a Region of the partition"),
    ("EXTERNAL-ID", "EXTERNAL-ID", "a secret of your choice; the audit role asks for it"),
    ("HOME-REGION", "HOME-REGION", "the Region of IAM Identity Center"),
    ("INSTANCE-ARN", "INSTANCE-ARN", "Identity Center's instance: `list-instances` prints it"),
    ("IDENTITY-STORE-ID", "IDENTITY-STORE-ID", "its identity store: `list-instances` prints it"),
    ("GROUP-ID", "GROUP-ID", "the group that may scan: `list-groups` prints it"),
    (
        "PERMISSION-SET-ARN",
        "PERMISSION-SET-ARN",
        "the permission set: `create-permission-set` prints it, `list-permission-sets` lists all",
    ),
];

/// The whole guide for a terminal, in the order of the steps.
pub(crate) fn guide(input: &SetupInput) -> String {
    let steps = blocks::terminal(&steps::steps(input));
    let intro = paragraph(&format!(
        "rolesweep reads each account through an audit role, {}. The role reads IAM, changes nothing, and trusts one \
         caller of one organization. These steps put it in place (partition {}). `rolesweep setup --help` lists the flags \
         that fill in the words in capitals and change the role.",
        input.role_name, input.partition
    ));
    format!("{intro}\n\nReplace the words in capitals:\n\n{}{steps}", table(&to_fill_in(&steps)))
}

/// The placeholders in a text.
fn to_fill_in(text: &str) -> Vec<(&'static str, &'static str)> {
    let found = PLACEHOLDERS.into_iter().filter(|(found, _, _)| text.contains(found));
    found.map(|(_, word, meaning)| (word, meaning)).collect()
}

/// The words to replace and the steps, for the page beside the templates.
#[cfg(test)]
pub(crate) fn steps_markdown(input: &SetupInput) -> String {
    let steps = blocks::markdown(&steps::steps(input));
    let row = |(word, meaning): &(&str, &str)| format!("| `{word}` | {meaning} |\n");
    let rows: String = to_fill_in(&steps).iter().map(row).collect();
    format!("| replace | with |\n|---|---|\n{rows}{steps}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::tests::{filled_in, open};

    #[test]
    fn the_guide_if_nothing_is_known() {
        insta::assert_snapshot!(guide(&open()));
    }

    #[test]
    fn the_guide_if_everything_is_known() {
        insta::assert_snapshot!(guide(&filled_in()));
    }

    #[test]
    fn the_guide_for_a_permission_set_in_china() {
        let arn = "arn:aws-cn:sts::000000000123:assumed-role/AWSReservedSSO_Audit_0123456789abcdef/ana";
        let partition = "aws-cn".parse().unwrap();
        let input = SetupInput { partition, caller: Some(arn.parse().unwrap()), ..open() };
        insta::assert_snapshot!(guide(&input));
    }

    #[test]
    fn what_is_left_to_fill_in_is_named_and_nothing_else() {
        let listed = |input: &SetupInput| {
            let guide = guide(input);
            let (_, list) = guide.split_once("capitals:\n\n").unwrap();
            let (list, _) = list.split_once("\n\n").unwrap();
            let words = list.lines().filter_map(|line| line.split_whitespace().next());
            words
                .filter(|word| !word.contains(|c: char| c.is_lowercase()) || word.starts_with("o-"))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(listed(&filled_in()), ["ROLES-ACCOUNT", "ROOT-ID", "EXTERNAL-ID"]);
        let all = listed(&SetupInput {
            partition: "aws-moon".parse().unwrap(),
            external_id: true,
            permissions_boundary: Some("arn:aws-moon:iam::*:policy/Limit".parse().unwrap()),
            ..open()
        });
        assert_eq!(all, PLACEHOLDERS.map(|(_, word, _)| word));
    }

    #[test]
    fn lines_fit_into_80_columns_unless_a_single_word_of_a_command_does_not() {
        for input in [open(), filled_in()] {
            for line in guide(&input).lines().filter(|line| line.chars().count() > 80) {
                assert_eq!(line.trim_end_matches('\\').split_whitespace().count(), 1, "{line}");
            }
        }
    }

    #[test]
    fn a_path_that_was_assumed_is_pointed_out() {
        let mut input = filled_in();
        input.caller = Some("arn:aws-us-gov:sts::000000000123:assumed-role/Scanner/me".parse().unwrap());
        assert!(guide(&input).contains("does not show the"));
        assert!(!guide(&filled_in()).contains("does not show the"));
    }

    #[test]
    fn each_partition_gets_commands_with_its_own_region_and_arns() {
        for (name, region) in [("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")] {
            let guide = guide(&SetupInput { partition: name.parse().unwrap(), ..open() });
            let commands = guide.replace(" \\\n    ", " ");
            for command in commands.lines().filter(|line| line.starts_with("    aws ")) {
                let right = format!("--region {region}");
                assert!(command.contains(&right) || command.contains("--region HOME-REGION"), "{command}");
            }
            assert!(!guide.contains("arn:aws:"), "{guide}");
        }
    }
}
