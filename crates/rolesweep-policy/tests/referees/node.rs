//! Node with the pinned packages, in a folder under `target/`.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use libtest_mimic::Failed;
use serde_json::Value;

/// The oldest Node that the packages support.
const OLDEST: u32 = 20;

/// The folder with the packages of `package.json`.
#[derive(Debug)]
pub(crate) struct Packages {
    folder: PathBuf,
}

/// The packages of this run, installed on first use, or the reason why there are none.
pub(crate) fn packages() -> Result<&'static Packages, &'static str> {
    static PACKAGES: OnceLock<Result<Packages, String>> = OnceLock::new();
    PACKAGES.get_or_init(install).as_ref().map_err(String::as_str)
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/referees")
}

fn install() -> Result<Packages, String> {
    let version = run(Command::new("node").arg("--version"), "run node")?;
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|word| word.parse().ok());
    if major.is_none_or(|major: u32| major < OLDEST) {
        return Err(format!("node {} is older than {OLDEST}", version.trim()));
    }
    let read = |name: &str| fs::read(sources().join(name)).map_err(|error| format!("{name}: {error}"));
    let (package, lock) = (read("package.json")?, read("package-lock.json")?);
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"));
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
        run(&mut npm, "install the packages of tests/referees/package.json with npm")?;
        File::create(&finished).map_err(|error| error.to_string())?;
    }
    Ok(Packages { folder })
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

impl Packages {
    /// The folder of a package.
    pub(crate) fn package(&self, name: &str) -> PathBuf {
        self.folder.join("node_modules").join(name)
    }

    /// Starts a script of this folder. It answers each line with a line.
    pub(crate) fn start(&self, script: &str) -> Result<Process, Failed> {
        // A module finds packages beside itself.
        let copy = self.folder.join(script);
        fs::copy(sources().join(script), &copy)?;
        let mut child =
            Command::new("node").arg(copy).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let stdin = child.stdin.take().ok_or("no stdin")?;
        let stdout = BufReader::new(child.stdout.take().ok_or("no stdout")?);
        Ok(Process { child, stdin, stdout })
    }
}

/// A script that runs.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Process {
    pub(crate) fn ask(&mut self, question: &Value) -> Result<Value, Failed> {
        writeln!(self.stdin, "{question}")?;
        self.stdin.flush()?;
        let mut answer = String::new();
        self.stdout.read_line(&mut answer)?;
        let answer: Value = serde_json::from_str(&answer).map_err(|_| "the script ended early")?;
        match answer["error"].as_str() {
            Some(error) => Err(format!("{error}, asked {question}").into()),
            None => Ok(answer),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
