//! Answers that do not fit the question or known facts. None of them is taken for a fact, and none
//! affects another account.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use rolesweep_sim::{Answer, CallSite, Document, Interfere, OrganizationSpec, RoleSpec, ServeOptions};
use rolesweep_tests::Server;
use serde_json::{Value, json};

use crate::fixture::{DEV, Fixture, PROD, SANDBOX, coverage, days_ago, organization};

/// Changes answers on their way out.
struct Tamper<F>(F);

impl<F: Fn(&CallSite, &mut Answer) + Send + Sync + 'static> Interfere for Tamper<F> {
    fn interfere(
        &self,
        call: CallSite,
        mut answer: Answer,
    ) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>> {
        (self.0)(&call, &mut answer);
        Box::pin(async move { answer })
    }
}

fn tampered(
    spec: OrganizationSpec,
    tamper: impl Fn(&CallSite, &mut Answer) + Send + Sync + 'static,
) -> Fixture {
    let options = ServeOptions { interference: Some(Arc::new(Tamper(tamper))), ..ServeOptions::default() };
    Fixture::around(Server::serve_with(spec.build().unwrap(), options))
}

fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

/// Changes an answer of Organizations.
fn edit(answer: &mut Answer, change: impl FnOnce(&mut Value)) {
    let mut body: Value = serde_json::from_slice(&answer.body).unwrap();
    change(&mut body);
    answer.body = body.to_string().into();
}

/// Changes the answer into a denied permission.
fn deny(answer: &mut Answer) {
    answer.status = 403;
    answer.body =
        "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error>\
        <RequestId>1</RequestId></ErrorResponse>"
            .into();
}

/// The names of an account's roles in a report's `roles.csv`.
fn roles_of(fixture: &Fixture, account: &str) -> Vec<String> {
    let table = fixture.table("report/roles.csv");
    table
        .rows()
        .filter(|row| row.get("account_id") == account)
        .map(|row| row.get("role_name").to_owned())
        .collect()
}

#[test]
fn an_answer_about_another_role_costs_no_role_and_is_not_complete() {
    let kept = Mutex::new(None);
    let fixture = tampered(organization(), move |call, answer| match call.operation.as_str() {
        "iam:GetAccountAuthorizationDetails" => deny(answer),
        "iam:GetRole" if call.account == PROD => {
            let mut kept = kept.lock().unwrap();
            if text(answer).contains("<RoleName>app<") {
                *kept = Some(answer.body.clone());
            } else if text(answer).contains("<RoleName>batch<") {
                answer.body = kept.clone().unwrap();
            }
        }
        _ => {}
    });
    let _ = fixture.scan(&["-o", "report", "--include", "all"]).run().expect_code(4);
    let accounts = coverage(&fixture.table("report/accounts.csv"));
    assert_eq!(accounts[PROD].0, "partial", "{accounts:?}");
    assert!(accounts[PROD].1.contains("iam:GetRole: unreadable answer"), "{accounts:?}");
    assert_eq!(accounts[DEV].0, "scanned");
    let roles = roles_of(&fixture, PROD);
    assert_eq!(roles, ["RolesweepAudit", "app", "batch", "legacy", "newcomer", "seasonal"]);
    assert_eq!(fixture.manifest("report")["population_complete"], true);
}

#[test]
fn roles_that_cannot_be_an_accounts_cost_that_account_and_no_other_one() {
    for (from, to, why) in [
        (
            "arn:aws:iam::333333333333:role/batch",
            "arn:aws-cn:iam::333333333333:role/batch",
            "a role of another partition",
        ),
        ("role/RolesweepAudit<", "role/SomebodyElse<", "the audit role is not among the roles"),
    ] {
        let fixture = tampered(organization(), move |call, answer| {
            if call.operation == "iam:GetAccountAuthorizationDetails" && call.account == PROD {
                let changed = text(answer).replace(from, to);
                assert_ne!(changed, text(answer));
                answer.body = changed.into();
            }
        });
        let _ = fixture.scan(&["-o", "report"]).run().expect_code(4);
        let accounts = coverage(&fixture.table("report/accounts.csv"));
        assert_eq!(
            accounts[PROD],
            ("failed".to_owned(), format!("iam:GetAccountAuthorizationDetails: {why}")),
        );
        assert_eq!((accounts[DEV].0.as_str(), accounts[SANDBOX].0.as_str()), ("scanned", "scanned"));
        let _ = fixture.report(&["-o", "again"]).run().expect_code(4);
    }
}

