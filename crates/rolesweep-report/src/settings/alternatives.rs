//! A report's settings with one change put back, for each change that can add or remove findings.

use rolesweep_assess::Parameters;
use rolesweep_model::ScanId;

use super::change::{SettingKind, SettingsChange, SettingsChanges};
use super::difference::COUNTED_ALONE;
use super::effects::Effect;
use super::form::AssessEntry;
use super::recorded::RecordedSettings;
use crate::assessed::Report;

/// What changed since the report before, and the parameters to count the effects with.
#[derive(Debug, Default)]
pub(crate) struct Alternatives {
    /// The scan whose report had the earlier settings; `None` if they are not known.
    scan: Option<ScanId>,
    changes: Vec<SettingsChange>,
    /// All changes put back, and then one change each.
    parameters: Vec<Parameters>,
    /// The change that each of the others puts back.
    puts_back: Vec<usize>,
}

impl Alternatives {
    /// Those of a report, if it is known how the report before judged.
    pub(crate) fn of(report: &Report<'_>) -> Self {
        let earlier = report.published_before.and_then(|before| before.settings.as_ref());
        let Some((scan, settings)) = earlier else { return Self::default() };
        let now = RecordedSettings::of(report);
        let changes = settings.changes_to(&now);
        let (old, new) = (&settings.parameters.assess, &now.parameters.assess);
        let as_of = report.parameters.as_of;
        let (mut parameters, mut puts_back) = (Vec::new(), Vec::new());
        let judges = |change: &SettingsChange| put_back(new, old, change).is_some();
        if changes.iter().any(judges) {
            let Some(all) = old.parameters(as_of) else { return Self::default() };
            parameters.push(all);
            let is_grouped = |group| changes.iter().any(|change| change.kind == group);
            let grouped = [
                (SettingKind::ThresholdRule, is_grouped(SettingKind::ThresholdRules)),
                (SettingKind::Exemption, is_grouped(SettingKind::Exemptions)),
            ];
            for (at, change) in changes.iter().enumerate() {
                if grouped.contains(&(change.kind, true)) {
                    continue;
                }
                if let Some(one) = put_back(new, old, change).and_then(|form| form.parameters(as_of)) {
                    parameters.push(one);
                    puts_back.push(at);
                }
            }
        }
        debug_assert!(parameters.len() <= 2 * COUNTED_ALONE + 5);
        Self { scan: Some(*scan), changes, parameters, puts_back }
    }

    /// The parameters to judge each role by, besides the report's own.
    pub(crate) fn parameters(&self) -> &[Parameters] {
        &self.parameters
    }

    /// The changes with what they did to the findings: the effects of all parameters, in their order.
    /// `None` if it is not known how the report before judged.
    pub(crate) fn changes(&self, effects: &[Effect]) -> Option<SettingsChanges> {
        let mut changes = self.changes.clone();
        for (at, effect) in self.puts_back.iter().zip(effects.iter().skip(1)) {
            changes[*at].findings_added = Some(effect.added);
            changes[*at].findings_removed = Some(effect.removed);
        }
        let all = effects.first().copied().unwrap_or_default();
        let (findings_added, findings_removed) = (all.added, all.removed);
        Some(SettingsChanges { scan_id: self.scan?, findings_added, findings_removed, changes })
    }
}

/// The settings with one change put back; `None` if it cannot add or remove findings by itself.
fn put_back(new: &AssessEntry, old: &AssessEntry, change: &SettingsChange) -> Option<AssessEntry> {
    let mut form = new.clone();
    match change.kind {
        SettingKind::Threshold => {
            form.inactive_after_seconds = old.inactive_after_seconds;
            form.unused_after_seconds = old.unused_after_seconds;
        }
        SettingKind::InactiveAfter => form.inactive_after_seconds = old.inactive_after_seconds,
        SettingKind::UnusedAfter => form.unused_after_seconds = old.unused_after_seconds,
        SettingKind::ThresholdRules => form.rules.clone_from(&old.rules),
        SettingKind::ThresholdRule => {
            form.rules = item_put_back(&new.rules, &old.rules, |rule| rule.name == *named(change));
        }
        SettingKind::ThresholdRuleOrder => {
            let place = |name: &str| old.rules.iter().position(|rule| rule.name == name);
            form.rules = reordered(&new.rules, |rule| place(&rule.name));
        }
        SettingKind::Exemptions => form.exemptions.clone_from(&old.exemptions),
        SettingKind::Exemption => {
            form.exemptions = item_put_back(&new.exemptions, &old.exemptions, |it| it.id == *named(change));
        }
        SettingKind::AuditRole => form.audit_role.clone_from(&old.audit_role),
        // They decide about accounts, trust, owners or facts, and not about idle roles.
        SettingKind::AcceptedGap
        | SettingKind::KnownAccount
        | SettingKind::Owners
        | SettingKind::Selection
        | SettingKind::Collection
        | SettingKind::ToolVersion
        | SettingKind::Data => return None,
    }
    Some(form)
}

fn named(change: &SettingsChange) -> &str {
    change.name.as_deref().unwrap_or_default()
}

/// A list with one item as it was. An item that is no longer there comes after those that came before
/// it.
fn item_put_back<T: Clone + PartialEq>(new: &[T], old: &[T], is_it: impl Fn(&T) -> bool) -> Vec<T> {
    let mut list = new.to_vec();
    let (now, before) = (list.iter().position(&is_it), old.iter().position(&is_it));
    match (now, before) {
        (Some(now), Some(before)) => list[now] = old[before].clone(),
        (Some(now), None) => {
            let _ = list.remove(now);
        }
        (None, Some(before)) => {
            let neighbours = old[..before].iter().rev();
            let after = neighbours.filter_map(|known| list.iter().position(|it| it == known)).next();
            list.insert(after.map_or(0, |after| after + 1), old[before].clone());
        }
        (None, None) => {}
    }
    list
}

/// A list whose items that have a place are in the order of their places. The others stay where they
/// are.
fn reordered<T: Clone>(list: &[T], place: impl Fn(&T) -> Option<usize>) -> Vec<T> {
    let mut placed: Vec<&T> = list.iter().filter(|item| place(item).is_some()).collect();
    placed.sort_by_key(|item| place(item));
    let mut placed = placed.into_iter();
    let next = |item| if place(item).is_some() { placed.next().unwrap_or(item) } else { item };
    list.iter().map(next).cloned().collect()
}
