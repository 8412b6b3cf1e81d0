//! Row 4: what ten times the organization costs, and that memory does not grow with it.

use std::fmt::Write as _;

use anyhow::{Result, ensure};

use super::{Bench, Measured, Medians, measure};
use crate::far_end::{FarEnd, World};
use crate::stats::{digits, mebibytes, seconds, verdict};
use crate::tools::Tools;
use crate::{findings, say};

/// CPU per role differs by at most so much between the sizes.
const SPREAD: f64 = 0.10;

const MEBIBYTE: f64 = 1_048_576.0;

pub(super) fn run(bench: &Bench, tools: &Tools) -> Result<String> {
    let roles = bench.size(200, 50);
    let sizes = [bench.size(1000, 30), bench.size(3000, 60), bench.size(10_000, 120)];
    let mut section = format!(
        "instant, accounts of {roles} roles, default settings; CPU less that of a scan of one account with one role.\n\n\
         | accounts | wall | CPU | CPU per role | memory | goal | simulator's CPU |\n|--:|--:|--:|--:|--:|---|--:|\n"
    );
    let mut worlds = vec![World::instant(1, 1)];
    worlds.extend(sizes.map(|accounts| World::instant(accounts, roles)));
    let scanned = scans(bench, tools, &worlds)?;
    let nothing = scanned.first().map_or(0.0, |scans| Medians::of(scans).cpu);
    let mut each: Vec<f64> = Vec::new();
    let mut least: Vec<f64> = Vec::new();
    for (accounts, scans) in sizes.into_iter().zip(scanned.iter().skip(1)) {
        let medians = Medians::of(scans);
        let of_each = |cpu: f64| (cpu - nothing) / f64::from(accounts * roles);
        let per_role = of_each(medians.cpu);
        each.push(per_role);
        least.push(of_each(scans.iter().map(|scan| scan.cost.cpu).fold(f64::MAX, f64::min)));
        let goal = if accounts == sizes[2] {
            format!("memory ≤ 128 MiB: {}", verdict(medians.peak <= 128.0 * MEBIBYTE))
        } else {
            String::new()
        };
        row(&mut section, &accounts.to_string(), &medians, per_role, &goal)?;
    }
    let spread = spread(&each);
    writeln!(
        section,
        "\nCPU per role differs by {} % (goal: at most {:.0} %: {}). By the least of each size's runs, which other work on the machine has \
         disturbed least, it is {} µs, and differs by {} %.\n",
        digits(spread * 100.0),
        SPREAD * 100.0,
        verdict(spread <= SPREAD),
        least.iter().map(|one| digits(one * 1e6)).collect::<Vec<_>>().join(", "),
        digits(self::spread(&least) * 100.0)
    )?;
    let (accounts, roles, bytes) = (bench.size(200, 4), bench.size(5000, 500), 20_000);
    let world = World { role_bytes: Some(bytes), ..World::instant(accounts, roles) };
    let scans = scans(bench, tools, &[world])?.concat();
    let medians = Medians::of(&scans);
    let most = scans.iter().map(|scan| scan.cost.peak).fold(0.0, f64::max);
    writeln!(
        section,
        "Large accounts: {accounts} of {roles} roles at {bytes} bytes; the most memory of any run was {}.\n\n\
         | accounts | wall | CPU | CPU per role | memory | goal | simulator's CPU |\n|--:|--:|--:|--:|--:|---|--:|",
        mebibytes(most)
    )?;
    let goal = format!("memory ≤ 256 MiB: {}", verdict(medians.peak <= 256.0 * MEBIBYTE));
    let per_role = (medians.cpu - nothing) / f64::from(accounts * roles);
    row(&mut section, &accounts.to_string(), &medians, per_role, &goal)?;
    Ok(section)
}

/// How much more the most is than the least, as a share.
fn spread(values: &[f64]) -> f64 {
    let (least, most) =
        values.iter().fold((f64::MAX, 0.0_f64), |(low, high), &one| (low.min(one), high.max(one)));
    most / least - 1.0
}

fn row(out: &mut String, accounts: &str, medians: &Medians, per_role: f64, goal: &str) -> Result<()> {
    writeln!(
        out,
        "| {accounts} | {} | {} | {} µs | {} | {goal} | {:.0} % |",
        seconds(medians.wall),
        seconds(medians.cpu),
        digits(per_role * 1e6),
        mebibytes(medians.peak),
        medians.far_end_share()
    )?;
    Ok(())
}

/// The scans of each world. The worlds take turns: a machine that others share is faster in one minute than in the next.
fn scans(bench: &Bench, tools: &Tools, worlds: &[World<'_>]) -> Result<Vec<Vec<Measured>>> {
    let folder = tools.scratch()?;
    let home = folder.path();
    let far_ends = worlds.iter().map(|&world| FarEnd::start(tools, world));
    let mut far_ends = far_ends.collect::<Result<Vec<_>>>()?;
    let mut scans: Vec<Vec<Measured>> = worlds.iter().map(|_| Vec::new()).collect();
    for number in 1..=bench.runs {
        for ((world, far_end), scans) in worlds.iter().zip(&mut far_ends).zip(&mut scans) {
            let command = tools.scan(far_end, home, &[])?;
            let scan = measure(far_end, &command, &home.join("stdout"))?;
            say(&format!(
                "{} accounts, run {number}: CPU {}, memory {}",
                world.accounts,
                seconds(scan.cost.cpu),
                mebibytes(scan.cost.peak)
            ));
            let seen = findings::roles(&home.join("report"))?;
            ensure!(seen == u64::from(world.accounts) * u64::from(world.roles), "{seen} roles");
            scans.push(scan);
        }
    }
    Ok(scans)
}
