//! The path of names that leads to an OU, as people read and write it: `/Workloads/Prod`. Only this
//! file knows its spelling.
//!
//! AWS allows any character in the name of an OU (Organizations API reference,
//! `OrganizationalUnitName`). So characters that mean something in a path, in a list of paths or in
//! a CSV cell are written as in a URL: `%` and two hexadecimal digits for each byte of UTF-8. An OU
//! named `CI/CD` is `/CI%2FCD`, and `/CI/CD` is the OU `CD` below `CI`. A path can therefore be
//! copied from a report or a terminal into a flag or a configuration file.

use std::fmt::Write as _;

use crate::text::is_hidden;

/// Why a text is not a path of OU names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OuPathError {
    /// It does not begin at the root.
    #[error("an OU path begins with `/`")]
    NotFromTheRoot,
    /// There is nothing between two slashes.
    #[error("a part of the OU path has no name")]
    NamelessPart,
    /// What `%` stands for is not UTF-8.
    #[error("`%` does not spell a character in the part `{part}`")]
    NotACharacter {
        /// The part as it was written.
        part: String,
    },
}

/// The path for the names from below the root down to an OU; `/` for none.
#[must_use]
pub fn ou_path<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut path = String::new();
    for name in names {
        path.push('/');
        push_name(&mut path, name);
    }
    if path.is_empty() {
        path.push('/');
    }
    path
}

/// Turns a path that somebody wrote into the spelling of [`ou_path`]. Somebody may spell out any
/// character, but needs to do so only for `/`, and for `%` before two hexadecimal digits. A slash
/// at the end does not count.
///
/// # Errors
/// What is wrong with the path.
pub fn canonical_ou_path(text: &str) -> Result<String, OuPathError> {
    let names = text.strip_prefix('/').ok_or(OuPathError::NotFromTheRoot)?;
    let names = names.strip_suffix('/').unwrap_or(names);
    if names.is_empty() {
        return if text == "/" { Ok(ou_path([])) } else { Err(OuPathError::NamelessPart) };
    }
    let mut path = String::with_capacity(text.len());
    for part in names.split('/') {
        if part.trim().is_empty() {
            return Err(OuPathError::NamelessPart);
        }
        path.push('/');
        push_name(&mut path, &name(part)?);
    }
    Ok(path)
}

/// Appends a name, and spells out everything that would mean something else: the slash, the percent
/// sign, separators of lists, what a CSV cell spells in its own way, hidden characters, and blanks
/// at the ends, which get lost.
fn push_name(path: &mut String, name: &str) {
    let first = name.len() - name.trim_start().len();
    let last = name.trim_end().len();
    for (at, c) in name.char_indices() {
        let at_an_end = at < first || at >= last;
        if matches!(c, '/' | '%' | '\\' | ',' | ';') || at_an_end || is_hidden(c) {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                // Writing to a string does not fail.
                let _ = write!(path, "%{byte:02X}");
            }
        } else {
            path.push(c);
        }
    }
}

/// The name that a part of a path stands for.
fn name(part: &str) -> Result<String, OuPathError> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let [first, after @ ..] = rest {
        if let (b'%', [high, low, behind @ ..]) = (first, after)
            && high.is_ascii_hexdigit()
            && low.is_ascii_hexdigit()
        {
            bytes.push(digit(*high) << 4 | digit(*low));
            rest = behind;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).map_err(|_| OuPathError::NotACharacter { part: part.to_owned() })
}

/// The name of the OU that a path leads to; none for the root.
pub(crate) fn name_of_last(path: &str) -> Option<String> {
    path.rsplit('/').next().and_then(|part| name(part).ok()).filter(|name| !name.is_empty())
}

/// The value of a hexadecimal digit.
fn digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        _ => (byte | 0x20) - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_slash_in_a_name_is_not_a_slash_between_names() {
        assert_eq!(ou_path(["CI/CD"]), "/CI%2FCD");
        assert_eq!(ou_path(["CI", "CD"]), "/CI/CD");
        assert_eq!(ou_path([]), "/");
    }

    #[test]
    fn hostile_names_have_a_spelling_of_their_own() {
        for (name, path) in [
            ("Dev, Test", "/Dev%2C Test"),
            (" Sandbox ", "/%20Sandbox%20"),
            ("Zürich 🏔", "/Zürich 🏔"),
            ("🏔\u{fe0f}", "/🏔%EF%B8%8F"),
            ("=cmd", "/=cmd"),
            ("..", "/.."),
            ("Prod", "/Prod"),
            ("prod", "/prod"),
            (r"a\b", "/a%5Cb"),
            ("a;=1", "/a%3B=1"),
            ("100%", "/100%25"),
            ("%2F", "/%252F"),
            ("a\nb\u{202e}", "/a%0Ab%E2%80%AE"),
            ("  ", "/%20%20"),
            ("\u{a0}x", "/%C2%A0x"),
        ] {
            assert_eq!(ou_path([name]), path, "{name:?}");
            assert_eq!(canonical_ou_path(path).unwrap(), path, "{name:?}");
        }
    }

    #[test]
    fn a_path_that_somebody_wrote_may_spell_more_or_less() {
        for (written, path) in [
            ("/", "/"),
            ("/Workloads/Prod/", "/Workloads/Prod"),
            ("/CI%2fCD", "/CI%2FCD"),
            ("/%43I/%43D", "/CI/CD"),
            ("/Dev, Test", "/Dev%2C Test"),
            ("/100% Prod", "/100%25 Prod"),
            ("/100%", "/100%25"),
            (r"/a\b", "/a%5Cb"),
        ] {
            assert_eq!(canonical_ou_path(written).unwrap(), path, "{written}");
        }
    }

    #[test]
    fn texts_that_are_not_paths_are_refused() {
        for text in ["//", "/a//b", "/ /b", "/a/ "] {
            assert_eq!(canonical_ou_path(text), Err(OuPathError::NamelessPart), "{text}");
        }
        for text in ["", "a", "a/b"] {
            assert_eq!(canonical_ou_path(text), Err(OuPathError::NotFromTheRoot), "{text}");
        }
        let error = canonical_ou_path("/a/50%ab").unwrap_err();
        assert_eq!(error, OuPathError::NotACharacter { part: "50%ab".to_owned() });
    }

    proptest! {
        #[test]
        fn two_places_never_have_the_same_path(
            one in prop::collection::vec("[a/%2F,;\\\\ \u{202e}é]{1,6}", 0..4),
            other in prop::collection::vec("[a/%2F,;\\\\ \u{202e}é]{1,6}", 0..4),
        ) {
            let path = |names: &[String]| ou_path(names.iter().map(String::as_str));
            prop_assert_eq!(path(&one) == path(&other), one == other);
        }

        #[test]
        fn a_path_that_was_read_is_the_path_that_was_written(names in prop::collection::vec("(?s).{1,8}", 0..4)) {
            let path = ou_path(names.iter().map(String::as_str));
            prop_assert_eq!(canonical_ou_path(&path), Ok(path.clone()));
            // Nothing is left that a list of paths or a cell would read as something else.
            prop_assert!(!path.contains([',', ';', '\\', '\n']));
            prop_assert_eq!(path.trim(), path.as_str());
        }
    }
}
