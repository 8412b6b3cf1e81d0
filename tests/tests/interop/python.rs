//! A Python with the pinned requirements, in a virtual environment under `target/`.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;

use libtest_mimic::Failed;

/// The oldest Python that all requirements support. `.ci/run` has it, too.
const OLDEST: (u32, u32) = (3, 11);

/// What a Python needs before anything is installed: its version, and the ability to create virtual
/// environments with pip.
const PROBE: &str = "import sys, venv, ensurepip; print('%d %d %s' % (sys.version_info[0], sys.version_info[1], sys.version))";

/// A Python with the tests' requirements.
#[derive(Debug)]
pub(crate) struct Python {
    interpreter: PathBuf,
}

/// The Python of this run, prepared on first use, or the reason why there is none.
pub(crate) fn get() -> Result<&'static Python, &'static str> {
    static PYTHON: OnceLock<Result<Python, String>> = OnceLock::new();
    PYTHON.get_or_init(prepare).as_ref().map_err(String::as_str)
}

/// The folder of the scripts and the requirements.
fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("interop")
}

fn prepare() -> Result<Python, String> {
    let (base, version) = find()?;
    let requirements = scripts().join("requirements.txt");
    let pinned = fs::read(&requirements).map_err(|error| format!("{}: {error}", requirements.display()))?;
    let key = fingerprint(&[&pinned, version.as_bytes()]);
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(root).map_err(|error| format!("{}: {error}", root.display()))?;
    let directory = root.join(format!("python-{key:016x}"));
    let interpreter = directory.join("bin/python");

    // Concurrent test runs share it: one makes it, the others wait. Closing the file releases the
    // lock, even after a crash.
    let lock =
        File::create(root.join(format!("python-{key:016x}.lock"))).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    // Written last. Without it, the installation was interrupted.
    let finished = directory.join("finished");
    if !finished.exists() {
        if directory.exists() {
            fs::remove_dir_all(&directory).map_err(|error| format!("{}: {error}", directory.display()))?;
        }
        run(Command::new(&base).args(["-m", "venv"]).arg(&directory), "make a virtual environment")?;
        let mut pip = Command::new(&interpreter);
        pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]);
        // Everything is pinned, so nothing has to be resolved, and nothing is built or run during
        // the installation.
        pip.args(["--no-deps", "--only-binary=:all:", "--requirement"]).arg(&requirements);
        run(&mut pip, "install tests/interop/requirements.txt")?;
        run(Command::new(&interpreter).args(["-m", "pip", "check"]), "check the installed requirements")?;
        File::create(&finished).map_err(|error| error.to_string())?;
    }
    Ok(Python { interpreter })
}

/// The first suitable Python in the path, with its version, or what is wrong with those that were
/// found.
fn find() -> Result<(PathBuf, String), String> {
    let mut wrong = Vec::new();
    for name in ["python3", "/usr/bin/python3", "python"] {
        match probe(name) {
            Ok(version) => return Ok((PathBuf::from(name), version)),
            Err(reason) => wrong.push(format!("{name}: {reason}")),
        }
    }
    Err(format!("no usable Python ({})", wrong.join("; ")))
}

fn probe(name: &str) -> Result<String, String> {
    let output = tidy(&mut Command::new(name)).args(["-c", PROBE]).stdin(Stdio::null()).output();
    let output = output.map_err(|error| error.to_string())?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(errors.trim().lines().last().unwrap_or("it does not run").to_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let mut words = text.split(' ');
    let mut number = || words.next().and_then(|word| word.parse::<u32>().ok()).unwrap_or(0);
    let version = (number(), number());
    if version < OLDEST {
        return Err(format!("{}.{} is older than {}.{}", version.0, version.1, OLDEST.0, OLDEST.1));
    }
    Ok(text)
}

/// Removes settings that point Python at other modules.
fn tidy(command: &mut Command) -> &mut Command {
    command.env_remove("PYTHONPATH").env_remove("PYTHONHOME").env_remove("VIRTUAL_ENV")
}

fn run(command: &mut Command, what: &str) -> Result<(), String> {
    let output = tidy(command).stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("could not {what}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stderr, output.stdout].concat();
    let said = String::from_utf8_lossy(&said);
    let last: Vec<&str> = said.trim().lines().rev().take(3).collect();
    Err(format!("could not {what}: {}", last.into_iter().rev().collect::<Vec<_>>().join(" / ")))
}

/// FNV-1a. The name only has to change if one of these changes.
fn fingerprint(parts: &[&[u8]]) -> u64 {
    parts
        .iter()
        .flat_map(|part| part.iter().chain(&[0]))
        .fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

impl Python {
    /// A script of `tests/interop`, with only a home folder in its environment.
    pub(crate) fn script(&self, name: &str, home: &Path) -> Command {
        let mut command = Command::new(&self.interpreter);
        command.arg(scripts().join(name)).env_clear().current_dir(home);
        command
            .env("HOME", home)
            .env("TMPDIR", home)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHONUTF8", "1");
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command
    }
}

/// A server that prints its address in one line, and ends when its stdin ends.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    stdin: Option<ChildStdin>,
    /// Its output.
    pub(crate) said: serde_json::Value,
}

impl Server {
    /// Starts it, gives it one line, and waits for its answer.
    pub(crate) fn start(mut command: Command, line: &serde_json::Value) -> Result<Self, Failed> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut stdin = child.stdin.take();
        let stdout = child.stdout.take();
        let mut server = Self { child, stdin: None, said: serde_json::Value::Null };
        if let Some(stdin) = &mut stdin {
            writeln!(stdin, "{line}")?;
            stdin.flush()?;
        }
        server.stdin = stdin;
        let mut answer = String::new();
        if let Some(stdout) = stdout {
            BufReader::new(stdout).read_line(&mut answer)?;
        }
        server.said =
            serde_json::from_str(&answer).map_err(|_| "the server ended before it said where it is")?;
        Ok(server)
    }

    /// One of the texts in its output.
    pub(crate) fn text(&self, key: &str) -> &str {
        self.said[key].as_str().unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // It may be busy with an answer that has no reader any more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
