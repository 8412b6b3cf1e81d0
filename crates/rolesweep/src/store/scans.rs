//! The scans in a store: the state of each, the one that a report is about, and the one that an id
//! means.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rolesweep_model::{Coverage, RemovedScan, Scan, ScanId, Scope};
use rolesweep_report::{previous_scan, was_read};
use rolesweep_store::{Holder, NumberedScan, Store, StoreError, Writer};

use crate::failure::{Failure, Outcome};
use crate::terminal::text;

/// The state of a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    /// It finished, with or without gaps.
    Finished,
    /// It was stopped early, for this reason. The accounts that were read before are complete.
    Interrupted(String),
    /// A process is running it.
    Running(Holder),
    /// It has no end, and no process runs it: it was killed.
    CutOff,
}

/// A scan in a store.
#[derive(Debug, Clone)]
pub(crate) struct StoredScan {
    pub(crate) number: i64,
    pub(crate) scan: Scan,
    pub(crate) state: State,
}

/// A scope in words.
pub(crate) fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Organization => "organization",
        Scope::Part => "part",
        Scope::Named => "named",
    }
}

/// A store that is open for reading, with its scans in the order in which they began.
pub(crate) struct Stored {
    pub(crate) store: Store,
    pub(crate) scans: Vec<StoredScan>,
    /// Scans whose facts were removed.
    pub(crate) removed: Vec<RemovedScan>,
}

impl Stored {
    /// The failure if there is no scan.
    pub(crate) fn no_scan(&self) -> Failure {
        Failure::new(format!("failed to find a scan: the store {} has none", self.store.path().display()))
            .hint("run `rolesweep scan` first")
    }

    /// Opens a store and checks the state of its scans.
    pub(crate) fn open(path: &Path) -> Outcome<Self> {
        Ok(Self::read(path)?)
    }

    fn read(path: &Path) -> Result<Self, StoreError> {
        // Before and after reading: a scan may begin or end in between.
        let before = Store::writer(path).unwrap_or(Writer::Nobody);
        let store = Store::open_existing(path)?;
        let writers = [before, Store::writer(path).unwrap_or(Writer::Nobody)];
        let (numbered, removed) = (store.numbered_scans()?, store.removed_scans()?);
        let scans = numbered.into_iter().map(|numbered| stored_scan(numbered, &writers)).collect();
        Ok(Self { scans, removed, store })
    }

    /// The scan that a report is about unless one is named, and a sentence about the newest scan if
    /// that is another one. Among the scans that read something, a finished one comes before an
    /// unfinished one, then the widest scope, then the latest. If no scan read anything, it is the
    /// newest.
    pub(crate) fn choose(&self) -> Option<(&StoredScan, Option<String>)> {
        let mut candidates: Vec<&StoredScan> = self.scans.iter().collect();
        candidates.sort_by_key(|scan| {
            let width = match scan.scan.scope {
                Scope::Organization => 2,
                Scope::Part => 1,
                Scope::Named => 0,
            };
            Reverse((self.has_all_accounts(scan), width, scan.number))
        });
        let newest = self.scans.last()?;
        let chosen = candidates.into_iter().find(|scan| was_read(&self.store, &scan.scan)).unwrap_or(newest);
        let note = (newest.number > chosen.number).then(|| self.not_taken(newest, chosen));
        Some((chosen, note))
    }

    /// Whether the scan finished, or was interrupted when no account was left. What it may then lack,
    /// such as the document of a policy, is not worth an older report.
    fn has_all_accounts(&self, scan: &StoredScan) -> bool {
        match &scan.state {
            State::Finished => true,
            State::Interrupted(_) => {
                let is_listed = scan.scan.end.as_ref().is_some_and(|end| end.population_complete);
                let reached = |coverage: BTreeMap<_, _>| !coverage.contains_key(&Coverage::NotReached);
                is_listed && self.coverage(scan).is_some_and(reached)
            }
            State::Running(_) | State::CutOff => false,
        }
    }

    /// How many accounts of a scan have each coverage. Nothing if that part of the store is
    /// damaged.
    pub(crate) fn coverage(&self, scan: &StoredScan) -> Option<BTreeMap<Coverage, u64>> {
        let mut coverage = BTreeMap::new();
        for entry in self.store.accounts(scan.scan.id).ok()? {
            let record = entry.ok()?.record;
            *coverage.entry(record.map_or(Coverage::NotReached, |record| record.coverage)).or_default() += 1;
        }
        Some(coverage)
    }

