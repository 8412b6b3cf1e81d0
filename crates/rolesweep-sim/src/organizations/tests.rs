//! Tests the organization as its accounts see it.

use serde_json::{Value, json};

use crate::counts::Tally;
use crate::credentials::Credentials;
use crate::testing::{Bench, administrator, spec};
use crate::world::{AccountSpec, GeneratedSpec, OrganizationSpec, StateWords, World};

/// All pages of a list, and how many items each had.
fn pages(bench: &Bench, who: &Credentials, operation: &str, parameters: &Value) -> (Vec<Value>, Vec<usize>) {
    let member = match operation {
        "ListRoots" => "Roots",
        "ListOrganizationalUnitsForParent" => "OrganizationalUnits",
        "ListTagsForResource" => "Tags",
        _ => "Accounts",
    };
    let (mut items, mut sizes, mut parameters) = (Vec::new(), Vec::new(), parameters.clone());
    loop {
        let page = bench.organizations(who, operation, &parameters).json();
        let found = page[member].as_array().unwrap();
        sizes.push(found.len());
        items.extend(found.iter().cloned());
        match page.get("NextToken") {
            Some(token) => parameters["NextToken"] = token.clone(),
            None => return (items, sizes),
        }
    }
}

fn crowded() -> OrganizationSpec {
    let mut spec = spec();
    for number in 0..43 {
        spec.account(&format!("{number:012}"), &format!("account-{number}"));
    }
    spec
}

#[test]
fn lists_are_paged_by_twenty_and_some_pages_are_empty() {
    let mut spec = crowded();
    spec.wire.empty_pages = Some(2);
    let bench = Bench::new(spec);
    let caller = bench.caller("caller");
    let (accounts, sizes) = pages(&bench, &caller, "ListAccounts", &json!({}));
    assert_eq!(sizes, [20, 0, 20, 0, 5, 0]);
    let ids: Vec<&str> = accounts.iter().map(|account| account["Id"].as_str().unwrap()).collect();
    assert_eq!(ids, bench.state.world.account_ids().collect::<Vec<_>>());
    let (_, sizes) = pages(&bench, &caller, "ListAccounts", &json!({"MaxResults": 15}));
    assert_eq!(sizes, [15, 0, 15, 0, 15, 0]);
    for (parameters, reason) in [
        (json!({"MaxResults": 21}), "MAX_VALUE_EXCEEDED"),
        (json!({"MaxResults": 0}), "MIN_VALUE_EXCEEDED"),
        (json!({"NextToken": "AAAA"}), "INVALID_NEXT_TOKEN"),
    ] {
        let refused = bench.organizations(&caller, "ListAccounts", &parameters);
        assert_eq!(refused.refusal(), (400, "InvalidInputException".to_owned()));
        let body: Value = serde_json::from_str(&refused.body).unwrap();
        assert_eq!(body["Reason"], reason);
    }
    // A token belongs to one list.
    let token = bench.organizations(&caller, "ListAccounts", &json!({})).json()["NextToken"].clone();
    let root = &bench.state.world.organization.root;
    let refused =
        bench.organizations(&caller, "ListAccountsForParent", &json!({"ParentId": root, "NextToken": token}));
    assert_eq!(refused.refusal(), (400, "InvalidInputException".to_owned()));
}

#[test]
fn pages_can_be_made_shorter_than_asked_for() {
    let mut spec = crowded();
    spec.wire.organizations_page = 7;
    let bench = Bench::new(spec);
    let (_, sizes) = pages(&bench, &bench.caller("caller"), "ListAccounts", &json!({}));
    assert_eq!(sizes, [7, 7, 7, 7, 7, 7, 3]);
}

