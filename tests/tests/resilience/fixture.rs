//! An organization that is served and a clean environment, compared with the result of an
//! undisturbed scan.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::Timestamp;
use rolesweep_model::{Coverage, Scan};
use rolesweep_sim::{Answer, CallSite, GeneratedSpec, Interfere, ServeOptions, World};
use rolesweep_store::Store;
use rolesweep_tests::{Run, Sandbox, Server, sandbox};
use serde_json::Value;
use tempfile::TempDir;

/// The organization's present time, and the instant at which scans judge.
const AS_OF: &str = "2026-11-22T12:00:00Z";

/// How many accounts the organization has.
pub(crate) const ACCOUNTS: u32 = 500;

/// The files of a report that are the same in every run.
const FILES: [&str; 2] = ["roles.csv", "accounts.csv"];

/// [`AS_OF`] as an instant.
pub(crate) fn as_of() -> Timestamp {
    AS_OF.parse().unwrap()
}

/// A served organization, and a clean environment.
pub(crate) struct Fixture {
    pub(crate) server: Server,
    pub(crate) sandbox: Sandbox,
}

/// Delays the answers for accounts, so that a scan of a small organization takes a while.
struct Delay(Duration);

impl Interfere for Delay {
    fn interfere(&self, call: CallSite, answer: Answer) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>> {
        Box::pin(async move {
            if matches!(call.operation.as_str(), "sts:AssumeRole" | "iam:GetAccountAuthorizationDetails") {
                tokio::time::sleep(self.0).await;
            }
            answer
        })
    }
}

/// How to serve a world with delayed answers for accounts.
pub(crate) fn delayed(by: Duration) -> ServeOptions {
    ServeOptions { interference: Some(Arc::new(Delay(by))), ..ServeOptions::default() }
}

impl Fixture {
    /// [`ACCOUNTS`] accounts with a few roles each, which answer after this delay.
    pub(crate) fn large(by: Duration) -> Self {
        let spec = GeneratedSpec {
            accounts: ACCOUNTS,
            roles_per_account: 4,
            seed: 11,
            now: as_of(),
            role_bytes: None,
        };
        Self::around(World::generated(spec), delayed(by))
    }

    pub(crate) fn around(world: World, options: ServeOptions) -> Self {
        Self { server: Server::serve_with(world, options), sandbox: sandbox!() }
    }

    /// A scan with the store `store.db` and its report in that folder, not yet started.
    pub(crate) fn scan(&self, folder: &str) -> Run {
        self.command("scan", folder).envs(self.server.environment())
    }

    /// The same, as another caller.
    pub(crate) fn scan_as(&self, caller: &str, folder: &str) -> Run {
        self.command("scan", folder).envs(self.server.environment_for(caller))
    }

    /// The same, with the credentials of `.aws/config` in the home folder.
    pub(crate) fn scan_from_files(&self, folder: &str) -> Run {
        let elsewhere = self.server.environment().into_iter();
        let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
        self.command("scan", folder).envs(elsewhere.filter(|(name, _)| !keys.contains(name)))
    }

    /// A report from the store, not yet started. It gets no credentials.
    pub(crate) fn report_from_the_store(&self, folder: &str) -> Run {
        self.command("report", folder)
    }

    fn command(&self, command: &str, folder: &str) -> Run {
        let run =
            self.sandbox.rolesweep([command, "--as-of", AS_OF, "--store", "store.db", "--include", "all"]);
        run.args(["-o", folder])
    }

    /// The store's last scan, with the coverage of the accounts that have a record; `None` if no
    /// scan has begun.
    ///
    /// It reads a copy. Opening a store after a kill repairs it, and that is for the command to do.
    pub(crate) fn kept(&self) -> Option<(Scan, BTreeMap<String, Coverage>)> {
        if !self.sandbox.path("store.db").exists() {
            return None;
        }
        let copy = TempDir::new().unwrap();
        for name in ["store.db", "store.db-wal", "store.db-journal"] {
            if self.sandbox.path(name).exists() {
                fs::copy(self.sandbox.path(name), copy.path().join(name)).unwrap();
            }
        }
        let path = copy.path().join("store.db");
        let store = Store::open_existing(&path).unwrap();
        let scan = store.latest_scan().unwrap()?;
        let records = store.accounts(scan.id).unwrap().filter_map(|entry| entry.unwrap().record);
        let finished = records.map(|record| (record.account_id.to_string(), record.coverage)).collect();
        Some((scan, finished))
    }

