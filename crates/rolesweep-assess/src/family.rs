//! The family of a role: its name without what is particular to an account.

use std::borrow::Cow;

use crate::family_shapes::{is_word, particular};

/// The family of the role with this name: the name with `*` for each part that differs between
/// accounts, such as an account id, a Region, or a suffix that a tool made up. A name without such
/// parts is its own family.
///
/// A tool leaves no sign in a name but its shape, so a name that somebody chose can have that shape
/// too. The shapes are chosen so that this is rare.
#[must_use]
pub fn family(name: &str) -> Cow<'_, str> {
    let mut family = String::new();
    let (mut copied, mut at) = (0, 0);
    while at < name.len() {
        if let Some(length) = particular(&name[..at], &name[at..]) {
            family.push_str(&name[copied..at]);
            family.push('*');
            at += length;
            copied = at;
        }
        at = next_word(name, at);
    }
    if copied == 0 {
        return Cow::Borrowed(name);
    }
    family.push_str(&name[copied..]);
    Cow::Owned(family)
}

/// Where the first word begins after the one that is at this place; the end of the name if there is
/// none.
fn next_word(name: &str, at: usize) -> usize {
    let bytes = name.as_bytes();
    let word = bytes[at..].iter().take_while(|&&byte| is_word(byte)).count();
    let between = bytes[at + word..].iter().take_while(|&&byte| !is_word(byte)).count();
    at + word + between
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_particular_to_an_account_is_replaced() {
        for (name, expected) in [
            ("cdk-hnb659fds-deploy-role-123456789012-eu-central-1", "cdk-hnb659fds-deploy-role-*-*"),
            ("cdk-hnb659fds-cfn-exec-role-123456789012-us-gov-west-1", "cdk-hnb659fds-cfn-exec-role-*-*"),
            ("AWSReservedSSO_ReadOnly_0123456789abcdef", "AWSReservedSSO_ReadOnly_*"),
            ("AWSReservedSSO_Admin_0000000000000000", "AWSReservedSSO_Admin_*"),
            ("stacksets-exec-0123456789abcdef0123456789abcdef", "stacksets-exec-*"),
            ("StackSet-audit-0b1c2d3e-4f5a-6789-abcd-ef0123456789", "StackSet-audit-*"),
            ("StackSet-audit-0b1c2d3e-4-AuditRole-1A2B3C4D5E6F7", "StackSet-audit-*-AuditRole-*"),
            ("StackSet-base-0b1c2d3e-4f5a-67-AuditRole-UjecjFhpdr1d", "StackSet-base-*-AuditRole-*"),
            ("shop-TaskRole-1QXK3J0ZT7M2P", "shop-TaskRole-*"),
            (
                "ChineseboostAnalyticsStac-RainlyticsSummariesJobFun-UjecjFhpdr1d",
                "ChineseboostAnalyticsStac-RainlyticsSummariesJobFun-*",
            ),
            ("Web-HandlerServiceRoleFCDC14AE-KpR2wXyZ0aBc", "Web-HandlerServiceRoleFCDC14AE-*"),
            ("orders-eu-west-1-TaskRole-abCdEfGhIjKl", "orders-*-TaskRole-*"),
            (
                "eksctl-main-nodegroup-ng-1-NodeInstanceRole-Q1W2E3R4T5Y6",
                "eksctl-main-nodegroup-ng-1-NodeInstanceRole-*",
            ),
            ("api-prod-ap-southeast-2-lambdaRole", "api-prod-*-lambdaRole"),
            ("backup-eusc-de-east-1", "backup-*"),
            ("logs-us-isob-east-1", "logs-*"),
            ("terraform-20230615123456789012345678", "terraform-*"),
            ("app-role-1a2b3c4", "app-role-*"),
            ("nightly-report-role-x7k2m9qp", "nightly-report-role-*"),
            ("AmazonSageMaker-ExecutionRole-20210411T123456", "AmazonSageMaker-ExecutionRole-*"),
            ("trust_123456789012_o-a1b2c3d4e5", "trust_*_*"),
            ("guard-ou-ab12-c3d4e5f6-read", "guard-*-read"),
            ("job-0b1c2d3e-4f5a-6789-abcd-ef0123456789", "job-*"),
        ] {
            assert_eq!(family(name), expected, "{name}");
        }
    }

    #[test]
    fn a_name_that_people_chose_is_its_own_family() {
        for name in [
            "",
            "OrganizationAccountAccessRole",
            "AWSControlTowerExecution",
            "aws-controltower-ConfigRecorderRole",
            "AWSServiceRoleForSupport",
            "account-closure-task",
            "billing-task-2",
            // Twelve or thirteen characters after a hyphen, which read as words.
            "shop-app-ReadOnlyRole",
            "shop-app-DeployRoleV2",
            "shop-app-Route53Admin",
            "shop-app-S3ReadAccess",
            "shop-app-EC2Instances",
            "shop-app-LambdaRole01",
            "shop-app-EKSNodeV2Dev",
            "shop-app-ec2instances",
            "shop-app-dataPlatform",
            "shop-app-Administrator",
            "shop-app-PRODUCTION123",
            "shop-app-INTEGRATION12",
            "team-1QXK3J0ZT7M2P",
            // A date, a version, a port.
            "app-20230615",
            "app-v12",
            "app-8080",
            // Seven hexadecimal digits that are a word, and eight characters after `-role-`.
            "app-role-defaced",
            "app-role-readonly",
            "app-role-worker01",
            // Directions that are no Region, and a Region that goes on.
            "db-north-1",
            "focus-east-1",
            "app-eu-central-1a",
            "app-eu-central-west",
            "us-east",
            // Ids that are too short or too long, or words.
            "acct-12345678901",
            "acct-123456789012345-x1",
            "ou-team-platform",
            "hello-o-production",
            "StackSet-b2b-Role",
            "stacksets-exec-audit",
            "*",
            "straße-Übersicht-角色",
        ] {
            let found = family(name);
            assert!(matches!(found, Cow::Borrowed(same) if same == name), "{name}: {found}");
        }
    }

    /// Names that are made of what the shapes look for.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[A-Za-z0-9]{1,13}",
            "[0-9a-f]{4,32}",
            "[0-9]{12,13}",
            "[A-Z0-9]{12,13}",
            Just("us-east-1".to_owned()),
            Just("ou-ab12-c3d4e5f6".to_owned()),
            Just("o-a1b2c3d4e5".to_owned()),
            Just("role".to_owned()),
            Just("StackSet".to_owned()),
            Just("*".to_owned()),
        ];
        prop::collection::vec((piece, "[-_.@]{0,2}"), 0..7)
            .prop_map(|pieces| pieces.into_iter().map(|(piece, after)| piece + &after).collect())
    }

    proptest! {
        #[test]
        fn the_family_of_a_family_is_the_same_and_no_longer(name in prop_oneof![pieces(), "(?s).{0,64}"]) {
            let once = family(&name);
            prop_assert_eq!(family(&once), once.as_ref());
            prop_assert!(once.len() <= name.len());
        }

        #[test]
        fn accounts_regions_and_suffixes_do_not_matter(
            stack in "[a-z]{3,9}",
            accounts in (0u64..1_000_000_000_000, 0u64..1_000_000_000_000),
            suffixes in ("[A-Z]{4}[0-9][A-Z]{8}", "[A-Z]{4}[0-9][A-Z]{7}"),
        ) {
            let name = |account: u64, region: &str, suffix: &str| format!("{stack}-{account:012}-{region}-Role-{suffix}");
            let one = name(accounts.0, "eu-west-3", &suffixes.0);
            let other = name(accounts.1, "ap-northeast-1", &suffixes.1);
            prop_assert_eq!(family(&one), family(&other));
            prop_assert_eq!(family(&one).into_owned(), format!("{stack}-*-*-Role-*"));
        }
    }
}
