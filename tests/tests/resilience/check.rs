//! Compares a report on a faulty server with the organization, an undisturbed report, and the
//! server's faults.

use std::collections::{BTreeMap, BTreeSet};

use rolesweep_scan::operation::Operation;
use rolesweep_sim::{Cause, Expectation, LastUseIn, RoleTruth};
use rolesweep_tests::{Finished, Row, Table};
use serde_json::Value;

use crate::fixture::Fixture;
use crate::hostile::{Organization, Way};

/// The tables of a report, by account.
pub(crate) struct Tables {
    /// The rows of `accounts.csv`.
    accounts: BTreeMap<String, BTreeMap<String, String>>,
    roles: BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>>,
}

impl Tables {
    pub(crate) fn of(fixture: &Fixture) -> Self {
        let table = |name: &str| Table::read(&fixture.sandbox.path("report").join(name));
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

/// The role that reads each account.
const AUDIT_ROLE: &str = "RolesweepAudit";

/// Facts of the organization that are known before an account is called. They are in its row
/// whatever its outcome.
const OF_THE_ORGANIZATION: [&str; 5] = ["account_id", "account_name", "ou_path", "state", "accepted_gap"];

/// Compares a report with the organization, the undisturbed report and the faults.
pub(crate) fn check(fixture: &Fixture, organization: &Organization, calm: &Tables, finished: &Finished) {
    let found = Tables::of(fixture);
    let case = Case { fixture, organization, calm, found: &found };
    let ids = |tables: &Tables| tables.accounts.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(ids(&found), ids(calm), "the population is whole: {finished}");
    let mut coverages = BTreeMap::<String, u64>::new();
    for (id, row) in &found.accounts {
        *coverages.entry(row["coverage"].clone()).or_default() += 1;
        let judged = case.judge(id);
        assert_eq!(judged, Ok(()), "{id} is {row:?}: {finished}");
        for column in OF_THE_ORGANIZATION {
            assert_eq!(row[column], calm.accounts[id][column], "{column} of {id}: {finished}");
        }
    }
    assert_eq!(finished.code, Some(exit_code(&coverages)), "{coverages:?}: {finished}");
    reconcile(fixture, &found, &coverages);
    let counts = fixture.server.counts();
    let allowed: BTreeSet<&str> = Operation::ALL.map(Operation::action).into();
    let called: BTreeSet<&str> = counts.operations().into_keys().collect();
    assert!(called.is_subset(&allowed), "outside the read list: {:?}", called.difference(&allowed));
}

fn exit_code(coverages: &BTreeMap<String, u64>) -> i32 {
    let gaps = ["denied", "failed", "partial", "not_reached"];
    if gaps.iter().any(|gap| coverages.contains_key(*gap)) { 4 } else { 0 }
}

/// A report on a faulty server, and what it is compared with.
struct Case<'a> {
    fixture: &'a Fixture,
    organization: &'a Organization,
    calm: &'a Tables,
    found: &'a Tables,
}

impl Case<'_> {
    /// Checks that an account has an allowed result.
    fn judge(&self, id: &str) -> Result<(), String> {
        let Self { fixture, organization, calm, found } = self;
        let row = &found.accounts[id];
        let (coverage, reason) = (row["coverage"].as_str(), row["reason"].as_str());
        let way = organization.ways[id];
        if let Way::Closed | Way::Suspended = way {
            let same = *row == calm.accounts[id] && found.roles(id).is_empty();
            return if same { Ok(()) } else { Err("it is as it would be on a calm day".to_owned()) };
        }
        let is_endless = |cause: &Cause| matches!(cause, Cause::RepeatedMarker | Cause::MissingMarker);
        match (fixture.server.expected(id), coverage) {
            (Expectation::MayFail(causes), "scanned" | "partial") if causes.iter().any(is_endless) => {
                Err("its lists never end".to_owned())
            }
            (_, "scanned" | "partial") => self.read_as_it_is(id),
            (Expectation::Complete, _) => Err("nothing keeps it from being read".to_owned()),
            (Expectation::MayFail(causes), _) => {
                if !found.roles(id).is_empty() {
                    return Err("it has roles, and was not read".to_owned());
                }
                let fits = |cause: &Cause| match cause {
                    Cause::RepeatedMarker => coverage == "failed" && reason.contains("repeated marker"),
                    Cause::MissingMarker => {
                        coverage == "failed" && reason.contains("truncated page without a marker")
                    }
                    // AssumeRole is denied now. If the session had just been renewed, it is
                    // unknown.
                    Cause::Closed => match coverage {
                        "denied" => reason.contains("AccessDenied"),
                        _ => coverage == "failed" && reason.contains("InvalidClientTokenId"),
                    },
                };
                match causes.iter().any(fits) {
                    true => Ok(()),
                    false => Err(format!("the reason is one of {causes:?}")),
                }
            }
        }
    }

    /// Checks that an account that was read has the same rows as in the undisturbed report, and
    /// that they are true.
    fn read_as_it_is(&self, id: &str) -> Result<(), String> {
        let Self { fixture, organization, calm, found } = self;
        let way = organization.ways[id];
        let row = &found.accounts[id];
        let faults = fixture.server.profile().faults.unwrap();
        let truth = organization.world.truth(id);
        let rows = found.roles(id);
        if row["roles"] != rows.len().to_string() {
            return Err(format!("{} rows", rows.len()));
        }
        // Roles that are requested one by one may be deleted by then.
        let one_by_one = |role: &RoleTruth| match way {
            Way::OneByOne => true,
            _ => role.last_use_in == LastUseIn::GetRoleOnly,
        };
        // The role whose session asks cannot be deleted, because its sessions would have ended with
        // it.
        let deleted = |role: &RoleTruth| role.name != AUDIT_ROLE && faults.deleted(id, &role.name);
        let may_be_closed = matches!(fixture.server.expected(id), Expectation::MayFail(_));
        let mut unknown = 0;
        for role in &truth {
            let asked = one_by_one(role);
            let Some(found) = rows.get(&role.arn) else {
                match asked && deleted(role) {
                    true => continue,
                    false => return Err(format!("{} is missing", role.arn)),
                }
            };
            let expected = calm.roles[id].get(&role.arn).ok_or_else(|| format!("{} is new", role.arn))?;
            let collected = found["last_use"] != "not_collected";
            unknown += u64::from(!collected);
            if collected || way == Way::ListOnly {
                if asked && deleted(role) && way != Way::ListOnly {
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
}

/// Checks that a row equals the organization's data.
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

/// Checks that the manifest's counts agree with the tables.
fn reconcile(fixture: &Fixture, found: &Tables, coverages: &BTreeMap<String, u64>) {
    let report = fixture.report("report");
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
