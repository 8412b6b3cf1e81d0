//! The result in one sentence, and the counts behind it: accounts by coverage, and roles by status
//! and disposition.

use rolesweep_assess::risk::Severity;
use rolesweep_assess::{Change, Completeness, Disposition, Status};
use rolesweep_model::{Coverage, Scan, Scope};
use rolesweep_report::{ChangeTotals, Since, Summary};

use super::context::Context;
use super::heading::span;
use crate::terminal::comparison::words;
use crate::terminal::lines::{Lines, listed};
use crate::terminal::printer::{paint, style};
use crate::terminal::text;

pub(super) fn write(out: &mut Lines, report: &Summary, context: &Context<'_>) {
    if report.coverage.total() > 0 {
        out.line(&text::wrap(&sentence(report, context), out.width, 0));
        out.end_block();
    }
    coverage(out, report, context.scan);
    roles(out, report);
    if let Some(since) = &report.since {
        changes(out, since);
    }
    out.end_block();
}

/// How many roles are flagged, of how many, and what that means.
fn sentence(report: &Summary, context: &Context<'_>) -> String {
    let totals = &report.totals;
    let (roles, flagged) = (totals.roles(), totals.findings());
    let read = report.coverage.count(Coverage::Scanned) + report.coverage.count(Coverage::Partial);
    let accounts = text::count(read, "account");
    if read == 0 && report.completeness == Completeness::WithAcceptedGaps {
        return paint(style::WARN, "No account was read, and somebody accepted each gap.");
    }
    if read == 0 {
        return paint(style::BAD, "No account was read.");
    }
    if roles == 0 {
        return format!("There is no role in {accounts}.");
    }
    if flagged == 0 {
        let undetermined = match totals.disposition(Disposition::Undetermined) {
            0 => String::new(),
            some => format!("; AWS did not say when {} used", were(some)),
        };
        let none = match roles {
            1 => format!("The only role in {accounts} is not flagged"),
            _ => format!("None of {} in {accounts} is flagged", text::count(roles, "role")),
        };
        let text = format!("{none}{undetermined}.");
        return paint(style::GOOD, text);
    }
    let is = if flagged == 1 { "is" } else { "are" };
    let part = format!(
        "{} of {} ({}) in {accounts} {is} flagged: not used for",
        text::number(flagged),
        text::count(roles, "role"),
        percent(flagged, roles)
    );
    let parameters = context.parameters;
    let general = span(parameters.inactive_after);
    let more = match (parameters.inactive_after == parameters.unused_after, parameters.rules.is_empty()) {
        (true, true) => String::new(),
        (true, false) => ", or for the threshold of a rule".to_owned(),
        (false, true) => format!(", or older than {} without a use on record", span(parameters.unused_after)),
        (false, false) => ", or for their own threshold".to_owned(),
    };
    paint(style::WARN, format!("{part} {general}{more}."))
}

fn were(roles: u64) -> String {
    format!("{} {}", text::count(roles, "role"), if roles == 1 { "was" } else { "were" })
}

/// A share in whole percent. A part is never 0 %, and only the whole is 100 %.
pub(super) fn percent(part: u64, whole: u64) -> String {
    let rounded = (part * 100 + whole / 2).checked_div(whole).unwrap_or_default();
    match rounded {
        0 if part > 0 => "under 1 %".to_owned(),
        100 if part < whole => "over 99 %".to_owned(),
        percent => format!("{percent} %"),
    }
}

fn coverage(out: &mut Lines, report: &Summary, scan: &Scan) {
    let summary = &report.coverage;
    if summary.total() == 0 {
        // `complete` would mislead if there are no accounts.
        out.labelled("Coverage", &paint(style::BAD, "no account was listed"));
        return;
    }
    let part = |coverage: Coverage| {
        let accounts = summary.count(coverage);
        let text = format!("{} {}", text::number(accounts), coverage.as_str().replace('_', " "));
        let is_open = coverage.is_gap() && summary.accepted(coverage) < accounts;
        (accounts > 0).then(|| match coverage {
            Coverage::Scanned => paint(style::GOOD, text),
            Coverage::Partial if is_open => paint(style::WARN, text),
            _ if is_open => paint(style::BAD, text),
            _ => text,
        })
    };
    let parts: Vec<String> = Coverage::ALL.into_iter().filter_map(part).collect();
    out.labelled("Coverage", &format!("{}: {}", text::count(summary.total(), "account"), listed(&parts)));
    let selected = summary.total() - summary.count(Coverage::NotActive) - summary.count(Coverage::Excluded);
    let (tone, verdict) = match (report.completeness, summary.accepted_gaps()) {
        // That the list of accounts is whole would mislead.
        _ if selected == 0 => (style::BAD, "no account was to be read".to_owned()),
        (Completeness::Yes, _) => (style::GOOD, "complete".to_owned()),
        (Completeness::WithAcceptedGaps, gaps) => {
            (style::WARN, format!("complete with {}", text::count(gaps, "accepted gap")))
        }
        (Completeness::No, _) => (style::BAD, "not complete".to_owned()),
    };
    out.unlabelled(&format!("{}; {}", scope(report, scan), paint(tone, text::unbroken(&verdict))));
}

