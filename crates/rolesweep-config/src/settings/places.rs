//! Settings whose value is a path or `-`: where a report goes, and where account ids come from.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::errors::Fault;
use crate::text::quote::quote;
use crate::value::{Rules, Shape, Value};

/// Where the report goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A new folder below `rolesweep-report/`.
    NewFolder,
    /// This folder.
    Folder(PathBuf),
    /// The standard output, `roles.csv` alone.
    Stdout,
}

/// Where account ids come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountsSource {
    /// This file.
    File(PathBuf),
    /// The standard input.
    Stdin,
}

/// What means the standard input or output.
const DASH: &str = "-";

impl Value for Target {
    const SHAPE: Shape = Shape::Path;

    fn parse(text: &str, rules: &Rules) -> Result<Self, Fault> {
        Self::parse_os(OsStr::new(text), rules)
    }

    fn parse_os(text: &OsStr, rules: &Rules) -> Result<Self, Fault> {
        if text == DASH {
            return Ok(Self::Stdout);
        }
        let path = PathBuf::parse_os(text, rules)?;
        if looks_like_a_file(text) { Err(a_report_is_a_folder(&path)) } else { Ok(Self::Folder(path)) }
    }

    fn toml(&self) -> Option<String> {
        match self {
            Self::NewFolder => None,
            Self::Folder(path) => path.toml(),
            Self::Stdout => Some(quote(DASH)),
        }
    }

    fn unset() -> Option<Self> {
        Some(Self::NewFolder)
    }

    fn below(self, folder: &Path) -> Self {
        match self {
            Self::Folder(path) => Self::Folder(path.below(folder)),
            other => other,
        }
    }
}

impl Value for AccountsSource {
    const SHAPE: Shape = Shape::Path;

    fn parse(text: &str, rules: &Rules) -> Result<Self, Fault> {
        Self::parse_os(OsStr::new(text), rules)
    }

    fn parse_os(text: &OsStr, rules: &Rules) -> Result<Self, Fault> {
        if text == DASH { Ok(Self::Stdin) } else { PathBuf::parse_os(text, rules).map(Self::File) }
    }

    fn toml(&self) -> Option<String> {
        match self {
            Self::File(path) => path.toml(),
            Self::Stdin => Some(quote(DASH)),
        }
    }

    fn below(self, folder: &Path) -> Self {
        match self {
            Self::File(path) => Self::File(path.below(folder)),
            Self::Stdin => Self::Stdin,
        }
    }
}

impl AccountsSource {
    /// Its name in messages.
    pub(crate) fn name(&self) -> &Path {
        match self {
            Self::File(path) => path,
            Self::Stdin => Path::new("stdin"),
        }
    }
}

/// Endings of the files that people want to write when they name a report.
const FILE_ENDINGS: [&str; 18] = [
    "csv", "tsv", "json", "jsonl", "ndjson", "xlsx", "xls", "ods", "html", "htm", "txt", "md", "pdf", "xml",
    "yaml", "yml", "parquet", "zip",
];

/// Whether a path looks like a file's. With a slash after it, it is a folder's.
fn looks_like_a_file(text: &OsStr) -> bool {
    let ending = Path::new(text).extension().and_then(OsStr::to_str).unwrap_or_default();
    !text.as_encoded_bytes().ends_with(b"/")
        && FILE_ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending))
}

fn a_report_is_a_folder(path: &Path) -> Fault {
    let (shown, folder) = (path.display(), path.with_extension(""));
    Fault::new(
        format!("`{shown}` looks like a file, and the report is a folder"),
        format!(
            "name a folder, such as `{}`, or write `-` for roles.csv on stdout; a folder of that very name ends with a slash: `{shown}/`",
            folder.display()
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str) -> Result<Target, Fault> {
        Target::parse(text, &Rules::ANY)
    }

    #[test]
    fn a_report_is_not_written_into_a_folder_that_looks_like_a_file() {
        for text in ["report.json", "out/roles.csv", "a.b.XLSX"] {
            let fault = target(text).unwrap_err();
            assert!(fault.what.contains("is a folder"), "{text}: {fault:?}");
            assert!(fault.help.contains(&format!("`{text}/`")), "{text}: {fault:?}");
        }
        for text in ["report", "report.json/", "2026-11.22", "reports.d", ".json", "a.csv/b"] {
            assert_eq!(target(text), Ok(Target::Folder(PathBuf::from(text))), "{text}");
        }
        assert_eq!(target("-"), Ok(Target::Stdout));
    }

    #[test]
    fn a_dash_is_the_standard_input_in_every_folder() {
        let source = |text: &str| AccountsSource::parse(text, &Rules::ANY).unwrap().below(Path::new("/etc"));
        assert_eq!(source("-"), AccountsSource::Stdin);
        assert_eq!(source("ids"), AccountsSource::File(PathBuf::from("/etc/ids")));
    }
}
