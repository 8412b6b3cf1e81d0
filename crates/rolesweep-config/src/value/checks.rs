//! The rules for texts as values. Each check says what is wrong, and what to write instead.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rolesweep_assess::ownership::folded_key;
use rolesweep_assess::{PLACEHOLDERS, TagMatch};
use rolesweep_model::text::is_hidden;
use rolesweep_model::{
    AccountId, IdError, OuPathError, ParentId, RoleArn, RoleId, canonical_ou_path, is_name_byte, is_region,
};

use crate::errors::Fault;

/// Returns the normal spelling of a text, or refuses the text.
pub(crate) type Check = fn(&str) -> Result<String, Fault>;

pub(crate) fn account_id(text: &str) -> Result<AccountId, Fault> {
    text.parse().map_err(|error| not_an_account_id(text, &error))
}

/// What is wrong with a text that should be an account id. Spreadsheets and people drop parts of an
/// id, so the remedy names what probably happened.
pub(crate) fn not_an_account_id(text: &str, error: &IdError) -> Fault {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let only_digits = digits.len() == text.len();
    let help = if only_digits && (1..12).contains(&digits.len()) {
        format!("leading zeros belong to the id, and spreadsheets drop them: is it {digits:0>12}?")
    } else if text.contains(['E', 'e']) && text.contains('+') {
        "a spreadsheet made it a number: format the column as text and enter the id again".to_owned()
    } else if digits.len() == 12 {
        format!("write only the twelve digits: {digits}")
    } else if text.contains('*') {
        "name each account by its id; without a selection, all accounts count".to_owned()
    } else {
        "write the twelve digits, as `aws organizations list-accounts` prints them".to_owned()
    };
    Fault::new(error.to_string(), help)
}

/// What is wrong with a text that is blank.
pub(crate) fn empty_text() -> Fault {
    Fault::new("the text is empty", "write a value, or omit the setting if it may be missing")
}

/// A text that is not blank.
pub(crate) fn text(text: &str) -> Result<String, Fault> {
    match text.trim() {
        "" => Err(empty_text()),
        text => Ok(text.to_owned()),
    }
}

/// A text that somebody filled in: not what `rolesweep explain` prints in its place.
pub(crate) fn filled_in(written: &str) -> Result<String, Fault> {
    let text = text(written)?;
    if PLACEHOLDERS.iter().any(|placeholder| placeholder.eq_ignore_ascii_case(&text)) {
        let what = format!("`{text}` is still the placeholder");
        return Err(Fault::new(what, "write what it asks for in its place, in your own words"));
    }
    Ok(text)
}

/// An OU or a root by its id, or by its path of names from the root down, spelled as
/// [`canonical_ou_path`] does.
pub(crate) fn ou(text: &str) -> Result<String, Fault> {
    if !text.starts_with('/') {
        return text.parse::<ParentId>().map(|id| id.to_string()).map_err(|_| {
            Fault::new(
                format!("`{text}` is not an OU"),
                "give its id (ou-…-…, r-…) or its path of names from the root, such as /Workloads/Prod",
            )
        });
    }
    canonical_ou_path(text).map_err(|error| match error {
        OuPathError::NamelessPart | OuPathError::NotFromTheRoot => Fault::new(
            format!("the OU path `{text}` has a part without a name"),
            "give the names from the root down, such as /Workloads/Prod",
        ),
        OuPathError::NotACharacter { part } => Fault::new(
            format!("in the OU path `{text}`, `{part}` is not a name"),
            "write `%25` for a percent sign, and `%2F` for a slash in a name",
        ),
    })
}

/// A Region's name. It becomes part of a host name.
pub(crate) fn region(text: &str) -> Result<String, Fault> {
    if is_region(text) {
        return Ok(text.to_owned());
    }
    Err(Fault::new(format!("`{text}` is not a Region"), "write it as AWS does, such as eu-central-1"))
}

/// The audit role's name with its path, without a leading `/`: IAM's `roleNameType` and `pathType`.
pub(crate) fn role_name(text: &str) -> Result<String, Fault> {
    let (path, name) = text.rsplit_once('/').unwrap_or(("", text));
    let name_ok = (1..=64).contains(&name.len()) && name.bytes().all(is_name_byte);
    let hint = if text.starts_with("arn:") {
        "give the name alone: each account has a role of that name"
    } else if text.starts_with('/') {
        "omit the leading `/`: audit/RolesweepAudit"
    } else if name_ok && path.len() <= 510 && path.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(text.to_owned());
    } else {
        "write up to 64 of A-Z a-z 0-9 _ + = , . @ -, after its path if it has one"
    };
    Err(Fault::new(format!("`{text}` is not a role's name"), hint))
}

