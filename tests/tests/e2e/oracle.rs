//! The expected report on a world, computed only from the simulator's truth, in the simplest way.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rolesweep_sim::{LastUseIn, RoleTruth, World};
use rolesweep_tests::{Row, list, pairs, text};

const DAY: i64 = 86_400;
/// How long AWS keeps a role's last use.
const WINDOW: i64 = 400 * DAY;

/// Which of IAM's calls can read an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answers {
    Details,
    ListRolesAndGetRole,
    ListRoles,
}

/// The instant and the thresholds of the assessment, in days.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judged {
    pub(crate) as_of: Timestamp,
    pub(crate) inactive_after: i64,
    pub(crate) unused_after: i64,
}

/// The expected content of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    /// These characters.
    Exactly(String),
    /// This text, after neutralising is undone.
    Text(String),
    /// These items, after neutralising is undone.
    List(Vec<String>),
    /// These pairs, after neutralising is undone.
    Pairs(Vec<(String, String)>),
    /// Some text (`true`), or none.
    Filled(bool),
    /// Anything: the unit tests say what.
    Anything,
}

impl Cell {
    /// Whether a cell of a file has this content.
    pub(crate) fn is_in(&self, cell: &str) -> bool {
        match self {
            Self::Exactly(expected) => cell == expected,
            Self::Text(expected) => text(cell) == *expected,
            Self::List(expected) => list(cell) == *expected,
            Self::Pairs(expected) => pairs(cell) == *expected,
            Self::Filled(expected) => cell.is_empty() != *expected,
            Self::Anything => true,
        }
    }
}

/// A row of `roles.csv`, by column.
pub(crate) type Expected = BTreeMap<&'static str, Cell>;

/// All rows of the accounts that this covers, in the report's order.
pub(crate) fn roles(
    world: &World,
    judged: Judged,
    answers: impl Fn(&str) -> Option<Answers>,
) -> Vec<Expected> {
    let mut ids: Vec<String> = world.account_ids().collect();
    ids.sort_unstable();
    let mut rows = Vec::new();
    for id in ids {
        let Some(answers) = answers(&id) else { continue };
        let account = world.account_truth(&id).unwrap();
        let mut roles = world.truth(&id);
        roles.sort_by(|a, b| a.arn.cmp(&b.arn));
        for role in roles {
            let mut row = facts(&role, answers);
            row.extend(risk(&role, answers, |account| world.account_truth(account).is_some()));
            row.extend(judgement(&role, judged, answers));
            row.extend(owner(&role, answers));
            row.extend(manager(&role));
            row.insert("account_name", Cell::Text(account.name.clone()));
            row.insert("ou_path", Cell::Text(account.ou_path.clone()));
            rows.push(row);
        }
    }
    rows
}

/// The columns of a row with other content than expected, with both values.
pub(crate) fn differences(row: Row<'_>, expected: &Expected) -> Vec<String> {
    expected
        .iter()
        .filter(|(column, cell)| !cell.is_in(row.get(column)))
        .map(|(column, cell)| {
            format!("{}: {column} is `{}` and not {cell:?}", row.get("role_arn"), row.get(column))
        })
        .collect()
}

/// The cells with collected facts.
fn facts(role: &RoleTruth, answers: Answers) -> Expected {
    let exactly = |text: &str| Cell::Exactly(text.to_owned());
    let details = answers == Answers::Details;
    let if_details = |items: &[String]| Cell::List(if details { sorted(items) } else { Vec::new() });
    let used = role.last_use.as_ref().filter(|_| is_collected(role, answers));
    let last_use = match (is_collected(role, answers), used) {
        (false, _) => "not_collected",
        (true, None) => "none_recorded",
        (true, Some(_)) => "used",
    };
    let tags = if answers == Answers::ListRoles { Vec::new() } else { sorted(&role.tags) };
    let evidence = match answers {
        Answers::Details => "authorization_details",
        Answers::ListRolesAndGetRole => "get_role",
        Answers::ListRoles => "list_roles",
    };
    BTreeMap::from([
        ("role_arn", exactly(&role.arn)),
        ("role_id", exactly(&role.role_id)),
        ("account_id", exactly(&role.account_id)),
        ("role_name", Cell::Text(role.name.clone())),
        ("path", Cell::Text(role.path.clone())),
        ("created_at", exactly(&role.created.to_string())),
        ("last_use", exactly(last_use)),
        ("last_used_at", exactly(&used.map(|used| used.at.to_string()).unwrap_or_default())),
        ("last_used_region", Cell::Text(used.map(|used| used.region.clone()).unwrap_or_default())),
        ("tags", Cell::Pairs(tags)),
        ("trust", Cell::Filled(true)),
        ("attached_policies", if_details(&role.attached)),
        ("inline_policies", if_details(&role.inline)),
        ("instance_profiles", if_details(&role.instance_profiles)),
        ("evidence", exactly(evidence)),
    ])
}

