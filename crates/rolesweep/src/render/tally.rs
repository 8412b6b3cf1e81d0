//! What is counted on the way through the accounts, and what follows from it: the manifest, and what the summary says.

use std::collections::BTreeMap;
use std::io::Write;

use jiff::Timestamp;
use rolesweep_assess::{Assessor, Completeness, CoverageSummary, Longest, OuNames, Totals, Usage};
use rolesweep_model::{Access, AccountId, AccountRecord, Coverage, ReasonKind, Scan, Source};
use rolesweep_report::{
    AccountCsv, AccountEntry as ManifestAccount, AccountRow, Counts, Manifest, ReportError,
};
use rolesweep_scan::clock;
use rolesweep_scan::operation::Operation;

use super::futures::Futures;
use super::page::{Located, Worker};
use super::pass::{Burdened, LongIdle, Pass, RenderError, Rendered, SHOWN, Unassumed};
use super::remedies::{Troubles, remedy_of};
use crate::text;

/// What is counted on the way.
pub(super) struct Tally<'a> {
    pub(super) pass: &'a Pass<'a>,
    pub(super) names: OuNames,
    usage: Usage<'a>,
    coverage: CoverageSummary,
    totals: Totals,
    longest: Longest<(bool, i64, bool, i64), LongIdle>,
    most: Longest<u64, Burdened>,
    troubles: Troubles,
    entries: Vec<ManifestAccount>,
    /// How many roles the accounts' records speak of.
    seen: u64,
    wanted: u64,
    assumed: u64,
    /// Why the others did not.
    unassumed: BTreeMap<String, Unassumed>,
    /// The caller's own account, if it was read with the caller's credentials.
    read_by_caller: Option<AccountId>,
    /// Roles that speak against the scan's clock.
    futures: Futures,
    /// Accounts that were read, and of which nobody can say whether a rule by OU is for them.
    unjudged: u64,
}

impl<'a> Tally<'a> {
    pub(super) fn new(pass: &'a Pass<'a>, assessor: &'a Assessor<'a>) -> Self {
        let units = pass.scan.end.as_ref().map(|end| end.organizational_units.as_slice()).unwrap_or_default();
        Self {
            pass,
            usage: Usage::new(assessor, pass.gaps),
            names: OuNames::new(units),
            coverage: CoverageSummary::default(),
            totals: Totals::default(),
            longest: Longest::new(SHOWN),
            most: Longest::new(SHOWN),
            troubles: Troubles::default(),
            entries: Vec::new(),
            seen: 0,
            wanted: 0,
            assumed: 0,
            unassumed: BTreeMap::new(),
            read_by_caller: None,
            futures: Futures::new(pass),
            unjudged: 0,
        }
    }

    /// Adds what the workers gathered, in any order: a role is told from another by its ARN, and two with one ARN are always on the same page.
    pub(super) fn gather(&mut self, workers: Vec<Worker<'a>>) {
        for worker in workers {
            self.usage.merge(&worker.usage);
            self.longest.merge(worker.longest);
            self.futures.merge(worker.futures);
        }
    }

    /// The end of an account, with its roles counted.
    pub(super) fn account<A: Write>(
        &mut self,
        located: &Located,
        here: &Totals,
        accounts: Option<&mut AccountCsv<A>>,
    ) -> Result<(), RenderError> {
        let (pass, account, record) = (self.pass, &located.account, located.record.as_ref());
        let coverage = record.map_or(Coverage::NotReached, |record| record.coverage);
        let gap = self.coverage.add(&account.id, coverage, pass.gaps, pass.parameters.as_of);
        let accepted = gap.map(|gap| gap.reason.clone());
        self.usage.account(&account.id, coverage);
        self.troubles.add(account, record, accepted.clone(), pass.scan);
        self.totals.merge(here);
        if record.is_some_and(|record| record.access == Some(Access::Caller)) {
            self.read_by_caller = Some(account.id);
        }
        self.wanted += u64::from(!matches!(coverage, Coverage::Excluded | Coverage::NotActive));
        self.assumed += u64::from(record.is_some_and(|record| was_assumed(record, pass.scan)));
        if let Some(reason) = unassumed(record, pass.scan) {
            let remedy = || Unassumed { accounts: 0, remedy: remedy_of(account, record, pass.scan) };
            self.unassumed.entry(reason).or_insert_with(remedy).accounts += 1;
        }
        let judged = pass.parameters.rules.iter().all(|rule| rule.can_judge(account, &self.names));
        self.unjudged += u64::from(is_read(coverage) && !judged);
        self.seen += record.filter(|record| is_read(record.coverage)).map_or(0, |record| record.roles);
        self.entries
            .push(record.map_or_else(|| ManifestAccount::not_reached(account.id), ManifestAccount::from));
        let ou_path = located.ou_path.as_deref().unwrap_or_default();
        if here.findings() > 0 {
            self.most.offer(here.findings(), account.id.as_str(), || Burdened {
                flagged: here.findings(),
                roles: here.roles(),
                name: located.name(),
                ou_path: ou_path.to_owned(),
            });
        }
        if let Some(accounts) = accounts {
            let read = is_read(coverage);
            let row = AccountRow {
                account,
                ou_path,
                coverage,
                reason: reason(record),
                roles: read.then(|| here.roles()),
                flagged: read.then(|| here.findings()),
                accepted_gap: accepted.as_deref(),
                access: record.and_then(|record| record.access),
                remedy: remedy_of(account, record, pass.scan),
            };
            accounts.write(&row).map_err(ReportError::from)?;
        }
        Ok(())
    }
}

