//! Facts that tests and the demo's configuration rely on. They are the same for every seed.

/// What is special in the demo's organization, by account id and role name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DemoFacts {
    /// The management account: no `OrganizationAccountAccessRole`, but the audit role.
    pub management: &'static str,
    /// The caller's account, a delegated administrator.
    pub caller_account: &'static str,
    /// How many accounts `ListAccounts` returns.
    pub accounts: usize,
    /// The active accounts in which the caller cannot assume the audit role: no such role, another
    /// trusted caller, an external id.
    pub denied: [&'static str; 3],
    /// Denies `GetAccountAuthorizationDetails`, but allows `ListRoles` and `GetRole`.
    pub fallback: &'static str,
    /// Allows only `ListRoles`.
    pub list_only: &'static str,
    /// Has [`DemoFacts::unanswered_role`] and [`DemoFacts::get_role_only`].
    pub unanswered: &'static str,
    /// The role whose last use no operation answers.
    pub unanswered_role: &'static str,
    /// The roles whose last use only `GetRole` answers: one was used, one has no recorded use.
    pub get_role_only: [&'static str; 2],
    /// The accounts that are not active, with their states.
    pub not_active: [(&'static str, &'static str); 4],
    /// The accounts whose ids begin with zeros.
    pub leading_zeros: [&'static str; 2],
    /// Has only the audit role.
    pub empty: &'static str,
    /// Has 2,500 roles.
    pub largest: &'static str,
    /// Has the roles at the threshold of 90 days.
    pub threshold: &'static str,
    /// Last used one second less than 90 days ago, exactly 90 days ago, and one second more.
    pub used_at_threshold: [&'static str; 3],
    /// Without a recorded use. Created one second less than 90 days ago, exactly 90 days ago, and
    /// one second more.
    pub unused_at_threshold: [&'static str; 3],
    /// Has a role that was deleted and created again, and one whose trust policy still names the
    /// old one's id.
    pub recreated: &'static str,
    /// The role that was created again.
    pub recreated_role: &'static str,
    /// Has the roles whose names begin with formula characters or contain commas.
    pub formulas: &'static str,
    /// Those roles.
    pub formula_roles: [&'static str; 5],
    /// Has the roles with hostile tags and descriptions.
    pub texts: &'static str,
    /// Has the impostors: roles that are named like a platform's, or whose paths resemble AWS's
    /// reserved ones.
    pub impostors: &'static str,
    /// The role that became an administrator not long ago.
    pub escalated_role: &'static str,
    /// The account that joined the organization not long ago.
    pub joined_since: &'static str,
}

impl DemoFacts {
    /// The facts.
    pub const ALL: Self = Self {
        management: "480115920012",
        caller_account: "480115920024",
        accounts: 45,
        denied: ["276641908857", "503318827746", "173204998101"],
        fallback: "527744190865",
        list_only: "276641908869",
        unanswered: "145870226391",
        unanswered_role: "athena-workgroup-admin",
        get_role_only: ["lake-formation-registrar", "lake-formation-bootstrap"],
        not_active: [
            ("118855602274", "SUSPENDED"),
            ("118855602286", "PENDING_CLOSURE"),
            ("733190455801", "CLOSED"),
            ("940266175538", "PENDING_ACTIVATION"),
        ],
        leading_zeros: ["000310442207", "059274413306"],
        empty: "321477908836",
        largest: "145870226403",
        threshold: "839120045517",
        used_at_threshold: ["quarter-end-import", "quarter-end-export", "quarter-end-archive"],
        unused_at_threshold: ["store-rollout-late", "store-rollout", "store-rollout-early"],
        recreated: "564003318209",
        recreated_role: "nightly-training",
        formulas: "664210937752",
        formula_roles: ["=cmd-calc", "+deploy", "-legacy-import", "@ops-oncall", "finance,reporting,2024"],
        texts: "839120045529",
        impostors: "690082215547",
        escalated_role: "github-release",
        joined_since: "918822014455",
    };
}
