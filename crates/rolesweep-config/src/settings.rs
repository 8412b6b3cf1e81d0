//! What comes out: plain settings, by purpose. No text is left to check, and no layer to look through.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use rolesweep_assess::{AcceptedGap, Exemption, Parameters, Threshold, ThresholdRule};
use rolesweep_model::{AccountFilter, AccountId, CollectParameters, ParentId, ScanId};

use super::checks::OuSelector;
use super::errors::Mistake;
use super::value::Secret;
use super::view::View;

/// Everything that is settled.
#[derive(Debug, Clone)]
pub struct Settings {
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

/// What to collect, and how.
#[derive(Debug, Clone)]
pub struct CollectSettings {
    /// The profile to name to the SDK. `None` also where `AWS_PROFILE` names one: the SDK reads that itself, and ranks it differently.
    pub profile: Option<String>,
    /// The Region to name to the SDK. `None` also where AWS's own variables name one.
    pub region: Option<String>,
    /// The audit role's name, with its path where it has one, without a leading `/`.
    pub role_name: String,
    /// The external id.
    pub external_id: Option<Secret>,
    /// The session name; `None`: `rolesweep-<scan id>`.
    pub session_name: Option<String>,
    /// How long the audit role's sessions last, in seconds.
    pub session_seconds: u32,
    /// Only these accounts, those of the accounts file included; empty: all.
    pub accounts: BTreeSet<AccountId>,
    /// Not these accounts.
    pub exclude_accounts: BTreeSet<AccountId>,
    /// Only accounts below these OUs; empty: all.
    pub ous: Vec<OuSelector>,
    /// No accounts below these OUs.
    pub exclude_ous: Vec<OuSelector>,
    /// Whether customer-managed policies are collected.
    pub managed_policies: bool,
    /// How many accounts are called at the same time; as many again may wait to be stored.
    pub concurrency: NonZeroUsize,
    /// How many items are asked for with one call, 1 to 1000.
    pub page_size: u16,
    /// How many `GetRole` calls a second an account gets at most.
    pub max_iam_rate: f64,
    /// How long one account may take.
    pub account_budget: Duration,
    /// How long an answer may take to begin.
    pub read_timeout: Duration,
}

impl CollectSettings {
    /// What is stored with the scan and compared when it resumes.
    pub fn parameters(&self, scan: &ScanId, named_accounts_only: bool) -> CollectParameters {
        CollectParameters {
            role_name: self.role_name.clone(),
            external_id: self.external_id.is_some(),
            session_name: self.session_name.clone().unwrap_or_else(|| default_session_name(scan)),
            session_seconds: self.session_seconds,
            filter: AccountFilter {
                accounts: self.accounts.clone(),
                exclude_accounts: self.exclude_accounts.clone(),
                ous: ids(&self.ous),
                exclude_ous: ids(&self.exclude_ous),
                ou_paths: paths(&self.ous),
                exclude_ou_paths: paths(&self.exclude_ous),
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

/// How facts are judged.
#[derive(Debug, Clone)]
pub struct AssessSettings {
    /// Judge as of this instant; `None`: the scan's start.
    pub as_of: Option<Timestamp>,
    /// The threshold for roles that were used.
    pub inactive_after: Threshold,
    /// The threshold for roles without a recorded use.
    pub unused_after: Threshold,
    /// Thresholds of their own for some roles; the first that matches decides.
    pub rules: Vec<ThresholdRule>,
    /// Roles that are not flagged, with who says so.
    pub exemptions: Vec<Exemption>,
    /// Accounts that may be missing.
    pub accepted_gaps: Vec<AcceptedGap>,
}

impl AssessSettings {
    /// The parameters to judge one scan with: its start and its audit role are the scan's own.
    pub fn parameters(&self, scan_started_at: Timestamp, audit_role: Option<String>) -> Parameters {
        Parameters {
            as_of: self.as_of.unwrap_or(scan_started_at),
            inactive_after: self.inactive_after,
            unused_after: self.unused_after,
            rules: self.rules.clone(),
            exemptions: self.exemptions.clone(),
            audit_role,
        }
    }
}

/// Which roles are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Include {
    /// Flagged and undetermined ones.
    Flagged,
    /// All.
    All,
}

/// Where the report goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A new folder below `rolesweep-report/`.
    NewFolder,
    /// This folder.
    Folder(PathBuf),
    /// The standard output, `roles.csv` alone.
    Stdout,
}

/// What is written, and what the exit code says.
#[derive(Debug, Clone)]
pub struct OutputSettings {
    /// The store's file; `None`: the organization's own in the data folder.
    pub store: Option<PathBuf>,
    /// Which roles are listed.
    pub include: Include,
    /// Where the report goes.
    pub target: Target,
    /// Whether findings have an exit code of their own.
    pub fail_on_findings: bool,
    /// Whether an incomplete report exits like a complete one.
    pub allow_partial: bool,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// On a terminal that can, unless `NO_COLOR` says otherwise.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What a person at the terminal sees.
#[derive(Debug, Clone)]
pub struct TerminalSettings {
    /// Nothing but errors.
    pub quiet: bool,
    /// How many `-v`, 0 to 3; 0 where `quiet` is set.
    pub verbose: u8,
    /// How log lines are written.
    pub log_format: LogFormat,
    /// When colours are used.
    pub color: Color,
    /// Whether progress is shown.
    pub progress: bool,
}
