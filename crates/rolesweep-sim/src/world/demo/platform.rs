//! Roles that platforms create in accounts: AWS's own, and those of Identity Center, Control Tower,
//! StackSets and CDK. And impostors.

use jiff::{SignedDuration, Timestamp};

use super::{Builder, days};
use crate::hash::Hash;
use crate::world::document::Document;
use crate::world::spec::{AccountSpec, RoleSpec};

/// Service-linked roles: service, name, and in how many of four accounts.
const SERVICE_LINKED: [(&str, &str, u64); 5] = [
    ("support.amazonaws.com", "AWSServiceRoleForSupport", 4),
    ("organizations.amazonaws.com", "AWSServiceRoleForOrganizations", 4),
    ("ecs.amazonaws.com", "AWSServiceRoleForECS", 2),
    ("autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling", 2),
    ("kafka.amazonaws.com", "AWSServiceRoleForKafka", 1),
];

/// Permission sets that Identity Center deploys to accounts as roles: name, and in how many of four
/// accounts.
const PERMISSION_SETS: [(&str, u64); 3] = [("AdministratorAccess", 4), ("ReadOnly", 3), ("BillingView", 1)];

impl Builder {
    /// The roles of every account in the landing zone.
    pub(super) fn landing_zone(&self, account: &mut AccountSpec, joined: Timestamp) {
        let hash = Hash::new(self.seed, "landing zone").text(&account.id);
        for (number, (service, name, quarters)) in SERVICE_LINKED.into_iter().enumerate() {
            let hash = hash.text(name);
            if hash.below(4) < quarters {
                let role = RoleSpec::new(name, joined + SignedDuration::from_hours(number as i64))
                    .at_path(format!("/aws-service-role/{service}/"))
                    .trusting(Document::trusting_service(service));
                account.role(self.perhaps_used(role, hash.number(1), 30));
            }
        }
        for (name, quarters) in PERMISSION_SETS {
            let hash = hash.text(name);
            if hash.below(4) < quarters {
                account.role(self.permission_set(&account.id, name, hash, joined));
            }
        }
        let execution = RoleSpec::new("AWSControlTowerExecution", joined)
            .trusting(Document::trusting(&[&self.root_of(super::FACTS.management)]))
            .attach(self.managed("AdministratorAccess"))
            .used(self.now - days(3) - SignedDuration::from_mins(hash.below(5000) as i64));
        let recorder = RoleSpec::new("aws-controltower-ConfigRecorderRole", joined)
            .trusting(Document::trusting_service("config.amazonaws.com"))
            .attach(self.managed("ReadOnlyAccess"))
            .used(self.now - SignedDuration::from_mins(11));
        account.role(execution).role(recorder).role(self.stack_set_execution(hash, joined));
    }

    /// The role that Organizations creates in new accounts: an administrator that is rarely used.
    pub(super) fn break_glass(&self, account: &mut AccountSpec, joined: Timestamp) {
        let hash = Hash::new(self.seed, "break glass").text(&account.id);
        let role = RoleSpec::new("OrganizationAccountAccessRole", joined)
            .trusting(Document::trusting(&[&self.root_of(super::FACTS.management)]))
            .attach(self.managed("AdministratorAccess"));
        account.role(self.perhaps_used(role, hash, 390));
    }

    /// CDK's bootstrap roles.
    pub(super) fn cdk(&self, account: &mut AccountSpec, created: Timestamp) {
        let id = account.id.clone();
        for kind in ["deploy", "file-publishing", "image-publishing", "lookup", "cfn-exec"] {
            let hash = Hash::new(self.seed, "cdk").text(&id).text(kind);
            let trust = match kind {
                "cfn-exec" => Document::trusting_service("cloudformation.amazonaws.com"),
                _ => Document::trusting(&[&self.root_of(&id)]),
            };
            let mut role = RoleSpec::new(format!("cdk-hnb659fds-{kind}-role-{id}-eu-central-1"), created)
                .trusting(trust);
            if kind == "cfn-exec" {
                role = role.attach(self.managed("AdministratorAccess"));
            }
            account.role(self.perhaps_used(role.tag("aws-cdk:bootstrap-role", kind), hash, 200));
        }
    }

    /// Roles that imitate a platform's, or whose paths resemble reserved ones.
    pub(super) fn impostors(&self, account: &mut AccountSpec) {
        let created = self.now - days(1180);
        let stranger = Document::trusting(&["arn:aws:iam::999988887777:root"]);
        let role = |name: &str, path: &str| {
            RoleSpec::new(name, created)
                .at_path(path)
                .trusting(stranger.clone())
                .attach(self.managed("AdministratorAccess"))
        };
        account
            .role(role("aws-controltower-AdministratorExecutionRole", "/").used(self.now - days(400)))
            .role(role("AWSControlTowerExecution-backup", "/"))
            .role(role("stacksets-exec-00000000000000000000000000000000", "/").used(self.now - days(211)))
            .role(role("AWSServiceRoleForTrustedAdvisor", "/"))
            .role(role("AWSServiceRoleForBackup", "/aws-service-role-backup/"))
            .role(role("AWSReservedSSO_AdministratorAccess_0000000000000000", "/").used(self.now - days(120)))
            .role(role("AWSReservedSSO_Auditor_1111111111111111", "/aws-reserved-sso/"))
            .role(
                role("cdk-hnb659fds-cfn-exec-role-999988887777-us-east-1", "/")
                    .trusting(Document::trusting(&["*"]))
                    .used(self.now - days(97)),
            )
            .role(role("RolesweepAudit2", "/").used(self.now - days(300)));
    }

    fn permission_set(&self, account: &str, name: &str, hash: Hash, joined: Timestamp) -> RoleSpec {
        let provider = format!("arn:aws:iam::{account}:saml-provider/AWSSSO_{}_DO_NOT_DELETE", hash.hex(16));
        let trust = Document::statement(&format!(
            r#""Principal":{{"Federated":"{provider}"}},"Action":["sts:AssumeRoleWithSAML","sts:TagSession"],"Condition":{{"StringEquals":{{"SAML:aud":"https://signin.aws.amazon.com/saml"}}}}"#
        ));
        let mut role =
            RoleSpec::new(format!("AWSReservedSSO_{name}_{}", hash.number(2).hex(16)), joined + days(20))
                .at_path("/aws-reserved/sso.amazonaws.com/eu-central-1/")
                .trusting(trust)
                .attach(self.managed(if name == "AdministratorAccess" { name } else { "ReadOnlyAccess" }));
        role.max_session_seconds = 43_200;
        self.perhaps_used(role, hash.number(3), 150)
    }

    fn stack_set_execution(&self, hash: Hash, joined: Timestamp) -> RoleSpec {
        let administrator = format!(
            "arn:aws:iam::{}:role/aws-service-role/stacksets.cloudformation.amazonaws.com/AWSServiceRoleForCloudFormationStackSetsOrgAdmin",
            super::FACTS.management
        );
        let name = format!("stacksets-exec-{}", hash.text("stack sets").hex(32));
        let role = RoleSpec::new(name, joined + days(1))
            .trusting(Document::trusting(&[&administrator]))
            .attach(self.managed("AdministratorAccess"));
        self.perhaps_used(role, hash.number(4), 250)
    }

    /// Two of three such roles were used within this many days.
    fn perhaps_used(&self, role: RoleSpec, hash: Hash, within_days: u64) -> RoleSpec {
        if hash.below(3) == 0 {
            return role;
        }
        let idle = SignedDuration::from_secs(hash.number(1).below(within_days * 86_400) as i64);
        let at = (self.now - idle).max(role.created);
        role.used(at)
    }
}