fn scope(report: &Summary, scan: &Scan) -> &'static str {
    match report.scope {
        _ if scan.end.is_none() => "the scan has not ended, so accounts may be missing",
        Scope::Part if !report.population_complete => {
            "a part of the organization, and the list of accounts or OUs is not whole"
        }
        _ if !report.population_complete => "the list of accounts or OUs is not whole",
        Scope::Organization => "the whole organization",
        Scope::Part => "a part of the organization",
        Scope::Named => "the named accounts, not checked against a list",
    }
}

fn roles(out: &mut Lines, report: &Summary) {
    let totals = &report.totals;
    let part = |number: u64, word: &str| (number > 0).then(|| format!("{} {word}", text::number(number)));
    let parts: Vec<String> =
        Status::ALL.into_iter().filter_map(|status| part(totals.status(status), status.as_str())).collect();
    let roles = text::count(totals.roles(), "role");
    out.labelled("Roles", &if parts.is_empty() { roles } else { format!("{roles}: {}", listed(&parts)) });

    // Show both sums, so that a reader can check them: the dispositions of the idle roles, and of
    // the unknown ones.
    let idle =
        |disposition| totals.both(Status::Inactive, disposition) + totals.both(Status::Unused, disposition);
    let parts: Vec<String> = [
        part(idle(Disposition::Flagged), "flagged"),
        part(idle(Disposition::Protected), "protected"),
        part(idle(Disposition::Exempt), "exempt"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let both = totals.status(Status::Inactive) + totals.status(Status::Unused);
    if both > 0 {
        out.unlabelled(&format!("{} inactive or unused: {}", text::number(both), listed(&parts)));
    }
    let unknown = |disposition| totals.both(Status::Unknown, disposition);
    let parts: Vec<String> = [
        part(unknown(Disposition::Undetermined), "undetermined"),
        part(unknown(Disposition::Protected), "protected"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if totals.status(Status::Unknown) > 0 {
        out.unlabelled(&format!(
            "{} unknown: {}",
            text::number(totals.status(Status::Unknown)),
            listed(&parts)
        ));
    }
}

/// What changed since an earlier scan.
fn changes(out: &mut Lines, since: &Since) {
    let ChangeTotals { counts, newly_idle, .. } = &since.changes;
    let part = |change: Change| {
        let roles = counts.of(change);
        let severe: Vec<String> = newly_idle
            .counts()
            .filter(|(severity, count)| {
                change == Change::NewlyIdle && severity.counts_as() >= Severity::High && *count > 0
            })
            .map(|(severity, count)| format!("{} {severity}", text::number(count)))
            .collect();
        let severe = if severe.is_empty() { String::new() } else { format!(" ({})", severe.join(", ")) };
        (roles > 0).then(|| format!("{} {}{severe}", text::number(roles), words(change)))
    };
    let parts: Vec<String> = Change::ALL.into_iter().filter_map(part).collect();
    let what = if parts.is_empty() { "no role is flagged in either scan".to_owned() } else { listed(&parts) };
    let scan =
        text::unbroken(&format!("{} (scan {}):", since.as_of.strftime("%Y-%m-%d"), since.scan_id.short()));
    out.labelled("Since", &format!("{scan} {what}"));
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_share_is_rounded_but_never_to_nothing_or_to_all() {
        for (part, whole, text) in [
            (0, 0, "0 %"),
            (0, 7, "0 %"),
            (1, 1000, "under 1 %"),
            (1, 3, "33 %"),
            (2, 3, "67 %"),
            (999, 1000, "over 99 %"),
            (7, 7, "100 %"),
        ] {
            assert_eq!(percent(part, whole), text, "{part} of {whole}");
        }
    }
}
