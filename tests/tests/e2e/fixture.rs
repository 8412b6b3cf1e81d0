//! A small organization that is served, and a clean environment to run the command in.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use rolesweep_sim::{OrganizationSpec, RoleSpec, World};
use rolesweep_tests::{Run, Sandbox, Server, Table, sandbox};
use serde_json::Value;

/// The organization's present time, and the instant at which scans judge.
pub(crate) const AS_OF: &str = "2026-11-22T12:00:00Z";

/// Two teams' accounts, a sandbox, and one that was suspended.
pub(crate) const PROD: &str = "333333333333";
pub(crate) const DEV: &str = "444444444444";
pub(crate) const SANDBOX: &str = "055555555555";
pub(crate) const SUSPENDED: &str = "666666666666";
/// An account without the audit role, in [`with_a_denied_account`].
pub(crate) const ACQUIRED: &str = "777777777777";

/// [`AS_OF`] as an instant.
pub(crate) fn as_of() -> Timestamp {
    AS_OF.parse().unwrap()
}

/// This many days before [`AS_OF`].
pub(crate) fn days_ago(days: i64) -> Timestamp {
    as_of() - SignedDuration::from_hours(24 * days)
}

/// The small organization: four active accounts and the management account's, all with the audit
/// role, and one suspended account.
pub(crate) fn organization() -> OrganizationSpec {
    let mut spec = OrganizationSpec::new(3, as_of());
    let workloads = spec.unit("Workloads", None);
    let prod = spec.unit("Prod", Some(&workloads));
    let dev = spec.unit("Dev", Some(&workloads));
    let sandbox = spec.unit("Sandbox", None);
    let _ = spec.unit("Nobody here", None);
    spec.audited(PROD, "checkout-prod")
        .in_unit(&prod)
        .role(RoleSpec::new("app", days_ago(700)).used(days_ago(3)))
        .role(RoleSpec::new("batch", days_ago(700)).used(days_ago(120)))
        .role(RoleSpec::new("legacy", days_ago(2000)))
        .role(RoleSpec::new("newcomer", days_ago(5)))
        .role(RoleSpec::new("seasonal", days_ago(700)).used(days_ago(60)).tag("team", "checkout"));
    spec.audited(DEV, "checkout-dev").in_unit(&dev).role(RoleSpec::new("old-dev", days_ago(900)));
    spec.audited(SANDBOX, "sandbox-ana")
        .in_unit(&sandbox)
        .role(RoleSpec::new("toy", days_ago(300)).used(days_ago(200)));
    spec.account(SUSPENDED, "closed-shop").in_unit(&sandbox).in_state(Some("SUSPENDED"));
    spec
}

/// The same, with an account that does not have the audit role.
pub(crate) fn with_a_denied_account() -> OrganizationSpec {
    let mut spec = organization();
    spec.account(ACQUIRED, "acquired-erp").role(RoleSpec::new("erp", days_ago(3000)));
    spec
}

/// A configuration that accepts the gap of [`ACQUIRED`] until this date.
pub(crate) fn accepted_gap(until: &str) -> String {
    format!(
        "[[accepted_gap]]\naccount = \"{ACQUIRED}\"\nowner = \"m&a@example.com\"\napproved_by = \"ciso@example.com\"\nreason = \"joins in spring\"\nexpires = {until}\n"
    )
}

/// A served organization, and a clean environment.
pub(crate) struct Fixture {
    pub(crate) server: Server,
    pub(crate) sandbox: Sandbox,
}

impl Fixture {
    pub(crate) fn new(spec: OrganizationSpec) -> Self {
        Self::of(spec.build().unwrap())
    }

    pub(crate) fn of(world: World) -> Self {
        Self::around(Server::serve(world))
    }

    pub(crate) fn around(server: Server) -> Self {
        Self { server, sandbox: sandbox!() }
    }

    /// A scan as of [`AS_OF`] with the store `store.db` and the caller's credentials, not yet
    /// started.
    pub(crate) fn scan(&self, arguments: &[&str]) -> Run {
        self.bare_scan(&["--as-of", AS_OF, "--store", "store.db"]).args(arguments)
    }

    /// A scan with only these flags and the caller's credentials, not yet started.
    pub(crate) fn bare_scan(&self, arguments: &[&str]) -> Run {
        self.sandbox.rolesweep(["scan"]).args(arguments).envs(self.server.environment())
    }

