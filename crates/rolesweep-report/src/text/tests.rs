use proptest::prelude::*;

use super::*;

/// Text with many of the characters that matter here.
fn hostile() -> impl Strategy<Value = String> {
    let c = prop_oneof![
        3 => proptest::sample::select(
            "=+-@\t\r\n\0＝＋－＠﹦﹢﹣﹫−'\"\\;, u{}nrt0aé中\u{feff}\u{200b}\u{202e}\u{85}\u{a0}\u{3000}\u{ffff}\u{e0001}"
                .chars().collect::<Vec<_>>()
        ),
        1 => any::<char>(),
    ];
    proptest::collection::vec(c, 0..12).prop_map(|chars| chars.into_iter().collect())
}

fn list(items: &[&str]) -> String {
    let mut cell = Vec::new();
    push_list(items.iter().copied(), &mut cell);
    String::from_utf8(cell).unwrap()
}

fn pairs(pairs: &[(&str, &str)]) -> String {
    let mut cell = Vec::new();
    push_pairs(pairs.iter().copied(), &mut cell);
    String::from_utf8(cell).unwrap()
}

#[test]
fn plain_text_is_left_alone() {
    for text in [
        "",
        "app",
        "/Workloads/Prod",
        "a=b",
        "Jane; and John",
        "a,b \"c\"",
        "it's",
        "Zürich 中文 🚀",
        "user@example.com",
    ] {
        assert_eq!(encode(text), text);
    }
}

#[test]
fn formula_characters_get_an_apostrophe() {
    for (text, cell) in [
        ("=cmd", "'=cmd"),
        ("+1", "'+1"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        ("－1", "'－1"),
        ("−1", "'−1"),
        ("'quoted", "''quoted"),
        ("  =1", "'  =1"),
        ("\"=1", "'\"=1"),
        ("\u{a0}@x", "'\u{a0}@x"),
        ("\u{3000}+x", "'\u{3000}+x"),
    ] {
        assert_eq!(encode(text), cell);
    }
}

#[test]
fn hidden_characters_are_spelled_out() {
    for (text, cell) in [
        ("a\nb\r\nc\td", r"a\nb\r\nc\td"),
        ("\t=1", r"\t=1"),
        ("\u{feff}=1", r"\u{feff}=1"),
        ("admin\u{202e}nimda", r"admin\u{202e}nimda"),
        ("a\u{200b}b", r"a\u{200b}b"),
        ("nul\0", r"nul\u{0}"),
        (r"DOMAIN\user", r"DOMAIN\\user"),
        (r"\n is not a line break", r"\\n is not a line break"),
    ] {
        assert_eq!(encode(text), cell);
    }
}

#[test]
fn a_semicolon_cannot_open_a_formula_if_semicolons_split() {
    assert_eq!(encode("x;=1"), r"x\u{3b}=1");
    assert_eq!(encode("x; \"+1"), "x\\u{3b} \"+1");
    assert_eq!(encode("x;y=1"), "x;y=1");
}

#[test]
fn list_items_are_neutralised_one_by_one() {
    assert_eq!(list(&["a", "=b", "c;d"]), r"a; '=b; c\u{3b}d");
    assert_eq!(list(&[]), "");
    assert_eq!(pairs(&[("env", "prod"), ("a=b", "c=d"), ("x", "")]), r"env=prod; a\u{3d}b=c=d; x=");
    assert_eq!(pairs(&[("", "v")]), "'=v");
}

#[test]
fn cells_that_a_person_edited_still_read() {
    for text in [r"\", r"\q", r"\u", r"\u{", r"\u{}", r"\u{d800}", r"\u{110000}", r"\u{+41}", "a; b"] {
        assert_eq!(decode(text), text);
    }
    assert_eq!(decode(r"\u{41}\u{0041}"), "AA");
}

proptest! {
    #[test]
    fn text_reads_back(text in hostile()) {
        prop_assert_eq!(decode(&encode(&text)), text);
    }

    #[test]
    fn lists_read_back(items in proptest::collection::vec(hostile(), 0..4)) {
        // A list of one empty item looks like an empty list; AWS has no empty names.
        prop_assume!(items != [""]);
        let borrowed: Vec<&str> = items.iter().map(String::as_str).collect();
        prop_assert_eq!(decode_list(&list(&borrowed)), items);
    }

    #[test]
    fn pairs_read_back(items in proptest::collection::vec((hostile(), hostile()), 0..4)) {
        let borrowed: Vec<(&str, &str)> = items.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        prop_assert_eq!(decode_pairs(&pairs(&borrowed)), items);
    }

    #[test]
    fn no_cell_begins_a_formula_or_hides_anything(text in hostile()) {
        for cell in [encode(&text), list(&[&text, &text]), pairs(&[(&text, &text)])] {
            prop_assert!(!cell.chars().any(is_hidden), "{:?}", cell);
            // No formula as a whole, and none in the parts that a reader sees if it splits at
            // semicolons.
            for part in cell.split(';') {
                let first = part.chars().find(|&c| !is_blank(c) && c != '"');
                prop_assert!(!first.is_some_and(is_formula), "{:?} in {:?}", part, cell);
            }
        }
    }

    #[test]
    fn whatever_is_read_can_be_written_and_read_again(cell in hostile()) {
        let text = decode(&cell);
        prop_assert_eq!(decode(&encode(&text)), text);
        for item in decode_list(&cell) {
            prop_assert_eq!(decode(&encode(&item)), item);
        }
        prop_assert_eq!(decode_pairs(&cell).len(), decode_list(&cell).len());
    }
}
