//! A server that misbehaves: every account is read completely and correctly, or says why not, and
//! all counts add up.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;
use libtest_mimic::Trial;
use rolesweep_sim::{AuditRole, Faults, LastUseIn, OrganizationSpec, Profile, RoleSpec, ServeOptions, World};
use rolesweep_tests::Run;

use crate::check::{Tables, check};
use crate::fixture::{Fixture, as_of};
use crate::progress::{Progress, Random};
use crate::resume::{self, kill_at};
use crate::seeds;

/// The external id that every audit role requires.
pub(crate) const EXTERNAL_ID: &str = "rs-Zk4vq9Wm2xTn7hLd";

pub(crate) fn trials() -> impl Iterator<Item = Trial> {
    seeds("hostile::every_account_is_whole_or_says_why", 50, 2, hostile).chain(seeds(
        "hostile::killed_and_resumed",
        10,
        0,
        killed,
    ))
}

/// How an account of the organization can be read, without the faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
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

/// An organization with many kinds of accounts. Its pages are short, and sometimes even shorter.
pub(crate) struct Organization {
    pub(crate) world: World,
    pub(crate) ways: BTreeMap<String, Way>,
}

impl Organization {
    /// The organization of a seed. Those of even seeds can be read completely, without the faults.
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random::new(5000 + seed);
        let mut spec = OrganizationSpec::new(seed, as_of());
        let audit = spec.audit.clone().with_external_id(EXTERNAL_ID);
        spec.audit = audit.clone();
        // Accounts that exist from the start have the unmodified role.
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

/// The hostile profile of a seed, ten times as fast. Hanging answers hang for longer than these
/// scans wait.
pub(crate) fn profile(seed: u64) -> Profile {
    let faults = Faults { hang: 3 * READ_TIMEOUT, ..Faults::hostile(seed) };
    Profile { faults: Some(faults), ..Profile::hostile(seed).scaled(0.1) }
}

/// How long these scans wait for an answer.
const READ_TIMEOUT: Duration = Duration::from_secs(2);

/// A scan of the organization with these arguments, not yet started.
pub(crate) fn scan(fixture: &Fixture, arguments: &[&str]) -> Run {
    // Small pages give more chances for faults between them.
    let settings = format!(
        "[scan]\npage_size = 20\nmax_iam_rate = 20\nread_timeout = \"{}s\"\n",
        READ_TIMEOUT.as_secs()
    );
    std::fs::write(fixture.sandbox.path("config.toml"), settings).unwrap();
    let run = fixture.scan("report").args(["--config", "config.toml"]).args(arguments);
    run.env("ROLESWEEP_EXTERNAL_ID", EXTERNAL_ID)
}

fn hostile(seed: u64) {
    let organization = Organization::new(seed);
    let (calm, _) = organization.on_a_calm_day();
    let fixture = organization.on_a_bad_day(seed);
    let finished = scan(&fixture, &[]).run();
    let total = fixture.server.counts().total();
    assert!(total.throttled > 0 && total.faulted > 0, "it was no bad day: {total:?}");
    check(&fixture, &organization, &calm, &finished);
}

/// On a faulty server, and killed during the scan.
fn killed(seed: u64) {
    let seed = 200 + seed;
    let organization = Organization::new(seed);
    let (calm, calls) = organization.on_a_calm_day();
    let fixture = organization.on_a_bad_day(seed);
    let progress = Progress::any(&mut Random::new(7000 + seed), calls);
    kill_at(&fixture, progress, scan(&fixture, &[]));
    if fixture.sandbox.path("report").exists() {
        return;
    }
    let before = resume::finished(&fixture);
    fixture.server.reset_counts();
    let resumed = scan(&fixture, if fixture.kept().is_some() { &["--resume"] } else { &[] }).run();
    let called = fixture.called();
    let again: Vec<&String> = before.intersection(&called).collect();
    assert!(again.is_empty(), "{progress:?}: called again: {again:?}");
    check(&fixture, &organization, &calm, &resumed);
}

impl Organization {
    /// The report without faults, and the number of its calls.
    fn on_a_calm_day(&self) -> (Tables, u64) {
        let fixture = Fixture::around(self.world.clone(), ServeOptions::default());
        let finished = scan(&fixture, &[]).run();
        assert!(matches!(finished.code, Some(0 | 4)), "{finished}");
        (Tables::of(&fixture), fixture.server.counts().total().total())
    }

    /// The organization with all faults of a seed.
    fn on_a_bad_day(&self, seed: u64) -> Fixture {
        let options = ServeOptions { profile: profile(seed), ..ServeOptions::default() };
        Fixture::around(self.world.clone(), options)
    }
}
