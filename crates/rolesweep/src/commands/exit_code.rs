//! The exit code of a scan or report, and why it is not 0.
//!
//! This file decides on codes 3, 4 and 130 after a report, and on code 1 if nothing was read. A
//! command that fails before has its code in its [`Failure`]. So each code other than 0 has a
//! message, which `ending` prints.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rolesweep_assess::Completeness;
use rolesweep_assess::risk::Severity;
use rolesweep_config::{FailOn, Setting, Settings, SummaryFormat, Target};
use rolesweep_report::{Severities, Since, Summary, Unassumed};

use super::report::write::Written;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::shell;
use crate::terminal::text;

/// How a report ended. `signalled` says whether a signal stopped its scan.
pub(super) fn of(written: &Written, signalled: bool, settings: &Settings) -> Outcome<()> {
    let failure = if signalled {
        Some(interrupted(written))
    } else {
        nothing_read(written)
            .or_else(|| incomplete(written, settings))
            .or_else(|| findings(written, settings))
    };
    failure.map_or(Ok(()), Err)
}

/// A signal stopped the scan.
fn interrupted(written: &Written) -> Failure {
    let failure = match written.summary.completeness {
        // Every account was finished, and the walk of the OUs was not.
        Completeness::No if written.summary.coverage.open_gaps() == 0 => Failure::new(
            "interrupted: every account was finished, but the list of accounts or OUs is not whole, and the report is marked as not complete",
        )
        .hint(written.advice.hint("continues the scan")),
        Completeness::No => Failure::new(
            "interrupted: the report covers the accounts that were finished before, and is marked as not complete",
        )
        .hint(written.advice.hint("continues the scan")),
        Completeness::WithAcceptedGaps => {
            Failure::new("interrupted, after every account was tried: the report is complete with accepted gaps")
                .hint(nothing_missing(written))
        }
        Completeness::Yes => {
            Failure::new("interrupted, after every account was read: the report is complete")
                .hint(nothing_missing(written))
        }
    };
    failure.exiting(Exit::Interrupted)
}

/// What to do if every account was finished.
fn nothing_missing(written: &Written) -> String {
    if written.is_interrupted {
        return written.advice.hint("reads the documents of policies that are missing (see the notes)");
    }
    format!("nothing is missing; {} gives the exit code of the result", shell::command(&written.again))
}

/// No account could be read.
fn nothing_read(written: &Written) -> Option<Failure> {
    let summary = &written.summary;
    if summary.audit_role.wanted == 0 {
        return Some(nothing_wanted(summary.coverage.total(), summary.population_complete));
    }
    let unassumed = &summary.audit_role.unassumed;
    let none = summary.audit_role.assumed == 0 && !unassumed.is_empty();
    // Somebody wrote that these accounts may be missing, so the report is what was expected.
    let is_accepted = summary.completeness == Completeness::WithAcceptedGaps;
    (none && !is_accepted).then(|| not_assumed(unassumed, &written.role_name))
}

/// No account of a population is to be read.
pub(super) fn nothing_wanted(population: u64, population_complete: bool) -> Failure {
    match (population, population_complete) {
        (0, true) => Failure::new("no account was listed: the list of accounts is empty")
            .hint("check that the caller is in the organization's management account, or in a delegated administrator's"),
        (0, false) => Failure::new(
            "no account was listed: the list of accounts is empty, or ended with an error before the first (see the notes)",
        )
        .hint("scan again; `-vv` logs every call"),
        _ => Failure::new("no account matched: every account is excluded or not active")
            .hint("check --ou, --accounts and the exclusions"),
    }
}

/// The audit role could not be assumed in any account, with the most frequent reasons first.
fn not_assumed(reasons: &BTreeMap<String, Unassumed>, role: &str) -> Failure {
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
}

/// Something is missing, and nobody accepted it.
fn incomplete(written: &Written, settings: &Settings) -> Option<Failure> {
    let missing = written.summary.completeness == Completeness::No && !settings.output.allow_partial;
    missing.then(|| missing_parts(written, settings).exiting(Exit::Incomplete))
}

/// What is missing in a report, where to see it, and what to do.
fn missing_parts(written: &Written, settings: &Settings) -> Failure {
    const LIST: &str = "rolesweep could not read the whole list of accounts or OUs (see the notes), so accounts may be missing";
    let summary = &written.summary;
    let shown = settings.output.summary == SummaryFormat::Text && !settings.terminal.quiet;
    let see = match (shown, &settings.output.target) {
        (true, Target::Stdout) => "see \"Not fully read\" above".to_owned(),
        (true, _) => "see \"Not fully read\" above and accounts.csv".to_owned(),
        (false, Target::Stdout) => {
            let command = shell::command(&format!("{} -o DIR", written.again));
            format!("{command} writes accounts.csv, which says why")
        }
        (false, _) => "see accounts.csv".to_owned(),
    };
    let failure = |what: &str| Failure::new(format!("the report is not complete: {what}"));
    if summary.clock_was_wrong {
        return failure("this machine's clock was wrong when it scanned (see the notes)")
            .hint("correct the clock and scan again");
    }
    if summary.clock_is_unchecked {
        return failure("this machine's clock could not be checked (see the notes)")
            .hint("let the header `Date` of AWS's answers through the proxy, and scan again");
    }
    let failure = match (summary.population_complete, summary.coverage.open_gaps()) {
        (true, 0) => {
            return failure(
                "threshold rules name OUs, and the OUs of some accounts are not known (see the notes)",
            )
            .hint("let the caller read the organization's OUs and scan again")
            .hint("or name accounts in these rules");
        }
        (false, 0) => return failure(LIST).hint(written.advice.hint("lists them again")),
        (true, _) => failure(&see),
        (false, _) => failure(&format!("{LIST}; for the accounts that were listed, {see}")),
    };
    let failure = failure.hint(if summary.can_be_completed() {
        written.advice.hint("tries again what was partial, denied, failed or not reached")
    } else {
        "scan again: the accounts that were not read have left the organization since this scan began"
            .to_owned()
    });
    match summary.population_complete {
        true => failure.hint(ACCEPT),
        false => failure,
    }
}

