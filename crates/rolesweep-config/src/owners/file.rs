//! The owners of accounts and OUs from a CSV file, as spreadsheets write it: a header with `owner`
//! and `account_id` or `ou` or both, and then a row for each account or OU. Other columns are
//! ignored, so that a list from elsewhere can be used as it is.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord};
use rolesweep_assess::ownership::{OwnedPlace, OwnerPlace};

use crate::accounts_file::cell::plain;
use crate::accounts_file::line;
use crate::errors::{ConfigErrors, Fault, Mistake, Place};
use crate::text::source::SourceText;
use crate::value::checks;

/// A longer owner is a mistake in the file. A tag's value has at most 256 characters, too.
const LONGEST: usize = 256;

const HEADER: &str = "begin the file with a header such as `account_id,ou,owner`";

/// The rows that name an owner. Every row that is wrong is noted with its line.
pub(crate) fn read(source: &SourceText, errors: &mut ConfigErrors) -> Vec<OwnedPlace> {
    let at = |line| Place::At { path: source.path().to_owned(), line, column: 1 };
    let (columns, records) = match table(source) {
        Ok(table) => table,
        Err((line, fault)) => {
            errors.note(|| Mistake::new(at(line), fault));
            return Vec::new();
        }
    };
    let mut rows = Vec::new();
    let mut lines = BTreeMap::new();
    for record in records {
        let line = line(source, &record);
        let read = columns.place(&record).and_then(|place| {
            if let Some(first) = lines.get(&place) {
                let what = format!("there is an owner of {} already, in line {first}", shown(&place));
                return Err(Fault::new(what, "keep one of the two"));
            }
            lines.insert(place.clone(), line);
            Ok((place, columns.owner(&record)?))
        });
        match read {
            // Somebody has not written it yet.
            Ok((_, "")) => {}
            Ok((place, owner)) => rows.push(OwnedPlace { place, owner: owner.to_owned(), line }),
            Err(fault) => errors.note(|| Mistake::new(at(line), fault)),
        }
    }
    rows
}

/// Where the columns are.
struct Columns {
    account: Option<usize>,
    ou: Option<usize>,
    owner: usize,
}

/// The columns and the rows below them, or what is wrong with the header and its line.
fn table(source: &SourceText) -> Result<(Columns, impl Iterator<Item = StringRecord>), (usize, Fault)> {
    let records = |delimiter: u8| {
        let mut reader = ReaderBuilder::new();
        reader.delimiter(delimiter).has_headers(false).flexible(true);
        let records = reader.from_reader(source.text().as_bytes()).into_records().map_while(Result::ok);
        records.filter(|record| record.iter().any(|cell| !cell.trim().is_empty()))
    };
    for delimiter in [b',', b';', b'\t'] {
        let mut rows = records(delimiter);
        let Some(header) = rows.next() else {
            return Err((1, Fault::new("the file of owners is empty", HEADER)));
        };
        if find(&header, &["owner"]).next().is_some() {
            let columns = Columns::of(&header).map_err(|fault| (line(source, &header), fault))?;
            return Ok((columns, rows));
        }
    }
    Err((1, Fault::new("the header has no column `owner`", HEADER)))
}

/// The columns with one of these names. Case, blanks and punctuation do not matter.
fn find<'r>(header: &'r StringRecord, names: &'r [&str]) -> impl Iterator<Item = usize> + 'r {
    let is_named = |cell: &str| {
        let name: String = cell.chars().filter(|c| c.is_alphanumeric()).collect();
        names.iter().any(|wanted| name.eq_ignore_ascii_case(wanted))
    };
    header.iter().enumerate().filter(move |(_, cell)| is_named(cell)).map(|(at, _)| at)
}

impl Columns {
    fn of(header: &StringRecord) -> Result<Self, Fault> {
        let one = |what: &str, names: &[&str]| {
            let mut found = find(header, names);
            let first = found.next();
            match found.next() {
                Some(_) => Err(Fault::new(
                    format!("the header has more than one column `{what}`"),
                    "rename the others; columns with other names are ignored",
                )),
                None => Ok(first),
            }
        };
        let (account, ou) = (one("account_id", &["accountid", "account"])?, one("ou", &["ou"])?);
        let owner = one("owner", &["owner"])?;
        match owner {
            Some(owner) if account.is_some() || ou.is_some() => Ok(Self { account, ou, owner }),
            _ => Err(Fault::new("the header has neither `account_id` nor `ou`", HEADER)),
        }
    }

    /// The account or the OU of a row.
    fn place(&self, record: &StringRecord) -> Result<OwnerPlace, Fault> {
        let cell = |at: Option<usize>| plain(at.and_then(|at| record.get(at)).unwrap_or_default()).trim();
        match (cell(self.account), cell(self.ou)) {
            ("", "") => {
                Err(Fault::new("the row names no account and no OU", "write one of them, or remove the row"))
            }
            (account, "") => checks::account_id(account).map(OwnerPlace::Account),
            ("", ou) => checks::ou(ou).map(OwnerPlace::Ou),
            _ => Err(Fault::new(
                "the row names both an account and an OU",
                "write a row for each: the owner of an OU is that of every account below it that has none",
            )),
        }
    }

    /// The owner of a row; empty if nobody is written there.
    fn owner<'r>(&self, record: &'r StringRecord) -> Result<&'r str, Fault> {
        let owner = record.get(self.owner).unwrap_or_default().trim();
        if owner.contains(['\n', '\r']) {
            let help = "write it on one line; if it is, a quotation mark is missing in this row";
            return Err(Fault::new("the owner has a line break", help));
        }
        if owner.chars().count() > LONGEST {
            let what = format!("the owner has more than {LONGEST} characters");
            return Err(Fault::new(what, "write a name or an address"));
        }
        Ok(owner)
    }
}

