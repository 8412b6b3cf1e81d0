//! The programs that are measured: rolesweep, built here, and the other tools, from PyPI. Also
//! starts each of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use anyhow::{Context as _, Result, bail};

use crate::measure::PROGRAM;
use crate::say;
use crate::server::Server;

/// All programs that are started.
pub(crate) struct Tools {
    /// The workspace.
    pub(crate) root: PathBuf,
    /// Where cargo builds.
    pub(crate) target: PathBuf,
    /// The simulator's program.
    pub(crate) simulator: PathBuf,
    /// The `rolesweep` that is built here, followed by the one that it is compared with, if there
    /// is one.
    pub(crate) binaries: Vec<Binary>,
}

/// A `rolesweep` to measure.
pub(crate) struct Binary {
    /// The suffix of its rows in a table.
    pub(crate) suffix: &'static str,
    path: PathBuf,
}

/// The other tools, installed.
pub(crate) struct Peers {
    bin: PathBuf,
    scripts: PathBuf,
    naive: PathBuf,
}

/// The audit role of the simulator's organizations.
pub(crate) const ROLE: &str = "RolesweepAudit";

impl Tools {
    /// Builds rolesweep. `against` is another `rolesweep` to compare it with.
    pub(crate) fn build(against: Option<&Path>) -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no parent")?.to_owned();
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        LazyLock::force(&PROGRAM);
        say("building");
        let mut cargo = Command::new("cargo");
        // Including this package, so that the features are those that it was built with.
        cargo.args([
            "build",
            "--release",
            "--quiet",
            "-p",
            "rolesweep",
            "-p",
            "rolesweep-sim",
            "-p",
            "xtask",
            "--bins",
        ]);
        check(cargo.current_dir(&root).env("CARGO_TARGET_DIR", &target), "build rolesweep")?;
        let release = target.join("release");
        let mut binaries = vec![Binary { suffix: "", path: release.join("rolesweep") }];
        if let Some(path) = against {
            let path = path.canonicalize().with_context(|| format!("failed to find {}", path.display()))?;
            binaries.push(Binary { suffix: ", other build", path });
        }
        Ok(Self { simulator: release.join("rolesweep-sim"), binaries, root, target })
    }

    /// Builds an example of a crate, and gives its program.
    pub(crate) fn example(&self, package: &str, name: &str) -> Result<PathBuf> {
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--release", "--quiet", "-p", package, "--example", name]);
        check(cargo.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target), "build the example")?;
        Ok(self.target.join("release/examples").join(name))
    }

    /// The folder of results and installed tools.
    pub(crate) fn folder(&self) -> Result<PathBuf> {
        let folder = self.target.join("bench");
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// A temporary folder for a row's files. It is not on a memory file system, which would take
    /// the memory that is measured.
    pub(crate) fn scratch(&self) -> Result<tempfile::TempDir> {
        Ok(tempfile::TempDir::new_in(self.folder()?)?)
    }

    /// One of this program's own modes, as a process to measure.
    pub(crate) fn own(&self, server: Option<&Server>, home: &Path, arguments: &[&str]) -> Result<Command> {
        let mut command = clean(&PROGRAM, server, home);
        command.args(arguments);
        Ok(command)
    }

    /// Installs the other tools, unless that was done.
    pub(crate) fn peers(&self) -> Result<Peers> {
        let scripts = self.root.join("xtask/peers");
        let requirements = scripts.join("requirements.txt");
        let pinned = fs::read(&requirements)?;
        let environment = self.folder()?.join("peers");
        let bin = environment.join("bin");
        // Written last. Without it, or with other pins in it, the installation is incomplete or
        // outdated.
        let finished = environment.join("finished");
        if fs::read(&finished).ok().as_ref() != Some(&pinned) {
            say("installing the peers");
            if environment.exists() {
                fs::remove_dir_all(&environment)?;
            }
            check(
                Command::new("python3").args(["-m", "venv"]).arg(&environment),
                "make a virtual environment",
            )?;
            let mut pip = Command::new(bin.join("python"));
            pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r"]);
            check(pip.arg(&requirements), "install xtask/peers/requirements.txt")?;
            check(
                Command::new(bin.join("python")).args(["-m", "compileall", "-q"]).arg(&environment),
                "compile the peers",
            )
            // Some packages contain files for other versions of Python, which do not compile.
            .or_else(|_| anyhow::Ok(()))?;
            fs::write(&finished, &pinned)?;
        }
        Ok(Peers { bin, naive: self.root.join("tests/interop/naive.py"), scripts })
    }
}