/// An external id: STS's `externalIdType`. The message never shows it.
pub(crate) fn external_id(text: &str) -> Result<String, Fault> {
    let valid = |b: u8| is_name_byte(b) || b == b':' || b == b'/';
    if (2..=1224).contains(&text.len()) && text.bytes().all(valid) {
        return Ok(text.to_owned());
    }
    Err(Fault::new("the external id is malformed", "write 2 to 1,224 of A-Z a-z 0-9 _ + = , . @ : / -"))
}

/// A session name: STS's `roleSessionNameType`.
pub(crate) fn session_name(text: &str) -> Result<String, Fault> {
    if (2..=64).contains(&text.len()) && text.bytes().all(is_name_byte) {
        return Ok(text.to_owned());
    }
    Err(Fault::new(format!("`{text}` is not a session name"), "write 2 to 64 of A-Z a-z 0-9 _ + = , . @ -"))
}

/// The name of a threshold rule. Reports use `default` for the thresholds that no rule sets.
pub(crate) fn rule_name(name: &str) -> Result<String, Fault> {
    match text(name)?.as_str() {
        "default" => Err(Fault::new(
            "a rule cannot be named `default`",
            "choose another name: reports show this one if no rule matched",
        )),
        name => Ok(name.to_owned()),
    }
}

/// The beginning of a role's path. It ends with a `/`, so that `/ci/` does not also mean
/// `/ci-old/`.
pub(crate) fn path_prefix(text: &str) -> Result<String, Fault> {
    if let Some(fixed) = before_wildcard(text) {
        let fixed = fixed.rsplit_once('/').map_or("", |(whole, _)| whole);
        let help = match fixed.trim_matches('/') {
            "" => "write how the path begins, such as `/ci/`".to_owned(),
            fixed => format!("write how the path begins: `/{fixed}/` selects everything below it"),
        };
        return Err(Fault::new(format!("`{text}` has a wildcard"), help));
    }
    if text.starts_with('/') && text.ends_with('/') && text.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(text.to_owned());
    }
    let help = match text.trim_matches('/') {
        bare if !bare.is_empty() && bare.bytes().all(|b| b.is_ascii_graphic()) => {
            format!("begin and end it with a slash: `/{bare}/`")
        }
        _ => "write a path without blanks, with a slash at its beginning and its end, such as `/ci/`"
            .to_owned(),
    };
    Err(Fault::new(format!("`{text}` is not the beginning of a role's path"), help))
}

/// The part of a text before its first wildcard; `None` if it has none. IAM allows `*` and `?` in a
/// path, but nobody uses them there, and a rule that means them literally selects nothing.
fn before_wildcard(text: &str) -> Option<&str> {
    text.find(['*', '?']).map(|at| &text[..at])
}

/// `key`, or `key=value` split at the first `=`.
pub(crate) fn tag(text: &str) -> Result<TagMatch, Fault> {
    let (key, value) = match text.split_once('=') {
        Some((key, value)) => (key, Some(value.to_owned())),
        None => (text, None),
    };
    if key.trim().is_empty() {
        return Err(Fault::new(format!("`{text}` names no tag"), "write `key` or `key=value`"));
    }
    // IAM does not allow a `*` in a tag.
    if text.contains('*') {
        let help = match key {
            key if key.contains('*') => {
                "write the whole key; without `=VALUE` it fits every value".to_owned()
            }
            key => format!("write `{key}` for every value of it, or one value: `{key}=VALUE`"),
        };
        return Err(Fault::new(format!("`{text}` has a wildcard"), help));
    }
    Ok(TagMatch { key: key.to_owned(), value })
}

/// The key of a tag that names an owner. Only letters and digits matter in it.
pub(crate) fn owner_tag(key: &str) -> Result<String, Fault> {
    let key = text(key)?;
    if !folded_key(&key).contains(char::is_alphanumeric) {
        let what = format!("`{key}` has no letter and no digit");
        return Err(Fault::new(what, "write the key of a tag, such as `owner`"));
    }
    if key.contains('*') {
        return Err(Fault::new(format!("`{key}` has a wildcard"), "write each whole key"));
    }
    Ok(key)
}

