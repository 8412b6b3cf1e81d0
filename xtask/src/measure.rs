//! The cost of a command: wall time, CPU and peak memory, of it and everything that it starts.
//!
//! A small process runs the command, because the system reports the ended children of a
//! process only together.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde_json::{Value, json};

/// How often the memory of all processes is summed up.
const SAMPLE: Duration = Duration::from_millis(100);

/// The cost of a run.
#[derive(Debug, Clone)]
pub(crate) struct Cost {
    /// From start to end, in seconds.
    pub(crate) wall: f64,
    /// User and system CPU of all its processes, in seconds.
    pub(crate) cpu: f64,
    /// The most memory of all its processes together, in bytes. It is the system's figure for the
    /// largest process, or, if that is more, the sum of all memory at one time (shared pages are
    /// divided among their users).
    pub(crate) peak: f64,
    /// Its exit code.
    pub(crate) code: i64,
    /// The end of its stderr.
    pub(crate) said: String,
}

/// This program's file. Read before cargo builds: it may replace the file, and the system then knows
/// only the deleted one.
pub(crate) static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| std::env::current_exe().unwrap_or_default());

/// Runs a command to its end, and gives its cost. After `limit` it is ended, which is an error.
pub(crate) fn run(command: &Command, stdout: &Path, limit: Duration) -> Result<Cost> {
    let mut wrapper = Command::new(&*PROGRAM);
    wrapper.arg("measure").arg(limit.as_secs().to_string()).arg(stdout).arg(command.get_program());
    wrapper.args(command.get_args());
    wrapper.env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            wrapper.env(name, value);
        }
    }
    if let Some(folder) = command.get_current_dir() {
        wrapper.current_dir(folder);
    }
    let output = wrapper.stdin(Stdio::null()).output().context("failed to start the measuring process")?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let what: Value = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("failed to measure {}: {said}", command.get_program().display()))?;
    let figure = |name: &str| what[name].as_f64().unwrap_or_default();
    if what["timed_out"].as_bool() == Some(true) {
        bail!("{} did not end within {} s: {said}", command.get_program().display(), limit.as_secs());
    }
    let last = said.char_indices().rev().nth(2000).map_or(0, |(at, _)| at);
    Ok(Cost {
        wall: figure("wall"),
        cpu: figure("cpu"),
        peak: figure("peak"),
        code: what["code"].as_i64().unwrap_or(-1),
        said: said[last..].to_owned(),
    })
}

/// The process that runs the command: `measure SECONDS STDOUT PROGRAM ARGUMENT …`.
pub(crate) fn wrap(limit: &str, rest: &[OsString]) -> Result<ExitCode> {
    let [stdout, program, arguments @ ..] = rest else { bail!("measure needs a file and a program") };
    let limit = Duration::from_secs(limit.parse()?);
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(fs::File::create(stdout)?).process_group(0);
    let began = Instant::now();
    let mut child = command.spawn().with_context(|| format!("failed to start {}", program.display()))?;
    let group = Pid::from_raw(i32::try_from(child.id())?);
    let (ended, timed_out, sampled) = (AtomicBool::new(false), AtomicBool::new(false), AtomicU64::new(0));
    let (status, wall) = thread::scope(|scope| {
        let watch = scope.spawn(|| {
            while !ended.load(Ordering::Relaxed) {
                sampled.fetch_max(memory_of_group(group), Ordering::Relaxed);
                if began.elapsed() > limit && !timed_out.swap(true, Ordering::Relaxed) {
                    // It may have ended just now.
                    let _ = killpg(group, Signal::SIGKILL);
                }
                thread::park_timeout(SAMPLE);
            }
        });
        let status = child.wait();
        let wall = began.elapsed();
        ended.store(true, Ordering::Relaxed);
        watch.thread().unpark();
        (status, wall)
    });
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    let largest = u64::try_from(usage.max_rss()).unwrap_or_default() * 1024;
    let cost = json!({
        "wall": wall.as_secs_f64(),
        "cpu": seconds(usage.user_time()) + seconds(usage.system_time()),
        "peak": largest.max(sampled.into_inner()),
        "code": status?.code(),
        "timed_out": timed_out.into_inner(),
    });
    crate::say(&cost.to_string());
    Ok(ExitCode::SUCCESS)
}

/// The memory of a group of processes, with shared pages divided among their users. Zero for a
/// single process: the system's own peak is better then, and reading this costs time.
fn memory_of_group(group: Pid) -> u64 {
    let mut members = HashMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(pid) = number(&name) else { continue };
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
        // The second field is the program's name in parentheses, and may contain anything. The
        // process group is the fifth field.
        let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
        if fields.split_ascii_whitespace().nth(2) == Some(&group.to_string()) {
            members.insert(pid, entry.path().join("smaps_rollup"));
        }
    }
    if members.len() < 2 {
        return 0;
    }
    members.values().filter_map(|path| pss(&fs::read_to_string(path).ok()?)).sum()
}

fn number(name: &OsStr) -> Option<u32> {
    name.to_str()?.parse().ok()
}

fn pss(rollup: &str) -> Option<u64> {
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}
