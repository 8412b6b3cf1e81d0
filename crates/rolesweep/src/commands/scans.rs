//! `rolesweep scans`: the scans in a store, the newest first.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use rolesweep_assess::Completeness;
use rolesweep_model::{Coverage, ScanId};
use rolesweep_report::{Include, Report, Summary, Target};
use serde::Serialize;

use crate::cli;
use crate::failure::{Outcome, from_errors};
use crate::process::signals;
use crate::store::paths;
use crate::store::scans::{State, Stored, StoredScan, scope};
use crate::terminal::printer::{Printer, print_data};
use crate::terminal::text;
use rolesweep_config::Settings;

/// Lists the scans.
pub(super) fn run(arguments: &cli::Scans, settings: &Settings, printer: &Printer) -> Outcome<()> {
    let named = settings.output.store.as_deref();
    let stored = Stored::open(&paths::existing_store(named, arguments.demo, "rolesweep scans --demo")?)?;
    if stored.scans.is_empty() {
        return Err(stored.no_scan());
    }
    let stop = signals::flag()?;
    let as_json = arguments.format == "json";
    if !as_json {
        printer.note(
            "findings are counted with today's settings, which may differ from those of the scan's own report",
        );
    }
    print_data(|data| {
        if !as_json {
            writeln!(
                data,
                "{}",
                HEADINGS.map(|(name, width)| format!("{name:<width$}")).join("  ").trim_end()
            )?;
        }
        for scan in stored.scans.iter().rev() {
            let judged = judge(&stored, scan, settings, &stop);
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let line = Line::new(scan, stored.coverage(scan), judged.as_ref());
            if as_json {
                line.json(data)?
            } else {
                line.table(data)?
            }
            // Counting the findings of the next one takes a moment.
            data.flush()?;
        }
        Ok(())
    })?;
    if stop.load(Ordering::Relaxed) { Err(from_errors::interrupted(None)) } else { Ok(()) }
}

/// The result of a report on the scan with the current settings. Nothing if it could not be made.
fn judge(stored: &Stored, scan: &StoredScan, settings: &Settings, stop: &AtomicBool) -> Option<Summary> {
    let audit_role = scan.scan.parameters.role_name.clone();
    let report = Report {
        scan: &scan.scan,
        parameters: &settings.assess.parameters(scan.scan.started_at, Some(audit_role)),
        gaps: &settings.assess.accepted_gaps,
        include: Include::Flagged,
        with_risk: false,
        previous: None,
        stop,
    };
    rolesweep_report::run(&stored.store, &report, Target::SummaryOnly).ok()
}

/// The columns with their widths. A scan's id and its coverage are on the next line, so that a line
/// fits into a terminal.
const HEADINGS: [(&str, usize); 6] =
    [("#", 4), ("began", 20), ("state", 11), ("scope", 12), ("findings", 8), ("complete", 22)];

/// A scan in the list.
#[derive(Serialize)]
struct Line {
    number: i64,
    id: ScanId,
    started_at: String,
    state: &'static str,
    /// The process that runs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<u32>,
    /// What interrupted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    interrupted: Option<String>,
    scope: &'static str,
    /// The same as in the manifest.
    completeness: Option<Completeness>,
    accepted_gaps: Option<u64>,
    /// With the current settings. `null` if the facts cannot be read.
    findings: Option<u64>,
    /// `null` if the store is damaged.
    coverage: Option<serde_json::Map<String, serde_json::Value>>,
}

impl Line {
    fn new(stored: &StoredScan, coverage: Option<BTreeMap<Coverage, u64>>, judged: Option<&Summary>) -> Self {
        let (state, process, interrupted) = match &stored.state {
            State::Finished => ("finished", None, None),
            State::Interrupted(reason) => ("interrupted", None, Some(reason.clone())),
            State::Running(holder) => ("running", Some(holder.pid), None),
            State::CutOff => ("cut_off", None, None),
        };
        let coverage = coverage.map(|coverage| {
            coverage.into_iter().map(|(word, accounts)| (word.as_str().to_owned(), accounts.into())).collect()
        });
        Self {
            number: stored.number,
            id: stored.scan.id,
            started_at: stored.scan.started_at.to_string(),
            state,
            process,
            interrupted,
            scope: scope(stored.scan.scope),
            completeness: judged.map(|summary| summary.completeness),
            accepted_gaps: judged.map(|summary| summary.coverage.accepted_gaps()),
            findings: judged.map(|summary| summary.totals.findings()),
            coverage,
        }
    }

    fn json(&self, data: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(&mut *data, self)?;
        data.write_all(b"\n")
    }

    fn table(&self, data: &mut dyn Write) -> io::Result<()> {
        let complete = self
            .completeness
            .map_or_else(|| "?".to_owned(), |word| word.in_words(self.accepted_gaps.unwrap_or_default()));
        // In the same order as every table, which is not alphabetical.
        let words = |coverage: &serde_json::Map<_, _>| -> Vec<String> {
            let counted = |word: &Coverage| {
                Some(format!("{} {}", coverage.get(word.as_str())?, word.as_str().replace('_', " ")))
            };
            Coverage::ALL.iter().filter_map(counted).collect()
        };
        let coverage = match self.coverage.as_ref().map(words) {
            None => "its accounts cannot be read: the store is damaged there".to_owned(),
            Some(words) if words.is_empty() => "no account".to_owned(),
            Some(words) => words.join(", "),
        };
        let cells = [
            self.number.to_string(),
            self.started_at.clone(),
            self.state.replace('_', " "),
            self.scope.to_owned(),
            self.findings.map_or_else(|| "?".to_owned(), text::number),
            complete,
        ];
        let cells = cells.iter().zip(HEADINGS).map(|(cell, (_, width))| format!("{cell:<width$}"));
        writeln!(data, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
        writeln!(data, "{:<6}{}  {coverage}", "", self.id)
    }
}