#[test]
fn an_audit_role_that_is_gone_while_its_session_lists_it_is_no_empty_account() {
    let fixture = tampered(organization(), |call, answer| match call.operation.as_str() {
        "iam:GetAccountAuthorizationDetails" if call.account == PROD => deny(answer),
        "iam:GetRole" if call.account == PROD => {
            deny(answer);
            answer.status = 404;
            answer.body = text(answer).replace("AccessDenied", "NoSuchEntity").into();
        }
        _ => {}
    });
    let _ = fixture.scan(&["-o", "report"]).run().expect_code(4);
    let accounts = coverage(&fixture.table("report/accounts.csv"));
    let why = "iam:ListRoles: the audit role is not among the roles";
    assert_eq!(accounts[PROD], ("failed".to_owned(), why.to_owned()));
}

#[test]
fn an_account_that_is_listed_as_suspended_and_as_active_is_read() {
    let fixture = tampered(organization(), |call, answer| {
        if call.operation == "organizations:ListAccounts" {
            edit(answer, |body| {
                let accounts = body["Accounts"].as_array_mut().unwrap();
                let mut again = accounts.iter().find(|account| account["Id"] == DEV).unwrap().clone();
                for word in ["State", "Status"] {
                    if again.get(word).is_some() {
                        again[word] = json!("SUSPENDED");
                    }
                }
                accounts.insert(0, again);
            });
        }
    });
    let _ = fixture.scan(&["-o", "report"]).run().expect_code(0);
    let notes = fixture.manifest("report")["notes"].to_string();
    assert!(notes.contains("has some accounts twice, with different states"), "{notes}");
    assert_eq!(coverage(&fixture.table("report/accounts.csv"))[DEV].0, "scanned");
}

#[test]
fn a_list_without_an_account_that_the_organization_has_is_not_complete() {
    let fixture = tampered(organization(), |call, answer| {
        if call.operation == "organizations:ListAccounts" {
            edit(answer, |body| {
                let accounts = body["Accounts"].as_array_mut().unwrap();
                accounts.retain(|account| account["Id"] != OrganizationSpec::MANAGEMENT);
            });
        }
    });
    let finished = fixture.scan(&["-o", "report"]).run().expect_code(4);
    let note = format!(
        "the list of accounts lacks accounts that the organization has: {}",
        OrganizationSpec::MANAGEMENT
    );
    assert!(finished.stderr.contains(&note), "{finished}");
    let manifest = fixture.manifest("report");
    assert_eq!(manifest["population_complete"], false);
    assert!(manifest["notes"].as_array().unwrap().contains(&json!(note)), "{manifest}");
}

#[test]
fn an_account_that_no_parent_lists_is_not_taken_for_one_outside_of_the_ou() {
    let mut spec = organization();
    spec.wire.paths = false;
    let fixture = tampered(spec, |call, answer| {
        if call.operation == "organizations:ListAccountsForParent" {
            edit(answer, |body| {
                body["Accounts"].as_array_mut().unwrap().retain(|account| account["Id"] != DEV);
            });
        }
    });
    let finished = fixture.scan(&["-o", "report", "--ou", "/Workloads"]).run().expect_code(4);
    let accounts = coverage(&fixture.table("report/accounts.csv"));
    let why = "no root or OU lists the account, or more than one does";
    assert_eq!(accounts[PROD].0, "scanned");
    assert_eq!(accounts[SANDBOX].0, "excluded");
    assert_eq!(accounts[DEV], ("not_reached".to_owned(), why.to_owned()));
    assert!(finished.stderr.contains(DEV), "{finished}");
    assert_eq!(fixture.manifest("report")["population_complete"], false);
}

