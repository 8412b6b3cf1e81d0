//! Node with the pinned packages, in a folder under `target/`.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use libtest_mimic::Failed;
use rolesweep_testing::npm::Packages;
use serde_json::Value;

/// The packages of this run, installed on first use, or the reason why there are none.
pub(crate) fn packages() -> Result<&'static Packages, &'static str> {
    static PACKAGES: OnceLock<Result<Packages, String>> = OnceLock::new();
    let install = || Packages::install(&sources(), Path::new(env!("CARGO_TARGET_TMPDIR")));
    PACKAGES.get_or_init(install).as_ref().map_err(String::as_str)
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/referees")
}

/// A script that runs.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Process {
    /// Starts a script of this folder. It answers each line with a line.
    pub(crate) fn start(packages: &Packages, script: &str) -> Result<Self, Failed> {
        // A module finds packages beside itself.
        let copy = packages.folder().join(script);
        fs::copy(sources().join(script), &copy)?;
        let mut child =
            Command::new("node").arg(copy).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let stdin = child.stdin.take().ok_or("no stdin")?;
        let stdout = BufReader::new(child.stdout.take().ok_or("no stdout")?);
        Ok(Self { child, stdin, stdout })
    }

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
