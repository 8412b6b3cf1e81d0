//! The layers together: precedence, origins, the default file, and a file full of mistakes.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::errors::ConfigErrors;
use super::flags::Flags;
use super::keys::{KEYS, Key, SECTIONS, Setting};
use super::layer::Origin;
use super::resolve::{ConfigFile, Inputs, resolve};
use super::settings::{Settings, Target};
use super::source::SourceText;
use super::value::Kind;
use super::{DEFAULT, file, show};

/// What the tests say to [`resolve`].
#[derive(Default)]
struct Said<'a> {
    flags: Flags,
    environment: &'a [(&'a str, &'a str)],
    file: Option<&'a str>,
    others_may_read: bool,
    accounts_file: Option<&'a str>,
}

const FILE: &str = "/etc/rolesweep/config.toml";

fn settle(said: Said<'_>) -> Result<Settings, ConfigErrors> {
    let read = |path: &Path| match said.accounts_file {
        Some(text) if path.ends_with("accounts.txt") => Ok(text.as_bytes().to_vec()),
        _ => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    let file = said.file.map(|text| ConfigFile {
        path: PathBuf::from(FILE),
        bytes: text.as_bytes().to_vec(),
        readable_by_others: said.others_may_read,
    });
    let variable = |(name, value): &(&str, &str)| ((*name).to_owned(), OsString::from(value));
    let environment = said.environment.iter().map(variable).collect();
    resolve(&Inputs { flags: said.flags, environment, file, read: &read })
}

fn with_file(text: &str) -> Result<Settings, ConfigErrors> {
    settle(Said { file: Some(text), ..Said::default() })
}

/// Three values that the kind lets through, each different from the default and from one another where there are so many.
fn samples(key: &Key) -> [&'static str; 3] {
    match key.setting {
        Setting::SessionDuration => return ["2h", "3h", "4h"],
        Setting::Verbose => return ["1", "2", "3"],
        _ => {}
    }
    match key.kind {
        Kind::Text(..) | Kind::Secret(_) | Kind::Path { .. } => ["one", "two", "three"],
        Kind::Switch => ["true", "false", "true"],
        Kind::Count { .. } => ["11", "12", "13"],
        Kind::Rate => ["1.5", "2.5", "3.5"],
        Kind::Duration { .. } | Kind::Threshold => ["1h", "2h", "3h"],
        Kind::Choice(words) => [words[0], words[1], words[words.len() - 1]],
        Kind::Accounts => ["111111111111", "222222222222", "333333333333"],
        Kind::Ous => ["/A", "/B", "/C"],
        Kind::Instant => ["2026-01-01", "2026-01-02", "2026-01-03"],
    }
}

fn as_toml(key: &Key, sample: &str) -> String {
    let value = match key.kind {
        Kind::Switch | Kind::Count { .. } | Kind::Rate => sample.to_owned(),
        Kind::Accounts | Kind::Ous => format!("[\"{sample}\"]"),
        _ => format!("\"{sample}\""),
    };
    format!("[{}]\n{} = {value}\n", key.section, key.name)
}

fn as_flag(key: &Key, sample: &str) -> Flags {
    match key.kind {
        Kind::Accounts | Kind::Ous => Flags::new().list(key.setting, &[sample.to_owned()]),
        Kind::Switch => Flags::new().present(key.setting, true),
        _ => Flags::new().text(key.setting, Some(sample)),
    }
}

#[test]
fn for_every_key_and_every_choice_of_layers_the_strongest_wins() {
    for key in &KEYS {
        let [in_file, in_environment, in_flag] = samples(key);
        let file = as_toml(key, in_file);
        for layers in 0..8 {
            let uses = |bit: u8| layers & bit != 0;
            if uses(1) && !key.in_file || uses(4) && key.flag.is_none() {
                continue;
            }
            let variable = [(key.environment[0], in_environment)];
            let settings = settle(Said {
                flags: if uses(4) { as_flag(key, in_flag) } else { Flags::new() },
                environment: if uses(2) { &variable } else { &[] },
                file: uses(1).then_some(file.as_str()),
                accounts_file: Some("444444444444"),
                ..Said::default()
            });
            // The accounts file of these samples does not exist; what counts is that it was asked for.
            let Ok(settings) = settings else {
                assert_eq!(key.setting, Setting::AccountsFile);
                continue;
            };
            let origin = settings.view.values.get(key.setting).map(|sourced| sourced.origin.clone());
            let expected = match layers {
                4.. => key.flag.map(Origin::Flag),
                2.. => Some(Origin::Environment(key.environment[0])),
                1 => Some(Origin::File { path: PathBuf::from(FILE), line: 2 }),
                _ => origin.clone().filter(|origin| *origin == Origin::Default),
            };
            assert_eq!(origin, expected, "{} with layers {layers:03b}", key.path());
        }
    }
}

#[test]
fn the_default_file_and_the_table_hold_the_same_keys_in_the_same_order() {
    let mut section = String::new();
    let mut keys = Vec::new();
    for line in DEFAULT.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').to_owned();
        } else if let Some((name, _)) = line.trim_start_matches('#').split_once(" = ") {
            // A comment that only speaks of a key has a blank behind its `#`.
            if !line.starts_with("# ") {
                keys.push(format!("{section}.{name}"));
            }
        }
    }
    let expected: Vec<String> = KEYS.iter().filter(|key| key.in_file).map(Key::path).collect();
    assert_eq!(keys, expected);
}

