//! Which layer wins.

use std::path::{Path, PathBuf};

use super::{FILE, Said, settle, with_file};
use crate::errors::Place;
use crate::layers::flags::Flags;
use crate::settings::KEYS;
use crate::settings::key::{Key, Setting};
use crate::settings::places::Target;
use crate::value::{Shape, duration};

/// Three values that the declaration accepts, all different if there are so many.
fn samples(key: &Key) -> [String; 3] {
    let (_, max) = key.within;
    let texts = match key.shape {
        Shape::Count => return [2, 1, 0].map(|less| (max - less).to_string()),
        Shape::Duration if max < i64::MAX => return [2, 1, 0].map(|less| duration::display(max - less)),
        Shape::Duration => ["1h", "2h", "3h"],
        Shape::Text | Shape::Secret | Shape::Path => ["one", "two", "three"],
        Shape::Switch => ["true", "false", "true"],
        Shape::Rate => ["1.5", "2.5", "3.5"],
        Shape::Choice(words) => [words[0], words[1], words[words.len() - 1]],
        Shape::List if key.value.contains("account") => ["111111111111", "222222222222", "333333333333"],
        Shape::List => ["/A", "/B", "/C"],
        Shape::Instant => ["2026-01-01", "2026-01-02", "2026-01-03"],
    };
    texts.map(str::to_owned)
}

fn as_toml(key: &Key, sample: &str) -> String {
    let value = match key.shape {
        Shape::Switch | Shape::Count | Shape::Rate => sample.to_owned(),
        Shape::List => format!("[\"{sample}\"]"),
        _ => format!("\"{sample}\""),
    };
    format!("[{}]\n{} = {value}\n", key.section, key.name)
}

#[test]
fn for_every_key_and_every_choice_of_layers_the_strongest_wins() {
    for key in KEYS.iter() {
        let [in_file, in_environment, in_flag] = samples(key);
        let file = as_toml(key, &in_file);
        for layers in 0..8 {
            let uses = |bit: u8| layers & bit != 0;
            if uses(1) && !key.in_file || uses(4) && key.flag.is_none() {
                continue;
            }
            let variable = [(key.environment[0], in_environment.as_str())];
            let flags = Flags::default().given(key.setting, uses(4).then_some(&in_flag));
            let settings = settle(Said {
                flags,
                environment: if uses(2) { &variable } else { &[] },
                file: uses(1).then_some(file.as_str()),
                accounts_file: Some("account_id,owner\n444444444444,\n"),
                ..Said::default()
            })
            .unwrap();
            let found = settings.view.values.get(key.setting);
            let (origin, sample) = match layers {
                4.. => (Place::Flag(key.flag.unwrap()), &in_flag),
                2.. => (Place::Environment(key.environment[0].to_owned()), &in_environment),
                1 => (Place::At { path: PathBuf::from(FILE), line: 2, column: 1 }, &in_file),
                _ => (Place::Default, &String::new()),
            };
            let case = format!("{} with layers {layers:03b}", key.path());
            assert_eq!(found.origin, origin, "{case}");
            let shown = found.value.toml.clone().unwrap_or_default();
            assert!(shown.contains(sample) || key.shape == Shape::Secret, "{case}: {shown}");
        }
    }
}

#[test]
fn paths_in_a_file_count_from_its_folder_and_a_dash_is_none() {
    let settings = with_file("[store]\npath = \"a.db\"\n[report]\noutput = \"-\"\n").unwrap();
    assert_eq!(settings.output.store.as_deref(), Some(Path::new("/etc/rolesweep/a.db")));
    assert_eq!(settings.output.target, Target::Stdout);
    let settings = with_file("[store]\npath = \"/b.db\"\n[report]\noutput = \"out\"\n").unwrap();
    assert_eq!(settings.output.store.as_deref(), Some(Path::new("/b.db")));
    assert_eq!(settings.output.target, Target::Folder(PathBuf::from("/etc/rolesweep/out")));
    let flags = Flags::default().given(Setting::target, ["out"]);
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
    assert_eq!(accounts(Flags::default(), file), ["111111111111", "222222222222"]);
    let both = "[scan]\naccounts_file = \"accounts.txt\"\naccounts = [\"333333333333\"]\n";
    assert_eq!(accounts(Flags::default(), both), ["333333333333", "111111111111", "222222222222"]);
    let flag = || Flags::default().given(Setting::accounts, ["444444444444"]);
    assert_eq!(accounts(flag(), both), ["444444444444"]);
    let flag = Flags::default().given(Setting::accounts_file, ["accounts.txt"]);
    assert_eq!(accounts(flag, "[scan]\naccounts = [\"333333333333\"]\n"), ["111111111111", "222222222222"]);
}

#[test]
fn quiet_and_verbose_obey_the_stronger_layer_and_one_layer_cannot_want_both() {
    let terminal_settings = |flags: Flags, file: &str| {
        settle(Said { flags, file: Some(file), ..Said::default() })
            .map(|settings| (settings.terminal.quiet, settings.terminal.verbose))
            .map_err(|errors| errors.to_string())
    };
    assert_eq!(
        terminal_settings(Flags::default().given(Setting::verbose, ["2"]), "[ui]\nquiet = true\n"),
        Ok((false, 2))
    );
    assert_eq!(
        terminal_settings(Flags::default().given(Setting::quiet, ["true"]), "[ui]\nverbose = 3\n"),
        Ok((true, 0))
    );
    let errors = terminal_settings(Flags::default(), "[ui]\nquiet = true\nverbose = 1\n").unwrap_err();
    assert!(errors.contains("config.toml:2:1: quiet and verbose are both set"), "{errors}");
}

#[test]
fn awss_own_variables_outrank_the_file_and_are_left_to_the_sdk() {
    let file = Some("[scan]\nprofile = \"a\"\nregion = \"eu-west-1\"\n");
    let settings = settle(Said { file, environment: &[("AWS_PROFILE", "b")], ..Said::default() }).unwrap();
    assert_eq!((settings.collect.profile, settings.profile_file), (None, None));
    assert_eq!(settings.view.values.typed::<Option<String>>(Setting::profile).as_deref(), Some("b"));
    assert_eq!(settings.collect.region.as_deref(), Some("eu-west-1"));
    let place = |flags| {
        let settings = settle(Said { flags, file, ..Said::default() }).unwrap();
        (settings.collect.profile.unwrap_or_default(), settings.profile_file.unwrap_or_default())
    };
    let (name, file) = place(Flags::default());
    assert!(name == "a" && file.ends_with("config.toml:2"), "{name} {file}");
    let flags = Flags::default().given(Setting::profile, ["c"]);
    assert_eq!(place(flags), ("c".to_owned(), String::new()));
}
