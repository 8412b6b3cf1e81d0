use rolesweep_model::Account;

use super::*;
use crate::fixture::{Scans, before, exemption, open, parameters, role};
use crate::{Assessor, Disposition, Parameters, Place, Usage};

const DAY: i64 = 86_400;

fn app(last_use: LastUse) -> Role {
    Role { last_use, trust_policy: Some("{}".to_owned()), ..role("/", "app") }
}

fn used(days: i64) -> LastUse {
    LastUse::Used { at: before(days * DAY), region: Some("eu-west-1".to_owned()) }
}

/// The assessment of the role as the last of these scans saw it, so many days ago; its source; and in
/// how many scans it was idle.
fn assessed(
    scans: &[(i64, &Role)],
    parameters: &Parameters,
) -> (Assessment, Option<LastUseSource>, Option<u64>) {
    let in_seconds: Vec<_> = scans.iter().map(|(days, role)| (days * DAY, *role)).collect();
    let scans = Scans::new(&in_seconds);
    let (role, source) = with_known_use(in_seconds.last().unwrap().1, Some(&scans.role()));
    let assessor = Assessor::new(parameters);
    let account = Account::named("123456789012".parse().unwrap());
    let rules = assessor.rules_for(&Place { account: &account, ou_path: None });
    let assessment = Usage::new(&assessor, &[], false).assess(&*role, Some(&scans.role()), &rules, &mut open);
    let idle = scans_idle(&*role, &assessment, &scans.role());
    (assessment, source, idle)
}

#[test]
fn a_role_keeps_the_last_use_that_aws_has_forgotten() {
    let (seen, forgotten) = (app(used(500)), app(LastUse::NoneRecorded));
    let (assessment, source, idle) =
        assessed(&[(300, &seen), (50, &forgotten), (0, &forgotten)], &parameters());
    assert_eq!((assessment.status, source), (Status::Inactive, Some(LastUseSource::History)));
    assert_eq!(assessment.idle.map(|idle| (idle.days(), idle.is_minimum)), Some((500, false)));
    assert_eq!(idle, Some(3));
    let (assessment, source, _) = assessed(&[(0, &forgotten)], &parameters());
    assert_eq!((assessment.status, source), (Status::Unused, Some(LastUseSource::Aws)));
}

#[test]
fn an_unknown_last_use_stays_unknown_whatever_an_earlier_scan_saw() {
    let (seen, unknown) = (app(used(500)), app(LastUse::NotCollected));
    let (assessment, source, idle) = assessed(&[(300, &seen), (0, &unknown)], &parameters());
    assert_eq!(assessment.disposition, Disposition::Undetermined);
    assert_eq!((assessment.status, assessment.idle, idle), (Status::Unknown, None, None));
    assert_eq!(source, Some(LastUseSource::History), "the date is known, and shown");
    assert_eq!(assessed(&[(0, &unknown)], &parameters()).1, None);
}

#[test]
fn scans_are_counted_by_the_threshold_of_today_and_since_the_last_use() {
    let (old, new) = (app(used(400)), app(used(95)));
    let idle = |parameters: &Parameters, scans: &[(i64, &Role)]| assessed(scans, parameters).2;
    // The use 95 days ago begins a new count, and makes the role idle after 90 days.
    let scans = [(200, &old), (30, &new), (4, &new), (0, &new)];
    assert_eq!(idle(&parameters(), &scans), Some(2));
    assert_eq!(idle(&parameters(), &scans[..3]), Some(1), "the last one is judged as of the report");
    let shorter =
        Parameters { inactive_after: crate::Threshold::from_seconds(30 * DAY).unwrap(), ..parameters() };
    assert_eq!(idle(&shorter, &scans), Some(3));
    let longer =
        Parameters { inactive_after: crate::Threshold::from_seconds(96 * DAY).unwrap(), ..parameters() };
    assert_eq!(idle(&longer, &scans), None, "it is active");
}

#[test]
fn a_role_without_a_recorded_use_is_counted_by_its_age() {
    let mut never = app(LastUse::NoneRecorded);
    never.created_at = before(100 * DAY);
    let scans = [(50, &never), (9, &never), (0, &never)];
    assert_eq!(assessed(&scans, &parameters()).2, Some(2));
    let at_once = Parameters { unused_after: crate::Threshold::from_seconds(0).unwrap(), ..parameters() };
    assert_eq!(assessed(&scans, &at_once).2, Some(3));
}

#[test]
fn a_scan_with_a_wrong_clock_makes_no_negative_age() {
    let seen = app(used(100));
    // The scan before this one says that it began in the future.
    let (assessment, _, idle) = assessed(&[(20, &seen), (-900, &seen), (0, &seen)], &parameters());
    assert_eq!(assessment.idle.map(|idle| idle.days()), Some(100));
    assert_eq!(idle, Some(2));
}

#[test]
fn an_exemption_ends_when_the_access_changes_after_the_approval() {
    let approved = app(used(200));
    let widened = Role { trust_policy: Some(r#"{"Statement":"anyone"}"#.to_owned()), ..approved.clone() };
    let mut parameters = parameters();
    parameters.exemptions = vec![exemption("app", approved.role_id.clone(), "2030-01-01T00:00:00Z")];
    parameters.exemptions[0].approved_on = "2026-11-02".parse().unwrap();
    let of = |scans: &[(i64, &Role)]| {
        let (assessment, ..) = assessed(scans, &parameters);
        (assessment.disposition, assessment.disposition_reason)
    };
    // 22 November, minus so many days.
    let (disposition, reason) = of(&[(30, &approved), (10, &approved), (0, &widened)]);
    assert_eq!(disposition, Disposition::Flagged);
    assert_eq!(
        reason,
        "last used 200 days ago, more than 90; an exemption (owner alice) no longer covers it: its trust policy changed after \
         the scan of 2026-11-12, the first one since the approval on 2026-11-02"
    );
    // What the first scan since the approval saw is what was approved.
    assert_eq!(of(&[(30, &approved), (10, &widened), (0, &widened)]).0, Disposition::Exempt);
    assert_eq!(of(&[(0, &widened)]).0, Disposition::Exempt);
    // Approved again.
    parameters.exemptions[0].approved_on = "2026-11-22".parse().unwrap();
    let (assessment, ..) = assessed(&[(10, &approved), (0, &widened)], &parameters);
    assert_eq!((assessment.disposition, assessment.exemption), (Disposition::Exempt, Some(0)));
}
