//! Row 5: a report from the store, beside the csv crate and the same cells in memory.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::{Bench, alone, measure};
use crate::far_end::{FarEnd, World};
use crate::stats::{digits, mebibytes, median, seconds, verdict};
use crate::tools::Tools;
use crate::{findings, say};

/// At most so many times as long.
const GOAL: f64 = 2.0;

/// How many bytes ours begins with that the csv crate reads over.
const BYTE_ORDER_MARK: u64 = 3;

pub(super) fn run(bench: &Bench, tools: &Tools) -> Result<String> {
    let (accounts, roles) = (bench.size(5000, 50), bench.size(200, 100));
    let all = u64::from(accounts) * u64::from(roles);
    let folder = tools.scratch()?;
    let home = folder.path();
    let stdout = home.join("stdout");
    let mut far_end = FarEnd::start(tools, World::instant(accounts, roles))?;
    let command = tools.scan(&far_end, home, &[])?;
    measure(&mut far_end, &command, &stdout)?;
    drop(far_end);
    let mut disk = 0;
    for entry in fs::read_dir(home.join("store"))? {
        disk += entry?.metadata()?.len();
    }
    let config = home.join("config.toml");
    fs::write(&config, CONFIG)?;
    let store = home.join("store/scan.db");
    let (table, copy, report) = (home.join("report/roles.csv"), home.join("copy.csv"), home.join("again"));

    let (mut reports, mut plain, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..=bench.runs {
        let mut command = tools.rolesweep(None, home, &["report", "-q", "--include", "all", "--config"]);
        command.arg(&config).arg("--store").arg(&store).arg("-o").arg(&report);
        let cost = alone(&command, &stdout)?;
        ensure!(findings::roles(&report)? == all, "roles are missing");
        fs::rename(report.join("roles.csv"), &table)?;
        fs::remove_dir_all(&report)?;
        let paths = (table.to_str().context("no text")?, copy.to_str().context("no text")?);
        alone(&tools.own(None, home, &["cells", paths.0, paths.1])?, &stdout)?;
        let said: Value = serde_json::from_slice(&fs::read(&stdout)?)?;
        let writing = said["seconds"].as_f64().context("no time")?;
        let written = said["bytes"].as_u64().map(|bytes| bytes + BYTE_ORDER_MARK);
        ensure!(written == Some(fs::metadata(&table)?.len()), "not the same bytes: {said}");
        say(&format!("run {number}: {} and {}", seconds(cost.wall), seconds(writing)));
        // The first one warms up, and checks.
        if number > 0 {
            ratios.push(cost.wall / writing);
            reports.push(cost);
            plain.push(writing);
        }
    }
    let ratio = median(ratios);
    let mut section = format!(
        "{all} roles in {accounts} accounts, all of them in the table, with threshold rules and exemptions in the configuration. The report \
         reads the store, judges each role, and writes `roles.csv`, `accounts.csv` and the manifest with their digests; the csv crate writes \
         the cells of the same `roles.csv` from memory into a file.\n\n\
         | | wall | CPU | memory | report / csv crate | goal |\n|---|--:|--:|--:|--:|---|\n"
    );
    writeln!(
        section,
        "| report | {} | {} | {} | {} | ≤ {GOAL}: {} |",
        seconds(median(reports.iter().map(|cost| cost.wall))),
        seconds(median(reports.iter().map(|cost| cost.cpu))),
        mebibytes(median(reports.iter().map(|cost| cost.peak))),
        digits(ratio),
        verdict(ratio <= GOAL)
    )?;
    writeln!(section, "| csv crate | {} | | | | |", seconds(median(plain)))?;
    writeln!(section, "\nOn disk, a role takes {:.0} bytes for a scan.", disk as f64 / all as f64)?;
    Ok(section)
}

/// Rules that are looked at for every role, and match some.
const CONFIG: &str = include_str!("report.toml");
