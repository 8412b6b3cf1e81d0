//! The one table of settings. Parsing, the environment, `config show`, the documentation and the completeness tests follow from it.

use super::checks;
use super::value::Kind;

/// A setting, described by its row of [`KEYS`]. The order is the rows', the default file's and the documentation's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the rows of the table say it")]
pub enum Setting {
    Profile,
    Region,
    RoleName,
    ExternalId,
    SessionName,
    SessionDuration,
    Accounts,
    AccountsFile,
    ExcludeAccounts,
    Ou,
    ExcludeOu,
    ManagedPolicies,
    Concurrency,
    PageSize,
    MaxIamRate,
    AccountBudget,
    ReadTimeout,
    StorePath,
    InactiveAfter,
    UnusedAfter,
    MaxAcceptance,
    AsOf,
    Include,
    Output,
    FailOn,
    AllowPartial,
    Quiet,
    Verbose,
    LogFormat,
    Color,
    Progress,
}

/// What a section's settings are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// What facts are asked of AWS, and how.
    Collect,
    /// How facts are judged: free to change for every report.
    Assess,
    /// What is written, and where.
    Output,
    /// What a person at the terminal sees.
    Terminal,
}

/// A section of the configuration file.
#[derive(Debug)]
pub struct Section {
    /// Its name.
    pub name: &'static str,
    /// What it is about.
    pub purpose: Purpose,
    /// One sentence for the documentation.
    pub doc: &'static str,
}

/// The sections in their order.
pub const SECTIONS: [Section; 5] = [
    Section { name: "scan", purpose: Purpose::Collect, doc: "What to collect, and how." },
    Section { name: "store", purpose: Purpose::Output, doc: "Where facts are kept." },
    Section { name: "assess", purpose: Purpose::Assess, doc: "How facts are judged." },
    Section {
        name: "report",
        purpose: Purpose::Output,
        doc: "What is written, and what the exit code says.",
    },
    Section { name: "ui", purpose: Purpose::Terminal, doc: "What a person at the terminal sees." },
];

/// A row of the table.
#[derive(Debug)]
pub struct Key {
    /// Which setting.
    pub setting: Setting,
    /// The section that it stands in.
    pub section: &'static str,
    /// Its name in that section.
    pub name: &'static str,
    /// What its value is.
    pub kind: Kind,
    /// The environment variables that set it, the stronger first. Those that begin with `AWS_` are AWS's own.
    pub environment: &'static [&'static str],
    /// The flag that sets it, with its dashes; a `--no-` flag sets it to false.
    pub flag: Option<&'static str>,
    /// Whether it may stand in a configuration file.
    pub in_file: bool,
    /// One sentence for the documentation.
    pub doc: &'static str,
}

impl Key {
    const fn new(
        setting: Setting,
        (section, name): (&'static str, &'static str),
        kind: Kind,
        environment: &'static [&'static str],
        doc: &'static str,
    ) -> Self {
        Self { setting, section, name, kind, environment, flag: None, in_file: true, doc }
    }

    const fn flag(mut self, flag: &'static str) -> Self {
        self.flag = Some(flag);
        self
    }

    const fn not_in_file(mut self) -> Self {
        self.in_file = false;
        self
    }

    /// The key with its section: `scan.role_name`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }
}

impl Setting {
    /// The setting's row.
    pub fn key(self) -> &'static Key {
        // The rows stand in the order of the variants; a test holds them to it.
        &KEYS[self as usize]
    }
}

/// The variable that names the configuration file.
pub(crate) const CONFIG_VARIABLE: &str = "ROLESWEEP_CONFIG";

/// The variables that are ours and no setting's, with a sentence each.
pub const OTHER_VARIABLES: [(&str, &str); 1] =
    [(CONFIG_VARIABLE, "The configuration file to read where `--config` is not given.")];

/// The shortest and the longest session that STS grants, in seconds: STS API reference, `AssumeRole`.
const SESSION: Kind = Kind::Duration { min: 900, max: 43_200 };
const BUDGET: Kind = Kind::Duration { min: 1, max: 86_400 };
/// A day to ten years.
const ACCEPTANCE: Kind = Kind::Duration { min: 86_400, max: 3650 * 86_400 };
const READ: Kind = Kind::Duration { min: 1, max: 600 };