    /// [`scan`](Self::scan) as another caller.
    pub(crate) fn scan_as(&self, caller: &str, arguments: &[&str]) -> Run {
        let run = self.sandbox.rolesweep(["scan", "--as-of", AS_OF, "--store", "store.db"]);
        run.args(arguments).envs(self.server.environment_for(caller))
    }

    /// A report from the store `store.db`, not yet started. It gets no credentials.
    pub(crate) fn report(&self, arguments: &[&str]) -> Run {
        self.sandbox.rolesweep(["report", "--store", "store.db"]).args(arguments)
    }

    /// A table in the home folder.
    #[track_caller]
    pub(crate) fn table(&self, path: &str) -> Table {
        Table::read(&self.sandbox.path(path))
    }

    /// The bytes of a file in the home folder.
    #[track_caller]
    pub(crate) fn bytes(&self, path: &str) -> Vec<u8> {
        read(&self.sandbox.path(path))
    }

    /// The manifest in a report's folder.
    #[track_caller]
    pub(crate) fn manifest(&self, folder: &str) -> Value {
        serde_json::from_slice(&self.bytes(&format!("{folder}/manifest.json"))).unwrap()
    }

    /// Writes a file in the home folder for the command to read, and gives its path.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.sandbox.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// All files in the home folder, with their contents.
    pub(crate) fn contents(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        for path in walk(self.sandbox.home()) {
            let bytes = if path.is_file() { read(&path) } else { Vec::new() };
            found.insert(path, bytes);
        }
        found
    }

    /// The parts that differ between runs, and their replacements in snapshots.
    pub(crate) fn filters(&self) -> Vec<(String, String)> {
        filters(&self.sandbox)
    }
}

/// The statuses of a report's roles, by role name, without the audit role.
pub(crate) fn statuses(table: &Table) -> BTreeMap<String, (String, String)> {
    table
        .rows()
        .filter(|row| row.get("role_name") != "RolesweepAudit")
        .map(|row| {
            (
                row.get("role_name").to_owned(),
                (row.get("status").to_owned(), row.get("disposition").to_owned()),
            )
        })
        .collect()
}

/// The coverage of each account of a report.
pub(crate) fn coverage(table: &Table) -> BTreeMap<String, (String, String)> {
    table
        .rows()
        .map(|row| {
            (row.get("account_id").to_owned(), (row.get("coverage").to_owned(), row.get("reason").to_owned()))
        })
        .collect()
}

/// Everything in a folder, including folders.
pub(crate) fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walk(&path));
        }
        found.push(path);
    }
    found.sort();
    found
}

/// The parts that differ between runs, for snapshots.
pub(crate) fn filters(sandbox: &Sandbox) -> Vec<(String, String)> {
    let escape = |path: &Path| path.to_string_lossy().replace('.', r"\.");
    let real = sandbox.home().canonicalize().unwrap();
    [
        (escape(&real).as_str(), "[home]"),
        (escape(sandbox.home()).as_str(), "[home]"),
        ("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "[scan]"),
        (r"\d{4}-\d\d-\d\d-[0-9a-f]{8}", "[date]-[scan]"),
        ("--scan [0-9a-f]{8}", "--scan [scan]"),
        (r"127\.0\.0\.1:\d+", "127.0.0.1:[port]"),
        ("rolesweep-under-test", "rolesweep"),
        (r"took (\d+ (h|min|s) ?)+", "took [time]"),
        // The difference between the scan's own time and [`AS_OF`].
        (r"(?s)note: judged as of .*?\n\n", "[note: judged as of another instant]\n\n"),
    ]
    .map(|(pattern, stands)| (pattern.to_owned(), stands.to_owned()))
    .to_vec()
}

/// The output from this word on. What comes before runs concurrently, and so has no fixed order.
#[track_caller]
pub(crate) fn from<'a>(said: &'a str, word: &str) -> &'a str {
    let at = said.find(word).unwrap_or_else(|| panic!("`{word}` is not in {said}"));
    &said[at..]
}

#[track_caller]
fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A snapshot of the user's output, without the parts that differ between runs.
macro_rules! assert_shown {
    ($filters:expr, $name:expr, $text:expr) => {
        insta::with_settings!({
            filters => $filters.iter().map(|(pattern, stands)| (pattern.as_str(), stands.as_str())),
            omit_expression => true,
        }, { insta::assert_snapshot!($name, $text) })
    };
}
pub(crate) use assert_shown;
