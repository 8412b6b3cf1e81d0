//! The actions that destroy what cannot be made again, or end the controls over an organization: a
//! short written list.

use super::listed::{self, List, ListedAction};

const DESTROY: &[(&str, &str)] = &[
    // Without the key, everything that it encrypts is lost.
    ("kms:ScheduleKeyDeletion", "encryption keys"),
    ("kms:DeleteImportedKeyMaterial", "encryption keys"),
    ("backup:DeleteBackupVault", "backups"),
    ("backup:DeleteBackupVaultLockConfiguration", "backups"),
    ("backup:DeleteRecoveryPoint", "backups"),
    ("rds:DeleteDBCluster", "databases"),
    ("rds:DeleteDBClusterAutomatedBackup", "databases"),
    ("rds:DeleteDBClusterSnapshot", "databases"),
    ("rds:DeleteDBInstance", "databases"),
    ("rds:DeleteDBInstanceAutomatedBackup", "databases"),
    ("rds:DeleteDBSnapshot", "databases"),
    ("s3:DeleteBucket", "objects"),
    ("s3:DeleteObject", "objects"),
    ("s3:DeleteObjectVersion", "objects"),
    // A rule that expires everything after a day deletes a bucket's objects.
    ("s3:PutLifecycleConfiguration", "objects"),
    ("cloudtrail:DeleteTrail", "the audit log"),
    ("cloudtrail:PutEventSelectors", "the audit log"),
    ("cloudtrail:StopLogging", "the audit log"),
    ("cloudtrail:UpdateTrail", "the audit log"),
    ("organizations:CloseAccount", "accounts"),
    ("organizations:DeleteOrganization", "the organization"),
    ("organizations:DeletePolicy", "the organization's policies"),
    ("organizations:DetachPolicy", "the organization's policies"),
    ("organizations:DisablePolicyType", "the organization's policies"),
    ("organizations:LeaveOrganization", "the organization"),
    ("organizations:MoveAccount", "the organization's policies"),
    ("organizations:RemoveAccountFromOrganization", "accounts"),
    ("organizations:UpdatePolicy", "the organization's policies"),
    ("sso:AttachCustomerManagedPolicyReferenceToPermissionSet", "people's access"),
    ("sso:AttachManagedPolicyToPermissionSet", "people's access"),
    ("sso:CreateAccountAssignment", "people's access"),
    ("sso:CreatePermissionSet", "people's access"),
    ("sso:DeleteAccountAssignment", "people's access"),
    ("sso:DeleteInlinePolicyFromPermissionSet", "people's access"),
    ("sso:DeleteInstance", "people's access"),
    ("sso:DeletePermissionSet", "people's access"),
    ("sso:DeletePermissionsBoundaryFromPermissionSet", "people's access"),
    ("sso:DetachCustomerManagedPolicyReferenceFromPermissionSet", "people's access"),
    ("sso:DetachManagedPolicyFromPermissionSet", "people's access"),
    ("sso:ProvisionPermissionSet", "people's access"),
    ("sso:PutInlinePolicyToPermissionSet", "people's access"),
    ("sso:PutPermissionsBoundaryToPermissionSet", "people's access"),
    ("sso:UpdatePermissionSet", "people's access"),
];

/// The actions that destroy, by service.
#[must_use]
pub fn destroy_actions() -> &'static [ListedAction] {
    static LIST: List = List::new(|| listed::look_up(DESTROY));
    &LIST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aws_knows_every_action_that_destroys_and_each_changes_something() {
        listed::assert_known(DESTROY, destroy_actions());
        assert_eq!(destroy_actions().len(), 43);
        for listed in destroy_actions() {
            assert!(listed.action.changes(), "{}", listed.action);
        }
    }
}
