//! What `config show` prints.

use super::{FULL_EXAMPLE, Said, settle, with_file};
use crate::layers::flags::Flags;
use crate::settings::Settings;
use crate::settings::key::Setting;
use crate::show;

#[test]
fn show_can_be_used_as_a_file_and_gives_the_same_settings() {
    let shown = |settings: &Settings| show::show(&settings.view);
    let first = settle(Said {
        flags: Flags::default().given(Setting::concurrency, ["7"]).given(Setting::as_of, ["2026-11-22"]),
        environment: &[
            ("ROLESWEEP_OU", "/Prod, EU,ou-ab12-cd345678"),
            ("ROLESWEEP_EXTERNAL_ID", "s3cret-s3cret"),
        ],
        file: Some(&FULL_EXAMPLE),
        ..Said::default()
    })
    .unwrap();
    let text = shown(&first);
    assert!(!text.contains("s3cret"), "{text}");
    assert!(!format!("{first:?}").contains("s3cret"));
    insta::assert_snapshot!("the_example_with_flags_and_variables", text);
    let second = with_file(&text).unwrap();
    let without_origins = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split("  #").next().unwrap_or_default().trim_end().to_owned()).collect()
    };
    assert_eq!(without_origins(&shown(&second)), without_origins(&text));
}
