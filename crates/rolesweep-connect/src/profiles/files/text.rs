//! Reads the text of AWS's configuration files as the AWS CLI does (Python's
//! `configparser.RawConfigParser`). It also reads comments after values, which the SDKs know.

/// A section with its keys, in the order of the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Section {
    /// Its line, from 1.
    pub(super) line: usize,
    /// The text between the brackets, trimmed.
    pub(super) header: String,
    pub(super) entries: Vec<Entry>,
}

/// A key with its value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) line: usize,
    /// In lower case.
    pub(super) key: String,
    /// Its lines, joined by line breaks.
    pub(super) value: String,
    /// The line on which the value continues, if it does.
    pub(super) goes_on: Option<usize>,
}

/// What makes a file unreadable. It never repeats a line's content, which may be a secret.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    /// The line, or `None` for the whole file.
    pub(super) line: Option<usize>,
    pub(super) section: Option<String>,
    pub(super) what: &'static str,
    /// What to write instead.
    pub(super) instead: &'static str,
}

/// The text of a file: UTF-8, with or without a byte order mark.
///
/// # Errors
/// If it has another encoding.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, Mistake> {
    let mistake = |line, what| Mistake { line, section: None, what, instead: "save the file as UTF-8" };
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || bytes.contains(&0) {
        return Err(mistake(None, "it is UTF-16 and not UTF-8"));
    }
    match String::from_utf8(bytes) {
        Ok(text) => {
            Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n").replace('\r', "\n"))
        }
        Err(error) => {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            Err(mistake(Some(line), "it is not UTF-8"))
        }
    }
}

/// The sections of a text.
///
/// # Errors
/// If a line is neither a section, nor a key, nor the continuation of a value.
pub(super) fn parse(text: &str) -> Result<Vec<Section>, Mistake> {
    let mut sections: Vec<Section> = Vec::new();
    // The indent of the last header or key. A line that is indented further continues a key's
    // value.
    let mut indent = 0;
    for (line, raw) in (1..).zip(text.lines()) {
        let content = raw.trim();
        if content.is_empty() || content.starts_with(['#', ';']) {
            continue;
        }
        let depth = raw.len() - raw.trim_start().len();
        if depth > indent
            && let Some(entry) = sections.last_mut().and_then(|section| section.entries.last_mut())
        {
            entry.value.push('\n');
            entry.value.push_str(without_comment(content));
            entry.goes_on.get_or_insert(line);
            continue;
        }
        indent = depth;
        let section = sections.last().map(|section| section.header.clone());
        let mistake = |what, instead| Mistake { line: Some(line), section: section.clone(), what, instead };
        if let Some(rest) = content.strip_prefix('[') {
            let header = header(rest).ok_or_else(|| {
                mistake("the section has no closing bracket", "write it as `[profile NAME]`")
            })?;
            sections.push(Section { line, header: header.trim().to_owned(), entries: Vec::new() });
            continue;
        }
        let expected = "write `key = value`, or begin the line with `#` if it is a comment";
        let Some(section) = sections.last_mut() else {
            return Err(mistake(
                "it is before the first section",
                "write `[default]` or `[profile NAME]` above it",
            ));
        };
        let Some((key, value)) = content.split_once(['=', ':']).filter(|(key, _)| !key.trim().is_empty())
        else {
            return Err(mistake("it is neither a section nor a key with a value", expected));
        };
        section.entries.push(Entry {
            line,
            key: key.trim().to_ascii_lowercase(),
            value: without_comment(value).to_owned(),
            goes_on: None,
        });
    }
    Ok(sections)
}

