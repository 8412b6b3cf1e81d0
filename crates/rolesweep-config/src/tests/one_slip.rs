//! One slip is one mistake: nothing that only follows from it is told.

use super::{FULL_EXAMPLE, with_file};

/// The mistakes of a file, without their places.
fn mistakes(text: &str) -> Vec<String> {
    with_file(text)
        .err()
        .map(|errors| errors.kept.iter().map(|mistake| mistake.fault.what.clone()).collect())
        .unwrap_or_default()
}

/// The line without one of these characters: the first one, or the last one.
fn without(line: &str, wanted: char) -> Vec<String> {
    let places = [line.find(wanted), line.rfind(wanted)];
    places.into_iter().flatten().map(|at| [&line[..at], &line[at + 1..]].concat()).collect()
}

#[test]
fn a_missing_character_is_one_mistake() {
    let lines: Vec<&str> = FULL_EXAMPLE.lines().collect();
    let mut invalid = 0;
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| !line.starts_with('#')) {
        for slip in ['[', ']', '"', '='].into_iter().flat_map(|wanted| without(line, wanted)) {
            let mut damaged = lines.clone();
            damaged[at] = &slip;
            let told = mistakes(&damaged.join("\n"));
            if told.iter().any(|told| told.starts_with("not valid TOML")) {
                assert_eq!(told.len(), 1, "line {}: {slip}\n{told:#?}", at + 1);
                invalid += 1;
            }
        }
    }
    assert!(invalid > 150, "{invalid}");
}

const FAR: &str = "owner = \"ann\"\napproved_by = \"bob\"\nreason = \"because\"\nexpires = 2027-10-01\n";

#[test]
fn a_limit_that_cannot_be_read_makes_no_acceptance_too_long() {
    let gap = format!("[[accepted_gap]]\naccount = \"210987654321\"\n{FAR}");
    assert_eq!(mistakes(&gap).len(), 1);
    assert_eq!(mistakes(&format!("[assess]\nmax_acceptance = \"365d\"\n{gap}")), [] as [&str; 0]);
    for limit in [
        "[assess]\nmax_acceptance = 365d\n",
        "[assess]\nmax_acceptance = \"365\"\n",
        "[assess]\nmax_aceptance = \"365d\"\n",
        "[scan]\nmax_acceptance = \"365d\"\n",
        "[asess]\nmax_acceptance = \"365d\"\n",
        "[[assess]]\nmax_acceptance = \"365d\"\n",
        "max_acceptance = \"365d\"\n",
        "[assess\nmax_acceptance = \"365d\"\n",
    ] {
        let told = mistakes(&format!("{limit}{gap}"));
        assert!(told.len() == 1 && !told[0].contains("ahead"), "{limit}: {told:#?}");
    }
}

#[test]
fn a_mistyped_field_is_not_also_missing() {
    for (right, wrong) in [("owner", "ownr"), ("account", "acount"), ("expires", "expire")] {
        let gap = format!("[[accepted_gap]]\naccount = \"210987654321\"\n{FAR}").replace("10-01", "01-01");
        let told = mistakes(&gap.replace(&format!("{right} ="), &format!("{wrong} =")));
        assert!(told.len() == 1 && told[0].starts_with("unknown field"), "{wrong}: {told:#?}");
    }
    let rule = "[[threshold]]\nname = \"ci\"\nreason = \"rare\"\npth = \"/ci/\"\ninactve_after = \"9d\"\n";
    let told = mistakes(rule);
    assert!(told.len() == 2 && told.iter().all(|told| told.starts_with("unknown field")), "{told:#?}");
}

#[test]
fn a_placeholder_that_was_not_filled_in_is_refused() {
    for table in [
        "[[exemption]]\nrole_id = \"AROADBQP57FF2AEXAMPLE\"\napproved_on = 2026-10-01",
        "[[accepted_gap]]\naccount = \"210987654321\"",
    ] {
        let told = mistakes(&format!(
            "{table}\nowner = \"WHO ANSWERS FOR IT\"\napproved_by = \"somebody else\"\nreason = \" WHY IT HAS TO STAY \"\nexpires = 2027-01-01\n"
        ));
        assert_eq!(told.len(), 3, "{told:#?}");
        assert!(told.iter().all(|told| told.contains("is still the placeholder")), "{told:#?}");
    }
}

#[test]
fn a_value_of_another_type_is_told_with_one_that_is_accepted() {
    for (line, help) in [
        (
            "[report]\nfail_on = true",
            "write \"never\", \"critical\", \"high\", \"medium\", \"low\", \"findings\", \"new\" or \"new-high\"",
        ),
        ("[report]\nfail_on = \"finding\"", "did you mean `findings`?"),
        (
            "[report]\nfail_on = \"severe\"",
            "write never, critical, high, medium, low, findings, new or new-high",
        ),
        ("[report]\ninclude = \"ALL\"", "did you mean `all`?"),
        ("[report]\nallow_partial = \"no\"", "write false, without quotes"),
        ("[report]\nallow_partial = 1", "write true"),
        ("[report]\nallow_partial = \"perhaps\"", "write true or false"),
        ("[ui]\ncolor = false", "write \"auto\", \"always\" or \"never\""),
        ("[ui]\nverbose = true", "write a whole number from 0 to 3"),
        ("[scan]\nconcurrency = \"64\"", "write 64, without quotes"),
        ("[scan]\nconcurrency = 0x40", "write 64"),
        ("[scan]\nconcurrency = \"4096\"", "write a whole number from 1 to 1024"),
        ("[scan]\nmax_iam_rate = \"2.5\"", "write 2.5, without quotes"),
        ("[scan]\nmax_iam_rate = true", "write a number above 0, such as 5.0"),
        ("[scan]\nsession_duration = 3600", "write a duration from 15m to 12h"),
        ("[scan]\naccounts = 123456789012", "write [\"123456789012\"]"),
        ("[scan]\naccounts = \"123456789012,210987654321\"", "write [\"123456789012\", \"210987654321\"]"),
        ("[scan]\naccounts = 12345678", "leading zeros belong to the id"),
        ("[scan]\naccounts = [12345678]", "leading zeros belong to the id"),
        ("[scan]\nou = true", "give its id"),
        ("[scan]\nexternal_id = 12345", "write it in quotes: \"…\""),
        ("[scan]\nrole_name = [\"a\", \"b\"]", "write one text in quotes"),
        ("[assess]\ninactive_after = 90", "write \"90d\" for days"),
        ("[assess]\ninactive_after = 500", "write at most 400d"),
        ("[assess]\ninactive_after = true", "write a number and a unit in quotes, such as \"90d\""),
    ] {
        let told = with_file(line).unwrap_err().to_string();
        assert!(told.contains(&format!("\n  help: {help}")), "{line}: {told}");
        assert!(!line.contains("external_id") || !told.contains("12345"), "a secret: {told}");
    }
}
