//! The default file and the example.

use std::collections::BTreeSet;

use rolesweep_assess::AccountKind;
use rolesweep_assess::risk::trust::TrustLevel;

use super::{FULL_EXAMPLE, Said, settle, uncommented, with_file};
use crate::errors::Place;
use crate::settings::choices::FailOn;
use crate::settings::key::{Key, Setting};
use crate::settings::places::Target;
use crate::settings::{KEYS, Settings};

/// The tests of the documentation check it against the declarations.
const DEFAULT: &str = include_str!("../../../../config/default.toml");

#[test]
fn every_default_is_sound_and_so_is_every_example_beside_them() {
    let set = |text: &str| -> BTreeSet<Setting> {
        let settings = with_file(text).unwrap();
        let is_set = |key: &&Key| *settings.view.values.origin(key.setting) != Place::Default;
        KEYS.iter().filter(is_set).map(|key| key.setting).collect()
    };
    let uncommented = uncommented(DEFAULT);
    let accounts_file = "accounts_file = \"accounts.txt\"\n";
    let (set, mut all) = (set(DEFAULT), set(&uncommented.replace(accounts_file, "")));
    assert!(uncommented.contains(accounts_file) && all.insert(Setting::accounts_file));
    for key in KEYS.iter() {
        assert_eq!(all.contains(&key.setting), key.in_file, "{}", key.path());
        let has_default = key.default_value().unwrap().toml.is_some();
        assert_eq!(set.contains(&key.setting), has_default, "{}", key.path());
    }
}

#[test]
fn the_tables_shown_in_the_default_file_are_sound() {
    let start = DEFAULT.find("# [[threshold]]").unwrap();
    let tables: String = DEFAULT[start..]
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.contains(" = ") || line.starts_with('['))
        .map(|line| format!("{line}\n"))
        .collect();
    let settings = with_file(&tables).unwrap();
    let assess = &settings.assess;
    assert_eq!((assess.rules.len(), assess.exemptions.len(), assess.accepted_gaps.len()), (1, 1, 1));
    assert_eq!((assess.known_accounts.len(), assess.owners.len()), (1, 1));
}

#[test]
fn the_defaults_apply_if_nothing_is_set() {
    let settings = settle(Said::default()).unwrap();
    let collect = &settings.collect;
    assert_eq!(collect.role_name, "RolesweepAudit");
    assert_eq!(
        (collect.session_duration.as_secs(), collect.concurrency.get(), collect.page_size),
        (3600, 64, 200)
    );
    assert_eq!((collect.max_iam_rate, collect.account_budget.as_secs()), (5.0, 600));
    assert_eq!(collect.read_timeout.as_secs(), 60);
    assert!(collect.managed_policies && collect.accounts.is_empty() && collect.external_id.is_none());
    assert_eq!(settings.assess.inactive_after, rolesweep_assess::Threshold::DEFAULT);
    assert_eq!(settings.assess.unused_after, None);
    assert_eq!(settings.output.target, Target::NewFolder);
    assert!(settings.output.fail_on == FailOn::Never && !settings.output.allow_partial);
    assert!(settings.terminal.progress && !settings.terminal.quiet);
    assert_eq!(settings.warnings, []);
}

#[test]
fn the_example_changes_nothing_in_any_organization() {
    let example = with_file(crate::EXAMPLE).unwrap();
    let defaults = settle(Said::default()).unwrap();
    for key in KEYS.iter() {
        let value = |settings: &Settings| settings.view.values.get(key.setting).value.toml.clone();
        assert_eq!(value(&example), value(&defaults), "{}", key.path());
    }
    let assess = &example.assess;
    assert!(assess.rules.is_empty() && assess.exemptions.is_empty() && assess.accepted_gaps.is_empty());
    assert!(assess.known_accounts.is_empty() && assess.owners.is_empty());
    assert_eq!(example.warnings, []);
}

#[test]
fn what_the_example_has_as_a_comment_is_sound_and_says_what_it_seems_to_say() {
    let settings = with_file(&FULL_EXAMPLE).unwrap();
    let is_set = |setting: Setting| *settings.view.values.origin(setting) != Place::Default;
    for line in FULL_EXAMPLE.lines().take_while(|line| !line.starts_with("[[")) {
        let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) else { continue };
        let key = KEYS.iter().find(|key| key.name == name).unwrap_or_else(|| panic!("{line}"));
        assert!(is_set(key.setting), "{line}");
    }
    let parameters =
        settings.collect.parameters(&rolesweep_model::ScanId::generate(time("2026-11-22T00:00:00Z")), false);
    assert_eq!(parameters.filter.exclude_ous.len(), 1);
    assert!(parameters.filter.exclude_ou_paths.iter().eq(["/Suspended"]));
    assert!(parameters.session_name.starts_with("rolesweep-0"), "{}", parameters.session_name);
    assert_eq!(settings.assess.unused_after.unwrap().days(), 30);
    assert!(settings.output.fail_on == FailOn::Findings && is_set(Setting::exclude_accounts));
    let names: Vec<&str> = settings.assess.rules.iter().map(|rule| rule.name.as_str()).collect();
    assert_eq!(names, ["break-glass", "quarter-end", "pipelines"]);
    let quarter_end = &settings.assess.rules[1];
    assert_eq!(quarter_end.accounts[0].as_str(), "000123456789");
    assert_eq!(quarter_end.tags[0].value.as_deref(), Some("quarterly"));
    assert_eq!((quarter_end.tags[1].key.as_str(), &quarter_end.tags[1].value), ("quarter-end", &None));
    let expiries: Vec<_> = settings.assess.exemptions.iter().map(|exemption| exemption.expires).collect();
    let expected = ["2027-05-01T00:00:00Z", "2027-04-01T00:00:00Z", "2027-01-31T17:00:00Z"];
    assert_eq!(expiries, expected.map(time));
    let organization = &settings.assess.exemptions[1];
    assert_eq!(
        (organization.id.as_str(), organization.ticket.as_deref()),
        ("organization-access", Some("SEC-371"))
    );
    assert_eq!(organization.roles.role_names, ["OrganizationAccountAccessRole"]);
    assert_eq!(organization.roles.trust_at_most, Some(TrustLevel::Org));
    let failover = &settings.assess.exemptions[0];
    assert_eq!(failover.id, "arn:aws:iam::123456789012:role/disaster-recovery/Failover");
    assert_eq!(settings.assess.accepted_gaps[0].expires, time("2027-04-01T00:00:00Z"));
    let known = &settings.assess.known_accounts[0];
    assert_eq!((known.account_id.as_str(), known.kind), ("321098765432", AccountKind::Ours));
    assert_eq!(known.expires, time("2027-04-01T00:00:00Z"));
    let owner = &settings.assess.owners[0];
    assert_eq!((owner.name.as_str(), owner.aliases.len()), ("Payments", 2));
    assert_eq!(settings.assess.owner_tags[0], "owner");
    assert_eq!(settings.assess.owned_places.len(), 2);
}

fn time(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}
