//! Row 3: the cost of a scan compared with its bare calls.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Result, ensure};

use super::{Bench, Measured, Medians, Ratios, measure};
use crate::server::{Server, World};
use crate::stats::{digits, mebibytes, median, met, seconds};
use crate::tools::{ROLE, Tools};
use crate::{findings, say};

/// The concurrency and the page size of both: a scan's defaults.
const CONCURRENCY: &str = "64";
const PAGE: &str = "200";

/// The goal: at most this many times the bare loop's CPU.
const GOAL: f64 = 1.5;

pub(super) fn run(bench: &Bench, tools: &Tools) -> Result<String> {
    let (accounts, roles) = (bench.size(200, 20), bench.size(1000, 100));
    let folder = tools.scratch()?;
    let home = folder.path();
    let stdout = home.join("stdout");
    let mut server = Server::start(&tools.simulator, World::instant(accounts, roles))?;
    let mut scans: Vec<Vec<Measured>> = tools.binaries.iter().map(|_| Vec::new()).collect();
    let mut loops: Vec<Measured> = Vec::new();
    for number in 0..=bench.runs {
        let mut beside = Vec::new();
        for binary in &tools.binaries {
            let mut command = binary.scan(&server, home, &["--concurrency", CONCURRENCY])?;
            command.env("ROLESWEEP_PAGE_SIZE", PAGE);
            beside.push(measure(&mut server, &command, &stdout)?);
            let seen = findings::roles(&home.join("report"))?;
            ensure!(seen == u64::from(accounts * roles), "{seen} roles{}", binary.suffix);
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
            scans.iter_mut().zip(beside).for_each(|(scans, scan)| scans.push(scan));
            loops.push(bare);
        }
    }
    let mut section = format!(
        "instant, {accounts} accounts of {roles} roles, {CONCURRENCY} at a time and {PAGE} roles a page; the scan with its store and its \
         CSV, all roles included, and a bare loop of the same calls on the SDK's own clients, which drops the answers. The loop has the \
         SDK read what it drops; the scan reads pages of roles itself, and is below 1 if all its other work is cheaper than that.\n\n\
         | | CPU | wall | memory | CPU / bare loop | goal | simulator's CPU |\n|---|--:|--:|--:|--:|---|--:|\n"
    );
    let named = tools.binaries.iter().map(|binary| format!("scan{}", binary.suffix));
    let compared = scans.iter().map(|scans| {
        let ratio = median(scans.iter().zip(&loops).map(|(scan, bare)| scan.cost.cpu / bare.cost.cpu));
        format!("{} | ≤ {GOAL}: {}", digits(ratio), met(ratio <= GOAL))
    });
    let rows = named.zip(&scans).zip(compared);
    for ((name, runs), ratio) in rows.chain([(("bare loop".to_owned(), &loops), " | ".to_owned())]) {
        let medians = Medians::of(runs);
        writeln!(
            section,
            "| {name} | {} | {} | {} | {ratio} | {:.0} % |",
            seconds(medians.cpu),
            seconds(medians.wall),
            mebibytes(medians.peak),
            medians.server_share()
        )?;
    }
    if let Some(Ratios { wall, cpu, peak }) = Ratios::of(&scans) {
        let (wall, cpu, peak) = (digits(wall), digits(cpu), digits(peak));
        writeln!(section, "| ratio of the builds | {cpu} | {wall} | {peak} | | | |")?;
    }
    Ok(section)
}
