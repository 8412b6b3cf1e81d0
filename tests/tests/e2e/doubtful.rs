//! Data that must not be trusted: a clock that differs from AWS's, and answers from something other
//! than AWS.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use rolesweep_sim::{Answer, CallSite, Interfere, RoleSpec, ServeOptions};
use rolesweep_tests::Server;

use crate::fixture::{DEV, Fixture, PROD, SANDBOX, coverage, organization};

/// Serves with a clock that is this many seconds ahead of this machine's.
fn served_at(offset: &Arc<AtomicI64>) -> Fixture {
    let offset = Arc::clone(offset);
    let clock =
        Arc::new(move || Timestamp::now() + SignedDuration::from_secs(offset.load(Ordering::Relaxed)));
    let options = ServeOptions { clock, ..ServeOptions::default() };
    Fixture::around(Server::serve_with(organization().build().unwrap(), options))
}

fn seconds(fixture: &Fixture, folder: &str) -> Option<i64> {
    fixture.manifest(folder)["scan"]["clock_difference_seconds"].as_i64()
}

#[test]
fn a_server_whose_date_differs_by_more_than_five_minutes_is_refused_and_by_how_much_is_said() {
    const DAY: i64 = 24 * 60 * 60;
    for (offset, words) in [
        (100 * DAY + 60, "100 days behind AWS's"),
        (-120 * DAY - 60, "120 days ahead of AWS's"),
        (600, "10 minutes behind AWS's"),
        (-600, "10 minutes ahead of AWS's"),
    ] {
        let fixture = served_at(&Arc::new(AtomicI64::new(offset)));
        // Also with `--as-of`, because the time of reading is unknown.
        for arguments in [&["-o", "out"][..], &["--as-of", crate::fixture::AS_OF, "-o", "out"]] {
            let finished = fixture.bare_scan(arguments).run().expect_code(1);
            assert!(finished.stderr.contains(&format!("clock: it is {words}")), "{finished}");
        }
        assert!(!fixture.sandbox.path("out").exists());
    }
    let fixture = served_at(&Arc::new(AtomicI64::new(240)));
    let _ = fixture.scan(&["-o", "out"]).run().expect_code(0);
    assert!((-241..=-238).contains(&seconds(&fixture, "out").unwrap()), "{:?}", seconds(&fixture, "out"));
}

/// Moves the server's clock at the third AssumeRole.
struct Jump {
    seconds: i64,
    offset: Arc<AtomicI64>,
    assumed: AtomicU64,
}

impl Interfere for Jump {
    fn interfere(&self, call: CallSite, answer: Answer) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>> {
        if call.operation == "sts:AssumeRole" && self.assumed.fetch_add(1, Ordering::Relaxed) == 2 {
            self.offset.store(self.seconds, Ordering::Relaxed);
        }
        Box::pin(std::future::ready(answer))
    }
}

#[test]
fn a_clock_that_jumps_during_the_scan_leaves_the_report_incomplete_and_says_so() {
    let offset = Arc::new(AtomicI64::new(0));
    let read = Arc::clone(&offset);
    let jump = Jump { seconds: -600, offset, assumed: AtomicU64::new(0) };
    let options = ServeOptions {
        clock: Arc::new(move || Timestamp::now() + SignedDuration::from_secs(read.load(Ordering::Relaxed))),
        interference: Some(Arc::new(jump)),
        ..ServeOptions::default()
    };
    let fixture = Fixture::around(Server::serve_with(organization().build().unwrap(), options));
    let finished = fixture.scan(&["-o", "out"]).run().expect_code(4);
    assert!(finished.stderr.contains("note: this machine's clock moved while the scan ran"), "{finished}");
    assert_eq!(fixture.manifest("out")["complete"], false);
    assert!((598..=601).contains(&seconds(&fixture, "out").unwrap()));
    let again = fixture.report(&["--as-of", crate::fixture::AS_OF, "-o", "again"]).run().expect_code(4);
    assert!(again.stderr.contains("this machine's clock was wrong when it scanned"), "{again}");
}

#[test]
fn a_role_from_the_future_shows_that_the_clock_was_behind() {
    let mut spec = organization();
    let tomorrow = Timestamp::now() + SignedDuration::from_hours(24);
    spec.now = tomorrow + SignedDuration::from_hours(24);
    let prod = spec.accounts.iter_mut().find(|account| account.id == PROD).unwrap();
    prod.roles.push(RoleSpec::new("from-tomorrow", crate::fixture::days_ago(500)).used(tomorrow));
    let fixture = Fixture::new(spec);
    let finished = fixture.bare_scan(&["--store", "store.db", "-o", "out"]).run().expect_code(4);
    assert!(finished.stderr.contains("1 role was last used or created after the scan"), "{finished}");
    assert!(finished.stderr.contains(&format!("arn:aws:iam::{PROD}:role/from-tomorrow")), "{finished}");
    assert_eq!(fixture.manifest("out")["complete"], false);
    // With `--as-of`, the scan's clock decides nothing.
    let _ = fixture.report(&["--as-of", crate::fixture::AS_OF, "-o", "by-hand"]).run().expect_code(0);
}

/// A filter that answers the calls of a service with a page.
struct Filter {
    service: &'static str,
    status: u16,
    content_type: &'static str,
    body: &'static str,
}

impl Interfere for Filter {
    fn interfere(&self, call: CallSite, answer: Answer) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>> {
        let answer = match call.operation.starts_with(self.service) {
            true => Answer {
                status: self.status,
                content_type: self.content_type,
                request_id: String::new(),
                body: self.body.into(),
                ..answer
            },
            false => answer,
        };
        Box::pin(std::future::ready(answer))
    }
}

