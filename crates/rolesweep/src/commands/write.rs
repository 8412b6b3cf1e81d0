//! The end of a scan and the whole of a report: write it, sum it up, and say with which exit code.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rolesweep_assess::{AcceptedGap, Parameters};
use rolesweep_model::{Coverage, Scan, Source};
use rolesweep_report::{Include, ReportDirectory, default_path};
use rolesweep_store::Store;

use super::failures;
use crate::config::{self, OutputSettings, Settings};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::printer::Printer;
use crate::render::summary::{Context, summary};
use crate::render::{Pass, RenderError, Rendered, Target, Unassumed, render};
use crate::text;

/// Finds out whether the report can be written, before anything is asked of AWS.
pub(super) fn check(output: &OutputSettings) -> Outcome<()> {
    let path = match &output.target {
        config::Target::Folder(path) => path.clone(),
        // Its name is not known yet; that a folder can be made there is.
        config::Target::NewFolder => Path::new("rolesweep-report").join("<date>-<scan>"),
        config::Target::Stdout => return Ok(()),
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
}

/// A report that is written.
pub(super) struct Written {
    rendered: Rendered,
    role_name: String,
    /// How this scan is resumed, with the flags that lead to it.
    resume: String,
}

impl Written {
    /// The command that goes on with the scan, for a sentence.
    pub(super) fn resume(&self) -> &str {
        &self.resume
    }

    /// Whether nothing is missing, accepted gaps aside.
    pub(super) fn is_complete(&self) -> bool {
        self.rendered.complete
    }
}

impl Job {
    /// The report on a scan, with these settings.
    pub(super) fn new(store: Store, store_path: PathBuf, scan: Scan, settings: &Settings) -> Self {
        let audit_role = scan.parameters.role_name.clone();
        Self {
            parameters: settings.assess.parameters(scan.started_at, Some(audit_role)),
            gaps: settings.assess.accepted_gaps.clone(),
            output: settings.output.clone(),
            store,
            store_path,
            scan,
            stop: Arc::default(),
        }
    }

    /// The same, given up once this is set.
    pub(super) fn stopped_by(self, stop: Arc<AtomicBool>) -> Self {
        Self { stop, ..self }
    }

    /// Writes it, and the summary to the terminal, with the calls that the demo's organization counted.
    pub(super) fn write(self, calls: Option<String>, printer: &Printer) -> Outcome<Written> {
        let pass = Pass {
            store: &self.store,
            scan: &self.scan,
            parameters: &self.parameters,
            gaps: &self.gaps,
            include: match self.output.include {
                config::Include::Flagged => Include::Flagged,
                config::Include::All => Include::All,
            },
            previous: None,
            stop: &self.stop,
        };
        let folder = match &self.output.target {
            config::Target::Folder(path) => Some(path.clone()),
            config::Target::NewFolder => Some(default_path(Path::new(""), &self.scan)),
            config::Target::Stdout => None,
        };
        let rendered = match &folder {
            Some(path) => ReportDirectory::create(path)
                .map_err(RenderError::from)
                .and_then(|directory| render(&pass, Target::Folder(directory))),
            None => {
                let mut data = Printer::data();
                render(&pass, Target::Stream(&mut data))
            }
        };
        let rendered = match rendered {
            Ok(rendered) => rendered,
            Err(RenderError::Stopped) => return Err(failures::interrupted(folder.as_deref())),
            Err(error) => return Err(failures::render(&error, &self.store_path)),
        };
        let context = Context {
            scan: &self.scan,
            folder: folder.as_deref(),
            store: &self.store_path,
            calls,
            width: Printer::width(),
        };
        printer.line(&summary(&rendered, &context));
        let resume = resume_command(self.scan.source, self.output.store.as_deref());
        Ok(Written { rendered, role_name: self.scan.parameters.role_name, resume })
    }
}

/// How a scan of this source is resumed that is in this store, where one was named.
fn resume_command(source: Source, store: Option<&Path>) -> String {
    let demo = if source == Source::Demo { " --demo" } else { "" };
    let store = store.map(|path| format!(" --store {}", path.display())).unwrap_or_default();
    format!("`rolesweep scan{demo}{store} --resume`")
}

/// Whether another try could make the report complete. It could not add anything to accounts that were read in part.
fn can_be_resumed(rendered: &Rendered) -> bool {
    let any = |coverage| rendered.coverage.count(coverage) > 0;
    // Without any gap, it is the list of accounts that is not whole.
    [Coverage::Denied, Coverage::Failed, Coverage::NotReached].into_iter().any(any) || !any(Coverage::Partial)
}

/// What is missing in a report, where to see it, and what to do.
fn missing(Written { rendered, resume, .. }: &Written) -> String {
    const SEE: &str = "see \"Not fully seen\" above and accounts.csv";
    const LIST: &str = "the list of accounts, or of the OUs that rules name, is not whole (see the notes), so that something may be missing";
    const UNJUDGED: &str = "threshold rules name OUs that cannot be told for some accounts (see the notes): let the caller read the organization's \
         OUs and scan again, or write such rules by account";
    if rendered.clock_was_wrong {
        return "this machine's clock was wrong when it scanned (see the notes): set the clock and scan again".to_owned();
    }
    let seen = match (rendered.population_complete, rendered.coverage.open_gaps()) {
        (true, 0) => return UNJUDGED.to_owned(),
        (true, _) => SEE.to_owned(),
        (false, 0) => return format!("{LIST}; {resume} lists them again"),
        (false, _) => format!("{LIST}; of those that it has, {SEE}"),
    };
    if can_be_resumed(rendered) {
        format!("{seen}; {resume} tries again what was denied, failed or not reached")
    } else {
        seen
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
    let rendered = &written.rendered;
    if rendered.wanted == 0 {
        printer.error(match (rendered.coverage.total(), rendered.population_complete) {
            (0, true) => "no account was listed: the list of accounts is empty",
            (0, false) => "no account was listed: the list of accounts broke off before the first",
            _ => "no account matched: every account of the population is excluded or not active; check --ou, --accounts and what is excluded",
        });
        return Exit::CouldNotRun;
    }
    if rendered.assumed == 0 && !rendered.unassumed.is_empty() {
        printer.error(&assumed_in_none(&rendered.unassumed, &written.role_name));
        return Exit::CouldNotRun;
    }
    if !rendered.complete && !output.allow_partial {
        printer.error(&format!("the report is not complete: {}", missing(written)));
        return Exit::Incomplete;
    }
    if output.fail_on_findings && rendered.totals.findings() > 0 {
        return Exit::Findings;
    }
    Exit::Done
}
