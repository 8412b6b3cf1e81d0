//! A change of the settings, and what it did to the findings.

use std::fmt;

use rolesweep_model::ScanId;
use rolesweep_model::text::with_thousands;
use serde::Serialize;

/// What changed in the settings since the report on the previous comparable scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SettingsChanges {
    /// The scan whose published report had the earlier settings.
    pub scan_id: ScanId,
    /// How many findings this report has that it would not have under the earlier settings.
    pub findings_added: u64,
    /// How many findings it would have under the earlier settings, and has not.
    pub findings_removed: u64,
    /// Each change, by kind.
    pub changes: Vec<SettingsChange>,
}

/// A change of the settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SettingsChange {
    /// What changed.
    pub kind: SettingKind,
    /// Which one, if there can be several: the name of a rule, the id of an exemption, an account, a
    /// data file.
    pub name: Option<String>,
    /// How.
    pub change: ChangeKind,
    /// What it was: a duration, a text, or JSON.
    pub old: Option<String>,
    /// What it is.
    pub new: Option<String>,
    /// How many findings this report has only because of this change. `None` if that is not counted.
    pub findings_added: Option<u64>,
    /// How many findings it does not have only because of this change. `None` if that is not counted.
    pub findings_removed: Option<u64>,
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingKind {
    /// The threshold of all roles.
    Threshold,
    /// The threshold of used roles.
    InactiveAfter,
    /// The threshold of roles without a recorded use.
    UnusedAfter,
    /// All changes of threshold rules together, if there are many.
    ThresholdRules,
    /// A threshold rule.
    ThresholdRule,
    /// The order of the threshold rules.
    ThresholdRuleOrder,
    /// All changes of exemptions together, if there are many.
    Exemptions,
    /// An exemption.
    Exemption,
    /// The audit role.
    AuditRole,
    /// An accepted gap.
    AcceptedGap,
    /// A known account outside the organization.
    KnownAccount,
    /// How owners are found.
    Owners,
    /// Which accounts are wanted.
    Selection,
    /// What is collected of an account.
    Collection,
    /// The program's version.
    ToolVersion,
    /// A data file.
    Data,
}

/// How something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It was not there before.
    Added,
    /// It is not there any more.
    Removed,
    /// It has another value.
    Changed,
}

impl SettingKind {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 16] = [
        Self::Threshold,
        Self::InactiveAfter,
        Self::UnusedAfter,
        Self::ThresholdRules,
        Self::ThresholdRule,
        Self::ThresholdRuleOrder,
        Self::Exemptions,
        Self::Exemption,
        Self::AuditRole,
        Self::AcceptedGap,
        Self::KnownAccount,
        Self::Owners,
        Self::Selection,
        Self::Collection,
        Self::ToolVersion,
        Self::Data,
    ];

    /// The word for files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Threshold => "threshold",
            Self::InactiveAfter => "inactive_after",
            Self::UnusedAfter => "unused_after",
            Self::ThresholdRules => "threshold_rules",
            Self::ThresholdRule => "threshold_rule",
            Self::ThresholdRuleOrder => "threshold_rule_order",
            Self::Exemptions => "exemptions",
            Self::Exemption => "exemption",
            Self::AuditRole => "audit_role",
            Self::AcceptedGap => "accepted_gap",
            Self::KnownAccount => "known_account",
            Self::Owners => "owners",
            Self::Selection => "selection",
            Self::Collection => "collection",
            Self::ToolVersion => "tool_version",
            Self::Data => "data",
        }
    }

    /// The words for people.
    fn in_words(self) -> &'static str {
        match self {
            Self::Threshold => "threshold",
            Self::InactiveAfter => "threshold of used roles",
            Self::UnusedAfter => "threshold without a recorded use",
            Self::ThresholdRules => "threshold rules",
            Self::ThresholdRule => "threshold rule",
            Self::ThresholdRuleOrder => "order of the threshold rules",
            Self::Exemptions => "exemptions",
            Self::Exemption => "exemption",
            Self::AuditRole => "audit role",
            Self::AcceptedGap => "accepted gap",
            Self::KnownAccount => "known account",
            Self::Owners => "owners",
            Self::Selection => "selection of accounts",
            Self::Collection => "what is collected",
            Self::ToolVersion => "version of rolesweep",
            Self::Data => "data on",
        }
    }

    /// Whether both values are short enough for people.
    fn has_short_values(self) -> bool {
        matches!(
            self,
            Self::Threshold | Self::InactiveAfter | Self::UnusedAfter | Self::AuditRole | Self::ToolVersion
        )
    }
}

impl ChangeKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Added, Self::Removed, Self::Changed];

    /// The word for files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

impl SettingsChange {
    /// What changed and how, in words: `threshold 90d → 365d`, ``exemption `core` added``.
    #[must_use]
    pub fn what(&self) -> String {
        let name = match (self.kind, self.name.as_deref()) {
            (_, None) => String::new(),
            (SettingKind::AcceptedGap | SettingKind::KnownAccount | SettingKind::Data, Some(name)) => {
                format!(" {name}")
            }
            (SettingKind::Exemptions | SettingKind::ThresholdRules, Some(name)) => format!(": {name}"),
            (_, Some(name)) => format!(" `{name}`"),
        };
        let what = self.kind.in_words();
        match (&self.old, &self.new) {
            (Some(old), Some(new)) if self.kind.has_short_values() => format!("{what}{name} {old} → {new}"),
            _ if matches!(self.kind, SettingKind::Exemptions | SettingKind::ThresholdRules) => {
                format!("{what}{name}")
            }
            _ => format!("{what}{name} {}", self.change.as_str()),
        }
    }

    /// How many findings it added and removed, in words; `None` if that is not counted.
    #[must_use]
    pub fn effect(&self) -> Option<String> {
        Some(effect(self.findings_added?, self.findings_removed?))
    }

    /// How many findings it added or removed.
    #[must_use]
    pub fn weight(&self) -> u64 {
        self.findings_added.unwrap_or_default() + self.findings_removed.unwrap_or_default()
    }
}

impl SettingsChanges {
    /// How many findings all changes together added and removed, in words.
    #[must_use]
    pub fn effect(&self) -> String {
        let is_counted = self.changes.iter().any(|change| change.findings_added.is_some());
        if !is_counted && self.findings_added + self.findings_removed == 0 {
            return "their effect on the findings is not counted".to_owned();
        }
        effect(self.findings_added, self.findings_removed)
    }
}

fn effect(added: u64, removed: u64) -> String {
    let findings = |number: u64| if number == 1 { "finding" } else { "findings" };
    match (added, removed) {
        (0, 0) => "the same findings".to_owned(),
        (0, fewer) => format!("{} fewer {}", with_thousands(fewer), findings(fewer)),
        (more, 0) => format!("{} more {}", with_thousands(more), findings(more)),
        (more, fewer) => {
            format!("{} more and {} fewer findings", with_thousands(more), with_thousands(fewer))
        }
    }
}

impl fmt::Display for SettingsChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what())?;
        self.effect().map_or(Ok(()), |effect| write!(f, ": {effect}"))
    }
}
