//! Account ids from a file: one id in each line with `#` comments, or a CSV with a column
//! `account_id`, as spreadsheets write it.

use std::collections::BTreeSet;

use csv::{ReaderBuilder, StringRecord};
use rolesweep_model::AccountId;

use crate::errors::{ConfigErrors, Fault, Mistake, Place};
use crate::text::source::SourceText;
use crate::value::checks;

/// The ids. Every line without an id is noted.
pub(crate) fn read(source: &SourceText, errors: &mut ConfigErrors) -> Vec<AccountId> {
    let mut ids = BTreeSet::new();
    let cells = column(source).unwrap_or_else(|| Box::new(lines(source.text())));
    let mut is_empty = true;
    for (line, text) in cells {
        let text = spreadsheet_text(&text);
        match text.parse() {
            Ok(id) => {
                ids.insert(id);
            }
            Err(error) => errors.note(|| {
                let fault = checks::not_an_account_id(text, &error);
                let fault = if is_empty && text.contains([',', ';', '\t']) {
                    fault.hint("a CSV needs a header with a column named account_id")
                } else {
                    fault
                };
                Mistake::new(Place::At { path: source.path().to_owned(), line, column: 1 }, fault)
            }),
        }
        is_empty = false;
    }
    if is_empty {
        let fault = Fault::new("the file names no account").hint("write one account id on each line");
        errors.note(|| Mistake::new(Place::File(source.path().to_owned()), fault));
    }
    ids.into_iter().collect()
}

/// Texts with the lines in which they begin. This is an iterator, because a file may have millions.
type Cells<'a> = Box<dyn Iterator<Item = (usize, String)> + 'a>;

/// The lines that have content, without their comments.
fn lines(text: &str) -> impl Iterator<Item = (usize, String)> {
    text.lines()
        .enumerate()
        .map(|(at, line)| {
            (at + 1, line.split('#').next().unwrap_or_default().trim().trim_end_matches(',').trim())
        })
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
        let header = records.next()?;
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
    record.iter().any(|cell| spreadsheet_text(cell).parse::<AccountId>().is_ok())
}

/// The line in which a record begins. The reader counts the empty lines and half line ends before a
/// record as part of it.
fn line(source: &SourceText, record: &StringRecord) -> usize {
    let byte =
        record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or_default();
    let rest = source.text().get(byte..).unwrap_or_default();
    source.line(source.text().len() - rest.trim_start_matches(['\r', '\n']).len())
}

/// The text without what people add to keep a spreadsheet from reading it as a number.
fn spreadsheet_text(cell: &str) -> &str {
    let cell = cell.trim();
    let cell = cell.strip_prefix('=').unwrap_or(cell);
    let cell = cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell);
    cell.strip_prefix('\'').unwrap_or(cell)
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
                "ids:4:1: `none` is not an AWS account id (twelve digits)",
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
            ["ids: the file names no account\n  help: write one account id on each line"]
        );
        assert_eq!(mistakes(""), mistakes("# nothing\n"));
        assert!(mistakes("account,name\n123456789012,a\n")[0].contains("a column named account_id"));
    }
}
