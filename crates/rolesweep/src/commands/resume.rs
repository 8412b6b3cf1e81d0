//! `scan --resume`: which scan goes on, and whether it may.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use rolesweep_model::{AccountId, CollectParameters, Coverage, Scan};
use rolesweep_store::Store;

use super::failures;
use crate::config::default_session_name;
use crate::failure::{Failure, Outcome};

/// For how long a scan can go on. Facts of two days are no picture of one moment any more.
const WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// The scan that goes on, with the accounts that are not asked again.
pub(super) struct Resumed {
    pub(super) scan: Scan,
    pub(super) already_finished: BTreeSet<AccountId>,
    /// Nothing is left to ask: a scan that was cut off while its report was written lacks the report alone.
    pub(super) is_whole: bool,
}

/// The store's last scan, if it is recent, and collects the same as `wanted` (a scan as it would begin now).
pub(super) fn find(store: &Store, wanted: &Scan, now: Timestamp) -> Outcome<Resumed> {
    let refused = |message: String| Failure::usage(format!("failed to resume: {message}"));
    let store_error = |error| failures::store(&error);
    let scan = store.latest_scan().map_err(store_error)?.ok_or_else(|| {
        refused(format!("the store {} has no scan", store.path().display()))
            .hint("run the scan without --resume")
    })?;
    if now.duration_since(scan.started_at) > WITHIN {
        return Err(refused(format!("the last scan began at {}, more than 24 hours ago", scan.started_at))
            .hint("run the scan without --resume: facts of two days are no picture of one moment"));
    }
    let mut wanted = wanted.clone();
    if wanted.parameters.session_name == default_session_name(&wanted.id) {
        wanted.parameters.session_name = default_session_name(&scan.id);
    }
    let differences = differences(&scan, &wanted);
    if !differences.is_empty() {
        return Err(refused(format!("the scan {} was begun with other settings", scan.id))
            .cause(differences.join("\n"))
            .hint("resume it with its own settings, or run the scan without --resume"));
    }
    let accounts = store.finished_accounts(scan.id).map_err(store_error)?;
    let is_whole = is_whole(&scan, &accounts);
    let already_finished =
        accounts.into_iter().filter(|(_, coverage)| is_kept(*coverage)).map(|(id, _)| id).collect();
    Ok(Resumed { scan, already_finished, is_whole })
}

/// Whether an account with this coverage is not asked again.
fn is_kept(coverage: Coverage) -> bool {
    matches!(coverage, Coverage::Scanned | Coverage::Partial)
}

/// Whether nothing would be gained: the population is whole, and no account is left that another try could read.
fn is_whole(scan: &Scan, accounts: &BTreeMap<AccountId, Coverage>) -> bool {
    let again =
        |coverage: &Coverage| matches!(coverage, Coverage::Denied | Coverage::Failed | Coverage::NotReached);
    scan.end.as_ref().is_some_and(|end| end.population_complete && end.interrupted.is_none())
        && !accounts.values().any(again)
}

/// What would be collected differently, a line each.
fn differences(scan: &Scan, wanted: &Scan) -> Vec<String> {
    let (then, now) = (&scan.parameters, &wanted.parameters);
    let mut lines = Vec::new();
    let mut compare = |what: &str, then: String, now: String| {
        if then != now {
            lines.push(format!("{what}: it was {then}, and is {now} now"));
        }
    };
    compare("source", format!("{:?}", scan.source), format!("{:?}", wanted.source));
    compare("caller's account", scan.caller.account_id.to_string(), wanted.caller.account_id.to_string());
    compare("partition", scan.caller.partition.to_string(), wanted.caller.partition.to_string());
    compare("role name", then.role_name.clone(), now.role_name.clone());
    compare("external id", given(then), given(now));
    compare("session name", then.session_name.clone(), now.session_name.clone());
    compare("session duration", format!("{} s", then.session_seconds), format!("{} s", now.session_seconds));
    compare("accounts", list(&then.filter.accounts), list(&now.filter.accounts));
    compare("excluded accounts", list(&then.filter.exclude_accounts), list(&now.filter.exclude_accounts));
    compare(
        "OUs",
        units(&then.filter.ous, &then.filter.ou_paths),
        units(&now.filter.ous, &now.filter.ou_paths),
    );
    compare(
        "excluded OUs",
        units(&then.filter.exclude_ous, &then.filter.exclude_ou_paths),
        units(&now.filter.exclude_ous, &now.filter.exclude_ou_paths),
    );
    compare("named accounts only", then.named_accounts_only.to_string(), now.named_accounts_only.to_string());
    compare("managed policies", then.managed_policies.to_string(), now.managed_policies.to_string());
    lines
}