#[test]
fn a_tree_of_ous_without_an_end_costs_names_and_the_scan_ends() {
    let made = AtomicU32::new(0);
    let fixture = tampered(organization(), move |call, answer| {
        if call.operation == "organizations:ListOrganizationalUnitsForParent" {
            let n = made.fetch_add(1, Ordering::Relaxed);
            let body = json!({"OrganizationalUnits": [{"Id": format!("ou-abcd-{n:08}"), "Name": "deeper"}]});
            answer.status = 200;
            answer.body = body.to_string().into();
        }
    });
    let _ = fixture.scan(&["-o", "report"]).run().expect_code(0);
    let notes = fixture.manifest("report")["notes"].to_string();
    assert!(notes.contains("more than 10 levels below the root"), "{notes}");
    assert_eq!(coverage(&fixture.table("report/accounts.csv"))[PROD].0, "scanned");
}

#[test]
fn trust_names_the_keys_of_conditions_and_no_value() {
    let policy = |condition: &str| {
        Document::new(format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Condition":{condition}}}]}}"#
        ))
    };
    let mut spec = organization();
    spec.audited("888888888888", "partner")
        .role(
            RoleSpec::new("partner", days_ago(700)).trusting(policy(
                r#"{"StringEquals":{"sts:ExternalId":"hunter2hunter2","aws:PrincipalOrgID":"o-exampleorgid"}}"#,
            )),
        )
        .role(
            RoleSpec::new("twice", days_ago(700)).trusting(policy(
                r#"{"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:a/b"},"stringequals":{"a:b":"c"}}"#,
            )),
        );
    let fixture = Fixture::new(spec);
    let _ = fixture.scan(&["-o", "report"]).run().expect_code(0);
    let table = fixture.table("report/roles.csv");
    let trust =
        |name: &str| table.rows().find(|row| row.get("role_name") == name).unwrap().get("trust").to_owned();
    assert_eq!(trust("partner"), "aws:* (if aws:PrincipalOrgID and sts:ExternalId)");
    assert_eq!(trust("twice"), "unreadable");
    assert!(!String::from_utf8_lossy(&fixture.bytes("report/roles.csv")).contains("hunter2"));
}

/// PROD is read one role at a time. It denies the last use of some roles for a while, or denies the
/// list of roles as well.
#[test]
fn a_partial_account_is_asked_again_and_keeps_what_was_better() {
    let last_use_denied = Arc::new(AtomicBool::new(true));
    let list_denied = Arc::new(AtomicBool::new(false));
    let (of_roles, of_lists) = (Arc::clone(&last_use_denied), Arc::clone(&list_denied));
    let fixture = tampered(organization(), move |call, answer| {
        let denied = match call.operation.as_str() {
            "iam:GetAccountAuthorizationDetails" => true,
            "iam:ListRoles" => of_lists.load(Ordering::Relaxed),
            "iam:GetRole" => of_roles.load(Ordering::Relaxed) && text(answer).contains("<RoleName>batch<"),
            _ => false,
        };
        if denied && call.account == PROD {
            deny(answer);
        }
    });
    let resume = |folder: &str, code| {
        fixture.server.reset_counts();
        let _ = fixture.scan(&["--resume", "-o", folder]).run().expect_code(code);
        coverage(&fixture.table(&format!("{folder}/accounts.csv")))
    };
    let _ = fixture.scan(&["-o", "first", "--include", "all"]).run().expect_code(4);
    assert_eq!(coverage(&fixture.table("first/accounts.csv"))[PROD].0, "partial");
    let roles = |folder: &str| fixture.table(&format!("{folder}/roles.csv")).rows().count();

    list_denied.store(true, Ordering::Relaxed);
    let worse = resume("worse", 4);
    assert_eq!(worse[PROD].0, "partial", "what was read before stays: {worse:?}");
    assert_eq!(fixture.server.counts().operation("sts:AssumeRole").ok, 1, "only this account is asked again");

    list_denied.store(false, Ordering::Relaxed);
    last_use_denied.store(false, Ordering::Relaxed);
    let whole = resume("whole", 0);
    assert_eq!(whole[PROD].0, "scanned");
    let _ = fixture.report(&["-o", "all", "--include", "all"]).run().expect_code(0);
    assert_eq!(roles("all"), roles("first"));
}
