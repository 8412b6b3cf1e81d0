//! The command in a clean environment: its own home folder, and nothing of the developer's
//! environment.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a run may take before it counts as hanging. It is far longer than any run needs, and is
/// not a measurement.
const WATCHDOG: Duration = Duration::from_secs(300);

/// A temporary home folder, and the command to run in it.
#[derive(Debug)]
pub struct Sandbox {
    program: PathBuf,
    home: TempDir,
}

impl Sandbox {
    /// A clean environment for this program. See [`crate::sandbox!`].
    #[must_use]
    pub fn new(program: impl Into<PathBuf>) -> Self {
        let home = TempDir::new().expect("a test needs a temporary folder");
        Self { program: program.into(), home }
    }

    /// The home folder. It is also the working directory.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// A path in the home folder.
    #[must_use]
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.home().join(name)
    }

    /// The command with these arguments, not yet started.
    pub fn rolesweep<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Run {
        let mut command = Command::new(&self.program);
        command.args(arguments);
        clean(&mut command, self.home());
        Run { command, redirected: false }
    }
}

/// Removes everything from a command's environment that it does not need to start: no credentials,
/// no settings, no locale, no proxy. The time zone is unusual, so that a local time in an output is
/// noticed.
fn clean(command: &mut Command, home: &Path) {
    command.env_clear().current_dir(home);
    command.env("HOME", home).env("TMPDIR", home).env("TZ", "Pacific/Chatham");
    // Without credentials the SDK would ask the machine's metadata service, which is slow or has
    // another identity's.
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
}

/// A command that has not been started.
#[derive(Debug)]
pub struct Run {
    command: Command,
    redirected: bool,
}

impl Run {
    /// Sets a variable of its environment.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets variables of its environment.
    #[must_use]
    pub fn envs<N: AsRef<OsStr>, V: AsRef<OsStr>>(
        mut self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        self.command.envs(variables);
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    /// The command itself, for tests that need more than its result, such as to send it a signal.
    #[must_use]
    pub fn into_command(self) -> Command {
        self.command
    }

    /// Lets a shell do something before it becomes the command, such as `ulimit -f 100`. A redirection
    /// comes after it.
    #[must_use]
    pub fn after(self, script: &str) -> Self {
        self.through("sh", &["-c", &format!("{script}; exec \"$@\""), "sh"])
    }

    /// Lets another program run it, such as `faketime -f +1d`. A redirection comes after it.
    #[must_use]
    pub fn through(self, program: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(program);
        command.args(arguments).arg(self.command.get_program()).args(self.command.get_args());
        command.env_clear();
        command.envs(self.command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        if let Some(folder) = self.command.get_current_dir() {
            command.current_dir(folder);
        }
        Self { command, redirected: false }
    }

    /// Redirects its stdout, so that [`Finished::stdout`] stays empty.
    #[must_use]
    pub fn stdout(mut self, elsewhere: impl Into<Stdio>) -> Self {
        self.command.stdout(elsewhere);
        self.redirected = true;
        self
    }

    /// Runs it to its end.
    ///
    /// # Panics
    /// If it cannot be started, or hangs.
    #[must_use]
    pub fn run(self) -> Finished {
        self.start().finish()
    }

    /// Starts it.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn start(mut self) -> Running {
        let arguments = self.command.get_args().map(OsStr::to_owned).collect();
        self.command.stdin(Stdio::null()).stderr(Stdio::piped());
        if !self.redirected {
            self.command.stdout(Stdio::piped());
        }
        let mut child = self.command.spawn().expect("the command under test starts");
        let stdout = child.stdout.take().map(drain);
        let stderr = child.stderr.take().map(drain);
        Running { arguments, child, stdout, stderr }
    }
}

/// A running command. It is ended if it is dropped early.
#[derive(Debug)]
pub struct Running {
    arguments: Vec<OsString>,
    child: Child,
    stdout: Option<thread::JoinHandle<Vec<u8>>>,
    stderr: Option<thread::JoinHandle<Vec<u8>>>,
}

impl Running {
    /// Sends it a signal, by name: `INT`, `TERM`.
    ///
    /// # Panics
    /// If it has ended.
    #[track_caller]
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        assert!(status.is_ok_and(|status| status.success()), "it ended before the signal");
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// If it hangs, or a signal ended it.
    #[must_use]
    pub fn finish(mut self) -> Finished {
        let code = wait(&mut self.child);
        let read = |reader: Option<thread::JoinHandle<Vec<u8>>>| {
            reader.and_then(|reader| reader.join().ok()).unwrap_or_default()
        };
        let finished = Finished {
            arguments: std::mem::take(&mut self.arguments),
            code: code.ok().flatten(),
            stdout: read(self.stdout.take()),
            stderr: String::from_utf8_lossy(&read(self.stderr.take())).into_owned(),
        };
        assert!(finished.code.is_some(), "hung or was killed: {finished}");
        finished
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // If the test passed, it has already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads a stream to its end in a separate thread, so that a full pipe does not block the command.
fn drain(mut stream: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error still helps to see why a test failed.
        let _ = stream.read_to_end(&mut bytes);
        bytes
    })
}

/// Waits for the end, and ends a command that hangs.
fn wait(child: &mut Child) -> io::Result<Option<i32>> {
    let deadline = Instant::now() + WATCHDOG;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        if Instant::now() > deadline {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// A run that has ended.
#[derive(Debug)]
pub struct Finished {
    arguments: Vec<OsString>,
    /// The exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to stdout: data.
    pub stdout: Vec<u8>,
    /// What it wrote to stderr: for people.
    pub stderr: String,
}

impl Finished {
    /// Gives itself if it ended with this exit code.
    ///
    /// # Panics
    /// If it ended with another one. Shows what it wrote.
    #[must_use]
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert!(self.code == Some(code), "expected exit code {code}: {self}");
        self
    }

    /// What it wrote to stdout, as text.
    ///
    /// # Panics
    /// If it is not UTF-8.
    #[must_use]
    #[track_caller]
    pub fn stdout_text(&self) -> &str {
        std::str::from_utf8(&self.stdout).expect("stdout is UTF-8")
    }
}

impl fmt::Display for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arguments: Vec<_> = self.arguments.iter().map(|argument| argument.to_string_lossy()).collect();
        let stdout = String::from_utf8_lossy(&self.stdout);
        let shown: String = stdout.chars().take(4000).collect();
        write!(f, "rolesweep {}\nexit code {:?}\n", arguments.join(" "), self.code)?;
        write!(f, "--- stdout ---\n{shown}\n--- stderr ---\n{}", self.stderr)
    }
}
