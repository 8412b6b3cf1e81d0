use proptest::prelude::*;

use super::*;
use crate::encode::{DecodeError, encode};
use crate::role_facts::{AttachedPolicy, Boundary, Evidence, InstanceProfile, LastUse, Tag};

fn instant() -> impl Strategy<Value = jiff::Timestamp> {
    prop_oneof![
        (0..4_000_000_000_i64).prop_map(|second| jiff::Timestamp::from_second(second).unwrap()),
        (jiff::Timestamp::MIN.as_nanosecond()..=jiff::Timestamp::MAX.as_nanosecond())
            .prop_map(|nanosecond| jiff::Timestamp::from_nanosecond(nanosecond).unwrap()),
    ]
}

/// Texts of which some repeat and some do not.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), Just("same".to_owned()), ".{0,12}", "[a-z]{100,200}"]
}

fn pairs() -> impl Strategy<Value = Option<Vec<(String, String)>>> {
    proptest::option::of(proptest::collection::vec((text(), text()), 0..4))
}

fn role() -> impl Strategy<Value = Role> {
    let last_use = prop_oneof![
        Just(LastUse::NotCollected),
        Just(LastUse::NoneRecorded),
        (instant(), proptest::option::of(text())).prop_map(|(at, region)| LastUse::Used { at, region }),
    ];
    let boundary =
        prop_oneof![Just(Boundary::NotCollected), Just(Boundary::Absent), text().prop_map(Boundary::Policy)];
    let evidence = proptest::sample::select(vec![
        Evidence::AuthorizationDetails,
        Evidence::GetRole,
        Evidence::ListRoles,
    ]);
    let names = proptest::option::of(proptest::collection::vec(text(), 0..3));
    let rest =
        (proptest::option::of(text()), proptest::option::of(text()), proptest::option::of(any::<u32>()));
    (
        ("[0-9]{12}", "(/[!-.0-~]{1,9}){0,2}/[A-Za-z0-9_+=,.@-]{1,20}", "[A-Z0-9_]{16,30}"),
        (instant(), last_use, evidence, boundary),
        (pairs(), pairs(), pairs(), names),
        rest,
    )
        .prop_map(
            |((account, resource, id), (created_at, last_use, evidence, boundary), lists, rest)| Role {
                last_use,
                trust_policy: rest.0,
                attached_policies: lists
                    .0
                    .map(|all| all.into_iter().map(|(arn, name)| AttachedPolicy { arn, name }).collect()),
                inline_policy_names: lists.3,
                permissions_boundary: boundary,
                tags: lists.1.map(|all| all.into_iter().map(|(key, value)| Tag { key, value }).collect()),
                instance_profiles: lists
                    .2
                    .map(|all| all.into_iter().map(|(arn, name)| InstanceProfile { arn, name }).collect()),
                description: rest.1,
                max_session_seconds: rest.2,
                ..Role::new(
                    format!("arn:aws:iam::{account}:role{resource}").parse().unwrap(),
                    id.parse().unwrap(),
                    created_at,
                    evidence,
                )
            },
        )
}

fn read(bytes: &[u8], weight: usize) -> Result<Vec<Role>, DecodeError> {
    let mut reader = RoleReader::<String>::new(bytes, weight)?;
    let mut roles = Vec::new();
    while let Some(role) = reader.advance()? {
        roles.push(role);
    }
    Ok(roles)
}

proptest! {
    #[test]
    fn roles_survive_a_round_trip(roles in proptest::collection::vec(role(), 0..6)) {
        let record = encode_page(&roles).unwrap();
        prop_assert_eq!(&read(&record.bytes, record.weight).unwrap(), &roles);
        // The weight is known to the byte, so a wrong one is noticed.
        prop_assert!(read(&record.bytes, record.weight + 1).is_err());
        prop_assert!(record.weight == 0 || read(&record.bytes, record.weight - 1).is_err());
    }

    #[test]
    fn damaged_records_give_an_error_or_roles_and_never_a_panic(
        roles in proptest::collection::vec(role(), 1..4),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let record = encode_page(&roles).unwrap();
        let mut bytes = record.bytes.clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = read(&bytes, record.weight);
        let _ = read(&bytes, usize::MAX);
        prop_assert!(read(&record.bytes[..cut.index(record.bytes.len())], record.weight).is_err());
    }
}

