//! Guides on the use of a role.

use super::controls::UNUSED_ACCESS;
use super::guide::{Guide, Step};
use super::steps::{
    ASK, CLI_SERVICES, CLI_TRAIL, CLI_USE, CONSOLE_USE, DELETE, EXEMPT, OWNER_TAG, TAKE_OUT_OF_USE,
    UNUSED_ANALYZER,
};

pub(crate) const INACTIVE: Guide = Guide {
    why: "The role has lost its purpose, or serves one that comes rarely. Its permissions stay, and whoever it trusts can still use them. Attempts that were denied count as use, so that even a role that only fails looks used.",
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

pub(crate) const UNUSED: Guide = Guide {
    why: "AWS keeps the last use for 400 days. A role that is older may have been used before that, so \"unused\" is not \"never used\". That a role is set in an instance profile, a function or a template is not a use either: check for these before you remove it.",
    ..INACTIVE
};

pub(crate) const NOT_COLLECTED: Guide = Guide {
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
};
