//! The sections of the files as profiles, sessions and services.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;
use std::sync::Arc;

use super::text::{Section, words};
use super::{Group, Kind, Place, Sections, Stray, Value, spelled};
use crate::profiles::variables;

/// The word before a profile's name in a section header.
const PROFILE: &str = "profile";
const SESSION: &str = "sso-session";
const SERVICES: &str = "services";

/// Adds a file's sections to those of earlier files. The later values win.
pub(super) fn merge(into: &mut Sections, kind: Kind, file: &Arc<str>, sections: Vec<Section>) {
    for section in sections {
        let place = Place { file: Arc::clone(file), line: section.line };
        let groups = match named(kind, &section.header) {
            Some((PROFILE, name)) => Some((&mut into.profiles, name)),
            Some((SESSION, name)) => Some((&mut into.sessions, name)),
            Some((_, name)) => Some((&mut into.services, name)),
            None => None,
        };
        match groups {
            Some((groups, name)) => add(groups, kind, name, place, section),
            None => into.strays.push(Stray { kind, header: section.header, place }),
        }
    }
}

/// The first key that every section inherits, and its line. Python's reader treats `[DEFAULT]`, in
/// capitals, in this way.
pub(super) fn inherited(sections: &[Section]) -> Option<(usize, &str)> {
    let entries =
        sections.iter().filter(|section| section.header == "DEFAULT").flat_map(|section| &section.entries);
    entries.map(|entry| (entry.line, entry.key.as_str())).find(|(_, key)| variables::is_key(key))
}

/// The kind of a section, and its name.
fn named(kind: Kind, header: &str) -> Option<(&'static str, String)> {
    let words = words(header);
    let words: Option<Vec<&str>> = words.as_ref().map(|words| words.iter().map(String::as_str).collect());
    match (kind, words.as_deref()) {
        (_, Some(["default"])) => Some((PROFILE, "default".to_owned())),
        (Kind::Config, Some([word, name])) => {
            let word = [PROFILE, SESSION, SERVICES].into_iter().find(|known| known == word)?;
            Some((word, (*name).to_owned()))
        }
        (Kind::Config, _) => None,
        // The AWS CLI takes the whole header as the name, including spaces.
        (Kind::Credentials, Some([name])) => Some((PROFILE, (*name).to_owned())),
        (Kind::Credentials, Some([PROFILE, _])) => None,
        (Kind::Credentials, _) => Some((PROFILE, header.to_owned())),
    }
}

fn add(groups: &mut BTreeMap<String, Group>, kind: Kind, name: String, place: Place, section: Section) {
    let header = format!("[{}]", section.header);
    let group = groups.entry(name).or_insert_with(|| Group {
        header: header.clone(),
        place: place.clone(),
        sections: Vec::new(),
        values: BTreeMap::new(),
        twice: Vec::new(),
    });
    group.sections.push((header, place.clone()));
    // A key in the credentials file stands alone: a token in the config file belongs to another
    // key.
    if kind == Kind::Credentials && section.entries.iter().any(|entry| entry.key == "aws_access_key_id") {
        group.values.retain(|key, value| {
            value.place.file == place.file
                || !["aws_session_token", "aws_security_token"].contains(&key.as_str())
        });
    }
    for entry in section.entries {
        let place = Place { line: entry.line, ..place.clone() };
        let value = Value { text: entry.value, place, goes_on: entry.goes_on };
        match group.values.entry(entry.key) {
            Slot::Vacant(slot) => {
                slot.insert(value);
            }
            Slot::Occupied(mut slot) => {
                let before = slot.get();
                if before.place.file == value.place.file && before.text != value.text {
                    group.twice.push((slot.key().clone(), before.place.clone(), value.place.clone()));
                }
                slot.insert(value);
            }
        }
    }
}

