//! The rows of a report's files, in several formats at once.

use super::format::{FileFormat, Format};
use crate::assessed::{AssessedAccount, AssessedRole, ComparedRole, Include};
use crate::output::Rows;
use crate::sink::Sink;
use crate::summary::Summary;

/// The rows of all files of a report that were made so far.
pub(crate) struct FileRows {
    include: Include,
    shown: u64,
    files: Vec<(Box<dyn Format>, Rows)>,
}

impl FileRows {
    /// No rows yet: for these files, and for the roles that are included.
    pub(crate) fn new(include: Include, formats: &[FileFormat]) -> Self {
        let files = formats.iter().map(|format| ((format.new)(), Rows::default())).collect();
        Self { include, shown: 0, files }
    }

    /// How many roles have a row.
    pub(crate) fn shown(&self) -> u64 {
        self.shown
    }

    /// Makes what comes before everything else.
    pub(crate) fn begin(&mut self) {
        self.files.iter_mut().for_each(|(format, rows)| format.begin(rows));
    }

    /// Takes the rows that were made for each file, in the order of the formats.
    pub(crate) fn take(&mut self) -> impl Iterator<Item = Rows> {
        self.files.iter_mut().map(|(_, rows)| std::mem::take(rows))
    }

    /// Makes what comes after everything else.
    pub(crate) fn finish(mut self, summary: &Summary) -> impl Iterator<Item = Rows> {
        self.files.iter_mut().for_each(|(format, rows)| format.finish(summary, rows));
        self.files.into_iter().map(|(_, rows)| rows)
    }
}

impl Sink for FileRows {
    fn role(&mut self, role: &AssessedRole<'_>) {
        if self.include.shows(role.assessment.disposition) {
            self.shown += 1;
            self.files.iter_mut().for_each(|(format, rows)| format.role(role, rows));
        }
    }

    fn account(&mut self, account: &AssessedAccount<'_>) {
        self.files.iter_mut().for_each(|(format, rows)| format.account(account, rows));
    }

    fn changed(&mut self, role: &ComparedRole<'_>) {
        self.files.iter_mut().for_each(|(format, rows)| format.changed(role, rows));
    }

    fn join(&mut self, next: Self) {
        self.shown += next.shown;
        for ((format, rows), (next_format, next_rows)) in self.files.iter_mut().zip(next.files) {
            format.join(next_format);
            rows.append(next_rows);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::any::Any;

    use super::*;
    use crate::fixture::Fixture;

    /// A format that appends each role's name, and at the end the length of the longest.
    #[derive(Default)]
    struct LongestName(usize);

    impl Format for LongestName {
        fn role(&mut self, role: &AssessedRole<'_>, out: &mut Rows) {
            let name = role.role.arn.name();
            self.0 = self.0.max(name.len());
            out.bytes.extend_from_slice(name.as_bytes());
        }

        fn join(&mut self, next: Box<dyn Any>) {
            self.0 = self.0.max(next.downcast::<Self>().unwrap().0);
        }

        fn finish(&mut self, _: &Summary, out: &mut Rows) {
            out.bytes.extend_from_slice(self.0.to_string().as_bytes());
        }
    }

    #[test]
    fn a_format_keeps_what_it_has_to_know_of_all_accounts() {
        let formats = [FileFormat { file: "names", new: || Box::new(LongestName::default()) }];
        let mut fixture = Fixture::default();
        let mut of_account = |name: &str| {
            let mut rows = FileRows::new(Include::All, &formats);
            fixture.role.arn = format!("arn:aws:iam::000000000123:role/{name}").parse().unwrap();
            rows.role(&fixture.row());
            rows
        };
        let (first, second) = (of_account("first"), of_account("no2"));
        let mut all = FileRows::new(Include::All, &formats);
        all.join(first);
        all.join(second);
        assert_eq!(all.shown(), 2);
        let files: Vec<Rows> = all.finish(&crate::fixture::summary()).collect();
        assert_eq!(files[0].bytes, b"firstno25");
    }
}