/// The cells on what the role may do and whom it trusts, as far as they follow from a few documents
/// that everybody knows.
fn risk(role: &RoleTruth, answers: Answers, is_member: impl Fn(&str) -> bool) -> Expected {
    let exactly = |text: &str| Cell::Exactly(text.to_owned());
    let has = |name: &str| role.attached.iter().any(|arn| arn.ends_with(&format!("/{name}")));
    let privilege = match answers {
        Answers::Details if role.boundary.is_some() => Cell::Filled(true),
        Answers::Details if has("AdministratorAccess") => exactly("admin"),
        Answers::Details if role.attached.is_empty() && role.inline.is_empty() => exactly("none"),
        Answers::Details => Cell::Filled(true),
        Answers::ListRolesAndGetRole | Answers::ListRoles => exactly("unknown"),
    };
    let is_id = |word: &&str| word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_digit());
    let words = || role.trust.split(|c: char| !c.is_ascii_alphanumeric()).filter(is_id);
    let has_outsider = words().any(|id| !is_member(id));
    let trust_level = match () {
        () if role.trust.contains(r#""AWS":["*"]"#) => exactly("public"),
        () if !role.trust.contains(r#""AWS""#) && role.trust.contains(r#""Service""#) => exactly("local"),
        () => Cell::Filled(true),
    };
    let has_boundary = match answers {
        Answers::ListRoles => exactly(""),
        Answers::Details | Answers::ListRolesAndGetRole => exactly(&role.boundary.is_some().to_string()),
    };
    BTreeMap::from([
        ("severity", Cell::Filled(true)),
        ("confidence", Cell::Filled(true)),
        ("risk_codes", Cell::Filled(true)),
        ("privilege", privilege),
        ("privilege_evidence", Cell::Filled(true)),
        ("trust_level", trust_level),
        ("trust_evidence", Cell::Filled(true)),
        ("external_accounts", Cell::Filled(has_outsider)),
        ("has_boundary", has_boundary),
        ("exemption_id", exactly("")),
        ("exemption_expires", exactly("")),
        // There is no earlier scan.
        ("change", exactly("")),
    ])
}

/// The cells with the owner: of the demo's roles, only the tags `Owner` and `team` name one.
fn owner(role: &RoleTruth, answers: Answers) -> Expected {
    let tags = if answers == Answers::ListRoles { Vec::new() } else { sorted(&role.tags) };
    let named = |wanted: &str| tags.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted));
    let (owner, source) = match named("owner").or_else(|| named("team")) {
        Some((key, value)) => {
            // As config/demo.toml declares them.
            let owner = match value.as_str() {
                "payments" => "Payments",
                "data-platform" => "Data Platform",
                other => other,
            };
            (owner.to_owned(), format!("role_tag:{key}"))
        }
        None => Default::default(),
    };
    BTreeMap::from([("owner", Cell::Text(owner)), ("owner_source", Cell::Text(source))])
}

/// The cells with what manages the role, as far as a path says it for certain.
fn manager(role: &RoleTruth) -> Expected {
    let known =
        [("/aws-service-role/", "service-linked"), ("/aws-reserved/sso.amazonaws.com/", "identity-center")];
    let found = known.iter().find(|(path, _)| role.path.starts_with(path));
    let cell = |text: Option<&str>| text.map_or(Cell::Anything, |text| Cell::Exactly(text.to_owned()));
    BTreeMap::from([
        ("managed_by", cell(found.map(|(_, manager)| *manager))),
        ("managed_by_confidence", cell(found.map(|_| "certain"))),
        ("managed_by_evidence", found.map_or(Cell::Anything, |_| Cell::Filled(true))),
    ])
}

/// The cells with the assessment.
fn judgement(role: &RoleTruth, judged: Judged, answers: Answers) -> Expected {
    let exactly = |text: &str| Cell::Exactly(text.to_owned());
    let since = |at: Timestamp| (judged.as_of.as_second() - at.as_second()).max(0);
    let age = since(role.created);
    let (idle, minimum, threshold, status) = if !is_collected(role, answers) {
        (None, None, judged.inactive_after, "unknown")
    } else if let Some(used) = &role.last_use {
        let status = if since(used.at) > judged.inactive_after * DAY { "inactive" } else { "active" };
        (Some(since(used.at)), Some(false), judged.inactive_after, status)
    } else {
        let status = if age > judged.unused_after * DAY { "unused" } else { "new" };
        (Some(age.min(WINDOW)), Some(age > WINDOW), judged.unused_after, status)
    };
    let reserved = ["/aws-service-role/", "/aws-reserved/"].iter().any(|path| role.path.starts_with(path));
    let audit = role.path == "/" && role.name == "RolesweepAudit";
    let disposition = match status {
        _ if reserved || audit => "protected",
        "unknown" => "undetermined",
        "inactive" | "unused" => "flagged",
        _ => "none",
    };
    let number = |seconds: i64| (seconds / DAY).to_string();
    BTreeMap::from([
        ("idle_days", exactly(&idle.map(number).unwrap_or_default())),
        ("idle_days_is_minimum", exactly(&minimum.map(|minimum| minimum.to_string()).unwrap_or_default())),
        ("status", exactly(status)),
        ("disposition", exactly(disposition)),
        ("disposition_reason", Cell::Filled(disposition != "none")),
        ("age_days", exactly(&number(age))),
        ("threshold_days", exactly(&threshold.to_string())),
        ("threshold_rule", exactly("default")),
        // The only scan of its store.
        ("last_use_source", exactly(if is_collected(role, answers) { "aws" } else { "" })),
        ("first_seen", exactly(&judged.as_of.to_string())),
        ("scans_idle", exactly(if matches!(status, "inactive" | "unused") { "1" } else { "" })),
    ])
}

/// AWS gives lists in any order. The report sorts them.
fn sorted<T: Ord + Clone>(items: &[T]) -> Vec<T> {
    let mut items = items.to_vec();
    items.sort();
    items
}

/// Whether AWS answers for the last use.
fn is_collected(role: &RoleTruth, answers: Answers) -> bool {
    answers != Answers::ListRoles && role.last_use_in != LastUseIn::Neither
}
