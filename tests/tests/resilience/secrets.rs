//! Everything that a scan on a faulty server writes, with all logs on: no key, no token, no
//! external id, and only our logs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use libtest_mimic::Trial;
use rolesweep_sim::{Answer, CallSite, Interfere, ServeOptions};
use rolesweep_store::Store;
use serde_json::Value;

use crate::fixture::Fixture;
use crate::hostile::{EXTERNAL_ID, Organization, profile, scan};
use crate::seeds;

/// The targets that may be logged.
const TARGETS: [&str; 7] = [
    "rolesweep",
    "rolesweep_aws",
    "rolesweep_connect",
    "rolesweep_report",
    "rolesweep_scan",
    "rolesweep_sim",
    "rolesweep_store",
];

pub(crate) fn trials() -> impl Iterator<Item = Trial> {
    seeds("secrets::none_is_in_anything_that_is_written", 10, 1, none_is_written)
}

/// Records the secrets that STS gives out, and repeats the request's secrets in refusals.
#[derive(Default)]
struct Gossip {
    heard: Mutex<Vec<String>>,
    /// The text of refusals.
    tells: Mutex<String>,
    refusals: Mutex<u64>,
}

impl Gossip {
    fn listen(&self, body: &str) {
        for element in ["AccessKeyId", "SecretAccessKey", "SessionToken"] {
            let value = body.split_once(&format!("<{element}>")).and_then(|(_, rest)| rest.split_once('<'));
            // A damaged answer may contain a part of it. If that part is long enough, it is secret
            // too.
            if let Some((value, _)) = value
                && value.len() >= 16
            {
                self.heard.lock().unwrap().push(value.to_owned());
            }
        }
    }

    /// A refusal that reveals too much, for every eighth call for an account.
    fn refusal(&self, call: &CallSite, number: u64) -> Option<Answer> {
        let is_sts = call.operation == "sts:AssumeRole";
        let account: u64 = call.account.parse().ok()?;
        if !account.is_multiple_of(8) || !(is_sts || call.operation.starts_with("iam:")) {
            return None;
        }
        let tells = self.tells.lock().unwrap().clone();
        let (status, code, message) = match (is_sts, number % 2) {
            (true, 0) => (
                400,
                "ValidationError",
                format!(
                    "1 validation error detected: Value '{EXTERNAL_ID}' at 'externalId' failed to satisfy constraint"
                ),
            ),
            (true, _) => (403, "AccessDenied", format!("external id {EXTERNAL_ID} is not the one: {tells}")),
            (false, 0) => (
                403,
                "SignatureDoesNotMatch",
                format!(
                    "The request signature we calculated does not match the signature you provided.\n\nThe Canonical String \
                     for this request should have been\n'POST\n/\n\nx-amz-security-token:{tells}\n'"
                ),
            ),
            (false, _) => (500, "InternalFailure", format!("caught at x-amz-security-token:{tells}")),
        };
        let body = format!(
            "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>{code}</Code>\
             <Message>{message}</Message></Error><RequestId>x</RequestId></ErrorResponse>"
        );
        Some(Answer {
            status,
            content_type: "text/xml",
            request_id: "x".to_owned(),
            body: body.into(),
            delivery: rolesweep_sim::Delivery::Whole,
        })
    }
}

impl Interfere for Gossip {
    fn interfere(&self, call: CallSite, answer: Answer) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>> {
        if call.operation == "sts:AssumeRole" {
            self.listen(&String::from_utf8_lossy(&answer.body));
        }
        let number = {
            let mut refusals = self.refusals.lock().unwrap();
            *refusals += 1;
            *refusals
        };
        Box::pin(std::future::ready(self.refusal(&call, number).unwrap_or(answer)))
    }
}

fn none_is_written(seed: u64) {
    let gossip = Arc::new(Gossip::default());
    let options = ServeOptions {
        profile: profile(100 + seed),
        interference: Some(gossip.clone()),
        ..ServeOptions::default()
    };
    let fixture = Fixture::around(Organization::new(100 + seed).world, options);
    let caller = fixture.server.caller();
    let token = caller.session_token.unwrap();
    *gossip.tells.lock().unwrap() = format!("{token} {} {}", caller.access_key_id, caller.access_key_id);

    // In JSON, each line has its target. In text, lines have another form.
    let format = if seed.is_multiple_of(2) { "text" } else { "json" };
    let finished = scan(&fixture, &["-vvv", "--log-format", format]).run();
    assert_eq!(finished.code, Some(4), "{finished}");
    let mut secrets = gossip.heard.lock().unwrap().clone();
    assert!(secrets.len() > 100, "STS hands out three a session");
    secrets.extend([EXTERNAL_ID.to_owned(), caller.access_key_id, caller.secret_access_key, token]);

    assert!(finished.stderr.lines().count() > 100, "-vvv says a lot: {finished}");
    let logged = targets(&finished.stderr);
    assert!(logged.len() > 100 || format == "text", "{finished}");
    for target in &logged {
        let of = target.split("::").next().unwrap_or_default();
        assert!(TARGETS.contains(&of), "{target} is not to be logged");
    }
    let mut written = vec![
        ("stderr".to_owned(), finished.stderr.clone().into_bytes()),
        ("stdout".to_owned(), finished.stdout.clone()),
        ("the store, unpacked".to_owned(), unpacked(&fixture.sandbox.path("store.db"))),
    ];
    files(fixture.sandbox.home(), &mut written);
    assert!(written.len() >= 3 + 4, "three files of a report, and a store");
    for (name, bytes) in &written {
        // Bytes that are not text are kept separate from text.
        let text = String::from_utf8_lossy(bytes);
        for secret in &secrets {
            for part in parts(secret) {
                assert!(!text.contains(&part), "{part} of {secret} is in {name}");
            }
        }
    }
}

/// What no text may contain of a secret: its beginning and its end, as they are and as in a URL or
/// a form. A text that is cut off would reveal as much.
fn parts(secret: &str) -> BTreeSet<String> {
    const LENGTH: usize = 16;
    let at = secret.len().saturating_sub(LENGTH);
    let ends = [&secret[..secret.len().min(LENGTH)], &secret[at..]];
    let encoded = |text: &str| text.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D");
    ends.into_iter().flat_map(|end| [end.to_owned(), encoded(end)]).collect()
}

/// The targets of the log's lines, without the record of the result.
fn targets(stderr: &str) -> Vec<String> {
    let lines = stderr.lines().filter(|line| line.starts_with('{') && !line.starts_with("{\"record\":"));
    lines
        .map(|line| {
            let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            line["target"].as_str().unwrap().to_owned()
        })
        .collect()
}

/// Every fact in a store as text, because its pages are compressed.
fn unpacked(path: &Path) -> Vec<u8> {
    let store = Store::open_existing(path).unwrap();
    let mut text = String::new();
    for scan in store.scans().unwrap() {
        text.push_str(&format!("{scan:?}"));
        for entry in store.accounts(scan.id).unwrap() {
            let entry = entry.unwrap();
            text.push_str(&format!("{entry:?}"));
            for role in store.roles(scan.id, entry.account.id).unwrap() {
                // The trust policies are facts, and contain the external id that they require.
                let role = rolesweep_model::Role { trust_policy: None, ..role.unwrap() };
                text.push_str(&format!("{role:?}"));
            }
        }
    }
    text.into_bytes()
}

fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
}
