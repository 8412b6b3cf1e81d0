//! `cargo xtask lines`: how many lines of code each crate has, without comments, blank lines and
//! tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The attribute of a module that is compiled only for tests.
pub(crate) const TESTS: &str = "#[cfg(test)]";

/// Crates that are not part of the shipped product.
const TEST_SUPPORT: [&str; 3] = ["rolesweep-sim", "rolesweep-fuzz", "rolesweep-testing"];

/// The table: a line for each crate, and their sum.
pub(crate) fn table(root: &Path) -> Result<String> {
    let mut counts = BTreeMap::new();
    for entry in fs::read_dir(root.join("crates")).context("failed to list the crates")? {
        let folder = entry?.path();
        let mut sources = Sources::default();
        sources.collect(&folder.join("src"))?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        counts.insert(name, sources.code());
    }
    let mut text = String::new();
    for (name, lines) in &counts {
        text.push_str(&format!("{lines:>7}  {name}\n"));
    }
    let sum: usize = counts.values().sum();
    let test_support: usize = TEST_SUPPORT.iter().filter_map(|name| counts.get(*name)).sum();
    text.push_str(&format!("{sum:>7}  in all, {} without {}", sum - test_support, TEST_SUPPORT.join(", ")));
    Ok(text)
}

/// The source files of a crate, and the places that hold its tests.
#[derive(Default)]
struct Sources {
    files: BTreeMap<PathBuf, String>,
    tests: BTreeSet<PathBuf>,
}

impl Sources {
    fn collect(&mut self, folder: &Path) -> Result<()> {
        let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                self.collect(&path)?;
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path)
                    .with_context(|| format!("failed to read {}", path.display()))?;
                self.tests.extend(test_modules(&text).map(|module| modules_of(&path).join(module)));
                self.files.insert(path, text);
            }
        }
        Ok(())
    }

    fn code(&self) -> usize {
        let is_test = |path: &Path| {
            let module = path.with_extension("");
            self.tests.iter().any(|tests| module.starts_with(tests))
        };
        self.files.iter().filter(|(path, _)| !is_test(path)).map(|(_, text)| code_lines(text)).sum()
    }
}

/// The folder of a file's modules. It is the file's own folder if the file is the root of a folder
/// or a crate.
fn modules_of(path: &Path) -> PathBuf {
    let is_root = path.file_stem().is_some_and(|stem| stem == "mod" || stem == "lib" || stem == "main");
    if is_root { path.with_file_name("") } else { path.with_extension("") }
}

/// The names of the modules in separate files that are compiled only for tests.
fn test_modules(text: &str) -> impl Iterator<Item = &str> {
    let lines = || text.lines().map(str::trim);
    lines().zip(lines().skip(1)).filter(|(line, _)| *line == TESTS).filter_map(|(_, next)| {
        next.trim_start_matches("pub(crate) ").strip_prefix("mod ")?.strip_suffix(';')
    })
}

/// Counts lines that are neither blank nor a comment, up to the tests at the file's end.
fn code_lines(text: &str) -> usize {
    let mut lines = text.lines().peekable();
    let mut count = 0;
    while let Some(line) = lines.next() {
        let line = line.trim();
        if line == TESTS && lines.peek().is_some_and(|next| next.starts_with("mod ") && next.ends_with('{')) {
            break;
        }
        count += usize::from(!line.is_empty() && !line.starts_with("//"));
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_blank_lines_and_tests_are_not_counted() {
        let text = "//! A file.\n\nuse a::b;\n\n/// A thing.\nfn f() {} // said\n\n#[cfg(test)]\nmod tests {\n    fn t() {}\n}\n";
        assert_eq!(code_lines(text), 2);
    }

    #[test]
    fn test_modules_in_files_of_their_own_are_found() {
        let text = "mod code;\n#[cfg(test)]\nmod fixture;\n#[cfg(test)]\npub(crate) mod laws;\n#[cfg(test)]\nmod tests {\n";
        assert_eq!(test_modules(text).collect::<Vec<_>>(), ["fixture", "laws"]);
        assert_eq!(modules_of(Path::new("src/table.rs")), Path::new("src/table"));
        assert_eq!(modules_of(Path::new("src/table/mod.rs")), Path::new("src/table/"));
    }
}
