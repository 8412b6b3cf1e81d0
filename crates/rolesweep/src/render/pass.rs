//! One pass over the facts of a scan: every role is assessed, counted, and written where it is wanted.

use std::io::Write;

use jiff::Timestamp;
use rolesweep_assess::{
    AcceptedGap, Assessment, Assessor, CoverageSummary, Longest, OuNames, Parameters, Place, Totals,
    TrustSummaries, Usage,
};
use rolesweep_model::{Access, Account, AccountRecord, Coverage, LastUse, Reason, Role, Scan, Scope};
use rolesweep_report::{
    AccountCsv, AccountEntry as ManifestAccount, AccountRow, Accounts, Bom, Counts, FileEntry, Include,
    Manifest, PreviousManifest, ReportDirectory, ReportError, ReportFile, RoleCsv, RoleRow, Roles,
};
use rolesweep_scan::operation::Operation;
use rolesweep_store::{AccountEntry, Store, StoreError};

use super::remedies::{Trouble, Troubles};
use crate::text;

/// How many roles and accounts the summary shows of those that stand out.
const SHOWN: usize = 5;

/// What one report is made of.
pub(crate) struct Pass<'a> {
    /// The facts.
    pub(crate) store: &'a Store,
    /// The scan.
    pub(crate) scan: &'a Scan,
    /// How to assess.
    pub(crate) parameters: &'a Parameters,
    /// Gaps that somebody answers for.
    pub(crate) gaps: &'a [AcceptedGap],
    /// Which roles get a row.
    pub(crate) include: Include,
    /// The report before this one, where there is one.
    pub(crate) previous: Option<PreviousManifest>,
}

/// Where a report goes.
pub(crate) enum Target<'a> {
    /// A folder with all files.
    Folder(ReportDirectory),
    /// `roles.csv` alone.
    Stream(&'a mut dyn Write),
}

/// Why a report could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RenderError {
    /// The facts could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The report could not be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The sums are not what they have to be.
    #[error("make a report: its counts do not add up, which is a defect in rolesweep")]
    Unbalanced,
}

/// A role that stands out.
pub(crate) struct LongIdle {
    pub(crate) days: i64,
    pub(crate) age_days: i64,
    pub(crate) is_minimum: bool,
    pub(crate) last_use: String,
    pub(crate) account: String,
    pub(crate) role: String,
}

/// An account that stands out.
pub(crate) struct Burdened {
    pub(crate) flagged: u64,
    pub(crate) roles: u64,
    pub(crate) name: String,
    pub(crate) ou_path: String,
}

/// What the pass found: everything that the summary and the exit code need.
pub(crate) struct Rendered {
    pub(crate) as_of: Timestamp,
    pub(crate) as_of_set: bool,
    pub(crate) scope: Scope,
    pub(crate) coverage: CoverageSummary,
    pub(crate) complete: bool,
    /// Accounts that the scan meant to read: neither excluded nor out of use.
    pub(crate) wanted: u64,
    /// Of those, how many let the audit role in, and how many refused it.
    pub(crate) assumed: u64,
    pub(crate) refused: u64,
    pub(crate) totals: Totals,
    pub(crate) longest: Vec<LongIdle>,
    pub(crate) most: Vec<Burdened>,
    pub(crate) troubles: Vec<Trouble>,
    /// What should be looked at in the configuration.
    pub(crate) notes: Vec<String>,
    /// The files that were written, the manifest aside.
    pub(crate) files: Vec<FileEntry>,
}

/// Makes the report.
pub(crate) fn render(pass: &Pass<'_>, target: Target<'_>) -> Result<Rendered, RenderError> {
    let assessor = Assessor::new(pass.parameters);
    let mut tally = Tally::new(pass, &assessor);
    match target {
        Target::Folder(mut folder) => {
            let mut roles = folder.create_csv::<Roles>()?;
            let mut accounts = folder.create_csv::<Accounts>()?;
            tally.walk(&mut roles, Some(&mut accounts))?;
            let rows = roles.rows();
            folder.seal(roles)?;
            folder.seal(accounts)?;
            let (mut rendered, manifest) = tally.finish(rows)?;
            rendered.files = folder.commit(manifest)?.files;
            Ok(rendered)
        }
        Target::Stream(stream) => {
            let mut roles = RoleCsv::new(stream, Bom::No).map_err(ReportError::Stream)?;
            tally.walk(&mut roles, None::<&mut AccountCsv<ReportFile>>)?;
            let rows = roles.rows();
            roles.finish().map_err(ReportError::Stream)?;
            Ok(tally.finish(rows)?.0)
        }
    }
}

