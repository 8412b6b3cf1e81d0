//! Text in cells: a CSV loses nothing, and no cell runs.

use rolesweep_report::{Bom, Column, CsvWriter, Kind, Table, Value, text};

/// Lines of text. Each becomes a cell, a list, and keys with values.
pub fn csv(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    single(text);
    let row = Row { text, items: text.split('\n').collect() };
    if row.items == [""] {
        // A list of one empty item looks like an empty list.
        return;
    }
    let file = written(&row);
    harmless(&file);
    let cells = read(&file);
    let [cell, list, pairs] = &cells[..] else { panic!("three cells: {cells:?}") };
    assert_eq!(text::decode(cell), text);
    let Value::List(items) = row.list() else { unreachable!("it is a list") };
    assert_eq!(text::decode_list(list), items);
    let Value::Pairs(expected) = row.pairs() else { unreachable!("they are pairs") };
    let decoded = text::decode_pairs(pairs);
    let decoded: Vec<(&str, &str)> =
        decoded.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(decoded, expected);
}

/// A text as a cell of rolesweep's, and as a cell from others.
fn single(text: &str) {
    let cell = text::encode(text);
    assert_eq!(text::decode(&cell), text);
    // A text always gives the same cell, so that the same rows give the same bytes.
    assert_eq!(text::encode(&text::decode(&cell)), cell);
    let read = text::decode(text);
    assert_eq!(text::decode(&text::encode(&read)), read);
    assert_eq!(text::decode_pairs(text).len(), text::decode_list(text).len());
}

/// A small table with a column of each kind for text from others.
enum Texts {}

struct Row<'a> {
    text: &'a str,
    items: Vec<&'a str>,
}

impl Row<'_> {
    fn list(&self) -> Value<'_> {
        Value::list(self.items.iter().copied())
    }

    fn pairs(&self) -> Value<'_> {
        Value::pairs(self.items.chunks(2).map(|pair| (pair[0], pair.get(1).copied().unwrap_or_default())))
    }
}

impl Table for Texts {
    type Row<'a> = Row<'a>;
    const FILE: &'static str = "texts.csv";
    const ABOUT: &'static str = "";

    fn columns() -> &'static [Column<Self>] {
        &[
            Column { name: "text", doc: "", kind: Kind::Text, value: |row| Value::text(row.text) },
            Column { name: "list", doc: "", kind: Kind::List, value: |row| row.list() },
            Column { name: "pairs", doc: "", kind: Kind::List, value: |row| row.pairs() },
        ]
    }
}

fn written(row: &Row<'_>) -> String {
    let mut writer = CsvWriter::<Texts, _>::new(Vec::new(), Bom::No).expect("memory takes everything");
    writer.write(row).expect("memory takes everything");
    let (bytes, _) = writer.finish().expect("memory takes everything");
    String::from_utf8(bytes).expect("text in, text out")
}

/// The only row, as another reader sees it.
fn read(file: &str) -> Vec<String> {
    let mut reader = ::csv::Reader::from_reader(file.as_bytes());
    let mut records = reader.records().map(|record| record.expect("it is CSV"));
    let cells = records.next().expect("one row").iter().map(str::to_owned).collect();
    assert!(records.next().is_none(), "no text makes a second row");
    cells
}

/// For any reader that splits at commas or at semicolons, with or without quotation marks, no cell
/// begins a formula.
fn harmless(file: &str) {
    let lines: Vec<&str> = file.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 2, "a header and a row: {file:?}");
    for line in lines {
        assert!(!line.contains(is_unseen), "{line:?}");
        assert!(line.split(';').all(|part| !opens_formula(part)), "{line:?}");
    }
    for cell in read(file) {
        assert!(!opens_formula(&cell), "{cell:?}");
    }
}

fn opens_formula(cell: &str) -> bool {
    let first = cell.chars().find(|&c| !(c.is_whitespace() || c == '"'));
    first.is_some_and(|c| "=+-@＝＋－＠﹦﹢﹣﹫−".contains(c))
}

/// A selection of characters that must not appear in a report, written without the report's own
/// table.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}