/// The text before the bracket that closes a header. A bracket in quotation marks is part of a
/// name. What follows the header is ignored.
fn header(rest: &str) -> Option<&str> {
    let mut quote = None;
    for (at, c) in rest.char_indices() {
        match (quote, c) {
            (None, ']') => return Some(&rest[..at]),
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    // An apostrophe without a second one is a plain character.
    rest.find(']').map(|at| &rest[..at])
}

/// A value without the comment after it. As in the SDKs, a `#` or `;` after white space begins a
/// comment.
fn without_comment(value: &str) -> &str {
    let mut before = ' ';
    let end = value.char_indices().find(|(_, c)| {
        let begins = before.is_whitespace() && ['#', ';'].contains(c);
        before = *c;
        begins
    });
    value[..end.map_or(value.len(), |(at, _)| at)].trim()
}

/// The words of a header, split like a shell does, because the AWS CLI reads quoted names in this
/// way. `None` if quotation marks are not closed.
pub(super) fn words(header: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = header.chars();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some('"') | None, '\\') => word.get_or_insert_default().push(characters.next()?),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<(String, Vec<(String, String)>)> {
        let sections = parse(text).unwrap();
        let entries =
            |section: Section| section.entries.into_iter().map(|entry| (entry.key, entry.value)).collect();
        sections.into_iter().map(|section| (section.header.clone(), entries(section))).collect()
    }

    fn one(header: &str, entries: &[(&str, &str)]) -> Vec<(String, Vec<(String, String)>)> {
        let entries = entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        vec![(header.to_owned(), entries)]
    }

    #[test]
    fn keys_may_be_indented_and_a_deeper_line_continues_a_value() {
        assert_eq!(keys("[default]\n  a = 1\n  B: 2\n"), one("default", &[("a", "1"), ("b", "2")]));
        assert_eq!(keys("  [default]\na = 1\n"), one("default", &[("a", "1")]));
        let nested = "[services s]\nsts =\n  endpoint_url = http://x\n  y = z\niam=\n";
        assert_eq!(
            keys(nested),
            one("services s", &[("sts", "\nendpoint_url = http://x\ny = z"), ("iam", "")])
        );
    }

    #[test]
    fn what_follows_a_header_or_a_value_as_a_comment_counts_for_nothing() {
        for line in
            ["[profile other] /* a note */", "[profile other] # [x]", "[profile other];", "[ profile other ]"]
        {
            assert_eq!(keys(line), one("profile other", &[]), "{line}");
        }
        assert_eq!(keys("[profile 'a]b'] x"), one("profile 'a]b'", &[]));
        assert_eq!(keys("[profile bob's]"), one("profile bob's", &[]));
        let values = "# x\n[d]\na = 1 # one\nb = x#y\n; c\nc = # nothing\nd = a;b\n";
        assert_eq!(keys(values), one("d", &[("a", "1"), ("b", "x#y"), ("c", ""), ("d", "a;b")]));
    }

    #[test]
    fn a_line_that_means_nothing_is_named_without_its_content() {
        for (text, line, section) in [
            ("region = x\n", 1, None),
            ("[default]\n\nhunter2\n", 3, Some("default")),
            ("[default]\n= hunter2\n", 2, Some("default")),
            ("[a]\n[b\n", 2, Some("a")),
        ] {
            let mistake = parse(text).unwrap_err();
            assert_eq!((mistake.line, mistake.section.as_deref()), (Some(line), section), "{text}");
            assert!(!format!("{mistake:?}").contains("hunter2"));
        }
    }

    #[test]
    fn a_byte_order_mark_is_ignored_and_another_encoding_is_named() {
        assert_eq!(decode("\u{feff}[a]\r\nb = c\rd".into()).unwrap(), "[a]\nb = c\nd");
        let utf_16: Vec<u8> = "[a]".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(decode(utf_16).unwrap_err().what.contains("UTF-16"));
        assert!(decode(vec![0xff, 0xfe]).unwrap_err().what.contains("UTF-16"));
        assert_eq!(decode(b"[a]\nb = \xe4".to_vec()).unwrap_err().line, Some(2));
    }

    #[test]
    fn words_are_split_as_a_shell_splits_them() {
        for (header, expected) in [
            ("profile 'My Audit'", Some(vec!["profile", "My Audit"])),
            ("sso-session \"My Corp\"", Some(vec!["sso-session", "My Corp"])),
            ("profile My\\ Audit", Some(vec!["profile", "My Audit"])),
            ("profile\tprüfung", Some(vec!["profile", "prüfung"])),
            ("profile 'it'\"'\"'s'", Some(vec!["profile", "it's"])),
            ("profile ''", Some(vec!["profile", ""])),
            ("profile my audit", Some(vec!["profile", "my", "audit"])),
            ("profile bob's", None),
        ] {
            let expected = expected.map(|words| words.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(words(header), expected, "{header}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[\\[\\]a-zé'\"\\\\=:#; \t\n]{0,80}") {
            for section in parse(&text).unwrap_or_default() {
                let _ = words(&section.header);
                proptest::prop_assert!(section.entries.iter().all(|entry| !entry.key.is_empty()));
            }
        }
    }
}