/// The table.
pub static KEYS: [Key; 31] = [
    Key::new(Setting::Profile, ("scan", "profile"), Kind::Text(checks::not_blank, "name"), &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"],
        "The AWS profile to call with.").flag("--profile"),
    Key::new(Setting::Region, ("scan", "region"), Kind::Text(checks::region, "Region"), &["AWS_REGION", "AWS_DEFAULT_REGION"],
        "The Region for STS, which also picks the partition; without one the profile's, else us-east-1.").flag("--region"),
    Key::new(Setting::RoleName, ("scan", "role_name"), Kind::Text(checks::role_name, "name"), &["ROLESWEEP_ROLE_NAME"],
        "The audit role that is assumed in each account, with its path where it has one.").flag("--role-name"),
    Key::new(Setting::ExternalId, ("scan", "external_id"), Kind::Secret(checks::external_id), &["ROLESWEEP_EXTERNAL_ID"],
        "The external id that the audit role's trust policy asks for. A secret: best set in the environment.").flag("--external-id"),
    Key::new(Setting::SessionName, ("scan", "session_name"), Kind::Text(checks::session_name, "text"), &["ROLESWEEP_SESSION_NAME"],
        "The session name that the accounts' CloudTrail shows; without one `rolesweep-<scan id>`.").flag("--session-name"),
    Key::new(Setting::SessionDuration, ("scan", "session_duration"), SESSION, &["ROLESWEEP_SESSION_DURATION"],
        "How long the audit role's sessions last; AWS allows one hour at most when the caller is itself a role.").flag("--session-duration"),
    Key::new(Setting::Accounts, ("scan", "accounts"), Kind::Accounts, &["ROLESWEEP_ACCOUNTS"],
        "Scan only these accounts.").flag("--accounts"),
    Key::new(Setting::AccountsFile, ("scan", "accounts_file"), Kind::Path { dash: false }, &["ROLESWEEP_ACCOUNTS_FILE"],
        "Scan only the accounts in this file: one id a line, or a CSV with a column `account_id`.").flag("--accounts-file"),
    Key::new(Setting::ExcludeAccounts, ("scan", "exclude_accounts"), Kind::Accounts, &["ROLESWEEP_EXCLUDE_ACCOUNTS"],
        "Leave these accounts out.").flag("--exclude-accounts"),
    Key::new(Setting::Ou, ("scan", "ou"), Kind::Ous, &["ROLESWEEP_OU"],
        "Scan only the accounts below these OUs, by id (`ou-…`) or by path of names (`/Workloads/Prod`); a `/` in a name is `%2F`.").flag("--ou"),
    Key::new(Setting::ExcludeOu, ("scan", "exclude_ou"), Kind::Ous, &["ROLESWEEP_EXCLUDE_OU"],
        "Leave the accounts below these OUs out.").flag("--exclude-ou"),
    Key::new(Setting::ManagedPolicies, ("scan", "managed_policies"), Kind::Switch, &["ROLESWEEP_MANAGED_POLICIES"],
        "Whether customer-managed policies are collected along with the roles."),
    Key::new(Setting::Concurrency, ("scan", "concurrency"), Kind::Count { min: 1, max: 1024 }, &["ROLESWEEP_CONCURRENCY"],
        "How many accounts are called at the same time; as many again may wait to be stored.").flag("--concurrency"),
    Key::new(Setting::PageSize, ("scan", "page_size"), Kind::Count { min: 1, max: 1000 }, &["ROLESWEEP_PAGE_SIZE"],
        "How many roles and customer-managed policies one call asks for; more cost memory, fewer cost calls."),
    Key::new(Setting::MaxIamRate, ("scan", "max_iam_rate"), Kind::Rate, &["ROLESWEEP_MAX_IAM_RATE"],
        "How many calls a second an account gets at most where roles have to be read one by one, by `ListRoles` and `GetRole`.").flag("--max-iam-rate"),
    Key::new(Setting::AccountBudget, ("scan", "account_budget"), BUDGET, &["ROLESWEEP_ACCOUNT_BUDGET"],
        "How long one account may take before it is given up as failed."),
    Key::new(Setting::ReadTimeout, ("scan", "read_timeout"), READ, &["ROLESWEEP_READ_TIMEOUT"],
        "How long AWS, or a proxy on the way, may take to begin an answer before the call is made again. An attempt may take twice as long in all, a call with all its attempts five times."),
    Key::new(Setting::StorePath, ("store", "path"), Kind::Path { dash: false }, &["ROLESWEEP_STORE"],
        "The file that facts are kept in; without one `$XDG_DATA_HOME/rolesweep/<organization id>.db`.").flag("--store"),
    Key::new(Setting::InactiveAfter, ("assess", "inactive_after"), Kind::Threshold, &["ROLESWEEP_INACTIVE_AFTER"],
        "A role that was used is inactive when it has been idle for longer than this.").flag("--inactive-after"),
    Key::new(Setting::UnusedAfter, ("assess", "unused_after"), Kind::Threshold, &["ROLESWEEP_UNUSED_AFTER"],
        "A role without a recorded use is unused when it is older than this; without it, `inactive_after` counts.").flag("--unused-after"),
    Key::new(Setting::MaxAcceptance, ("assess", "max_acceptance"), ACCEPTANCE, &["ROLESWEEP_MAX_ACCEPTANCE"],
        "How far ahead an exemption or an accepted gap may expire, from the run on, or from `--as-of` if that is later."),
    Key::new(Setting::AsOf, ("assess", "as_of"), Kind::Instant, &["ROLESWEEP_AS_OF"],
        "Judge as of this instant instead of the scan's start; a date stands for its beginning in UTC.").flag("--as-of").not_in_file(),
    Key::new(Setting::Include, ("report", "include"), Kind::Choice(&["flagged", "all"]), &["ROLESWEEP_INCLUDE"],
        "Which roles are listed: flagged and undetermined ones, or all.").flag("--include"),
    Key::new(Setting::Output, ("report", "output"), Kind::Path { dash: true }, &["ROLESWEEP_OUTPUT"],
        "The folder that the report is written into, `-` for `roles.csv` on stdout; without one a new folder below `rolesweep-report/`.").flag("--output"),
    Key::new(Setting::FailOn, ("report", "fail_on"), Kind::Choice(&["never", "findings"]), &["ROLESWEEP_FAIL_ON"],
        "When to exit with 3: never, or when there are findings.").flag("--fail-on"),
    Key::new(Setting::AllowPartial, ("report", "allow_partial"), Kind::Switch, &["ROLESWEEP_ALLOW_PARTIAL"],
        "Whether a report that is not complete exits like a complete one instead of with 4.").flag("--allow-partial"),
    Key::new(Setting::Quiet, ("ui", "quiet"), Kind::Switch, &["ROLESWEEP_QUIET"],
        "Whether nothing but errors is said.").flag("--quiet"),
    Key::new(Setting::Verbose, ("ui", "verbose"), Kind::Count { min: 0, max: 3 }, &["ROLESWEEP_VERBOSE"],
        "How much is logged: 0 warnings, 1 what happens, 2 details, 3 everything.").flag("--verbose"),
    Key::new(Setting::LogFormat, ("ui", "log_format"), Kind::Choice(&["text", "json"]), &["ROLESWEEP_LOG_FORMAT"],
        "How log lines are written.").flag("--log-format"),
    Key::new(Setting::Color, ("ui", "color"), Kind::Choice(&["auto", "always", "never"]), &["ROLESWEEP_COLOR"],
        "When colours are used; `auto` looks at the terminal and at `NO_COLOR`.").flag("--color"),
    Key::new(Setting::Progress, ("ui", "progress"), Kind::Switch, &["ROLESWEEP_PROGRESS"],
        "Whether progress is shown.").flag("--no-progress"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_rows_stand_in_the_order_of_the_settings() {
        for (at, key) in KEYS.iter().enumerate() {
            assert_eq!(key.setting as usize, at, "{}", key.path());
        }
    }

    #[test]
    fn no_name_is_used_twice_and_every_section_has_keys() {
        let mut names = BTreeSet::new();
        for key in &KEYS {
            assert!(names.insert(key.path()), "{}", key.path());
            for name in key.environment.iter().copied().chain(key.flag) {
                assert!(names.insert(name.to_owned()), "{name}");
            }
            assert!(SECTIONS.iter().any(|section| section.name == key.section), "{}", key.section);
            assert!(key.doc.ends_with('.'), "{}", key.path());
        }
        for section in &SECTIONS {
            assert!(KEYS.iter().any(|key| key.section == section.name), "{}", section.name);
        }
    }

    #[test]
    fn our_variables_carry_our_prefix() {
        for key in &KEYS {
            for name in key.environment {
                assert!(name.starts_with("ROLESWEEP_") || name.starts_with("AWS_"), "{name}");
            }
        }
    }
}
