//! Notes of a report: what a reader should know before they trust it.

use jiff::Timestamp;
use rolesweep_assess::DAY;
use rolesweep_model::text::count;
use rolesweep_model::{AccountId, Scan};

/// What the report's instant means if it is not the scan's start; `None` if the two are the same.
pub(crate) fn as_of(scanned: Timestamp, as_of: Timestamp) -> Option<String> {
    let seconds = as_of.duration_since(scanned).as_secs();
    let span = match seconds.abs() {
        0 => return None,
        1..DAY => "less than a day".to_owned(),
        more => count(more.unsigned_abs() / DAY.unsigned_abs(), "day"),
    };
    Some(if seconds > 0 {
        format!("judged as of {as_of}, {span} after the scan: later uses are not known, and count as no use")
    } else {
        format!(
            "judged as of {as_of}, {span} before the scan: what was used or created since then counts as just then, and AWS keeps \
             only the latest use of a role, not the one before"
        )
    })
}

/// The note if there was nothing to check the clock against.
pub(crate) const UNCHECKED_CLOCK: &str =
    "this machine's clock could not be checked, because AWS's answers carried no time (the header `Date`)";

/// The note on a scan of a version that did not read the policies that AWS manages. What roles may do
/// by them is not known.
#[must_use]
pub fn unread_aws_policies(scan: &Scan) -> Option<&'static str> {
    let is_unread = scan.end.as_ref().is_some_and(|end| end.aws_policies.is_none());
    is_unread
        .then_some("this scan did not read the policies that AWS manages (an earlier version): scan again")
}

/// The note that an account was read without the audit role.
pub(crate) fn read_by_caller(account: AccountId) -> String {
    format!(
        "the caller's own account {account} was read with the caller's credentials, because the audit role could not be assumed there"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_scan_that_ended_without_them_says_that_aws_policies_were_not_read() {
        let mut scan = crate::fixture::scan();
        assert_eq!(unread_aws_policies(&scan), None);
        if let Some(end) = &mut scan.end {
            end.aws_policies = None;
        }
        assert!(unread_aws_policies(&scan).is_some_and(|note| note.ends_with("scan again")));
        scan.end = None;
        assert_eq!(unread_aws_policies(&scan), None, "a scan that runs may still read them");
    }
}
