use std::collections::BTreeSet;

use rolesweep_policy::Policy;

use super::rule::privilege_levels;
use super::*;
use crate::risk::privilege::PrivilegeLevel;
use crate::status::Status;

#[test]
fn codes_are_distinct_words_in_kebab_case() {
    let mut seen = BTreeSet::new();
    for rule in rules() {
        let is_kebab = rule.code.split('-').all(|word| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        });
        assert!(is_kebab, "{}", rule.code);
        assert!(seen.insert(rule.code), "{} is there twice", rule.code);
    }
}

#[test]
fn a_case_of_a_rule_is_found_by_the_rules_code() {
    assert_eq!(rule("unused-role").unwrap().code, "unused-role");
    assert_eq!(rule("unused-role:some-case").unwrap().code, "unused-role");
    assert!(rule("unused").is_none() && rule("").is_none());
}

#[test]
fn every_rule_says_how_to_check_remedy_and_prevent_it() {
    for rule in rules() {
        let guide = &rule.guide;
        let texts = [rule.title, rule.meaning, guide.why];
        assert!(texts.iter().all(|text| !text.is_empty()), "{}", rule.code);
        let counts = [guide.console.len(), guide.cli.len(), guide.remedy.len(), guide.prevent.len()];
        assert!(counts.iter().all(|count| *count > 0) && !guide.controls.is_empty(), "{}", rule.code);
        let is_sentence = |text: &str| text.ends_with(['.', ':']);
        assert!(is_sentence(rule.meaning) && is_sentence(guide.why), "{}", rule.code);
        assert!(!rule.title.ends_with('.'), "{}", rule.code);
        assert!(guide.console.iter().all(|click| is_sentence(click)), "{}", rule.code);
        let steps = guide.cli.iter().chain(guide.remedy).chain(guide.prevent);
        for step in steps {
            // What follows is announced by a colon.
            assert_eq!(step.text.ends_with(':'), step.code.is_some(), "{}: {}", rule.code, step.text);
        }
    }
}

#[test]
fn every_document_on_a_page_is_a_policy() {
    let steps = rules().flat_map(|rule| rule.guide.remedy.iter().chain(rule.guide.prevent));
    let documents = steps.filter_map(|step| step.code).filter(|(language, _)| *language == "json");
    let mut checked = 0;
    for (_, document) in documents {
        Policy::parse(document).unwrap_or_else(|error| panic!("{error}: {document}"));
        checked += 1;
    }
    assert!(checked > 0);
}

#[test]
fn every_privilege_level_is_on_the_page_of_a_rule_that_leads_to_it() {
    let all: Vec<Rule> = rules().collect();
    for level in PrivilegeLevel::ALL {
        let leads = |rule: &&Rule| match rule.level {
            Level::Privilege(words) => privilege_levels(words).any(|named| named == level),
            _ => false,
        };
        let found: Vec<&Rule> = all.iter().filter(leads).collect();
        assert!(!found.is_empty(), "{level}");
        assert!(found.iter().all(|rule| page(rule).contains(&format!("| {level} |"))), "{level}");
    }
}

#[test]
fn the_page_on_escalation_names_every_path() {
    let page = page(&rule("escalate:lambda-001").unwrap());
    for path in crate::catalogue::escalation_paths() {
        assert!(page.contains(&format!("`escalate:{}`", path.id)), "{}", path.id);
    }
}

#[test]
fn the_code_of_a_status_is_that_of_a_rule() {
    for status in Status::ALL {
        assert!(of_status(status).is_none_or(|code| rule(code).is_some()), "{status}");
    }
}
