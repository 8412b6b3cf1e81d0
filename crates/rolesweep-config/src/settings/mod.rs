//! What can be set: a declaration for each setting, and the plain structs that come out. No text is left to check in them, and no layer to look through.

pub(crate) mod checks;
pub(crate) mod choices;
pub(crate) mod declare;
pub(crate) mod duration;
pub(crate) mod key;
pub(crate) mod list;
pub(crate) mod typed;
pub(crate) mod value;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use rolesweep_assess::{AcceptedGap, Exemption, Parameters, Threshold, ThresholdRule};
use rolesweep_model::{AccountFilter, AccountId, CollectParameters, ParentId, ScanId};

use crate::errors::Mistake;
use crate::settings::checks::OuSelector;
use crate::settings::choices::{Color, FailOn, Include, LogFormat, Target};
use crate::settings::declare::settings;
use crate::settings::key::Key;
use crate::settings::value::{Kind, Secret};
use crate::view::View;

/// Everything that is settled.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where a configuration file names the AWS profile, if that is the name that counts.
    pub profile_file: Option<String>,
    /// What to collect, and how.
    pub collect: CollectSettings,
    /// How facts are judged.
    pub assess: AssessSettings,
    /// What is written, and where.
    pub output: OutputSettings,
    /// What a person at the terminal sees.
    pub terminal: TerminalSettings,
    /// Every value with its origin, for `config show`.
    pub view: View,
    /// What does no harm and yet should be known.
    pub warnings: Vec<Mistake>,
}

