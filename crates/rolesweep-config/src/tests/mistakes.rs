//! The messages about invalid settings.

use super::{FULL_EXAMPLE, Said, settle, with_file};
use crate::layers::flags::Flags;
use crate::settings::key::Setting;

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
approved_by = "c"
reason = "b"
expires = 2027-01-31T10:00:00

[[accepted_gap]]
account = "345678901234"
owner = "a"
approved_by = "c"
reason = "b"
expires = 2027-01-31

[[accepted_gap]]
account = "345678901234"
owner = "a"
approved_by = "c"
reason = "b"
expires = "2027-01-31"
"#;
    let errors = settle(Said {
        flags: Flags::default().given(Setting::as_of, ["yesterday"]).given(Setting::ou, ["/A//B"]),
        environment: &[("ROLESWEEP_CONCURRENCY", "0"), ("ROLESWEEP_EXTERNAL_ID", "hush hush")],
        file: Some(&text.replace("\n", "\r\n")),
        ..Said::default()
    })
    .unwrap_err()
    .to_string();
    assert!(!errors.contains("hush") && !errors.contains("not shown!"), "{errors}");
    insta::assert_snapshot!(errors, @r#"
    32 invalid settings
    /etc/rolesweep/config.toml:1:1: `role_name` is outside of any section
      help: it belongs under [scan]
    /etc/rolesweep/config.toml:3:1: unknown key `rolename` in [scan]
      help: did you mean `role_name`?
    /etc/rolesweep/config.toml:4:15: scan.concurrency: expected a whole number, found a text
      help: write a whole number from 1 to 1024
    /etc/rolesweep/config.toml:5:13: scan.page_size: `5000` is out of range
      help: write a whole number from 1 to 1000
    /etc/rolesweep/config.toml:6:13: scan.accounts: expected a text, found a whole number
      help: write it in quotes: "123456789012"
    /etc/rolesweep/config.toml:6:27: scan.accounts: `12345678` is not an AWS account id (twelve digits)
      help: leading zeros belong to the id, and spreadsheets drop them: is it 000012345678?
    /etc/rolesweep/config.toml:6:55: scan.accounts: `123456789012` is listed twice
      help: keep one of the two
    /etc/rolesweep/config.toml:7:7: scan.ou: `Workloads` is not an OU
      help: give its id (ou-…-…, r-…) or its path of names from the root, such as /Workloads/Prod
    /etc/rolesweep/config.toml:8:20: scan.session_duration: `5m` is out of range
      help: write a duration from 15m to 12h
    /etc/rolesweep/config.toml:9:15: scan.external_id: the external id is malformed
      help: write 2 to 1,224 of A-Z a-z 0-9 _ + = , . @ : / -
    /etc/rolesweep/config.toml:10:1: unknown key `inactive_after` in [scan]
      help: it belongs under [assess]
    /etc/rolesweep/config.toml:13:18: assess.inactive_after: `90` has no unit
      help: write `90d` for days or `90h` for hours
    /etc/rolesweep/config.toml:14:16: assess.unused_after: `401d` is longer than 400 days
      help: write at most 400d: AWS keeps a role's last use for 400 days
    /etc/rolesweep/config.toml:15:1: assess.as_of is not allowed in a file
      help: set it for one run, with --as-of or ROLESWEEP_AS_OF
    /etc/rolesweep/config.toml:17:2: unknown section `reprot`
      help: did you mean [report]?
    /etc/rolesweep/config.toml:21:11: report.include: `some` is not one of the choices
      help: write flagged or all
    /etc/rolesweep/config.toml:24:9: ui.color: expected a text, found true or false
      help: write "auto", "always" or "never"
    /etc/rolesweep/config.toml:26:1: this [[threshold]] sets no threshold
      help: set inactive_after, unused_after or both
    /etc/rolesweep/config.toml:27:8: threshold.name: a rule cannot be named `default`
      help: choose another name: reports show this one if no rule matched
    /etc/rolesweep/config.toml:29:8: threshold.path: `/ci` is not the beginning of a role's path
      help: begin and end it with a slash: `/ci/`
    /etc/rolesweep/config.toml:31:1: `name` is missing in this [[threshold]]
      help: add `name = …`: what the column `threshold_rule` shows
    /etc/rolesweep/config.toml:33:1: unknown field `acount` in [[threshold]]
      help: did you mean `accounts`?
    /etc/rolesweep/config.toml:34:18: threshold.inactive_after: `3mo` counts in months or years, which have no fixed length
      help: use days: 30d, 90d, 365d
    /etc/rolesweep/config.toml:39:9: exemption.owner: the text is empty
      help: write a value, or omit the setting if it may be missing
    /etc/rolesweep/config.toml:41:11: not valid TOML: invalid date, expected day between 01 and 28
      help: write a date, such as 2027-01-31, or a time with its offset, such as 2027-01-31T18:00:00Z
    /etc/rolesweep/config.toml:43:2: unknown section `exemptions`
      help: did you mean [[exemption]]?
    /etc/rolesweep/config.toml:50:11: accepted_gap.expires: `2027-01-31T10:00:00` is not a date or a time
      help: add its offset: `Z` for UTC
    /etc/rolesweep/config.toml:59:1: there is an accepted gap for 345678901234 already, in line 52
      help: keep one of the two
    environment variable ROLESWEEP_CONCURRENCY: `0` is out of range
      help: write a whole number from 1 to 1024
    environment variable ROLESWEEP_EXTERNAL_ID: the external id is malformed
      help: write 2 to 1,224 of A-Z a-z 0-9 _ + = , . @ : / -
    flag --as-of: `yesterday` is not a date or a time
      help: write a date, such as 2027-01-31, or a time with its offset, such as 2027-01-31T18:00:00Z
    flag --ou: the OU path `/A//B` has a part without a name
      help: give the names from the root down, such as /Workloads/Prod
    "#);
}

