use rolesweep_model::{Account, Coverage, Role};

use super::*;
use crate::disposition::Disposition;
use crate::fixture::{AS_OF, Scans, before, exemption, open, parameters, role};
use crate::judge::{Assessment, Assessor};
use crate::parameters::Parameters;
use crate::place::Place;
use crate::risk::trust::TrustLevel;
use crate::role_match::RoleMatch;
use crate::usage::Usage;

const FAR: &str = "2027-04-01T00:00:00Z";

fn named(name: &str) -> RoleMatch {
    RoleMatch {
        role_names: vec![name.to_owned()],
        accounts: vec!["123456789012".parse().unwrap()],
        ..RoleMatch::default()
    }
}

/// What is said of these roles, each judged by an account of its own, and at the end.
fn assessed(
    parameters: &Parameters,
    roles: &[(Role, TrustLevel)],
) -> (Vec<Assessment>, Vec<ExemptionUse>, Vec<String>) {
    let assessor = Assessor::new(parameters);
    let account = Account::named("123456789012".parse().unwrap());
    let rules = assessor.rules_for(&Place { account: &account, ou_path: None });
    let mut all = Usage::new(&assessor, &[], false);
    let assessments = roles.iter().map(|(role, trust)| {
        let mut one = Usage::new(&assessor, &[], false);
        let assessment = one.assess(role, None, &rules, &mut || *trust);
        all.merge(&one);
        assessment
    });
    let assessments = assessments.collect();
    let texts = all.remarks().into_iter().map(|remark| remark.text).collect();
    (assessments, all.exemptions().to_vec(), texts)
}

#[test]
fn one_exemption_covers_every_role_of_a_name_that_its_trust_level_lets() {
    let mut parameters = parameters();
    let roles = RoleMatch {
        role_names: vec!["Organization*Role".to_owned()],
        trust_at_most: Some(TrustLevel::Org),
        ..RoleMatch::default()
    };
    parameters.exemptions = vec![exemption("org", roles, FAR)];
    let org = || role("/", "OrganizationAccountAccessRole");
    let (assessments, uses, _) = assessed(
        &parameters,
        &[
            (org(), TrustLevel::Org),
            (org(), TrustLevel::Nobody),
            (org(), TrustLevel::ExternalBound),
            (role("/", "app"), TrustLevel::Nobody),
        ],
    );
    let dispositions: Vec<Disposition> = assessments.iter().map(|it| it.disposition).collect();
    use Disposition::{Exempt, Flagged};
    assert_eq!(dispositions, [Exempt, Exempt, Flagged, Flagged]);
    assert_eq!((uses[0].roles, uses[0].exempt), (2, 2));
    assert_eq!(assessments[1].exemption, Some(0));
    assert_eq!(assessments[2].exemption, None);
}

#[test]
fn a_role_that_was_created_after_the_day_of_the_approval_is_never_covered() {
    let mut parameters = parameters();
    let old = "2027-03-01T00:00:00Z";
    parameters.exemptions = vec![exemption("one", named("app"), old), exemption("two", named("app"), FAR)];
    for exemption in &mut parameters.exemptions {
        exemption.approved_on = jiff::civil::date(2026, 6, 30);
    }
    let created = |at: &str| {
        let mut role = role("/", "app");
        role.created_at = at.parse().unwrap();
        (role, TrustLevel::Nobody)
    };
    let roles = [created("2026-06-30T23:59:59Z"), created("2026-07-01T00:00:00Z")];
    let (assessments, uses, _) = assessed(&parameters, &roles);
    assert_eq!(assessments[0].disposition, Disposition::Exempt);
    assert_eq!(assessments[1].disposition, Disposition::Flagged);
    assert_eq!(
        assessments[1].disposition_reason,
        "no use recorded; created 144 days ago, more than 90; an exemption (owner alice) was approved on 2026-06-30, before the \
         role was created"
    );
    assert_eq!((uses[1].roles, uses[1].newer), (1, 1));
    let (_, _, texts) = assessed(&parameters, &roles[1..]);
    assert_eq!(
        texts,
        [
            "exemptions that need attention: for no role of this report: `one` (owner alice, but 1 role created after 2026-06-30, when it was \
             approved), `two` (owner alice, but 1 role created after 2026-06-30, when it was approved)"
        ]
    );
}

