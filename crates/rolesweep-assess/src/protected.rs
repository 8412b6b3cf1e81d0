//! The roles that are protected whatever their use: those that AWS reserves, and the audit role.

use rolesweep_model::RoleArn;
use serde::Serialize;

/// One reason to protect a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ProtectedRule {
    /// Its name, for machines.
    pub code: &'static str,
    /// Which roles it protects.
    pub protects: Protects,
    /// Why, as reports say it.
    pub reason: &'static str,
    /// Where AWS documents this.
    pub source: &'static str,
}

/// Which roles a rule protects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Protects {
    /// Roles under this path, which begins and ends with `/`. Only AWS can create a role there.
    Path(&'static str),
    /// The role that the scan assumes, by its exact path and name.
    AuditRole,
}

/// Every rule that protects a role; the first that matches gives the reason.
///
/// `/service-role/` is not among them: there the console puts service roles that are the customer's
/// own to change and delete. No name is among them either: a name that anyone can choose protects
/// nothing.
pub const PROTECTED: &[ProtectedRule] = &[
    ProtectedRule {
        code: "service-linked-role",
        protects: Protects::Path("/aws-service-role/"),
        reason: "service-linked role: only AWS can change it",
        source: "IAM user guide, using-service-linked-roles; IAM answers UnmodifiableEntity",
    },
    ProtectedRule {
        code: "aws-reserved-role",
        protects: Protects::Path("/aws-reserved/"),
        reason: "reserved by AWS, as IAM Identity Center's roles are: only AWS can change it",
        source: "IAM Identity Center user guide, roles of permission sets; IAM answers UnmodifiableEntity",
    },
    ProtectedRule {
        code: "audit-role",
        protects: Protects::AuditRole,
        reason: "the audit role of this scan",
        source: "the scan's own parameters",
    },
];

/// The rule that protects this role, if any.
pub(crate) fn protection<S: AsRef<str>>(
    arn: &RoleArn<S>,
    audit_role: Option<&str>,
) -> Option<&'static ProtectedRule> {
    PROTECTED.iter().find(|rule| match rule.protects {
        // A role's path ends with `/`, so a prefix that ends with `/` always matches whole
        // segments.
        Protects::Path(prefix) => arn.path().starts_with(prefix),
        Protects::AuditRole => audit_role.is_some_and(|audit| {
            arn.path().strip_prefix('/').and_then(|path| audit.strip_prefix(path)) == Some(arn.name())
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(resource: &str, audit_role: Option<&str>) -> Option<&'static str> {
        let arn: RoleArn = format!("arn:aws:iam::123456789012:role/{resource}").parse().unwrap();
        protection(&arn, audit_role).map(|rule| rule.code)
    }

    #[test]
    fn only_what_aws_reserves_is_protected() {
        for (resource, expected) in [
            ("aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport", Some("service-linked-role")),
            (
                "aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef",
                Some("aws-reserved-role"),
            ),
            ("aws-reserved/other/Role", Some("aws-reserved-role")),
            ("service-role/lambda-basic", None),
            ("aws-service-role", None),
            ("aws-reserved", None),
            ("aws-service-roles/x", None),
            ("aws-reserved-by-us/x", None),
            ("AWS-RESERVED/x", None),
            ("team/aws-service-role/x", None),
            ("AWSServiceRoleForSupport", None),
            ("AWSReservedSSO_Admin_0123456789abcdef", None),
            ("AWSControlTowerExecution", None),
            ("stacksets-exec-0123456789abcdef", None),
            ("cdk-hnb659fds-deploy-role-123456789012-eu-west-1", None),
            ("OrganizationAccountAccessRole", None),
        ] {
            assert_eq!(code(resource, None), expected, "{resource}");
        }
    }

    #[test]
    fn the_audit_role_is_protected_by_its_exact_path_and_name() {
        for (resource, audit_role, expected) in [
            ("RolesweepAudit", "RolesweepAudit", true),
            ("security/RolesweepAudit", "security/RolesweepAudit", true),
            ("security/RolesweepAudit", "RolesweepAudit", false),
            ("RolesweepAudit", "security/RolesweepAudit", false),
            ("rolesweepaudit", "RolesweepAudit", false),
            ("RolesweepAudit2", "RolesweepAudit", false),
            ("Audit", "RolesweepAudit", false),
        ] {
            let found = code(resource, Some(audit_role)) == Some("audit-role");
            assert_eq!(found, expected, "{resource} {audit_role}");
        }
        assert_eq!(code("RolesweepAudit", None), None);
    }

    #[test]
    fn the_table_is_well_formed() {
        for rule in PROTECTED {
            assert!(!rule.reason.is_empty() && !rule.source.is_empty());
            if let Protects::Path(prefix) = rule.protects {
                assert!(prefix.starts_with('/') && prefix.ends_with('/') && prefix.len() > 2);
            }
        }
    }
}
