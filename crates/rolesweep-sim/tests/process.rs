//! Tests the simulator as a separate process.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

struct Process {
    child: Child,
    commands: Option<ChildStdin>,
    lines: BufReader<ChildStdout>,
}

impl Process {
    fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolesweep-sim"));
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { commands: child.stdin.take(), child, lines }
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    fn ask(&mut self, command: &str) -> Value {
        writeln!(self.commands.as_mut().unwrap(), "{command}").unwrap();
        self.line()
    }
}

#[test]
fn it_says_how_to_reach_it_and_at_the_end_what_it_cost() {
    let file = std::env::temp_dir().join(format!("rolesweep-sim-{}.json", std::process::id()));
    let mut process = Process::start(&[
        "--accounts",
        "3",
        "--roles",
        "5",
        "--profile",
        "aws-like",
        "--json",
        "--counts",
        file.to_str().unwrap(),
    ]);
    let ready = process.line();
    assert_eq!((&ready["accounts"], &ready["profile"]), (&3.into(), &"aws-like".into()));
    let url = ready["environment"]["AWS_ENDPOINT_URL"].as_str().unwrap();
    // It is not signed, and so it is refused. It still counts as a call.
    let mut stream = std::net::TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    stream
        .write_all(b"GET /?Action=GetCallerIdentity&Version=2011-06-15 HTTP/1.1\r\nhost: x\r\n\r\n")
        .unwrap();
    let mut status = String::new();
    BufReader::new(stream).read_line(&mut status).unwrap();
    assert_eq!(status, "HTTP/1.1 403 Forbidden\r\n");

    let counts = process.ask("counts");
    assert_eq!(counts["total"]["refused"], 1);
    assert_eq!(counts["operations"]["sts:GetCallerIdentity"]["refused"], 1);
    assert_eq!(process.ask("calls")["calls"][0]["operation"], "sts:GetCallerIdentity");
    assert_eq!(process.ask("dance")["error"], "unknown command `dance`");
    assert_eq!(process.ask("reset")["total"]["refused"], 0);
    drop(process.commands.take());
    let end = process.line();
    assert_eq!(end["total"]["refused"], 0);
    assert!(!cfg!(target_os = "linux") || end["user_cpu_seconds"].is_f64());
    assert!(process.child.wait().unwrap().success());
    let written: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(written["calls"], Value::Array(Vec::new()));
    std::fs::remove_file(file).unwrap();
}

#[cfg(unix)]
#[test]
fn it_stops_when_it_is_asked_to_and_says_the_same() {
    let mut process = Process::start(&["--json", "--ignore-stdin"]);
    assert_eq!(process.line()["accounts"], 45);
    drop(process.commands.take());
    let pid = process.child.id().to_string();
    assert!(Command::new("kill").args(["-s", "TERM", &pid]).status().unwrap().success());
    assert_eq!(process.line()["profile"], "instant");
    assert!(process.child.wait().unwrap().success());
}

#[test]
fn the_table_is_printed_for_the_documentation() {
    let output = Command::new(env!("CARGO_BIN_EXE_rolesweep-sim")).arg("--table").output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), rolesweep_sim::profile::markdown());
}