#[test]
fn every_default_is_sound_and_so_is_every_example_beside_them() {
    let read = |text: &str| {
        let source = SourceText::decode(Path::new("default.toml"), text.as_bytes()).unwrap();
        let (layer, mistakes) = file::read(&source);
        assert_eq!(mistakes, [], "{text}");
        layer
    };
    let set: BTreeSet<Setting> = read(DEFAULT).values.into_keys().collect();
    let uncommented: String = DEFAULT
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(example) if !line.starts_with("# ") => format!("{example}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let all: BTreeSet<Setting> = read(&uncommented).values.into_keys().collect();
    assert!(KEYS.iter().filter(|key| key.in_file).all(|key| all.contains(&key.setting)));
    let unset: Vec<Setting> = all.difference(&set).copied().collect();
    use Setting::{AccountsFile, ExternalId, Output, Profile, Region, SessionName, StorePath, UnusedAfter};
    let without_default =
        [Profile, Region, ExternalId, SessionName, AccountsFile, StorePath, UnusedAfter, Output];
    assert_eq!(unset, without_default);
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
}

#[test]
fn what_applies_when_nobody_says_anything() {
    let settings = settle(Said::default()).unwrap();
    let collect = &settings.collect;
    assert_eq!(collect.role_name, "RolesweepAudit");
    assert_eq!((collect.session_seconds, collect.concurrency.get(), collect.page_size), (3600, 32, 200));
    assert_eq!((collect.max_iam_rate, collect.account_budget.as_secs()), (5.0, 600));
    assert!(collect.managed_policies && collect.accounts.is_empty() && collect.external_id.is_none());
    assert_eq!(settings.assess.inactive_after, rolesweep_assess::Threshold::DEFAULT);
    assert_eq!(settings.assess.unused_after, settings.assess.inactive_after);
    assert_eq!(settings.output.target, Target::NewFolder);
    assert!(!settings.output.fail_on_findings && !settings.output.allow_partial);
    assert!(settings.terminal.progress && !settings.terminal.quiet);
    assert_eq!(settings.warnings, []);
}

#[test]
fn the_example_is_sound_and_says_what_it_seems_to_say() {
    let settings = with_file(include_str!("../../../../config/example.toml")).unwrap();
    assert_eq!(settings.collect.role_name, "audit/RolesweepAudit");
    assert_eq!(settings.collect.exclude_ou_paths(), ["/Suspended"]);
    let parameters =
        settings.collect.parameters(&rolesweep_model::ScanId::generate(time("2026-11-22T00:00:00Z")), false);
    assert_eq!(parameters.filter.exclude_ous.len(), 1);
    assert!(parameters.session_name.starts_with("rolesweep-0"), "{}", parameters.session_name);
    assert_eq!(settings.assess.unused_after.days(), 30);
    let names: Vec<&str> = settings.assess.rules.iter().map(|rule| rule.name.as_str()).collect();
    assert_eq!(names, ["break-glass", "quarter-end", "pipelines"]);
    let quarter_end = &settings.assess.rules[1];
    assert_eq!(quarter_end.accounts[0].as_str(), "000123456789");
    assert_eq!(quarter_end.tags[0].value.as_deref(), Some("quarterly"));
    assert_eq!((quarter_end.tags[1].key.as_str(), &quarter_end.tags[1].value), ("quarter-end", &None));
    let expiries: Vec<_> = settings.assess.exemptions.iter().map(|exemption| exemption.expires).collect();
    assert_eq!(expiries, [time("2027-10-01T00:00:00Z"), time("2027-01-31T17:00:00Z")]);
    assert_eq!(settings.assess.accepted_gaps[0].expires, time("2027-07-01T00:00:00Z"));
}

fn time(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}

#[test]
fn all_mistakes_are_told_at_once() {
    let text = r#"role_name = "Audit"
[scan]
rolename = "Audit"
concurrency = "many"
page_size = 5000
accounts = [123456789012, "12345678", "123456789012", "123456789012"]
ou = ["Workloads"]
session_duration = "5m"
external_id = "not shown!"
inactive_after = "90d"

[assess]
inactive_after = "90"
unused_after = "401d"
as_of = 2026-11-22

[reprot]
include = "all"

[report]
include = "some"

[ui]
color = true

[[threshold]]
name = "default"
reason = "é日🦀"    
path = "/ci"

[[threshold]]
reason = "none"
acount = "123456789012"
inactive_after = "3mo"

[[exemption]]
role_arn = "arn:aws:iam::123456789012:role/a"
role_id = "AROAEXAMPLE1234567890"
owner = " "
reason = "because"
expires = 2027-02-30T

[exemptions]

[[accepted_gap]]
account = "210987654321"
owner = "a"
reason = "b"
expires = 2027-01-31T10:00:00

[[accepted_gap]]
account = "345678901234"
owner = "a"
reason = "b"
expires = 2027-01-31

[[accepted_gap]]
account = "345678901234"
owner = "a"
reason = "b"
expires = "2027-01-31"
"#;
    let errors = settle(Said {
        flags: Flags::new().text(Setting::AsOf, Some("yesterday")).list(Setting::Ou, &["/A//B".to_owned()]),
        environment: &[("ROLESWEEP_CONCURRENCY", "0"), ("ROLESWEEP_EXTERNAL_ID", "hush hush")],
        file: Some(&text.replace("\n", "\r\n")),
        ..Said::default()
    })
    .unwrap_err()
    .to_string();
    assert!(!errors.contains("hush") && !errors.contains("not shown!"), "{errors}");
    insta::assert_snapshot!(errors, @"");
}

#[test]
fn a_file_that_does_not_parse_is_told_of_its_other_mistakes_too() {
    let errors = with_file(
        "[scan]\nrole_name = Audit\nconcurrency = 0\n[[accepted_gap]]\naccount = \"1\nowner = \"a\"\n",
    )
    .unwrap_err();
    insta::assert_snapshot!(errors.to_string(), @"");
}

#[test]
fn show_can_be_used_as_a_file_and_gives_the_same_settings() {
    let shown = |settings: &Settings| show::show(&settings.view);
    let first = settle(Said {
        flags: Flags::new().text(Setting::Concurrency, Some("7")).text(Setting::AsOf, Some("2026-11-22")),
        environment: &[
            ("ROLESWEEP_OU", "/Prod, EU,ou-ab12-cd345678"),
            ("ROLESWEEP_EXTERNAL_ID", "s3cret-s3cret"),
        ],
        file: Some(include_str!("../../../../config/example.toml")),
        ..Said::default()
    })
    .unwrap();
    let text = shown(&first);
    assert!(!text.contains("s3cret"), "{text}");
    assert!(!format!("{first:?}").contains("s3cret"));
    insta::assert_snapshot!(text, @"");
    let second = with_file(&text).unwrap();
    let without_origins = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split("  #").next().unwrap_or_default().trim_end().to_owned()).collect()
    };
    assert_eq!(without_origins(&shown(&second)), without_origins(&text));
}

