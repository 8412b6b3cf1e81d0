//! Writes a report and prints its summary.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rolesweep_assess::ownership::{ambiguous_owner_ou, unknown_owner_ous};
use rolesweep_assess::risk::Severity;
use rolesweep_assess::{AcceptedGap, Completeness, NamedOu, Parameters, ambiguous_ou, unknown_ous};
use rolesweep_model::{OuTree, Scan, Source};
use rolesweep_report::result::{Counted, Files};
use rolesweep_report::{
    Include, PipelineError, Report, ReportDirectory, ScanResult, Summary, Target, default_path, publication,
    published_before,
};
use rolesweep_scan::ports::Clock as _;
use rolesweep_store::Store;

use rolesweep_config::{self as config, OutputSettings, Settings};

use super::earlier;
use crate::cli::NextCommands;
use crate::clock::SystemClock;
use crate::failure::{Failure, Outcome, from_errors};
use crate::process::stdout;
use crate::shell;
use crate::store::paths;
use crate::store::resume_advice::ResumeAdvice;
use crate::terminal::printer::Printer;
use crate::terminal::summary::{Context, summary};

/// Checks that the report and the result can be written, before the first call to AWS.
pub(in crate::commands) fn check(settings: &Settings) -> Outcome<()> {
    earlier::check(settings)?;
    let output = &settings.output;
    if output.summary == config::SummaryFormat::Json {
        stdout::check()?;
    }
    let path = match &output.target {
        config::Target::Folder(path) => path.clone(),
        // Its name is not known yet. Check that a folder can be created there.
        config::Target::NewFolder => Path::new("rolesweep-report").join("<date>-<scan>"),
        config::Target::Stdout => return stdout::check(),
    };
    Ok(ReportDirectory::check(&path)?)
}

/// A report to write, with all of its input.
pub(in crate::commands) struct Job {
    store: Store,
    store_path: PathBuf,
    scan: Scan,
    parameters: Parameters,
    gaps: Vec<AcceptedGap>,
    /// The earlier scan to compare with.
    previous: Option<Scan>,
    output: OutputSettings,
    stop: Arc<AtomicBool>,
    advice: ResumeAdvice,
    next: NextCommands,
    publishes: bool,
}

/// A report that has been written.
pub(in crate::commands) struct Written {
    pub(in crate::commands) summary: Summary,
    pub(in crate::commands) role_name: String,
    /// How to complete the scan.
    pub(in crate::commands) advice: ResumeAdvice,
    /// The command that reports on the scan again.
    pub(in crate::commands) again: String,
    /// Whether the scan lacks something because it was interrupted.
    pub(in crate::commands) is_interrupted: bool,
    /// Where it is; `None` for stdout.
    folder: Option<PathBuf>,
}

impl Written {
    /// Tells the record of the result what the report counts, and where it is.
    pub(in crate::commands) fn tell(&self, result: &mut ScanResult) {
        let folder = self.folder.as_deref().map(absolute_path);
        result.assessment = Some(Counted::from(&self.summary));
        result.report = Some(Files::new(folder, &self.summary));
    }
}

/// The path for a program that may run elsewhere.
pub(in crate::commands) fn absolute_path(path: &Path) -> String {
    std::path::absolute(path).as_deref().unwrap_or(path).to_string_lossy().into_owned()
}

impl Job {
    /// The report on a scan, with these settings.
    pub(in crate::commands) fn new(
        store: Store,
        store_path: PathBuf,
        scan: Scan,
        settings: &Settings,
        advice: ResumeAdvice,
    ) -> Self {
        let audit_role = scan.parameters.role_name.clone();
        Self {
            parameters: settings.assess.parameters(scan.started_at, Some(audit_role)),
            gaps: settings.assess.accepted_gaps.clone(),
            previous: None,
            output: settings.output.clone(),
            store,
            store_path,
            scan,
            stop: Arc::default(),
            advice,
            next: NextCommands::default(),
            publishes: false,
        }
    }

    /// The same, compared with an earlier scan of the store.
    pub(in crate::commands) fn compared_with(self, previous: Option<Scan>) -> Self {
        Self { previous, ..self }
    }

    /// The same, and the store keeps a record of the report. Later reports link to that. The store has
    /// to be open for writing.
    pub(in crate::commands) fn publishing(self) -> Self {
        Self { publishes: true, ..self }
    }