impl Tally<'_> {
    /// The result, and the manifest that goes with it.
    pub(super) fn finish(self, rows: u64) -> Result<(Rendered, Manifest), RenderError> {
        let pass = self.pass;
        let counts = Counts::new(self.coverage.total(), &self.coverage, self.seen, &self.totals, rows);
        if !counts.reconcile() {
            return Err(RenderError::Unbalanced);
        }
        let mut manifest =
            Manifest::new(env!("CARGO_PKG_VERSION"), pass.scan, pass.parameters, pass.gaps, pass.include);
        let clock_is_unchecked =
            pass.scan.source == Source::Aws && pass.scan.clock_difference_seconds.is_none();
        let notes: Vec<String> = as_of_note(pass.scan.started_at, pass.parameters.as_of)
            .into_iter()
            .chain(unjudged_note(self.unjudged))
            .chain(clock_is_unchecked.then(|| UNCHECKED.to_owned()))
            .chain(self.futures.note())
            .chain(self.read_by_caller.map(read_by_caller_note))
            .chain(self.usage.remarks().into_iter().map(|remark| remark.text))
            .collect();
        let clock_was_wrong =
            self.futures.note().is_some() || pass.scan.largest_clock_difference().is_some_and(clock::is_off);
        let completeness = if self.unjudged > 0 || clock_was_wrong || clock_is_unchecked {
            Completeness::No
        } else {
            self.coverage.completeness(manifest.population_complete)
        };
        manifest.concludes(completeness);
        manifest.counts = counts;
        manifest.accounts = self.entries;
        manifest.notes.extend(notes.iter().cloned());
        manifest.previous_manifest.clone_from(&pass.previous);
        let rendered = Rendered {
            as_of: pass.parameters.as_of,
            as_of_set: manifest.as_of_set_by_hand,
            scope: pass.scan.scope,
            population_complete: manifest.population_complete,
            coverage: self.coverage,
            completeness,
            wanted: self.wanted,
            assumed: self.assumed,
            unassumed: self.unassumed,
            clock_was_wrong,
            clock_is_unchecked,
            totals: self.totals,
            longest: self.longest.into_items(),
            most: self.most.into_items(),
            troubles: self.troubles.into_groups(),
            notes,
            files: Vec::new(),
        };
        Ok((rendered, manifest))
    }
}

/// What another instant than the scan's start means for what a report says; nothing where they are the same.
fn as_of_note(scanned: Timestamp, as_of: Timestamp) -> Option<String> {
    const DAY: i64 = 24 * 60 * 60;
    let seconds = as_of.duration_since(scanned).as_secs();
    let span = match seconds.abs() {
        0 => return None,
        1..DAY => "less than a day".to_owned(),
        more => text::count(more.unsigned_abs() / DAY.unsigned_abs(), "day"),
    };
    Some(if seconds > 0 {
        format!(
            "judged as of {as_of}, {span} after the scan: what was used since then is not known, and counts as not used"
        )
    } else {
        format!(
            "judged as of {as_of}, {span} before the scan: what was used or created since then counts as just then, and AWS keeps \
             only the latest use of a role, not the one before"
        )
    })
}

/// What is said if there was nothing to check the clock against.
const UNCHECKED: &str =
    "this machine's clock could not be checked, because AWS's answers carried no time (the header `Date`)";

/// That an account was read without the audit role.
fn read_by_caller_note(account: AccountId) -> String {
    format!(
        "the caller's own account {account} was read with the caller's credentials, because the audit role could not be assumed there"
    )
}

/// What it means that rules by OU cannot be applied; nothing where they can.
fn unjudged_note(accounts: u64) -> Option<String> {
    (accounts > 0).then(|| {
        format!(
            "threshold rules that name OUs could not be applied to {}, whose place in the organization, or the names of the OUs there, are not \
             known: allow the caller to read the OUs, or name accounts in those rules",
            text::count(accounts, "account")
        )
    })
}

/// Whether the audit role was assumed in an account: it was read with it, or failed at a call that came after. In the caller's own account such a
/// call may have been the caller's, so that one counts only if it was read.
fn was_assumed(record: &AccountRecord, scan: &Scan) -> bool {
    let is_iam = |action: &String| action.starts_with("iam:");
    match record.access {
        Some(access) => access == Access::AuditRole,
        None => record.account_id != scan.caller.account_id && record.calls.keys().any(is_iam),
    }
}

/// Why the audit role was not assumed in an account that was wanted. `None` if it was, if the account was read without it (the caller's own), and if
/// a scan that was cut off did not come to ask for it.
fn unassumed(record: Option<&AccountRecord>, scan: &Scan) -> Option<String> {
    let record = record?;
    let was_cut_off = record.reason.as_ref().is_some_and(|reason| reason.kind == ReasonKind::Interrupted);
    let is_unread_gap = record.coverage.is_gap() && !is_read(record.coverage);
    if !is_unread_gap || was_cut_off || was_assumed(record, scan) {
        return None;
    }
    let of_assume_role = record.reason.as_ref().is_some_and(|reason| {
        reason.action.as_deref().is_none_or(|action| action == Operation::AssumeRole.action())
    });
    Some(match record.account_id == scan.caller.account_id && !of_assume_role {
        true => "the caller's own account could not be read with the caller's credentials either".to_owned(),
        false => reason(Some(record)),
    })
}

/// Whether an account with this coverage has roles in the store.
pub(super) fn is_read(coverage: Coverage) -> bool {
    matches!(coverage, Coverage::Scanned | Coverage::Partial)
}

/// Why, for `accounts.csv`: nothing that differs from run to run.
fn reason(record: Option<&AccountRecord>) -> String {
    match record {
        Some(record) => record.reason.as_ref().map(ToString::to_string).unwrap_or_default(),
        None => "the scan ended before".to_owned(),
    }
}
