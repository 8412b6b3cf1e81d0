//! Tests that the demo has what it claims.

use std::collections::HashSet;

use super::*;
use crate::world::{LastUseIn, RoleTruth, check::check};

fn world() -> World {
    demo("2026-11-22T12:00:00.5Z".parse().unwrap(), 1)
}

fn role(world: &World, account: &str, name: &str) -> RoleTruth {
    let roles = world.truth(account);
    roles.into_iter().find(|role| role.name == name).unwrap_or_else(|| panic!("{name} is not in {account}"))
}

#[test]
fn every_seed_makes_an_organization_that_aws_could_have() {
    for seed in 0..20 {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        assert_eq!(check(&organization(now, seed)), Ok(()), "seed {seed}");
    }
}

#[test]
fn a_seed_and_an_instant_make_one_organization() {
    let (one, other) = (world(), world());
    for id in one.account_ids() {
        assert_eq!(one.truth(&id), other.truth(&id));
    }
    let another = demo(one.now(), 2);
    assert_ne!(one.organization_id(), another.organization_id());
    assert_eq!(one.account_ids().collect::<Vec<_>>(), another.account_ids().collect::<Vec<_>>());
}

#[test]
fn accounts_are_of_every_kind() {
    let world = world();
    let ids: Vec<String> = world.account_ids().collect();
    assert_eq!(ids.len(), FACTS.accounts);
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    for (id, state) in FACTS.not_active {
        assert_eq!(world.account_truth(id).unwrap().state.as_deref(), Some(state));
    }
    let active = ids.iter().filter(|id| world.account_truth(id).unwrap().state.as_deref() == Some("ACTIVE"));
    assert_eq!(active.count(), FACTS.accounts - FACTS.not_active.len());
    for id in FACTS.leading_zeros {
        assert!(id.starts_with('0') && world.account_truth(id).is_some());
    }
    assert_eq!(world.truth(FACTS.empty).len(), 1);
    assert_eq!(world.truth(FACTS.largest).len(), 2_500);
    let deep = world.account_truth(FACTS.threshold).unwrap();
    assert_eq!(deep.ou_path, "/Workloads/Prod/Commerce");
    assert_eq!(deep.parents.len(), 4);
    let management = world.account_truth(FACTS.management).unwrap();
    assert_eq!((management.ou_path.as_str(), management.parents.len()), ("/", 1));
    let names = |id| world.truth(id).into_iter().map(|role| role.name).collect::<Vec<_>>();
    assert!(!names(FACTS.management).contains(&"OrganizationAccountAccessRole".to_owned()));
    assert!(names(FACTS.threshold).contains(&"OrganizationAccountAccessRole".to_owned()));
}

#[test]
fn every_account_but_one_that_denies_has_the_audit_role_in_use() {
    let world = world();
    for id in world.account_ids() {
        let audit = world.truth(&id).into_iter().find(|role| role.name == "RolesweepAudit");
        if id == FACTS.denied[0] || id == FACTS.not_active[3].0 {
            assert_eq!(audit, None);
        } else if FACTS.denied.contains(&id.as_str()) {
            assert_eq!(audit.unwrap().last_use, None);
        } else {
            assert_eq!(audit.unwrap().last_use.unwrap().at, world.now());
        }
    }
}

#[test]
fn thresholds_are_exact_to_the_second() {
    let world = world();
    assert_eq!(world.now().subsec_nanosecond(), 0);
    for (place, name) in FACTS.used_at_threshold.into_iter().enumerate() {
        let at = role(&world, FACTS.threshold, name).last_use.unwrap().at;
        assert_eq!(world.now().as_second() - at.as_second(), 90 * 86_400 - 1 + place as i64);
    }
    for (place, name) in FACTS.unused_at_threshold.into_iter().enumerate() {
        let role = role(&world, FACTS.threshold, name);
        assert_eq!(role.last_use, None);
        assert_eq!(world.now().as_second() - role.created.as_second(), 90 * 86_400 - 1 + place as i64);
    }
}

