//! The rows of the benchmark, one module each.

mod bound;
mod changes;
mod growth;
mod overhead;
mod peers;
mod report;
mod risk;

use std::borrow::Borrow;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::measure::{self, Cost};
use crate::server::{Counted, Server};
use crate::stats::median;
use crate::tools::{Binary, Tools};

/// How much to measure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bench {
    /// How many runs of each.
    pub(crate) runs: usize,
    /// A smaller benchmark, to see that it works.
    pub(crate) quick: bool,
}

impl Bench {
    /// The full size, or the smaller one.
    fn size(self, full: u32, quick: u32) -> u32 {
        if self.quick { quick } else { full }
    }
}

pub(crate) struct Row {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// Its title on the page.
    pub(crate) title: &'static str,
    /// Measures, and gives the section of the page.
    pub(crate) run: fn(&Bench, &Tools) -> Result<String>,
}

/// All rows, in their order.
pub(crate) static ALL: [Row; 7] = [
    Row { name: "peers", title: "1. Beside what people use today", run: peers::run },
    Row { name: "bound", title: "2. Beside what is possible", run: bound::run },
    Row { name: "overhead", title: "3. Beside the bare calls", run: overhead::run },
    Row { name: "growth", title: "4. Growth", run: growth::run },
    Row { name: "report", title: "5. Beside the csv crate", run: report::run },
    Row { name: "risk", title: "6. With and without risk", run: risk::run },
    Row { name: "changes", title: "7. Compared with the scan before", run: changes::run },
];

/// `7 runs`
pub(crate) fn runs(runs: usize) -> String {
    if runs == 1 { "1 run".to_owned() } else { format!("{runs} runs") }
}

/// The time limit of a run. A longer one hangs.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// A run with a simulator.
#[derive(Debug, Clone)]
struct Measured {
    cost: Cost,
    counted: Counted,
}

impl Borrow<Cost> for Measured {
    fn borrow(&self) -> &Cost {
        &self.cost
    }
}

/// Measures one run, which has to succeed.
fn measure(server: &mut Server, command: &Command, stdout: &Path) -> Result<Measured> {
    server.reset()?;
    let cost = alone(command, stdout)?;
    Ok(Measured { cost, counted: server.counted()? })
}

/// Measures one run without a server, which has to succeed.
fn alone(command: &Command, stdout: &Path) -> Result<Cost> {
    let cost = measure::run(command, stdout, LIMIT)?;
    if cost.code != 0 {
        bail!("{} exited with {}: {}", command.get_program().display(), cost.code, cost.said);
    }
    Ok(cost)
}

/// Measures the report of a scan once more. A scan ends with it, and it judges the risk of roles, which
/// has a row of its own: what is compared with the bare calls is the scan less its report.
fn report_again(binary: &Binary, home: &Path) -> Result<Cost> {
    let again = home.join("again");
    let mut command = binary.run(None, home, &["report", "-q", "--include", "all"]);
    command.arg("--store").arg(home.join("store/scan.db")).arg("-o").arg(&again);
    let cost = alone(&command, &home.join("stdout"))?;
    fs::remove_dir_all(again)?;
    Ok(cost)
}

/// How many seconds the csv crate takes to write the cells of a table of so many rows from memory.
fn csv_baseline(tools: &Tools, table: &Path, rows: u64) -> Result<f64> {
    let folder = tools.scratch()?;
    let (copy, stdout) = (folder.path().join("copy.csv"), folder.path().join("stdout"));
    let (from, to) = (table.to_str().context("no text")?, copy.to_str().context("no text")?);
    alone(&tools.own(None, folder.path(), &["csv-baseline", from, to])?, &stdout)?;
    let said: Value = serde_json::from_slice(&fs::read(&stdout)?)?;
    // The same cells but not the same bytes: the report quotes more of them.
    ensure!(said["rows"].as_u64() == Some(rows + 1), "not the same rows: {said}");
    said["seconds"].as_f64().context("no time")
}

/// The build's cost as a multiple of the other build's: medians of the pairs of runs.
struct Ratios {
    wall: f64,
    cpu: f64,
    peak: f64,
}

impl Ratios {
    /// From the runs of each binary; `None` unless there are two.
    fn of<T: Borrow<Cost>>(runs: &[Vec<T>]) -> Option<Self> {
        let [ours, other] = runs else { return None };
        let of = |figure: fn(&Cost) -> f64| {
            median(ours.iter().zip(other).map(|(ours, other)| figure(ours.borrow()) / figure(other.borrow())))
        };
        Some(Self { wall: of(|cost| cost.wall), cpu: of(|cost| cost.cpu), peak: of(|cost| cost.peak) })
    }
}

/// The medians of several runs.
struct Medians {
    wall: f64,
    cpu: f64,
    peak: f64,
    server_cpu: f64,
    calls: u64,
    throttled: u64,
}

impl Medians {
    fn of(runs: &[Measured]) -> Self {
        let of = |figure: fn(&Measured) -> f64| median(runs.iter().map(figure));
        let last = runs.last();
        Self {
            wall: of(|run| run.cost.wall),
            cpu: of(|run| run.cost.cpu),
            peak: of(|run| run.cost.peak),
            server_cpu: of(|run| run.counted.cpu),
            calls: last.map_or(0, |run| run.counted.all()),
            throttled: last.map_or(0, |run| run.counted.throttled()),
        }
    }

    /// The simulator's share of all CPU, in percent.
    fn server_share(&self) -> f64 {
        100.0 * self.server_cpu / (self.server_cpu + self.cpu).max(f64::MIN_POSITIVE)
    }
}
