//! The list of everything that takes a report's roles and accounts, and what they add up to.

use rolesweep_assess::{Assessor, Completeness, CoverageSummary, Totals, Usage};
use rolesweep_model::Source;

use crate::assessed::{AssessedAccount, AssessedRole, ComparedRole, Report};
use crate::formats::{FileFormat, FileRows};
use crate::manifest::{AccountEntry, Counts, Manifest};
use crate::settings::{Alternatives, SettingsEffects};
use crate::sink::Sink;
use crate::summary::{
    AuditRoleUse, ByOu, ChangeTotals, CrossChecks, Families, Family, Gaps, LaterThanClock, MostFindings,
    Severities, Since, Summary, Unjudged, Worst, notes,
};

/// Declares the list: a field for each sink, with how it begins.
macro_rules! sinks {
    (($report:ident, $formats:ident, $assessor:ident, $others:ident) $($name:ident: $sink:ty = $new:expr,)*) => {
        /// Everything that takes a report's roles and accounts.
        pub(crate) struct Sinks<'a> {
            $(pub(crate) $name: $sink,)*
        }

        impl<'a> Sinks<'a> {
            /// The sinks as they begin, for the whole report or for one account. The others judge as
            /// if one setting had not changed.
            pub(crate) fn new(
                $report: &'a Report<'a>,
                $formats: &[FileFormat],
                $assessor: &'a Assessor<'a>,
                $others: &'a [Assessor<'a>],
            ) -> Self {
                Self { $($name: $new,)* }
            }
        }

        impl Sink for Sinks<'_> {
            fn role(&mut self, role: &AssessedRole<'_>) {
                $(Sink::role(&mut self.$name, role);)*
            }

            fn account(&mut self, account: &AssessedAccount<'_>) {
                $(Sink::account(&mut self.$name, account);)*
            }

            fn changed(&mut self, role: &ComparedRole<'_>) {
                $(Sink::changed(&mut self.$name, role);)*
            }

            fn join(&mut self, next: Self) {
                $(Sink::join(&mut self.$name, next.$name);)*
            }
        }
    };
}

sinks! {
    (report, formats, assessor, others)
    files: FileRows = FileRows::new(report.include, formats),
    usage: Usage<'a> = Usage::new(assessor, report.gaps, report.scan.is_selection()),
    settings: SettingsEffects<'a> = SettingsEffects::new(others),
    totals: Totals = Totals::default(),
    not_read: PoliciesNotRead = PoliciesNotRead::default(),
    accounts: Vec<AccountEntry> = Vec::new(),
    unjudged: Unjudged = Unjudged::default(),
    later: LaterThanClock = LaterThanClock::default(),
    severities: Severities = Severities::default(),
    changes: ChangeTotals = ChangeTotals::default(),
    worst: Worst = Worst::default(),
    most_findings: MostFindings = MostFindings::default(),
    by_ou: ByOu = ByOu::default(),
    families: Families = Families::default(),
    gaps: Gaps = Gaps::default(),
    cross_checks: CrossChecks = CrossChecks::new(report.scan.parameters.cross_check),
    audit_role: AuditRoleUse = AuditRoleUse::default(),
}

impl Sink for Totals {
    fn role(&mut self, role: &AssessedRole<'_>) {
        self.add(&role.assessment);
    }

    fn join(&mut self, next: Self) {
        self.merge(&next);
    }
}

/// How many roles were read without their policies.
#[derive(Debug, Default)]
pub(crate) struct PoliciesNotRead(pub(crate) u64);

impl Sink for PoliciesNotRead {
    fn role(&mut self, role: &AssessedRole<'_>) {
        let is_read = role.role.attached_policies.is_some() && role.role.inline_policy_names.is_some();
        self.0 += u64::from(!is_read);
    }

    fn join(&mut self, next: Self) {
        self.0 += next.0;
    }
}

impl Sink for Usage<'_> {
    // It counted the roles when it assessed them.
    fn account(&mut self, account: &AssessedAccount<'_>) {
        self.account(&account.facts.account.id, account.facts.coverage());
    }

    fn join(&mut self, next: Self) {
        self.merge(&next);
    }
}

impl Sink for Vec<AccountEntry> {
    fn account(&mut self, account: &AssessedAccount<'_>) {
        self.push(AccountEntry::new(account.facts));
    }

    fn join(&mut self, next: Self) {
        self.extend(next);
    }
}

impl Sinks<'_> {
    /// The summary, the manifest, and the rows that the files end with; `None` if the counts do not
    /// add up. The families come from the table that [`Families`] moved its counts to.
    pub(crate) fn finish(
        self,
        report: &Report<'_>,
        families: Vec<Family>,
        alternatives: &Alternatives,
    ) -> Option<(Summary, Manifest, FileRows)> {
        let Report { scan, parameters, gaps, .. } = *report;
        let mut coverage = CoverageSummary::default();
        for entry in &self.accounts {
            coverage.add(&entry.account_id, entry.coverage, gaps, parameters.as_of);
        }
        let mut manifest = Manifest::new(report);
        manifest.counts = Counts::new(
            &coverage,
            &self.accounts,
            &self.totals,
            self.files.shown(),
            (&parameters.exemptions, self.usage.exemptions()),
        );
        let since = self.changes.since(report);
        let is_lost = |since: &Since| since.changes.findings() != self.totals.findings();
        if !manifest.counts.add_up() || since.as_ref().is_some_and(is_lost) {
            return None;
        }
        manifest.previous = since.as_ref().map(Into::into);
        let later = self.later.note(report);
        let clock_was_wrong = later.is_some() || scan.clock_was_off();
        let clock_is_unchecked = scan.source == Source::Aws && scan.clock_difference_seconds.is_none();
        let remarks = self.usage.remarks();
        let important = remarks.iter().filter(|remark| remark.kind.changes_the_result());
        let warnings = important.map(|remark| remark.text.clone()).collect();
        let notes: Vec<String> = notes::as_of(scan.started_at, parameters.as_of)
            .into_iter()
            .chain(self.unjudged.note())
            .chain(clock_is_unchecked.then(|| notes::UNCHECKED_CLOCK.to_owned()))
            .chain(notes::unread_aws_policies(scan).map(str::to_owned))
            .chain(later)
            .chain(self.audit_role.read_by_caller.map(notes::read_by_caller))
            .chain(self.cross_checks.notes())
            .chain(remarks.into_iter().map(|remark| remark.text))
            .collect();
        let completeness = if self.unjudged.any() || clock_was_wrong || clock_is_unchecked {
            Completeness::No
        } else {
            coverage.completeness(manifest.population_complete)
        };
        let settings_changes = alternatives.changes(self.settings.effects());
        manifest.settings_changes.clone_from(&settings_changes);
        manifest.complete = completeness == Completeness::Yes;
        manifest.completeness = completeness.as_str();
        manifest.accounts = self.accounts;
        manifest.notes.extend(notes.iter().cloned());
        let summary = Summary {
            as_of: parameters.as_of,
            as_of_set: manifest.as_of_set_by_hand,
            scope: scan.scope,
            population_complete: manifest.population_complete,
            coverage,
            completeness,
            audit_role: self.audit_role,
            clock_was_wrong,
            clock_is_unchecked,
            totals: self.totals,
            severities: self.severities,
            since,
            worst: self.worst.into_items(),
            most_findings: self.most_findings.into_items(),
            by_ou: self.by_ou.into_items(),
            families,
            gaps: self.gaps.into_groups(),
            notes,
            warnings,
            settings_changes,
            files: Vec::new(),
            manifest_sha256: None,
        };
        Some((summary, manifest, self.files))
    }
}