/// An address to write to.
pub(crate) fn email(written: &str) -> Result<String, Fault> {
    let text = filled_in(written)?;
    let is_sound = |c: char| !c.is_whitespace() && !is_hidden(c);
    match text.split_once('@') {
        Some((name, host)) if !name.is_empty() && !host.is_empty() && text.chars().all(is_sound) => Ok(text),
        _ => Err(Fault::new(
            format!("`{text}` is not an address"),
            "write one address, such as team@example.com",
        )),
    }
}

/// The name of a role, in which `*` stands for any characters and `?` for one.
pub(crate) fn name_pattern(text: &str) -> Result<String, Fault> {
    let is_wildcard = |b: u8| matches!(b, b'*' | b'?');
    let help = if text.starts_with("arn:") {
        "write an ARN as `role_arn` instead"
    } else if text.contains('/') {
        "write the name alone, and the path as `path`"
    } else if text.bytes().all(is_wildcard) {
        "write a part of the name, or omit the field: it selects every role"
    } else if text.len() <= 64 && text.bytes().all(|b| is_name_byte(b) || is_wildcard(b)) {
        return Ok(text.to_owned());
    } else {
        "write up to 64 of A-Z a-z 0-9 _ + = , . @ -, with `*` for any characters and `?` for one"
    };
    Err(Fault::new(format!("`{text}` is not the name of a role"), help))
}

/// A role's ARN. It is of one role, so it may not have a wildcard.
pub(crate) fn role_arn(text: &str) -> Result<RoleArn, Fault> {
    if before_wildcard(text).is_some() {
        return Err(Fault::new(
            format!("`{text}` has a wildcard, and an ARN is of one role"),
            "select roles by `role_name`, which may have wildcards, together with `account`, `ou` or `trust_at_most`",
        ));
    }
    text.parse().map_err(|error| {
        // Errors of ARNs are either "not the ARN …" or a sentence about a part.
        let error = format!("{error}");
        let malformed = if error.starts_with("not ") { "" } else { "malformed: " };
        let help =
            "copy it from the column role_arn of roles.csv, such as arn:aws:iam::123456789012:role/path/Name";
        Fault::new(format!("`{text}` is {malformed}{error}"), help)
    })
}

/// A role's unique id.
pub(crate) fn role_id(text: &str) -> Result<RoleId, Fault> {
    text.parse().map_err(|error: IdError| {
        let help = if text.starts_with("arn:") {
            "write an ARN as `role_arn` instead"
        } else {
            "copy it from the column role_id of roles.csv, such as AROAEXAMPLE1234567890"
        };
        Fault::new(error.to_string(), help)
    })
}

/// An instant: RFC 3339 with its offset, or a date, which means its beginning in UTC.
pub(crate) fn instant(text: &str) -> Result<Timestamp, Fault> {
    if let Some(date) = date(text) {
        return midnight(text, date);
    }
    text.parse().map_err(|_| not_a_time(text))
}

/// The instant at which something has expired: a date is valid through the end of that day in UTC.
pub(crate) fn expiry(text: &str) -> Result<Timestamp, Fault> {
    if let Some(date) = date(text) {
        let next = date.tomorrow().map_err(|_| not_a_time(text))?;
        return midnight(text, next);
    }
    text.parse().map_err(|_| not_a_time(text))
}

/// A day, without a time.
pub(crate) fn day(text: &str) -> Result<Date, Fault> {
    let text = filled_in(text)?;
    date(&text).ok_or_else(|| {
        Fault::new(format!("`{text}` is not a day"), "write a date without a time, such as 2026-10-01")
    })
}

/// A text that is only a date. jiff itself would read the date at the start of a longer text.
fn date(text: &str) -> Option<Date> {
    let shape = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    shape.then(|| text.parse().ok()).flatten()
}

fn midnight(text: &str, date: Date) -> Result<Timestamp, Fault> {
    date.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp()).map_err(|_| not_a_time(text))
}

