//! A scan for tests.

use rolesweep_model::{AccountFilter, CallerIdentity, CollectParameters, Scan, ScanId, Scope, Source};

/// When it began.
pub(crate) const BEGAN: &str = "2026-11-22T12:00:00Z";

/// A scan of an unknown organization, without an end.
pub(crate) fn scan() -> Scan {
    let account_id = "000000000001".parse().unwrap();
    Scan {
        id: ScanId::generate(BEGAN.parse().unwrap()),
        started_at: BEGAN.parse().unwrap(),
        tool_version: "0".to_owned(),
        source: Source::Aws,
        endpoints_overridden: vec![],
        caller: CallerIdentity {
            account_id,
            arn: "arn:aws:iam::000000000001:user/me".to_owned(),
            partition: "aws".parse().unwrap(),
        },
        organization: None,
        scope: Scope::Organization,
        parameters: CollectParameters {
            role_name: "Audit".to_owned(),
            external_id: false,
            session_name: "s1".to_owned(),
            session_seconds: 3600,
            filter: AccountFilter::default(),
            named_accounts_only: false,
            managed_policies: true,
            cross_check: false,
        },
        clock_difference_seconds: None,
        end: None,
    }
}
