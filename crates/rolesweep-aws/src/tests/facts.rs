//! AWS's answers, written by hand in the form that AWS sends, and the facts that they become.

use std::sync::atomic::{AtomicUsize, Ordering};

use rolesweep_connect::testing::{FakeServer, json_error, xml};
use rolesweep_model::{AccountState, Boundary, Evidence, LastUse};
use rolesweep_scan::ports::{Cloud as _, ErrorKind};

use super::server::{DetailsPage as _, HasCloud as _, account, asking, session};

/// `{"Version":"2012-10-17"}` as IAM sends it.
const ENCODED: &str = "%7B%22Version%22%3A%222012-10-17%22%7D";
const DECODED: &str = "{\"Version\":\"2012-10-17\"}";

/// A role's elements, with `rest` at the end.
fn role(name: &str, rest: &str) -> String {
    format!(
        "<Path>/ci/</Path><RoleName>{name}</RoleName><RoleId>AROADBQP57FF2AEXAMPLE</RoleId>\
         <Arn>arn:aws:iam::000000000123:role/ci/{name}</Arn><CreateDate>2020-02-29T23:59:59Z</CreateDate>{rest}"
    )
}

fn details(members: &[String], rest: &str) -> String {
    let members: String = members.iter().map(|role| format!("<member>{role}</member>")).collect();
    xml("GetAccountAuthorizationDetails", &format!("<RoleDetailList>{members}</RoleDetailList>{rest}"))
}

async fn last_use_of(element: &str) -> LastUse {
    let server =
        FakeServer::saying(200, details(&[role("app", element)], "<IsTruncated>false</IsTruncated>"));
    let page = server.cloud().details_page(&session(), asking(false, None, 100)).await.unwrap();
    page.items.roles[0].role.last_use.clone()
}

#[tokio::test]
async fn last_use_is_three_valued() {
    let used = "<RoleLastUsed><LastUsedDate>2026-01-02T03:04:05Z</LastUsedDate><Region>eu-west-1</Region></RoleLastUsed>";
    let at = "2026-01-02T03:04:05Z".parse().unwrap();
    assert_eq!(last_use_of(used).await, LastUse::Used { at, region: Some("eu-west-1".to_owned()) });
    let blank = "<RoleLastUsed><Region> </Region></RoleLastUsed>";
    for empty in ["<RoleLastUsed/>", "<RoleLastUsed></RoleLastUsed>", blank] {
        assert_eq!(last_use_of(empty).await, LastUse::NoneRecorded, "{empty}");
    }
    let undated = "<RoleLastUsed><Region>eu-west-1</Region></RoleLastUsed>";
    assert_eq!(
        last_use_of(undated).await,
        LastUse::NotCollected,
        "there was a use, and IAM does not say when"
    );
    assert_eq!(last_use_of("").await, LastUse::NotCollected);
    let without_region =
        "<RoleLastUsed><LastUsedDate>2026-01-02T03:04:05.678901Z</LastUsedDate></RoleLastUsed>";
    let at = "2026-01-02T03:04:05.678901Z".parse().unwrap();
    assert_eq!(last_use_of(without_region).await, LastUse::Used { at, region: None });
}

