//! The organization, the caller, the instant of the assessment, and the threshold.

use rolesweep_assess::{DAY, Parameters, Threshold};
use rolesweep_model::{Scan, Scope, Source};
use rolesweep_report::Summary;

use super::context::Context;
use crate::terminal::lines::Lines;
use crate::terminal::text;

pub(super) fn write(out: &mut Lines, report: &Summary, context: &Context<'_>) {
    let scan = context.scan;
    out.labelled("Organization", &organization(scan));
    out.labelled("Caller", &text::unbroken(&text::one_line(&scan.caller.arn)));
    out.labelled("As of", &as_of(report, scan));
    out.labelled("Threshold", &threshold(context.parameters));
    out.end_block();
}

/// The organization by its id, or what is known of it.
pub(crate) fn organization(scan: &Scan) -> String {
    let demo = if scan.source == Source::Demo { " (demo)" } else { "" };
    match &scan.organization {
        Some(organization) => format!("{}{demo}", organization.id),
        None if scan.scope == Scope::Named => "not known: the accounts were named".to_owned(),
        // Its accounts could be listed, but its id could not be read.
        None => format!("that of account {}; its id is not known", scan.caller.account_id),
    }
}

fn as_of(report: &Summary, scan: &Scan) -> String {
    let by_hand = if report.as_of_set { " (set by hand)" } else { "" };
    let took = scan.end.as_ref().map_or_else(
        || "not ended".to_owned(),
        |end| {
            let seconds = end.finished_at.duration_since(scan.started_at).as_secs().max(0);
            format!("took {}", text::duration(seconds.unsigned_abs()))
        },
    );
    let instant = report.as_of.strftime("%Y-%m-%d %H:%M:%S UTC");
    let instant = text::unbroken(&format!("{instant}{by_hand};"));
    format!("{instant} scan {}, {}", scan.id, text::unbroken(&took))
}

/// `90 days`, or `90 d 3 h` if the threshold has hours.
pub(super) fn span(threshold: Threshold) -> String {
    match threshold.seconds() {
        seconds if seconds % DAY == 0 => text::count(threshold.days().unsigned_abs(), "day"),
        seconds => text::duration(seconds.unsigned_abs()),
    }
}

fn threshold(parameters: &Parameters) -> String {
    let Parameters { inactive_after, unused_after, rules, .. } = parameters;
    let general = if inactive_after == unused_after {
        format!("{} without use", span(*inactive_after))
    } else {
        format!(
            "{} without use, or {} old without a recorded use",
            span(*inactive_after),
            span(*unused_after)
        )
    };
    let rules = match rules.len() as u64 {
        0 => "no rule sets another".to_owned(),
        1 => "1 rule sets another for some roles".to_owned(),
        rules => format!("{} rules set others for some roles", text::number(rules)),
    };
    format!("{}; {}", text::unbroken(&general), text::unbroken(&rules))
}
