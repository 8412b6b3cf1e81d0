//! Tests that IAM's answers contain what AWS's contain, and no more.

use percent_encoding::percent_decode_str;

use crate::counts::Tally;
use crate::credentials::Credentials;
use crate::testing::{Bench, Element, Reply, now, spec};
use crate::world::{
    Document, Documents, GeneratedSpec, LastUseIn, OrganizationSpec, RoleSpec, RoleTruth, World,
};

const ACCOUNT: &str = "333333333333";
const DETAILS: &str = "GetAccountAuthorizationDetails";

/// An organization with one account full of generated roles, and its administrator's credentials.
fn crowded(change: impl FnOnce(&mut OrganizationSpec)) -> (Bench, Credentials) {
    let mut spec = spec();
    spec.audited(ACCOUNT, "other").generated_roles = 250;
    change(&mut spec);
    crate::testing::administrator(&mut spec, "admin", ACCOUNT);
    let bench = Bench::new(spec);
    let admin = bench.caller("admin");
    (bench, admin)
}

/// All pages of a list.
fn pages(bench: &Bench, who: &Credentials, action: &str, parameters: &[(&str, &str)]) -> Vec<Reply> {
    let mut pages = vec![bench.iam(who, action, parameters).ok()];
    while let Some(last) = pages.last().filter(|page| page.text("IsTruncated") == "true") {
        let marker = last.text("Marker");
        let mut parameters = parameters.to_vec();
        parameters.push(("Marker", &marker));
        pages.push(bench.iam(who, action, &parameters).ok());
    }
    assert!(pages.last().unwrap().texts("Marker").is_empty());
    pages
}

/// The roles on the pages of an operation, from its list with this name.
fn roles(pages: &[Reply], operation: &str, list: &str) -> Vec<Element> {
    let path = format!("{operation}Result/{list}");
    let pages = pages.iter().map(|page| Element::read(&page.body));
    pages.flat_map(|page| page.at(&path).unwrap().children.clone()).collect()
}

fn details(pages: &[Reply]) -> Vec<Element> {
    roles(pages, DETAILS, "RoleDetailList")
}

fn names(truth: &[RoleTruth]) -> Vec<String> {
    truth.iter().map(|role| role.arn.clone()).collect()
}

fn arns(pages: &[Reply]) -> Vec<String> {
    let arns = pages.iter().flat_map(|page| page.texts("Arn"));
    arns.filter(|arn| arn.contains(":role/")).collect()
}

#[test]
fn pages_hold_every_role_once_and_in_order() {
    let (bench, admin) = crowded(|spec| {
        // No instance profiles, so each role's ARN occurs once.
        spec.wire.iam_page = 1000;
    });
    let truth = bench.state.world.truth(ACCOUNT);
    assert_eq!(truth.len(), 251);
    for (items, expected) in [("1000", 1), ("100", 3), ("26", 10)] {
        let pages = pages(&bench, &admin, "ListRoles", &[("MaxItems", items)]);
        assert_eq!(pages.len(), expected);
        assert_eq!(arns(&pages), names(&truth));
    }
    assert_eq!(pages(&bench, &admin, "ListRoles", &[]).len(), 3);
}

#[test]
fn pages_may_hold_fewer_than_asked_for() {
    let (bench, admin) = crowded(|spec| spec.wire.short_pages = true);
    let found = pages(&bench, &admin, "ListRoles", &[("MaxItems", "20")]);
    assert_eq!(arns(&found), names(&bench.state.world.truth(ACCOUNT)));
    let sizes: Vec<usize> = found.iter().map(|page| page.texts("Arn").len()).collect();
    assert!(sizes.iter().all(|size| (1..=20).contains(size)));
    let (bench, admin) = crowded(|spec| spec.wire.iam_page = 50);
    assert_eq!(pages(&bench, &admin, "ListRoles", &[("MaxItems", "1000")]).len(), 6);
}