/// What is counted on the way.
struct Tally<'a> {
    pass: &'a Pass<'a>,
    assessor: &'a Assessor<'a>,
    usage: Usage<'a>,
    names: OuNames,
    trust: TrustSummaries,
    coverage: CoverageSummary,
    totals: Totals,
    /// By idle time, and by age among those whose idle time is a minimum: the older, the longer it may have been.
    longest: Longest<(i64, i64), LongIdle>,
    most: Longest<u64, Burdened>,
    troubles: Troubles,
    entries: Vec<ManifestAccount>,
    /// How many roles the accounts' records speak of.
    seen: u64,
    wanted: u64,
    assumed: u64,
    refused: u64,
}

impl<'a> Tally<'a> {
    fn new(pass: &'a Pass<'a>, assessor: &'a Assessor<'a>) -> Self {
        let units = pass.scan.end.as_ref().map(|end| end.organizational_units.as_slice()).unwrap_or_default();
        Self {
            pass,
            assessor,
            usage: Usage::new(assessor, pass.gaps),
            names: OuNames::new(units),
            trust: TrustSummaries::default(),
            coverage: CoverageSummary::default(),
            totals: Totals::default(),
            longest: Longest::new(SHOWN),
            most: Longest::new(SHOWN),
            troubles: Troubles::default(),
            entries: Vec::new(),
            seen: 0,
            wanted: 0,
            assumed: 0,
            refused: 0,
        }
    }

    /// Goes through all accounts and their roles, in the order of the report.
    fn walk<R: Write, A: Write>(
        &mut self,
        roles: &mut RoleCsv<R>,
        mut accounts: Option<&mut AccountCsv<A>>,
    ) -> Result<(), RenderError> {
        let pass = self.pass;
        for entry in pass.store.accounts(pass.scan.id)? {
            let AccountEntry { account, record } = entry?;
            let ou_path = account.parents.as_ref().map(|parents| self.names.path(parents));
            let place = Place { account: &account, ou_path: ou_path.as_deref() };
            let mut here = Totals::default();
            if record.as_ref().is_some_and(|record| is_read(record.coverage)) {
                for role in pass.store.roles(pass.scan.id, account.id)? {
                    let role = role?;
                    let assessment = self.assessor.assess(&role, &place);
                    here.add(&assessment);
                    self.role(&role, &place, &assessment, roles)?;
                }
            }
            self.account(&place, record.as_ref(), &here, accounts.as_deref_mut())?;
        }
        Ok(())
    }

    fn role<R: Write>(
        &mut self,
        role: &Role,
        place: &Place<'_>,
        assessment: &Assessment,
        roles: &mut RoleCsv<R>,
    ) -> Result<(), RenderError> {
        self.usage.role(role, place);
        if let Some(idle) = assessment.idle.filter(|_| assessment.is_finding()) {
            let score = (idle.seconds, assessment.age_seconds);
            self.longest.offer(score, role.arn.as_str(), || LongIdle {
                days: idle.days(),
                age_days: assessment.age_days(),
                is_minimum: idle.is_minimum,
                last_use: match role.last_use {
                    LastUse::Used { at, .. } => at.strftime("%Y-%m-%d").to_string(),
                    LastUse::NoneRecorded | LastUse::NotCollected => "none recorded".to_owned(),
                },
                account: name(place.account),
                role: format!("{}{}", role.arn.path().trim_start_matches('/'), role.arn.name()),
            });
        }
        if self.pass.include.shows(assessment.disposition) {
            let trust = role.trust_policy.as_deref().map_or("", |document| self.trust.get(document));
            let ou_path = place.ou_path.unwrap_or_default();
            let row = RoleRow { role, account: place.account, ou_path, assessment, trust };
            // The named error of a report's file comes through the writer; anything else is the stream's.
            roles.write(&row).map_err(ReportError::from)?;
        }
        Ok(())
    }