/// What to write instead of an incorrect section header.
pub(super) fn instead_of(strays: &[Stray], word: &str, name: &str) -> Option<String> {
    let is_meant = |stray: &&Stray| {
        // A credentials file holds only profiles.
        if stray.kind == Kind::Credentials && word != "profile" {
            return false;
        }
        let header = stray.header.replace(['\'', '"'], "");
        let rest = [word, "profile", "sso_session"].iter().find_map(|word| header.strip_prefix(*word));
        let rest = rest.map(str::trim_start).filter(|rest| !rest.is_empty());
        let stripped = name.replace(['\'', '"'], "");
        header == stripped || rest == Some(&stripped)
    };
    let stray = strays.iter().find(is_meant)?;
    let right = match stray.kind {
        Kind::Config => format!("[{word} {}]", spelled(name)),
        Kind::Credentials => format!("[{name}]"),
    };
    Some(format!("write `{right}` for `[{}]` ({})", stray.header, stray.place))
}

#[cfg(test)]
mod tests {
    use super::super::text::parse;
    use super::*;

    fn merged(files: &[(Kind, &str)]) -> Sections {
        let mut sections = Sections::default();
        for (at, (kind, text)) in files.iter().enumerate() {
            merge(&mut sections, *kind, &Arc::from(format!("file {at}")), parse(text).unwrap());
        }
        sections
    }

    #[test]
    fn names_are_read_as_the_cli_writes_them() {
        let sections = merged(&[
            (
                Kind::Config,
                "[default]\na=1\n[profile 'My Audit']\na=2\n[profile prüfung]\na=3\n[sso-session 'My Corp']\na=4\n[services s]\na=5\n[plugins]\na=6\n[audit]\n",
            ),
            (Kind::Credentials, "[My Keys]\na=7\n['quoted one']\na=8\n[default]\nb=9\n[profile x]\n"),
        ]);
        let names: Vec<&str> = sections.profiles.keys().map(String::as_str).collect();
        assert_eq!(names, ["My Audit", "My Keys", "default", "prüfung", "quoted one"]);
        assert_eq!(sections.profiles["default"].get("a"), Some("1"));
        assert_eq!(sections.profiles["default"].get("b"), Some("9"));
        assert_eq!(sections.sessions["My Corp"].get("a"), Some("4"));
        assert_eq!(sections.services["s"].get("a"), Some("5"));
        let strays: Vec<&str> = sections.strays.iter().map(|stray| stray.header.as_str()).collect();
        assert_eq!(strays, ["plugins", "audit", "profile x"]);
    }

    #[test]
    fn the_credentials_file_wins_and_one_file_that_contradicts_itself_is_remembered() {
        let sections = merged(&[
            (Kind::Config, "[default]\na=1\n[profile default]\na=2\n"),
            (Kind::Credentials, "[default]\na=3\n"),
        ]);
        let default = &sections.profiles["default"];
        assert_eq!(default.get("a"), Some("3"));
        assert_eq!(default.twice.len(), 1);
        let (key, first, second) = &default.twice[0];
        assert_eq!((key.as_str(), first.line, second.line), ("a", 2, 4));
    }

    #[test]
    fn a_section_that_is_written_wrongly_is_recognised() {
        let sections = merged(&[
            (Kind::Config, "[audit]\n[profile my audit]\n[sso_session corp]\n"),
            (Kind::Credentials, "[profile keys]\n"),
        ]);
        for (word, name, expected) in [
            ("profile", "audit", "write `[profile audit]` for `[audit]` (file 0, line 1)"),
            ("profile", "my audit", "write `[profile 'my audit']` for `[profile my audit]` (file 0, line 2)"),
            ("sso-session", "corp", "write `[sso-session corp]` for `[sso_session corp]` (file 0, line 3)"),
            ("profile", "keys", "write `[keys]` for `[profile keys]` (file 1, line 1)"),
        ] {
            assert_eq!(sections.instead_of(word, name).as_deref(), Some(expected));
        }
        assert_eq!(sections.instead_of("profile", "other"), None);
        // A credentials file cannot hold this section.
        assert_eq!(sections.instead_of("sso-session", "keys"), None);
    }
}