#[test]
fn page_sizes_and_markers_keep_to_their_bounds() {
    let (bench, admin) = crowded(|spec| _ = spec.audited("444444444444", "another"));
    let marker = bench.iam(&admin, "ListRoles", &[]).text("Marker");
    let cut = &marker[1..];
    for (action, name, value, code) in [
        ("ListRoles", "MaxItems", "0", "ValidationError"),
        ("ListRoles", "MaxItems", "1001", "ValidationError"),
        ("ListRoles", "MaxItems", "-1", "ValidationError"),
        ("ListRoles", "MaxItems", "many", "MalformedInput"),
        ("ListRoles", "MaxItems", "1000", ""),
        ("ListRoles", "Marker", "", "ValidationError"),
        ("ListRoles", "Marker", "100", "ValidationError"),
        ("ListRoles", "Marker", cut, "ValidationError"),
        ("ListRoles", "Marker", &marker, ""),
        ("ListRoles", "PathPrefix", "no-slash", "ValidationError"),
        (DETAILS, "Marker", &marker, "ValidationError"),
        (DETAILS, "Filter.member.1", "Roles", "ValidationError"),
        ("GetRole", "RoleName", "no such role", "ValidationError"),
        ("GetRole", "RoleName", "no-such-role", "NoSuchEntity"),
        ("GetRole", "Role", "x", "ValidationError"),
        ("NoSuchAction", "A", "b", "InvalidAction"),
        ("", "A", "b", "MissingAction"),
    ] {
        let reply = bench.iam(&admin, action, &[(name, value)]);
        let found = if reply.status == 200 { String::new() } else { reply.refusal().1 };
        assert_eq!(found, code, "{action} {name}={value}: {}", reply.body);
    }
    // Another account's marker is refused, even for the same operation.
    let other = bench.audit("444444444444").unwrap();
    assert_eq!(bench.iam(&other, "ListRoles", &[("Marker", &marker)]).status, 400);
    assert_eq!(
        bench.state.counter.snapshot().get("iam:NoSuchAction", ACCOUNT),
        Tally { ok: 0, refused: 1, ..Tally::default() }
    );
}

#[test]
fn the_three_answers_hold_different_facts_of_a_role() {
    let mut rich = RoleSpec::new("rich", now())
        .at_path("/team/")
        .described("\"quoted\"\n\tand <marked>")
        .used_in(now(), "eu-west-1")
        .attach("arn:aws:iam::aws:policy/ReadOnlyAccess")
        .inline("do", Document::allowing(&["s3:GetObject"]))
        .tag("team", "ä & b");
    rich.boundary = Some("arn:aws:iam::333333333333:policy/edge".to_owned());
    rich.instance_profiles = vec!["profile".to_owned()];
    let (bench, admin) = crowded(|spec| {
        let account = spec.accounts.last_mut().unwrap();
        account.generated_roles = 0;
        account.role(rich.clone());
    });
    let truth = bench.state.world.truth(ACCOUNT).pop().unwrap();
    let detailed = bench.iam(&admin, DETAILS, &[("Filter.member.1", "Role")]).ok();
    let listed = bench.iam(&admin, "ListRoles", &[("PathPrefix", "/team/")]).ok();
    let got = bench.iam(&admin, "GetRole", &[("RoleName", "rich")]).ok();
    let detailed = details(&[detailed]).pop().unwrap();
    let listed = roles(&[listed], "ListRoles", "Roles").pop().unwrap();
    let got = Element::read(&got.body).at("GetRoleResult/Role").unwrap().clone();
    for answer in [&detailed, &listed, &got] {
        assert_eq!(answer.text_at("Arn"), truth.arn);
        assert_eq!(answer.text_at("RoleId"), truth.role_id);
        assert_eq!(answer.text_at("CreateDate"), "2026-11-22T12:00:00Z");
        let trust = answer.text_at("AssumeRolePolicyDocument");
        assert_eq!(percent_decode_str(trust).decode_utf8().unwrap(), truth.trust);
        assert!(trust.starts_with("%7B%22Version%22%3A"), "{trust}");
    }
    let has = |answer: &Element| {
        [
            "Description",
            "MaxSessionDuration",
            "Tags",
            "PermissionsBoundary",
            "RoleLastUsed",
            "RolePolicyList",
            "AttachedManagedPolicies",
            "InstanceProfileList",
        ]
        .map(|element| answer.at(element).is_some())
    };
    assert_eq!(has(&listed), [true, true, false, false, false, false, false, false]);
    assert_eq!(has(&got), [true, true, true, true, true, false, false, false]);
    assert_eq!(has(&detailed), [false, false, true, true, true, true, true, true]);
    assert_eq!(got.text_at("Description"), "&quot;quoted&quot;\n\tand &lt;marked&gt;");
    assert_eq!(got.text_at("Tags/member/Value"), "ä &amp; b");
    assert_eq!(got.text_at("RoleLastUsed/LastUsedDate"), "2026-11-22T12:00:00Z");
    assert_eq!(got.text_at("RoleLastUsed/Region"), "eu-west-1");
    assert_eq!(detailed.text_at("AttachedManagedPolicies/member/PolicyName"), "ReadOnlyAccess");
    assert_eq!(detailed.text_at("RolePolicyList/member/PolicyName"), "do");
    // The profile contains the role once more, with its trust policy.
    let profile = detailed.at("InstanceProfileList/member").unwrap();
    assert_eq!(profile.text_at("InstanceProfileName"), "profile");
    assert_eq!(profile.text_at("Roles/member/Arn"), truth.arn);
    assert!(profile.at("Roles/member/AssumeRolePolicyDocument").is_some());
}