/// A page of one role, with two columns changed.
fn changed(change: impl Fn(&mut Columns<'_>)) -> Result<Vec<Role>, DecodeError> {
    let role = Role {
        last_use: LastUse::NoneRecorded,
        trust_policy: Some("{}".to_owned()),
        attached_policies: Some(vec![]),
        permissions_boundary: Boundary::Absent,
        tags: Some(vec![Tag { key: "owner".to_owned(), value: "ann".to_owned() }]),
        ..Role::new(
            "arn:aws:iam::000000000123:role/ci/=deploy".parse().unwrap(),
            "AROADBQP57FF2AEXAMPLE".parse().unwrap(),
            "2020-02-29T23:59:59Z".parse().unwrap(),
            Evidence::AuthorizationDetails,
        )
    };
    let record = encode_page([&role]).unwrap();
    let mut columns: Columns<'_> = crate::encode::borrow(&record.bytes).unwrap();
    change(&mut columns);
    read(&encode(&columns).unwrap(), record.weight)
}

#[test]
fn columns_that_do_not_fit_together_are_refused_by_name() {
    assert_eq!(changed(|_| ()).unwrap().len(), 1);
    for (change, why) in [
        ((|columns| columns.roles = 0) as fn(&mut Columns<'_>), "more or less than its roles need"),
        (|columns| columns.roles = 2, "no number"),
        (|columns| columns.roles = u64::MAX, "no number"),
        (
            |columns| columns.arns = "arn:aws:iam::000000000123:role/ci/=deplo\n",
            "an ARN is not that of a role",
        ),
        (|columns| columns.arns = "arn:aws:iam::000000000123:role/ci/=deploy+", "more or less"),
        (|columns| columns.arns = "", "a text is cut off"),
        (|columns| columns.role_ids = "AROADBQP57FF2AEXAMPL=", "id is malformed"),
        (|columns| columns.texts = "{}ownerann+", "a text belongs to no role"),
        (|columns| columns.texts = "{}owneran", "a text is cut off"),
        (|columns| columns.texts = "{\u{e4}ownerann", "a text is cut off"),
        (|columns| _ = columns.facts.insert("trust_policy", columns.created_at), "a text is missing"),
        (|columns| _ = columns.facts.insert("tags", columns.facts["last_use"]), "more or less"),
        (|columns| _ = columns.facts.insert("last_use", columns.created_at), "does not know"),
    ] {
        let error = changed(change).unwrap_err().to_string();
        assert!(error.contains(why), "{why}: {error}");
    }
}

#[test]
fn columns_that_are_not_there_are_empty_and_those_of_a_later_version_are_passed_over() {
    let role = changed(|_| ()).unwrap();
    let later = changed(|columns| {
        columns.facts.insert("service_last_accessed", columns.created_at);
    });
    assert_eq!(later.unwrap(), role);
    let earlier = changed(|columns| {
        columns.facts.remove("max_session_seconds").unwrap();
    });
    assert_eq!(earlier.unwrap(), role);
}

#[test]
fn a_few_bytes_cannot_stand_for_more_than_the_stated_weight() {
    let mut role = changed(|_| ()).unwrap().remove(0);
    role.inline_policy_names = Some(vec!["x".repeat(100_000); 1000]);
    let record = encode_page([&role]).unwrap();
    assert!(record.bytes.len() < 102_000, "each text once");
    assert!(record.weight > 100_000_000, "and counted as often as it comes");
    assert!(read(&record.bytes, 1_000_000).is_err());
}
