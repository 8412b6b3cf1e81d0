//! Row 2: compares a scan with the fastest one that its calls allow.

use std::fmt::Write as _;

use anyhow::Result;
use rolesweep_sim::Profile;
use rolesweep_sim::profile::{AUTHORIZATION_DETAILS, ORGANIZATIONS, STS};

use super::{Bench, Measured, Medians, Ratios, measure, report_again};
use crate::server::{Counted, Server, World};
use crate::stats::{digits, median, met, seconds};
use crate::tools::Tools;
use crate::{findings, say};

const CONCURRENCY: u32 = 64;

/// The goal: at most this many times the bound.
const GOAL: f64 = 1.10;

/// Or at most this much more than the other build, on a machine that does not reach the goal.
const WITHIN: f64 = 0.02;

pub(super) fn run(bench: &Bench, tools: &Tools) -> Result<String> {
    let (accounts, roles) = (bench.size(1000, 100), bench.size(200, 50));
    let mut section = format!(
        "aws-like, {accounts} accounts of {roles} roles, concurrency {CONCURRENCY}. The bound is what no client could be faster than with \
         these calls: it takes the calls that the simulator answered, their modelled latencies and the token buckets, and nothing for \
         the client's own work. The report at the end of a scan is measured once more, and taken off.\n\n\
         | latencies | wall | its report | chain of discovery | service time / concurrency | longest account | bound | (wall - report) / bound | goal | simulator's CPU |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|---|--:|\n"
    );
    let folder = tools.scratch()?;
    let home = folder.path();
    for scale in [1.0, 0.5, 2.0] {
        let mut server = Server::start(&tools.simulator, World::aws_like(accounts, roles, scale))?;
        let mut measured: Vec<Vec<Measured>> = tools.binaries.iter().map(|_| Vec::new()).collect();
        let mut ratios: Vec<Vec<f64>> = tools.binaries.iter().map(|_| Vec::new()).collect();
        let mut reports: Vec<Vec<f64>> = tools.binaries.iter().map(|_| Vec::new()).collect();
        let mut bounds = vec![Bound::default(); tools.binaries.len()];
        for number in 1..=bench.runs {
            for (at, binary) in tools.binaries.iter().enumerate() {
                let command = binary.scan(&server, home, &["--concurrency", &CONCURRENCY.to_string()])?;
                let run = measure(&mut server, &command, &home.join("stdout"))?;
                anyhow::ensure!(
                    findings::roles(&home.join("report"))? == u64::from(accounts * roles),
                    "roles are missing"
                );
                let report = report_again(binary, home)?;
                let wall = run.cost.wall - report.wall;
                bounds[at] = Bound::of(&run.counted, Profile::aws_like().scaled(scale), accounts, roles);
                let bound = bounds[at].longest();
                say(&format!(
                    "run {number}, x{scale}{}: {} of {}",
                    binary.suffix,
                    seconds(wall),
                    seconds(bound)
                ));
                ratios[at].push(wall / bound);
                reports[at].push(report.wall);
                measured[at].push(run);
            }
        }
        let ratios: Vec<f64> = ratios.into_iter().map(median).collect();
        let goal = ratios.get(1).map_or(GOAL, |other| GOAL.max(other + WITHIN));
        for (at, binary) in tools.binaries.iter().enumerate() {
            let (medians, bound) = (Medians::of(&measured[at]), bounds[at]);
            writeln!(
                section,
                "| x{scale}{} | {} | {} | {} | {} | {} | {} | {} | {} | {:.0} % |",
                binary.suffix,
                seconds(medians.wall),
                seconds(median(reports[at].iter().copied())),
                seconds(bound.discovery),
                seconds(bound.service),
                seconds(bound.account),
                seconds(bound.longest()),
                digits(ratios[at]),
                if at == 0 {
                    format!("≤ {}: {}", digits(goal), met(ratios[at] <= goal))
                } else {
                    String::new()
                },
                medians.server_share()
            )?;
        }
        if let Some(ratio) = Ratios::of(&measured) {
            writeln!(section, "| x{scale}, ratio of the builds | {} | | | | | | | | |", digits(ratio.wall))?;
        }
    }
    Ok(section)
}

/// The times that no client can be faster than, in seconds.
#[derive(Debug, Clone, Copy, Default)]
struct Bound {
    /// Identity and organization together with the first page of the list, then all other pages one
    /// after the other, and an account of the last page.
    discovery: f64,
    /// All service time in the accounts divided by the concurrency, or the limit of the caller's
    /// STS bucket.
    service: f64,
    /// The account that takes longest.
    account: f64,
}

impl Bound {
    fn of(counted: &Counted, profile: Profile, accounts: u32, roles: u32) -> Self {
        let takes = |operation: &str, roles: usize| profile.latency(operation, roles).as_secs_f64();
        let list = counted.answered("organizations:ListAccounts");
        let assumed = counted.answered("sts:AssumeRole");
        let pages = counted.answered("iam:GetAccountAuthorizationDetails");
        let all_roles = accounts as usize * roles as usize;
        let details = "iam:GetAccountAuthorizationDetails";
        let page = takes(details, 0);
        let of_roles = takes(details, all_roles) - page;

        // All accounts of these worlds are alike, except that pages may have fewer roles than
        // requested.
        let fewest_pages = (pages / u64::from(accounts.max(1))).max(1);
        let account = takes("sts:AssumeRole", 0)
            + (page * fewest_pages as f64 + of_roles / f64::from(accounts.max(1)))
                .max(AUTHORIZATION_DETAILS.earliest(fewest_pages).as_secs_f64());
        // The caller, the organization and the first page of its accounts are requested at once.
        // Pages follow each other. The bucket of Organizations may delay the last one.
        let page_of_accounts = takes("organizations:ListAccounts", 0);
        let first = page_of_accounts
            .max(takes("sts:GetCallerIdentity", 0))
            .max(takes("organizations:DescribeOrganization", 0));
        let listing = (first + page_of_accounts * list.saturating_sub(1) as f64)
            .max(ORGANIZATIONS.earliest(list + 1).as_secs_f64());
        let discovery = listing + account;
        let service = (takes("sts:AssumeRole", 0) * assumed as f64 + page * pages as f64 + of_roles)
            / f64::from(CONCURRENCY);
        Self { discovery, service: service.max(STS.earliest(assumed).as_secs_f64()), account }
    }

    fn longest(&self) -> f64 {
        self.discovery.max(self.service).max(self.account)
    }
}
