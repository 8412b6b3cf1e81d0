//! The formats of a report: one file of this folder each, and one row of [`FORMATS`].

mod csv;

pub use csv::{AccountsCsv, Bom, CsvWriter, RolesCsv};

use crate::assessed::{AssessedAccount, AssessedRole};
use crate::output::Rows;
use crate::summary::Summary;

/// Makes one file of a report from its roles and accounts. It only formats: what it appends is put in order and written by the pipeline.
pub trait Sink: Sync {
    /// The file's name in a report.
    fn file(&self) -> &'static str;

    /// Appends what comes before everything else.
    fn begin(&self, _out: &mut Rows) {}

    /// Appends a role that gets a row. Several threads call this at once, each for roles of another page; roles come in order within a page,
    /// and what was appended is put into the order of the pages.
    fn role(&self, _role: &AssessedRole<'_>, _out: &mut Rows) {}

    /// Appends an account, behind its roles.
    fn account(&self, _account: &AssessedAccount<'_>, _out: &mut Rows) {}

    /// Appends what comes behind everything else.
    fn finish(&self, _summary: &Summary, _out: &mut Rows) {}
}

/// Every file of a report, in the order in which the manifest lists them. A report's folder, and what clears away the folders of killed runs, know
/// the files from here.
pub static FORMATS: &[&dyn Sink] = &[&RolesCsv { bom: Bom::Yes }, &AccountsCsv { bom: Bom::Yes }];

/// What goes to standard output.
pub(crate) static STREAM: &dyn Sink = &RolesCsv { bom: Bom::No };

/// Whether a report may have a file of this name beside its manifest.
pub(crate) fn is_file(name: &str) -> bool {
    FORMATS.iter().any(|format| format.file() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_a_name_of_its_own() {
        for (at, format) in FORMATS.iter().enumerate() {
            assert!(is_file(format.file()) && !is_file(&format.file().to_uppercase()));
            assert!(FORMATS[..at].iter().all(|other| other.file() != format.file()));
            assert_ne!(format.file(), crate::MANIFEST);
        }
    }
}