#[tokio::test]
async fn authorization_details_keep_everything_that_came() {
    let full = role(
        "=deploy",
        &format!(
            "<AssumeRolePolicyDocument>{ENCODED}</AssumeRolePolicyDocument>\
             <InstanceProfileList><member><Path>/</Path><InstanceProfileName>web</InstanceProfileName>\
             <InstanceProfileId>AIPAEXAMPLE</InstanceProfileId><Arn>arn:aws:iam::000000000123:instance-profile/web</Arn>\
             <CreateDate>2020-01-01T00:00:00Z</CreateDate><Roles><member>{}</member></Roles></member></InstanceProfileList>\
             <RolePolicyList><member><PolicyName>p1</PolicyName><PolicyDocument>{ENCODED}</PolicyDocument></member>\
             <member><PolicyName>p2</PolicyName><PolicyDocument>{{\"Resource\":\"100%25\"}}</PolicyDocument></member></RolePolicyList>\
             <AttachedManagedPolicies><member><PolicyName>ReadOnlyAccess</PolicyName>\
             <PolicyArn>arn:aws:iam::aws:policy/ReadOnlyAccess</PolicyArn></member></AttachedManagedPolicies>\
             <PermissionsBoundary><PermissionsBoundaryType>PermissionsBoundaryPolicy</PermissionsBoundaryType>\
             <PermissionsBoundaryArn>arn:aws:iam::000000000123:policy/edge</PermissionsBoundaryArn></PermissionsBoundary>\
             <Tags><member><Key>owner</Key><Value>Zoë &amp; &quot;co&quot;&#10;=1+1</Value></member></Tags><RoleLastUsed/>",
            role("=deploy", "")
        ),
    );
    let policies = format!(
        "<Policies><member><PolicyName>edge</PolicyName><PolicyId>ANPAEXAMPLE</PolicyId>\
         <Arn>arn:aws:iam::000000000123:policy/edge</Arn><DefaultVersionId>v2</DefaultVersionId><PolicyVersionList>\
         <member><Document>old</Document><VersionId>v1</VersionId><IsDefaultVersion>false</IsDefaultVersion></member>\
         <member><Document>{ENCODED}</Document><VersionId>v2</VersionId><IsDefaultVersion>true</IsDefaultVersion></member>\
         </PolicyVersionList></member></Policies>"
    );
    let rest = format!("<IsTruncated>true</IsTruncated><Marker>more==</Marker>{policies}");
    let server = FakeServer::saying(200, details(&[full], &rest));
    let marker = Some("from/here".to_owned());
    let page = server.cloud().details_page(&session(), asking(true, marker, 250)).await.unwrap();

    assert_eq!((page.next.as_deref(), page.truncated), (Some("more=="), true));
    let collected = &page.items.roles[0];
    let facts = &collected.role;
    assert_eq!(facts.arn.as_str(), "arn:aws:iam::000000000123:role/ci/=deploy");
    assert_eq!(facts.role_id.as_str(), "AROADBQP57FF2AEXAMPLE");
    assert_eq!(facts.created_at.to_string(), "2020-02-29T23:59:59Z");
    assert_eq!(facts.evidence, Evidence::AuthorizationDetails);
    assert_eq!(facts.trust_policy.as_deref(), Some(DECODED));
    assert_eq!(facts.attached_policies.as_ref().unwrap()[0].arn, "arn:aws:iam::aws:policy/ReadOnlyAccess");
    assert_eq!(facts.inline_policy_names.as_ref().unwrap(), &["p1", "p2"]);
    let inline = collected.inline_policies.as_ref().unwrap();
    assert_eq!(inline[0].document, DECODED);
    assert_eq!(inline[1].document, "{\"Resource\":\"100%25\"}", "a plain document's % is its own");
    let boundary = "arn:aws:iam::000000000123:policy/edge".to_owned();
    assert_eq!(facts.permissions_boundary, Boundary::Policy(boundary));
    assert_eq!(facts.tags.as_ref().unwrap()[0].value, "Zoë & \"co\"\n=1+1");
    assert_eq!(facts.instance_profiles.as_ref().unwrap()[0].name, "web");
    let policy = &page.items.policies[0];
    assert_eq!((policy.default_version.as_str(), policy.document.as_deref()), ("v2", Some(DECODED)));

    let body = &server.asked()[0].body;
    for part in
        ["Filter.member.1=Role", "Filter.member.2=LocalManagedPolicy", "MaxItems=250", "Marker=from%2Fhere"]
    {
        assert!(body.contains(part), "{part} in {body}");
    }
}

#[tokio::test]
async fn a_policy_without_name_or_id_costs_nobody_an_account() {
    let policies = "<Policies><member><Arn>arn:aws:iam::000000000123:policy/team/edge</Arn>\
         <DefaultVersionId>v1</DefaultVersionId></member></Policies>";
    let server = FakeServer::saying(
        200,
        details(&[role("app", "")], &format!("<IsTruncated>false</IsTruncated>{policies}")),
    );
    let page = server.cloud().details_page(&session(), asking(true, None, 100)).await.unwrap();
    let policy = &page.items.policies[0];
    assert_eq!((policy.name.as_str(), policy.policy_id.as_str()), ("edge", ""));
}

