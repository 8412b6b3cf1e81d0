use rolesweep_model::{Account, LastUse, Role};

use super::*;
use crate::fixture::{AS_OF, Scans, before, exemption, open, parameters, role};
use crate::{Assessor, LastUseSource, Parameters, Place, Threshold, ThresholdRule, Usage};

/// The lines on the status, and the texts of the ways.
fn explained(role: &Role, parameters: &Parameters) -> (Vec<String>, Vec<Way>) {
    let assessor = Assessor::new(parameters);
    let account = Account::named("123456789012".parse().unwrap());
    let rules = assessor.rules_for(&Place { account: &account, ou_path: None });
    let assessment = Usage::new(&assessor, &[], false).assess(role, None, &rules, &mut open);
    let grounds = Grounds::of(role, &assessment, &assessor, &rules);
    (
        status_lines(role, Some(LastUseSource::Aws), &assessment, &grounds, parameters),
        ways_off(role, &assessment, &grounds, parameters),
    )
}

fn used(seconds: i64) -> Role {
    let mut role = role("/", "app");
    role.created_at = before(500 * 86_400);
    role.last_use = LastUse::Used { at: before(seconds), region: Some("eu-west-1".to_owned()) };
    role
}

#[test]
fn the_arithmetic_is_exact_to_the_second() {
    let day = 86_400;
    for (seconds, compared) in [
        (90 * day, "90 days is not more than the threshold of 90 days"),
        (90 * day + 1, "90 days 1 second is more than the threshold of 90 days"),
    ] {
        let (lines, _) = explained(&used(seconds), &parameters());
        assert_eq!(lines[1], compared);
        assert_eq!(lines[2], "the threshold is the general one: no rule matches");
    }
    let (lines, _) = explained(&used(90 * day + 1), &parameters());
    assert!(lines[0].ends_with(&format!("in eu-west-1, 90 days 1 second before {AS_OF}")), "{lines:?}");
}

#[test]
fn a_role_without_a_recorded_use_is_compared_by_its_age() {
    let mut role = role("/", "app");
    role.created_at = before(3000 * 86_400);
    role.last_use = LastUse::NoneRecorded;
    let (lines, ways) = explained(&role, &parameters());
    assert_eq!(lines[0], "AWS has no use on record in its tracking period of 400 days");
    assert_eq!(lines[2], "its age of 3000 days is more than the threshold of 90 days");
    assert!(ways.iter().all(|way| !way.text.contains("threshold")), "no threshold is long enough: {ways:?}");
    role.created_at = before(100 * 86_400 + 1);
    let (_, ways) = explained(&role, &parameters());
    assert!(ways[2].text.starts_with("its threshold (`unused_after`) is at least 101 days"), "{ways:?}");
}

#[test]
fn the_threshold_that_is_named_takes_the_role_off_the_list() {
    for seconds in [91 * 86_400, 91 * 86_400 + 1, 400 * 86_400] {
        let role = used(seconds);
        let (_, ways) = explained(&role, &parameters());
        let days = ways[2].text.split_whitespace().find_map(|word| word.parse::<i64>().ok()).unwrap();
        let mut higher = parameters();
        higher.inactive_after = Threshold::from_seconds(days * 86_400).unwrap();
        let (_, ways) = explained(&role, &higher);
        assert!(ways[0].text.starts_with("It is not a finding"), "{seconds}: {ways:?}");
        higher.inactive_after = Threshold::from_seconds((days - 1) * 86_400).unwrap();
        let (_, ways) = explained(&role, &higher);
        assert_eq!(ways.len(), 4, "{seconds}: {ways:?}");
        assert!(ways[0].text.starts_with("it is deleted"), "the remedy is first: {ways:?}");
        assert!(ways[3].text.starts_with("somebody assumes it"), "{ways:?}");
    }
}