#[test]
fn everything_that_needs_attention_is_one_list() {
    let mut parameters = parameters();
    let in_days = |days: i64| before(-days * 86_400).to_string();
    parameters.exemptions = vec![
        exemption("wide", named("a*"), FAR),
        exemption("ended", named("app"), AS_OF),
        exemption("soon", named("batch"), &in_days(30)),
        exemption("later", named("cron"), &in_days(31)),
        exemption("nothing", named("nobody"), FAR),
        exemption("narrow", named("app"), &in_days(100)),
    ];
    let roles = ["app", "batch", "cron", "apple"].map(|name| (role("/", name), TrustLevel::Public));
    let (assessments, uses, texts) = assessed(&parameters, &roles);
    assert!(assessments.iter().all(|it| it.disposition == Disposition::Exempt));
    assert_eq!(
        texts,
        [
            "exemptions that need attention: expired (have them approved again, or remove them): `ended` (owner alice, at 2026-11-22T12:00:00Z); \
             for no role of this report: `nothing` (owner alice); expiring within 30 days: `soon` (owner alice, until 2026-12-22T12:00:00Z); \
             overlapping: `narrow` with `wide` (1 role)"
        ]
    );
    let counted: Vec<(u64, u64)> = uses.iter().map(|used| (used.roles, used.exempt)).collect();
    assert_eq!(counted, [(2, 2), (1, 0), (1, 1), (1, 1), (0, 0), (1, 0)]);
}

#[test]
fn what_only_ends_soon_or_overlaps_changes_no_result() {
    let mut parameters = parameters();
    parameters.exemptions =
        vec![exemption("one", named("app"), "2026-12-01T00:00:00Z"), exemption("two", named("app"), FAR)];
    let kind = |exemptions: &[Exemption]| {
        let parameters = Parameters { exemptions: exemptions.to_vec(), ..parameters.clone() };
        let assessor = Assessor::new(&parameters);
        let account = Account::named("123456789012".parse().unwrap());
        let rules = assessor.rules_for(&Place { account: &account, ou_path: None });
        let mut usage = Usage::new(&assessor, &[], false);
        usage.assess(&role("/", "app"), None, &rules, &mut open);
        usage.remarks().first().map(|remark| remark.kind)
    };
    assert_eq!(kind(&parameters.exemptions), Some(RemarkKind::ExemptionsToReview));
    assert!(!RemarkKind::ExemptionsToReview.changes_the_result());
    assert_eq!(kind(&parameters.exemptions[1..]), None);
    let ended = [exemption("ended", named("app"), AS_OF)];
    assert_eq!(kind(&ended), Some(RemarkKind::ExemptionsOutOfDate));
}

#[test]
fn many_exemptions_with_the_same_trouble_are_counted() {
    let mut parameters = parameters();
    parameters.exemptions =
        (0..2000).map(|number| exemption(&format!("e{number}"), named("x"), FAR)).collect();
    let (_, _, texts) = assessed(&parameters, &[]);
    assert!(texts[0].ends_with("`e9` (owner alice) and 1,990 more"), "{texts:?}");
}

#[test]
fn an_account_whose_roles_are_not_there_may_hold_the_exempt_ones() {
    let mut parameters = parameters();
    parameters.exemptions = vec![exemption("app", named("app"), FAR)];
    let assessor = Assessor::new(&parameters);
    let mut usage = Usage::new(&assessor, &[], false);
    assert_eq!(usage.remarks().len(), 1);
    usage.account(&"123456789012".parse().unwrap(), Coverage::Denied);
    assert_eq!(usage.remarks(), []);
}

#[test]
fn an_exemption_says_since_when_it_matches_and_which_roles_it_lost() {
    let mut parameters = parameters();
    parameters.exemptions = vec![exemption("app", named("app"), FAR)];
    parameters.exemptions[0].approved_on = "2026-11-02".parse().unwrap();
    let trusting = |trust: &str| Role { trust_policy: Some(trust.to_owned()), ..role("/", "app") };
    let (approved, widened) = (trusting("{}"), trusting("[]"));
    let days = |days: i64| days * 86_400;
    let assessor = Assessor::new(&parameters);
    let account = Account::named("123456789012".parse().unwrap());
    let rules = assessor.rules_for(&Place { account: &account, ou_path: None });
    let mut all = Usage::new(&assessor, &[], false);
    for scans in [
        Scans::new(&[(days(30), &approved), (days(5), &approved), (0, &approved)]),
        Scans::new(&[(days(9), &approved), (0, &approved)]),
        Scans::new(&[(days(12), &approved), (0, &widened)]),
    ] {
        let mut one = Usage::new(&assessor, &[], false);
        one.assess(&approved, Some(&scans.role()), &rules, &mut open);
        all.merge(&one);
    }
    let used = all.exemptions()[0];
    assert_eq!((used.roles, used.changed, used.since), (2, 1, Some(before(days(9)))));
    let remarks = all.remarks();
    assert!(remarks[0].kind.changes_the_result());
    assert_eq!(
        remarks[0].text,
        "exemptions that need attention: not for roles whose access changed after the approval (look at them, and have them \
         approved again): `app` (owner alice, 1 role)"
    );
}