    /// The same, with the commands that repeat these settings.
    pub(in crate::commands) fn again_with(self, next: &NextCommands) -> Self {
        Self { next: next.clone(), ..self }
    }

    /// The same, with advice to run [`Job::again`] after the scan was resumed, which reports with its
    /// own settings.
    pub(super) fn again_after_resuming(mut self) -> Self {
        let again = self.again();
        if let ResumeAdvice::Command(resume) = &mut self.advice {
            resume.then = Some(again);
        }
        self
    }

    /// The command that reports on this scan again. It names the store if the folder has
    /// several, and the scan, because the store may have several.
    pub(in crate::commands) fn again(&self) -> String {
        self.on_this_scan(&self.next.report)
    }

    fn on_this_scan(&self, command: &str) -> String {
        let is_the_only_one =
            || paths::existing_store(None, false, "").is_ok_and(|only| only == self.store_path);
        let place = match (self.scan.source, &self.output.store) {
            (Source::Demo, None) => " --demo".to_owned(),
            (Source::Aws, None) if is_the_only_one() => String::new(),
            _ => format!(" --store {}", shell::quote(&self.store_path)),
        };
        format!("{command}{place} --scan {}", self.scan.id.short())
    }

    /// What to do next: a command, and what it does.
    fn next_command(&self, summary: &Summary) -> Option<String> {
        if summary.completeness == Completeness::No {
            // Otherwise the error message has the command.
            let wanted = self.output.allow_partial && summary.can_be_completed();
            return wanted.then(|| self.advice.hint("tries again what was not read"));
        }
        if summary.totals.roles() == 0 {
            return None;
        }
        if let Some(worst) =
            summary.worst.first().filter(|worst| worst.severity.counts_as() >= Severity::High)
        {
            // The id is shorter than the ARN, so that the line fits.
            let role = shell::quote(&worst.role_id);
            let command = format!("{} {role}", self.on_this_scan(&self.next.explain));
            return Some(format!("{} explains the first", shell::command(&command)));
        }
        let (flag, what) = match self.output.include {
            config::Include::Flagged => ("--include all", "reports all roles, without AWS"),
            config::Include::All => ("--inactive-after 180d", "reports with another threshold, without AWS"),
        };
        let is_given = flag.split(' ').next().is_some_and(|name| self.next.report.contains(name));
        let command = format!("{} {flag}", self.again());
        (!is_given).then(|| format!("{} {what}", shell::command(&command)))
    }

    /// The same, but stopped once this flag is set.
    pub(super) fn stopped_by(self, stop: Arc<AtomicBool>) -> Self {
        Self { stop, ..self }
    }

    /// Writes the report to the disk and the summary to the terminal, with the calls that the
    /// demo's organization counted.
    pub(in crate::commands) fn write(mut self, calls: Option<String>, printer: &Printer) -> Outcome<Written> {
        let again = self.again();
        check_ous(&self.scan, &self.parameters, &again, printer)?;
        let before = published_before(&self.store, &self.scan)?;
        let earlier = self.previous.as_ref().map(|scan| (scan, earlier::of_earlier(&self.parameters, scan)));
        let report = |scan, parameters, include, previous| Report {
            scan,
            parameters,
            gaps: &self.gaps,
            include,
            with_risk: true,
            previous,
            published_before: Some(&before),
            stop: &self.stop,
        };
        let include = match self.output.include {
            config::Include::Flagged => Include::Flagged,
            config::Include::All => Include::All,
        };
        let previous =
            earlier.as_ref().map(|(scan, parameters)| report(scan, parameters, Include::Flagged, None));
        let report = report(&self.scan, &self.parameters, include, previous.as_ref());
        let folder = match &self.output.target {
            config::Target::Folder(path) => Some(path.clone()),
            config::Target::NewFolder => Some(default_path(Path::new(""), &self.scan)),
            config::Target::Stdout => None,
        };
        let made = match &folder {
            Some(path) => ReportDirectory::create(path)
                .map_err(PipelineError::from)
                .and_then(|directory| rolesweep_report::run(&self.store, &report, Target::Folder(directory))),
            None => {
                let mut data = Printer::data()?;
                rolesweep_report::run(&self.store, &report, Target::Stream(&mut data))
            }
        };
        let mut made = match made {
            Ok(made) => made,
            Err(PipelineError::Stopped) => return Err(from_errors::interrupted(folder.as_deref())),
            Err(error) => {
                let earlier = earlier::remedy(&error, self.previous.as_ref());
                let failure = from_errors::pipeline(error, &self.store_path, &again);
                return Err(earlier.into_iter().fold(failure, Failure::hint));
            }
        };
        if self.publishes {
            let record = publication(&report, &made, SystemClock.now());
            if let Err(error) = self.store.publish(self.scan.id, &record) {
                printer.warning(&format!(
                    "the report was written, and the store did not take the record of it, so that later reports cannot link to it: {error}"
                ));
            }
        }
        for remedy in made.gaps.iter_mut().filter_map(|gap| gap.remedy.as_mut()) {
            *remedy = self.next.completion.complete(remedy);
        }
        let context = Context {
            scan: &self.scan,
            parameters: &self.parameters,
            next: self.next_command(&made),
            folder: folder.as_deref(),
            store: &self.store_path,
            calls,
            width: Printer::width(),
        };
        if self.output.summary == config::SummaryFormat::Text && !printer.is_quiet() {
            printer.line(&summary(&made, &context));
        } else {
            made.warnings.iter().for_each(|warning| printer.warning(warning));
        }
        let is_interrupted = self.scan.end.as_ref().is_some_and(|end| end.interrupted.is_some());
        let role_name = self.scan.parameters.role_name;
        Ok(Written { summary: made, role_name, advice: self.advice, again, is_interrupted, folder })
    }
}