#[test]
fn some_last_uses_are_answered_for_in_one_place_or_in_none() {
    let world = world();
    let [used, unused] = FACTS.get_role_only.map(|name| role(&world, FACTS.unanswered, name));
    assert!(used.last_use.is_some() && unused.last_use.is_none());
    assert_eq!((used.last_use_in, unused.last_use_in), (LastUseIn::GetRoleOnly, LastUseIn::GetRoleOnly));
    let unanswered = world
        .account_ids()
        .flat_map(|id| world.truth(&id))
        .filter(|role| role.last_use_in == LastUseIn::Neither)
        .collect::<Vec<_>>();
    assert_eq!(unanswered.len(), 1);
    assert_eq!(unanswered[0].name, FACTS.unanswered_role);
}

#[test]
fn a_recreated_role_keeps_its_arn_and_not_its_id() {
    let today = world();
    let tomorrow = demo(today.now() + days(1), 1);
    let [before, after] = [&today, &tomorrow].map(|world| role(world, FACTS.recreated, FACTS.recreated_role));
    assert_eq!(before.arn, after.arn);
    assert_ne!(before.role_id, after.role_id);
    let [before, after] =
        [&today, &tomorrow].map(|world| role(world, FACTS.recreated, "model-registry-reader"));
    assert_eq!(before.role_id, after.role_id);
    assert!(before.trust.contains("\"AROA"));
}

#[test]
fn hostile_names_and_texts_are_there() {
    let world = world();
    for name in FACTS.formula_roles {
        role(&world, FACTS.formulas, name);
    }
    let texts = world.truth(FACTS.texts);
    let tags: String =
        texts.iter().flat_map(|role| &role.tags).map(|(key, value)| format!("{key}{value}")).collect();
    let descriptions: String = texts.iter().filter_map(|role| role.description.clone()).collect();
    for needle in ["\"", "\n", "\t", "\r", "=", "決済", "команда", "<b "] {
        assert!(tags.contains(needle), "{needle:?}");
    }
    for needle in ["\"", "\n", "\t", "\r", "=HYPERLINK", "@SUM", "ü", "<script>"] {
        assert!(descriptions.contains(needle), "{needle:?}");
    }
    let reserved = |role: &RoleTruth| {
        role.path.starts_with("/aws-service-role/") || role.path.starts_with("/aws-reserved/")
    };
    let everywhere: Vec<RoleTruth> = world.account_ids().flat_map(|id| world.truth(&id)).collect();
    assert!(everywhere.iter().filter(|role| reserved(role)).count() > 50);
    assert!(everywhere.iter().filter(|role| role.path == "/service-role/").count() >= 9);
    assert!(everywhere.iter().filter(|role| role.name.starts_with("cdk-hnb659fds-")).count() >= 20);
    assert_eq!(
        world
            .truth(FACTS.impostors)
            .iter()
            .filter(|role| !reserved(role) && role.trust.contains("999988887777"))
            .count(),
        8
    );
}

#[test]
fn three_months_earlier_each_kind_of_difference_is_there() {
    let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    for seed in 0..5 {
        let (today, earlier) = (demo(now, seed), demo_earlier(now, seed, days(90)));
        assert_eq!(check(&earlier.organization), Ok(()), "seed {seed}");
        assert_eq!(earlier.now(), now - days(90));
        let [mut newly_idle, mut used_again, mut recreated, mut deleted, mut created] = [0; 5];
        for id in today.account_ids() {
            let before = earlier.truth(&id);
            let used = |role: &RoleTruth| role.last_use.as_ref().map(|last_use| last_use.at);
            let is_idle =
                |role: &RoleTruth, at: Timestamp| used(role).unwrap_or(role.created) < at - days(90);
            for role in &before {
                assert!(role.created <= earlier.now() && used(role) <= Some(earlier.now()));
                assert!(used(role).is_none_or(|used| role.created < used), "{role:?}");
            }
            let after = today.truth(&id);
            let names = |name: &str| after.iter().any(|role| role.name == name);
            deleted += before.iter().filter(|role| !names(&role.name)).count();
            for role in &after {
                match before.iter().find(|earlier| earlier.name == role.name) {
                    None => created += 1,
                    Some(earlier) if earlier.role_id != role.role_id => recreated += 1,
                    Some(earlier) => {
                        let (was, is) = (is_idle(earlier, now - days(90)), is_idle(role, now));
                        newly_idle += usize::from(!was && is);
                        used_again += usize::from(was && !is);
                    }
                }
            }
        }
        let counts = [newly_idle, used_again, recreated, deleted, created];
        assert!(counts.iter().all(|count| *count > 2), "seed {seed}: {counts:?}");
    }
}
