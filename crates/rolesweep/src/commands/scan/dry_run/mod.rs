//! `rolesweep scan --dry-run`: which accounts a scan would read, as which role, with which calls
//! and in about which time.

mod estimate;
pub(crate) mod table;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use rolesweep_aws::AwsCloud;
use rolesweep_model::{Coverage, Organization};
use rolesweep_scan::operation::Operation;
use rolesweep_scan::{Limits, Plan, PlannedAction, Preview, Stop, preview};

use crate::commands::exit_code::nothing_wanted;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome, selection};
use crate::terminal::printer::{Printer, paint, print_data, style};
use crate::terminal::progress::{Progress, Style};
use crate::terminal::text;
use estimate::Estimate;
use rolesweep_config::Settings;

/// Lists the accounts as a scan does, and says what the scan would do next. Assumes no role, and
/// writes no file.
pub(super) async fn run(
    plan: &Plan,
    organization: Option<&Organization>,
    cloud: Arc<AwsCloud>,
    stop: &Stop,
    settings: &Settings,
    printer: &Printer,
) -> Outcome<()> {
    let found = tokio::select! {
        found = preview(plan, cloud, Arc::new(Progress::new(Style::Silent, printer))) => {
            found.map_err(|error| selection::of_scan(error, settings))?
        }
        _ = stop.draining() => return Err(Failure::new("interrupted: the accounts and OUs were not read to their end")
            .hint("run the command again: it has written nothing")
            .exiting(Exit::Interrupted)),
    };
    print_data(|data| table::write(&found, plan, data))?;
    printer.line(&summary(&found, plan, organization, Printer::width()));
    if wanted(&found) == 0 {
        return Err(nothing_wanted(found.accounts.len() as u64, found.population_complete));
    }
    if !found.population_complete && !settings.output.allow_partial {
        return Err(Failure::new("the list of accounts is not complete, so a scan would not be either")
            .hint("see the notes; --allow-partial accepts it")
            .exiting(Exit::Incomplete));
    }
    Ok(())
}

/// How many accounts a scan would read.
fn wanted(found: &Preview) -> u64 {
    found.accounts.iter().filter(|previewed| previewed.action == PlannedAction::Collect).count() as u64
}

/// How many columns the headings take.
const HEADING: usize = 10;

/// The summary for a person: accounts, calls and time.
fn summary(found: &Preview, plan: &Plan, organization: Option<&Organization>, width: usize) -> String {
    let wanted = wanted(found);
    let first = found.accounts.iter().find(|previewed| previewed.action == PlannedAction::Collect);
    let first = first.map(|previewed| previewed.account.id);
    let mut left_out: BTreeMap<Coverage, u64> = BTreeMap::new();
    for previewed in &found.accounts {
        if let PlannedAction::Settle(coverage, _) = &previewed.action {
            *left_out.entry(*coverage).or_default() += 1;
        }
    }
    let mut out = String::new();
    let mut line = |heading: &str, text: &str| {
        let text = text::wrap(text, width, HEADING);
        let _ = writeln!(out, "{}{text}", paint(style::HEADING, format_args!("{heading:<HEADING$}")));
    };
    let organization = match organization {
        Some(organization) => format!("in organization {}", organization.id),
        None => "in no known organization".to_owned(),
    };
    line("Caller", &format!("{}, {organization}", text::one_line(&plan.caller.arn)));
    let others: Vec<String> = left_out
        .iter()
        .map(|(coverage, accounts)| {
            format!("{} {}", text::number(*accounts), coverage.as_str().replace('_', " "))
        })
        .collect();
    let total = text::count(found.accounts.len() as u64, "account");
    let mut accounts = format!("{} of {total} would be read", text::number(wanted));
    if !others.is_empty() {
        let _ = write!(accounts, "; {}", others.join(", "));
    }
    line("Accounts", &accounts);
    if let Some(first) = first {
        let estimate = Estimate::new(found.accounts.len() as u64, wanted, &plan.limits);
        let estimate = match plan.parameters.cross_check {
            true => estimate.cross_checked(wanted, &plan.limits),
            false => estimate,
        };
        line("Role", &format!("{} in each, such as {}", plan.parameters.role_name, plan.role_arn(first)));
        for (at, text) in calls(&estimate, plan).iter().enumerate() {
            line(if at == 0 { "Calls" } else { "" }, text);
        }
        for (at, text) in time(&estimate, &plan.limits).iter().enumerate() {
            line(if at == 0 { "Time" } else { "" }, text);
        }
    }
    for note in &found.notes {
        line("Note", &text::one_line(note));
    }
    out.push_str("No role was assumed, and nothing was written.");
    out
}

/// The calls that reading the accounts takes, in lines.
fn calls(estimate: &Estimate, plan: &Plan) -> Vec<String> {
    let limits = &plan.limits;
    let mut lines = vec![
        format!(
            "in each account {} once, then {} once for every {} roles",
            Operation::AssumeRole.action(),
            Operation::GetAccountAuthorizationDetails.action(),
            limits.page_size
        ),
        format!(
            "if that is denied, {} instead and {} for each role, at most {} per second in an account",
            Operation::ListRoles.action(),
            Operation::GetRole.action(),
            limits.max_iam_rate
        ),
    ];
    if plan.parameters.cross_check {
        lines.push(format!(
            "to compare the roles, {} once for every {} of them, and {} for each that only this list has",
            Operation::ListRoles.action(),
            limits.page_size,
            Operation::GetRole.action()
        ));
    }
    if plan.parameters.managed_policies {
        lines.push(format!(
            "for each policy that AWS manages and a role has, {} once, in one of the accounts, and {} if its version is new",
            Operation::GetPolicy.action(),
            Operation::GetPolicyVersion.action()
        ));
    }
    lines.push(format!(
        "at least {} in all, besides those that list the accounts and those for policies",
        text::count(estimate.calls, "call")
    ));
    lines
}

/// The time, and the assumptions behind it, in lines.
fn time(estimate: &Estimate, limits: &Limits) -> [String; 3] {
    [
        format!(
            "about {}, with {} read at a time, if nothing is throttled",
            text::duration(estimate.time.as_secs().max(1)),
            text::count(limits.concurrency.get() as u64, "account")
        ),
        estimate::assumptions(),
        format!(
            "an account that needs {} for each role takes {} longer",
            Operation::GetRole.action(),
            text::duration(estimate::one_by_one(limits).as_secs().max(1))
        ),
    ]
}
