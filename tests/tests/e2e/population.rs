//! A list of accounts that is empty or breaks off. The report says what is missing, and refers to
//! no section that it does not have.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use rolesweep_sim::{Answer, CallSite, GeneratedSpec, Interfere, ServeOptions, World};
use rolesweep_tests::Server;

use crate::fixture::{ACQUIRED, Fixture, as_of, coverage, with_a_denied_account};

/// Changes the answer to `ListAccounts` from one page on.
struct Listing {
    from: u32,
    status: u16,
    body: &'static str,
    pages: AtomicU32,
}

impl Interfere for Listing {
    fn interfere(
        &self,
        call: CallSite,
        mut answer: Answer,
    ) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>> {
        if call.operation == "organizations:ListAccounts"
            && self.pages.fetch_add(1, Ordering::Relaxed) >= self.from
        {
            answer.status = self.status;
            answer.body = self.body.as_bytes().into();
        }
        Box::pin(async move { answer })
    }
}

fn fixture(from: u32, status: u16, body: &'static str) -> Fixture {
    let spec = GeneratedSpec { accounts: 45, roles_per_account: 2, seed: 4, now: as_of(), role_bytes: None };
    let listing = Listing { from, status, body, pages: AtomicU32::new(0) };
    let options = ServeOptions { interference: Some(Arc::new(listing)), ..ServeOptions::default() };
    Fixture::around(Server::serve_with(World::generated(spec), options))
}

#[test]
fn a_list_of_accounts_that_breaks_off_is_what_is_missing() {
    let fixture = fixture(1, 400, r#"{"__type":"InvalidInputException","Message":"no such token"}"#);
    let finished = fixture.scan(&["-o", "report"]).run().expect_code(4);
    assert_eq!(fixture.manifest("report")["population_complete"], false);
    assert!(finished.stderr.contains("the list of accounts or OUs is not whole; not complete"), "{finished}");
    let last = crate::fixture::from(&finished.stderr, "error: ");
    assert!(
        last.starts_with(
            "error: the report is not complete: rolesweep could not read the whole list of accounts"
        ),
        "{last}"
    );
    let command = format!("`rolesweep scan --as-of {} --store store.db --resume`", crate::fixture::AS_OF);
    assert!(last.contains(&format!("\n  help: {command} lists them again")), "{last}");
    assert!(!finished.stderr.contains("Not fully read"), "there is no such section: {finished}");
    assert!(!finished.stderr.contains("the whole organization"), "{finished}");
}

#[test]
fn an_empty_list_of_accounts_is_not_called_complete() {
    let fixture = fixture(0, 200, r#"{"Accounts":[]}"#);
    let finished = fixture.scan(&["-o", "report"]).run().expect_code(1);
    assert!(finished.stderr.contains("error: no account was listed"), "{finished}");
    assert!(finished.stderr.contains("Coverage      no account was listed\n"), "{finished}");
    assert!(!finished.stderr.contains("complete") && !finished.stderr.contains("excluded or"), "{finished}");
}

/// Removes an account from the list when it is told to.
struct Leaves {
    account: &'static str,
    has_left: Arc<AtomicBool>,
}

impl Interfere for Leaves {
    fn interfere(
        &self,
        call: CallSite,
        mut answer: Answer,
    ) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>> {
        if call.operation == "organizations:ListAccounts" && self.has_left.load(Ordering::Relaxed) {
            let mut list: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
            list["Accounts"].as_array_mut().unwrap().retain(|account| account["Id"] != self.account);
            answer.body = serde_json::to_vec(&list).unwrap().into();
        }
        Box::pin(async move { answer })
    }
}

#[test]
fn an_account_that_has_left_is_not_tried_again() {
    let has_left = Arc::new(AtomicBool::new(false));
    let leaves = Leaves { account: ACQUIRED, has_left: Arc::clone(&has_left) };
    let options = ServeOptions { interference: Some(Arc::new(leaves)), ..ServeOptions::default() };
    let world = with_a_denied_account().build().unwrap();
    let fixture = Fixture::around(Server::serve_with(world, options));
    let first = fixture.scan(&["-o", "first"]).run().expect_code(4);
    assert!(first.stderr.contains("--resume` tries again"), "{first}");
    has_left.store(true, Ordering::Relaxed);
    for folder in ["second", "third"] {
        let resumed = fixture.scan(&["--resume", "-o", folder]).run().expect_code(4);
        assert!(!resumed.stderr.contains("tries again"), "{resumed}");
        assert!(
            resumed.stderr.contains("help: scan again: the accounts that were not read have left"),
            "{resumed}"
        );
        let accounts = coverage(&fixture.table(&format!("{folder}/accounts.csv")));
        assert_eq!(accounts[ACQUIRED], ("failed".to_owned(), "no longer in the list of accounts".to_owned()));
    }
    let called = fixture.server.counts().operation("sts:AssumeRole").total();
    assert_eq!(called, 6, "each account once, and nobody for what cannot change");
}
