//! A list of accounts that is empty, or breaks off: what is missing altogether is said, and no section is pointed to that is not there.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rolesweep_sim::{Answer, CallSite, GeneratedSpec, Interfere, ServeOptions, World};
use rolesweep_tests::FarEnd;

use crate::stage::{Stage, as_of};

/// Answers `ListAccounts` in its own way from a page on.
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

fn stage(from: u32, status: u16, body: &'static str) -> Stage {
    let spec = GeneratedSpec { accounts: 45, roles_per_account: 2, seed: 4, now: as_of(), role_bytes: None };
    let listing = Listing { from, status, body, pages: AtomicU32::new(0) };
    let options = ServeOptions { interference: Some(Arc::new(listing)), ..ServeOptions::default() };
    Stage::around(FarEnd::serve_with(World::generated(spec), options))
}

#[test]
fn a_list_of_accounts_that_breaks_off_is_what_is_missing() {
    let stage = stage(1, 400, r#"{"__type":"InvalidInputException","Message":"no such token"}"#);
    let finished = stage.scan(&["-o", "report"]).run().expect_code(4);
    assert_eq!(stage.manifest("report")["population_complete"], false);
    assert!(finished.stderr.contains("complete: no; the list of accounts or OUs is not whole"), "{finished}");
    let last = finished.stderr.lines().last().unwrap();
    assert!(
        last.starts_with("error: the report is not complete: the list of accounts, or of the OUs"),
        "{last}"
    );
    assert!(last.contains("`rolesweep scan --store store.db --resume`"), "{last}");
    assert!(!finished.stderr.contains("Not fully seen"), "there is no such section: {finished}");
    assert!(!finished.stderr.contains("the whole organization"), "{finished}");
}

#[test]
fn an_empty_list_of_accounts_is_not_called_complete() {
    let stage = stage(0, 200, r#"{"Accounts":[]}"#);
    let finished = stage.scan(&["-o", "report"]).run().expect_code(1);
    assert!(finished.stderr.contains("error: no account was listed"), "{finished}");
    assert!(finished.stderr.contains("          no account was listed\n"), "{finished}");
    assert!(!finished.stderr.contains("complete") && !finished.stderr.contains("excluded or"), "{finished}");
}
