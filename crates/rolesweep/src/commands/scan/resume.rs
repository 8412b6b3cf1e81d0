//! `scan --resume`: which scan is resumed, and whether it may be.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rolesweep_model::{AccountId, AccountRecord, Coverage, ParentId, Reason, ReasonKind, Scan, ScanEnd};
use rolesweep_store::Store;

use crate::failure::{Failure, Outcome};
use crate::store::resume_advice::out_of_time;
use rolesweep_config::default_session_name;

/// The scan to resume, with the accounts that are not read again.
pub(super) struct Resumed {
    pub(super) scan: Scan,
    pub(super) already_finished: BTreeSet<AccountId>,
    /// Everything has been read. Only the report is missing.
    pub(super) is_whole: bool,
}

/// The store's last scan, if it is recent and collects the same as `wanted` (a scan as it would
/// begin now).
pub(super) fn find(store: &Store, wanted: &Scan, now: Timestamp) -> Outcome<Resumed> {
    let refused = |message: String| Failure::usage(format!("failed to resume: {message}"));
    let scan = store.latest_scan()?.ok_or_else(|| {
        refused(format!("the store {} has no scan", store.path().display()))
            .hint("run the scan without --resume")
    })?;
    if let Some(why) = out_of_time(&scan, now) {
        let began_later = scan.started_at > now;
        return Err(refused(why).hint(if began_later {
            "correct this machine's clock, or run the scan without --resume"
        } else {
            "run the scan without --resume: facts from two days do not belong in one report"
        }));
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
    let records: Vec<AccountRecord> = store
        .accounts(scan.id)?
        .filter_map(|entry| entry.map(|entry| entry.record).transpose())
        .collect::<Result<_, _>>()?;
    let is_whole = is_whole(&scan, &records);
    let scanned = records.iter().filter(|record| record.coverage == Coverage::Scanned);
    Ok(Resumed { already_finished: scanned.map(|record| record.account_id).collect(), scan, is_whole })
}

/// Whether another attempt would change nothing: the population is whole, and no account could be
/// read better.
fn is_whole(scan: &Scan, records: &[AccountRecord]) -> bool {
    scan.end.as_ref().is_some_and(|end| end.population_complete && end.interrupted.is_none())
        && !records.iter().any(|record| record.coverage.is_gap() && !has_left(record))
}

/// Whether the account has left the organization since the scan began.
fn has_left(record: &AccountRecord) -> bool {
    record.reason.as_ref().is_some_and(|reason| reason.kind == ReasonKind::Left)
}

/// The record of an account that could not be read and has since left the organization.
pub(super) fn left(record: AccountRecord, now: Timestamp) -> AccountRecord {
    let summary = "no longer in the list of accounts".to_owned();
    let reason = Reason { kind: ReasonKind::Left, action: None, summary, detail: None };
    AccountRecord { coverage: Coverage::Failed, reason: Some(reason), finished_at: now, ..record }
}

/// The end of a resumed scan. If the second run was interrupted, the facts of the first run still
/// count.
pub(super) fn merged_end(before: Option<ScanEnd>, mut after: ScanEnd) -> ScanEnd {
    let Some(mut before) = before else { return after };
    // A clock that was wrong in either part counts as wrong.
    let differences = [before.clock_difference_seconds, after.clock_difference_seconds];
    let largest = differences.into_iter().flatten().max_by_key(|seconds| seconds.unsigned_abs());
    (before.clock_difference_seconds, after.clock_difference_seconds) = (largest, largest);
    let Some(why) = &after.interrupted else { return after };
    if before.interrupted.is_none() {
        // It had an outcome for every account, and still has.
        before
            .notes
            .push(format!("the attempt at {} to complete it was interrupted: {why}", after.finished_at));
        return before;
    }
    after.population_complete |= before.population_complete;
    let known: BTreeSet<ParentId> = after.organizational_units.iter().map(|unit| unit.id.clone()).collect();
    let others = before.organizational_units.into_iter().filter(|unit| !known.contains(&unit.id));
    after.organizational_units.extend(others);
    after
}

/// A property that has to be the same if a scan is resumed, in words.
type Compared = (&'static str, fn(&Scan) -> String);

const COMPARED: [Compared; 16] = [
    ("source", |scan| format!("{:?}", scan.source)),
    ("caller's account", |scan| scan.caller.account_id.to_string()),
    ("endpoints", endpoints),
    ("organization", organization),
    ("partition", |scan| scan.caller.partition.to_string()),
    ("role name", |scan| scan.parameters.role_name.clone()),
    ("external id", |scan| if scan.parameters.external_id { "given" } else { "not given" }.to_owned()),
    ("session name", |scan| scan.parameters.session_name.clone()),
    ("session duration", |scan| format!("{} s", scan.parameters.session_seconds)),
    ("accounts", |scan| list(&scan.parameters.filter.accounts)),
    ("excluded accounts", |scan| list(&scan.parameters.filter.exclude_accounts)),
    ("OUs", |scan| units(&scan.parameters.filter.ous, &scan.parameters.filter.ou_paths)),
    ("excluded OUs", |scan| {
        units(&scan.parameters.filter.exclude_ous, &scan.parameters.filter.exclude_ou_paths)
    }),
    ("named accounts only", |scan| scan.parameters.named_accounts_only.to_string()),
    ("managed policies", |scan| scan.parameters.managed_policies.to_string()),
    ("cross-check", |scan| scan.parameters.cross_check.to_string()),
];

/// The collection settings that differ, one per line.
fn differences(scan: &Scan, wanted: &Scan) -> Vec<String> {
    let compared = COMPARED.map(|(what, value)| (what, value(scan), value(wanted)));
    let different = compared.into_iter().filter(|(_, then, now)| then != now);
    different.map(|(what, then, now)| format!("{what}: it was {then}, and is {now} now")).collect()
}

fn endpoints(scan: &Scan) -> String {
    if scan.endpoints_overridden.is_empty() {
        "AWS's own".to_owned()
    } else {
        scan.endpoints_overridden.join(", ")
    }
}

fn organization(scan: &Scan) -> String {
    scan.organization.as_ref().map_or_else(
        || "not known".to_owned(),
        |organization| format!("{} of {}", organization.id, organization.management_account_id),
    )
}

/// A few items and the number of the others. `not set` means that there is no such rule.
fn list<T: ToString>(items: &BTreeSet<T>) -> String {
    const SHOWN: usize = 5;
    if items.is_empty() {
        return "not set".to_owned();
    }
    let mut shown: Vec<String> = items.iter().take(SHOWN).map(ToString::to_string).collect();
    if items.len() > SHOWN {
        // Sets that differ only in later items must not look the same.
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
    use rolesweep_model::{AccountFilter, CollectParameters, ScanId};

    use super::*;
    use crate::store::fixture::{BEGAN, scan};

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
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

    /// A new parameter of collection does not compile here until its author has decided whether
    /// [`COMPARED`] has it.
    #[test]
    fn every_parameter_of_collection_is_compared() {
        let CollectParameters {
            role_name: _,
            external_id: _,
            session_name: _,
            session_seconds: _,
            filter,
            named_accounts_only: _,
            managed_policies: _,
            cross_check: _,
        } = scan().parameters;
        // `units` compares the ids and paths of OUs together.
        let AccountFilter {
            accounts: _,
            exclude_accounts: _,
            ous: _,
            exclude_ous: _,
            ou_paths: _,
            exclude_ou_paths: _,
        } = filter;
        let of_parameters = 7 + 4;
        let of_the_scan = ["source", "caller's account", "endpoints", "organization", "partition"].len();
        assert_eq!(COMPARED.len(), of_parameters + of_the_scan);
    }

    #[test]
    fn a_killed_scan_goes_on_with_its_own_settings_for_a_day() {
        let scan = scan();
        let (_folder, store) = store(&scan);
        assert_eq!(find(&store, &scan, time("2026-11-23T12:00:00Z")).ok().unwrap().scan, scan);
        assert!(refusal(&store, &scan, "2026-11-23T12:00:01Z").contains("more than 24 hours ago"));
    }

    #[test]
    fn a_scan_from_the_future_is_never_resumed_and_both_times_are_named() {
        let scan = scan();
        let (_folder, store) = store(&scan);
        assert!(find(&store, &scan, time("2026-11-22T11:55:00Z")).is_ok());
        let said = refusal(&store, &scan, "2026-11-22T11:54:59Z");
        assert!(
            said.contains(
                "began at 2026-11-22T12:00:00Z, and the clock says that it is 2026-11-22T11:54:59Z"
            ),
            "{said}"
        );
    }

    #[test]
    fn the_scan_that_began_last_goes_on_whatever_its_clock_said() {
        let first = scan();
        let (_folder, mut store) = store(&first);
        let earlier =
            Scan { id: ScanId::generate(time(BEGAN)), started_at: time("2026-11-22T11:58:00Z"), ..scan() };
        store.begin_scan(&earlier).unwrap();
        assert_eq!(find(&store, &first, time(BEGAN)).ok().unwrap().scan, earlier);
    }

    #[test]
    fn facts_of_another_endpoint_or_organization_are_not_mixed_in() {
        let scan = scan();
        let (_folder, store) = store(&scan);
        let mut wanted = scan.clone();
        wanted.endpoints_overridden = vec!["iam http://127.0.0.1:1".to_owned()];
        let said = refusal(&store, &wanted, BEGAN);
        assert!(said.contains("endpoints: it was AWS's own, and is iam http://127.0.0.1:1 now"), "{said}");
        wanted.organization = Some(rolesweep_model::Organization {
            id: "o-exampleorg1".parse().unwrap(),
            management_account_id: "000000000001".parse().unwrap(),
        });
        let said = refusal(&store, &wanted, BEGAN);
        assert!(
            said.contains("organization: it was not known, and is o-exampleorg1 of 000000000001 now"),
            "{said}"
        );
    }

    fn record(coverage: Coverage, summary: &str) -> AccountRecord {
        AccountRecord {
            account_id: "000000000002".parse().unwrap(),
            coverage,
            reason: Some(Reason {
                kind: ReasonKind::Denied,
                action: None,
                summary: summary.to_owned(),
                detail: None,
            }),
            access: None,
            roles: 0,
            unknown_roles: 0,
            cross_check: None,
            calls: std::collections::BTreeMap::new(),
            started_at: time(BEGAN),
            finished_at: time(BEGAN),
        }
    }

    #[test]
    fn every_gap_is_asked_again_but_one_of_an_account_that_has_left() {
        let end = ScanEnd {
            finished_at: time(BEGAN),
            population_complete: true,
            interrupted: None,
            clock_difference_seconds: None,
            organizational_units: vec![],
            notes: vec![],
            aws_policies: None,
        };
        for coverage in Coverage::ALL {
            let scan = scan();
            let (_folder, mut store) = store(&scan);
            store.finish(scan.id, &record(coverage, "AccessDenied")).unwrap();
            store.finish_scan(scan.id, &end).unwrap();
            let found = find(&store, &scan, time(BEGAN)).ok().unwrap();
            assert_eq!(found.is_whole, !coverage.is_gap(), "{coverage}");
            assert_eq!(
                found.already_finished.len(),
                usize::from(coverage == Coverage::Scanned),
                "{coverage}"
            );
        }
        let scan = scan();
        let (_folder, mut store) = store(&scan);
        store.finish(scan.id, &left(record(Coverage::Denied, "AccessDenied"), time(BEGAN))).unwrap();
        store.finish_scan(scan.id, &end).unwrap();
        assert!(find(&store, &scan, time(BEGAN)).ok().unwrap().is_whole);
    }

    #[test]
    fn an_interrupted_attempt_takes_nothing_from_the_end_before_it() {
        let end = |interrupted: Option<&str>, population_complete| ScanEnd {
            finished_at: time(BEGAN),
            population_complete,
            interrupted: interrupted.map(str::to_owned),
            clock_difference_seconds: None,
            organizational_units: vec![],
            notes: vec![],
            aws_policies: None,
        };
        let merged = merged_end(Some(end(None, true)), end(Some("by a signal"), false));
        assert!(merged.interrupted.is_none() && merged.population_complete);
        assert!(merged.notes[0].contains("was interrupted: by a signal"), "{:?}", merged.notes);
        let merged = merged_end(Some(end(Some("by a signal"), true)), end(Some("by a signal"), false));
        assert!(merged.interrupted.is_some() && merged.population_complete);
        assert_eq!(merged_end(Some(end(None, true)), end(None, false)), end(None, false));
        assert_eq!(merged_end(None, end(None, true)), end(None, true));
    }

    #[test]
    fn a_clock_that_was_wrong_once_was_wrong() {
        let end = |interrupted: Option<&str>, difference| ScanEnd {
            finished_at: time(BEGAN),
            population_complete: true,
            interrupted: interrupted.map(str::to_owned),
            clock_difference_seconds: difference,
            organizational_units: vec![],
            notes: vec![],
            aws_policies: None,
        };
        for interrupted in [None, Some("by a signal")] {
            for (before, after) in [(Some(-4000), Some(1)), (Some(1), Some(-4000)), (Some(-4000), None)] {
                let merged = merged_end(Some(end(interrupted, before)), end(interrupted, after));
                assert_eq!(merged.clock_difference_seconds, Some(-4000));
            }
        }
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
            aws_policies: None,
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
