//! The limits of the evidence: what no report on last use can know. Every manifest and every report
//! for people says it.
//!
//! Source: IAM API reference, `RoleLastUsed`; IAM user guide, "Refine permissions using last
//! accessed information" (tracking periods, Regions, the lag, attempts) and "Delete roles" (last
//! activity); AWS Security Blog, "Identify unused IAM roles and remove them confidently with the
//! last used timestamp" (requests made, not roles passed).

use serde::Serialize;

/// One limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// A short name that never changes.
    pub id: &'static str,
    /// The limit as one or two sentences.
    pub text: &'static str,
}

/// All of them, the most important one first.
pub const LIMITS: &[Limit] = &[
    Limit {
        id: "tracking_window",
        text: "AWS keeps a role's last use for the trailing 400 days. \"None recorded\" means that AWS has no use on record in that time, and not that the role was never used.",
    },
    Limit {
        id: "newer_regions",
        text: "The record is shorter for Regions that began to track use less than 400 days ago, and Regions that do not track use at all leave none: a role that is used only there looks unused.",
    },
    Limit {
        id: "lag",
        text: "A use may take up to four hours to appear. What happened shortly before the scan may be missing.",
    },
    Limit {
        id: "attempts",
        text: "Attempts count as use, also those that were denied: a recent last use does not prove that the role still works.",
    },
    Limit {
        id: "passing",
        text: "Only requests signed with the role's credentials count. That a role is passed to a service, or set in an instance profile, a function or a template, is not a use until then; check for these before removing a role.",
    },
    Limit {
        id: "own_reads",
        text: "The scan's own reads count as use of the role that it assumes: in every account that was read, the audit role looks used whatever else it does.",
    },
    Limit {
        id: "snapshot",
        text: "Each account was read at its own time, which the manifest lists. A role that was used, created or deleted after its account was read is not reflected.",
    },
];

/// All of them in one sentence, for a summary.
pub const SHORT: &str = "AWS keeps last use for 400 days, less in newer Regions and none in untracked ones, up to four hours late; attempts count as use, this scan's own reads too";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_those_that_the_assessment_goes_by() {
        let days = (rolesweep_assess::TRACKING_WINDOW / rolesweep_assess::DAY).to_string();
        assert!(LIMITS[0].text.contains(&format!("{days} days")) && SHORT.contains(&format!("{days} days")));
    }

    #[test]
    fn limits_are_told_apart_by_id_and_are_sentences() {
        for (at, limit) in LIMITS.iter().enumerate() {
            assert!(limit.text.ends_with('.'), "{}", limit.id);
            assert!(LIMITS[..at].iter().all(|other| other.id != limit.id), "{}", limit.id);
        }
    }
}
