//! The works that the data is made from: `sources.toml`, and local copies of what it names.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

/// The licences that allow what is done with the data.
const LICENCES: [&str; 3] = ["Apache-2.0", "CC0-1.0", "MIT"];

/// One work.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) licence: String,
    pub(super) date: String,
    pub(super) url: String,
    /// Where a local copy is, in the folder of local copies.
    pub(super) file: String,
    pub(super) sha256: String,
}

/// Every work, as `sources.toml` has them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sources {
    source: Vec<Source>,
}

impl Sources {
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let path = folder.join("sources.toml");
        let text = fs::read_to_string(&path).with_context(|| format!("failed to read {}", path.display()))?;
        let sources: Self =
            toml::from_str(&text).with_context(|| format!("failed to understand {}", path.display()))?;
        for source in &sources.source {
            let Source { name, licence, date, .. } = source;
            ensure!(
                LICENCES.contains(&licence.as_str()),
                "the licence of {name}, {licence}, is not one that can be used"
            );
            date.parse::<Date>().with_context(|| format!("the date of {name}, {date}, is no date"))?;
        }
        Ok(sources)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Source> {
        self.source.iter()
    }

    pub(super) fn find(&self, name: &str) -> Result<&Source> {
        self.iter()
            .find(|source| source.name == name)
            .with_context(|| format!("sources.toml does not name {name}"))
    }

    pub(super) fn all(&self, names: &[&str]) -> Result<Vec<&Source>> {
        names.iter().map(|name| self.find(name)).collect()
    }
}

/// Local copies that have the hashes that `sources.toml` says.
pub(super) struct Inputs {
    works: Vec<(String, PathBuf)>,
    /// Holds what was unpacked.
    _unpacked: tempfile::TempDir,
}

impl Inputs {
    /// Checks every copy, and unpacks the Python packages.
    pub(super) fn open(sources: &Sources, folder: &Path) -> Result<Self> {
        let unpacked = tempfile::tempdir().context("failed to make a temporary folder")?;
        let mut works = Vec::new();
        for source in sources.iter() {
            let path = folder.join(&source.file);
            let bytes = fs::read(&path).with_context(|| format!("failed to read {}", path.display()))?;
            let hash = sha256(&bytes);
            ensure!(
                hash == source.sha256,
                "{} is not {} {}: its SHA-256 is {hash}, and sources.toml says {}",
                path.display(),
                source.name,
                source.version,
                source.sha256
            );
            let is_package = path.extension().is_some_and(|extension| extension == "whl");
            let work = if is_package { unpack(&path, &unpacked.path().join(&source.name))? } else { path };
            works.push((source.name.clone(), work));
        }
        Ok(Self { works, _unpacked: unpacked })
    }

    /// The file of a work, or the folder of its package.
    pub(super) fn path(&self, name: &str) -> Result<&Path> {
        let work = self.works.iter().find(|(work, _)| work == name);
        work.map(|(_, path)| path.as_path()).with_context(|| format!("sources.toml does not name {name}"))
    }

    pub(super) fn text(&self, name: &str) -> Result<String> {
        read(self.path(name)?)
    }
}

/// Unpacks a Python package, which is a ZIP archive.
fn unpack(package: &Path, to: &Path) -> Result<PathBuf> {
    let status = Command::new("python3")
        .args(["-m", "zipfile", "--extract"])
        .args([package, to])
        .status()
        .context("failed to run python3, which unpacks the packages")?;
    ensure!(status.success(), "python3 failed to unpack {}", package.display());
    Ok(to.to_owned())
}

pub(super) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("failed to read {}", path.display()))
}

pub(super) fn json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    serde_json::from_str(&read(path)?).with_context(|| format!("failed to understand {}", path.display()))
}

/// The SHA-256 in hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_with_another_hash_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let source = |sha256: &str| Sources {
            source: vec![Source {
                name: "a-work".to_owned(),
                version: "1".to_owned(),
                licence: "MIT".to_owned(),
                date: "2026-01-01".to_owned(),
                url: "https://example.com/".to_owned(),
                file: "a.json".to_owned(),
                sha256: sha256.to_owned(),
            }],
        };
        let right = sha256(b"{}");
        let error =
            |sources: &Sources| Inputs::open(sources, folder.path()).err().map(|error| format!("{error:#}"));
        assert!(error(&source(&right)).is_some_and(|error| error.contains("a.json")), "the copy is missing");
        fs::write(folder.path().join("a.json"), "{}").unwrap();
        assert_eq!(error(&source(&right)), None);
        let wrong = error(&source(&sha256(b"[]"))).unwrap();
        assert!(wrong.contains("is not a-work 1") && wrong.contains(&right), "{wrong}");
    }
}
