//! The formats of a report: a file of this folder and a row of [`FORMATS`] for each.

mod csv;
mod format;
mod rows;

use csv::{AccountsCsv, ChangesCsv, RolesCsv};
pub use csv::{Bom, CsvWriter};
pub(crate) use format::FileFormat;
pub(crate) use rows::FileRows;

use crate::columns::{Accounts, Changes, Roles, Table as _};

/// Every file of a report, in the order of the manifest. A report's folder, and the cleanup after
/// killed runs, know the files from this list.
pub(crate) static FORMATS: &[FileFormat] = &[
    FileFormat { file: Roles::FILE, new: || Box::new(RolesCsv { bom: Bom::Yes }) },
    FileFormat { file: Accounts::FILE, new: || Box::new(AccountsCsv { bom: Bom::Yes }) },
    FileFormat { file: Changes::FILE, new: || Box::new(ChangesCsv { bom: Bom::Yes }) },
];

/// The format of standard output.
pub(crate) static STREAM: &[FileFormat] =
    &[FileFormat { file: Roles::FILE, new: || Box::new(RolesCsv { bom: Bom::No }) }];

/// Whether a report may have a file of this name beside its manifest.
pub(crate) fn is_file(name: &str) -> bool {
    FORMATS.iter().any(|format| format.file == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_a_name_of_its_own() {
        for (at, format) in FORMATS.iter().enumerate() {
            assert!(is_file(format.file) && !is_file(&format.file.to_uppercase()));
            assert!(FORMATS[..at].iter().all(|other| other.file != format.file));
            assert_ne!(format.file, crate::MANIFEST);
        }
    }
}
