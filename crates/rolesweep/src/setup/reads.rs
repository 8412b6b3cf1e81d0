//! What the audit role and the caller are allowed: two tables, from which every document and template of `setup` follows.

/// An action that is allowed, and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Read {
    /// The IAM action.
    pub(crate) action: &'static str,
    /// What rolesweep learns from it, for the reader of a template.
    pub(crate) reason: &'static str,
}

/// The version of [`AUDIT_READS`]. It stands in the policy's `Sid` and in a tag of the audit role, so that anybody can see which
/// version an account has. A change of the table is a new version, and a new roll-out for everybody: hence the superset.
pub(crate) const POLICY_VERSION: u32 = 1;

/// What the audit role may do in each account: reads of IAM and nothing else.
///
/// It is more than a scan calls today, so that a later version finds what it wants already allowed. Each session is cut down
/// to what its scan calls by an inline session policy (`rolesweep_scan::operation::session_policy`).
///
/// Left out on purpose: `iam:ListRoleTags` (`GetRole` returns every tag), anything of users' credentials, and every
/// other service: what CloudFormation knows of a role, for one, is a call per Region and account.
pub(crate) const AUDIT_READS: &[Read] = &[
    Read {
        action: "iam:GetAccountAuthorizationDetails",
        reason: "roles with their last use, policies, tags and instance profiles, a page at a time",
    },
    Read { action: "iam:ListRoles", reason: "the roles, where the call above is denied" },
    Read { action: "iam:GetRole", reason: "one role's last use, description and session duration" },
    Read {
        action: "iam:ListAttachedRolePolicies",
        reason: "a role's managed policies, where the first call is denied",
    },
    Read {
        action: "iam:ListRolePolicies",
        reason: "a role's inline policies, where the first call is denied",
    },
    Read {
        action: "iam:GetRolePolicy",
        reason: "an inline policy's document, where the first call is denied",
    },
    Read {
        action: "iam:ListInstanceProfilesForRole",
        reason: "a role's instance profiles, where the first call is denied",
    },
    Read { action: "iam:GetPolicy", reason: "which version of a managed policy is in force" },
    Read { action: "iam:GetPolicyVersion", reason: "a managed policy's document: what a role may do" },
    Read { action: "iam:ListAccountAliases", reason: "the name that people know an account by" },
    Read {
        action: "iam:ListOpenIDConnectProviders",
        reason: "whether an identity provider that a role trusts still exists",
    },
    Read {
        action: "iam:ListSAMLProviders",
        reason: "whether an identity provider that a role trusts still exists",
    },
    Read {
        action: "iam:GenerateServiceLastAccessedDetails",
        reason: "asks for the services that a role used; changes nothing",
    },
    Read { action: "iam:GetServiceLastAccessedDetails", reason: "the services that a role used, and when" },
];

/// What the caller reads of the organization, beside assuming the audit role. Only the management account and
/// delegated administrators may make most of these calls.
pub(crate) const CALLER_READS: &[Read] = &[
    Read { action: "organizations:DescribeOrganization", reason: "which organization this is" },
    Read { action: "organizations:ListAccounts", reason: "every account: what complete is measured against" },
    Read { action: "organizations:DescribeAccount", reason: "accounts that are named with --accounts" },
    Read { action: "organizations:ListRoots", reason: "where the tree of OUs begins" },
    Read { action: "organizations:ListOrganizationalUnitsForParent", reason: "the OUs with their names" },
    Read {
        action: "organizations:ListAccountsForParent",
        reason: "an account's place, where AWS does not say it with the account",
    },
    Read { action: "organizations:ListTagsForResource", reason: "an account's tags: whom it belongs to" },
];

/// The one action of the caller that is not a read: it gives credentials for the audit role, and those read.
pub(crate) const ASSUME_ROLE: &str = "sts:AssumeRole";

/// Actions that AWS allows everybody, and that no policy needs to name.
pub(crate) const ALWAYS_ALLOWED: &[&str] = &["sts:GetCallerIdentity"];

#[cfg(test)]
mod tests {
    use rolesweep_scan::operation::{Operation, Who};

    use super::*;

    fn names(table: &[Read]) -> Vec<&'static str> {
        table.iter().map(|read| read.action).collect()
    }

    #[test]
    fn the_audit_role_may_make_every_call_that_a_scan_makes_with_it() {
        for operation in Operation::ALL.into_iter().filter(|operation| operation.who() == Who::AuditRole) {
            assert!(names(AUDIT_READS).contains(&operation.action()), "{operation}");
        }
    }

    #[test]
    fn the_caller_may_make_every_call_that_a_scan_makes_with_its_credentials() {
        for operation in Operation::ALL.into_iter().filter(|operation| operation.who() == Who::Caller) {
            let action = operation.action();
            let allowed = names(CALLER_READS).contains(&action)
                || action == ASSUME_ROLE
                || ALWAYS_ALLOWED.contains(&action);
            assert!(allowed, "{operation}");
        }
    }

    #[test]
    fn nothing_is_allowed_but_reads() {
        for read in AUDIT_READS.iter().chain(CALLER_READS) {
            let (service, name) = read.action.split_once(':').unwrap();
            assert!(["iam", "organizations"].contains(&service), "{}", read.action);
            let reads = ["Get", "List", "Describe"].iter().any(|verb| name.starts_with(verb));
            // A job that computes a report: IAM's own access level for it is Read.
            assert!(reads || name == "GenerateServiceLastAccessedDetails", "{}", read.action);
            assert!(name.bytes().all(|b| b.is_ascii_alphanumeric()), "{}: no wildcards", read.action);
        }
    }

    #[test]
    fn every_action_stands_once_and_has_a_reason() {
        let mut all: Vec<_> = names(AUDIT_READS);
        all.extend(names(CALLER_READS));
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(AUDIT_READS.iter().chain(CALLER_READS).all(|read| !read.reason.is_empty()));
    }

    /// Whoever changes the table has to raise the version, and then this list.
    #[test]
    fn a_version_stands_for_one_set_of_actions() {
        let known: &[(u32, &[&str])] = &[(
            1,
            &[
                "iam:GetAccountAuthorizationDetails",
                "iam:ListRoles",
                "iam:GetRole",
                "iam:ListAttachedRolePolicies",
                "iam:ListRolePolicies",
                "iam:GetRolePolicy",
                "iam:ListInstanceProfilesForRole",
                "iam:GetPolicy",
                "iam:GetPolicyVersion",
                "iam:ListAccountAliases",
                "iam:ListOpenIDConnectProviders",
                "iam:ListSAMLProviders",
                "iam:GenerateServiceLastAccessedDetails",
                "iam:GetServiceLastAccessedDetails",
            ],
        )];
        let (version, actions) = known[known.len() - 1];
        assert_eq!((POLICY_VERSION, names(AUDIT_READS)), (version, actions.to_vec()));
    }
}
