//! Row 1: other tools and rolesweep, with the same server.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use super::{Bench, Measured, Medians, measure};
use crate::findings;
use crate::say;
use crate::server::{Server, World};
use crate::stats::{digits, mebibytes, met, seconds};
use crate::tools::{Peers, Tools};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Ours,
    Naive,
    Good,
    C7nOrg,
}

impl Who {
    fn name(self) -> &'static str {
        match self {
            Self::Ours => "rolesweep",
            Self::Naive => "boto3, naive",
            Self::Good => "boto3, well written",
            Self::C7nOrg => "c7n-org",
        }
    }
}

/// How many times faster rolesweep has to be.
#[derive(Debug, Clone, Copy)]
struct Goal {
    who: Who,
    wall: Option<f64>,
    cpu: f64,
    memory: Option<f64>,
}

pub(super) fn run(bench: &Bench, tools: &Tools) -> Result<String> {
    let peers = tools.peers()?;
    let mut section = String::new();
    let small = [
        Goal { who: Who::Naive, wall: Some(100.0), cpu: 30.0, memory: None },
        Goal { who: Who::Good, wall: None, cpu: 30.0, memory: None },
        Goal { who: Who::C7nOrg, wall: Some(20.0), cpu: 30.0, memory: Some(10.0) },
    ];
    let large = [Goal { who: Who::Good, wall: Some(20.0), cpu: 30.0, memory: None }];
    for (accounts, roles, goals) in [
        (bench.size(20, 3), bench.size(100, 20), small.as_slice()),
        (bench.size(1000, 40), bench.size(200, 50), large.as_slice()),
    ] {
        writeln!(section, "aws-like, {accounts} accounts of {roles} roles:\n")?;
        section.push_str(&compare(bench, tools, &peers, (accounts, roles), goals)?);
    }
    section.push_str(
        "The naive script and the well-written one are `tests/interop/naive.py` and `xtask/peers/good.py`; the policy of c7n-org is \
         `xtask/peers/policy.yml`, its Region pinned, so that it reads IAM once. Ours writes its store and its report, all roles included.\n",
    );
    Ok(section)
}

fn compare(
    bench: &Bench,
    tools: &Tools,
    peers: &Peers,
    (accounts, roles): (u32, u32),
    goals: &[Goal],
) -> Result<String> {
    let folder = tools.scratch()?;
    let home = folder.path();
    let mut excluded: Vec<(Who, String)> = Vec::new();
    // Without waits, all tools read the same organization quickly.
    let mut instant = Server::start(&tools.simulator, World::instant(accounts, roles))?;
    let (_, ours) = go(Who::Ours, tools, peers, &mut instant, home, &[])?;
    let ids = findings::accounts(&home.join("report"))?;
    for goal in goals {
        let checked = go(goal.who, tools, peers, &mut instant, home, &ids)
            .and_then(|(_, theirs)| findings::same(goal.who.name(), &theirs, &ours));
        match checked {
            Ok(()) => say(&format!("{} finds the same {} roles", goal.who.name(), ours.len())),
            Err(error) => excluded.push((goal.who, format!("{error:#}"))),
        }
    }
    drop(instant);

    let mut server = Server::start(&tools.simulator, World::aws_like(accounts, roles, 1.0))?;
    let mut contenders: Vec<(Who, Vec<Measured>)> = vec![(Who::Ours, Vec::new())];
    contenders.extend(goals.iter().map(|goal| (goal.who, Vec::new())));
    contenders.retain(|(who, _)| excluded.iter().all(|(out, _)| out != who));
    for number in 1..=bench.runs {
        for (who, measured) in &mut contenders {
            let (run, found) = go(*who, tools, peers, &mut server, home, &ids)?;
            say(&format!(
                "run {number}: {} {}, CPU {}",
                who.name(),
                seconds(run.cost.wall),
                seconds(run.cost.cpu)
            ));
            // The same roles were found above. Since then, a few may have crossed their threshold.
            if found.len().abs_diff(ours.len()) > (ours.len() / 1000).max(1) {
                bail!("{} found {} roles of {}", who.name(), found.len(), ours.len());
            }
            measured.push(run);
        }
    }
    table(&contenders, goals, &excluded)
}

/// One run of a tool, and its findings.
fn go(
    who: Who,
    tools: &Tools,
    peers: &Peers,
    server: &mut Server,
    home: &Path,
    accounts: &[String],
) -> Result<(Measured, BTreeSet<String>)> {
    let stdout = home.join("stdout");
    let command: Command = match who {
        Who::Ours => tools.binaries[0].scan(server, home, &[])?,
        Who::Naive => peers.naive(server, home),
        Who::Good => peers.good(server, home),
        Who::C7nOrg => peers.c7n_org(server, home, accounts)?,
    };
    let measured = measure(server, &command, &stdout)?;
    let found = match who {
        Who::Ours => findings::of_report(&home.join("report"))?,
        Who::Naive | Who::Good => findings::of_script(&stdout)?,
        Who::C7nOrg => findings::of_c7n(&home.join("c7n"))?,
    };
    fs::remove_file(&stdout)?;
    Ok((measured, found))
}

fn table(contenders: &[(Who, Vec<Measured>)], goals: &[Goal], excluded: &[(Who, String)]) -> Result<String> {
    let mut out = String::from(
        "| | wall | times ours | goal | CPU | times ours | goal | memory | times ours | goal | calls | throttled | simulator's CPU |\n\
         |---|--:|--:|---|--:|--:|---|--:|--:|---|--:|--:|--:|\n",
    );
    let Some((_, ours)) = contenders.first() else { bail!("nothing was measured") };
    let ours = Medians::of(ours);
    for (who, measured) in contenders {
        let them = Medians::of(measured);
        let goal = goals.iter().find(|goal| goal.who == *who);
        let cell = |figure: String, ratio: f64, wanted: Option<f64>| match (goal, wanted) {
            (None, _) => format!("{figure} | | "),
            (Some(_), None) => format!("{figure} | {} | ", digits(ratio)),
            (Some(_), Some(wanted)) => {
                format!("{figure} | {} | ≥ {wanted}: {}", digits(ratio), met(ratio >= wanted))
            }
        };
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {:.0} % |",
            who.name(),
            cell(seconds(them.wall), them.wall / ours.wall, goal.and_then(|goal| goal.wall)),
            cell(seconds(them.cpu), them.cpu / ours.cpu, goal.map(|goal| goal.cpu)),
            cell(mebibytes(them.peak), them.peak / ours.peak, goal.and_then(|goal| goal.memory)),
            them.calls,
            them.throttled,
            them.server_share()
        )?;
    }
    out.push('\n');
    for (who, why) in excluded {
        writeln!(out, "{} is not in the table: {why}\n", who.name())?;
    }
    Ok(out)
}