#[test]
fn last_use_is_filled_empty_or_missing() {
    let (bench, admin) = crowded(|spec| {
        let account = spec.accounts.last_mut().unwrap();
        account.generated_roles = 0;
        account.roles.clear();
        for (name, operations) in
            [("both", LastUseIn::Both), ("get-only", LastUseIn::GetRoleOnly), ("neither", LastUseIn::Neither)]
        {
            account
                .role(RoleSpec::new(format!("{name}-used"), now()).used(now()).last_use_in(operations))
                .role(RoleSpec::new(format!("{name}-unused"), now()).last_use_in(operations));
        }
    });
    let pages = pages(&bench, &admin, DETAILS, &[("Filter.member.1", "Role")]);
    let kind = |role: &Element| match role.at("RoleLastUsed") {
        Some(element) if element.children.is_empty() => "empty",
        Some(_) => "filled",
        None => "missing",
    };
    let detailed: Vec<&str> = details(&pages).iter().map(kind).collect();
    assert_eq!(detailed, ["filled", "empty", "missing", "missing", "missing", "missing"]);
    let got =
        ["both-used", "both-unused", "get-only-used", "get-only-unused", "neither-used", "neither-unused"]
            .map(|name| {
                let reply = bench.iam(&admin, "GetRole", &[("RoleName", name)]).ok();
                kind(Element::read(&reply.body).at("GetRoleResult/Role").unwrap())
            });
    assert_eq!(got, ["filled", "empty", "filled", "empty", "missing", "missing"]);
}