#[test]
fn paths_in_a_file_count_from_its_folder_and_a_dash_is_none() {
    let settings = with_file("[store]\npath = \"a.db\"\n[report]\noutput = \"-\"\n").unwrap();
    assert_eq!(settings.output.store.as_deref(), Some(Path::new("/etc/rolesweep/a.db")));
    assert_eq!(settings.output.target, Target::Stdout);
    let settings = with_file("[store]\npath = \"/b.db\"\n[report]\noutput = \"out\"\n").unwrap();
    assert_eq!(settings.output.store.as_deref(), Some(Path::new("/b.db")));
    assert_eq!(settings.output.target, Target::Folder(PathBuf::from("/etc/rolesweep/out")));
    let flags = Flags::new().text(Setting::Output, Some("out"));
    let settings = settle(Said { flags, ..Said::default() }).unwrap();
    assert_eq!(settings.output.target, Target::Folder(PathBuf::from("out")));
}

#[test]
fn accounts_of_a_stronger_layer_replace_the_accounts_file_of_a_weaker_one() {
    let file = "[scan]\naccounts_file = \"accounts.txt\"\n";
    let accounts = |flags: Flags, file: &str| -> Vec<String> {
        let said = Said {
            flags,
            file: Some(file),
            accounts_file: Some("111111111111\n222222222222\n"),
            ..Said::default()
        };
        settle(said).unwrap().collect.accounts.iter().map(ToString::to_string).collect()
    };
    assert_eq!(accounts(Flags::new(), file), ["111111111111", "222222222222"]);
    let both = "[scan]\naccounts_file = \"accounts.txt\"\naccounts = [\"333333333333\"]\n";
    assert_eq!(accounts(Flags::new(), both), ["111111111111", "222222222222", "333333333333"]);
    let flag = || Flags::new().list(Setting::Accounts, &["444444444444".to_owned()]);
    assert_eq!(accounts(flag(), both), ["444444444444"]);
    let flag = Flags::new().text(Setting::AccountsFile, Some("accounts.txt"));
    assert_eq!(accounts(flag, "[scan]\naccounts = [\"333333333333\"]\n"), ["111111111111", "222222222222"]);
}

