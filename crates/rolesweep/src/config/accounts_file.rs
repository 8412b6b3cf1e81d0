//! Account ids from a file: one a line with `#` comments, or a CSV with a column `account_id`, as spreadsheets write it.

use std::collections::BTreeSet;

use rolesweep_model::AccountId;

use super::checks;
use super::errors::{Fault, Mistake, Place};
use super::source::SourceText;

/// The ids, and every line that is none.
pub(crate) fn read(source: &SourceText) -> (BTreeSet<AccountId>, Vec<Mistake>) {
    let mut ids = BTreeSet::new();
    let mut mistakes = Vec::new();
    let cells = column(source.text()).unwrap_or_else(|| lines(source.text()));
    for (number, (line, text)) in cells.into_iter().enumerate() {
        match checks::account_id(spreadsheet_text(&text)) {
            Ok(id) => {
                ids.insert(id);
            }
            Err(fault) => {
                let fault = if number == 0 && text.contains([',', ';', '\t']) {
                    fault.hint("a CSV needs a header with a column named account_id")
                } else {
                    fault
                };
                let path = source.path().to_owned();
                mistakes.push(Mistake::new(Place::At { path, line, column: 1 }, fault));
            }
        }
    }
    if ids.is_empty() && mistakes.is_empty() {
        let fault = Fault::new("the file names no account").hint("write one account id on each line");
        mistakes.push(Mistake::new(Place::File(source.path().to_owned()), fault));
    }
    (ids, mistakes)
}

/// The lines that say something, without their comments.
fn lines(text: &str) -> Vec<(usize, String)> {
    text.lines()
        .enumerate()
        .map(|(at, line)| {
            (at + 1, line.split('#').next().unwrap_or_default().trim().trim_end_matches(',').trim())
        })
        .filter(|(_, line)| !line.is_empty())
        .map(|(line, text)| (line, text.to_owned()))
        .collect()
}

/// The cells of the column with the ids, where the text is a CSV with such a column.
fn column(text: &str) -> Option<Vec<(usize, String)>> {
    for delimiter in [',', ';', '\t'] {
        let mut records = records(text, delimiter).into_iter().skip_while(|(_, cells)| is_empty(cells));
        let (_, header) = records.next()?;
        let named = |wanted: &str| {
            header.iter().position(|cell| {
                let plain: String = cell.chars().filter(|c| c.is_alphanumeric()).collect();
                plain.eq_ignore_ascii_case(wanted)
            })
        };
        let Some(column) = named("accountid").or_else(|| named("id")) else {
            continue;
        };
        let cell =
            |(line, cells): (usize, Vec<String>)| (line, cells.get(column).cloned().unwrap_or_default());
        return Some(records.filter(|(_, cells)| !is_empty(cells)).map(cell).collect());
    }
    None
}

/// Whether a record says nothing, or is a comment.
fn is_empty(cells: &[String]) -> bool {
    cells.iter().all(|cell| cell.trim().is_empty()) || cells[0].trim_start().starts_with('#')
}

/// The records of a CSV with the line that each begins in. Quoted cells may hold delimiters, line ends and doubled quotes.
fn records(text: &str, delimiter: char) -> Vec<(usize, Vec<String>)> {
    let mut records = Vec::new();
    let (mut line, mut began) = (1, 1);
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\n' {
            line += 1;
        }
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() => {
                quoted = true;
                cell.clear();
            }
            c if quoted => cell.push(c),
            c if c == delimiter => cells.push(std::mem::take(&mut cell)),
            '\n' => {
                cells.push(std::mem::take(&mut cell));
                records.push((began, std::mem::take(&mut cells)));
                began = line;
            }
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !cells.is_empty() {
        cells.push(cell);
        records.push((began, cells));
    }
    records
}

/// The text without what people wrap it in to keep a spreadsheet from making a number of it.
fn spreadsheet_text(cell: &str) -> &str {
    let cell = cell.trim();
    let cell = cell.strip_prefix("=\"").and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell);
    cell.strip_prefix('\'').unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn ids(text: &str) -> Vec<String> {
        let source = SourceText::decode(Path::new("ids"), text.as_bytes()).unwrap();
        let (ids, mistakes) = read(&source);
        assert_eq!(mistakes, [], "{text}");
        ids.iter().map(ToString::to_string).collect()
    }

    fn mistakes(text: &str) -> Vec<String> {
        let source = SourceText::decode(Path::new("ids"), text.as_bytes()).unwrap();
        read(&source).1.iter().map(ToString::to_string).collect()
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