fn shown(place: &OwnerPlace) -> String {
    match place {
        OwnerPlace::Account(id) => format!("account {id}"),
        OwnerPlace::Ou(ou) => format!("OU `{ou}`"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The rows, and the mistakes with their lines.
    fn all(text: &str) -> (Vec<String>, Vec<String>) {
        let source = SourceText::decode(Path::new("owners.csv"), text.as_bytes()).unwrap();
        let mut errors = ConfigErrors::default();
        let rows = read(&source, &mut errors);
        let row = |row: &OwnedPlace| format!("{} {}: {}", row.line, shown(&row.place), row.owner);
        (rows.iter().map(row).collect(), errors.kept.iter().map(|mistake| mistake.to_string()).collect())
    }

    fn rows(text: &str) -> Vec<String> {
        let (rows, mistakes) = all(text);
        assert_eq!(mistakes, [""; 0], "{text}");
        rows
    }

    fn mistakes(text: &str) -> Vec<String> {
        all(text).1
    }

    #[test]
    fn a_row_is_for_an_account_or_for_an_ou() {
        let text =
            "account_id,ou,owner\n000123456789,,shop\n,\"/Workloads/Prod, EU/\",prod\n\n,r-ab12, core \n";
        // A path is spelled as in reports.
        let expected =
            ["2 account 000123456789: shop", "3 OU `/Workloads/Prod%2C EU`: prod", "5 OU `r-ab12`: core"];
        assert_eq!(rows(text), expected);
        assert_eq!(rows("owner,account_id\nshop,000123456789\n"), ["2 account 000123456789: shop"]);
    }

    #[test]
    fn what_spreadsheets_and_lists_from_elsewhere_do_is_understood() {
        for text in [
            "\u{feff}Account ID;Name;Owner\r\n000123456789;pay;shop\r\n",
            "account_id\taccount_name\towner\n000123456789\tpay\tshop\n",
            "ou,Account,OWNER,note\n,=\"000123456789\",shop\n",
            "ou_path,account_id,owner\n/Workloads,'000123456789,shop\n",
        ] {
            assert_eq!(rows(text), ["2 account 000123456789: shop"], "{text}");
        }
        // An account that has no owner yet has no row.
        assert_eq!(
            rows("account_id,owner\n000123456789,\n210987654321,shop\n"),
            ["3 account 210987654321: shop"]
        );
        // A name may begin like a formula. The cell of the report neutralises it.
        assert_eq!(rows("account_id,owner\n000123456789,=cmd\n"), ["2 account 000123456789: =cmd"]);
    }

    #[test]
    fn a_header_that_does_not_fit_is_told_once() {
        for (text, what) in [
            ("", "owners.csv:1:1: the file of owners is empty"),
            ("\n\n", "owners.csv:1:1: the file of owners is empty"),
            ("000123456789,shop\n", "owners.csv:1:1: the header has no column `owner`"),
            ("account_id,owners\n1,2\n", "owners.csv:1:1: the header has no column `owner`"),
            ("{\"owner\": 1}", "owners.csv:1:1: the header has no column `owner`"),
            ("\naccount,name,Owner,owner\n", "owners.csv:2:1: the header has more than one column `owner`"),
            (
                "account_id,account,owner\n",
                "owners.csv:1:1: the header has more than one column `account_id`",
            ),
            ("ous,owner\n/A,b\n", "owners.csv:1:1: the header has neither `account_id` nor `ou`"),
        ] {
            let told = mistakes(text);
            assert!(told.len() == 1 && told[0].starts_with(what), "{text}: {told:?}");
        }
    }

    #[test]
    fn every_row_that_is_wrong_is_told_with_its_line() {
        let long = "x".repeat(LONGEST + 1);
        let text = format!(
            "account_id,ou,owner\n12345678,,a\n,Workloads,b\n,,c\n000123456789,/A,d\n000123456789,,e\n\
             000123456789,,f\n,/A,g\n,/A/,h\n210987654321,,{long}\n210987654322,,\"two\nlines\"\n210987654323,,ok\n"
        );
        let (rows, told) = all(&text);
        assert_eq!(rows, ["6 account 000123456789: e", "8 OU `/A`: g", "13 account 210987654323: ok"]);
        for (mistake, expected) in told.iter().zip([
            "owners.csv:2:1: `12345678` is not an AWS account id",
            "owners.csv:3:1: `Workloads` is not an OU",
            "owners.csv:4:1: the row names no account and no OU",
            "owners.csv:5:1: the row names both an account and an OU",
            "owners.csv:7:1: there is an owner of account 000123456789 already, in line 6",
            "owners.csv:9:1: there is an owner of OU `/A` already, in line 8",
            "owners.csv:10:1: the owner has more than 256 characters",
            "owners.csv:11:1: the owner has a line break",
        ]) {
            assert!(mistake.starts_with(expected), "{mistake}, not {expected}");
        }
        assert_eq!(told.len(), 8);
        assert!(told[0].contains("is it 000012345678?"), "{}", told[0]);
    }

    #[test]
    fn a_file_of_another_kind_does_not_flood_the_terminal() {
        let text = format!("account_id,owner\n{}", "x,y\n".repeat(100_000));
        let source = SourceText::decode(Path::new("owners.csv"), text.as_bytes()).unwrap();
        let mut errors = ConfigErrors::default();
        assert_eq!(read(&source, &mut errors), []);
        assert_eq!(errors.kept.len() + errors.more, 100_000);
        assert!(errors.finish().unwrap_err().to_string().lines().count() < 500);
    }
}