// `[section] field: type = key` — the key of the file, the variable and the flag are named after the field. The sentences describe the setting in
// the documentation and the default file; the first is the flag's help, unless `help` gives another.
settings! {
    /// What to collect, and how.
    pub struct CollectSettings {
        /// The AWS profile to call with.
        [scan] profile: Option<String> = Key::new(Kind::Text(checks::not_blank, "name")).flag("NAME")
            .variables(&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]).unset("whatever credentials the AWS SDK finds").example("audit")
            .help("The AWS profile to call with [default: AWS_PROFILE or AWS_DEFAULT_PROFILE]");
        /// The Region for STS, which also picks the partition.
        [scan] region: Option<String> = Key::new(Kind::Text(checks::region, "Region")).flag("REGION")
            .variables(&["AWS_REGION", "AWS_DEFAULT_REGION"]).unset("the profile's, else us-east-1").example("eu-central-1");
        /// The audit role that is assumed in each account, with its path where it has one, as in `audit/RolesweepAudit`.
        [scan] role_name: String = Key::new(Kind::Text(checks::role_name, "name")).flag("NAME").default("RolesweepAudit");
        /// The external id that the audit role's trust policy asks for. A secret: best set in the environment.
        [scan] external_id: Option<Secret> = Key::new(Kind::Secret(checks::external_id)).flag("ID").example("4f2c8e1b-not-a-real-one")
            .help("The external id that the audit role's trust policy asks for; better set as ROLESWEEP_EXTERNAL_ID");
        /// The session name that the accounts' CloudTrail and the manifest show.
        [scan] session_name: Option<String> = Key::new(Kind::Text(checks::session_name, "text")).flag("NAME")
            .unset("`rolesweep-<scan id>`").example("rolesweep");
        /// How long the audit role's sessions last; AWS allows one hour at most when the caller is itself a role.
        [scan] session_duration: Duration = Key::new(Kind::Duration { min: 900, max: 43_200 }).flag("DURATION").default("1h");
        /// Scan only these accounts. Ids are texts: they may begin with zeros. An empty list means all.
        [scan] accounts: BTreeSet<AccountId> = Key::new(Kind::Accounts).flag("ID").default("[]")
            .help("Scan only these accounts (comma-separated, or repeated)");
        /// Scan only the accounts in this file: one id a line, with `#` comments, or a CSV with a column `account_id`.
        [scan] accounts_file: Option<PathBuf> = Key::new(Kind::Path { dash: false }).flag("FILE").example("accounts.txt");
        /// Leave these accounts out.
        [scan] exclude_accounts: BTreeSet<AccountId> = Key::new(Kind::Accounts).flag("ID").default("[]");
        /// Scan only the accounts below these OUs, by id (`ou-…`) or by path of names (`/Workloads/Prod`); a `/` in a name is `%2F`. An empty list means all.
        [scan] ou: Vec<OuSelector> = Key::new(Kind::Ous).flag("OU").default("[]")
            .help("Scan only the accounts below this OU, by id (ou-…) or path (/Workloads/Prod; a `/` in a name is %2F)");
        /// Leave the accounts below these OUs out.
        [scan] exclude_ou: Vec<OuSelector> = Key::new(Kind::Ous).flag("OU").default("[]")
            .help("Leave the accounts below this OU out");
        /// Whether customer-managed policies are collected along with the roles.
        [scan] managed_policies: bool = Key::new(Kind::Switch).default("true");
        /// How many accounts are called at the same time; as many again may wait to be stored. Their answers share 48 MiB of memory.
        [scan] concurrency: NonZeroUsize = Key::new(Kind::Count { min: 1, max: 1024 }).flag("N").default("64");
        /// How many roles and customer-managed policies one call asks for; more cost memory, fewer cost calls.
        [scan] page_size: u16 = Key::new(Kind::Count { min: 1, max: 1000 }).default("200");
        /// How many calls a second an account gets at most where roles have to be read one by one, by `ListRoles` and `GetRole`. An account's IAM
        /// rate belongs to its pipelines too.
        [scan] max_iam_rate: f64 = Key::new(Kind::Rate).flag("N").default("5.0");
        /// How long one account may take before it is given up as failed.
        [scan] account_budget: Duration = Key::new(Kind::Duration { min: 1, max: 86_400 }).default("10m");
        /// How long AWS, or a proxy on the way, may take to begin an answer before the call is made again. An attempt may take twice as long in all,
        /// a call with all its attempts five times.
        [scan] read_timeout: Duration = Key::new(Kind::Duration { min: 1, max: 600 }).default("1m");
    }

    /// How facts are judged.
    pub struct AssessSettings {
        /// A role that was used is inactive when it has been idle for longer than this. AWS keeps a role's last use for 400 days.
        [assess] inactive_after: Threshold = Key::new(Kind::Threshold).flag("DURATION").default("90d");
        /// A role without a recorded use is unused when it is older than this; `0d` counts it at once.
        [assess] unused_after: Option<Threshold> = Key::new(Kind::Threshold).flag("DURATION").unset("as `inactive_after`").example("90d")
            .help("A role without a recorded use is unused when it is older than this; 0d counts it at once [default: as --inactive-after]");
        /// How far ahead an exemption or an accepted gap may expire, from the run on, or from `--as-of` if that is later.
        [assess] max_acceptance: Duration = Key::new(Kind::Duration { min: 86_400, max: 3650 * 86_400 }).default("180d");
        /// Judge as of this instant instead of the scan's start; a date stands for its beginning in UTC.
        [assess] as_of: Option<Timestamp> = Key::new(Kind::Instant).flag("TIME").unset("the scan's start").not_in_file();
        -
        /// Thresholds of their own for some roles; the first that matches decides.
        rules: Vec<ThresholdRule>,
        /// Roles that are not flagged, with who says so.
        exemptions: Vec<Exemption>,
        /// Accounts that may be missing.
        accepted_gaps: Vec<AcceptedGap>,
    }

    /// What is written, where, and what the exit code says.
    pub struct OutputSettings {
        /// Which roles are listed: flagged and undetermined ones, or all.
        [report] include: Include = Key::new(Kind::Choice(Include::WORDS)).flag("WHICH").default("flagged");
        /// The folder that the report is written into; `-` writes `roles.csv` to stdout instead.
        [report] target: Target = Key::new(Kind::Path { dash: true }).named("output").flag("DIR").short('o')
            .help("Write the report into this folder; `-` writes roles.csv to stdout instead")
            .unset("a new folder below `rolesweep-report/`").example("report");
        /// When to exit with 3: never, or when there are findings.
        [report] fail_on: FailOn = Key::new(Kind::Choice(FailOn::WORDS)).flag("WHAT").default("never");
        /// Whether a report that is not complete exits like a complete one instead of with 4.
        [report] allow_partial: bool = Key::new(Kind::Switch).switch("Exit with 0 even when the report is not complete").default("false");
        /// The file that facts are kept in.
        [store] store: Option<PathBuf> = Key::new(Kind::Path { dash: false }).key("path").flag("FILE")
            .unset("`$XDG_DATA_HOME/rolesweep/<organization id>.db`").example("/var/lib/rolesweep/organization.db");
    }

    /// What a person at the terminal sees.
    pub struct TerminalSettings {
        /// Whether nothing but errors is said.
        [ui] quiet: bool = Key::new(Kind::Switch).switch("Say nothing but errors").short('q').default("false");
        /// How much is logged: 0 warnings, 1 what happens, 2 details, 3 everything.
        [ui] verbose: u8 = Key::new(Kind::Count { min: 0, max: 3 }).switch("Log more: -v, -vv, -vvv").short('v').default("0");
        /// How log lines are written.
        [ui] log_format: LogFormat = Key::new(Kind::Choice(LogFormat::WORDS)).flag("FORMAT").default("text");
        /// When colours are used; `auto` looks at the terminal and at `NO_COLOR`.
        [ui] color: Color = Key::new(Kind::Choice(Color::WORDS)).flag("WHEN").default("auto");
        /// Whether progress is shown.
        [ui] progress: bool = Key::new(Kind::Switch).switch_off("Show no progress bars").default("true");
    }
}

