//! A far end that misbehaves: every account is read in full and as it is, or says why not, and everything adds up.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::SignedDuration;
use libtest_mimic::Trial;
use rolesweep_scan::operation::Operation;
use rolesweep_sim::{
    AuditRole, Cause, Expectation, Faults, LastUseIn, OrganizationSpec, Profile, RoleSpec, RoleTruth,
    ServeOptions, World,
};
use rolesweep_tests::{Finished, Row, Run, Table};
use serde_json::Value;

use crate::moment::{Moment, Random};
use crate::resume::{self, kill_at};
use crate::seeds;
use crate::stage::{Stage, as_of};

/// The external id that every audit role asks for.
pub(crate) const EXTERNAL_ID: &str = "rs-Zk4vq9Wm2xTn7hLd";

pub(crate) fn trials() -> impl Iterator<Item = Trial> {
    seeds("hostile::every_account_is_whole_or_says_why", 50, 2, hostile).chain(seeds(
        "hostile::killed_and_resumed",
        10,
        0,
        killed,
    ))
}

/// How an account of the organization can be read, faults aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// By GetAccountAuthorizationDetails.
    Details,
    /// Only by ListRoles and GetRole.
    OneByOne,
    /// Only by ListRoles, without last use.
    ListOnly,
    /// Not at all: there is no audit role.
    Closed,
    /// It is suspended.
    Suspended,
}

/// An organization of many kinds of accounts, in pages that are short, and sometimes shorter.
pub(crate) struct Organization {
    pub(crate) world: World,
    ways: BTreeMap<String, Way>,
}

impl Organization {
    /// The organization of a seed. Those of even seeds can be read completely, faults aside.
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random::new(5000 + seed);
        let mut spec = OrganizationSpec::new(seed, as_of());
        let audit = spec.audit.clone().with_external_id(EXTERNAL_ID);
        spec.audit = audit.clone();
        // Those that there are from the start have the role as it was before.
        for account in &mut spec.accounts {
            account.roles = vec![audit.role(ago(500), as_of())];
        }
        spec.wire.short_pages = true;
        spec.wire.empty_pages = Some(3);
        let workloads = spec.unit("Workloads", None);
        let units = [workloads.clone(), spec.unit("Prod", Some(&workloads)), spec.unit("Sandbox", None)];
        let mut ways: BTreeMap<String, Way> = [OrganizationSpec::MANAGEMENT, OrganizationSpec::SECURITY]
            .map(|id| (id.to_owned(), Way::Details))
            .into();
        for number in 0..60 {
            let id = format!("{:012}", 7 + number * 16_666_666_661_u64);
            let way = match number % 20 {
                3 | 13 => Way::OneByOne,
                7 if seed % 2 == 1 => Way::ListOnly,
                11 if seed % 2 == 1 => Way::Closed,
                17 => Way::Suspended,
                _ => Way::Details,
            };
            let account = spec.account(&id, &format!("team-{number}"));
            let unit = random.below(units.len() as u64 + 1);
            if let Some(unit) = units.get(usize::try_from(unit).unwrap()) {
                account.in_unit(unit);
            }
            if way == Way::Suspended {
                account.in_state(Some("SUSPENDED"));
            }
            account.roles.extend(deployed(audit.clone(), way).map(|audit| audit.role(ago(500), as_of())));
            for number in 0..random.below(if way == Way::OneByOne { 12 } else { 70 }) {
                account.role(role(number, &mut random));
            }
            ways.insert(id, way);
        }
        Self { world: spec.build().unwrap(), ways }
    }
}

fn ago(days: i64) -> jiff::Timestamp {
    as_of() - SignedDuration::from_hours(24 * days)
}

/// The audit role as it is deployed into an account.
fn deployed(audit: AuditRole, way: Way) -> Option<AuditRole> {
    match way {
        Way::Closed => None,
        Way::OneByOne => Some(audit.denying(&["iam:GetAccountAuthorizationDetails"])),
        Way::ListOnly => Some(audit.allowing(&["iam:ListRoles"])),
        Way::Details | Way::Suspended => Some(audit),
    }
}