    /// Why another scan was chosen, although this one is newer.
    fn why_not_taken(&self, newest: &StoredScan, chosen: &StoredScan) -> String {
        match &newest.state {
            State::Running(holder) => format!("it is still running ({holder})"),
            State::CutOff if chosen.state == State::Finished => "it was cut off before its end".to_owned(),
            State::Interrupted(reason) if chosen.state == State::Finished => {
                format!("it was interrupted ({})", text::one_line(reason))
            }
            _ if !was_read(&self.store, &newest.scan) => "no account of it was read".to_owned(),
            _ => format!("its scope is narrower ({})", scope(newest.scan.scope)),
        }
    }

    fn not_taken(&self, newest: &StoredScan, chosen: &StoredScan) -> String {
        format!(
            "the newer scan {} of {} was not taken: {}; {} to report on it",
            newest.scan.id,
            newest.scan.started_at,
            self.why_not_taken(newest, chosen),
            text::unbroken(&format!("add `--scan {}`", newest.scan.id))
        )
    }

    /// The scan that another one is compared with if none is named.
    pub(crate) fn previous(&self, after: &Scan) -> Outcome<Option<&StoredScan>> {
        let previous = previous_scan(&self.store, after)?;
        Ok(previous.and_then(|previous| self.scans.iter().find(|stored| stored.scan.id == previous.id)))
    }

    /// The last finished scan that began by the end of a day in UTC.
    fn by(&self, day: Date) -> Option<&StoredScan> {
        let end = day.tomorrow().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
        self.scans.iter().rev().find(|scan| scan.state == State::Finished && scan.scan.started_at < end)
    }

    /// The scan with this id, or the only one whose id begins or ends like this.
    pub(crate) fn find(&self, wanted: &str) -> Outcome<&StoredScan> {
        self.by_id("--scan", wanted)
    }

    /// The scan that a flag names by its id or by a date.
    pub(crate) fn find_as(&self, flag: &str, wanted: &str) -> Outcome<&StoredScan> {
        // Only this spelling: an id may have eight digits, too.
        let is_date = wanted.len() == 10 && wanted.bytes().filter(|byte| *byte == b'-').count() == 2;
        let Some(day) = wanted.parse::<Date>().ok().filter(|_| is_date) else {
            return self.by_id(flag, wanted);
        };
        self.by(day).ok_or_else(|| {
            Failure::usage(format!("{flag}: no finished scan began by the end of {day}"))
                .hint("`rolesweep scans` lists the scans")
        })
    }

    /// The failure if the facts of a scan are no longer there.
    fn was_removed(&self, flag: &str, removed: &RemovedScan) -> Failure {
        let RemovedScan { scan, removed_at, .. } = removed;
        let failure = Failure::usage(format!(
            "{flag}: the scan {} of {} is no longer in the store {}",
            scan.id,
            scan.started_at,
            self.store.path().display()
        ))
        .cause(format!("`rolesweep scans prune` removed its facts at {removed_at}"));
        match self.scans.as_slice() {
            [] => failure.hint("run `rolesweep scan` first"),
            scans => failure.hint(format!("name one of those that are left:\n{}", listed(scans.iter()))),
        }
    }

    fn by_id(&self, flag: &str, wanted: &str) -> Outcome<&StoredScan> {
        if wanted.is_empty() {
            return Err(Failure::usage(format!("{flag}: the id is empty"))
                .hint("name a scan by its id, or by the beginning or end of its id")
                .hint("`rolesweep scans` lists them"));
        }
        let is_it = |id: ScanId| {
            let id = id.to_string();
            id.starts_with(wanted) || id.ends_with(wanted)
        };
        let matching: Vec<&StoredScan> = self.scans.iter().filter(|stored| is_it(stored.scan.id)).collect();
        let removed = self.removed.iter().find(|removed| is_it(removed.scan.id));
        let shown = text::one_line(wanted);
        match matching.as_slice() {
            [one] => Ok(one),
            [] if let Some(removed) = removed => Err(self.was_removed(flag, removed)),
            [] => {
                let hint = match self.scans.as_slice() {
                    [] => "run `rolesweep scan` first".to_owned(),
                    scans => format!("name one of the newest:\n{}", listed(scans.iter())),
                };
                Err(Failure::usage(format!(
                    "{flag}: the store {} has no scan `{shown}`",
                    self.store.path().display()
                ))
                .hint(hint))
            }
            several => Err(Failure::usage(format!(
                "{flag}: {} have an id that begins or ends with `{shown}`",
                text::count(several.len() as u64, "scan")
            ))
            .hint(format!("give more of the id:\n{}", listed(several.iter().copied())))),
        }
    }
}