impl CollectSettings {
    /// What is stored with the scan and compared when it resumes.
    pub fn parameters(&self, scan: &ScanId, named_accounts_only: bool) -> CollectParameters {
        CollectParameters {
            role_name: self.role_name.clone(),
            external_id: self.external_id.is_some(),
            session_name: self.session_name.clone().unwrap_or_else(|| default_session_name(scan)),
            session_seconds: u32::try_from(self.session_duration.as_secs()).unwrap_or(u32::MAX),
            filter: AccountFilter {
                accounts: self.accounts.clone(),
                exclude_accounts: self.exclude_accounts.clone(),
                ous: ids(&self.ou),
                exclude_ous: ids(&self.exclude_ou),
                ou_paths: paths(&self.ou),
                exclude_ou_paths: paths(&self.exclude_ou),
            },
            named_accounts_only,
            managed_policies: self.managed_policies,
        }
    }
}

/// The session name where none is set: what the accounts' CloudTrail shows and what the manifest says are then the same.
pub fn default_session_name(scan: &ScanId) -> String {
    format!("rolesweep-{scan}")
}

fn ids(ous: &[OuSelector]) -> BTreeSet<ParentId> {
    ous.iter()
        .filter_map(|ou| match ou {
            OuSelector::Id(id) => Some(id.clone()),
            OuSelector::Path(_) => None,
        })
        .collect()
}

fn paths(ous: &[OuSelector]) -> BTreeSet<String> {
    ous.iter()
        .filter_map(|ou| match ou {
            OuSelector::Id(_) => None,
            OuSelector::Path(path) => Some(path.clone()),
        })
        .collect()
}

impl AssessSettings {
    /// The parameters to judge one scan with: its start and its audit role are the scan's own.
    pub fn parameters(&self, scan_started_at: Timestamp, audit_role: Option<String>) -> Parameters {
        Parameters {
            as_of: self.as_of.unwrap_or(scan_started_at),
            inactive_after: self.inactive_after,
            unused_after: self.unused_after.unwrap_or(self.inactive_after),
            rules: self.rules.clone(),
            exemptions: self.exemptions.clone(),
            audit_role,
        }
    }
}
