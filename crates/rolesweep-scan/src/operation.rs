//! The AWS operations that a scan may call: one table, from which the session policy follows, and which what `setup` grants is held to.

use std::fmt;

/// An AWS operation of the read list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operation {
    /// `sts:GetCallerIdentity`.
    GetCallerIdentity,
    /// `sts:AssumeRole`.
    AssumeRole,
    /// `organizations:DescribeOrganization`.
    DescribeOrganization,
    /// `organizations:ListAccounts`.
    ListAccounts,
    /// `organizations:DescribeAccount`.
    DescribeAccount,
    /// `organizations:ListRoots`.
    ListRoots,
    /// `organizations:ListOrganizationalUnitsForParent`.
    ListOrganizationalUnitsForParent,
    /// `organizations:ListAccountsForParent`.
    ListAccountsForParent,
    /// `iam:GetAccountAuthorizationDetails`.
    GetAccountAuthorizationDetails,
    /// `iam:ListRoles`.
    ListRoles,
    /// `iam:GetRole`.
    GetRole,
}

/// With whose credentials an operation is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The caller's: these are what the caller needs to be allowed.
    Caller,
    /// The audit role's in each account: these are what the session policy lets through.
    AuditRole,
}

impl Operation {
    /// All of them: the read list.
    pub const ALL: [Self; 11] = [
        Self::GetCallerIdentity,
        Self::AssumeRole,
        Self::DescribeOrganization,
        Self::ListAccounts,
        Self::DescribeAccount,
        Self::ListRoots,
        Self::ListOrganizationalUnitsForParent,
        Self::ListAccountsForParent,
        Self::GetAccountAuthorizationDetails,
        Self::ListRoles,
        Self::GetRole,
    ];

    /// The IAM action that allows it.
    #[must_use]
    pub fn action(self) -> &'static str {
        match self {
            Self::GetCallerIdentity => "sts:GetCallerIdentity",
            Self::AssumeRole => "sts:AssumeRole",
            Self::DescribeOrganization => "organizations:DescribeOrganization",
            Self::ListAccounts => "organizations:ListAccounts",
            Self::DescribeAccount => "organizations:DescribeAccount",
            Self::ListRoots => "organizations:ListRoots",
            Self::ListOrganizationalUnitsForParent => "organizations:ListOrganizationalUnitsForParent",
            Self::ListAccountsForParent => "organizations:ListAccountsForParent",
            Self::GetAccountAuthorizationDetails => "iam:GetAccountAuthorizationDetails",
            Self::ListRoles => "iam:ListRoles",
            Self::GetRole => "iam:GetRole",
        }
    }

    /// With whose credentials it is called.
    #[must_use]
    pub fn who(self) -> Who {
        match self {
            Self::GetAccountAuthorizationDetails | Self::ListRoles | Self::GetRole => Who::AuditRole,
            _ => Who::Caller,
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.action())
    }
}

/// The inline session policy that cuts every audit session down to the read calls of a scan, whatever the role itself may do.
#[must_use]
pub fn session_policy() -> String {
    let actions: Vec<String> = Operation::ALL
        .into_iter()
        .filter(|operation| operation.who() == Who::AuditRole)
        .map(|operation| format!("\"{}\"", operation.action()))
        .collect();
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{}],"Resource":"*"}}]}}"#,
        actions.join(",")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_policy_allows_the_three_reads_and_nothing_else() {
        assert_eq!(
            session_policy(),
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:GetAccountAuthorizationDetails","iam:ListRoles","iam:GetRole"],"Resource":"*"}]}"#
        );
    }
}
