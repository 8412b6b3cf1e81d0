//! `docs/benchmarks.md`, made from the newest result of each row.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::machine;
use crate::rows::{self, Bench, Row};

const HEAD: &str = "\
<!-- Written by `cargo xtask bench`; do not edit. -->
# Benchmarks

`cargo xtask bench` repeats all of this: it builds what it needs, installs the others from PyPI under `target/`, and runs everything against
rolesweep-sim on loopback, each row with a simulator process of its own. The ratios are the result, not the seconds.

The latencies and rates of `aws-like` are a model (`rolesweep-sim --table` prints it with its sources), and so is what follows from them:
AWS publishes almost none of these figures, and nothing here was measured on AWS. `instant` waits for nothing and limits nothing.

CPU is user + system of a tool's processes, by `getrusage` of a process that starts nothing else. Memory is the largest sum over a tool's
processes. Runs of partners are interleaved; the figures are medians. What the tools find is compared before anything is timed.
";

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn results() -> Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let folder = target.join("bench/results");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Saves a row's result.
pub(crate) fn keep(row: &Row, section: &str, bench: &Bench) -> Result<()> {
    let head = format!(
        "## {}\n\n{} of each; load when it ended: {}. {}\n",
        row.title,
        rows::runs(bench.runs),
        machine::load(),
        machine::description()
    );
    fs::write(results()?.join(format!("{}.md", row.name)), format!("{head}\n{section}"))?;
    Ok(())
}

/// Writes the page.
pub(crate) fn write() -> Result<()> {
    let mut page = HEAD.to_owned();
    for row in &rows::ALL {
        page.push('\n');
        match fs::read_to_string(results()?.join(format!("{}.md", row.name))) {
            Ok(section) => page.push_str(&section),
            Err(_) => page.push_str(&format!("## {}\n\nNot measured yet.\n", row.title)),
        }
    }
    fs::write(root().join("docs/benchmarks.md"), page)?;
    Ok(())
}
