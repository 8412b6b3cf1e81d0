//! Packages from npm, pinned, in a folder under `target/`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The oldest Node that the packages support.
const OLDEST: u32 = 20;

/// A folder with packages.
#[derive(Debug)]
pub struct Packages {
    folder: PathBuf,
}

impl Packages {
    /// Installs the packages of a folder's `package.json` and `package-lock.json` below `root`, or says
    /// why it cannot. Test programs with the same packages share the installation.
    ///
    /// # Errors
    /// If Node is missing or too old, or npm fails.
    pub fn install(sources: &Path, root: &Path) -> Result<Self, String> {
        let version = run(Command::new("node").arg("--version"), "run node")?;
        let major =
            version.trim().trim_start_matches('v').split('.').next().and_then(|word| word.parse().ok());
        if major.is_none_or(|major: u32| major < OLDEST) {
            return Err(format!("node {} is older than {OLDEST}", version.trim()));
        }
        let read = |name: &str| fs::read(sources.join(name)).map_err(|error| format!("{name}: {error}"));
        let (package, lock) = (read("package.json")?, read("package-lock.json")?);
        let named = |suffix: &str| root.join(format!("npm-{:016x}{suffix}", fingerprint(&[&package, &lock])));
        let folder = named("");
        fs::create_dir_all(root).map_err(|error| format!("{}: {error}", root.display()))?;

        // Concurrent test runs share it: one makes it, the others wait. Closing the file releases the
        // lock, even after a crash.
        let guard = File::create(named(".lock")).map_err(|error| error.to_string())?;
        guard.lock().map_err(|error| error.to_string())?;
        // Written last. Without it, the installation was interrupted.
        let finished = folder.join("finished");
        if !finished.exists() {
            fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
            for (name, content) in [("package.json", &package), ("package-lock.json", &lock)] {
                fs::write(folder.join(name), content).map_err(|error| format!("{name}: {error}"))?;
            }
            let mut npm = Command::new("npm");
            // Everything is pinned with its hash, and nothing is run during the installation.
            npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]).current_dir(&folder);
            run(&mut npm, &format!("install the packages of {}/package.json with npm", sources.display()))?;
            File::create(&finished).map_err(|error| error.to_string())?;
        }
        Ok(Self { folder })
    }

    /// The folder with `node_modules`.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of a package.
    #[must_use]
    pub fn package(&self, name: &str) -> PathBuf {
        self.folder.join("node_modules").join(name)
    }
}

fn run(command: &mut Command, what: &str) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("could not {what}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let errors = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(format!("could not {what}: {}", errors.lines().last().unwrap_or("it failed without a word")))
}

/// FNV-1a. The name only has to change if one of these changes.
fn fingerprint(parts: &[&[u8]]) -> u64 {
    parts
        .iter()
        .flat_map(|part| part.iter().chain(&[0]))
        .fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
