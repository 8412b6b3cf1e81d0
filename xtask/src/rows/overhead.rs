//! Row 3: what a scan costs beside its calls.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Result, ensure};

use super::{Bench, Medians, measure};
use crate::far_end::{FarEnd, World};
use crate::stats::{digits, mebibytes, median, seconds, verdict};
use crate::tools::{ROLE, Tools};
use crate::{findings, say};

/// The concurrency and the page size of both: a scan's defaults.
const CONCURRENCY: &str = "64";
const PAGE: &str = "200";

/// At most so many times the bare loop's CPU.
const GOAL: f64 = 1.5;

pub(super) fn run(bench: &Bench, tools: &Tools) -> Result<String> {
    let (accounts, roles) = (bench.size(200, 20), bench.size(1000, 100));
    let folder = tools.scratch()?;
    let home = folder.path();
    let stdout = home.join("stdout");
    let mut far_end = FarEnd::start(tools, World::instant(accounts, roles))?;
    let (mut scans, mut loops) = (Vec::new(), Vec::new());
    for number in 0..=bench.runs {
        let mut command = tools.scan(&far_end, home, &["--concurrency", CONCURRENCY])?;
        command.env("ROLESWEEP_PAGE_SIZE", PAGE);
        let scan = measure(&mut far_end, &command, &stdout)?;
        let seen = findings::roles(&home.join("report"))?;
        let command = tools.own(Some(&far_end), home, &["bare", ROLE, CONCURRENCY, PAGE])?;
        let bare = measure(&mut far_end, &command, &stdout)?;
        let read = fs::read_to_string(&stdout)?;
        ensure!(
            read.trim() == seen.to_string() && seen == u64::from(accounts * roles),
            "{seen} roles, and {read}"
        );
        let (ours, theirs) = ("iam:GetAccountAuthorizationDetails", "sts:AssumeRole");
        for operation in [ours, theirs] {
            ensure!(
                scan.counted.of(operation) == bare.counted.of(operation),
                "not the same calls: {operation}"
            );
        }
        say(&format!("run {number}: CPU {} and {}", seconds(scan.cost.cpu), seconds(bare.cost.cpu)));
        // The first one warms up, and checks.
        if number > 0 {
            scans.push(scan);
            loops.push(bare);
        }
    }
    let ratio = median(scans.iter().zip(&loops).map(|(scan, bare)| scan.cost.cpu / bare.cost.cpu));
    let mut section = format!(
        "instant, {accounts} accounts of {roles} roles, {CONCURRENCY} at a time and {PAGE} roles a page; the scan with its store and its \
         CSV, all roles included, and a bare loop of the same calls on the SDK's own clients, which drops the answers. The loop has the \
         SDK read what it drops; the scan reads pages of roles itself, and is below 1 where all its other work is cheaper than that.\n\n\
         | | CPU | wall | memory | CPU / bare loop | goal | simulator's CPU |\n|---|--:|--:|--:|--:|---|--:|\n"
    );
    for (name, runs, ratio) in [("scan", &scans, Some(ratio)), ("bare loop", &loops, None)] {
        let medians = Medians::of(runs);
        writeln!(
            section,
            "| {name} | {} | {} | {} | {} | {:.0} % |",
            seconds(medians.cpu),
            seconds(medians.wall),
            mebibytes(medians.peak),
            ratio.map_or(" | ".to_owned(), |ratio| {
                format!("{} | ≤ {GOAL}: {}", digits(ratio), verdict(ratio <= GOAL))
            }),
            medians.far_end_share()
        )?;
    }
    Ok(section)
}
