//! The earlier scan that a report is compared with.

use rolesweep_assess::{NamedOu, Parameters, ambiguous_ou};
use rolesweep_config::{FailOn, Setting, Settings};
use rolesweep_model::Scan;
use rolesweep_report::{PipelineError, are_on_the_same_accounts};
use rolesweep_store::StoreError;

use crate::failure::{Failure, Outcome};
use crate::store::scans::{State, Stored, StoredScan};
use crate::terminal::printer::Printer;
use crate::terminal::text;

/// The value of the setting for the last comparable scan.
const PREVIOUS: &str = "previous";

/// The value of the setting for no comparison.
const NONE: &str = "none";

/// Refuses settings that need a comparison and forbid it.
pub(super) fn check(settings: &Settings) -> Outcome<()> {
    let needs_it = matches!(settings.output.fail_on, FailOn::New | FailOn::NewHigh);
    if !needs_it || settings.output.compare_to != NONE {
        return Ok(());
    }
    let [compare_to, fail_on] = [Setting::compare_to, Setting::fail_on].map(|it| settings.view.spelled(it));
    Err(Failure::usage(format!("{compare_to} forbids the comparison that {fail_on} needs"))
        .hint(format!("leave one of them out, or compare with `{PREVIOUS}`")))
}

/// The scan to compare a report on `after` with. `None` if there is none, or if the settings want
/// none.
pub(in crate::commands) fn find(
    stored: &Stored,
    after: &Scan,
    settings: &Settings,
    printer: &Printer,
) -> Outcome<Option<Scan>> {
    let wanted = settings.output.compare_to.as_str();
    let number = stored.scans.iter().find(|known| known.scan.id == after.id).map(|known| known.number);
    // A scan that is about to begin comes after all others.
    let number = number.unwrap_or(i64::MAX);
    let earlier = match wanted {
        NONE => return Ok(None),
        PREVIOUS => {
            let previous = stored.previous(after)?;
            if previous.is_none() && stored.scans.iter().any(|scan| scan.number < number) {
                printer.note(
                    "compared with no earlier scan: none on the same accounts is finished and read an account",
                );
            }
            previous
        }
        wanted => {
            let named = stored.find_as(&settings.view.spelled(Setting::compare_to), wanted)?;
            check_order(named, (number, after))?;
            warn_unless_finished(named, printer);
            Some(named)
        }
    };
    let Some(earlier) = earlier else { return Ok(None) };
    let parameters = of_earlier(&settings.assess.parameters(after.started_at, None), &earlier.scan);
    if let Some((NamedOu { by, ou }, _)) = ambiguous_ou(&parameters, &earlier.scan.ou_tree()) {
        printer.warning(&format!(
            "not compared with the scan {}: {by} names the OU `{}`, which fits more than one OU there\n  help: name the OU by its id",
            earlier.scan.id,
            text::one_line(ou)
        ));
        return Ok(None);
    }
    Ok(Some(earlier.scan.clone()))
}

/// The settings of a report for the earlier scan, which is judged as of its own start.
pub(super) fn of_earlier(parameters: &Parameters, earlier: &Scan) -> Parameters {
    let audit_role = Some(earlier.parameters.role_name.clone());
    Parameters { as_of: earlier.started_at, audit_role, ..parameters.clone() }
}

/// What else to do if the store is damaged: perhaps only the earlier scan is.
pub(super) fn remedy(error: &PipelineError, earlier: Option<&Scan>) -> Option<String> {
    let earlier = earlier.filter(|_| matches!(error, PipelineError::Store(StoreError::Damaged { .. })))?;
    Some(format!("or add `--compare-to {NONE}`, in case only the earlier scan {} is damaged", earlier.id))
}

/// Refuses two scans that cannot be compared. The later one is given with its number.
pub(in crate::commands) fn check_order(before: &StoredScan, after: (i64, &Scan)) -> Outcome<()> {
    let (number, after) = after;
    let (earlier, later) = (&before.scan.id, &after.id);
    if before.number >= number {
        return Err(Failure::usage(format!("the scan {earlier} is not earlier than the scan {later}"))
            .hint("`rolesweep scans` lists the scans, the newest first"));
    }
    if !are_on_the_same_accounts(&before.scan, after) {
        return Err(Failure::usage(format!(
            "the scans {earlier} and {later} are not on the same accounts, so that they cannot be compared",
        ))
        .hint("compare two scans of the whole organization, or two of the same accounts or OUs"));
    }
    Ok(())
}

/// Warns that a scan did not finish.
pub(in crate::commands) fn warn_unless_finished(scan: &StoredScan, printer: &Printer) {
    if scan.state != State::Finished {
        printer.warning(&format!(
            "the scan {} did not finish: roles of the accounts that it did not read cannot be compared",
            scan.scan.id
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::scan;

    #[test]
    fn only_a_damaged_store_may_have_a_damaged_earlier_scan() {
        let damaged = StoreError::Damaged { path: "s.db".into(), detail: "unreadable".to_owned() };
        let damaged = PipelineError::Store(damaged);
        let earlier = scan();
        let said = remedy(&damaged, Some(&earlier)).unwrap();
        assert!(said.starts_with("or add `--compare-to none`, in case only"), "{said}");
        assert!(said.contains(&earlier.id.to_string()), "{said}");
        assert_eq!(remedy(&damaged, None), None);
        assert_eq!(remedy(&PipelineError::Stopped, Some(&earlier)), None);
    }
}
