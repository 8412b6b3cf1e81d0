//! Written files are readable only by their owner, and contain no secret.

use std::pin::Pin;
use std::sync::{Arc, Mutex};

use rolesweep_sim::{Answer, CallSite, Interfere, ServeOptions};
use rolesweep_tests::Server;

use crate::fixture::{Fixture, organization, walk};

#[test]
#[cfg(unix)]
fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let fixture = Fixture::new(organization());
    // All places are the defaults.
    let _ = fixture.bare_scan(&[]).run().expect_code(0);
    let _ = fixture.sandbox.rolesweep(["report"]).run().expect_code(0);
    let mut seen = 0;
    for path in walk(fixture.sandbox.home()) {
        let mode = path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
        seen += 1;
    }
    // Two reports of three files, a store and its lock, and their folders.
    assert!(seen >= 2 * 3 + 2 + 5, "{seen}");
}

/// Records the secrets that STS gives out.
#[derive(Default)]
struct Eavesdropper {
    heard: Mutex<Vec<String>>,
}

impl Interfere for Eavesdropper {
    fn interfere(&self, call: CallSite, answer: Answer) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>> {
        if call.operation == "sts:AssumeRole" && answer.status == 200 {
            let body = String::from_utf8_lossy(&answer.body).into_owned();
            for element in ["AccessKeyId", "SecretAccessKey", "SessionToken"] {
                let start = body.find(&format!("<{element}>")).unwrap() + element.len() + 2;
                let end = body.find(&format!("</{element}>")).unwrap();
                self.heard.lock().unwrap().push(body[start..end].to_owned());
            }
        }
        Box::pin(std::future::ready(answer))
    }
}

#[test]
fn no_secret_is_in_any_file_or_log() {
    const EXTERNAL_ID: &str = "a-Very/secret:external.id";
    let mut spec = organization();
    spec.audit = spec.audit.with_external_id(EXTERNAL_ID);
    let role = spec.audit_role();
    for account in &mut spec.accounts {
        account.roles.retain(|role| role.name != "RolesweepAudit");
        account.roles.push(role.clone());
    }
    // One of them requires another id, so that a refusal is logged too.
    let other = spec
        .audit
        .clone()
        .with_external_id("another")
        .role(crate::fixture::days_ago(500), crate::fixture::as_of());
    *spec.accounts[3].roles.last_mut().unwrap() = other;
    let eavesdropper = Arc::new(Eavesdropper::default());
    let options = ServeOptions { interference: Some(eavesdropper.clone()), ..ServeOptions::default() };
    let fixture = Fixture::around(Server::serve_with(spec.build().unwrap(), options));
    let caller = fixture.server.caller();

    let mut said = String::new();
    for (folder, format) in [("text", "text"), ("json", "json")] {
        let run = fixture.scan(&[
            "-vvv",
            "--log-format",
            format,
            "--summary",
            format,
            "--include",
            "all",
            "-o",
            folder,
        ]);
        let finished = run.env("ROLESWEEP_EXTERNAL_ID", EXTERNAL_ID).run().expect_code(4);
        assert!(finished.stderr.lines().count() > 20, "-vvv says a lot: {finished}");
        said.push_str(&finished.stderr);
        said.push_str(finished.stdout_text());
    }
    let shown = fixture.sandbox.rolesweep(["config", "show"]).env("ROLESWEEP_EXTERNAL_ID", EXTERNAL_ID);
    said.push_str(shown.run().expect_code(0).stdout_text());

    let mut secrets = vec![EXTERNAL_ID.to_owned(), caller.secret_access_key];
    secrets.extend(caller.session_token);
    let heard = eavesdropper.heard.lock().unwrap().clone();
    assert_eq!(heard.len(), 2 * 4 * 3, "two scans of four accounts that let it in");
    secrets.extend(heard);
    for secret in &secrets {
        let start = &secret[..secret.len().min(12)];
        assert!(!said.contains(start), "a secret was said: {}", line_with(&said, start));
        for (path, bytes) in fixture.contents() {
            let found = bytes.windows(start.len()).any(|window| window == start.as_bytes());
            assert!(!found, "a secret is in {}", path.display());
        }
    }
    assert!(
        fixture.manifest("text")["parameters"]["collect"]["external_id"].as_bool().unwrap(),
        "that there was one is said"
    );
}

