//! What goes to stdout, and how messages name a setting.

use super::{Said, settle};
use crate::layers::flags::Flags;
use crate::settings::key::Setting;

#[test]
fn the_result_and_the_rows_cannot_both_go_to_stdout() {
    let told = |flags: Flags, file: &str| {
        settle(Said { flags, file: Some(file), ..Said::default() })
            .map(|settings| settings.output.target)
            .map_err(|errors| errors.to_string())
    };
    let flags = || Flags::default().given(Setting::summary, ["json"]);
    let errors = told(flags().given(Setting::target, ["-"]), "").unwrap_err();
    assert!(errors.contains("flag --summary: summary and output both want stdout"), "{errors}");
    let errors = told(flags(), "[report]\noutput = \"-\"\n").unwrap_err();
    assert!(errors.contains("config.toml:2)") && errors.contains("help: keep one of the two"), "{errors}");
    assert!(told(flags().given(Setting::target, ["folder"]), "").is_ok());
    assert!(told(Flags::default().given(Setting::target, ["-"]), "").is_ok());
}

#[test]
fn a_message_names_a_setting_as_the_user_wrote_it() {
    let spelled = |flags: Flags, environment: &[(&str, &str)], file: &str, setting: Setting| {
        let settings = settle(Said { flags, environment, file: Some(file), ..Said::default() }).unwrap();
        settings.view.spelled(setting)
    };
    let none = Flags::default;
    let flag = none().given(Setting::fail_on, ["findings"]).given(Setting::allow_partial, ["true"]);
    assert_eq!(spelled(flag.clone(), &[], "", Setting::fail_on), "`--fail-on findings`");
    assert_eq!(spelled(flag, &[], "", Setting::allow_partial), "`--allow-partial`");
    let environment = [("ROLESWEEP_FAIL_ON", "findings"), ("ROLESWEEP_EXTERNAL_ID", "s3cret-s3cret")];
    assert_eq!(spelled(none(), &environment, "", Setting::fail_on), "`ROLESWEEP_FAIL_ON=findings`");
    assert_eq!(spelled(none(), &environment, "", Setting::external_id), "`ROLESWEEP_EXTERNAL_ID=…`");
    assert_eq!(
        spelled(none(), &[], "[report]\nfail_on = \"findings\"\n", Setting::fail_on),
        "`report.fail_on = \"findings\"` (/etc/rolesweep/config.toml:2)"
    );
}
