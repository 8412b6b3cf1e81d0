//! The only AWS operations that a scan may call, in one table. The session policy follows from it,
//! and tests compare it with the permissions that `setup` grants. Operations for other purposes
//! than a scan do not belong here.

use std::fmt;

/// Whose credentials an operation is called with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credentials {
    /// The caller's. The caller needs permission for these.
    Caller,
    /// The audit role's in each account. The session policy allows these.
    AuditRole,
}

/// Makes the enum and its properties from one table.
macro_rules! operations {
    ($($name:ident: $action:literal by $credentials:ident,)+) => {
        /// An AWS operation that a scan calls.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Operation {
            $(#[doc = concat!("`", $action, "`.")] $name,)+
        }

        impl Operation {
            /// All of them: the read list.
            pub const ALL: [Self; [$($action),+].len()] = [$(Self::$name),+];

            /// The IAM action that allows it.
            #[must_use]
            pub const fn action(self) -> &'static str {
                match self {
                    $(Self::$name => $action,)+
                }
            }

            /// Whose credentials it is called with.
            #[must_use]
            pub const fn credentials(self) -> Credentials {
                match self {
                    $(Self::$name => Credentials::$credentials,)+
                }
            }
        }
    };
}

operations! {
    GetCallerIdentity: "sts:GetCallerIdentity" by Caller,
    AssumeRole: "sts:AssumeRole" by Caller,
    DescribeOrganization: "organizations:DescribeOrganization" by Caller,
    ListAccounts: "organizations:ListAccounts" by Caller,
    DescribeAccount: "organizations:DescribeAccount" by Caller,
    ListRoots: "organizations:ListRoots" by Caller,
    ListOrganizationalUnitsForParent: "organizations:ListOrganizationalUnitsForParent" by Caller,
    ListAccountsForParent: "organizations:ListAccountsForParent" by Caller,
    GetAccountAuthorizationDetails: "iam:GetAccountAuthorizationDetails" by AuditRole,
    ListRoles: "iam:ListRoles" by AuditRole,
    GetRole: "iam:GetRole" by AuditRole,
    GetPolicy: "iam:GetPolicy" by AuditRole,
    GetPolicyVersion: "iam:GetPolicyVersion" by AuditRole,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.action())
    }
}