fn given(parameters: &CollectParameters) -> String {
    if parameters.external_id { "given" } else { "not given" }.to_owned()
}

/// A few items and the number of the others; none means that there is no such rule.
fn list<T: ToString>(items: &BTreeSet<T>) -> String {
    const SHOWN: usize = 5;
    if items.is_empty() {
        return "not set".to_owned();
    }
    let mut shown: Vec<String> = items.iter().take(SHOWN).map(ToString::to_string).collect();
    if items.len() > SHOWN {
        // Sets that differ further behind must not look alike.
        let all: Vec<String> = items.iter().map(ToString::to_string).collect();
        let mark = &rolesweep_report::sha256(all.join(",").as_bytes())[..8];
        shown.push(format!("and {} more (#{mark})", items.len() - SHOWN));
    }
    shown.join(", ")
}

fn units<T: ToString>(ids: &BTreeSet<T>, paths: &BTreeSet<String>) -> String {
    list(&ids.iter().map(ToString::to_string).chain(paths.iter().cloned()).collect())
}

#[cfg(test)]
mod tests {
    use rolesweep_model::{AccountFilter, CallerIdentity, ScanEnd, ScanId, Scope, Source};

    use super::*;

    const BEGAN: &str = "2026-11-22T12:00:00Z";

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn scan() -> Scan {
        let account_id = "000000000001".parse().unwrap();
        Scan {
            id: ScanId::generate(time(BEGAN)),
            started_at: time(BEGAN),
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
            },
            clock_difference_seconds: None,
            end: None,
        }
    }

    fn store(scan: &Scan) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("s.db"), &scan.store_key()).unwrap();
        store.begin_scan(scan).unwrap();
        (folder, store)
    }

    fn refusal(store: &Store, wanted: &Scan, now: &str) -> String {
        find(store, wanted, time(now)).err().unwrap().to_string()
    }

    #[test]
    fn a_killed_scan_goes_on_with_its_own_settings_for_a_day() {
        let scan = scan();
        let (_folder, store) = store(&scan);
        assert_eq!(find(&store, &scan, time("2026-11-23T12:00:00Z")).ok().unwrap().scan, scan);
        assert!(refusal(&store, &scan, "2026-11-23T12:00:01Z").contains("more than 24 hours ago"));
    }

    #[test]
    fn every_setting_that_differs_is_named() {
        let scan = scan();
        let (_folder, store) = store(&scan);
        let mut wanted = scan.clone();
        wanted.parameters.role_name = "Other".to_owned();
        wanted.parameters.external_id = true;
        wanted.parameters.filter.exclude_ou_paths = ["/Sandbox".to_owned()].into();
        let text = refusal(&store, &wanted, BEGAN);
        for line in [
            "role name: it was Audit, and is Other now",
            "external id: it was not given, and is given now",
            "excluded OUs: it was not set, and is /Sandbox now",
        ] {
            assert!(text.contains(line), "{text}");
        }
    }

    #[test]
    fn a_finished_scan_lacks_nothing_but_perhaps_its_report() {
        let scan = scan();
        let (_folder, mut store) = store(&scan);
        let end = ScanEnd {
            finished_at: time(BEGAN),
            population_complete: true,
            interrupted: None,
            organizational_units: vec![],
            notes: vec![],
            clock_difference_seconds: None,
        };
        let is_whole = |store: &Store| find(store, &scan, time(BEGAN)).ok().unwrap().is_whole;
        assert!(!is_whole(&store), "killed");
        store.finish_scan(scan.id, &end).unwrap();
        assert!(is_whole(&store));
        for other in [
            ScanEnd { interrupted: Some("by a signal".to_owned()), ..end.clone() },
            ScanEnd { population_complete: false, ..end },
        ] {
            store.finish_scan(scan.id, &other).unwrap();
            assert!(!is_whole(&store), "{other:?}");
        }
    }

    #[test]
    fn long_lists_that_differ_at_their_ends_do_not_look_alike() {
        let one: BTreeSet<u32> = (0..9).collect();
        let other: BTreeSet<u32> = (0..8).chain([99]).collect();
        assert_ne!(list(&one), list(&other));
    }
}
