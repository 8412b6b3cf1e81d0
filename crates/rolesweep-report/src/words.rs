//! The words for facts in files.

use rolesweep_model::{Access, Evidence, LastUse, Scope, Source};

/// Whose credentials an account was read with.
pub(crate) fn access(access: Access) -> &'static str {
    match access {
        Access::AuditRole => "audit_role",
        Access::Caller => "caller",
    }
}

/// Which of AWS's answers a role comes from.
pub(crate) fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::AuthorizationDetails => "authorization_details",
        Evidence::GetRole => "get_role",
        Evidence::ListRoles => "list_roles",
    }
}

/// What is known of a role's last use.
pub(crate) fn last_use<S>(last_use: &LastUse<S>) -> &'static str {
    match last_use {
        LastUse::Used { .. } => "used",
        LastUse::NoneRecorded => "none_recorded",
        LastUse::NotCollected => "not_collected",
    }
}

/// Which part of the organization a scan meant to see.
pub(crate) fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Organization => "organization",
        Scope::Part => "part",
        Scope::Named => "named",
    }
}

/// Where the facts come from.
pub(crate) fn source(source: Source) -> &'static str {
    match source {
        Source::Aws => "aws",
        Source::Demo => "demo",
    }
}
