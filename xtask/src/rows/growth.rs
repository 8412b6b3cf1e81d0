//! Row 4: the cost of an organization that is ten times as large, and a check that memory does not
//! grow with it.

use std::fmt::Write as _;

use anyhow::{Result, ensure};

use super::{Bench, Measured, Medians, Ratios, measure};
use crate::server::{Server, World};
use crate::stats::{digits, mebibytes, met, seconds};
use crate::tools::Tools;
use crate::{findings, say};

/// CPU per role differs by at most this much between the sizes.
const SPREAD: f64 = 0.10;

const MEBIBYTE: f64 = 1_048_576.0;

pub(super) fn run(bench: &Bench, tools: &Tools) -> Result<String> {
    let roles = bench.size(200, 50);
    let sizes = [bench.size(1000, 30), bench.size(3000, 60), bench.size(10_000, 120)];
    let mut section = format!(
        "instant, accounts of {roles} roles, default settings; CPU less that of a scan of one account with one role.\n\n{HEAD}"
    );
    let mut worlds = vec![World::instant(1, 1)];
    worlds.extend(sizes.map(|accounts| World::instant(accounts, roles)));
    let scanned = scans(bench, tools, &worlds)?;
    // The cost of a nearly empty scan, for each binary.
    let nothing: Vec<f64> = scanned[0].iter().map(|scans| Medians::of(scans).cpu).collect();
    for (world, scans) in worlds.iter().zip(&scanned).skip(1) {
        let limit = (world.accounts == sizes[2]).then_some(128);
        rows(&mut section, tools, world, scans, &nothing, limit)?;
    }
    section.push('\n');
    for (at, binary) in tools.binaries.iter().enumerate() {
        let per_role = |cpu: fn(&[Measured]) -> f64| -> Vec<f64> {
            let sizes = worlds.iter().zip(&scanned).skip(1);
            sizes.map(|(world, scans)| (cpu(&scans[at]) - nothing[at]) / world.all_roles()).collect()
        };
        let spread_of_medians = spread(&per_role(|scans| Medians::of(scans).cpu));
        let least = per_role(|scans| scans.iter().map(|scan| scan.cost.cpu).fold(f64::MAX, f64::min));
        writeln!(
            section,
            "CPU per role{} differs by {} % (goal: at most {:.0} %: {}). By the least of each size's runs, which other work on the machine \
             has disturbed least, it is {} µs, and differs by {} %.\n",
            binary.suffix,
            digits(spread_of_medians * 100.0),
            SPREAD * 100.0,
            met(spread_of_medians <= SPREAD),
            least.iter().map(|one| digits(one * 1e6)).collect::<Vec<_>>().join(", "),
            digits(spread(&least) * 100.0)
        )?;
    }
    let (accounts, roles, bytes) = (bench.size(200, 4), bench.size(5000, 500), 20_000);
    let world = World { role_bytes: Some(bytes), ..World::instant(accounts, roles) };
    let scans = scans(bench, tools, &[world])?.concat();
    let most = scans[0].iter().map(|scan| scan.cost.peak).fold(0.0, f64::max);
    write!(
        section,
        "Large accounts: {accounts} of {roles} roles at {bytes} bytes; the most memory of any run was {}.\n\n{HEAD}",
        mebibytes(most)
    )?;
    rows(&mut section, tools, &world, &scans, &nothing, Some(256))?;
    Ok(section)
}

const HEAD: &str = "| accounts | wall | CPU | CPU per role | memory | goal | simulator's CPU |\n|--:|--:|--:|--:|--:|---|--:|\n";

/// The difference between the largest and the smallest, as a share.
fn spread(values: &[f64]) -> f64 {
    let (least, most) =
        values.iter().fold((f64::MAX, 0.0_f64), |(low, high), &one| (low.min(one), high.max(one)));
    most / least - 1.0
}

/// The rows of a world: one for each binary, and their ratio. `limit` is the most memory, in MiB.
fn rows(
    out: &mut String,
    tools: &Tools,
    world: &World<'_>,
    scans: &[Vec<Measured>],
    nothing: &[f64],
    limit: Option<u32>,
) -> Result<()> {
    for ((binary, scans), nothing) in tools.binaries.iter().zip(scans).zip(nothing) {
        let medians = Medians::of(scans);
        let goal = limit.map(|limit| {
            format!("memory ≤ {limit} MiB: {}", met(medians.peak <= f64::from(limit) * MEBIBYTE))
        });
        writeln!(
            out,
            "| {}{} | {} | {} | {} µs | {} | {} | {:.0} % |",
            world.accounts,
            binary.suffix,
            seconds(medians.wall),
            seconds(medians.cpu),
            digits((medians.cpu - nothing) / world.all_roles() * 1e6),
            mebibytes(medians.peak),
            goal.unwrap_or_default(),
            medians.server_share()
        )?;
    }
    if let Some(Ratios { wall, cpu, peak }) = Ratios::of(scans) {
        let (wall, cpu, peak) = (digits(wall), digits(cpu), digits(peak));
        writeln!(out, "| ratio of the builds | {wall} | {cpu} | | {peak} | | |")?;
    }
    Ok(())
}

/// The scans of each world by each binary. The worlds and the binaries alternate, because a shared
/// machine is faster in one minute than in the next.
fn scans(bench: &Bench, tools: &Tools, worlds: &[World<'_>]) -> Result<Vec<Vec<Vec<Measured>>>> {
    let folder = tools.scratch()?;
    let home = folder.path();
    let servers = worlds.iter().map(|&world| Server::start(&tools.simulator, world));
    let mut servers = servers.collect::<Result<Vec<_>>>()?;
    let mut scans: Vec<Vec<Vec<Measured>>> = vec![vec![Vec::new(); tools.binaries.len()]; worlds.len()];
    for number in 1..=bench.runs {
        for ((world, server), scans) in worlds.iter().zip(&mut servers).zip(&mut scans) {
            for (binary, scans) in tools.binaries.iter().zip(scans) {
                let command = binary.scan(server, home, &[])?;
                let scan = measure(server, &command, &home.join("stdout"))?;
                say(&format!(
                    "{} accounts, run {number}{}: CPU {}, memory {}",
                    world.accounts,
                    binary.suffix,
                    seconds(scan.cost.cpu),
                    mebibytes(scan.cost.peak)
                ));
                let seen = findings::roles(&home.join("report"))?;
                ensure!(seen == u64::from(world.accounts) * u64::from(world.roles), "{seen} roles");
                scans.push(scan);
            }
        }
    }
    Ok(scans)
}