fn not_a_time(text: &str) -> Fault {
    let lacks_only_its_offset =
        text.parse::<jiff::civil::DateTime>().is_ok() && text.contains(['T', 't', ':']);
    let help = if lacks_only_its_offset {
        "add its offset: `Z` for UTC"
    } else {
        "write a date, such as 2027-01-31, or a time with its offset, such as 2027-01-31T18:00:00Z"
    };
    Fault::new(format!("`{text}` is not a date or a time"), help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_id_that_lost_its_zeros_is_refused_with_the_whole_id() {
        for (text, hint) in [
            ("12345678", "is it 000012345678?"),
            ("1234-5678-9012", "digits: 123456789012"),
            ("1.23457E+11", "spreadsheet"),
        ] {
            let fault = account_id(text).unwrap_err();
            assert!(fault.help.contains(hint), "{text}: {fault:?}");
        }
        assert!(account_id("1234567890123").is_err());
        assert!(account_id("٠٠٠٠١٢٣٤٥٦٧٨").is_err());
        assert_eq!(account_id("000012345678").unwrap().as_str(), "000012345678");
    }

    #[test]
    fn an_ou_is_an_id_or_a_path_of_names() {
        for (text, expected) in [
            ("ou-ab12-cd345678", Some("ou-ab12-cd345678")),
            ("r-ab12", Some("r-ab12")),
            ("/", Some("/")),
            ("/Workloads", Some("/Workloads")),
            ("/Workloads/Prod, EU/", Some("/Workloads/Prod%2C EU")),
            ("Workloads", None),
            ("", None),
            ("//", None),
            ("/A//B", None),
            ("ou-AB", None),
        ] {
            assert_eq!(ou(text).ok().as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn texts_that_aws_would_refuse_are_refused_here() {
        let cases: [(Check, &[&str], &[&str]); 4] = [
            (
                role_name,
                &["RolesweepAudit", "audit/sweep/Role_1", "a+b=c,d.e@f-g"],
                &["", "/Audit", "audit/", "arn:aws:iam::123456789012:role/Audit", "a b", "é"],
            ),
            (external_id, &["ab", "a:b/c-1"], &["a", "", "a b", "é€", "…"]),
            (session_name, &["rolesweep-1", "ab"], &["a", "a b", "a/b"]),
            (region, &["eu-central-1", "us-gov-west-1"], &["", "EU", "eu.evil.example", "-x", "a/b"]),
        ];
        for (check, good, bad) in cases {
            for &text in good {
                assert_eq!(check(text).as_deref(), Ok(text), "{text}");
            }
            for text in bad {
                assert!(check(text).is_err(), "{text}");
            }
        }
    }

    #[test]
    fn a_wildcard_is_refused_with_what_is_possible_instead() {
        for (text, help) in [
            ("arn:aws:iam::*:role/app", "by `role_name`"),
            ("arn:aws:iam::123456789012:role/team-*", "by `role_name`"),
            ("arn:aws:iam::123456789012:role/*/app", "by `role_name`"),
        ] {
            assert!(role_arn(text).unwrap_err().help.contains(help), "{text}");
        }
        for (text, help) in [
            ("/ci/*", "`/ci/` selects"),
            ("/ci/team-*", "`/ci/` selects"),
            ("/ci/*/deploy/", "`/ci/` selects"),
            ("*", "such as `/ci/`"),
        ] {
            assert!(path_prefix(text).unwrap_err().help.contains(help), "{text}");
        }
        for (text, help) in [("team=*", "write `team` for every value"), ("te*", "the whole key")] {
            assert!(tag(text).unwrap_err().help.contains(help), "{text}");
        }
        assert!(account_id("*").unwrap_err().help.contains("all accounts"));
    }

    #[test]
    fn a_refused_external_id_is_not_shown() {
        let fault = external_id("s3cret with blanks").unwrap_err();
        assert!(!format!("{fault:?}").contains("s3cret"));
    }

    #[test]
    fn a_date_begins_as_an_instant_and_ends_as_an_expiry() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(instant("2027-01-31"), Ok(at("2027-01-31T00:00:00Z")));
        assert_eq!(expiry("2027-01-31"), Ok(at("2027-02-01T00:00:00Z")));
        assert_eq!(expiry("2027-12-31"), Ok(at("2028-01-01T00:00:00Z")));
        for both in ["2027-01-31T18:00:00Z", "2027-01-31T20:00:00+02:00"] {
            assert_eq!(instant(both), Ok(at("2027-01-31T18:00:00Z")));
            assert_eq!(expiry(both), Ok(at("2027-01-31T18:00:00Z")));
        }
    }

    #[test]
    fn texts_that_are_not_times_are_refused() {
        for (text, hint) in [
            ("2027-02-30", "write a date"),
            ("31.01.2027", "write a date"),
            ("tomorrow", "write a date"),
            ("", "write a date"),
            ("20270131", "write a date"),
            ("9999-12-31", "write a date"),
            ("2027-01-31T18:00:00", "offset"),
            ("2027-01-31 18:00", "offset"),
        ] {
            let fault = expiry(text).unwrap_err();
            assert!(fault.help.contains(hint), "{text}: {fault:?}");
        }
    }
}
