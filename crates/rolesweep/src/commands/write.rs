//! The end of a scan and the whole of a report: write it, sum it up, and say with which exit code.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rolesweep_assess::{AcceptedGap, Completeness, Parameters, ambiguous_ou, unknown_ous};
use rolesweep_model::{OuTree, ReasonKind, Scan};
use rolesweep_report::{
    GapGroup, Include, PipelineError, Report, ReportDirectory, Summary, Target, Unassumed, default_path,
};
use rolesweep_store::Store;

use super::failures;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::printer::Printer;
use crate::process::stdout;
use crate::summary::{Context, summary};
use crate::{shell, text};
use rolesweep_config::{self as config, OutputSettings, Settings};

/// Finds out whether the report can be written, before anything is asked of AWS.
pub(super) fn check(output: &OutputSettings) -> Outcome<()> {
    let path = match &output.target {
        config::Target::Folder(path) => path.clone(),
        // Its name is not known yet; that a folder can be made there is.
        config::Target::NewFolder => Path::new("rolesweep-report").join("<date>-<scan>"),
        config::Target::Stdout => return stdout::check(),
    };
    ReportDirectory::check(&path).map_err(|error| failures::report(&error))
}

/// A report to write, with everything that it is made of.
pub(super) struct Job {
    store: Store,
    store_path: PathBuf,
    scan: Scan,
    parameters: Parameters,
    gaps: Vec<AcceptedGap>,
    output: OutputSettings,
    stop: Arc<AtomicBool>,
    again: Again,
}

/// How what is missing in a scan could still be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Again {
    /// By this command. The external id is a secret and not in it.
    Command { command: String, needs_external_id: bool },
    /// By no command now: what to do instead.
    Not(String),
}

impl Again {
    /// What to do: the command, and `what` it does.
    pub(super) fn hint(&self, what: &str) -> String {
        match self {
            Self::Command { command, needs_external_id } => {
                let variable = if *needs_external_id {
                    "; put the external id into ROLESWEEP_EXTERNAL_ID first"
                } else {
                    ""
                };
                format!("{} {what}{variable}", shell::command(command))
            }
            Self::Not(instead) => instead.clone(),
        }
    }
}

/// A report that is written.
pub(super) struct Written {
    summary: Summary,
    role_name: String,
    again: Again,
}

impl Written {
    /// A line of help: the command that resumes the scan, and `what` it does.
    pub(super) fn help(&self, what: &str) -> String {
        format!("\n  help: {}", self.again.hint(what))
    }

    /// Whether nothing is missing, accepted gaps aside.
    pub(super) fn is_complete(&self) -> bool {
        self.summary.completeness != Completeness::No
    }
}

impl Job {
    /// The report on a scan, with these settings.
    pub(super) fn new(
        store: Store,
        store_path: PathBuf,
        scan: Scan,
        settings: &Settings,
        again: Again,
    ) -> Self {
        let audit_role = scan.parameters.role_name.clone();
        Self {
            parameters: settings.assess.parameters(scan.started_at, Some(audit_role)),
            gaps: settings.assess.accepted_gaps.clone(),
            output: settings.output.clone(),
            store,
            store_path,
            scan,
            stop: Arc::default(),
            again,
        }
    }

    /// The same, given up once this is set.
    pub(super) fn stopped_by(self, stop: Arc<AtomicBool>) -> Self {
        Self { stop, ..self }
    }

    /// Writes it, and the summary to the terminal, with the calls that the demo's organization counted.
    pub(super) fn write(self, calls: Option<String>, printer: &Printer) -> Outcome<Written> {
        refuse_ambiguous_rules(&self.scan, &self.parameters)?;
        warn_of_missing_ous(&self.scan, &self.parameters, printer);
        let report = Report {
            scan: &self.scan,
            parameters: &self.parameters,
            gaps: &self.gaps,
            include: match self.output.include {
                config::Include::Flagged => Include::Flagged,
                config::Include::All => Include::All,
            },
            stop: &self.stop,
        };
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
        let made = match made {
            Ok(made) => made,
            Err(PipelineError::Stopped) => return Err(failures::interrupted(folder.as_deref())),
            Err(error) => return Err(failures::render(&error, &self.store_path)),
        };
        let context = Context {
            scan: &self.scan,
            folder: folder.as_deref(),
            store: &self.store_path,
            calls,
            width: Printer::width(),
        };
        printer.line(&summary(&made, &context));
        Ok(Written { summary: made, role_name: self.scan.parameters.role_name, again: self.again })
    }
}