    fn account<A: Write>(
        &mut self,
        place: &Place<'_>,
        record: Option<&AccountRecord>,
        here: &Totals,
        accounts: Option<&mut AccountCsv<A>>,
    ) -> Result<(), RenderError> {
        let (pass, account) = (self.pass, place.account);
        let coverage = record.map_or(Coverage::NotReached, |record| record.coverage);
        let gap = self.coverage.add(&account.id, coverage, pass.gaps, pass.parameters.as_of);
        let accepted = gap.map(|gap| gap.reason.clone());
        self.usage.account(&account.id, coverage);
        self.troubles.add(account, record, accepted.clone(), pass.scan);
        self.totals.merge(here);
        self.wanted += u64::from(!matches!(coverage, Coverage::Excluded | Coverage::NotActive));
        self.assumed += u64::from(record.is_some_and(|record| record.access == Some(Access::AuditRole)));
        self.refused += u64::from(record.is_some_and(refused_the_role));
        self.seen += record.filter(|record| is_read(record.coverage)).map_or(0, |record| record.roles);
        self.entries
            .push(record.map_or_else(|| ManifestAccount::not_reached(account.id), ManifestAccount::from));
        let ou_path = place.ou_path.unwrap_or_default();
        if here.findings() > 0 {
            self.most.offer(here.findings(), account.id.as_str(), || Burdened {
                flagged: here.findings(),
                roles: here.roles(),
                name: name(account),
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
            };
            accounts.write(&row).map_err(ReportError::from)?;
        }
        Ok(())
    }
}

impl Tally<'_> {
    /// The result, and the manifest that goes with it.
    fn finish(self, rows: u64) -> Result<(Rendered, Manifest), RenderError> {
        let pass = self.pass;
        let counts = Counts::new(self.coverage.total(), &self.coverage, self.seen, &self.totals, rows);
        if !counts.reconcile() {
            return Err(RenderError::Unbalanced);
        }
        let mut manifest =
            Manifest::new(env!("CARGO_PKG_VERSION"), pass.scan, pass.parameters, pass.gaps, pass.include);
        let notes: Vec<String> = as_of_note(pass.scan.started_at, pass.parameters.as_of)
            .into_iter()
            .chain(self.usage.remarks().into_iter().map(|remark| remark.text))
            .collect();
        let complete = self.coverage.complete(manifest.population_complete);
        manifest.complete = complete;
        manifest.counts = counts;
        manifest.accounts = self.entries;
        manifest.notes.extend(notes.iter().cloned());
        manifest.previous_manifest.clone_from(&pass.previous);
        let rendered = Rendered {
            as_of: pass.parameters.as_of,
            as_of_set: manifest.as_of_set_by_hand,
            scope: pass.scan.scope,
            coverage: self.coverage,
            complete,
            wanted: self.wanted,
            assumed: self.assumed,
            refused: self.refused,
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

/// Whether an account did not let the audit role in. The caller's own account may then still have been read otherwise.
fn refused_the_role(record: &AccountRecord) -> bool {
    let at_the_door = |reason: &Reason| reason.action.as_deref() == Some(Operation::AssumeRole.action());
    record.coverage == Coverage::Denied && record.reason.as_ref().is_some_and(at_the_door)
}

/// Whether an account with this coverage has roles in the store.
fn is_read(coverage: Coverage) -> bool {
    matches!(coverage, Coverage::Scanned | Coverage::Partial)
}

fn name(account: &Account) -> String {
    match &account.name {
        Some(name) => format!("{} ({})", account.id, text::one_line(name)),
        None => account.id.to_string(),
    }
}

/// Why, for `accounts.csv`: nothing that differs from run to run.
fn reason(record: Option<&AccountRecord>) -> String {
    match record {
        Some(record) => record.reason.as_ref().map(ToString::to_string).unwrap_or_default(),
        None => "the scan ended before".to_owned(),
    }
}