#[test]
fn an_account_has_what_aws_gives_it() {
    let mut spec = spec();
    let outer = spec.unit("Outer", None);
    let inner = spec.unit("Inner", Some(&outer));
    spec.account("000000000003", "deep").in_unit(&inner).tags = vec![("env".to_owned(), "prod".to_owned())];
    for (id, state) in
        [("4", "SUSPENDED"), ("5", "PENDING_CLOSURE"), ("6", "CLOSED"), ("7", "PENDING_ACTIVATION")]
    {
        spec.account(&format!("{id:0>12}"), "gone").in_state(Some(state));
    }
    spec.account("000000000008", "stateless").in_state(None);
    let words = |wire: StateWords, paths: bool| {
        let mut spec = spec.clone();
        spec.wire.state_words = wire;
        spec.wire.paths = paths;
        Bench::new(spec)
    };
    let bench = words(StateWords::Both, true);
    let caller = bench.caller("caller");
    let world = &bench.state.world.organization;
    let describe = |bench: &Bench, id: &str| {
        bench.organizations(&caller, "DescribeAccount", &json!({"AccountId": id})).json()["Account"].clone()
    };
    let deep = describe(&bench, "000000000003");
    assert_eq!(
        deep,
        json!({
            "Id": "000000000003",
            "Arn": format!("arn:aws:organizations::111111111111:account/{}/000000000003", world.id),
            "Name": "deep",
            "Email": "aws+deep@larkfield.example",
            "State": "ACTIVE",
            "Status": "ACTIVE",
            "JoinedMethod": "CREATED",
            "JoinedTimestamp": deep["JoinedTimestamp"],
            "Paths": [format!("{}/{}/{outer}/{inner}/000000000003/", world.id, world.root)],
        })
    );
    assert!(deep["JoinedTimestamp"].as_f64().unwrap() > 1.0e9);
    let states = |bench: &Bench| -> Vec<(Value, Value)> {
        let ids = (3..=8).map(|number| format!("{number:012}"));
        ids.map(|id| describe(bench, &id))
            .map(|account| (account["State"].clone(), account["Status"].clone()))
            .collect()
    };
    let null = Value::Null;
    assert_eq!(
        states(&bench),
        [
            (json!("ACTIVE"), json!("ACTIVE")),
            (json!("SUSPENDED"), json!("SUSPENDED")),
            (json!("PENDING_CLOSURE"), json!("PENDING_CLOSURE")),
            (json!("CLOSED"), null.clone()),
            (json!("PENDING_ACTIVATION"), null.clone()),
            (null.clone(), null.clone()),
        ]
    );
    assert!(states(&words(StateWords::StateOnly, true)).iter().all(|(_, status)| status.is_null()));
    assert!(states(&words(StateWords::StatusOnly, true)).iter().all(|(state, _)| state.is_null()));
    assert!(describe(&words(StateWords::Both, false), "000000000003").get("Paths").is_none());
    let (tags, _) = pages(&bench, &caller, "ListTagsForResource", &json!({"ResourceId": "000000000003"}));
    assert_eq!(tags, [json!({"Key": "env", "Value": "prod"})]);
}

/// Walks the tree, and gives each account's ids from the root down.
fn walk(bench: &Bench) -> Vec<(String, Vec<String>)> {
    let caller = bench.caller("caller");
    let (roots, _) = pages(bench, &caller, "ListRoots", &json!({}));
    let mut found = Vec::new();
    let mut open: Vec<Vec<String>> = vec![vec![roots[0]["Id"].as_str().unwrap().to_owned()]];
    while let Some(path) = open.pop() {
        let parent = json!({"ParentId": path.last()});
        for account in pages(bench, &caller, "ListAccountsForParent", &parent).0 {
            found.push((account["Id"].as_str().unwrap().to_owned(), path.clone()));
        }
        for unit in pages(bench, &caller, "ListOrganizationalUnitsForParent", &parent).0 {
            let mut below = path.clone();
            below.push(unit["Id"].as_str().unwrap().to_owned());
            open.push(below);
        }
    }
    found.sort();
    found
}

#[test]
fn the_tree_leads_to_every_account_once() {
    let generated = World::generated(GeneratedSpec {
        accounts: 90,
        roles_per_account: 1,
        seed: 3,
        now: crate::testing::now(),
        role_bytes: None,
    });
    for world in [generated, crate::world::demo(crate::testing::now(), 1)] {
        let bench = Bench::of(world);
        let mut expected: Vec<_> = bench
            .state
            .world
            .account_ids()
            .map(|id| (id.clone(), bench.state.world.account_truth(&id).unwrap().parents))
            .collect();
        expected.sort();
        assert_eq!(walk(&bench), expected);
    }
}

