//! The record of a report that `rolesweep scan` publishes, and the link from a report to the one
//! before.

use jiff::Timestamp;
use rolesweep_assess::Change;
use rolesweep_assess::risk::Severity;
use rolesweep_model::{PreviousLink, Publication, RemovedScan, Scan, ScanId, Scope};
use rolesweep_store::{NumberedScan, Store, StoreError};

use crate::assessed::Report;
use crate::comparison::{comparable_scans, was_read};
use crate::settings::{PublishedBefore, RecordedSettings};
use crate::summary::Summary;

/// The record of this report, which was published at `now`.
#[must_use]
pub fn publication(report: &Report<'_>, summary: &Summary, now: Timestamp) -> Publication {
    let by_severity = |severity: Severity| (severity.as_str().to_owned(), summary.severities.count(severity));
    Publication {
        published_at: now,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        as_of: summary.as_of,
        manifest_sha256: summary.manifest_sha256.clone(),
        previous: report.published_before.map(|before| before.link.clone()).unwrap_or_default(),
        settings: RecordedSettings::of(report).to_json(),
        completeness: summary.completeness.as_str().to_owned(),
        accepted_gaps: summary.coverage.accepted_gaps(),
        coverage: summary.coverage.counts().filter(|(_, accounts)| *accounts > 0).collect(),
        findings: summary.totals.findings(),
        findings_by_severity: Severity::ALL.map(by_severity).into(),
        changes: summary.since.as_ref().map(|since| {
            let counts = &since.changes.counts;
            Change::ALL.map(|change| (change.as_str().to_owned(), counts.of(change))).into()
        }),
    }
}

/// What a report on this scan links to: the report that was published for the previous comparable
/// scan, also if that scan was removed since then. Once a report of this scan is published, the link
/// stays as it was there.
///
/// # Errors
/// [`StoreError`], if the store cannot be read.
pub fn published_before(store: &Store, scan: &Scan) -> Result<PublishedBefore, StoreError> {
    let link = match store.publication(scan.id)? {
        Some(published) => published.previous,
        None => link(store, scan)?,
    };
    let judged_by = match last_on_the_same_accounts(store, scan)? {
        Some(id) => Some(id),
        None => last_on_other_accounts(store, scan)?,
    };
    let record = judged_by.map(|id| store.publication(id)).transpose()?.flatten();
    let settings = record.and_then(|record| RecordedSettings::from_json(&record.settings));
    Ok(PublishedBefore { link, settings: judged_by.zip(settings) })
}

/// The last comparable scan that something was published of. A report that could not be written must
/// not hide what changed in the settings since the one before it.
fn last_on_the_same_accounts(store: &Store, scan: &Scan) -> Result<Option<ScanId>, StoreError> {
    let scans = all_scans(store)?;
    for known in comparable_scans(&scans, scan) {
        if store.publication(known.scan.id)?.is_some() {
            return Ok(Some(known.scan.id));
        }
    }
    Ok(None)
}

/// The last earlier scan of the organization that something was published of. Accounts that somebody
/// named say nothing of the organization.
fn last_on_other_accounts(store: &Store, scan: &Scan) -> Result<Option<ScanId>, StoreError> {
    if scan.scope == Scope::Named {
        return Ok(None);
    }
    let scans = all_scans(store)?;
    let own = scans.iter().position(|known| known.scan.id == scan.id).unwrap_or(scans.len());
    for known in scans[..own].iter().rev().filter(|known| known.scan.scope != Scope::Named) {
        if store.publication(known.scan.id)?.is_some() {
            return Ok(Some(known.scan.id));
        }
    }
    Ok(None)
}

fn link(store: &Store, scan: &Scan) -> Result<PreviousLink, StoreError> {
    let scans = all_scans(store)?;
    // The record of a removed scan still says what it read.
    let read_something = |record: &Publication| record.coverage.keys().any(|coverage| coverage.has_roles());
    let mut found = None;
    // One record at a time: each has all settings of a report.
    for NumberedScan { scan, .. } in comparable_scans(&scans, scan) {
        let record = store.publication(scan.id)?;
        if was_read(store, scan) || record.as_ref().is_some_and(read_something) {
            found = Some((scan, record));
            break;
        }
    }
    let Some((before, record)) = found else {
        return Ok(PreviousLink { missing: Some(why_none(&scans, scan)), ..PreviousLink::default() });
    };
    let manifest_sha256 = record.as_ref().and_then(|record| record.manifest_sha256.clone());
    let missing = match (&record, &manifest_sha256) {
        (_, Some(_)) => None,
        (Some(_), None) => Some("its report went to stdout, without a manifest".to_owned()),
        (None, None) => {
            Some("no report of it was recorded: none was published, or the process was killed before it was recorded, or the version did not record it".to_owned())
        }
    };
    let as_of = record.as_ref().map_or(before.started_at, |record| record.as_of);
    Ok(PreviousLink { scan_id: Some(before.id), as_of: Some(as_of), manifest_sha256, missing })
}

/// All scans, also the removed ones, by number.
fn all_scans(store: &Store) -> Result<Vec<NumberedScan>, StoreError> {
    let mut scans = store.numbered_scans()?;
    let numbered = |RemovedScan { number, scan, .. }| NumberedScan { number, scan };
    scans.extend(store.removed_scans()?.into_iter().map(numbered));
    scans.sort_by_key(|known| known.number);
    Ok(scans)
}

