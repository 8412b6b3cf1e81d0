use std::collections::BTreeSet;
use std::sync::Arc;

use rolesweep_policy::{Action, CompiledPolicy, Context, Fact, Policy, PolicySet, Resource, Verdict};

use super::*;

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
        let texts = [rule.title, rule.meaning, rule.level, guide.why];
        assert!(texts.iter().all(|text| !text.is_empty()), "{}", rule.code);
        let counts = [guide.console.len(), guide.cli.len(), guide.remedy.len(), guide.prevent.len()];
        assert!(counts.iter().all(|count| *count > 0) && !guide.controls.is_empty(), "{}", rule.code);
        let is_sentence = |text: &str| text.ends_with(['.', ':']);
        assert!(is_sentence(rule.meaning) && is_sentence(guide.why), "{}", rule.code);
        assert!(!rule.title.ends_with('.') && !rule.level.ends_with('.'), "{}", rule.code);
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

/// What a role that may do everything may still do under a guardrail.
fn under(guardrail: &str, action: &str, resource: &str, facts: &[(&str, Fact)]) -> Option<Verdict> {
    let all = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let compiled = |document: &str| Arc::new(CompiledPolicy::parse(document));
    let set = PolicySet::new().with("all", compiled(all)).with("guardrail", compiled(guardrail));
    let context =
        facts.iter().fold(Context::complete(), |context, (key, fact)| context.with(key, fact.clone()));
    set.answer(&Action::new(action), &Resource::named(resource), &context).verdict()
}

#[test]
fn a_role_without_an_owner_cannot_be_created_and_keeps_its_owner() {
    let role = "arn:aws:iam::123456789012:role/app";
    let answer = |action, facts: &[(&str, Fact)]| under(guardrails::OWNER_TAG, action, role, facts);
    assert_eq!(answer("iam:CreateRole", &[]), Some(Verdict::Denied));
    assert_eq!(answer("iam:CreateRole", &[("aws:RequestTag/team", Fact::value("a"))]), Some(Verdict::Denied));
    assert_eq!(
        answer("iam:CreateRole", &[("aws:RequestTag/owner", Fact::value("a"))]),
        Some(Verdict::Allowed)
    );
    assert_eq!(answer("iam:CreateServiceLinkedRole", &[]), Some(Verdict::Allowed));
    assert_eq!(answer("iam:UntagRole", &[("aws:TagKeys", Fact::value("Owner"))]), Some(Verdict::Denied));
    assert_eq!(answer("iam:UntagRole", &[("aws:TagKeys", Fact::value("team"))]), Some(Verdict::Allowed));
}

#[test]
fn the_code_of_a_status_is_that_of_a_rule() {
    for status in Status::ALL {
        assert!(of_status(status).is_none_or(|code| rule(code).is_some()), "{status}");
    }
}
