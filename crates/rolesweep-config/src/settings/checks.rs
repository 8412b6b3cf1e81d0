//! What a text must be to serve as a value. Each check says what is wrong and what to write instead.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rolesweep_model::{
    AccountId, IdError, OuPathError, ParentId, canonical_ou_path, is_name_byte, is_region,
};

use crate::errors::Fault;

/// What refuses a text.
pub(crate) type Check = fn(&str) -> Result<(), Fault>;

/// An OU or a root, as a person names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum OuSelector {
    /// By its id.
    Id(ParentId),
    /// By the names from the root down, spelled as [`canonical_ou_path`] does: `/Workloads/Prod`; `/` is the root.
    Path(String),
}

impl OuSelector {
    /// The id or the path, as text.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Id(id) => id.as_str(),
            Self::Path(path) => path,
        }
    }
}

/// An account id.
pub(crate) fn account_id(text: &str) -> Result<AccountId, Fault> {
    text.parse().map_err(|error| not_an_account_id(text, &error))
}

/// What is wrong with what should be an account id. Spreadsheets and people drop what belongs to it, so the remedy names what probably happened.
pub(crate) fn not_an_account_id(text: &str, error: &IdError) -> Fault {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let fault = Fault::new(error.to_string());
    let only_digits = digits.len() == text.len();
    if only_digits && (1..12).contains(&digits.len()) {
        fault
            .hint(format!("leading zeros belong to the id, and spreadsheets drop them: is it {digits:0>12}?"))
    } else if text.contains(['E', 'e']) && text.contains('+') {
        fault.hint("a spreadsheet made a number of it: format the column as text and put the id in again")
    } else if digits.len() == 12 {
        fault.hint(format!("write the twelve digits alone: {digits}"))
    } else {
        fault
    }
}

/// An OU or root by id or by path of names.
pub(crate) fn ou(text: &str) -> Result<OuSelector, Fault> {
    if !text.starts_with('/') {
        return text.parse().map(OuSelector::Id).map_err(|_| {
            Fault::new(format!("`{text}` is not an OU"))
                .hint("give its id (ou-…-…, r-…) or its path of names from the root, such as /Workloads/Prod")
        });
    }
    canonical_ou_path(text).map(OuSelector::Path).map_err(|error| match error {
        OuPathError::NamelessPart | OuPathError::NotFromTheRoot => {
            Fault::new(format!("the OU path `{text}` has a part without a name"))
                .hint("give the names from the root down, such as /Workloads/Prod")
        }
        OuPathError::NotACharacter { part } => {
            Fault::new(format!("in the OU path `{text}`, `{part}` is not a name"))
                .hint("write `%25` for a percent sign, and `%2F` for a slash in a name")
        }
    })
}

/// A text that says something.
pub(crate) fn not_blank(text: &str) -> Result<(), Fault> {
    if text.trim().is_empty() {
        return Err(Fault::new("the text is empty"));
    }
    Ok(())
}

/// A Region's name. It becomes part of a host name.
pub(crate) fn region(text: &str) -> Result<(), Fault> {
    if is_region(text) {
        return Ok(());
    }
    Err(Fault::new(format!("`{text}` is not a Region")).hint("write it as AWS does, such as eu-central-1"))
}

/// The audit role's name with its path, without a leading `/`: IAM's `roleNameType` and `pathType`.
pub(crate) fn role_name(text: &str) -> Result<(), Fault> {
    let fault = Fault::new(format!("`{text}` is not a role's name"));
    if text.starts_with("arn:") {
        return Err(fault.hint("give the name alone: the account differs from one to the next"));
    }
    if text.starts_with('/') {
        return Err(fault.hint("leave the leading `/` out: audit/RolesweepAudit"));
    }
    let (path, name) = text.rsplit_once('/').unwrap_or(("", text));
    let name_ok = (1..=64).contains(&name.len()) && name.bytes().all(is_name_byte);
    if name_ok && path.len() <= 510 && path.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(());
    }
    Err(fault.hint("up to 64 of A-Z a-z 0-9 _ + = , . @ -, with its path before it where it has one"))
}

/// An external id: STS's `externalIdType`. The message never shows it.
pub(crate) fn external_id(text: &str) -> Result<(), Fault> {
    let valid = |b: u8| is_name_byte(b) || b == b':' || b == b'/';
    if (2..=1224).contains(&text.len()) && text.bytes().all(valid) {
        return Ok(());
    }
    Err(Fault::new("the external id is malformed").hint("2 to 1,224 of A-Z a-z 0-9 _ + = , . @ : / -"))
}

/// A session name: STS's `roleSessionNameType`.
pub(crate) fn session_name(text: &str) -> Result<(), Fault> {
    if (2..=64).contains(&text.len()) && text.bytes().all(is_name_byte) {
        return Ok(());
    }
    Err(Fault::new(format!("`{text}` is not a session name")).hint("2 to 64 of A-Z a-z 0-9 _ + = , . @ -"))
}

/// An instant: RFC 3339 with its offset, or a date, which stands for the moment it begins in UTC.
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

/// A text that is a date and nothing more; jiff by itself would take the date out of a longer text.
fn date(text: &str) -> Option<Date> {
    let shape = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    shape.then(|| text.parse().ok()).flatten()
}

fn midnight(text: &str, date: Date) -> Result<Timestamp, Fault> {
    date.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp()).map_err(|_| not_a_time(text))
}

fn not_a_time(text: &str) -> Fault {
    let fault = Fault::new(format!("`{text}` is not a date or a time"));
    if text.parse::<jiff::civil::DateTime>().is_ok() && text.contains(['T', 't', ':']) {
        return fault.hint("say in which offset: put `Z` behind it for UTC");
    }
    fault.hint("write a date, such as 2027-01-31, or a time with its offset, such as 2027-01-31T18:00:00Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_id_that_lost_its_zeros_is_refused_with_the_whole_id() {
        for (text, hint) in [
            ("12345678", "is it 000012345678?"),
            ("1234-5678-9012", "alone: 123456789012"),
            ("1.23457E+11", "spreadsheet"),
        ] {
            let fault = account_id(text).unwrap_err();
            assert!(fault.hint.clone().unwrap().contains(hint), "{text}: {fault:?}");
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
            assert_eq!(ou(text).ok().as_ref().map(OuSelector::as_str), expected, "{text}");
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
            for text in good {
                assert_eq!(check(text), Ok(()), "{text}");
            }
            for text in bad {
                assert!(check(text).is_err(), "{text}");
            }
        }
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
    fn what_is_no_time_is_refused() {
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
            assert!(fault.hint.clone().unwrap().contains(hint), "{text}: {fault:?}");
        }
    }
}
