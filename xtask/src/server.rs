//! The simulated organization as a separate process.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context as _, Result};
use serde_json::Value;

/// An organization to serve.
#[derive(Debug, Clone, Copy)]
pub(crate) struct World<'a> {
    pub(crate) accounts: u32,
    pub(crate) roles: u32,
    pub(crate) role_bytes: Option<u32>,
    pub(crate) profile: &'a str,
    pub(crate) scale: f64,
}

impl World<'_> {
    /// How many roles all its accounts have.
    pub(crate) fn all_roles(&self) -> f64 {
        f64::from(self.accounts) * f64::from(self.roles)
    }

    /// This many accounts with this many roles each, without waiting.
    pub(crate) fn instant(accounts: u32, roles: u32) -> Self {
        Self { accounts, roles, role_bytes: None, profile: "instant", scale: 1.0 }
    }

    /// The same with AWS's latencies and rates, as the simulator models them.
    pub(crate) fn aws_like(accounts: u32, roles: u32, scale: f64) -> Self {
        Self { profile: "aws-like", scale, ..Self::instant(accounts, roles) }
    }
}

/// The process. It ends when this is dropped.
pub(crate) struct Server {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    said: Value,
    cpu_before: f64,
}

/// The counts of a run.
#[derive(Debug, Clone)]
pub(crate) struct Counted {
    /// The calls, by operation, whatever the answer.
    pub(crate) calls: Value,
    /// Its own user and system CPU, in seconds.
    pub(crate) cpu: f64,
}

impl Server {
    /// Starts it, and waits until it can be reached.
    pub(crate) fn start(simulator: &Path, world: World<'_>) -> Result<Self> {
        let mut command = Command::new(simulator);
        command.args([
            "--json",
            "--accounts",
            &world.accounts.to_string(),
            "--roles",
            &world.roles.to_string(),
        ]);
        command.args(["--profile", world.profile, "--scale", &world.scale.to_string()]);
        if let Some(bytes) = world.role_bytes {
            command.args(["--role-bytes", &bytes.to_string()]);
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let stdin = child.stdin.take();
        let mut stdout = BufReader::new(child.stdout.take().context("the simulator has no stdout")?);
        let mut line = String::new();
        stdout.read_line(&mut line)?;
        let said = serde_json::from_str(&line).context("the simulator did not say where it is")?;
        Ok(Self { child, stdin, stdout, said, cpu_before: 0.0 })
    }

    /// What a client's environment has to hold.
    pub(crate) fn environment(&self) -> impl Iterator<Item = (&str, &str)> {
        let variables = self.said["environment"].as_object().into_iter().flatten();
        variables.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
    }

    /// Starts to count.
    pub(crate) fn reset(&mut self) -> Result<()> {
        let said = self.ask("reset")?;
        self.cpu_before = cpu(&said);
        Ok(())
    }

    /// The counts since then.
    pub(crate) fn counted(&mut self) -> Result<Counted> {
        let said = self.ask("counts")?;
        Ok(Counted { cpu: cpu(&said) - self.cpu_before, calls: said["operations"].clone() })
    }

    fn ask(&mut self, command: &str) -> Result<Value> {
        let stdin = self.stdin.as_mut().context("the simulator has no stdin")?;
        writeln!(stdin, "{command}")?;
        stdin.flush()?;
        let mut line = String::new();
        self.stdout.read_line(&mut line)?;
        serde_json::from_str(&line).context("the simulator answered nonsense")
    }
}

impl Counted {
    /// How often an operation was called, whatever the answer.
    pub(crate) fn of(&self, operation: &str) -> u64 {
        total(&self.calls[operation])
    }

    /// How often an operation was called and answered.
    pub(crate) fn answered(&self, operation: &str) -> u64 {
        self.calls[operation]["ok"].as_u64().unwrap_or_default()
    }

    /// All calls.
    pub(crate) fn all(&self) -> u64 {
        self.calls.as_object().into_iter().flatten().map(|(_, tally)| total(tally)).sum()
    }

    /// Throttled calls.
    pub(crate) fn throttled(&self) -> u64 {
        let tallies = self.calls.as_object().into_iter().flatten();
        tallies.filter_map(|(_, tally)| tally["throttled"].as_u64()).sum()
    }
}

fn total(tally: &Value) -> u64 {
    tally.as_object().into_iter().flatten().filter_map(|(_, count)| count.as_u64()).sum()
}

fn cpu(said: &Value) -> f64 {
    ["user_cpu_seconds", "system_cpu_seconds"].iter().filter_map(|name| said[name].as_f64()).sum()
}

impl Drop for Server {
    fn drop(&mut self) {
        // It stops when its stdin ends. Otherwise it is killed.
        drop(self.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
