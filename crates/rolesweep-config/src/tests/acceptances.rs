//! The messages about exemptions and accepted gaps: who, until when, and what they cover.

use super::{Said, settle, with_file};
use crate::layers::flags::Flags;
use crate::settings::key::Setting;

#[test]
fn an_acceptance_needs_a_second_person_and_an_end_and_all_mistakes_are_told_at_once() {
    let text = r#"
[[exemption]]
role_id = "AROAEXAMPLE1234567890"
owner = "Ann@example.com"
approved_by = " ann@EXAMPLE.com "
approved_on = 2026-11-01
reason = "because"
expires = 2100-01-01

[[accepted_gap]]
account = "210987654321"
owner = "ann"
reason = "because"
expires = "2027-05-22"

[[accepted_gap]]
account = "345678901234"
owner = "ann"
approved_by = "bob"
reason = "because"
expires = 2027-05-22T00:00:01Z
"#;
    insta::assert_snapshot!(with_file(text).unwrap_err().to_string(), @r#"
    5 invalid settings
    /etc/rolesweep/config.toml:5:15: exemption.approved_by: `ann@EXAMPLE.com` is also the owner
      help: name somebody else who approved it
    /etc/rolesweep/config.toml:8:11: exemption.expires: `2100-01-01` is more than 180d ahead
      help: write 2027-05-21 or a day before it, and have it approved again when it ends; `max_acceptance` under [assess] sets the limit
    /etc/rolesweep/config.toml:10:1: `approved_by` is missing in this [[accepted_gap]]
      help: add `approved_by = …`: who approved it: somebody other than the owner
    /etc/rolesweep/config.toml:14:11: accepted_gap.expires: `2027-05-22` is more than 180d ahead
      help: write 2027-05-21 or a day before it, and have it approved again when it ends; `max_acceptance` under [assess] sets the limit
    /etc/rolesweep/config.toml:21:11: accepted_gap.expires: `2027-05-22T00:00:01Z` is more than 180d ahead
      help: write 2027-05-21 or a day before it, and have it approved again when it ends; `max_acceptance` under [assess] sets the limit
    "#);
}

/// An `[[exemption]]` with these lines.
fn exemption(lines: &str) -> String {
    let rest = "owner = \"ann\"\napproved_by = \"bob\"\nreason = \"because\"\nexpires = 2027-01-31\n";
    let day = if lines.contains("approved_on") { "" } else { "approved_on = 2026-10-01\n" };
    format!("[[exemption]]\n{lines}\n{day}{rest}")
}

#[test]
fn an_exemption_by_name_says_what_limits_it() {
    for limited in [
        "role_name = \"OrganizationAccountAccessRole\"\naccount = [\"123456789012\", \"210987654321\"]",
        "role_name = \"deploy-*\"\nou = \"/Workloads\"",
        "role_name = [\"deploy-*\", \"app-??\"]\ntrust_at_most = \"org\"",
        "role_name = \"deploy\"\nrole_arn = \"arn:aws:iam::123456789012:role/deploy\"\nrole_id = \"AROAEXAMPLE1234567890\"",
        "path = \"/ci/\"\ntrust_at_most = \"nobody\"",
        "account = \"123456789012\"",
    ] {
        assert!(with_file(&exemption(limited)).is_ok(), "{limited}");
    }
    for (lines, what, help) in [
        ("role_name = \"deploy\"", "by name alone", "add `account`, `ou`, or `trust_at_most = \"org\"`"),
        ("role_name = \"deploy\"\npath = \"/ci/\"", "by name alone", "limit it"),
        ("path = \"/ci/\"", "chooses its path", "limit it"),
        ("role_name = \"deploy\"\ntrust_at_most = \"external-bound\"", "by name alone", "limit it"),
        (
            "role_name = \"deploy\"\ntrust_at_most = \"public\"",
            "is not one of the choices",
            "write nobody, local",
        ),
        ("role_name = \"deploy\"\nou = \"/\"", "`/` is the whole organization", "name the OUs"),
        ("ou = [\"/Workloads\", \"r-ab12\"]", "`r-ab12` is the whole organization", "name the OUs"),
        ("path = \"/\"\ntrust_at_most = \"org\"", "`/` is the path of every role", "name a path below it"),
        ("trust_at_most = \"org\"", "names no roles", "set role_arn"),
        ("id = \"x\"", "names no roles", "set role_arn"),
        ("role_name = \"*\"\naccount = \"123456789012\"", "`*` is not the name", "it selects every role"),
        ("role_name = \"ci/deploy\"\naccount = \"123456789012\"", "is not the name", "the path as `path`"),
        (
            "role_name = \"arn:aws:iam::123456789012:role/a\"\naccount = \"123456789012\"",
            "is not",
            "as `role_arn`",
        ),
        ("role_name = \"a b\"\naccount = \"123456789012\"", "is not the name", "write up to 64"),
        (
            "acount = \"123456789012\"\nrole_name = \"deploy\"",
            "unknown field `acount`",
            "did you mean `account`?",
        ),
    ] {
        let told = with_file(&exemption(lines)).unwrap_err().to_string();
        assert!(told.starts_with("invalid setting\n"), "one slip is one mistake: {told}");
        assert!(told.contains(what) && told.contains(help), "{told}");
    }
}

#[test]
fn an_approval_has_a_day_that_has_come_and_is_before_the_end() {
    let told = |lines: &str| {
        let file = exemption(&format!("role_id = \"AROAEXAMPLE1234567890\"\n{lines}"));
        with_file(&file).err().map(|errors| errors.to_string()).unwrap_or_default()
    };
    // The run is at noon in UTC, when the next day has begun elsewhere.
    for day in ["2020-01-01", "2026-11-22", "2026-11-23", "\"2026-11-22\""] {
        assert_eq!(told(&format!("approved_on = {day}")), "", "{day}");
    }
    for (day, said) in [
        ("2026-11-24", "`2026-11-24` is in the future"),
        ("2026-11-01T10:00:00Z", "`2026-11-01T10:00:00Z` is not a day"),
        ("\"last week\"", "`last week` is not a day"),
        ("\"THE DAY OF THE APPROVAL\"", "is still the placeholder"),
    ] {
        assert!(told(&format!("approved_on = {day}")).contains(said), "{day}");
    }
    let ended = exemption("role_id = \"AROAEXAMPLE1234567890\"\napproved_on = 2026-06-02");
    let ended = |expires: &str| with_file(&ended.replace("2027-01-31", expires));
    assert!(ended("2026-06-02").is_ok(), "it held for a day");
    let told = ended("2026-06-01").unwrap_err().to_string();
    assert!(told.contains("exemption.approved_on: `2026-06-02` is after it expires"), "{told}");
    let missing = exemption("role_id = \"AROAEXAMPLE1234567890\"").replace("approved_on = 2026-10-01\n", "");
    let told = with_file(&missing).unwrap_err().to_string();
    assert!(told.contains("`approved_on` is missing in this [[exemption]]"), "{told}");
    let flags = Flags::default().given(Setting::as_of, ["2026-11-30"]);
    let file = exemption("role_id = \"AROAEXAMPLE1234567890\"\napproved_on = 2026-11-30");
    assert!(settle(Said { flags, file: Some(&file), ..Said::default() }).is_ok(), "a later --as-of counts");
}

#[test]
fn no_two_exemptions_have_one_id_or_select_the_same() {
    let told = |first: &str, second: &str| {
        let file = exemption(first) + &exemption(second);
        with_file(&file).err().map(|errors| errors.to_string()).unwrap_or_default()
    };
    let account = "account = \"123456789012\"";
    assert_eq!(told("id = \"a\"\naccount = \"123456789012\"", "id = \"b\"\naccount = \"210987654321\""), "");
    let same_id = told(&format!("id = \"a\"\n{account}"), "id = \"a\"\naccount = \"210987654321\"");
    assert!(same_id.contains("there is an exemption with the id `a` already, in line 1"), "{same_id}");
    assert!(same_id.contains("help: give one of the two another `id`"), "{same_id}");
    let same = told(&format!("id = \"a\"\n{account}"), &format!("id = \"b\"\n{account}"));
    assert!(same.contains("there is an exemption for account 123456789012 already, in line 1"), "{same}");
    assert!(same.starts_with("invalid setting\n"), "{same}");
    // What is cut from a long list still counts.
    let list =
        |last: &str| format!("account = [\"000000000001\", \"000000000002\", \"000000000003\", \"{last}\"]");
    let alike = told(&list("000000000004"), &list("000000000005"));
    assert!(alike.contains("and 1 more` already") && alike.contains("another `id`"), "{alike}");
    assert_eq!(told(&list("000000000004"), &(list("000000000005") + "\nid = \"b\"")), "");
}

#[test]
fn a_name_that_looks_the_same_is_the_same_person() {
    for (approver, why) in [
        ("Alice  Smith", "is also the owner"),
        ("ALICE SMITH", "is also the owner"),
        ("alice\u{200b} smith", "is also the owner"),
        ("-", "names nobody"),
    ] {
        let text = format!(
            "[[accepted_gap]]\naccount = \"210987654321\"\nowner = \"Alice Smith\"\napproved_by = \"{approver}\"\nreason = \"because\"\nexpires = 2026-12-31\n"
        );
        let error = with_file(&text).unwrap_err().to_string();
        assert!(error.contains(why), "{approver:?}: {error}");
    }
}

#[test]
fn how_far_ahead_an_acceptance_ends_counts_from_the_run_or_from_a_later_as_of() {
    let gap = |expires: &str, more: &str| {
        format!(
            "{more}[[accepted_gap]]\naccount = \"210987654321\"\nowner = \"ann\"\napproved_by = \"bob\"\nreason = \"because\"\nexpires = {expires}\n"
        )
    };
    let taken = |expires: &str, more: &str, as_of: Option<&str>| {
        let file = gap(expires, more);
        let flags = Flags::default().given(Setting::as_of, as_of);
        settle(Said { flags, file: Some(&file), ..Said::default() }).is_ok()
    };
    for (expires, more, as_of, expected) in [
        ("2027-05-21", "", None, true),
        ("2027-05-22", "", None, false),
        // The report notes what has ended; it is not a mistake of the file.
        ("2020-01-01", "", None, true),
        ("2027-05-22", "", Some("2026-11-23"), true),
        ("2027-05-23", "", Some("2026-11-23"), false),
        // A report as of an earlier day accepts today's file.
        ("2027-05-21", "", Some("2026-01-01"), true),
        ("2026-12-02", "[assess]\nmax_acceptance = \"10d\"\n", None, true),
        ("2026-12-03", "[assess]\nmax_acceptance = \"10d\"\n", None, false),
        ("2027-11-22", "[assess]\nmax_acceptance = \"365d\"\n", None, true),
    ] {
        assert_eq!(taken(expires, more, as_of), expected, "{expires} {more} {as_of:?}");
    }
}
