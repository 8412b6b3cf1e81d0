//! What can be set: a declaration for each setting, and the plain structs that are made from them.

pub(crate) mod choices;
mod declare;
pub(crate) mod key;
pub(crate) mod places;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use rolesweep_assess::ownership::{DEFAULT_IGNORED_VALUES, DEFAULT_TAGS, KnownOwner, OwnedPlace, OwnerRules};
use rolesweep_assess::{AcceptedGap, Exemption, KnownAccount, Parameters, Threshold, ThresholdRule};
use rolesweep_model::{AccountFilter, AccountId, CollectParameters, ParentId, ScanId};

use crate::errors::{Mistake, Place};
use crate::layers::View;
use crate::settings::choices::{Color, FailOn, Include, LogFormat, SummaryFormat};
use crate::settings::declare::settings;
use crate::settings::key::{Key, Purpose, Setting};
use crate::settings::places::{AccountsSource, Target};
use crate::value::checks;
use crate::value::types::Secret;

/// All settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The configuration file that names the AWS profile, if that name applies.
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
    /// What the user should know. It stops nothing.
    pub warnings: Vec<Mistake>,
}

// `[section] field: type { attributes }`. Key, flag and variable are named after the field. The
// sentences describe the setting in the documentation and the default file. The first is the flag's
// help, unless `help` or `switch` gives another. `Key` lists all attributes. A setting has a flag if
// it has `flag_value` or `switch`.
settings! {
    /// What to collect, and how.
    pub struct CollectSettings for Collect {
        /// The AWS profile to call with.
        [scan] profile: Option<String> {
            flag_value: "NAME", value: "name", environment: &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"],
            unset: "whatever credentials the AWS SDK finds", example: "audit",
        }
        /// The Region for STS, which also picks the partition.
        [scan] region: Option<String> {
            flag_value: "REGION", check: checks::region, value: "Region",
            environment: &["AWS_REGION", "AWS_DEFAULT_REGION"], unset: "the profile's, else us-east-1",
            example: "eu-central-1",
        }
        /// The audit role that is assumed in each account, with its path if it has one, as in
        /// `audit/RolesweepAudit`.
        [scan] role_name: String {
            flag_value: "NAME", check: checks::role_name, value: "name", default: Some("RolesweepAudit"),
            help: "The audit role in each account",
        }
        /// The external id that the audit role's trust policy asks for. A secret: best set in the
        /// environment.
        [scan] external_id: Option<Secret> {
            flag_value: "ID", check: checks::external_id, example: "4f2c8e1b-not-a-real-one",
            help: "The audit role's external id; better ROLESWEEP_EXTERNAL_ID",
        }
        /// The session name that the accounts' CloudTrail and the manifest show.
        [scan] session_name: Option<String> {
            flag_value: "NAME", check: checks::session_name, value: "text", unset: "`rolesweep-<scan id>`",
            example: "rolesweep", help: "The session name that CloudTrail shows",
        }
        /// How long the audit role's sessions last; AWS allows at most one hour if the caller is a
        /// role itself.
        [scan] session_duration: Duration {
            flag_value: "DURATION", within: (900, 43_200), default: Some("1h"),
            help: "How long the audit role's sessions last",
        }
        /// Scan only these accounts. Ids are texts: they may begin with zeros. An empty list means
        /// all.
        [scan] accounts: Vec<AccountId> {
            flag_value: "ID", value: "list of account ids",
            help: "Scan only these accounts (comma-separated, or repeated)",
        }
        /// Scan only the accounts in this file; `-` reads stdin. It has one id per line, with `#`
        /// comments, or is a CSV with a column `account_id`, or what the AWS CLI prints with
        /// `--output text`.
        [scan] accounts_file: Option<AccountsSource> {
            flag_value: "FILE", example: "accounts.txt",
            help: "Scan only the accounts in this file; `-` reads stdin",
        }
        /// Exclude these accounts.
        [scan] exclude_accounts: Vec<AccountId> { flag_value: "ID", value: "list of account ids" }
        /// Scan only the accounts below these OUs, by id (`ou-…`) or by path of names
        /// (`/Workloads/Prod`); a `/` in a name is `%2F`. An empty list means all.
        [scan] ou: Vec<String> {
            flag_value: "OU", check: checks::ou, value: "list of OU ids or paths",
            help: "Scan only the accounts below this OU, by id or path",
        }
        /// Exclude the accounts below these OUs.
        [scan] exclude_ou: Vec<String> {
            flag_value: "OU", check: checks::ou, value: "list of OU ids or paths",
            help: "Exclude the accounts below this OU",
        }
        /// Whether the documents of managed policies are collected along with the roles: customer-managed
        /// ones, and those that AWS manages. Without them, nobody can say what a role may do.
        [scan] managed_policies: bool { default: Some("true") }
        /// Whether the roles of each account are listed a second way, with `ListRoles`, and compared.
        /// It takes one more call for every page of roles.
        [scan] cross_check: bool {
            switch: "List the roles of each account a second way", default: Some("false"),
        }
        /// How many accounts are called at the same time; as many again may wait to be stored.
        /// Their answers share 48 MiB of memory.
        [scan] concurrency: NonZeroUsize {
            flag_value: "N", within: (1, 1024), default: Some("64"), help: "How many accounts to read at a time",
        }
        /// How many roles and customer-managed policies one call asks for; a larger page needs more
        /// memory, a smaller one more calls.
        [scan] page_size: u16 { within: (1, 1000), default: Some("200") }
        /// At most how many calls per second an account gets if its roles have to be read one by
        /// one, with `ListRoles` and `GetRole`. The account's pipelines share its IAM rate.
        [scan] max_iam_rate: f64 {
            flag_value: "N", default: Some("5.0"), help: "Calls per second if roles are read one by one",
        }
        /// How long one account may take before it counts as failed.
        [scan] account_budget: Duration { within: (1, 86_400), default: Some("10m") }
        /// How long AWS or a proxy may take to begin an answer before the call is retried. An
        /// attempt may take twice as long in all, a call with all its attempts five times.
        [scan] read_timeout: Duration { within: (1, 600), default: Some("1m") }
    }

    /// How facts are judged.
    pub struct AssessSettings for Assess {
        /// A role that was used is inactive when it has been idle for longer than this. AWS keeps a
        /// role's last use for 400 days.
        [assess] inactive_after: Threshold {
            flag_value: "DURATION", value: "duration, 0d to 400d", default: Some("90d"),
            help: "A used role is inactive when idle for longer",
        }
        /// A role without a recorded use is unused when it is older than this; `0d` counts it at
        /// once.
        [assess] unused_after: Option<Threshold> {
            flag_value: "DURATION", value: "duration, 0d to 400d", unset: "as `inactive_after`",
            example: "90d",
            help: "A role without a recorded use is unused when older than this",
        }
        /// How far ahead an exemption or an accepted gap may expire, counted from the run, or from
        /// `--as-of` if that is later.
        [assess] max_acceptance: Duration { within: (86_400, 3650 * 86_400), default: Some("180d") }
        /// Judge as of this instant instead of the scan's start; a date means its beginning in UTC.
        [assess] as_of: Option<Timestamp> {
            flag_value: "TIME", unset: "the scan's start", in_file: false,
            help: "Judge as of this instant instead of the scan's start",
        }
        /// The keys of the role tags that name an owner, the first that counts first. Upper and lower
        /// case, `-`, `_`, `:` and blanks in a key do not matter.
        [assess] owner_tags: Vec<String> {
            check: checks::owner_tag, value: "list of tag keys", default: Some(DEFAULT_TAGS),
        }
        /// Values of these tags, and owners in `owners_file`, that name nobody and are passed over.
        /// Upper and lower case does not matter. A value without a letter or a digit never counts.
        [assess] owner_ignored_values: Vec<String> {
            value: "list of texts", default: Some(DEFAULT_IGNORED_VALUES),
        }
        /// A CSV file with the owners of accounts and OUs, for roles whose tags name nobody: its
        /// header has the columns `owner` and `account_id` or `ou` or both.
        [assess] owners_file: Option<PathBuf> { unset: "only tags name owners", example: "owners.csv" }
        -
        /// Separate thresholds for some roles. The first that matches decides.
        rules: Vec<ThresholdRule>,
        /// Roles that are not flagged, and who says so.
        exemptions: Vec<Exemption>,
        /// Accounts that may be missing.
        accepted_gaps: Vec<AcceptedGap>,
        /// Accounts outside the organization that somebody knows.
        known_accounts: Vec<KnownAccount>,
        /// The people and teams that own roles.
        owners: Vec<KnownOwner>,
        /// The rows of `owners_file`.
        owned_places: Vec<OwnedPlace>,
    }

    /// What is written, where, and what the exit code says.
    pub struct OutputSettings for Output {
        /// Which roles are listed: flagged and undetermined ones, or all.
        [report] include: Include { flag_value: "WHICH", default: Some("flagged"), help: "Which roles to list" }
        /// The folder that the report is written into; `-` writes `roles.csv` to stdout instead.
        [report] target: Target {
            flag_value: "DIR", base: "output", short: Some('o'),
            help: "Write the report into this folder; `-`: roles.csv to stdout",
            unset: "a new folder below `rolesweep-report/`", example: "report",
        }
        /// The form of the result at the end: `text` for people on stderr, or `json`, one line for
        /// programs on stdout.
        [report] summary: SummaryFormat {
            flag_value: "FORMAT", default: Some("text"), help: "The form of the result at the end",
        }
        /// The earlier scan to compare with. `previous` is the last finished scan of the same accounts
        /// whose report was published, or the last finished one if no report was. `none` takes less
        /// time. The id of a scan means that scan, and a date means the last finished scan that began by the
        /// end of that day in UTC.
        [report] compare_to: String {
            flag_value: "SCAN", value: "`previous`, `none`, a scan's id or a date", default: Some("previous"),
            help: "The earlier scan to compare with",
        }
        /// When to exit with 3: never, or when there are findings, or findings that are at least this
        /// severe; a severity that is `unknown` counts as `high`. `new` counts the findings that the earlier scan
        /// did not have, for whatever reason: roles that became idle, were created again, are exempt no
        /// more, or whose account or last use it could not read. `new-high` counts those of them that are at
        /// least high, and those whose severity was raised to that. Both also count the findings that
        /// changed settings added since the last published report, of any severity. Without an earlier
        /// scan, every finding is new.
        [report] fail_on: FailOn {
            flag_value: "WHAT", default: Some("never"),
            help: "When to exit with 3, such as new-high (--help has all)",
        }
        /// Whether an incomplete report exits like a complete one, instead of with 4.
        [report] allow_partial: bool {
            switch: "Exit with 0 even if the report is not complete", default: Some("false"),
        }
        /// The file that facts are kept in.
        [store] store: Option<PathBuf> {
            flag_value: "FILE", name: "path", unset: "`$XDG_DATA_HOME/rolesweep/<organization id>.db`",
            example: "/var/lib/rolesweep/organization.db",
        }
    }

    /// What a person at the terminal sees.
    pub struct TerminalSettings for Terminal {
        /// Whether only errors and warnings are printed.
        [ui] quiet: bool { switch: "Print only errors and warnings", short: Some('q'), default: Some("false") }
        /// How much is logged: 0 warnings, 1 what happens, 2 details, 3 everything.
        [ui] verbose: u8 {
            switch: "Log more: -v, -vv, -vvv", within: (0, 3), short: Some('v'), default: Some("0"),
        }
        /// How log lines are written.
        [ui] log_format: LogFormat { flag_value: "FORMAT", default: Some("text") }
        /// When colours are used; `auto` looks at the terminal and at `NO_COLOR`.
        [ui] color: Color { flag_value: "WHEN", default: Some("auto"), help: "When to use colours" }
        /// Whether progress is shown.
        [ui] progress: bool { switch: "Show no progress bars", default: Some("true") }
    }
}

