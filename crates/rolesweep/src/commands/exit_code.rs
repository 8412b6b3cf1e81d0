//! The exit code of a scan or report, and the message that explains it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rolesweep_assess::Completeness;
use rolesweep_config::{FailOn, OutputSettings};
use rolesweep_model::ReasonKind;
use rolesweep_report::{GapGroup, Summary, Unassumed};

use super::report::write::Written;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::printer::Printer;
use crate::terminal::text;

/// The message if every account is excluded or not active.
pub(super) const NO_MATCH: &str = "no account matched: every account is excluded or not active\n  \
     help: check --ou, --accounts and the exclusions";

/// Whether another attempt could make the report complete. It could not if every gap is an account
/// that has left.
fn can_be_resumed(summary: &Summary) -> bool {
    let stays = |gap: &GapGroup| gap.kind == Some(ReasonKind::Left);
    // Without gaps, the list of accounts is not whole.
    summary.gaps.is_empty() || !summary.gaps.iter().all(stays)
}

/// The message on what is missing in a report, where to see it, and what to do.
fn missing(written: &Written) -> String {
    let summary = &written.summary;
    const SEE: &str = "see \"Not fully read\" above and accounts.csv";
    const LIST: &str = "rolesweep could not read the whole list of accounts or OUs (see the notes), so accounts may be missing";
    const UNJUDGED: &str = "threshold rules name OUs, and the OUs of some accounts are not known (see the notes)\n  \
         help: let the caller read the organization's OUs and scan again\n  help: or name accounts in these rules";
    if summary.clock_was_wrong {
        return "this machine's clock was wrong when it scanned (see the notes)\n  help: correct the clock and scan again".to_owned();
    }
    if summary.clock_is_unchecked {
        return "this machine's clock could not be checked (see the notes)\n  help: let the header `Date` of AWS's answers through the proxy, and \
                scan again"
            .to_owned();
    }
    let seen = match (summary.population_complete, summary.coverage.open_gaps()) {
        (true, 0) => return UNJUDGED.to_owned(),
        (true, _) => SEE.to_owned(),
        (false, 0) => return format!("{LIST}{}", written.help("lists them again")),
        (false, _) => format!("{LIST}; for the accounts that were listed, {SEE}"),
    };
    if can_be_resumed(summary) {
        format!("{seen}{}", written.help("tries again what was partial, denied, failed or not reached"))
    } else {
        format!(
            "{seen}\n  help: scan again: the accounts that were not read have left the organization since this scan began"
        )
    }
}

/// The message if the audit role could not be assumed in any account, with the most frequent
/// reasons first.
fn not_assumed(reasons: &BTreeMap<String, Unassumed>, role: &str) -> String {
    const SHOWN: usize = 3;
    let mut reasons: Vec<_> = reasons.iter().collect();
    reasons.sort_by_key(|(_, unassumed)| Reverse(unassumed.accounts));
    let mut failure = Failure::new(format!("failed to assume the audit role {role} in any account"));
    for (reason, unassumed) in reasons.iter().take(SHOWN) {
        let accounts = text::count(unassumed.accounts, "account");
        failure = failure.cause(format!("{} ({accounts})", text::one_line(reason)));
    }
    match reasons.first().and_then(|(_, unassumed)| unassumed.remedy.clone()) {
        Some(remedy) => failure.hint(remedy),
        None => failure,
    }
    .to_string()
}

/// The exit code for a report, with a message unless it is 0.
pub(super) fn of(written: &Written, output: &OutputSettings, printer: &Printer) -> Exit {
    let summary = &written.summary;
    if summary.audit_role.wanted == 0 {
        printer.error(match (summary.coverage.total(), summary.population_complete) {
            (0, true) => "no account was listed: the list of accounts is empty",
            (0, false) => "no account was listed: the list of accounts is empty, or ended with an error before the first (see the notes)",
            _ => NO_MATCH,
        });
        return Exit::CouldNotRun;
    }
    if summary.audit_role.assumed == 0 && !summary.audit_role.unassumed.is_empty() {
        printer.error(&not_assumed(&summary.audit_role.unassumed, &written.role_name));
        return Exit::CouldNotRun;
    }
    if summary.completeness == Completeness::No && !output.allow_partial {
        printer.error(&format!("the report is not complete: {}", missing(written)));
        return Exit::Incomplete;
    }
    if output.fail_on == FailOn::Findings && summary.totals.findings() > 0 {
        return Exit::Findings;
    }
    Exit::Done
}
