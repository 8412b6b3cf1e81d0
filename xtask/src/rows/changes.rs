//! Row 7: two scans of a million roles compared, and reports on a store that has a year of scans.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::{Bench, alone};
use crate::measure::Cost;
use crate::say;
use crate::stats::{digits, mebibytes, median, met, seconds};
use crate::tools::Tools;

/// How many distinct sets of documents the roles have.
const SETS: u32 = 2000;

/// How many times the CPU of assessing one scan a comparison may take.
const COMPARED: f64 = 2.5;

/// The scans of a year, one a week.
const WEEKS: u32 = 52;

/// How much more CPU a report after a year may take than the first.
const SLOWER: f64 = 1.10;

pub(super) fn run(bench: &Bench, tools: &Tools) -> Result<String> {
    let folder = tools.scratch()?;
    let home = folder.path().to_owned();
    let world = Stores { program: tools.example("rolesweep-report", "risk")?, home };
    Ok(two_scans(bench, tools, &world)? + &a_year(bench, &world)?)
}

/// Makes stores, and measures reports on them.
struct Stores {
    program: PathBuf,
    home: PathBuf,
}

impl Stores {
    /// Adds a scan to a store.
    fn add(&self, store: &Path, accounts: u32, roles: u32) -> Result<()> {
        let numbers = [accounts, roles, SETS].map(|number| number.to_string());
        let mut command = self.command();
        command.arg("write").arg(store).args(numbers);
        alone(&command, &self.home.join("stdout"))?;
        Ok(())
    }

    /// Measures a report on the latest scan.
    fn report(&self, store: &Path, how: &str) -> Result<Cost> {
        let folder = self.home.join("report");
        let mut command = self.command();
        command.arg("report").arg(store).arg(&folder).arg(how);
        let cost = alone(&command, &self.home.join("stdout"))?;
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        Ok(cost)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.home).env("TMPDIR", &self.home);
        command
    }
}

fn of(costs: &[Cost], figure: fn(&Cost) -> f64) -> f64 {
    median(costs.iter().map(figure))
}

fn two_scans(bench: &Bench, tools: &Tools, world: &Stores) -> Result<String> {
    let (accounts, roles) = (bench.size(5000, 50), bench.size(200, 100));
    let store = world.home.join("two.db");
    world.add(&store, accounts, roles)?;
    world.add(&store, accounts, roles)?;
    let binary = tools.binaries.first().context("no binary")?;
    let mut diff = binary.run(None, &world.home, &["diff", "-q", "--format", "csv", "--store"]);
    diff.arg(&store);
    let mut costs: [Vec<Cost>; 4] = Default::default();
    for number in 1..=bench.runs {
        let [assessed, with, compared, of_diff] = &mut costs;
        assessed.push(world.report(&store, "assessed")?);
        with.push(world.report(&store, "with")?);
        compared.push(world.report(&store, "compared")?);
        of_diff.push(alone(&diff, &world.home.join("stdout"))?);
        say(&format!("run {number}: diff {} of CPU", seconds(of(of_diff, |cost| cost.cpu))));
    }
    fs::remove_file(&store)?;
    let mut section = format!(
        "Two scans of {} roles in {accounts} accounts, all of them idle in both. The first line reads and assesses one scan and writes nothing.\n\n\
         | | wall | CPU | memory | CPU / assessing one | goal |\n|---|--:|--:|--:|--:|---|\n",
        u64::from(accounts) * u64::from(roles),
    );
    let one = of(&costs[0], |cost| cost.cpu);
    let names =
        ["one scan assessed", "report on one scan", "report compared with the scan before", "`diff`, as CSV"];
    for (name, costs) in names.into_iter().zip(&costs) {
        let ratio = of(costs, |cost| cost.cpu) / one;
        let goal = match name.starts_with('`') {
            true => format!("≤ {COMPARED}: {}", met(ratio <= COMPARED)),
            false => String::new(),
        };
        writeln!(
            section,
            "| {name} | {} | {} | {} | {} | {goal} |",
            seconds(of(costs, |cost| cost.wall)),
            seconds(of(costs, |cost| cost.cpu)),
            mebibytes(of(costs, |cost| cost.peak)),
            digits(ratio)
        )?;
    }
    Ok(section)
}

fn a_year(bench: &Bench, world: &Stores) -> Result<String> {
    let (accounts, roles, weeks) = (bench.size(250, 10), bench.size(200, 20), bench.size(WEEKS, 4));
    let all = u64::from(accounts) * u64::from(roles);
    let store = world.home.join("year.db");
    let mut section = format!(
        "\n{weeks} scans of {all} roles each, in which nothing changes. A report compares with the scan before, which the first report does not \
         have.\n\n| report after | CPU | memory | CPU / after the first | CPU / after the second | store | a role and scan |\n|---|--:|--:|--:|--:|--:|--:|\n"
    );
    let (mut first, mut second) = (None, None);
    for week in 1..=weeks {
        world.add(&store, accounts, roles)?;
        if week > 2 && week < weeks {
            continue;
        }
        let costs = (0..bench.runs).map(|_| world.report(&store, "compared")).collect::<Result<Vec<_>>>()?;
        let cpu = of(&costs, |cost| cost.cpu);
        say(&format!("after {week} scans: {} of CPU", seconds(cpu)));
        let size = fs::metadata(&store)?.len();
        let first = *first.get_or_insert(cpu);
        let to_second = if week > 1 { digits(cpu / *second.get_or_insert(cpu)) } else { String::new() };
        let goal = match week == weeks {
            true => format!(" (goal ≤ {SLOWER}: {})", met(cpu / first <= SLOWER)),
            false => String::new(),
        };
        writeln!(
            section,
            "| {week} | {} | {} | {}{goal} | {to_second} | {} | {} bytes |",
            seconds(cpu),
            mebibytes(of(&costs, |cost| cost.peak)),
            digits(cpu / first),
            mebibytes(size as f64),
            digits(size as f64 / (all * u64::from(week)) as f64)
        )?;
    }
    Ok(section)
}