impl Settings {
    /// Where a setting's value comes from.
    pub fn place(&self, setting: Setting) -> Place {
        self.view.values.origin(setting).clone()
    }

    /// Where an account to scan is named: in the list, or else in the file.
    pub fn place_of_account(&self, id: &str) -> Place {
        let list = self.view.values.typed::<Vec<AccountId>>(Setting::accounts);
        match self.view.values.typed::<Option<AccountsSource>>(Setting::accounts_file) {
            Some(from) if list.iter().all(|listed| listed.as_str() != id) => {
                Place::File(from.name().to_owned())
            }
            _ => self.place(Setting::accounts),
        }
    }
}

impl Setting {
    /// The setting's key.
    pub(crate) fn key(self) -> &'static Key {
        let key = KEYS.iter().find(|key| key.setting == self);
        key.unwrap_or_else(|| unreachable!("each setting has a key"))
    }
}

impl CollectSettings {
    /// What to collect. It is stored with the scan and compared when the scan resumes.
    pub fn parameters(&self, scan: &ScanId, named_accounts_only: bool) -> CollectParameters {
        CollectParameters {
            role_name: self.role_name.clone(),
            external_id: self.external_id.is_some(),
            session_name: self.session_name.clone().unwrap_or_else(|| default_session_name(scan)),
            session_seconds: u32::try_from(self.session_duration.as_secs()).unwrap_or(u32::MAX),
            filter: AccountFilter {
                accounts: self.accounts.iter().copied().collect(),
                exclude_accounts: self.exclude_accounts.iter().copied().collect(),
                ous: ou_ids(&self.ou),
                exclude_ous: ou_ids(&self.exclude_ou),
                ou_paths: ou_paths(&self.ou),
                exclude_ou_paths: ou_paths(&self.exclude_ou),
            },
            named_accounts_only,
            managed_policies: self.managed_policies,
            cross_check: self.cross_check,
        }
    }
}