/// The other ways to an exit code of 0.
const ACCEPT: &str = "or accept gaps in the configuration (`[[accepted_gap]]`), or any with --allow-partial";

/// There are findings that a setting asks for an exit code of their own for.
fn findings(written: &Written, settings: &Settings) -> Option<Failure> {
    let summary = &written.summary;
    let (counted, which) = match settings.output.fail_on {
        FailOn::Never => return None,
        FailOn::Findings => (summary.totals.findings(), String::new()),
        FailOn::Critical => severe(&summary.severities, Severity::Critical),
        FailOn::High => severe(&summary.severities, Severity::High),
        FailOn::Medium => severe(&summary.severities, Severity::Medium),
        FailOn::Low => severe(&summary.severities, Severity::Low),
        FailOn::New => or_by_settings((summary.new_findings(), new(summary.since.as_ref())), summary),
        FailOn::NewHigh => {
            let counted = summary.newly_at_least(Severity::High);
            or_by_settings((counted, newly_severe(counted, Severity::High, summary.since.as_ref())), summary)
        }
    };
    (counted > 0).then(|| {
        Failure::new(format!(
            "there {} {}{which}, and {} asks for exit code {}",
            if counted == 1 { "is" } else { "are" },
            text::count(counted, "finding"),
            settings.view.spelled(Setting::fail_on),
            Exit::Findings.code()
        ))
        .hint("review the flagged roles (`disposition` is `flagged`); an [[exemption]] in the configuration keeps a role that has to stay")
        .exiting(Exit::Findings)
    })
}

/// The findings that changed settings added since the last published report, if no other finding is
/// new. Both scans of a comparison are judged by the same settings, so it does not tell them.
fn or_by_settings(counted: (u64, String), summary: &Summary) -> (u64, String) {
    match &summary.settings_changes {
        Some(changes) if counted.0 == 0 => (
            changes.findings_added,
            format!(" that changed settings added since the report on the scan {}", changes.scan_id),
        ),
        _ => counted,
    }
}

/// What the findings that an earlier scan did not have are.
fn new(since: Option<&Since>) -> String {
    match since {
        Some(since) => format!(" that the scan {} did not have", since.scan_id),
        None => NOT_COMPARED.to_owned(),
    }
}

/// What the findings are that have become so severe since an earlier scan.
fn newly_severe(counted: u64, limit: Severity, since: Option<&Since>) -> String {
    let verb = if counted == 1 { "counts" } else { "count" };
    match since {
        Some(since) => format!(" that {verb} as {limit} or worse, and did not in the scan {}", since.scan_id),
        None => format!(" that {verb} as {limit} or worse{NOT_COMPARED}"),
    }
}

/// Why every finding is new.
const NOT_COMPARED: &str = ", and no earlier scan to compare with";

/// How many findings are at least this severe, and how many of which severity.
fn severe(severities: &Severities, limit: Severity) -> (u64, String) {
    let parts: Vec<String> = severities
        .counts()
        .filter(|(severity, count)| severity.counts_as() >= limit && *count > 0)
        .map(|(severity, count)| format!("{} {severity}", text::number(count)))
        .collect();
    let counted = severities.at_least(limit);
    let verb = if counted == 1 { "counts" } else { "count" };
    (counted, format!(" that {verb} as {limit} or worse ({})", parts.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_findings_that_count_are_told_by_severity() {
        let mut severities = Severities::default();
        for (severity, count) in
            [(Severity::Critical, 2), (Severity::Unknown, 3), (Severity::High, 4), (Severity::Low, 5)]
        {
            (0..count).for_each(|_| severities.add(severity));
        }
        let told = |limit| severe(&severities, limit);
        assert_eq!(told(Severity::Critical), (2, " that count as critical or worse (2 critical)".to_owned()));
        assert_eq!(
            told(Severity::High),
            (9, " that count as high or worse (2 critical, 3 unknown, 4 high)".to_owned())
        );
        assert_eq!(told(Severity::Medium).0, 9);
        assert_eq!(told(Severity::Low).0, 14);
        assert_eq!(severe(&Severities::default(), Severity::Low).0, 0);
    }
}
