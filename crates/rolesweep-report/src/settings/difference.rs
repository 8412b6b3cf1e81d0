//! What changed between two records of settings.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::change::{ChangeKind, SettingKind, SettingsChange};
use super::form::{CollectEntry, FilterEntry};
use super::recorded::RecordedSettings;

/// If more rules or more exemptions changed, their effect is only counted together.
pub(super) const COUNTED_ALONE: usize = 8;

impl RecordedSettings {
    /// What changed from these settings to later ones, by kind. The effects on findings are not known.
    #[must_use]
    pub fn changes_to(&self, later: &Self) -> Vec<SettingsChange> {
        let (before, after) = (&self.parameters.assess, &later.parameters.assess);
        let mut found = Found::default();
        let thresholds = [
            (before.inactive_after_seconds, after.inactive_after_seconds),
            (before.unused_after_seconds, after.unused_after_seconds),
        ];
        let [inactive, unused] = thresholds;
        if inactive == unused {
            found.value(SettingKind::Threshold, None, &span(inactive.0), &span(inactive.1));
        } else {
            found.value(SettingKind::InactiveAfter, None, &span(inactive.0), &span(inactive.1));
            found.value(SettingKind::UnusedAfter, None, &span(unused.0), &span(unused.1));
        }
        found.list(SettingKind::ThresholdRule, &before.rules, &after.rules, |rule| rule.name.clone());
        found.together(SettingKind::ThresholdRule, SettingKind::ThresholdRules);
        found.order(&before.rules, &after.rules, |rule| &rule.name);
        found.list(SettingKind::Exemption, &before.exemptions, &after.exemptions, |it| it.id.clone());
        found.together(SettingKind::Exemption, SettingKind::Exemptions);
        let audit_role = |role: &Option<String>| role.clone().unwrap_or_default();
        found.value(
            SettingKind::AuditRole,
            None,
            &audit_role(&before.audit_role),
            &audit_role(&after.audit_role),
        );
        let (gaps, accepted) = (&before.accepted_gaps, &after.accepted_gaps);
        found.list(SettingKind::AcceptedGap, gaps, accepted, |gap| gap.account_id.to_string());
        let (accounts, known) = (&before.known_accounts, &after.known_accounts);
        found.list(SettingKind::KnownAccount, accounts, known, |account| account.account_id.to_string());
        found.value(SettingKind::Owners, None, &self.owners_sha256, &later.owners_sha256);
        let (collect, wanted) = (&self.parameters.collect, &later.parameters.collect);
        found.value(SettingKind::Selection, None, &selection(collect), &selection(wanted));
        found.value(SettingKind::Collection, None, &collection(collect), &collection(wanted));
        found.value(SettingKind::ToolVersion, None, &self.tool_version, &later.tool_version);
        found.list(SettingKind::Data, &self.data, &later.data, |data| data.name.clone());
        found.0
    }
}

/// A duration as the configuration has it.
fn span(seconds: i64) -> String {
    const DAY: i64 = rolesweep_assess::DAY;
    if seconds % DAY == 0 { format!("{}d", seconds / DAY) } else { format!("{seconds}s") }
}

fn json(value: &impl Serialize) -> String {
    // The forms of settings have no value without a form in JSON.
    serde_json::to_string(value).unwrap_or_default()
}

fn selection(collect: &CollectEntry) -> String {
    #[derive(Serialize)]
    struct Selection<'a> {
        filter: &'a FilterEntry,
        named_accounts_only: bool,
    }
    let CollectEntry { filter, named_accounts_only, .. } = collect;
    json(&Selection { filter, named_accounts_only: *named_accounts_only })
}

/// What decides which facts there are to judge by. The session's name is another one in each scan.
fn collection(collect: &CollectEntry) -> String {
    let words = [(collect.managed_policies, "managed policies"), (collect.cross_check, "cross-check")];
    let words: Vec<&str> = words.iter().filter(|(is_on, _)| *is_on).map(|(_, word)| *word).collect();
    if words.is_empty() { "roles".to_owned() } else { format!("roles, {}", words.join(", ")) }
}

/// The items of a list by name. Of several with one name, each is compared with the one in its place.
fn by_name<T>(list: &[T], name: impl Fn(&T) -> String) -> BTreeMap<(String, usize), &T> {
    let mut items = BTreeMap::new();
    for item in list {
        let (name, mut number) = (name(item), 0);
        while items.contains_key(&(name.clone(), number)) {
            number += 1;
        }
        items.insert((name, number), item);
    }
    items
}

/// The changes that were found.
#[derive(Default)]
struct Found(Vec<SettingsChange>);

impl Found {
    fn add(
        &mut self,
        kind: SettingKind,
        name: Option<String>,
        change: ChangeKind,
        [old, new]: [Option<String>; 2],
    ) {
        let (findings_added, findings_removed) = (None, None);
        self.0.push(SettingsChange { kind, name, change, old, new, findings_added, findings_removed });
    }

    /// Compares two values.
    fn value(&mut self, kind: SettingKind, name: Option<String>, old: &str, new: &str) {
        if old != new {
            self.add(kind, name, ChangeKind::Changed, [Some(old.to_owned()), Some(new.to_owned())]);
        }
    }

    /// Compares two lists item by item.
    fn list<T: PartialEq + Serialize>(
        &mut self,
        kind: SettingKind,
        old: &[T],
        new: &[T],
        name: impl Fn(&T) -> String,
    ) {
        let (before, after) = (by_name(old, &name), by_name(new, &name));
        for (key, item) in &after {
            let name = Some(key.0.clone());
            match before.get(key) {
                None => self.add(kind, name, ChangeKind::Added, [None, Some(json(item))]),
                Some(earlier) if earlier != item => self.value(kind, name, &json(earlier), &json(item)),
                Some(_) => {}
            }
        }
        for (key, item) in before.iter().filter(|(key, _)| !after.contains_key(key)) {
            self.add(kind, Some(key.0.clone()), ChangeKind::Removed, [Some(json(item)), None]);
        }
    }

    /// If there are many changes of a kind, adds one for all of them, before them.
    fn together(&mut self, kind: SettingKind, group: SettingKind) {
        let Some(first) = self.0.iter().position(|change| change.kind == kind) else { return };
        let of = |how| self.0.iter().filter(|it| it.kind == kind && it.change == how).count();
        let counts = ChangeKind::ALL.map(|how| (of(how), how.as_str()));
        if counts.iter().map(|(count, _)| count).sum::<usize>() > COUNTED_ALONE {
            let words: Vec<String> = counts
                .into_iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, how)| format!("{count} {how}"))
                .collect();
            self.add(group, Some(words.join(", ")), ChangeKind::Changed, [None, None]);
            self.0[first..].rotate_right(1);
        }
    }

    /// Compares the order of what is in both lists.
    fn order<T>(&mut self, old: &[T], new: &[T], name: impl Fn(&T) -> &String) {
        let common = |list: &[T], other: &[T]| -> Vec<String> {
            let others: BTreeSet<&String> = other.iter().map(&name).collect();
            list.iter().map(&name).filter(|one| others.contains(one)).cloned().collect()
        };
        let (before, after) = (common(old, new), common(new, old));
        self.value(SettingKind::ThresholdRuleOrder, None, &json(&before), &json(&after));
    }
}