#[test]
fn filters_choose_what_is_listed_and_policies_follow_roles() {
    let (bench, admin) = crowded(|spec| {
        let account = spec.accounts.last_mut().unwrap();
        account.users.push("somebody".to_owned());
    });
    let list = |filters: &[&str], items: &str| {
        let names: Vec<String> =
            (1..=filters.len()).map(|number| format!("Filter.member.{number}")).collect();
        let mut parameters: Vec<(&str, &str)> =
            names.iter().map(String::as_str).zip(filters.iter().copied()).collect();
        parameters.push(("MaxItems", items));
        let pages = pages(&bench, &admin, DETAILS, &parameters);
        let count = |element: &str| pages.iter().map(|page| page.texts(element).len()).sum::<usize>();
        (details(&pages).len(), count("UserName"), count("PolicyVersionList"), pages)
    };
    let (roles, users, policies, pages) = list(&["LocalManagedPolicy", "Role"], "100");
    assert_eq!((roles, users, policies), (251, 0, 2));
    assert_eq!(pages.len(), 3);
    let with_policies: Vec<bool> = pages.iter().map(|page| !page.text("Policies").is_empty()).collect();
    assert_eq!(with_policies, [false, false, true]);
    assert!(pages[2].text("Document").starts_with("%7B"));
    assert_eq!(pages[2].texts("DefaultVersionId"), ["v3", "v1"]);
    assert_eq!(list(&["Role"], "1000").0, 251);
    assert_eq!(list(&["LocalManagedPolicy"], "1").3.len(), 2);
    assert_eq!(list(&["User", "Group"], "1000").1, 1);
    let (roles, users, policies, _) = list(&[], "1000");
    assert_eq!((roles, users), (251, 1));
    assert!(policies > 5);
    assert_eq!(list(&["AWSManagedPolicy"], "1000").2, policies - 2);
}

#[test]
fn documents_may_come_plain_as_moto_sends_them() {
    let (bench, admin) = crowded(|spec| spec.wire.documents = Documents::Plain);
    let got = bench.iam(&admin, "GetRole", &[("RoleName", "RolesweepAudit")]).ok();
    assert!(got.text("AssumeRolePolicyDocument").starts_with("{&quot;Version&quot;:"));
}

#[test]
fn policies_and_aliases_are_there() {
    let (bench, admin) = crowded(|spec| spec.accounts.last_mut().unwrap().alias = Some("shop".to_owned()));
    assert_eq!(bench.iam(&admin, "ListAccountAliases", &[]).ok().text("member"), "shop");
    let own = "arn:aws:iam::333333333333:policy/workload-baseline";
    let aws = "arn:aws:iam::aws:policy/SecurityAudit";
    for (arn, version) in [(own, "v3"), (aws, "v1")] {
        let policy = bench.iam(&admin, "GetPolicy", &[("PolicyArn", arn)]).ok();
        assert_eq!(policy.text("DefaultVersionId"), version);
        assert!(policy.text("PolicyId").starts_with("ANPA"));
        let get =
            |version| bench.iam(&admin, "GetPolicyVersion", &[("PolicyArn", arn), ("VersionId", version)]);
        assert!(get(version).ok().text("Document").starts_with("%7B"));
        assert_eq!(get("v99").refusal(), (404, "NoSuchEntity".to_owned()));
    }
    let gone = bench.iam(&admin, "GetPolicy", &[("PolicyArn", "arn:aws:iam::333333333333:policy/none")]);
    assert_eq!(gone.refusal(), (404, "NoSuchEntity".to_owned()));
}

#[test]
fn a_large_organization_is_generated_only_as_it_is_read() {
    let world = World::generated(GeneratedSpec {
        accounts: 10_000,
        roles_per_account: 200,
        seed: 1,
        now: now(),
        role_bytes: Some(20_000),
    });
    let account = world.account_ids().nth(9_999).unwrap();
    let bench = Bench::of(world);
    let session = bench.audit(&account).unwrap();
    let pages = pages(&bench, &session, DETAILS, &[("Filter.member.1", "Role"), ("MaxItems", "100")]);
    let roles = details(&pages);
    assert_eq!(roles.len(), 200);
    let bytes: usize = pages.iter().map(|page| page.body.len()).sum::<usize>() / 200;
    assert!((18_000..22_000).contains(&bytes), "{bytes} bytes a role");
    let arns: Vec<String> = roles.iter().map(|role| role.text_at("Arn").to_owned()).collect();
    assert_eq!(arns, names(&bench.state.world.truth(&account)));
}