impl Binary {
    /// Runs the binary with these arguments, in a clean environment.
    pub(crate) fn run(&self, server: Option<&Server>, home: &Path, arguments: &[&str]) -> Command {
        let mut command = clean(&self.path, server, home);
        command.args(arguments);
        command
    }

    /// A scan with store and report in `home`. It includes all roles, and counts roles without a
    /// recorded use at once.
    pub(crate) fn scan(&self, server: &Server, home: &Path, more: &[&str]) -> Result<Command> {
        for name in ["report", "store"] {
            let folder = home.join(name);
            if folder.exists() {
                fs::remove_dir_all(&folder)?;
            }
        }
        fs::create_dir_all(home.join("store"))?;
        let plain = ["scan", "-q", "--no-progress", "--include", "all", "--unused-after", "0d"];
        let mut command = self.run(Some(server), home, &plain);
        command.arg("-o").arg(home.join("report")).arg("--store").arg(home.join("store/scan.db")).args(more);
        Ok(command)
    }
}

impl Peers {
    /// The tests' naive script, unchanged.
    pub(crate) fn naive(&self, server: &Server, home: &Path) -> Command {
        let mut command = clean(&self.bin.join("python"), Some(server), home);
        command.arg(&self.naive).arg(ROLE);
        command
    }

    /// The good script.
    pub(crate) fn good(&self, server: &Server, home: &Path) -> Command {
        let mut command = clean(&self.bin.join("python"), Some(server), home);
        command.arg(self.scripts.join("good.py")).arg(ROLE);
        command
    }

    /// c7n-org for these accounts. Each one's name is the folder of its findings.
    pub(crate) fn c7n_org(&self, server: &Server, home: &Path, accounts: &[String]) -> Result<Command> {
        let output = home.join("c7n");
        if output.exists() {
            fs::remove_dir_all(&output)?;
        }
        let mut file = String::from("accounts:\n");
        for id in accounts {
            file.push_str(&format!(
                "  - {{account_id: '{id}', name: 'a{id}', regions: [us-east-1], role: 'arn:aws:iam::{id}:role/{ROLE}'}}\n"
            ));
        }
        let path = home.join("accounts.yml");
        fs::write(&path, file)?;
        let mut command = clean(&self.bin.join("c7n-org"), Some(server), home);
        command
            // Without its cache, which would answer every run except the first.
            .args(["run", "--dryrun", "--cache-period", "0", "-r", "us-east-1", "-c"])
            .arg(path)
            .arg("-u")
            .arg(self.scripts.join("policy.yml"));
        command.arg("-s").arg(&output);
        Ok(command)
    }
}

/// A command whose environment has only a home folder, a path and the address of the server.
fn clean(program: &Path, server: Option<&Server>, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().current_dir(home).env("HOME", home).env("TMPDIR", home);
    command.env("AWS_EC2_METADATA_DISABLED", "true").env("LANG", "C.UTF-8");
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    if let Some(server) = server {
        command.envs(server.environment());
    }
    command
}

/// Runs a command that has to succeed, and shows its stderr.
fn check(command: &mut Command, what: &str) -> Result<()> {
    let status = command.stdin(Stdio::null()).status().with_context(|| format!("failed to {what}"))?;
    if !status.success() {
        bail!("failed to {what}");
    }
    Ok(())
}