fn role(number: u64, random: &mut Random) -> RoleSpec {
    let days = |random: &mut Random, most| i64::try_from(random.below(most)).unwrap();
    let created = 100 + days(random, 2000);
    let role =
        RoleSpec::new(format!("role-{number:02}"), ago(created)).tag("team", format!("t{}", random.below(9)));
    let role = if random.below(3) > 0 { role.used(ago(days(random, 100))) } else { role };
    if random.below(25) == 0 { role.last_use_in(LastUseIn::GetRoleOnly) } else { role }
}

/// The hostile profile of a seed, ten times as fast, and with answers that hang for longer than these scans wait.
pub(crate) fn profile(seed: u64) -> Profile {
    let faults = Faults { hang: 3 * READ_TIMEOUT, ..Faults::hostile(seed) };
    Profile { faults: Some(faults), ..Profile::hostile(seed).scaled(0.1) }
}

/// How long these scans wait for an answer.
const READ_TIMEOUT: Duration = Duration::from_secs(2);

/// A scan of the organization, with whatever else is asked for, still to be run.
pub(crate) fn scan(stage: &Stage, arguments: &[&str]) -> Run {
    // Small pages have more between them.
    let settings = format!(
        "[scan]\npage_size = 20\nmax_iam_rate = 20\nread_timeout = \"{}s\"\n",
        READ_TIMEOUT.as_secs()
    );
    std::fs::write(stage.sandbox.path("config.toml"), settings).unwrap();
    let run = stage.scan("report").args(["--config", "config.toml"]).args(arguments);
    run.env("ROLESWEEP_EXTERNAL_ID", EXTERNAL_ID)
}

fn hostile(seed: u64) {
    let organization = Organization::new(seed);
    let (calm, _) = organization.on_a_calm_day();
    let stage = organization.on_a_bad_day(seed);
    let finished = scan(&stage, &[]).run();
    let total = stage.far_end.counts().total();
    assert!(total.throttled > 0 && total.faulted > 0, "it was no bad day: {total:?}");
    check(&stage, &organization, &calm, &finished);
}

/// On a bad day, and killed in the middle of it.
fn killed(seed: u64) {
    let seed = 200 + seed;
    let organization = Organization::new(seed);
    let (calm, calls) = organization.on_a_calm_day();
    let stage = organization.on_a_bad_day(seed);
    let moment = Moment::any(&mut Random::new(7000 + seed), calls);
    kill_at(&stage, moment, scan(&stage, &[]));
    if stage.sandbox.path("report").exists() {
        return;
    }
    let before = resume::finished(&stage);
    stage.far_end.reset_counts();
    let resumed = scan(&stage, if stage.kept().is_some() { &["--resume"] } else { &[] }).run();
    let called = stage.called();
    let again: Vec<&String> = before.intersection(&called).collect();
    assert!(again.is_empty(), "{moment:?}: called again: {again:?}");
    check(&stage, &organization, &calm, &resumed);
}

impl Organization {
    /// Its report when nothing goes wrong, and how many calls that takes.
    fn on_a_calm_day(&self) -> (Tables, u64) {
        let stage = Stage::around(self.world.clone(), ServeOptions::default());
        let finished = scan(&stage, &[]).run();
        assert!(matches!(finished.code, Some(0 | 4)), "{finished}");
        (Tables::of(&stage), stage.far_end.counts().total().total())
    }

    /// It, when everything goes wrong that a seed has in store.
    fn on_a_bad_day(&self, seed: u64) -> Stage {
        let options = ServeOptions { profile: profile(seed), ..ServeOptions::default() };
        Stage::around(self.world.clone(), options)
    }
}

/// The tables of a report, by account.
struct Tables {
    /// The rows of `accounts.csv`.
    accounts: BTreeMap<String, BTreeMap<String, String>>,
    roles: BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>>,
}

impl Tables {
    fn of(stage: &Stage) -> Self {
        let table = |name: &str| Table::read(&stage.sandbox.path("report").join(name));
        let cells = |table: &Table, row: Row<'_>| -> BTreeMap<String, String> {
            table.columns().iter().map(|column| (column.clone(), row.get(column).to_owned())).collect()
        };
        let (accounts, roles) = (table("accounts.csv"), table("roles.csv"));
        let mut by_account: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for row in roles.rows() {
            let of = by_account.entry(row.get("account_id").to_owned()).or_default();
            assert!(
                of.insert(row.get("role_arn").to_owned(), cells(&roles, row)).is_none(),
                "a role comes twice"
            );
        }
        Self {
            accounts: accounts
                .rows()
                .map(|row| (row.get("account_id").to_owned(), cells(&accounts, row)))
                .collect(),
            roles: by_account,
        }
    }

    fn roles(&self, account: &str) -> BTreeMap<String, BTreeMap<String, String>> {
        self.roles.get(account).cloned().unwrap_or_default()
    }
}

