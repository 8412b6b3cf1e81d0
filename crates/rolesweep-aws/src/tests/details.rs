//! Compares our reader of a page of roles with the SDK's own, which a scan does not use.

use aws_sdk_iam::operation::get_account_authorization_details::{
    GetAccountAuthorizationDetails, GetAccountAuthorizationDetailsOutput,
};
use aws_sdk_iam::types as aws;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin as _;
use aws_smithy_runtime_api::client::ser_de::{DeserializeResponse as _, SharedResponseDeserializer};
use aws_smithy_types::DateTime;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use jiff::Timestamp;
use proptest::prelude::*;
use rolesweep_details::xml::XmlError;
use rolesweep_details::{
    self as details, Details, DetailsError, LastUsed, Named, PolicyDetail, RoleDetail, Text, Version,
};

use crate::translate;
use rolesweep_connect::testing::xml;

/// What the SDK makes of an answer.
fn of_the_sdk(answer: &str) -> Option<GetAccountAuthorizationDetailsOutput> {
    let operation = GetAccountAuthorizationDetails::new().config().unwrap();
    let deserializer = operation.load::<SharedResponseDeserializer>().unwrap();
    let response = HttpResponse::new(200.try_into().unwrap(), SdkBody::from(answer));
    let output = deserializer.deserialize_nonstreaming_with_config(&response, &ConfigBag::base());
    output.ok().map(|output| output.downcast().unwrap())
}

fn instant(at: &DateTime) -> Timestamp {
    Timestamp::new(at.secs(), at.subsec_nanos().try_into().unwrap()).unwrap()
}

fn text(text: Option<&str>) -> Option<Text<'_>> {
    text.map(Text::Borrowed)
}

fn named<'x>(name: Option<&'x str>, value: Option<&'x str>) -> Named<'x> {
    Named { name: text(name), value: text(value) }
}

fn page(output: &GetAccountAuthorizationDetailsOutput) -> Details<'_> {
    Details {
        roles: output.role_detail_list().iter().map(role).collect(),
        policies: output.policies().iter().map(policy).collect(),
        marker: text(output.marker()),
        truncated: output.is_truncated(),
    }
}

fn role(role: &aws::RoleDetail) -> RoleDetail<'_> {
    let boundary = role.permissions_boundary();
    RoleDetail {
        arn: text(role.arn()),
        id: text(role.role_id()),
        created: role.create_date().map(instant),
        trust_policy: text(role.assume_role_policy_document()),
        instance_profiles: role
            .instance_profile_list()
            .iter()
            .map(|profile| named(Some(profile.instance_profile_name()), Some(profile.arn())))
            .collect(),
        inline_policies: role
            .role_policy_list()
            .iter()
            .map(|policy| named(policy.policy_name(), policy.policy_document()))
            .collect(),
        attached_policies: role
            .attached_managed_policies()
            .iter()
            .map(|policy| named(policy.policy_name(), policy.policy_arn()))
            .collect(),
        boundary: text(boundary.and_then(|boundary| boundary.permissions_boundary_arn())),
        tags: role.tags().iter().map(|tag| named(Some(tag.key()), Some(tag.value()))).collect(),
        last_used: role
            .role_last_used()
            .map(|used| LastUsed { at: used.last_used_date().map(instant), region: text(used.region()) }),
    }
}

fn policy(policy: &aws::ManagedPolicyDetail) -> PolicyDetail<'_> {
    let versions = policy.policy_version_list().iter().map(|version| Version {
        id: text(version.version_id()),
        is_default: version.is_default_version(),
        document: text(version.document()),
    });
    PolicyDetail {
        arn: text(policy.arn()),
        name: text(policy.policy_name()),
        id: text(policy.policy_id()),
        default_version: text(policy.default_version_id()),
        versions: versions.collect(),
    }
}

/// The facts of a page, as far as they make sense. The SDK gives an empty text for a required one
/// that is missing, so these do too.
fn facts(page: Details<'_>) -> impl PartialEq + std::fmt::Debug + use<> {
    let roles: Vec<_> = page.roles.into_iter().map(|role| translate::detail(role).ok()).collect();
    let policies: Vec<_> = page.policies.into_iter().map(|policy| translate::policy(policy).ok()).collect();
    (roles, policies, page.marker.map(Text::into_owned), page.truncated)
}

fn escaped(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            '\r' | '\n' | '\'' => format!("&#x{:X};", u32::from(c)),
            c => c.to_string(),
        })
        .collect()
}

