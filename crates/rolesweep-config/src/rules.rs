//! What the repeated tables say: threshold rules, exemptions and accepted gaps.

use rolesweep_assess::{AcceptedGap, Exemption, RoleSelector, TagMatch, Threshold, ThresholdRule};

use super::checks::{self, OuSelector};
use super::duration;
use super::errors::Fault;
use super::row::Row;

/// The name under which the thresholds that no rule sets are shown.
const RESERVED_NAME: &str = "default";

/// A `[[threshold]]`.
pub(crate) fn threshold_rule(mut row: Row<'_, '_>) -> Option<ThresholdRule> {
    let name = row.text("name", |text| match text.trim() {
        RESERVED_NAME => Err(Fault::new("a rule cannot be named `default`")
            .hint("that is what reports show where no rule matched: choose another name")),
        name => Ok(name.to_owned()),
    });
    let reason = row.words("reason");
    let accounts = row.list("accounts", checks::account_id);
    let ous = row.list("ou", |text| checks::ou(text).map(|ou: OuSelector| ou.as_str().to_owned()));
    let paths = row.list("path", path_prefix);
    let tags = row.list("tag", tag);
    let inactive_after = row.text("inactive_after", threshold);
    let unused_after = row.text("unused_after", threshold);
    if !["accounts", "ou", "path", "tag"].iter().any(|field| row.has(field)) {
        row.missing(
            Fault::new("this [[threshold]] selects no roles")
                .hint("name accounts, ou, path or tag; a threshold for all roles stands in [assess]"),
        );
    }
    if !row.has("inactive_after") && !row.has("unused_after") {
        row.missing(
            Fault::new("this [[threshold]] sets no threshold")
                .hint("set inactive_after, unused_after or both"),
        );
    }
    let sound = row.is_sound();
    let rule = ThresholdRule {
        name: name?,
        reason: reason?,
        accounts,
        ous,
        paths,
        tags,
        inactive_after,
        unused_after,
    };
    sound.then_some(rule)
}

/// An `[[exemption]]`.
pub(crate) fn exemption(mut row: Row<'_, '_>) -> Option<Exemption> {
    let arn = row.text("role_arn", |text| {
        text.parse().map(RoleSelector::RoleArn).map_err(|error: rolesweep_model::ArnError| {
            Fault::new(format!("`{text}` is {}", lead(&error.to_string())))
        })
    });
    let id = row.text("role_id", |text| {
        text.parse()
            .map(RoleSelector::RoleId)
            .map_err(|error: rolesweep_model::IdError| Fault::new(error.to_string()))
    });
    match (row.has("role_arn"), row.has("role_id")) {
        (true, true) => row.missing(
            Fault::new("this [[exemption]] names both role_arn and role_id")
                .hint("keep role_id for this one role, or role_arn for whichever role has that name"),
        ),
        (false, false) => {
            row.missing(Fault::new("this [[exemption]] names no role").hint("set role_arn or role_id"));
        }
        _ => {}
    }
    let (owner, approved_by) = two_people(&mut row);
    let reason = row.words("reason");
    let expires = row.expiry("expires");
    let sound = row.is_sound();
    let exemption = Exemption {
        role: arn.or(id)?,
        owner: owner?,
        approved_by: approved_by?,
        reason: reason?,
        expires: expires?,
    };
    sound.then_some(exemption)
}

/// An `[[accepted_gap]]`.
pub(crate) fn accepted_gap(mut row: Row<'_, '_>) -> Option<AcceptedGap> {
    let account_id = row.text("account", checks::account_id);
    let (owner, approved_by) = two_people(&mut row);
    let reason = row.words("reason");
    let expires = row.expiry("expires");
    let sound = row.is_sound();
    let gap = AcceptedGap {
        account_id: account_id?,
        owner: owner?,
        approved_by: approved_by?,
        reason: reason?,
        expires: expires?,
    };
    sound.then_some(gap)
}

/// The owner and who approved it, who are not the same: nobody approves what they answer for themselves.
fn two_people(row: &mut Row<'_, '_>) -> (Option<String>, Option<String>) {
    let owner = row.words("owner");
    let same = |text: &str| owner.as_ref().is_some_and(|owner| owner.to_lowercase() == text.to_lowercase());
    let approved_by = row.text("approved_by", |text| match text.trim() {
        text if same(text) => {
            Err(Fault::new(format!("`{text}` is the owner, too")).hint("name somebody else who approved it"))
        }
        text => Ok(text.to_owned()),
    });
    (owner, approved_by)
}

fn threshold(text: &str) -> Result<Threshold, Fault> {
    let seconds = duration::threshold_seconds(text)?;
    Threshold::from_seconds(seconds).map_err(|error| Fault::new(error.to_string()))
}

/// The beginning of a role's path. It ends with a `/`, so that `/ci/` does not also mean `/ci-old/`.
fn path_prefix(text: &str) -> Result<String, Fault> {
    if text.starts_with('/') && text.ends_with('/') && text.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(text.to_owned());
    }
    let inner = text.trim_matches('/');
    Err(Fault::new(format!("`{text}` is not the beginning of a role's path"))
        .hint(format!("it begins and ends with a slash: `/{inner}/`")))
}

/// `key`, or `key=value` split at the first `=`.
fn tag(text: &str) -> Result<TagMatch, Fault> {
    let (key, value) = match text.split_once('=') {
        Some((key, value)) => (key, Some(value.to_owned())),
        None => (text, None),
    };
    if key.trim().is_empty() {
        return Err(Fault::new(format!("`{text}` names no tag")).hint("write `key` or `key=value`"));
    }
    Ok(TagMatch { key: key.to_owned(), value })
}

/// Error texts of ARNs are either "not the ARN …" or a sentence about a part.
fn lead(text: &str) -> String {
    if text.starts_with("not ") { text.to_owned() } else { format!("malformed: {text}") }
}
