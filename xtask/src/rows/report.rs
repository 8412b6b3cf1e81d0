//! Row 5: a report from the store, compared with the csv crate and the same cells in memory.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Result, ensure};

use super::{Bench, Ratios, alone, csv_baseline, measure};
use crate::measure::Cost;
use crate::server::{Server, World};
use crate::stats::{digits, mebibytes, median, met, seconds};
use crate::tools::Tools;
use crate::{findings, say};

/// The goal: at most this many times as long. Without risk it would be 3, and each of these roles has
/// policies of its own, for which row 6 allows six times as much.
const GOAL: f64 = 3.0 * 6.0;

pub(super) fn run(bench: &Bench, tools: &Tools) -> Result<String> {
    let (accounts, roles) = (bench.size(5000, 50), bench.size(200, 100));
    let all = u64::from(accounts) * u64::from(roles);
    let folder = tools.scratch()?;
    let config = folder.path().join("config.toml");
    fs::write(&config, CONFIG)?;
    let mut server = Server::start(&tools.simulator, World::instant(accounts, roles))?;
    // A home folder for each binary, because each reads the store that it has written.
    let homes: Vec<PathBuf> =
        (0..tools.binaries.len()).map(|at| folder.path().join(at.to_string())).collect();
    let mut disk = Vec::new();
    for (binary, home) in tools.binaries.iter().zip(&homes) {
        fs::create_dir(home)?;
        let scan = binary.scan(&server, home, &[])?;
        measure(&mut server, &scan, &home.join("stdout"))?;
        let mut bytes = 0;
        for entry in fs::read_dir(home.join("store"))? {
            bytes += entry?.metadata()?.len();
        }
        disk.push(format!("{:.0} bytes{}", bytes as f64 / all as f64, binary.suffix));
    }
    drop(server);

    let mut reports: Vec<Vec<Cost>> = tools.binaries.iter().map(|_| Vec::new()).collect();
    let mut plain: Vec<Vec<f64>> = tools.binaries.iter().map(|_| Vec::new()).collect();
    for number in 0..=bench.runs {
        for (at, (binary, home)) in tools.binaries.iter().zip(&homes).enumerate() {
            let (report, stdout) = (home.join("again"), home.join("stdout"));
            let mut command = binary.run(None, home, &["report", "-q", "--include", "all", "--config"]);
            command.arg(&config).arg("--store").arg(home.join("store/scan.db")).arg("-o").arg(&report);
            let cost = alone(&command, &stdout)?;
            ensure!(findings::roles(&report)? == all, "roles are missing{}", binary.suffix);
            let writing = csv_baseline(tools, &report.join("roles.csv"), all)?;
            fs::remove_dir_all(&report)?;
            say(&format!("run {number}{}: {} and {}", binary.suffix, seconds(cost.wall), seconds(writing)));
            // The first run warms up, and checks.
            if number > 0 {
                reports[at].push(cost);
                plain[at].push(writing);
            }
        }
    }
    let mut section = format!(
        "{all} roles in {accounts} accounts, all of them in the table, with threshold rules and exemptions in the configuration. The report \
         reads the store, judges each role and its risk, and writes `roles.csv`, `accounts.csv` and the manifest with their digests; the csv crate writes \
         the cells of the same `roles.csv` from memory into a file.\n\n\
         | | wall | CPU | memory | report / csv crate | goal |\n|---|--:|--:|--:|--:|---|\n"
    );
    for ((binary, reports), plain) in tools.binaries.iter().zip(&reports).zip(&plain) {
        let ratio = median(reports.iter().zip(plain).map(|(report, writing)| report.wall / writing));
        writeln!(
            section,
            "| report{} | {} | {} | {} | {} | ≤ {GOAL}: {} |",
            binary.suffix,
            seconds(median(reports.iter().map(|cost| cost.wall))),
            seconds(median(reports.iter().map(|cost| cost.cpu))),
            mebibytes(median(reports.iter().map(|cost| cost.peak))),
            digits(ratio),
            met(ratio <= GOAL)
        )?;
    }
    if let Some(Ratios { wall, cpu, peak }) = Ratios::of(&reports) {
        let (wall, cpu, peak) = (digits(wall), digits(cpu), digits(peak));
        writeln!(section, "| ratio of the builds | {wall} | {cpu} | {peak} | | |")?;
    }
    writeln!(section, "| csv crate | {} | | | | |", seconds(median(plain.concat())))?;
    writeln!(section, "\nOn disk, a role takes {} for a scan.", disk.join(", "))?;
    Ok(section)
}

/// Rules that are checked for every role, and match some.
const CONFIG: &str = include_str!("report.toml");
