//! The actions that together mean administrator: twenty, of as many services.
//!
//! A policy that allows them all on any resource has no limit that matters, also if it denies an
//! action or two. They are spread so that no policy for one kind of work allows them all:
//! `PowerUserAccess` lacks IAM and most of Organizations.

use super::listed::{self, List, ListedAction};

const ADMIN: &[(&str, &str)] = &[
    ("iam:CreateUser", "users"),
    ("organizations:LeaveOrganization", "the organization"),
    ("account:PutAlternateContact", "the account's contacts"),
    ("cloudformation:DeleteStack", "stacks"),
    ("cloudtrail:StopLogging", "the audit log"),
    ("config:DeleteConfigurationRecorder", "the record of changes"),
    ("dynamodb:DeleteTable", "tables"),
    ("ec2:TerminateInstances", "instances"),
    ("ecs:DeleteCluster", "clusters"),
    ("guardduty:DeleteDetector", "threat detection"),
    ("kms:ScheduleKeyDeletion", "encryption keys"),
    ("lambda:UpdateFunctionCode", "functions"),
    ("logs:DeleteLogGroup", "logs"),
    ("rds:DeleteDBInstance", "databases"),
    ("route53:DeleteHostedZone", "domain names"),
    ("s3:DeleteBucket", "buckets"),
    ("secretsmanager:PutSecretValue", "secrets"),
    ("sns:DeleteTopic", "topics"),
    ("sqs:DeleteQueue", "queues"),
    ("ssm:SendCommand", "commands on instances"),
];

/// The actions that an administrator may use on any resource.
#[must_use]
pub fn admin_actions() -> &'static [ListedAction] {
    static LIST: List = List::new(|| listed::look_up(ADMIN));
    &LIST
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_administrator_is_asked_for_twenty_changes_in_twenty_services() {
        listed::assert_known(ADMIN, admin_actions());
        let services: BTreeSet<&str> = admin_actions().iter().map(|listed| listed.action.service()).collect();
        assert_eq!(services.len(), 20);
        assert!(admin_actions().iter().all(|listed| listed.action.changes()));
    }
}