#[tokio::test]
async fn a_page_is_handed_over_as_it_came() {
    for (rest, next, truncated) in [
        ("<IsTruncated>false</IsTruncated>", None, false),
        ("<IsTruncated>true</IsTruncated>", None, true),
        ("<IsTruncated>true</IsTruncated><Marker>m</Marker>", Some("m"), true),
        ("<IsTruncated>false</IsTruncated><Marker/>", Some(""), false),
    ] {
        let server = FakeServer::saying(200, details(&[], rest));
        let page = server.cloud().details_page(&session(), asking(false, None, 100)).await.unwrap();
        assert_eq!((page.next.as_deref(), page.truncated), (next, truncated), "{rest}");
        assert!(!server.asked()[0].body.contains("LocalManagedPolicy"));
    }
}

#[tokio::test]
async fn a_marker_on_a_page_that_is_not_truncated_is_a_contradiction_and_not_the_end() {
    for rest in ["<IsTruncated>false</IsTruncated><Marker>m</Marker>", "<Marker>m</Marker>"] {
        let details = FakeServer::saying(200, details(&[role("app", "")], rest)).cloud();
        let members = format!("<Roles><member>{}</member></Roles>{rest}", role("app", ""));
        let list = FakeServer::saying(200, xml("ListRoles", &members)).cloud();
        for error in [
            details.details_page(&session(), asking(false, None, 100)).await.unwrap_err(),
            list.list_roles(&session(), None, 100).await.unwrap_err(),
        ] {
            assert_eq!(error.kind, ErrorKind::Malformed, "{rest}: {error}");
            let words = ["both that there is more", "there is no `IsTruncated`"];
            assert!(words.iter().any(|words| error.message.contains(words)), "{}", error.message);
        }
    }
}