/// An element that may be missing, with any text or a likely one.
fn leaf(name: &'static str, value: impl Strategy<Value = String> + 'static) -> BoxedStrategy<String> {
    prop_oneof![
        12 => value.prop_map(move |value| format!("<{name}>{}</{name}>", escaped(&value))),
        1 => Just(format!("<{name}/>")),
        1 => Just(String::new()),
    ]
    .boxed()
}

/// An element that is always there.
fn sure(name: &'static str, value: impl Strategy<Value = String> + 'static) -> BoxedStrategy<String> {
    value.prop_map(move |value| format!("<{name}>{}</{name}>", escaped(&value))).boxed()
}

/// An element with these parts in any order, and unknown elements between them.
fn element(name: &'static str, parts: Vec<BoxedStrategy<String>>) -> BoxedStrategy<String> {
    let stray = prop_oneof![
        8 => Just(""),
        1 => Just("\n  "),
        1 => Just("<Later><Arn>arn:aws:iam::000000000123:role/other</Arn><member/></Later>"),
    ];
    (parts.prop_shuffle(), stray)
        .prop_map(move |(parts, stray)| format!("<{name}>{stray}{}{stray}</{name}>", parts.join(stray)))
        .boxed()
}

/// A list that may be missing.
fn list(name: &'static str, member: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let members = proptest::collection::vec(member, 0..3);
    prop_oneof![
        6 => members.prop_map(move |members| format!("<{name}>{}</{name}>", members.concat())),
        1 => Just(String::new()),
    ]
    .boxed()
}

fn member(parts: Vec<BoxedStrategy<String>>) -> BoxedStrategy<String> {
    element("member", parts)
}

fn any_text() -> impl Strategy<Value = String> {
    "[ -~éß\u{1F600}\r\n]{0,12}"
}

fn a_date() -> impl Strategy<Value = String> {
    "20[0-9]{2}-0[1-9]-[12][0-9]T[01][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?Z"
}

fn a_document() -> impl Strategy<Value = String> {
    prop_oneof![Just("%7B%22Version%22%3A%222012-10-17%22%7D".to_owned()), "[{%][ -~]{0,20}"]
}

fn a_role() -> BoxedStrategy<String> {
    let nested = "<Roles><member><Arn>arn:aws:iam::000000000123:role/x</Arn></member></Roles>".to_owned();
    let profile =
        vec![leaf("InstanceProfileName", any_text()), leaf("Arn", any_text()), Just(nested).boxed()];
    let inline = vec![leaf("PolicyName", any_text()), leaf("PolicyDocument", a_document())];
    let attached = vec![leaf("PolicyName", any_text()), leaf("PolicyArn", any_text())];
    let tag = vec![leaf("Key", any_text()), leaf("Value", any_text())];
    let used = element("RoleLastUsed", vec![leaf("LastUsedDate", a_date()), leaf("Region", any_text())]);
    let boundary = vec![leaf("PermissionsBoundaryArn", any_text())];
    member(vec![
        leaf("Path", any_text()),
        leaf("RoleName", any_text()),
        leaf("RoleId", "AROA[A-Z0-9]{17}"),
        sure("Arn", "arn:aws:iam::[0-9]{12}:role/([a-z]{1,5}/)?[A-Za-z+=,.@-]{1,9}"),
        leaf("CreateDate", a_date()),
        leaf("AssumeRolePolicyDocument", a_document()),
        list("InstanceProfileList", member(profile)),
        list("RolePolicyList", member(inline)),
        list("AttachedManagedPolicies", member(attached)),
        list("Tags", member(tag)),
        prop_oneof![3 => used, 1 => Just("<RoleLastUsed/>".to_owned()), 1 => Just(String::new())].boxed(),
        prop_oneof![element("PermissionsBoundary", boundary), Just(String::new())].boxed(),
    ])
}

fn a_policy() -> BoxedStrategy<String> {
    let version = vec![
        leaf("VersionId", "v[1-3]"),
        leaf("Document", a_document()),
        prop_oneof![Just("<IsDefaultVersion>true</IsDefaultVersion>".to_owned()), Just(String::new())]
            .boxed(),
    ];
    member(vec![
        sure("Arn", any_text()),
        leaf("PolicyName", any_text()),
        leaf("PolicyId", any_text()),
        leaf("DefaultVersionId", "v[1-3]"),
        list("PolicyVersionList", member(version)),
    ])
}