#[test]
fn a_known_account_has_a_kind_and_an_end_and_comes_once() {
    let text = r#"
[[known_account]]
account = "345678901234"
name = "payments"
kind = "our"
owner = "ann"
expires = 2100-01-01
approved_by = "bob"

[[known_account]]
account = "210987654321"
name = "backup"
kind = "vendor"
owner = "ann"
expires = 2027-01-31

[[known_account]]
account = "210987654321"
name = "backup again"
kind = "vendor"
owner = "ann"
expires = 2027-01-31
"#;
    insta::assert_snapshot!(with_file(text).unwrap_err().to_string(), @r#"
    4 invalid settings
    /etc/rolesweep/config.toml:5:8: known_account.kind: `our` is not one of the choices
      help: did you mean `ours`?
    /etc/rolesweep/config.toml:7:11: known_account.expires: `2100-01-01` is more than 180d ahead
      help: write 2027-05-21 or a day before it, and have it approved again when it ends; `max_acceptance` under [assess] sets the limit
    /etc/rolesweep/config.toml:8:1: unknown field `approved_by` in [[known_account]]
      help: remove it: there are account, name, kind, owner, expires
    /etc/rolesweep/config.toml:17:1: there is a known account 210987654321 already, in line 10
      help: keep one of the two
    "#);
}

#[test]
fn a_file_that_does_not_parse_is_told_of_its_other_mistakes_too() {
    let errors = with_file(
        "[scan]\nrole_name = Audit\nconcurrency = 0\n[[accepted_gap]]\naccount = \"1\nowner = \"a\"\n",
    )
    .unwrap_err();
    insta::assert_snapshot!(errors.to_string(), @r#"
    3 invalid settings
    /etc/rolesweep/config.toml:2:13: not valid TOML: string values must be quoted, expected literal string
      help: put the value in quotes
    /etc/rolesweep/config.toml:3:15: scan.concurrency: `0` is out of range
      help: write a whole number from 1 to 1024
    /etc/rolesweep/config.toml:5:13: not valid TOML: invalid basic string, expected `"`
      help: close the text with a quotation mark in the same line
    "#);
}

#[test]
fn an_unreadable_accounts_file_is_told_at_the_place_that_names_it() {
    let errors = with_file("[scan]\naccounts_file = \"gone\"\n").unwrap_err().to_string();
    assert!(
        errors.contains("config.toml:2:1: the accounts file /etc/rolesweep/gone cannot be read"),
        "{errors}"
    );
    let flags = Flags::default().given(Setting::accounts_file, ["gone"]);
    let errors = settle(Said { flags, ..Said::default() }).unwrap_err().to_string();
    assert!(errors.contains("flag --accounts-file: the accounts file gone"), "{errors}");
    let flags = Flags::default().given(Setting::accounts_file, ["-"]);
    let errors = settle(Said { flags, ..Said::default() }).unwrap_err().to_string();
    assert!(errors.contains("flag --accounts-file: stdin cannot be read"), "{errors}");
}

#[test]
fn every_mistake_about_owners_is_told_at_once() {
    let text = r#"
[assess]
owner_tags = ["owner", "-_", "team*"]
owners_file = "owners.csv"

[[owner]]
name = "Payments"
aliases = ["pay"]
email = "pay at example.com"

[[owner]]
name = "Payments"
deputy = " "

[[owner]]
name = "Platform"
aliases = ["PLAT", "core"]

[[owner]]
name = "Core"
aliases = []
e_mail = "core@example.com"

[[owner]]
name = "Base"
aliases = ["plat"]
email = "platform@example.com"
"#;
    let owners_file = Some("account_id,owner\n12345,ann\n");
    let errors = settle(Said { file: Some(text), owners_file, ..Said::default() }).unwrap_err();
    insta::assert_snapshot!(errors.to_string(), @r#"
    8 invalid settings
    /etc/rolesweep/config.toml:3:24: assess.owner_tags: `-_` has no letter and no digit
      help: write the key of a tag, such as `owner`
    /etc/rolesweep/config.toml:3:30: assess.owner_tags: `team*` has a wildcard
      help: write each whole key
    /etc/rolesweep/config.toml:9:9: owner.email: `pay at example.com` is not an address
      help: write one address, such as team@example.com
    /etc/rolesweep/config.toml:13:10: owner.deputy: the text is empty
      help: write a value, or omit the setting if it may be missing
    /etc/rolesweep/config.toml:21:11: owner.aliases: the list is empty
      help: name something, or omit the field
    /etc/rolesweep/config.toml:22:1: unknown field `e_mail` in [[owner]]
      help: did you mean `email`?
    /etc/rolesweep/config.toml:24:1: owner: `plat` already means `Platform` (/etc/rolesweep/config.toml:15)
      help: keep it for one of the two
    /etc/rolesweep/owners.csv:2:1: `12345` is not an AWS account id (twelve digits)
      help: leading zeros belong to the id, and spreadsheets drop them: is it 000000012345?
    "#);
    let two = "[[owner]]\nname = \"Payments\"\n[[owner]]\nname = \"Payments\"\n";
    let told = with_file(two).unwrap_err().to_string();
    assert!(
        told.contains("config.toml:3:1: there is an owner named `Payments` already, in line 1"),
        "{told}"
    );
}

#[test]
fn a_file_of_owners_is_looked_for_beside_the_configuration() {
    let errors = with_file("[assess]\nowners_file = \"gone.csv\"\n").unwrap_err().to_string();
    let told = "config.toml:2:1: the owners file /etc/rolesweep/gone.csv cannot be read";
    assert!(errors.contains(told), "{errors}");
    let environment = &[("ROLESWEEP_OWNERS_FILE", "gone.csv")];
    let errors = settle(Said { environment, ..Said::default() }).unwrap_err().to_string();
    let told = "environment variable ROLESWEEP_OWNERS_FILE: the owners file gone.csv";
    assert!(errors.contains(told), "{errors}");
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
    assert!(told[1].starts_with("/etc/rolesweep/config.toml:2:1: the external id is in a file"), "{told:?}");
}

#[test]
fn a_selection_that_names_nothing_does_not_select_everything() {
    let none = |flags: Flags, environment: &[(&str, &str)]| {
        settle(Said { flags, environment, ..Said::default() }).unwrap_err().to_string()
    };
    let told = none(Flags::default().given(Setting::accounts, [""]), &[]);
    assert!(told.contains("flag --accounts: the list is empty"), "{told}");
    let told = none(Flags::default(), &[("ROLESWEEP_OU", " , ")]);
    assert!(told.contains("environment variable ROLESWEEP_OU: the list is empty"), "{told}");
    let told = none(Flags::default().given(Setting::store, [""]), &[]);
    assert!(told.contains("flag --store: the path is empty"), "{told}");
}

#[test]
fn a_file_cut_off_or_damaged_anywhere_is_told_about_or_taken_and_never_a_panic() {
    let text = FULL_EXAMPLE.replace("the closing jobs", "é日🦀");
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    for at in ends.iter().copied().step_by(23) {
        let (before, after) = text.split_at(at);
        let _ = with_file(before);
        for junk in ["\"", "[", "[[", "]", "=", "\n", "{", "'''", "\u{0}"] {
            let _ = with_file(&format!("{before}{junk}{after}"));
        }
    }
}