    /// The accounts whose roles were read since counting began. For AWS's policies, a session of an
    /// account that was finished before may be opened.
    pub(crate) fn called(&self) -> BTreeSet<String> {
        let counts = self.server.counts();
        counts
            .iter()
            .filter(|(operation, _, _)| {
                operation.starts_with("iam:") && !operation.starts_with("iam:GetPolicy")
            })
            .map(|(_, account, _)| account.to_owned())
            .collect()
    }

    /// A report in the home folder.
    #[track_caller]
    pub(crate) fn report(&self, folder: &str) -> Report {
        Report::read(&self.sandbox.path(folder))
    }
}

/// A report's content, without what differs between runs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Report {
    files: BTreeMap<&'static str, Vec<u8>>,
    manifest: Value,
}

impl Report {
    #[track_caller]
    fn read(folder: &Path) -> Self {
        let bytes = |name: &str| {
            fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{}/{name}: {error}", folder.display()))
        };
        let mut manifest: Value = serde_json::from_slice(&bytes("manifest.json")).unwrap();
        strip(&mut manifest);
        Self { files: FILES.map(|name| (name, bytes(name))).into(), manifest }
    }

    /// The manifest without times, ids and ports.
    pub(crate) fn manifest(&self) -> &Value {
        &self.manifest
    }

    /// Checks that it is the same report.
    ///
    /// # Panics
    /// If it is not. Says where they differ.
    #[track_caller]
    pub(crate) fn expect_same(&self, expected: &Self, when: &str) {
        for name in FILES {
            let (found, expected) = (&self.files[name], &expected.files[name]);
            if found != expected {
                let lines = |bytes: &[u8]| -> Vec<String> {
                    String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect()
                };
                let (found, expected) = (lines(found), lines(expected));
                let at = found.iter().zip(&expected).position(|(found, expected)| found != expected);
                let at = at.unwrap_or_else(|| found.len().min(expected.len()));
                panic!(
                    "{when}: {name} has {} lines of {}, and differs first in line {at}:\n{:?}\n{:?}",
                    found.len(),
                    expected.len(),
                    found.get(at),
                    expected.get(at)
                );
            }
        }
        if let Some(difference) = difference("", &self.manifest, &expected.manifest) {
            panic!("{when}: the manifest differs: {difference}");
        }
    }
}

/// The first place at which two values differ, with both values.
fn difference(at: &str, found: &Value, expected: &Value) -> Option<String> {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            let keys: BTreeSet<&String> = found.keys().chain(expected.keys()).collect();
            let of = |object: &serde_json::Map<String, Value>, key: &str| {
                object.get(key).cloned().unwrap_or(Value::Null)
            };
            keys.into_iter()
                .find_map(|key| difference(&format!("{at}/{key}"), &of(found, key), &of(expected, key)))
        }
        (Value::Array(found), Value::Array(expected)) if found.len() == expected.len() => {
            let mut pairs = found.iter().zip(expected).enumerate();
            pairs.find_map(|(place, (found, expected))| difference(&format!("{at}/{place}"), found, expected))
        }
        _ => (found != expected).then(|| format!("{at} is {found} and not {expected}")),
    }
}

/// Removes times, ids and ports from a manifest.
fn strip(manifest: &mut Value) {
    let scan = manifest["scan"].as_object_mut().unwrap();
    for key in ["id", "started_at", "finished_at", "session_name", "endpoints_overridden"] {
        scan.remove(key).unwrap_or_else(|| panic!("the manifest's scan has no {key}"));
    }
    manifest["parameters"]["collect"].as_object_mut().unwrap().remove("session_name").unwrap();
    // A resumed scan does not read again the policies that the store has.
    manifest["aws_policies"].as_object_mut().unwrap().remove("calls").unwrap();
    for account in manifest["accounts"].as_array_mut().unwrap() {
        let account = account.as_object_mut().unwrap();
        account.remove("started_at");
        account.remove("finished_at");
    }
}

/// An undisturbed scan of [`Fixture::large`].
pub(crate) struct Reference {
    pub(crate) report: Report,
    /// How many calls it made.
    pub(crate) calls: u64,
}

impl Reference {
    /// Made once for all trials.
    pub(crate) fn get() -> &'static Self {
        static MADE: OnceLock<Reference> = OnceLock::new();
        MADE.get_or_init(|| {
            let fixture = Fixture::large(Duration::ZERO);
            let _ = fixture.scan("report").run().expect_code(0);
            Self { report: fixture.report("report"), calls: fixture.server.counts().total().total() }
        })
    }
}