#[test]
fn an_accounts_file_that_cannot_be_read_is_told_where_it_was_named() {
    let errors = with_file("[scan]\naccounts_file = \"gone\"\n").unwrap_err().to_string();
    assert!(
        errors.contains("config.toml:2:1: the accounts file /etc/rolesweep/gone cannot be read"),
        "{errors}"
    );
    let flags = Flags::new().text(Setting::AccountsFile, Some("gone"));
    let errors = settle(Said { flags, ..Said::default() }).unwrap_err().to_string();
    assert!(errors.contains("flag --accounts-file: the accounts file gone"), "{errors}");
}

#[test]
fn quiet_and_verbose_obey_the_stronger_layer_and_one_layer_cannot_want_both() {
    let voice = |flags: Flags, file: &str| {
        settle(Said { flags, file: Some(file), ..Said::default() })
            .map(|settings| (settings.terminal.quiet, settings.terminal.verbose))
            .map_err(|errors| errors.to_string())
    };
    assert_eq!(voice(Flags::new().count(Setting::Verbose, 2), "[ui]\nquiet = true\n"), Ok((false, 2)));
    assert_eq!(voice(Flags::new().present(Setting::Quiet, true), "[ui]\nverbose = 3\n"), Ok((true, 0)));
    assert_eq!(voice(Flags::new().count(Setting::Verbose, 200), ""), Ok((false, 3)));
    let errors = voice(Flags::new(), "[ui]\nquiet = true\nverbose = 1\n").unwrap_err();
    assert!(errors.contains("config.toml:2:1: quiet and verbose are both set"), "{errors}");
}

#[test]
fn a_secret_that_others_may_read_is_warned_about_and_only_then() {
    let warnings = |others_may_read, environment: &[(&str, &str)]| -> Vec<String> {
        let file = Some("[scan]\nexternal_id = \"s3cret\"\n");
        let settings = settle(Said { file, others_may_read, environment, ..Said::default() }).unwrap();
        settings.warnings.iter().map(ToString::to_string).collect()
    };
    assert_eq!(warnings(false, &[]), [] as [&str; 0]);
    let told = warnings(true, &[("ROLESWEEP_ROLENAME", "x")]);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[1].starts_with("/etc/rolesweep/config.toml:2:1: the external id stands in a file"),
        "{told:?}"
    );
}

#[test]
fn awss_own_variables_outrank_the_file_and_are_left_to_the_sdk() {
    let file = Some("[scan]\nprofile = \"a\"\nregion = \"eu-west-1\"\n");
    let settings = settle(Said { file, environment: &[("AWS_PROFILE", "b")], ..Said::default() }).unwrap();
    assert_eq!(settings.collect.profile, None);
    assert_eq!(settings.view.text(Setting::Profile).as_deref(), Some("b"));
    assert_eq!(settings.collect.region.as_deref(), Some("eu-west-1"));
}

#[test]
fn every_section_has_a_purpose_of_its_own_for_its_keys() {
    let purposes: BTreeMap<&str, _> =
        SECTIONS.iter().map(|section| (section.name, section.purpose)).collect();
    for key in &KEYS {
        assert_eq!(key.purpose(), purposes[key.section], "{}", key.path());
    }
}