fn an_answer() -> impl Strategy<Value = String> {
    let truncated = ["<IsTruncated>true</IsTruncated>", "<IsTruncated>false</IsTruncated>"];
    let parts = vec![
        list("RoleDetailList", a_role()),
        list("Policies", a_policy()),
        list("UserDetailList", member(vec![leaf("Arn", any_text())])),
        leaf("Marker", any_text()),
        proptest::sample::select(truncated.map(str::to_owned).to_vec()).boxed(),
    ];
    parts.prop_shuffle().prop_map(|parts| xml("GetAccountAuthorizationDetails", &parts.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_page_is_read_as_the_sdk_reads_it(answer in an_answer()) {
        let output = of_the_sdk(&answer);
        let read = details::read(answer.as_bytes(), false);
        // Both refuse an empty date. Only the SDK gives a meaning to a tag with nothing in it, and
        // the like.
        if !matches!(read, Err(DetailsError::Missing(_))) {
            prop_assert_eq!(read.ok().map(facts), output.as_ref().map(page).map(facts));
        }
    }

    #[test]
    fn damage_is_an_error_or_what_the_sdk_makes_of_it(
        answer in an_answer(),
        from in any::<prop::sample::Index>(),
        length in 1..40_usize,
        to in any::<prop::sample::Index>(),
    ) {
        // Bytes that are lost, and bytes that are replaced by others from the page.
        let answer: Vec<char> = answer.chars().collect();
        let from = from.index(answer.len());
        let end = (from + length).min(answer.len());
        let to = to.index(answer.len() - (end - from) + 1);
        let lost: String = answer[..from].iter().chain(&answer[end..]).collect();
        let moved: String = answer[..from].iter().chain(&answer[to..to + (end - from)]).chain(&answer[end..]).collect();
        for damaged in [lost, moved] {
            if let (Ok(read), Some(output)) = (details::read(damaged.as_bytes(), false), of_the_sdk(&damaged)) {
                prop_assert_eq!(facts(read), facts(page(&output)), "{}", damaged);
            }
        }
    }
}

#[test]
fn what_is_no_page_is_refused_and_nothing_is_taken_twice() {
    let read = |answer: &str| details::read(answer.as_bytes(), false).map(|page| page.roles.len());
    let result = |inside: &str| {
        xml("GetAccountAuthorizationDetails", &format!("{inside}<IsTruncated>false</IsTruncated>"))
    };
    assert_eq!(read(&result("<RoleDetailList/>")), Ok(0));
    let both = result("<RoleDetailList/><Policies/>");
    assert!(details::read(both.as_bytes(), true).is_ok());
    let roles_alone = result("<RoleDetailList/>");
    assert_eq!(details::read(roles_alone.as_bytes(), true), Err(DetailsError::Missing("Policies")));
    assert_eq!(read(&result("<RoleDetailList><member><Arn/></member></RoleDetailList>")), Ok(1));
    for (answer, why) in [
        (String::new(), DetailsError::Xml(XmlError::Roots)),
        (result(""), DetailsError::Missing("RoleDetailList")),
        ("{}".to_owned(), DetailsError::Xml(XmlError::Misplaced)),
        (xml("ListRoles", ""), DetailsError::Other),
        ("<GetAccountAuthorizationDetailsResponse/>".to_owned(), DetailsError::Other),
        (result("<RoleDetailList/><RoleDetailList/>"), DetailsError::Twice("RoleDetailList")),
        (result("<Marker>a</Marker><Marker>b</Marker>"), DetailsError::Twice("Marker")),
        (
            result("<RoleDetailList><member><Tags/><Tags/><Arn/></member></RoleDetailList>"),
            DetailsError::Twice("Tags"),
        ),
        (
            result("<RoleDetailList><member><Arn>a</Arn><Arn>b</Arn></member></RoleDetailList>"),
            DetailsError::Twice("Arn"),
        ),
        (
            xml("GetAccountAuthorizationDetails", "<IsTruncated>yes</IsTruncated>"),
            DetailsError::Boolean("IsTruncated"),
        ),
        (xml("GetAccountAuthorizationDetails", ""), DetailsError::Missing("IsTruncated")),
        (result("<RoleDetailList><member/></RoleDetailList>"), DetailsError::Missing("Arn")),
        (result("<Policies><member/></Policies>"), DetailsError::Missing("Arn")),
        (
            result("<RoleDetailList><member><Arn/><Tags><member/></Tags></member></RoleDetailList>"),
            DetailsError::Missing("Key"),
        ),
        (result("<n:Marker>m</n:Marker>"), DetailsError::Xml(XmlError::Prefix)),
        (
            result("<RoleDetailList><member><CreateDate>now</CreateDate></member></RoleDetailList>"),
            DetailsError::Date("CreateDate"),
        ),
    ] {
        assert_eq!(read(&answer), Err(why), "{answer}");
    }
}
