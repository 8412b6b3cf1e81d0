//! The documentation of the columns, from the columns themselves.

use std::fmt::Write as _;

use super::accounts::Accounts;
use super::changes::Changes;
use super::roles::Roles;
use super::table::Table;

/// What comes before the tables.
const INTRODUCTION: &str = r#"# The columns of `roles.csv`, `accounts.csv` and `changes.csv`

<!-- Generated from the tables in crates/rolesweep-report. A test fails if this page is out of date. -->

Columns are only ever added, at the end. Files are UTF-8 with a byte order mark (none on standard output), comma, CRLF,
quoted as in RFC 4180, and always begin with the header. An empty cell means "no value"; the column's description says when.

Programs that guess types change names such as `NA`, `00123` or `1E5`. [spreadsheets.md](spreadsheets.md) says how to import the files into Excel,
LibreOffice, pandas and DuckDB so that every cell stays as it is.

| kind | cells |
|---|---|
| id | An identifier of AWS's, never altered. Account ids may begin with zeros. |
| text | Chosen by somebody outside, and written as below. |
| integer | A whole number, not negative. |
| boolean | `true` or `false`. |
| timestamp | RFC 3339 in UTC, such as `2026-11-22T10:20:30Z`; a fraction of a second only if AWS gave one. |
| word | One of the words in the description. |
| list | Items in order, joined with a semicolon and a space; each item is written like text. |

## How text is written, and how to read it back

A cell must not run as a formula, and must not look like something that it is not. So in text, and in every item of a list:

1. Characters that do not show are spelled out: `\n`, `\r`, `\t`, and `\u{202e}` with the character's number for all others
   (control characters, direction overrides, zero-width characters and the like). A backslash is doubled. A semicolon inside
   an item is `\u{3b}`, as it is in other text if a formula character follows it; an equals sign in a tag's key is `\u{3d}`.
2. Text whose first character, after blanks and quotation marks, is `=`, `+`, `-`, `@`, a minus sign or a full-width or small
   form of these gets a `'` in front, and so does text that begins with `'`.

To read it back, drop one leading `'`, and undo the spellings; for a list, split at semicolon and space first.

A spreadsheet holds 32,767 characters in a cell, counted in units of UTF-16. A longer cell is cut between two characters, or a list
between two items, and ends with a mark such as `…\[cut: 41,234 characters]`, which says how long the whole would be. No other cell
ends like this, because a backslash of the text is doubled. The store has the whole text, and the part before the mark reads back
as above. Ids are never cut: none is that long.

## Separators

A cell that holds a semicolon is always in quotation marks, so that a spreadsheet that splits at commas, tabs and semicolons together
does not split it. No cell begins like a formula there, or in a spreadsheet that splits at commas or at tabs alone.

There is one limit: a role's path may hold a semicolon and a formula character, and `role_arn` shows it as it is. A spreadsheet that
splits at semicolons alone, as many do in countries with decimal commas, does not split at the commas and may run such a cell.
Import the files there, and name the comma as the separator.
"#;

/// The page `docs/columns.md`.
#[must_use]
pub fn columns_markdown() -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str(&table_markdown::<Roles>());
    page.push_str(&table_markdown::<Accounts>());
    page.push_str(&table_markdown::<Changes>());
    page
}

/// A section on one table: its name, what it is about, and its columns.
#[must_use]
pub fn table_markdown<T: Table>() -> String {
    // Writing to a string does not fail.
    let mut section = String::new();
    let _ = write!(
        section,
        "\n## `{}`\n\n{}\n\n| column | kind | what it holds |\n|---|---|---|\n",
        T::FILE,
        T::ABOUT
    );
    for column in T::columns() {
        let _ = writeln!(
            section,
            "| `{}` | {} | {} |",
            column.name,
            column.kind.as_str(),
            column.doc.replace('|', "\\|")
        );
    }
    section
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::Kind;

    #[test]
    fn the_page_has_every_column_and_every_kind() {
        let page = columns_markdown();
        for name in names::<Roles>().chain(names::<Accounts>()).chain(names::<Changes>()) {
            assert!(page.contains(&format!("| `{name}` |")), "{name}");
        }
        for kind in
            [Kind::Id, Kind::Text, Kind::Integer, Kind::Boolean, Kind::Timestamp, Kind::Word, Kind::List]
        {
            assert!(page.contains(&format!("\n| {} |", kind.as_str())), "{kind:?}");
        }
        assert!(page.ends_with("|\n"));
    }

    fn names<T: Table>() -> impl Iterator<Item = &'static str> {
        T::columns().iter().map(|column| column.name)
    }
}
