//! The rules on the use of a role.

use super::rule::{Level, Rule, Subject};
use crate::guides::idle as guides;

/// The level that the published rule "Inactive roles should be cleaned up" has. Its compliance
/// standard is CBP, cloud best practices.
const PUBLISHED: Level = Level::Words(
    "Low at least, and higher by what the role may do and who can assume it. The published rule \"Inactive roles should be cleaned up\" has the level low, and the compliance standard CBP (cloud best practices).",
);

/// The rules, in the order of the list.
pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "inactive-role",
        subject: Subject::Use,
        title: "The role has not been used for longer than its threshold",
        meaning: "Its status is `inactive`: AWS recorded a use, and it is longer ago than the threshold.",
        level: PUBLISHED,
        guide: guides::INACTIVE,
    },
    Rule {
        code: "unused-role",
        subject: Subject::Use,
        title: "No use of the role is recorded",
        meaning: "Its status is `unused`: AWS has no use on record, and the role is older than the threshold.",
        level: PUBLISHED,
        guide: guides::UNUSED,
    },
    Rule {
        code: "last-use-not-collected",
        subject: Subject::Use,
        title: "Nobody can say whether the role is used",
        meaning: "Its status is `unknown`, and its disposition `undetermined`: AWS did not answer for its last use.",
        level: Level::Words("Not known, because it is not known whether the role is used."),
        guide: guides::NOT_COLLECTED,
    },
];