/// Some scans, one per line, the newest first.
fn listed<'a>(scans: impl DoubleEndedIterator<Item = &'a StoredScan>) -> String {
    let lines: Vec<String> = scans
        .rev()
        .take(10)
        .map(|stored| format!("{} of {}", stored.scan.id, stored.scan.started_at))
        .collect();
    lines.join("\n")
}

fn stored_scan(NumberedScan { number, scan }: NumberedScan, writers: &[Writer]) -> StoredScan {
    let running = writers.iter().find_map(|writer| writer.of(scan.id));
    let state = match (running, &scan.end) {
        (Some(holder), _) => State::Running(holder.clone()),
        (None, None) => State::CutOff,
        (None, Some(end)) => end.interrupted.clone().map_or(State::Finished, State::Interrupted),
    };
    StoredScan { number, scan, state }
}

#[cfg(test)]
mod tests {
    use rolesweep_model::{AccountRecord, ScanEnd};

    use super::super::fixture::scan as some_scan;
    use super::*;

    /// A scan in a test: its scope, how it ended (`None`: without an end), and how many accounts
    /// were read.
    type Told = (Scope, Option<Option<&'static str>>, u64);

    fn store(told: &[Told]) -> (tempfile::TempDir, std::path::PathBuf, Vec<Scan>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.db");
        let mut scans = Vec::new();
        let mut store = Store::open(&path, &some_scan().store_key()).unwrap();
        for &(scope, end, read) in told {
            let scan =
                Scan { scope, id: rolesweep_model::ScanId::generate(some_scan().started_at), ..some_scan() };
            store.begin_scan(&scan).unwrap();
            for number in 0..=read {
                let account_id = format!("{number:012}").parse().unwrap();
                let coverage = match end {
                    _ if number < read => Coverage::Scanned,
                    STOPPED => Coverage::NotReached,
                    _ => Coverage::Denied,
                };
                let record = AccountRecord {
                    account_id,
                    coverage,
                    reason: None,
                    access: None,
                    roles: 0,
                    unknown_roles: 0,
                    cross_check: None,
                    calls: BTreeMap::new(),
                    started_at: scan.started_at,
                    finished_at: scan.started_at,
                };
                store.finish(scan.id, &record).unwrap();
            }
            if let Some(interrupted) = end {
                let end = ScanEnd {
                    finished_at: scan.started_at,
                    population_complete: true,
                    interrupted: interrupted.map(str::to_owned),
                    clock_difference_seconds: None,
                    organizational_units: vec![],
                    notes: vec![],
                    aws_policies: None,
                };
                store.finish_scan(scan.id, &end).unwrap();
            }
            scans.push(scan);
        }
        (folder, path, scans)
    }

    /// The scan that is chosen, and why the newest is not.
    fn chosen(told: &[Told]) -> (usize, Option<String>) {
        let (_folder, path, scans) = store(told);
        let stored = Stored::open(&path).unwrap();
        let (chosen, note) = stored.choose().unwrap();
        (scans.iter().position(|scan| scan.id == chosen.scan.id).unwrap(), note)
    }

    const DONE: Option<Option<&str>> = Some(None);
    const STOPPED: Option<Option<&str>> = Some(Some("by a signal"));
    /// No account was left when it was stopped.
    const STOPPED_LATE: Option<Option<&str>> = Some(Some("by a late signal"));

    #[test]
    fn a_report_is_about_the_last_finished_scan_of_the_widest_scope_that_read_something() {
        use Scope::{Named, Organization, Part};
        for (told, expected, why) in [
            (vec![(Organization, DONE, 1), (Organization, DONE, 2)], 1, None),
            (vec![(Organization, DONE, 9), (Organization, DONE, 0)], 0, Some("no account of it was read")),
            (vec![(Organization, DONE, 1), (Named, DONE, 2)], 0, Some("its scope is narrower (named)")),
            (vec![(Part, DONE, 1), (Named, DONE, 2)], 0, Some("its scope is narrower (named)")),
            (vec![(Organization, DONE, 0), (Named, DONE, 2)], 1, None),
            (
                vec![(Organization, DONE, 1), (Organization, STOPPED, 9)],
                0,
                Some("it was interrupted (by a signal)"),
            ),
            (
                vec![(Organization, DONE, 1), (Organization, None, 9)],
                0,
                Some("it was cut off before its end"),
            ),
            (vec![(Named, DONE, 1), (Organization, None, 9)], 0, Some("it was cut off before its end")),
            (vec![(Organization, DONE, 1), (Organization, STOPPED_LATE, 9)], 1, None),
            // Nothing finished, so any scan is chosen.
            (vec![(Organization, STOPPED, 1), (Organization, None, 2)], 1, None),
            (vec![(Organization, STOPPED, 1), (Part, None, 2)], 0, Some("its scope is narrower (part)")),
            (vec![(Organization, None, 0), (Named, None, 0)], 1, None),
        ] {
            let (found, note) = chosen(&told);
            assert_eq!(found, expected, "{told:?}: {note:?}");
            match (why, note) {
                (None, None) => {}
                (Some(why), Some(note)) => {
                    assert!(note.contains(why), "{told:?}: {note}");
                    assert!(note.contains("--scan"), "{note}");
                }
                other => panic!("{told:?}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_scan_without_an_end_runs_only_while_its_process_holds_the_lock() {
        let (_folder, path, scans) = store(&[(Scope::Organization, DONE, 1), (Scope::Organization, None, 1)]);
        let state = || Stored::open(&path).unwrap().scans.pop().unwrap().state;
        assert_eq!(state(), State::CutOff);
        let mut writer = Store::open(&path, &some_scan().store_key()).unwrap();
        assert_eq!(state(), State::CutOff, "somebody writes, and not to this scan");
        writer.resume_scan(scans[1].id).unwrap();
        assert!(matches!(state(), State::Running(holder) if holder.pid == std::process::id()));
        let (stored, note) = (Stored::open(&path).unwrap(), "it is still running (process ");
        assert!(stored.choose().unwrap().1.unwrap().contains(note));
        drop(writer);
        assert_eq!(state(), State::CutOff);
    }

    #[test]
    fn an_id_is_named_by_its_beginning_or_end_and_only_one_may_match() {
        let (_folder, path, scans) = store(&[(Scope::Organization, DONE, 1), (Scope::Organization, DONE, 1)]);
        let stored = Stored::open(&path).unwrap();
        let id = scans[0].id.to_string();
        for wanted in [&id[..], &id[id.len() - 10..]] {
            assert_eq!(stored.find(wanted).ok().unwrap().scan.id, scans[0].id);
        }
        // Both began in the same millisecond.
        let said = stored.find(&id[..8]).err().unwrap().to_string();
        assert!(said.starts_with("--scan: 2 scans have an id that begins or ends with"), "{said}");
        assert!(scans.iter().all(|scan| said.contains(&scan.id.to_string())), "{said}");
        assert!(stored.find("").err().unwrap().to_string().starts_with("--scan: the id is empty"));
        let said = stored.find("\x1b[2J").err().unwrap().to_string();
        assert!(said.contains("has no scan `\u{fffd}[2J`"), "{said}");
    }

    #[test]
    fn a_date_means_the_last_finished_scan_by_its_end_and_eight_digits_are_an_id() {
        let (_folder, path, scans) = store(&[
            (Scope::Organization, Some(None), 1),
            (Scope::Organization, Some(None), 1),
            (Scope::Organization, STOPPED, 1),
        ]);
        let stored = Stored::open(&path).unwrap();
        let day = scans[0].started_at.to_string()[..10].to_owned();
        assert_eq!(stored.find_as("--from", &day).ok().unwrap().scan.id, scans[1].id);
        for other in ["20251130", "98760512", "+002025-11-30", "2025-11-30T01:00"] {
            let said = stored.find_as("--from", other).err().unwrap().to_string();
            assert!(said.contains("--from: the store"), "{said}");
        }
        let said = stored.find_as("--to", "2001-01-01").err().unwrap().to_string();
        assert!(said.contains("--to: no finished scan began by the end of 2001-01-01"), "{said}");
    }
}
