//! `rolesweep explain`: how one role is assessed, and why.

use std::path::Path;

use rolesweep_config::Settings;
use rolesweep_report::{Candidate, Found, Include, Missing, Report, WantedRole, explain};

use super::report::write::check_ous;
use crate::cli::Explain as Arguments;
use crate::failure::{Failure, Outcome, from_errors};
use crate::process::signals;
use crate::shell;
use crate::store::paths;
use crate::store::scans::Stored;
use crate::terminal::explanation::explanation;
use crate::terminal::printer::{Printer, print_data, print_text, width_of_data};
use crate::terminal::text;

/// Finds the role in the store, and prints what is said of it.
pub(super) fn run(arguments: &Arguments, settings: &Settings, printer: &Printer) -> Outcome<()> {
    let wanted = WantedRole::parse(&arguments.role).map_err(|why| {
        Failure::usage(format!("`{}` does not name a role: {why}", text::one_line(&arguments.role)))
            .hint("name the role by its ARN, its id (AROA…) or its name, as in roles.csv")
    })?;
    let with_demo = format!("rolesweep explain --demo {}", shell::quote(&arguments.role));
    let path = paths::existing_store(settings.output.store.as_deref(), arguments.demo, &with_demo)?;
    let stored = Stored::open(&path)?;
    let (chosen, note) = match arguments.scan.as_deref() {
        Some(wanted) => (stored.find(wanted)?, None),
        None => stored.choose().ok_or_else(|| stored.no_scan())?,
    };
    if let Some(note) = note {
        printer.warning(&note);
    }
    let scan = &chosen.scan;
    let stop = signals::flag()?;
    let parameters = settings.assess.parameters(scan.started_at, Some(scan.parameters.role_name.clone()));
    check_ous(scan, &parameters, "rolesweep explain", printer)?;
    let report = Report {
        scan,
        parameters: &parameters,
        gaps: &settings.assess.accepted_gaps,
        include: Include::All,
        with_risk: true,
        previous: None,
        published_before: None,
        stop: &stop,
    };
    let found = explain(&stored.store, &report, &wanted).map_err(|error| refused(error, &path))?;
    let role = match found {
        Found::One(role) => role,
        Found::Several { total, first } => return Err(several(&arguments.role, total, &first)),
        Found::None(missing) => return Err(none(&arguments.role, &wanted, &missing)),
    };
    if let Some(note) = rolesweep_report::unread_aws_policies(scan) {
        printer.note(note);
    }
    if arguments.format == "json" {
        return print_data(|data| {
            serde_json::to_writer(&mut *data, &role)?;
            data.write_all(b"\n")
        });
    }
    print_text(&explanation(&role, width_of_data()), settings.terminal.color)
}

fn refused(error: rolesweep_report::PipelineError, store: &Path) -> Failure {
    match error {
        rolesweep_report::PipelineError::Stopped => from_errors::interrupted(None),
        error => {
            let report = format!("rolesweep report --store {}", shell::quote(store));
            from_errors::pipeline(error, store, &report)
        }
    }
}

fn several(asked: &str, total: u64, first: &[Candidate]) -> Failure {
    let mut lines: Vec<String> =
        first.iter().map(|role| format!("{} in {}", text::one_line(&role.arn), role.account)).collect();
    let more = total.saturating_sub(first.len() as u64);
    if more > 0 {
        lines.push(format!("and {} more", text::number(more)));
    }
    Failure::usage(format!("{} have the name `{}`", text::count(total, "role"), text::one_line(asked)))
        .hint(format!("name one by its ARN:\n{}", lines.join("\n")))
}

fn none(asked: &str, wanted: &WantedRole, missing: &Missing) -> Failure {
    let failure = Failure::new(format!("the scan has no role `{}`", text::one_line(asked)));
    let failure = match (&missing.account, wanted.account()) {
        (Some((account, coverage)), _) if !coverage.has_roles() => {
            failure.cause(format!("account {account} was not read: it is {coverage}"))
        }
        (Some(_), _) => failure,
        (None, Some(account)) => failure.cause(format!("the scan has no account {account}")),
        (None, None) if missing.gaps > 0 && missing.nearest.is_none() => {
            failure.cause(format!("{}, so the role may be in one of them", not_read(missing.gaps)))
        }
        (None, None) => failure,
    };
    match &missing.nearest {
        Some(near) => {
            let failure = failure.hint(format!("did you mean `{}`?", text::one_line(near)));
            // The likely reason is first.
            match (wanted.account(), missing.gaps) {
                (None, 1..) => failure.hint(format!(
                    "otherwise the role may be in an account that was not fully read ({})",
                    not_read(missing.gaps)
                )),
                _ => failure,
            }
        }
        None => {
            failure.hint("name it as in roles.csv; `rolesweep scans` lists the scans, and --scan chooses one")
        }
    }
}

fn not_read(gaps: u64) -> String {
    match gaps {
        1 => "1 account was not fully read".to_owned(),
        gaps => format!("{} were not fully read", text::count(gaps, "account")),
    }
}