/// A rule by a path that fits more than one OU would be for accounts that it was not written for.
fn refuse_ambiguous_rules(scan: &Scan, parameters: &Parameters) -> Outcome<()> {
    let units = scan.end.as_ref().map(|end| end.organizational_units.as_slice()).unwrap_or_default();
    let Some((rule, path, ids)) = ambiguous_ou(&parameters.rules, &OuTree::new(units)) else {
        return Ok(());
    };
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    Err(Failure::usage(format!(
        "failed to apply the threshold rule `{rule}`: its OU path fits more than one OU"
    ))
    .cause(format!("`{path}` is the path of {}", ids.join(" and ")))
    .hint("name the OU by its id in the rule, then run `rolesweep report`"))
}

/// A rule whose OU is mistyped would leave roles to the general threshold, and nobody would see it.
fn warn_of_missing_ous(scan: &Scan, parameters: &Parameters, printer: &Printer) {
    let Some(end) = scan.end.as_ref().filter(|end| end.population_complete) else { return };
    for (rule, ou) in unknown_ous(&parameters.rules, &OuTree::new(&end.organizational_units)) {
        printer.warning(&format!(
            "the threshold rule `{rule}` names the OU `{ou}`, which the organization does not have\n  help: check the rule's `ou`; the column \
             `ou_path` of accounts.csv has the paths"
        ));
    }
}

/// Whether another attempt could make the report complete. It could not where every gap is an account that has left.
fn can_be_resumed(summary: &Summary) -> bool {
    let stays = |gap: &GapGroup| gap.kind == Some(ReasonKind::Left);
    // Without any gap, it is the list of accounts that is not whole.
    summary.gaps.is_empty() || !summary.gaps.iter().all(stays)
}

/// What is missing in a report, where to see it, and what to do.
fn missing(written: &Written) -> String {
    let summary = &written.summary;
    const SEE: &str = "see \"Not fully seen\" above and accounts.csv";
    const LIST: &str = "rolesweep could not read the whole list of accounts or OUs (see the notes), so accounts may be missing";
    const UNJUDGED: &str = "threshold rules name OUs that cannot be told for some accounts (see the notes): let the caller read the organization's \
         OUs and scan again, or write such rules by account";
    if summary.clock_was_wrong {
        return "this machine's clock was wrong when it scanned (see the notes): set the clock and scan again".to_owned();
    }
    if summary.clock_is_unchecked {
        return "this machine's clock could not be checked (see the notes)\n  help: let the header `Date` of AWS's answers through the proxy, and \
                scan again"
            .to_owned();
    }
    let seen = match (summary.population_complete, summary.coverage.open_gaps()) {
        (true, 0) => return UNJUDGED.to_owned(),
        (true, _) => SEE.to_owned(),
        (false, 0) => return format!("{LIST}{}", written.help("lists them again")),
        (false, _) => format!("{LIST}; for the accounts that were listed, {SEE}"),
    };
    if can_be_resumed(summary) {
        format!("{seen}{}", written.help("tries again what was partial, denied, failed or not reached"))
    } else {
        format!(
            "{seen}\n  help: scan again: the accounts that were not read have left the organization since this scan began"
        )
    }
}

/// That the audit role was assumed in no account, and why: the commonest reasons first.
fn assumed_in_none(reasons: &BTreeMap<String, Unassumed>, role: &str) -> String {
    const SHOWN: usize = 3;
    let mut reasons: Vec<_> = reasons.iter().collect();
    reasons.sort_by_key(|(_, unassumed)| std::cmp::Reverse(unassumed.accounts));
    let mut failure = Failure::new(format!("failed to assume the audit role {role} in any account"));
    for (reason, unassumed) in reasons.iter().take(SHOWN) {
        let accounts = text::count(unassumed.accounts, "account");
        failure = failure.cause(format!("{} ({accounts})", text::one_line(reason)));
    }
    match reasons.first().and_then(|(_, unassumed)| unassumed.remedy.clone()) {
        Some(remedy) => failure.hint(remedy),
        None => failure,
    }
    .to_string()
}

/// The exit code for a report, with a last word where it is not 0.
pub(super) fn exit(written: &Written, output: &OutputSettings, printer: &Printer) -> Exit {
    let summary = &written.summary;
    if summary.audit_role.wanted == 0 {
        printer.error(match (summary.coverage.total(), summary.population_complete) {
            (0, true) => "no account was listed: the list of accounts is empty",
            (0, false) => "no account was listed: the list of accounts is empty, or broke off before the first (see the notes)",
            _ => "no account matched: every account of the population is excluded or not active; check --ou, --accounts and what is excluded",
        });
        return Exit::CouldNotRun;
    }
    if summary.audit_role.assumed == 0 && !summary.audit_role.unassumed.is_empty() {
        printer.error(&assumed_in_none(&summary.audit_role.unassumed, &written.role_name));
        return Exit::CouldNotRun;
    }
    if summary.completeness == Completeness::No && !output.allow_partial {
        printer.error(&format!("the report is not complete: {}", missing(written)));
        return Exit::Incomplete;
    }
    if output.fail_on == config::FailOn::Findings && summary.totals.findings() > 0 {
        return Exit::Findings;
    }
    Exit::Done
}
