//! How old the data is, and where it comes from.

use std::sync::LazyLock;

use jiff::civil::Date;

use super::file::{DataFile, Source};
use super::{accounts, escalation, sensitive, table};

/// The data files, in the order in which reports name them.
fn files() -> [(&'static str, &'static DataFile); 4] {
    [
        ("actions", table::file()),
        ("escalation paths", escalation::file()),
        ("known accounts", accounts::file()),
        ("sensitive actions", sensitive::file()),
    ]
}

/// Every work that the data was made from.
#[must_use]
pub fn sources() -> &'static [Source] {
    static SOURCES: LazyLock<Vec<Source>> =
        LazyLock::new(|| files().iter().flat_map(|(_, file)| file.sources.iter().copied()).collect());
    &SOURCES
}

/// A data file that roles are judged with.
#[derive(Debug, Clone, Copy)]
pub struct DataVersion {
    /// What it holds.
    pub name: &'static str,
    /// The date of what it says.
    pub date: Date,
    /// The works that it was made from.
    pub sources: &'static [Source],
    /// The whole file, to compute a hash of.
    pub text: &'static str,
}

/// The data files that roles are judged with, in the order in which reports name them.
#[must_use]
pub fn data_versions() -> [DataVersion; 4] {
    files().map(|(name, file)| DataVersion {
        name,
        date: file.date(),
        sources: &file.sources,
        text: file.text,
    })
}

/// The date of the list of actions, which every judgement of a policy depends on.
#[must_use]
pub fn data_date() -> Date {
    table::file().date()
}

/// The date of each kind of data, for reports.
#[must_use]
pub fn data_dates() -> String {
    let dates: Vec<String> =
        files().iter().map(|(what, file)| format!("{what} of {}", file.date())).collect();
    dates.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_data_file_says_where_it_comes_from() {
        for (what, file) in files() {
            assert!(!file.sources.is_empty(), "{what}");
            assert!(file.entries > 0, "{what}");
            for source in &file.sources {
                assert!(source.url.starts_with("https://"), "{source:?}");
                assert!(matches!(source.licence, "MIT" | "Apache-2.0" | "CC0-1.0"), "{source:?}");
                assert!(source.date > Date::constant(2024, 1, 1), "{source:?}");
                let is_hash = source.sha256.len() == 64
                    && source.sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
                assert!(is_hash, "{source:?}");
            }
        }
        assert_eq!(sources().len(), 6);
    }

    #[test]
    fn reports_can_say_the_date_of_each_kind_of_data() {
        assert_eq!(data_date(), Date::constant(2026, 10, 27));
        assert_eq!(
            data_dates(),
            "actions of 2026-10-27, escalation paths of 2026-10-26, known accounts of 2025-09-17, \
             sensitive actions of 2024-10-29"
        );
    }

    #[test]
    fn the_notice_names_every_source() {
        let notice = include_str!("../../data/NOTICE");
        for source in sources() {
            assert!(notice.contains(source.name), "{source:?}");
        }
    }
}
