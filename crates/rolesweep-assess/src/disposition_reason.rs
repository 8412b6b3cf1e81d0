//! The texts that say why a role has its disposition: short, and the same in every run.

use std::fmt::{self, Write as _};

use jiff::Timestamp;
use rolesweep_model::AccessPart;

use crate::exemption::Exemption;
use crate::threshold::Threshold;
use crate::time::{TRACKING_WINDOW, ago, ago_beyond, ended, until};

pub(crate) fn exempt(exemption: &Exemption) -> String {
    format!(
        "exempt {}: {} (owner {}, approved by {})",
        until(exemption.expires),
        one_line(&exemption.reason),
        one_line(&exemption.owner),
        one_line(&exemption.approved_by)
    )
}

/// Why a role that was used is flagged.
pub(crate) fn inactive(idle: i64, threshold: Threshold) -> String {
    text(format_args!("last used {}", ago_beyond(idle, threshold.seconds())))
}

/// Why a role without recorded use is flagged.
pub(crate) fn unused(age: i64, threshold: Threshold) -> String {
    if age > TRACKING_WINDOW {
        text(format_args!("no use recorded in AWS's 400-day window; created {}", ago(age)))
    } else if threshold.seconds() == 0 {
        text(format_args!("no use recorded; created {}", ago(age)))
    } else {
        text(format_args!("no use recorded; created {}", ago_beyond(age, threshold.seconds())))
    }
}

/// Reserves enough for nearly every reason, because most flagged roles have one.
fn text(reason: fmt::Arguments<'_>) -> String {
    let mut text = String::with_capacity(80);
    // Writing to a string does not fail.
    let _ = text.write_fmt(reason);
    text
}

/// What follows the reason of a flagged role whose exemption has ended.
pub(crate) fn exemption_ended(exemption: &Exemption) -> String {
    format!("; an exemption (owner {}) expired {}", one_line(&exemption.owner), ended(exemption.expires))
}

/// What follows the reason of a flagged role that an exemption would cover if it were older.
pub(crate) fn exemption_too_early(exemption: &Exemption) -> String {
    let owner = one_line(&exemption.owner);
    format!(
        "; an exemption (owner {owner}) was approved on {}, before the role was created",
        exemption.approved_on
    )
}

/// What follows the reason of a flagged role whose access changed after its exemption was approved.
/// `scan` is the start of the scan that it is compared with.
pub(crate) fn access_changed(exemption: &Exemption, scan: Timestamp, parts: &[AccessPart]) -> String {
    let owner = one_line(&exemption.owner);
    let parts: Vec<&str> = parts.iter().map(|part| part.as_str()).collect();
    format!(
        "; an exemption (owner {owner}) no longer covers it: its {} changed after the scan of {}, the first one since \
         the approval on {}",
        parts.join(" and "),
        scan.strftime("%Y-%m-%d"),
        exemption.approved_on
    )
}

/// Why nothing can be said of a role whose last use was not collected.
pub(crate) const UNDETERMINED: &str = "last use was not collected";

/// A text that somebody wrote, without line breaks.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
