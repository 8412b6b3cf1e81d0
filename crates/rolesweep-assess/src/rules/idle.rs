//! The rules on the use of a role.

use super::controls::UNUSED_ACCESS;
use super::guide::{Guide, Step};
use super::steps::{
    ASK, CLI_SERVICES, CLI_TRAIL, CLI_USE, CONSOLE_USE, DELETE, EXEMPT, OWNER_TAG, TAKE_OUT_OF_USE,
    UNUSED_ANALYZER,
};
use super::{Rule, Subject};

/// The level that the published rule "Inactive roles should be cleaned up" has. Its compliance
/// standard is CBP, cloud best practices.
const PUBLISHED: &str = "low at least, and higher by what the role may do and who can assume it. The published rule \"Inactive roles should be cleaned up\" has the level low, and the compliance standard CBP (cloud best practices)";

/// What is the same for a role that was used long ago and one without a recorded use.
const GUIDE: Guide = Guide {
    why: "Nobody misses the role, so nobody watches it. Its permissions stay, and whoever it trusts can still use them.",
    console: CONSOLE_USE,
    cli: &[CLI_USE, CLI_SERVICES, CLI_TRAIL],
    remedy: &[ASK, TAKE_OUT_OF_USE, DELETE, EXEMPT],
    prevent: &[
        Step::words("Run a scan every week, and review the findings with the owners."),
        OWNER_TAG,
        UNUSED_ANALYZER,
    ],
    controls: UNUSED_ACCESS,
};

/// The rules, in the order of the list.
pub(super) static RULES: &[Rule] = &[
    Rule {
        code: "inactive-role",
        subject: Subject::Use,
        title: "The role has not been used for longer than its threshold",
        meaning: "Its status is `inactive`: AWS recorded a use, and it is longer ago than the threshold.",
        level: PUBLISHED,
        guide: Guide {
            why: "The role has lost its purpose, or serves one that comes rarely. Its permissions stay, and whoever it trusts can still use them. Attempts that were denied count as use, so that even a role that only fails looks used.",
            ..GUIDE
        },
    },
    Rule {
        code: "unused-role",
        subject: Subject::Use,
        title: "No use of the role is recorded",
        meaning: "Its status is `unused`: AWS has no use on record, and the role is older than the threshold.",
        level: PUBLISHED,
        guide: Guide {
            why: "AWS keeps the last use for 400 days. A role that is older may have been used before that, so \"unused\" is not \"never used\". That a role is set in an instance profile, a function or a template is not a use either: check for these before you remove it.",
            ..GUIDE
        },
    },
    Rule {
        code: "last-use-not-collected",
        subject: Subject::Use,
        title: "Nobody can say whether the role is used",
        meaning: "Its status is `unknown`, and its disposition `undetermined`: AWS did not answer for its last use.",
        level: "not known, because it is not known whether the role is used",
        guide: Guide {
            why: "The account denied the calls that answer the last use, or answered without it. The role may be used every hour, or not at all.",
            console: CONSOLE_USE,
            cli: &[CLI_USE],
            remedy: &[
                Step::commands(
                    "Give the audit role its current policy in the account, and scan again. The column `evidence` says which call answered. These commands print the policy, and show which accounts deny what:",
                    "rolesweep setup --print permission-policy\nrolesweep scan --check",
                ),
                Step::words(
                    "If the account is never to be read, write an `[[accepted_gap]]` with an owner, an approver, a reason and a date.",
                ),
            ],
            prevent: &[Step::words(
                "Roll out the audit role with a StackSet that covers the whole organization and new accounts, as `rolesweep setup` describes.",
            )],
            controls: UNUSED_ACCESS,
        },
    },
];