#[tokio::test]
async fn a_list_of_roles_without_its_end_or_its_list_or_with_two_of_them_is_no_answer() {
    let roles = format!("<Roles><member>{}</member></Roles>", role("app", ""));
    let end = "<IsTruncated>false</IsTruncated>";
    for (whole, result) in [
        (true, format!("{roles}{end}")),
        (true, format!("<Roles/>{end}")),
        (false, roles.clone()),
        (false, end.to_owned()),
        (false, String::new()),
        (false, format!("{roles}{roles}{end}")),
        (false, format!("{roles}<IsTruncated>true</IsTruncated><Marker>m</Marker>{end}")),
        (false, format!("{roles}{end}<Marker/><Marker>m</Marker>")),
    ] {
        for operation in ["ListRoles", "GetAccountAuthorizationDetails"] {
            let answer = xml(operation, &result);
            let server = FakeServer::saying(
                200,
                if operation == "ListRoles" {
                    answer
                } else {
                    answer.replace("Roles>", "RoleDetailList>").replace("Roles/>", "RoleDetailList/>")
                },
            );
            let error = match operation {
                "ListRoles" => server.cloud().list_roles(&session(), None, 100).await.err(),
                _ => server.cloud().details_page(&session(), asking(false, None, 100)).await.err(),
            };
            let kind = error.as_ref().map(|error| error.kind);
            assert_eq!(kind, (!whole).then_some(ErrorKind::Malformed), "{operation} {result}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_part_of_an_answer_is_not_taken_for_the_answer() {
    let list = format!("<Roles><member>{}</member></Roles><IsTruncated>false</IsTruncated>", role("app", ""));
    for status in [203, 206] {
        let saying = |body: String| FakeServer::saying(status, body).cloud();
        let page = details(&[role("app", "")], "<IsTruncated>false</IsTruncated>");
        for error in [
            saying(xml("ListRoles", &list)).list_roles(&session(), None, 100).await.unwrap_err(),
            saying(page).details_page(&session(), asking(false, None, 100)).await.unwrap_err(),
            saying(xml("GetRole", &format!("<Role>{}</Role>", role("app", ""))))
                .get_role(&session(), "app")
                .await
                .unwrap_err(),
            saying("{\"Accounts\":[]}".to_owned()).list_accounts(None).await.unwrap_err(),
        ] {
            assert_eq!(error.kind, ErrorKind::Malformed, "{error}");
            assert!(error.message.contains(&status.to_string()), "{error}");
        }
    }
}

#[tokio::test]
async fn a_key_that_comes_twice_makes_any_answer_of_organizations_unreadable() {
    let id = "r-abcd".parse().unwrap();
    let one = r#"{"Id":"000000000123"}"#;
    for twice in [
        format!(r#"{{"Accounts":[{one}],"Accounts":[]}}"#),
        r#"{"Accounts":[{"Id":"000000000123","Id":"000000000124"}]}"#.to_owned(),
        format!(r#"{{"NextToken":"a","Accounts":[{one}],"NextToken":null}}"#),
    ] {
        let cloud = FakeServer::saying(200, twice).cloud();
        for error in [
            cloud.list_accounts(None).await.unwrap_err(),
            cloud.list_accounts_for_parent(&id, None).await.unwrap_err(),
        ] {
            assert_eq!(error.kind, ErrorKind::Malformed, "{error}");
            assert!(error.message.contains("a key twice"), "{error}");
        }
    }
    let roots = FakeServer::saying(200, r#"{"Roots":[{"Id":"r-abcd","Name":"a"}],"Roots":[]}"#).cloud();
    assert_eq!(roots.list_roots(None).await.unwrap_err().kind, ErrorKind::Malformed);
    let units = FakeServer::saying(200, r#"{"OrganizationalUnits":[],"OrganizationalUnits":[]}"#).cloud();
    assert_eq!(units.list_organizational_units(&id, None).await.unwrap_err().kind, ErrorKind::Malformed);
    let described = r#"{"Account":{"Id":"000000000123","State":"SUSPENDED","State":"ACTIVE"}}"#;
    let described = FakeServer::saying(200, described).cloud().describe_account(account()).await;
    assert_eq!(described.unwrap_err().kind, ErrorKind::Malformed);
}

#[tokio::test]
async fn get_role_and_list_roles_know_less_and_say_so() {
    let rest = format!(
        "<AssumeRolePolicyDocument>{DECODED}</AssumeRolePolicyDocument><Description>what it is for</Description>\
         <MaxSessionDuration>43200</MaxSessionDuration><RoleLastUsed/>"
    );
    let server = FakeServer::saying(200, xml("GetRole", &format!("<Role>{}</Role>", role("app", &rest))));
    let single = server.cloud().get_role(&session(), "app").await.unwrap();
    assert_eq!(single.role.evidence, Evidence::GetRole);
    assert_eq!(single.role.last_use, LastUse::NoneRecorded);
    assert_eq!(single.role.trust_policy.as_deref(), Some(DECODED));
    assert_eq!(single.role.description.as_deref(), Some("what it is for"));
    assert_eq!(single.role.max_session_seconds, Some(43200));
    assert_eq!(single.role.permissions_boundary, Boundary::Absent);
    assert_eq!(single.role.tags, Some(vec![]));
    assert_eq!((single.role.attached_policies, single.inline_policies), (None, None));

    // IAM does not send the last use here. If a simulator does, it is ignored.
    let members =
        format!("<Roles><member>{}</member></Roles><IsTruncated>false</IsTruncated>", role("app", &rest));
    let server = FakeServer::saying(200, xml("ListRoles", &members));
    let page = server.cloud().list_roles(&session(), None, 1000).await.unwrap();
    let listed = &page.items[0].role;
    assert_eq!(listed.evidence, Evidence::ListRoles);
    assert_eq!(listed.last_use, LastUse::NotCollected);
    assert_eq!(listed.permissions_boundary, Boundary::NotCollected);
    assert_eq!(listed.tags, None);
    assert_eq!(listed.description.as_deref(), Some("what it is for"));
}

#[tokio::test]
async fn the_default_version_of_a_policy_and_its_document_are_read() {
    const ARN: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let head = format!("<PolicyName>ReadOnlyAccess</PolicyName><Arn>{ARN}</Arn>");
    let policy = |rest: &str| xml("GetPolicy", &format!("<Policy>{head}{rest}</Policy>"));
    let cloud = FakeServer::saying(200, policy("<DefaultVersionId>v118</DefaultVersionId>")).cloud();
    let answer = cloud.get_policy(&session(), ARN).await.unwrap();
    assert_eq!((answer.arn.as_str(), answer.version.as_str()), (ARN, "v118"));

    let version = |parts: &str| xml("GetPolicyVersion", &format!("<PolicyVersion>{parts}</PolicyVersion>"));
    let id = "<VersionId>v118</VersionId>";
    for document in [ENCODED, DECODED] {
        let body =
            version(&format!("<Document>{document}</Document>{id}<IsDefaultVersion>true</IsDefaultVersion>"));
        let answer = FakeServer::saying(200, body).cloud().get_policy_version(&session(), ARN, "v118").await;
        let answer = answer.unwrap();
        assert_eq!((answer.version.as_str(), answer.document.as_str()), ("v118", DECODED));
    }

    let cut = policy("<DefaultVersionId>v1").replace("</Policy>", "");
    for body in [policy(""), xml("GetPolicy", ""), cut] {
        let error = FakeServer::saying(200, body).cloud().get_policy(&session(), ARN).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Malformed, "{error}");
    }
    let document = format!("<Document>{ENCODED}</Document>");
    for body in [
        version(id),
        version(&document),
        version(&format!("<Document></Document>{id}")),
        xml("GetPolicyVersion", ""),
    ] {
        let cloud = FakeServer::saying(200, body).cloud();
        let error = cloud.get_policy_version(&session(), ARN, "v118").await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Malformed, "{error}");
    }
}

#[tokio::test]
async fn a_role_that_makes_no_sense_fails_the_answer_and_is_not_dropped() {
    let sound = role("app", "<RoleLastUsed/>");
    for (what, broken) in [
        ("no ARN", sound.replace("<Arn>arn:aws:iam::000000000123:role/ci/app</Arn>", "")),
        ("another ARN", sound.replace(":role/", ":user/")),
        ("no id", sound.replace("<RoleId>AROADBQP57FF2AEXAMPLE</RoleId>", "")),
        ("a malformed id", sound.replace("AROADBQP57FF2AEXAMPLE", "?")),
        ("no creation date", sound.replace("<CreateDate>2020-02-29T23:59:59Z</CreateDate>", "")),
        ("a malformed date", sound.replace("2020-02-29", "yesterday")),
        ("a tag too few", sound.replace("</CreateDate>", "")),
    ] {
        let answers = [
            (
                "GetAccountAuthorizationDetails",
                details(&[sound.clone(), broken.clone()], "<IsTruncated>false</IsTruncated>"),
            ),
            ("GetRole", xml("GetRole", &format!("<Role>{broken}</Role>"))),
            ("ListRoles", xml("ListRoles", &format!("<Roles><member>{broken}</member></Roles>"))),
        ];
        for (operation, body) in answers {
            let cloud = FakeServer::saying(200, body).cloud();
            let error = match operation {
                "GetRole" => cloud.get_role(&session(), "app").await.unwrap_err(),
                "ListRoles" => cloud.list_roles(&session(), None, 100).await.unwrap_err(),
                _ => cloud.details_page(&session(), asking(false, None, 100)).await.unwrap_err(),
            };
            assert_eq!(error.kind, ErrorKind::Malformed, "{operation}, {what}: {error}");
        }
    }
}

/// A server whose every answer is one byte longer than the one before.
fn growing(whole: &str) -> FakeServer {
    let (whole, cut) = (whole.to_owned(), AtomicUsize::new(0));
    FakeServer::new(move |_| Ok((200, whole[..cut.fetch_add(1, Ordering::Relaxed)].to_owned())))
}

#[tokio::test]
async fn an_answer_that_is_cut_anywhere_gives_an_error_and_never_fewer_roles() {
    let roles = [role("a", "<RoleLastUsed/>"), role("b", "<RoleLastUsed/>")];
    let whole = details(&roles, "<IsTruncated>false</IsTruncated>");
    let cloud = growing(&whole).cloud();
    for cut in 0..whole.len() {
        let error = cloud.details_page(&session(), asking(false, None, 100)).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Malformed, "{error}: {}", &whole[..cut]);
    }
    assert!(cloud.details_page(&session(), asking(false, None, 100)).await.is_ok());

    let whole =
        r#"{"Accounts":[{"Id":"000000000123","State":"ACTIVE"},{"Id":"111111111111","State":"ACTIVE"}]}"#;
    let cloud = growing(whole).cloud();
    for cut in 0..whole.len() {
        let error = cloud.list_accounts(None).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Malformed, "{error}: {}", &whole[..cut]);
    }
    assert!(cloud.list_accounts(None).await.is_ok());
}

#[tokio::test]
async fn accounts_keep_state_path_and_token() {
    let body = r#"{"Accounts":[
        {"Id":"000000000123","Name":"Zero","Email":"z@example.com","State":"ACTIVE","Status":"SUSPENDED","JoinedTimestamp":1600000000.5,
         "Paths":["o-exampleorgid/r-abcd/ou-abcd-11111111/000000000123/"]},
        {"Id":"111111111111","Status":"PENDING_CLOSURE"},
        {"Id":"222222222222","State":"HIBERNATING"},
        {"Id":"333333333333"}],"NextToken":"next"}"#;
    let server = FakeServer::saying(200, body);
    let page = server.cloud().list_accounts(Some("token".to_owned())).await.unwrap();
    assert_eq!((page.next.as_deref(), page.truncated), (Some("next"), true));
    let zero = &page.items[0];
    assert_eq!(
        (zero.id, zero.name.as_deref(), zero.email.as_deref()),
        (account(), Some("Zero"), Some("z@example.com"))
    );
    assert_eq!(zero.joined_at.unwrap().to_string(), "2020-09-13T12:26:40.5Z");
    assert!(zero.parents.as_ref().unwrap().is_below(&"ou-abcd-11111111".parse().unwrap()));
    let states: Vec<&AccountState> = page.items.iter().map(|account| &account.state).collect();
    let other = AccountState::Other("HIBERNATING".to_owned());
    assert_eq!(
        states,
        [&AccountState::Active, &AccountState::PendingClosure, &other, &AccountState::NotGiven]
    );
    assert_eq!(page.items[3].parents, None);
    assert_eq!(server.asked()[0].body, r#"{"NextToken":"token","MaxResults":20}"#);

    let empty = FakeServer::saying(200, r#"{"Accounts":[],"NextToken":"go on"}"#).cloud();
    let page = empty.list_accounts(None).await.unwrap();
    assert_eq!((page.items.len(), page.next.as_deref(), page.truncated), (0, Some("go on"), true));
}

#[tokio::test]
async fn the_organization_and_its_units_have_ids_and_names() {
    let described = r#"{"Organization":{"Id":"o-exampleorgid","MasterAccountId":"000000000123"}}"#;
    let organization =
        FakeServer::saying(200, described).cloud().describe_organization().await.unwrap().unwrap();
    assert_eq!((organization.id.as_str(), organization.management_account_id), ("o-exampleorgid", account()));

    let not_in_use = json_error("AWSOrganizationsNotInUseException", "not a member");
    assert_eq!(FakeServer::saying(400, not_in_use).cloud().describe_organization().await.unwrap(), None);

    let roots = FakeServer::saying(200, r#"{"Roots":[{"Id":"r-abcd","Name":"Root"}]}"#).cloud();
    let root = roots.list_roots(None).await.unwrap().items.remove(0);
    assert_eq!((root.id.as_str(), root.parent), ("r-abcd", None));

    let units = FakeServer::saying(
        200,
        r#"{"OrganizationalUnits":[{"Id":"ou-abcd-11111111","Name":"Prod"}],"NextToken":"t"}"#,
    );
    let page = units.cloud().list_organizational_units(&root.id, None).await.unwrap();
    assert_eq!((page.items[0].name.as_str(), page.items[0].parent.as_ref()), ("Prod", Some(&root.id)));
    assert!(page.truncated);
}

#[tokio::test]
async fn the_caller_is_told_with_the_partition_of_its_arn() {
    let arn = "arn:aws-us-gov:sts::000000000123:assumed-role/Admin/me";
    let body = xml(
        "GetCallerIdentity",
        &format!("<Arn>{arn}</Arn><UserId>AROAX:me</UserId><Account>000000000123</Account>"),
    );
    let caller = FakeServer::saying(200, body).cloud().caller_identity().await.unwrap();
    assert_eq!(
        (caller.account_id, caller.arn.as_str(), caller.partition.as_str()),
        (account(), arn, "aws-us-gov")
    );
    let empty = FakeServer::saying(200, xml("GetCallerIdentity", "")).cloud();
    assert_eq!(empty.caller_identity().await.unwrap_err().kind, ErrorKind::Malformed);
}
