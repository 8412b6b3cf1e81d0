//! Account ids from a file: one id in each line with `#` comments, a CSV with a column `account_id`,
//! as spreadsheets write it, or columns without a header, as the AWS CLI prints them with
//! `--output text`.

pub(crate) mod cell;
mod untitled;

use std::collections::BTreeSet;

use csv::{ReaderBuilder, StringRecord};
use rolesweep_model::{AccountId, IdError};

use self::cell::{Cells, is_id, plain, without_comment};
use crate::errors::{ConfigErrors, Fault, Mistake, Place};
use crate::text::source::SourceText;
use crate::value::checks;

/// The ids. Every line without an id is noted.
pub(crate) fn read(source: &SourceText, errors: &mut ConfigErrors) -> Vec<AccountId> {
    let whole = |fault| Mistake::new(Place::File(source.path().to_owned()), fault);
    if source.text().trim_start().starts_with(['[', '{']) {
        errors.note(|| whole(Fault::new("this is JSON, and not a list of account ids", FROM_THE_CLI)));
        return Vec::new();
    }
    let mut ids = BTreeSet::new();
    let cells = column(source)
        .or_else(|| untitled::cells(source.text()))
        .unwrap_or_else(|| Box::new(lines(source.text())));
    let mut is_empty = true;
    for (line, text) in cells {
        let text = plain(&text);
        match text.parse() {
            Ok(id) => {
                ids.insert(id);
            }
            Err(error) => errors.note(|| {
                let fault = not_an_id(text, &error, is_empty);
                Mistake::new(Place::At { path: source.path().to_owned(), line, column: 1 }, fault)
            }),
        }
        is_empty = false;
    }
    if is_empty {
        let fault = Fault::new("it names no account", "write one account id on each line");
        errors.note(|| whole(fault));
    }
    ids.into_iter().collect()
}

const FROM_THE_CLI: &str = "write one account id on each line, or use the output of `aws organizations list-accounts --query 'Accounts[].[Id,Name]' --output text`";

/// What is wrong with a cell.
fn not_an_id(text: &str, error: &IdError, is_first: bool) -> Fault {
    if text.contains('\t') {
        let what = "this line can be read in more than one way";
        return Fault::new(what, "write the id first, or put a header with `account_id` above the columns");
    }
    let fault = checks::not_an_account_id(text, error);
    if is_first && text.contains([',', ';']) {
        return Fault { help: "a CSV needs a header with a column named account_id".to_owned(), ..fault };
    }
    fault
}

/// The lines that have content, without their comments.
fn lines(text: &str) -> impl Iterator<Item = (usize, String)> {
    text.lines()
        .enumerate()
        .map(|(at, line)| (at + 1, without_comment(line)))
        .filter(|(_, line)| !line.is_empty())
        .map(|(line, text)| (line, text.to_owned()))
}

/// The cells of the column with the ids, if the text is a CSV with such a column.
fn column(source: &SourceText) -> Option<Cells<'_>> {
    [b',', b';', b'\t'].into_iter().find_map(|delimiter| {
        let mut reader = ReaderBuilder::new();
        reader.delimiter(delimiter).has_headers(false).flexible(true);
        let mut records = reader
            .from_reader(source.text().as_bytes())
            .into_records()
            .map_while(Result::ok)
            .filter(|record| record.iter().any(|cell| !cell.trim().is_empty()))
            .skip_while(begins_like_a_comment);
        // A row with an id is no header, even if an account's name is `Id`.
        let header = records.next().filter(|record| !holds_an_id(record))?;
        let named = |wanted: &str| {
            header.iter().position(|cell| {
                let plain: String = cell.chars().filter(|c| c.is_alphanumeric()).collect();
                plain.eq_ignore_ascii_case(wanted)
            })
        };
        let column = named("accountid").or_else(|| named("id"))?;
        let cells = records
            .filter(|record| !begins_like_a_comment(record) || holds_an_id(record))
            .map(move |record| (line(source, &record), record.get(column).unwrap_or_default().to_owned()));
        Some(Box::new(cells) as Cells<'_>)
    })
}

fn begins_like_a_comment(record: &StringRecord) -> bool {
    record.get(0).is_some_and(|cell| cell.trim_start().starts_with('#'))
}

/// A record that holds an account id is not a comment: an account's name may begin with `#`.
fn holds_an_id(record: &StringRecord) -> bool {
    record.iter().any(is_id)
}