const PAGE: &str = "<html><body><h1>Access denied by corporate policy</h1></body></html>";

fn filtered(service: &'static str, status: u16, content_type: &'static str, body: &'static str) -> Fixture {
    let filter = Filter { service, status, content_type, body };
    let options = ServeOptions { interference: Some(Arc::new(filter)), ..ServeOptions::default() };
    Fixture::around(Server::serve_with(organization().build().unwrap(), options))
}

#[test]
fn a_filters_page_instead_of_an_account_is_a_failure_that_names_it() {
    for (service, status, content_type, body, told) in [
        ("iam:", 403, "text/html", PAGE, "something other than AWS answered (403, text/html)"),
        ("iam:", 200, "text/html", PAGE, "something other than AWS answered (200, text/html)"),
        (
            "iam:",
            200,
            "application/json",
            "{\"blocked\": true}",
            "something other than AWS answered (200, application/json)",
        ),
        ("sts:AssumeRole", 403, "text/html", PAGE, "something other than AWS answered (403, text/html)"),
    ] {
        let fixture = filtered(service, status, content_type, body);
        let assumed = service == "iam:";
        let finished = fixture.scan(&["-o", "out"]).run().expect_code(if assumed { 4 } else { 1 });
        let table = fixture.table("out/accounts.csv");
        let accounts = coverage(&table);
        for account in [PROD, DEV, SANDBOX] {
            let action = if assumed { "iam:GetAccountAuthorizationDetails" } else { "sts:AssumeRole" };
            assert_eq!(accounts[account], ("failed".to_owned(), format!("{action}: {told}")), "{finished}");
        }
        assert!(
            table
                .rows()
                .any(|row| row.get("remedy").starts_with("check what stands between this machine and AWS"))
        );
        assert!(finished.stderr.contains("the proxy (HTTPS_PROXY)"), "{finished}");
        assert!(!finished.stderr.contains("permission-policy"), "no role is to blame: {finished}");
    }
}

#[test]
fn a_filters_page_instead_of_the_first_answers_names_the_network_and_no_permission() {
    for (service, status, content_type, body) in [
        ("sts:GetCallerIdentity", 403, "text/html", PAGE),
        ("sts:GetCallerIdentity", 200, "text/html", PAGE),
        ("organizations:", 403, "text/html", PAGE),
        ("organizations:", 200, "application/json", "{\"blocked\": true}"),
        ("organizations:ListAccounts", 200, "text/html", PAGE),
    ] {
        let fixture = filtered(service, status, content_type, body);
        let finished = fixture.scan(&["-o", "out"]).run().expect_code(1);
        let told = format!("something other than AWS answered ({status}, {content_type})");
        assert!(finished.stderr.contains(&told), "{service}: {finished}");
        assert!(
            finished.stderr.contains("help: check what stands between this machine and AWS"),
            "{finished}"
        );
    }
}

/// Answers AssumeRole with a refusal.
struct Refusing(u16, &'static str, &'static str);

impl Interfere for Refusing {
    fn interfere(&self, call: CallSite, answer: Answer) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>> {
        let Self(status, code, message) = *self;
        let answer = match call.operation == "sts:AssumeRole" {
            true => Answer {
                status,
                body: format!(
                    "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>{code}</Code>\
                     <Message>{message}</Message></Error><RequestId>7a62c49f</RequestId></ErrorResponse>"
                )
                .into(),
                ..answer
            },
            false => answer,
        };
        Box::pin(std::future::ready(answer))
    }
}

#[test]
fn an_audit_role_that_is_assumed_in_no_account_is_exit_code_1_whatever_the_reason() {
    for (status, code, message, meaning, remedy) in [
        (
            400,
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
            "the session is longer than the one hour that role chaining allows",
            "`--session-duration 1h`",
        ),
        (
            403,
            "RegionDisabledException",
            "STS is not activated in this region for account:111111111111. Your account administrator can activate STS in this region using the IAM \
             Console.",
            "STS is not active in this Region for the account",
            "`--region`",
        ),
        (
            403,
            "AccessDenied",
            "User: x is not authorized to perform: sts:AssumeRole on resource: y with an explicit deny in a service control policy",
            "a service control policy denies it",
            "service control policies above the caller's account",
        ),
    ] {
        let options = ServeOptions {
            interference: Some(Arc::new(Refusing(status, code, message))),
            ..ServeOptions::default()
        };
        let fixture = Fixture::around(Server::serve_with(organization().build().unwrap(), options));
        for flags in [&[][..], &["--allow-partial"]] {
            let folder = format!("out{}", flags.len());
            let finished = fixture.scan(&["-o", &folder]).args(flags).run().expect_code(1);
            let said = finished.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(
                said.contains("error: failed to assume the audit role RolesweepAudit in any account"),
                "{finished}"
            );
            assert!(said.contains(&format!("sts:AssumeRole: {code}: {meaning}")), "{finished}");
            assert!(said.contains(remedy), "{remedy}: {finished}");
            let table = fixture.table(&format!("{folder}/accounts.csv"));
            let row = table.rows().find(|row| row.get("account_id") == PROD).unwrap();
            assert_eq!(row.get("reason"), format!("sts:AssumeRole: {code}: {meaning}"));
            assert!(row.get("remedy").contains(remedy), "{}", row.get("remedy"));
        }
    }
}