/// The session name if none is set. It makes the accounts' CloudTrail and the manifest show the
/// same name.
pub fn default_session_name(scan: &ScanId) -> String {
    format!("rolesweep-{scan}")
}

fn ou_ids(ous: &[String]) -> BTreeSet<ParentId> {
    ous.iter().filter_map(|ou| ou.parse().ok()).collect()
}

/// A path begins with a `/`, and an id does not.
fn ou_paths(ous: &[String]) -> BTreeSet<String> {
    ous.iter().filter(|ou| ou.starts_with('/')).cloned().collect()
}

impl AssessSettings {
    /// The parameters to judge one scan with. Its start and its audit role are the scan's own.
    pub fn parameters(&self, scan_started_at: Timestamp, audit_role: Option<String>) -> Parameters {
        Parameters {
            as_of: self.as_of.unwrap_or(scan_started_at),
            inactive_after: self.inactive_after,
            unused_after: self.unused_after.unwrap_or(self.inactive_after),
            rules: self.rules.clone(),
            exemptions: self.exemptions.clone(),
            known_accounts: self.known_accounts.clone(),
            owners: OwnerRules {
                tags: self.owner_tags.clone(),
                ignored_values: self.owner_ignored_values.clone(),
                owners: self.owners.clone(),
                places: self.owned_places.clone(),
            },
            audit_role,
        }
    }
}