/// What is known of an account before it is called, and so stands in its row whatever became of it.
const OF_THE_ORGANIZATION: [&str; 5] = ["account_id", "account_name", "ou_path", "state", "accepted_gap"];

/// Holds a report against the organization, the calm report and the faults.
fn check(stage: &Stage, organization: &Organization, calm: &Tables, finished: &Finished) {
    let found = Tables::of(stage);
    let ids = |tables: &Tables| tables.accounts.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(ids(&found), ids(calm), "the population is whole: {finished}");
    let mut coverages = BTreeMap::<String, u64>::new();
    for (id, row) in &found.accounts {
        *coverages.entry(row["coverage"].clone()).or_default() += 1;
        let verdict = judge(stage, organization, calm, &found, id);
        assert_eq!(verdict, Ok(()), "{id} is {row:?}: {finished}");
        for column in OF_THE_ORGANIZATION {
            assert_eq!(row[column], calm.accounts[id][column], "{column} of {id}: {finished}");
        }
    }
    assert_eq!(finished.code, Some(exit_code(&coverages)), "{coverages:?}: {finished}");
    reconcile(stage, &found, &coverages);
    let counts = stage.far_end.counts();
    let allowed: BTreeSet<&str> = Operation::ALL.map(Operation::action).into();
    let called: BTreeSet<&str> = counts.operations().into_keys().collect();
    assert!(called.is_subset(&allowed), "outside the read list: {:?}", called.difference(&allowed));
}

fn exit_code(coverages: &BTreeMap<String, u64>) -> i32 {
    let gaps = ["denied", "failed", "partial", "not_reached"];
    if gaps.iter().any(|gap| coverages.contains_key(*gap)) { 4 } else { 0 }
}

/// Whether an account is what it may be.
fn judge(
    stage: &Stage,
    organization: &Organization,
    calm: &Tables,
    found: &Tables,
    id: &str,
) -> Result<(), String> {
    let row = &found.accounts[id];
    let (coverage, reason) = (row["coverage"].as_str(), row["reason"].as_str());
    let way = organization.ways[id];
    if let Way::Closed | Way::Suspended = way {
        let same = *row == calm.accounts[id] && found.roles(id).is_empty();
        return if same { Ok(()) } else { Err("it is as it would be on a calm day".to_owned()) };
    }
    match (stage.far_end.expected(id), coverage) {
        (_, "scanned" | "partial") => {}
        (Expectation::Complete, _) => return Err("nothing keeps it from being read".to_owned()),
        (Expectation::MayFail(causes), _) => {
            if !found.roles(id).is_empty() {
                return Err("it has roles, and was not read".to_owned());
            }
            let fits = |cause: &Cause| match cause {
                Cause::RepeatedMarker => coverage == "failed" && reason.contains("repeated marker"),
                Cause::MissingMarker => {
                    coverage == "failed" && reason.contains("truncated page without a marker")
                }
                // Nobody is let in any more; or, where the session had just been renewed, it is not known any more.
                Cause::Closed => match coverage {
                    "denied" => reason.contains("AccessDenied"),
                    _ => coverage == "failed" && reason.contains("InvalidClientTokenId"),
                },
            };
            return match causes.iter().any(fits) {
                true => Ok(()),
                false => Err(format!("the reason is one of {causes:?}")),
            };
        }
    }
    let is_endless = |cause: &Cause| matches!(cause, Cause::RepeatedMarker | Cause::MissingMarker);
    if let Expectation::MayFail(causes) = stage.far_end.expected(id)
        && causes.iter().any(is_endless)
    {
        return Err("its lists never end".to_owned());
    }
    read_as_it_is(stage, organization, calm, found, id)
}