#[test]
fn only_the_management_account_and_delegated_administrators_look_around() {
    let mut spec = spec();
    spec.account("333333333333", "member");
    let joined = spec.now;
    spec.standalone.push(AccountSpec::new("999999999999", "outside", joined));
    for (name, account) in [
        ("management", OrganizationSpec::MANAGEMENT),
        ("delegated", OrganizationSpec::SECURITY),
        ("member", "333333333333"),
        ("outside", "999999999999"),
    ] {
        administrator(&mut spec, name, account);
    }
    spec.caller("powerless", OrganizationSpec::MANAGEMENT);
    let bench = Bench::new(spec);
    let root = bench.state.world.organization.root.clone();
    let answer = |name: &str, operation: &str| {
        let parameters = json!({"AccountId": "333333333333", "ParentId": root, "ResourceId": "333333333333"});
        let reply = bench.organizations(&bench.caller(name), operation, &parameters);
        if reply.status == 200 { String::new() } else { reply.refusal().1 }
    };
    let (denied, outside) = ("AccessDeniedException", "AWSOrganizationsNotInUseException");
    for operation in [
        "ListAccounts",
        "ListAccountsForParent",
        "ListRoots",
        "ListOrganizationalUnitsForParent",
        "DescribeAccount",
        "ListTagsForResource",
    ] {
        let names = ["management", "delegated", "member", "outside", "powerless"];
        assert_eq!(
            names.map(|name| answer(name, operation)),
            ["", "", denied, outside, denied],
            "{operation}"
        );
    }
    assert_eq!(answer("member", "DescribeOrganization"), "");
    assert_eq!(answer("outside", "DescribeOrganization"), outside);
    assert_eq!(answer("powerless", "DescribeOrganization"), denied);
    let organization =
        bench.organizations(&bench.caller("member"), "DescribeOrganization", &json!({})).json();
    assert_eq!(organization["Organization"]["MasterAccountId"], OrganizationSpec::MANAGEMENT);
    assert_eq!(
        bench.state.counter.snapshot().get("organizations:ListAccounts", "999999999999"),
        Tally { ok: 0, refused: 1, ..Tally::default() }
    );
}

#[test]
fn what_is_not_there_has_names_of_its_own() {
    let mut spec = spec();
    administrator(&mut spec, "admin", OrganizationSpec::MANAGEMENT);
    let bench = Bench::new(spec);
    for (operation, parameters, code) in [
        ("DescribeAccount", json!({"AccountId": "999999999999"}), "AccountNotFoundException"),
        ("DescribeAccount", json!({"AccountId": "99"}), "InvalidInputException"),
        ("DescribeAccount", json!({}), "InvalidInputException"),
        ("DescribeAccount", json!({"AccountId": 12}), "SerializationException"),
        ("DescribeAccount", json!([]), "SerializationException"),
        ("ListAccountsForParent", json!({"ParentId": "ou-abcd-abcdefgh"}), "ParentNotFoundException"),
        ("ListAccountsForParent", json!({"ParentId": "nowhere"}), "InvalidInputException"),
        ("ListTagsForResource", json!({"ResourceId": "999999999999"}), "TargetNotFoundException"),
        ("ListTagsForResource", json!({"ResourceId": "nothing"}), "InvalidInputException"),
        ("ListEverything", json!({}), "UnknownOperationException"),
    ] {
        let refused = bench.organizations(&bench.caller("admin"), operation, &parameters);
        assert_eq!(refused.refusal(), (400, code.to_owned()), "{operation} {parameters}");
    }
    let refused = bench.organizations(&bench.caller("caller"), "CloseAccount", &json!({}));
    assert_eq!(refused.refusal(), (400, "AccessDeniedException".to_owned()));
    assert_eq!(bench.state.counter.snapshot().operation("organizations:CloseAccount").refused, 1);
}