#[test]
fn the_rule_that_sets_the_threshold_is_named_with_its_reason() {
    let mut parameters = parameters();
    parameters.rules = vec![ThresholdRule {
        name: "ci".to_owned(),
        reason: "runs\nonce a year".to_owned(),
        accounts: vec!["123456789012".parse().unwrap()],
        inactive_after: Some(Threshold::from_seconds(390 * 86_400).unwrap()),
        ..ThresholdRule::default()
    }];
    let (lines, _) = explained(&used(100 * 86_400), &parameters);
    assert_eq!(lines[1], "100 days is not more than the threshold of 390 days");
    assert_eq!(lines[2], "the threshold comes from the rule `ci`, the first that matches: runs once a year");
    let mut role = used(0);
    role.last_use = LastUse::NoneRecorded;
    let (lines, _) = explained(&role, &parameters);
    assert!(
        lines[3].ends_with("`ci` matches first, and sets none for roles without a recorded use"),
        "{lines:?}"
    );
}

#[test]
fn roles_that_are_no_findings_say_why_and_until_when() {
    let text = |role: &Role, parameters: &Parameters| explained(role, parameters).1[0].text.clone();
    let active = text(&used(86_400), &parameters());
    assert_eq!(
        active,
        format!("It is not a finding. Without another use it becomes one after {}.", {
            before(86_400 - 90 * 86_400)
        })
    );
    let mut exempt = parameters();
    let role = used(200 * 86_400);
    exempt.exemptions = vec![exemption("app", role.role_id.clone(), "2030-01-01T00:00:00Z")];
    assert_eq!(text(&role, &exempt), "It is not a finding through 2029-12-31, while its exemption holds.");
    let mut unknown = used(0);
    unknown.last_use = LastUse::NotCollected;
    assert!(text(&unknown, &parameters()).starts_with("the audit role gets its current policy"));
}

#[test]
fn what_earlier_scans_know_is_told() {
    let seen = Role { trust_policy: Some("{}".to_owned()), ..used(100 * 86_400) };
    let widened = Role { trust_policy: Some("[]".to_owned()), ..seen.clone() };
    let scans = Scans::new(&[(200 * 86_400, &role("/", "app")), (5 * 86_400, &seen), (0, &widened)]);
    let assessment = {
        let (parameters, account) = (parameters(), Account::named("123456789012".parse().unwrap()));
        let assessor = Assessor::new(&parameters);
        let rules = assessor.rules_for(&Place { account: &account, ou_path: None });
        Usage::new(&assessor, &[], false).assess(&widened, Some(&scans.role()), &rules, &mut open)
    };
    let (first, second) = (before(200 * 86_400), before(5 * 86_400));
    assert_eq!(
        history_lines(&widened, &assessment, &scans.role()),
        [
            format!("first seen by the scan of {first}"),
            format!("its last use is the same since the scan of {second}"),
            "idle in 2 scans in a row, this one included".to_owned(),
            format!("the scan of {AS_OF} saw that its trust policy had changed"),
            format!("its policies are unchanged since the scan of {first}"),
            format!("its permissions boundary is unchanged since the scan of {first}"),
        ]
    );
    let mut unknown = seen.clone();
    unknown.last_use = LastUse::NotCollected;
    let scans = Scans::new(&[(86_400, &seen), (0, &unknown)]);
    let lines = history_lines(&unknown, &assessment, &scans.role());
    assert_eq!(lines[1], format!("an earlier scan saw that it was used at {}", before(100 * 86_400)));
}

#[test]
fn a_use_that_only_an_earlier_scan_saw_says_so() {
    let parameters = parameters();
    let (role, account) = (used(410 * 86_400), Account::named("123456789012".parse().unwrap()));
    let assessor = Assessor::new(&parameters);
    let rules = assessor.rules_for(&Place { account: &account, ou_path: None });
    let assessment = Usage::new(&assessor, &[], false).assess(&role, None, &rules, &mut open);
    let grounds = Grounds::of(&role, &assessment, &assessor, &rules);
    let lines = status_lines(&role, Some(LastUseSource::History), &assessment, &grounds, &parameters);
    assert!(
        lines[0].ends_with(": an earlier scan saw that, and AWS has no later use on record now"),
        "{lines:?}"
    );
}