/// Whether an account that was read has the rows that it has on a calm day, and these are true.
fn read_as_it_is(
    stage: &Stage,
    organization: &Organization,
    calm: &Tables,
    found: &Tables,
    id: &str,
) -> Result<(), String> {
    let way = organization.ways[id];
    let row = &found.accounts[id];
    let faults = stage.far_end.profile().faults.unwrap();
    let truth = organization.world.truth(id);
    let rows = found.roles(id);
    if row["roles"] != rows.len().to_string() {
        return Err(format!("{} rows", rows.len()));
    }
    // What is asked for one by one may be gone by then.
    let one_by_one = |role: &RoleTruth| match way {
        Way::OneByOne => true,
        _ => role.last_use_in == LastUseIn::GetRoleOnly,
    };
    let may_be_closed = matches!(stage.far_end.expected(id), Expectation::MayFail(_));
    let mut unknown = 0;
    for role in &truth {
        let asked = one_by_one(role);
        let Some(found) = rows.get(&role.arn) else {
            match asked && faults.deleted(id, &role.name) {
                true => continue,
                false => return Err(format!("{} is missing", role.arn)),
            }
        };
        let expected = calm.roles[id].get(&role.arn).ok_or_else(|| format!("{} is new", role.arn))?;
        let collected = found["last_use"] != "not_collected";
        unknown += u64::from(!collected);
        if collected || way == Way::ListOnly {
            if asked && faults.deleted(id, &role.name) && way != Way::ListOnly {
                return Err(format!("{} is gone, and was answered for", role.arn));
            }
            if found != expected {
                return Err(format!("{} is {found:?} and not {expected:?}", role.arn));
            }
            is_true(role, found, way)?;
        } else if !(asked && may_be_closed) {
            return Err(format!("the last use of {} is not known", role.arn));
        } else if found["role_id"] != role.role_id {
            return Err(format!("{} is another role", role.arn));
        }
    }
    let is_known = |arn: &String| truth.iter().any(|role| role.arn == *arn);
    if let Some(arn) = rows.keys().find(|arn| !is_known(arn)) {
        return Err(format!("there is no {arn}"));
    }
    match (row["coverage"].as_str(), unknown) {
        ("scanned", 0) | ("partial", 1..) => Ok(()),
        (_, unknown) => Err(format!("the last use of {unknown} roles is not known")),
    }
}

/// Whether a row says what the organization holds.
fn is_true(role: &RoleTruth, row: &BTreeMap<String, String>, way: Way) -> Result<(), String> {
    let used = role.last_use.as_ref().filter(|_| way != Way::ListOnly);
    let last_use = match (way, used) {
        (Way::ListOnly, _) => "not_collected",
        (_, None) => "none_recorded",
        (_, Some(_)) => "used",
    };
    for (column, expected) in [
        ("role_id", role.role_id.clone()),
        ("created_at", role.created.to_string()),
        ("last_use", last_use.to_owned()),
        ("last_used_at", used.map(|used| used.at.to_string()).unwrap_or_default()),
        ("last_used_region", used.map(|used| used.region.clone()).unwrap_or_default()),
    ] {
        if row[column] != expected {
            return Err(format!("{column} of {} is `{}` and not `{expected}`", role.arn, row[column]));
        }
    }
    Ok(())
}

/// The manifest's counts, the tables and each other.
fn reconcile(stage: &Stage, found: &Tables, coverages: &BTreeMap<String, u64>) {
    let report = stage.report("report");
    let manifest = report.manifest();
    let counts = &manifest["counts"]["accounts"];
    let number = |value: &Value| value.as_u64().unwrap();
    let mut sum = 0;
    for coverage in ["scanned", "partial", "denied", "failed", "not_reached", "not_active", "excluded"] {
        let expected = coverages.get(coverage).copied().unwrap_or_default();
        assert_eq!(number(&counts[coverage]), expected, "{coverage}");
        sum += expected;
    }
    assert_eq!(number(&counts["total"]), sum);
    let rows = found.roles.values().map(|roles| roles.len() as u64).sum::<u64>();
    let roles = &manifest["counts"]["roles"];
    assert_eq!((number(&roles["rows"]), number(&roles["seen"])), (rows, rows));
    for by in ["by_status", "by_disposition"] {
        assert_eq!(roles[by].as_object().unwrap().values().map(number).sum::<u64>(), rows, "{by}");
    }
    assert_eq!(manifest["complete"].as_bool(), Some(exit_code(coverages) == 0));
    assert_eq!(manifest["population_complete"], true);
}