/// The line in which a record begins. The reader counts the empty lines and half line ends before a
/// record as part of it.
pub(crate) fn line(source: &SourceText, record: &StringRecord) -> usize {
    let byte =
        record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or_default();
    let rest = source.text().get(byte..).unwrap_or_default();
    source.line(source.text().len() - rest.trim_start_matches(['\r', '\n']).len())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn ids(text: &str) -> Vec<String> {
        let source = SourceText::decode(Path::new("ids"), text.as_bytes()).unwrap();
        let mut errors = ConfigErrors::default();
        let ids = read(&source, &mut errors);
        assert_eq!(errors.kept, [], "{text}");
        ids.iter().map(ToString::to_string).collect()
    }

    fn mistakes(text: &str) -> Vec<String> {
        let source = SourceText::decode(Path::new("ids"), text.as_bytes()).unwrap();
        let mut errors = ConfigErrors::default();
        read(&source, &mut errors);
        errors.kept.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn lists_and_tables_are_read() {
        for text in [
            "000012345678\n123456789012\n",
            "\u{feff}000012345678\r\n123456789012",
            "# ours\n\n 000012345678 # payments\n123456789012,\n000012345678\n",
            "account_id\n000012345678\n123456789012\n",
            "\u{feff}account_id,account_name\r\n000012345678,\"a, \"\"b\"\"\nc\"\r\n\r\n123456789012,\r\n",
            "Name;Account ID\nx;000012345678\n#y;1\ny;\"123456789012\"\n",
            "Name\tId\nx\t=\"000012345678\"\ny\t'123456789012\n",
            "name,account_id\n#x,000012345678\n# 9,none\n\"#y\",123456789012\n",
            "account_id\r\n\r\n000012345678\r\n\n123456789012",
            "name, account_id\nx, \"000012345678\"\ny, 123456789012\n",
            "# made by us\nname,id\nx,000012345678\ny,123456789012\n",
            // `--query 'Accounts[].[Id,Name]'`, `'Accounts[].Id'`, and no query.
            "000012345678\tpayments\n123456789012\t#dev\n",
            "000012345678\tId\n123456789012\tNone\n",
            "payments\t000012345678\r\ndev\t123456789012\r\n",
            "\t000012345678,\n\t123456789012, # ours\n",
            "000012345678\t123456789012\n",
            "000012345678\n123456789012\t000012345678 # ours\n\n",
            "# 999999999999\n#999999999999\tgone\n000012345678\tx\n123456789012\ty\n",
            "ACCOUNTS\tarn:aws:x\ta@x\t000012345678\tINVITED\tx\nACCOUNTS\tarn:aws:y\tb@y\t123456789012\tCREATED\ty\n",
        ] {
            assert_eq!(ids(text), ["000012345678", "123456789012"], "{text}");
        }
    }

    #[test]
    fn all_bad_lines_are_told_with_their_numbers() {
        assert_eq!(
            mistakes("123456789012\n12345678\n# x\nnone\n"),
            [
                "ids:2:1: `12345678` is not an AWS account id (twelve digits)\n  \
                 help: leading zeros belong to the id, and spreadsheets drop them: is it 000012345678?",
                "ids:4:1: `none` is not an AWS account id (twelve digits)\n  \
                 help: write the twelve digits, as `aws organizations list-accounts` prints them",
            ]
        );
        let told = mistakes("name,account_id\n\"a\nb\",1\nc\n");
        assert!(told[0].starts_with("ids:2:1: `1`"), "{told:?}");
        assert!(told[1].starts_with("ids:4:1: ``"), "{told:?}");
        let told = mistakes("account_id\r\n1\r\n\r\n\r\n2\r\n");
        assert!(told[0].starts_with("ids:2:1: `1`"), "{told:?}");
        assert!(told[1].starts_with("ids:5:1: `2`"), "{told:?}");
    }

    #[test]
    fn columns_without_a_header_are_not_guessed() {
        let told = mistakes("000012345678\tx\n12345678\ty\n");
        assert!(told.len() == 1 && told[0].starts_with("ids:2:1: `12345678`"), "{told:?}");
        for text in [
            "000012345678\t123456789012\n123456789012\tx\n",
            "000012345678\t123456789012\tx\n",
            "000012345678\tx\n# 999999999999\t123456789012\n",
            "#dev\t000012345678\nx\t123456789012\n",
        ] {
            let told = mistakes(text);
            assert!(told.len() == 1 && told[0].contains("more than one way"), "{text}: {told:?}");
        }
        assert!(mistakes("x\ty\n")[0].starts_with("ids:1:1: `x` is not"));
    }

    #[test]
    fn json_is_not_taken_for_a_list() {
        for text in ["[\n    \"000012345678\"\n]\n", "{\"Accounts\": []}"] {
            let told = mistakes(text);
            assert!(told.len() == 1 && told[0].contains("--output text"), "{told:?}");
        }
    }

    #[test]
    fn of_a_million_bad_lines_the_first_are_told_and_the_others_counted() {
        let text = "x\n".repeat(1_000_000);
        let source = SourceText::decode(Path::new("ids"), text.as_bytes()).unwrap();
        let mut errors = ConfigErrors::default();
        assert!(read(&source, &mut errors).is_empty());
        assert_eq!((errors.kept.len(), errors.more), (200, 999_800));
    }

    #[test]
    fn a_file_without_accounts_or_without_the_column_says_so() {
        assert_eq!(
            mistakes("# nothing\n"),
            ["ids: it names no account\n  help: write one account id on each line"]
        );
        assert_eq!(mistakes(""), mistakes("# nothing\n"));
        assert!(mistakes("account,name\n123456789012,a\n")[0].contains("a column named account_id"));
    }
}