/// The line that contains a text.
fn line_with<'a>(said: &'a str, text: &str) -> &'a str {
    said.lines().find(|line| line.contains(text)).unwrap_or_default()
}

/// An external id that is longer than any word that is shown. Some of its parts are shorter.
fn long_external_id() -> String {
    format!("Part1/Hidden:{}:Part2+Hidden", "q".repeat(200))
}

/// The ways in which a server may spell a text that it repeats.
const SPELLINGS: [fn(&str) -> String; 8] = [
    str::to_owned,
    str::to_uppercase,
    str::to_lowercase,
    |text| text.replace('/', "%2F").replace(':', "%3A").replace('+', "%2B"),
    |text| text.replace('/', "%252f").replace(':', "%253a").replace('+', "%252b"),
    |text| text.replace('/', "&amp;#x2F;").replace(':', "&amp;#58;").replace('+', "&amp;#43;"),
    |text| text.replace('/', "\\/"),
    |text| text.bytes().map(|byte| format!("\\u{byte:04x}")).collect(),
];

/// Repeats the request's secret in every refusal, in a spelling that depends on the account's
/// number.
struct Parrot {
    caller_secret: Mutex<String>,
}

impl Interfere for Parrot {
    fn interfere(&self, call: CallSite, answer: Answer) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>> {
        let number = call.account.parse::<usize>().unwrap_or_default();
        let is_meant = number / 100 == 10_000_000 && (call.operation == "sts:AssumeRole" || number % 2 == 1);
        let answer = match is_meant && (call.operation == "sts:AssumeRole") == number.is_multiple_of(2) {
            true => {
                let spell = SPELLINGS[(number % 100 / 2) % SPELLINGS.len()];
                let told = format!(
                    "Value '{}' at 'externalId' (secret {}) failed",
                    spell(&long_external_id()),
                    spell(&self.caller_secret.lock().unwrap())
                );
                let body = format!(
                    "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>ValidationError</Code>\
                     <Message>{told}</Message></Error><RequestId>x</RequestId></ErrorResponse>"
                );
                Answer { status: 400, body: body.into(), ..answer }
            }
            false => answer,
        };
        Box::pin(std::future::ready(answer))
    }
}

#[test]
fn no_spelling_of_a_secret_that_a_server_repeats_is_in_any_file_or_log() {
    let mut spec = organization();
    spec.audit = spec.audit.with_external_id(&long_external_id());
    let role = spec.audit_role();
    // For each spelling, one that AssumeRole repeats and one that IAM repeats.
    for number in 0..2 * SPELLINGS.len() {
        spec.account(&format!("0010000000{number:02}"), "repeats").role(role.clone());
    }
    let parrot = Arc::new(Parrot { caller_secret: Mutex::default() });
    let options = ServeOptions { interference: Some(parrot.clone()), ..ServeOptions::default() };
    let fixture = Fixture::around(Server::serve_with(spec.build().unwrap(), options));
    let caller_secret = fixture.server.caller().secret_access_key;
    parrot.caller_secret.lock().unwrap().clone_from(&caller_secret);
    for (folder, format) in [("text", "text"), ("json", "json")] {
        let run = fixture.scan(&["-vvv", "--log-format", format, "--summary", format, "-o", folder]);
        let finished = run.env("ROLESWEEP_EXTERNAL_ID", long_external_id()).run().expect_code(4);
        let repeated = finished.stderr.matches("at 'externalId' (secret").count();
        assert!(repeated >= 2 * SPELLINGS.len(), "{repeated} messages were logged: {finished}");
        fixture.write(&format!("{folder}.log"), format!("{}{}", finished.stderr, finished.stdout_text()));
    }
    let manifest = fixture.manifest("text").to_string();
    assert!(
        manifest.matches("Value '…' at 'externalId' (secret …) failed").count() >= 2 * SPELLINGS.len(),
        "{manifest}"
    );
    for (path, bytes) in fixture.contents() {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        for part in ["part1", "part2", "qqqqqqqq", "hidden", "\\u0071", &caller_secret.to_lowercase()[..12]] {
            assert!(!text.contains(part), "{part} is in {}: {}", path.display(), line_with(&text, part));
        }
    }
}