/// A rule or an exemption whose path matches more than one OU would apply to accounts that it was not
/// written for.
fn refuse_ambiguous_rules(scan: &Scan, parameters: &Parameters, again: &str) -> Outcome<()> {
    let Some((named, ids)) = ambiguous_ou(parameters, &scan.ou_tree()) else { return Ok(()) };
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let NamedOu { by, ou } = named;
    Err(Failure::usage(format!("failed to apply {by}: its OU path fits more than one OU"))
        .cause(format!("`{ou}` is the path of {}", ids.join(" and ")))
        .hint(format!("name the OU by its id there, then run {}", shell::command(again))))
}

/// A row of the file of owners whose path matches more than one OU would name the owner of roles that
/// it was not written for.
fn refuse_ambiguous_owners(scan: &Scan, parameters: &Parameters, again: &str) -> Outcome<()> {
    let Some((line, path, ids)) = ambiguous_owner_ou(&parameters.owners.places, &scan.ou_tree()) else {
        return Ok(());
    };
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    Err(Failure::usage(format!(
        "failed to read line {line} of the file of owners: its OU path fits more than one OU"
    ))
    .cause(format!("`{path}` is the path of {}", ids.join(" and ")))
    .hint(format!("name the OU by its id in that line, then run {}", shell::command(again))))
}

/// Refuses OU paths in the settings that fit several OUs of a scan, and warns of those that fit none.
pub(in crate::commands) fn check_ous(
    scan: &Scan,
    parameters: &Parameters,
    again: &str,
    printer: &Printer,
) -> Outcome<()> {
    refuse_ambiguous_rules(scan, parameters, again)?;
    refuse_ambiguous_owners(scan, parameters, again)?;
    warn_of_missing_ous(scan, parameters, printer);
    Ok(())
}

/// A rule with a mistyped OU would silently leave roles to the general threshold, an exemption would
/// leave them on the list, and a row of the file of owners would leave them without an owner.
fn warn_of_missing_ous(scan: &Scan, parameters: &Parameters, printer: &Printer) {
    let Some(end) = scan.end.as_ref().filter(|end| end.population_complete) else { return };
    for NamedOu { by, ou } in unknown_ous(parameters, &OuTree::new(&end.organizational_units)) {
        printer.warning(&format!(
            "{by} names the OU `{ou}`, which the organization does not have\n  help: check its `ou`; the column \
             `ou_path` of accounts.csv has the paths"
        ));
    }
    for (line, ou) in unknown_owner_ous(&parameters.owners.places, &OuTree::new(&end.organizational_units)) {
        printer.warning(&format!(
            "line {line} of the file of owners names the OU `{ou}`, which the organization does not have\n  help: check the path; the column \
             `ou_path` of accounts.csv has the paths"
        ));
    }
}
