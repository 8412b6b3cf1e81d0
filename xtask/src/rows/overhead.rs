//! Row 3: the cost of a scan compared with its bare calls.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Result, ensure};

use super::{Bench, Measured, Medians, measure, report_again};
use crate::measure::Cost;
use crate::server::{Server, World};
use crate::stats::{digits, mebibytes, median, met, seconds};
use crate::tools::{ROLE, Tools};
use crate::{findings, say};

/// The concurrency and the page size of both: a scan's defaults.
const CONCURRENCY: &str = "64";
const PAGE: &str = "200";

/// The goal: at most this many times the bare loop's CPU.
const GOAL: f64 = 1.5;

/// The runs of one binary.
#[derive(Default)]
struct Runs {
    scans: Vec<Measured>,
    reports: Vec<Cost>,
}

impl Runs {
    /// What collecting took in each run.
    fn collecting(&self) -> impl Iterator<Item = f64> {
        self.scans.iter().zip(&self.reports).map(|(scan, report)| scan.cost.cpu - report.cpu)
    }
}

pub(super) fn run(bench: &Bench, tools: &Tools) -> Result<String> {
    let (accounts, roles) = (bench.size(200, 20), bench.size(1000, 100));
    let folder = tools.scratch()?;
    let home = folder.path();
    let stdout = home.join("stdout");
    let mut server = Server::start(&tools.simulator, World::instant(accounts, roles))?;
    let mut runs: Vec<Runs> = tools.binaries.iter().map(|_| Runs::default()).collect();
    let mut loops: Vec<Measured> = Vec::new();
    for number in 0..=bench.runs {
        let (mut beside, mut reports) = (Vec::new(), Vec::new());
        for binary in &tools.binaries {
            let mut command = binary.scan(&server, home, &["--concurrency", CONCURRENCY])?;
            command.env("ROLESWEEP_PAGE_SIZE", PAGE);
            beside.push(measure(&mut server, &command, &stdout)?);
            let seen = findings::roles(&home.join("report"))?;
            ensure!(seen == u64::from(accounts * roles), "{seen} roles{}", binary.suffix);
            reports.push(report_again(binary, home)?);
        }
        let command = tools.own(Some(&server), home, &["bare", ROLE, CONCURRENCY, PAGE])?;
        let bare = measure(&mut server, &command, &stdout)?;
        let read = fs::read_to_string(&stdout)?;
        ensure!(read.trim() == (accounts * roles).to_string(), "the bare loop read {read}");
        for operation in ["iam:GetAccountAuthorizationDetails", "sts:AssumeRole"] {
            ensure!(
                beside.iter().all(|scan| scan.counted.of(operation) == bare.counted.of(operation)),
                "not the same calls: {operation}"
            );
        }
        let cpu: Vec<String> = beside.iter().chain([&bare]).map(|run| seconds(run.cost.cpu)).collect();
        say(&format!("run {number}: CPU {}", cpu.join(" and ")));
        // The first run warms up, and checks.
        if number > 0 {
            for ((runs, scan), report) in runs.iter_mut().zip(beside).zip(reports) {
                runs.scans.push(scan);
                runs.reports.push(report);
            }
            loops.push(bare);
        }
    }
    let mut section = format!(
        "instant, {accounts} accounts of {roles} roles, {CONCURRENCY} at a time and {PAGE} roles a page; the scan with its store and its \
         CSV, all roles included, and a bare loop of the same calls on the SDK's own clients, which drops the answers. The loop has the \
         SDK read what it drops; the scan reads pages of roles itself, and is below 1 if all its other work is cheaper than that. The \
         report is measured once more on the scan's store, because it judges the risk of each role, which row 6 is about: each of these \
         roles has policies of its own.\n\n\
         | | CPU | wall | memory | its report's CPU | (CPU - report) / bare loop | goal | simulator's CPU |\n|---|--:|--:|--:|--:|--:|---|--:|\n"
    );
    let bare: Vec<f64> = loops.iter().map(|run| run.cost.cpu).collect();
    for (binary, runs) in tools.binaries.iter().zip(&runs) {
        let ratio = median(runs.collecting().zip(&bare).map(|(collecting, bare)| collecting / bare));
        let report = seconds(median(runs.reports.iter().map(|report| report.cpu)));
        let figures = format!("{report} | {} | ≤ {GOAL}: {}", digits(ratio), met(ratio <= GOAL));
        line(&mut section, &format!("scan{}", binary.suffix), &runs.scans, &figures)?;
    }
    line(&mut section, "bare loop", &loops, " | | ")?;
    if let [ours, other] = runs.as_slice() {
        let ratio = median(ours.collecting().zip(other.collecting()).map(|(ours, other)| ours / other));
        writeln!(section, "\nWithout their reports, the ratio of the builds' CPU is {}.", digits(ratio))?;
    }
    Ok(section)
}

/// A line of the table.
fn line(section: &mut String, name: &str, runs: &[Measured], figures: &str) -> Result<()> {
    let medians = Medians::of(runs);
    writeln!(
        section,
        "| {name} | {} | {} | {} | {figures} | {:.0} % |",
        seconds(medians.cpu),
        seconds(medians.wall),
        mebibytes(medians.peak),
        medians.server_share()
    )?;
    Ok(())
}
