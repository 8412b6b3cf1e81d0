//! The rules between the fields of an `[[exemption]]`.

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use rolesweep_assess::risk::trust::TrustLevel;
use rolesweep_assess::{Exemption, RoleMatch};

use crate::errors::Fault;
use crate::tables::row::Row;
use crate::tables::{ExemptionTable, Latest, RepeatedTable, check_acceptance};
use crate::value::types::{Expiry, LIMITING};
use crate::value::{Shape, checks, scalar};

impl RepeatedTable for ExemptionTable {
    fn check(row: &mut Row<'_>, latest: Option<&Latest>) {
        check_acceptance(row, latest);
        check_approval(row, latest);
        check_selection(row);
    }

    fn subject(&self) -> String {
        format!("an exemption for {:#}", self.roles())
    }

    fn second_subject(&self) -> Option<(String, &'static str)> {
        Some((format!("an exemption with the id `{}`", self.id()), "give one of the two another `id`"))
    }
}

/// Whoever creates a role chooses its name and its path. A match by them alone hides what anybody
/// creates, in any account. The root holds every account, so it limits nothing.
fn check_selection(row: &mut Row<'_>) {
    let is_root = |ou: &&str| ou.starts_with("r-") || ou.starts_with('/') && ou.trim_matches('/').is_empty();
    if let Some(root) = row.texts("ou").into_iter().find(is_root) {
        let what = format!("`{root}` is the whole organization");
        row.fault("ou", Fault::new(what, "name the OUs that the roles are in"));
    }
    if let Some(root) = row.texts("path").into_iter().find(|path| path.trim_matches('/').is_empty()) {
        let what = format!("`{root}` is the path of every role");
        row.fault("path", Fault::new(what, "name a path below it, such as \"/app/\""));
    }
    if ["role_arn", "role_id", "account", "ou"].iter().any(|field| row.has(field)) {
        return;
    }
    let by = if row.has("role_name") {
        "name"
    } else if row.has("path") {
        "path"
    } else {
        row.missing(Fault::new(
            "this [[exemption]] names no roles",
            "set role_arn, role_id, account or ou, or role_name with something that limits it",
        ));
        return;
    };
    let is_wide =
        |word: &str| LIMITING.into_iter().any(|level| level.as_str() == word && level > TrustLevel::Org);
    if !row.has("trust_at_most") || row.text("trust_at_most").is_some_and(is_wide) {
        row.missing(Fault::new(
            format!(
                "this [[exemption]] selects roles by {by} alone, and whoever creates a role chooses its {by}"
            ),
            "limit it: add `account`, `ou`, or `trust_at_most = \"org\"`",
        ));
    }
}

/// How much earlier than in UTC a day begins where it begins first.
const FIRST_TIME_ZONE: SignedDuration = SignedDuration::from_hours(14);

/// Nobody has approved anything tomorrow, or after it ended.
fn check_approval(row: &mut Row<'_>, latest: Option<&Latest>) {
    let text = |row: &Row<'_>, field| {
        row.value(field)
            .and_then(|value| scalar(Shape::Instant, value.get_ref()))
            .map(|text| text.into_owned())
    };
    let Some(written) = text(row, "approved_on") else { return };
    let Ok(day) = checks::day(&written) else { return };
    let begins = day.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
    let expires = text(row, "expires").and_then(|expires| checks::expiry(&expires).ok());
    let far = latest.and_then(|latest| latest.from.checked_add(FIRST_TIME_ZONE).ok());
    if far.is_some_and(|far| begins.as_ref().is_ok_and(|begins| *begins > far)) {
        let help = "write the day on which it was approved";
        row.fault("approved_on", Fault::new(format!("`{written}` is in the future"), help));
    } else if expires.is_some_and(|expires| begins.is_ok_and(|begins| begins >= expires)) {
        let help = "write the day on which it was approved, and a later `expires`";
        row.fault("approved_on", Fault::new(format!("`{written}` is after it expires"), help));
    }
}

impl ExemptionTable {
    /// What reports call it.
    fn id(&self) -> String {
        self.id.clone().unwrap_or_else(|| self.roles().to_string())
    }

    fn roles(&self) -> RoleMatch {
        let Self { role_arn, role_id, role_name, path, account, ou, trust_at_most, .. } = self.clone();
        RoleMatch {
            role_id,
            role_arn,
            role_names: role_name,
            paths: path,
            accounts: account,
            ous: ou,
            trust_at_most,
        }
    }

    pub(crate) fn exemption(&self) -> Exemption {
        let (id, roles) = (self.id(), self.roles());
        let Self { owner, approved_by, approved_on, ticket, reason, expires: Expiry(expires), .. } =
            self.clone();
        Exemption { id, roles, owner, approved_by, approved_on, ticket, reason, expires }
    }
}