/// Why there is no previous comparable scan.
fn why_none(scans: &[NumberedScan], scan: &Scan) -> String {
    let own = scans.iter().position(|known| known.scan.id == scan.id).unwrap_or_default();
    match scans[..own].iter().rev().find(|known| known.scan.is_finished()) {
        None => "there is no earlier finished scan".to_owned(),
        Some(NumberedScan { scan, .. }) => format!(
            "no earlier finished scan was on the same accounts and read some; the last one, {} of {}, was on others or read none",
            scan.id, scan.started_at
        ),
    }
}

#[cfg(test)]
mod tests {
    use rolesweep_model::Coverage;
    use rolesweep_testing as support;

    use super::*;

    fn add(store: &mut Store, number: u32, coverage: Coverage) -> Scan {
        let scan = support::scan(number);
        store.begin_scan(&scan).unwrap();
        store.finish(scan.id, &support::record(support::account_id(1), coverage, 0)).unwrap();
        store.finish_scan(scan.id, &support::end()).unwrap();
        scan
    }

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("store.db"), &support::key()).unwrap();
        (folder, store)
    }

    #[test]
    fn a_report_links_to_what_was_published_for_the_previous_comparable_scan() {
        let (_folder, mut store) = store();
        let first = add(&mut store, 1, Coverage::Scanned);
        let link = |store: &Store, scan: &Scan| published_before(store, scan).unwrap().link;
        let of_first = link(&store, &first);
        assert_eq!(of_first.scan_id, None);
        assert_eq!(of_first.missing.as_deref(), Some("there is no earlier finished scan"));
        let mut published = support::publication(1);
        store.publish(first.id, &published).unwrap();

        let second = add(&mut store, 2, Coverage::Denied);
        let third = add(&mut store, 3, Coverage::Scanned);
        for scan in [&second, &third] {
            let link = link(&store, scan);
            assert_eq!(link.scan_id, Some(first.id), "the second one read nothing");
            assert_eq!(link.as_of, Some(published.as_of));
            assert_eq!((link.manifest_sha256, link.missing), (published.manifest_sha256.clone(), None));
        }
        published.manifest_sha256 = None;
        store.publish(first.id, &published).unwrap();
        assert!(link(&store, &third).missing.unwrap().contains("stdout"));
    }

    #[test]
    fn a_scan_that_nothing_was_published_of_is_named_without_a_hash() {
        let (_folder, mut store) = store();
        let first = add(&mut store, 1, Coverage::Scanned);
        let second = add(&mut store, 2, Coverage::Scanned);
        let previous = published_before(&store, &second).unwrap();
        assert_eq!((previous.link.scan_id, previous.link.as_of), (Some(first.id), Some(first.started_at)));
        assert!(previous.link.manifest_sha256.is_none() && previous.link.missing.is_some());
        assert_eq!(previous.settings, None);
    }

    #[test]
    fn the_link_stays_when_the_scan_it_leads_to_is_removed() {
        let (_folder, mut store) = store();
        let first = add(&mut store, 1, Coverage::Scanned);
        store.publish(first.id, &support::publication(1)).unwrap();
        let second = add(&mut store, 2, Coverage::Scanned);
        let link = |store: &Store| published_before(store, &second).unwrap().link;
        let before = link(&store);
        store.prune_scan(first.id, second.started_at).unwrap();
        assert_eq!(link(&store), before);

        let mut published = support::publication(2);
        published.previous.missing = Some("as it was published".to_owned());
        store.publish(second.id, &published).unwrap();
        assert_eq!(link(&store), published.previous);
    }

    #[test]
    fn scans_on_other_accounts_are_named_if_no_other_scan_is_there() {
        let (_folder, mut store) = store();
        let first = add(&mut store, 1, Coverage::Scanned);
        let mut part = support::scan(2);
        part.parameters.filter.exclude_accounts.insert(support::account_id(9));
        store.begin_scan(&part).unwrap();
        let missing = published_before(&store, &part).unwrap().link.missing.unwrap();
        assert!(missing.contains(&first.id.to_string()), "{missing}");
        assert_eq!(published_before(&store, &part).unwrap().settings, None);
        let parameters = rolesweep_assess::Parameters::new(first.started_at);
        let report = Report {
            scan: &first,
            parameters: &parameters,
            gaps: &[],
            include: crate::Include::Flagged,
            with_risk: false,
            previous: None,
            published_before: None,
            stop: &std::sync::atomic::AtomicBool::new(false),
        };
        let settings = RecordedSettings::of(&report);
        store
            .publish(first.id, &Publication { settings: settings.to_json(), ..support::publication(1) })
            .unwrap();
        let before = published_before(&store, &part).unwrap();
        assert_eq!((before.link.scan_id, before.settings), (None, Some((first.id, settings.clone()))));
        // The report of the scan in between could not be written.
        let between = add(&mut store, 3, Coverage::Scanned);
        let last = add(&mut store, 4, Coverage::Scanned);
        let before = published_before(&store, &last).unwrap();
        assert_eq!((before.link.scan_id, before.settings), (Some(between.id), Some((first.id, settings))));
    }
}
