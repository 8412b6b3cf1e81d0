//! Row 6: a report with the risk of roles, compared with the same report without it, and that one
//! with the csv crate and the same cells in memory.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use anyhow::{Result, ensure};

use super::{Bench, alone, csv_baseline};
use crate::measure::Cost;
use crate::say;
use crate::stats::{digits, mebibytes, median, met, seconds};
use crate::tools::Tools;

/// How many distinct sets of documents the roles have, and how many times the CPU a report may take.
const SETS: [(u32, f64); 2] = [(2000, 2.0), (300_000, 6.0)];

/// How many times as long as the csv crate the report without risk may take.
const PLAIN: f64 = 3.0;

pub(super) fn run(bench: &Bench, tools: &Tools) -> Result<String> {
    let (accounts, roles) = (bench.size(5000, 50), bench.size(200, 100));
    let all = u64::from(accounts) * u64::from(roles);
    let program = tools.example("rolesweep-report", "risk")?;
    let folder = tools.scratch()?;
    let mut section = format!(
        "{all} roles in {accounts} accounts, all of them in the table. Each role has one policy of AWS's and one of its own with four statements. \
         Up to 2000 sets belong to many roles, and the others to one role each. The report without risk reads no documents. The csv crate \
         writes the cells of the report without risk from memory into a file.\n\n\
         | distinct sets | | wall | CPU | memory | CPU with / without | wall / csv crate | goal |\n|--:|---|--:|--:|--:|--:|--:|---|\n"
    );
    for (sets, goal) in SETS {
        let sets = bench.size(sets, sets / 200);
        let store = folder.path().join(format!("{sets}.db"));
        let stdout = folder.path().join("stdout");
        let run = |words: &[&str]| {
            let mut command = Command::new(&program);
            command.current_dir(folder.path()).env("TMPDIR", folder.path()).args(words);
            alone(&command, &stdout)
        };
        let path = store.to_string_lossy().into_owned();
        run(&["write", &path, &accounts.to_string(), &roles.to_string(), &sets.to_string()])?;
        let mut costs: [Vec<Cost>; 2] = [Vec::new(), Vec::new()];
        let mut plain = Vec::new();
        for number in 0..=bench.runs {
            for (costs, risk) in costs.iter_mut().zip(["without", "with"]) {
                let cost = run(&["report", &path, "report", risk])?;
                let bytes = fs::metadata(folder.path().join("report/roles.csv"))?.len();
                ensure!(bytes > all * 100, "rows are missing");
                let writing = match risk {
                    "without" => Some(csv_baseline(tools, &folder.path().join("report/roles.csv"), all)?),
                    _ => None,
                };
                fs::remove_dir_all(folder.path().join("report"))?;
                say(&format!("run {number}: {sets} sets, {risk} risk: {} of CPU", seconds(cost.cpu)));
                // The first run warms up.
                if number > 0 {
                    plain.extend(writing.map(|writing| cost.wall / writing));
                    costs.push(cost);
                }
            }
        }
        let of = |costs: &[Cost], figure: fn(&Cost) -> f64| median(costs.iter().map(figure));
        let ratio = of(&costs[1], |cost| cost.cpu) / of(&costs[0], |cost| cost.cpu);
        for (costs, risk) in costs.iter().zip(["without", "with"]) {
            let (times, verdict) = match risk {
                "with" => (format!("{} |", digits(ratio)), format!("≤ {goal}: {}", met(ratio <= goal))),
                _ => {
                    let ratio = median(plain.iter().copied());
                    (format!("| {}", digits(ratio)), format!("≤ {PLAIN}: {}", met(ratio <= PLAIN)))
                }
            };
            writeln!(
                section,
                "| {sets} | {risk} risk | {} | {} | {} | {times} | {verdict} |",
                seconds(of(costs, |cost| cost.wall)),
                seconds(of(costs, |cost| cost.cpu)),
                mebibytes(of(costs, |cost| cost.peak)),
            )?;
        }
        fs::remove_file(&store)?;
    }
    Ok(section)
}
