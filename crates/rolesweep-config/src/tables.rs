//! The tables that a configuration file may repeat: rules, exemptions and accepted gaps, and what stands in each.

/// A table of which there may be many.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its name, as in `[[threshold]]`.
    pub name: &'static str,
    /// What it is, for the documentation.
    #[cfg_attr(not(test), expect(dead_code, reason = "docs/settings.md is made of it, by a test"))]
    pub doc: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
}

/// A field of such a table.
#[derive(Debug)]
pub(crate) struct Field {
    /// Its name.
    pub name: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// What it is, for the documentation.
    pub doc: &'static str,
}

const fn required(name: &'static str, doc: &'static str) -> Field {
    Field { name, required: true, doc }
}

const fn optional(name: &'static str, doc: &'static str) -> Field {
    Field { name, required: false, doc }
}

const OWNER: Field = required("owner", "Who answers for it.");
const APPROVED_BY: Field = required("approved_by", "Who approved it: somebody other than the owner.");
const EXPIRES: Field = required(
    "expires",
    "Until when it counts: a date (through the end of that day in UTC) or a time with its offset. At most `max_acceptance` ahead.",
);

/// `[[threshold]]`.
pub(crate) static THRESHOLD: Table = Table {
    name: "threshold",
    doc: "A threshold of its own for some roles. The first rule that matches a role decides. Of the selectors `accounts`, `ou`, `path` and `tag` at \
          least one must be there; where several are, all must match; each may be a text or a list of texts, of which one must match.",
    fields: &[
        required("name", "What the column `threshold_rule` shows."),
        required("reason", "Why these roles are different."),
        optional("accounts", "Account ids."),
        optional("ou", "OUs with all below them, by id or by path of names."),
        optional("path", "Beginnings of role paths, such as `/ci/`."),
        optional("tag", "Tags of the role: `key`, or `key=value`."),
        optional("inactive_after", "The threshold for roles that were used."),
        optional(
            "unused_after",
            "The threshold for roles without a recorded use. Where one of the two is not set, the one under `[assess]` counts.",
        ),
    ],
};

/// `[[exemption]]`.
pub(crate) static EXEMPTION: Table = Table {
    name: "exemption",
    doc: "A role that is not flagged although it is inactive or unused, with who says so and until when. Exactly one of `role_arn` and `role_id` must be there.",
    fields: &[
        optional("role_arn", "The role's ARN; it also fits a role that is created again under that name."),
        optional("role_id", "The role's unique id (`AROA…`), which is never used twice."),
        OWNER,
        APPROVED_BY,
        required("reason", "Why the role has to stay."),
        EXPIRES,
    ],
};

/// `[[accepted_gap]]`.
pub(crate) static ACCEPTED_GAP: Table = Table {
    name: "accepted_gap",
    doc: "An account that may be missing: the report is then complete `with accepted gaps`. It is still shown as what it is.",
    fields: &[
        required("account", "The account's id."),
        OWNER,
        APPROVED_BY,
        required("reason", "Why it cannot be read."),
        EXPIRES,
    ],
};

/// All of them.
pub(crate) static TABLES: [&Table; 3] = [&THRESHOLD, &EXEMPTION, &ACCEPTED_GAP];
