//! A simulated AWS Organization as a separate process, for the benchmarks, for manual use and for
//! other programs' tests.
//!
//! ```text
//! # the demo's organization
//! cargo run -p rolesweep-sim
//! # a generated one, as slow as AWS
//! cargo run -p rolesweep-sim -- --accounts 1000 --roles 200 --profile aws-like
//! ```
//!
//! It first prints on stdout how to reach it: shell variables, or with `--json` a line of JSON.
//! Then it answers commands from stdin (`counts`, `calls`, `reset`, `quit`) with a line of JSON
//! each. When stdin ends, or when it is told to stop, its last line gives the calls and the cost.

mod arguments;
mod cost;
mod output;

use std::error::Error;
use std::io::{self, BufRead as _, Write as _};
use std::process::ExitCode;
use std::time::Instant;

use jiff::Timestamp;
use rolesweep_sim::{GeneratedSpec, ServeOptions, Simulator, World, demo, serve};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use arguments::{Arguments, USAGE};
use output::Output;

fn main() -> ExitCode {
    if std::env::args().skip(1).any(|word| word == "--help" || word == "-h") {
        let _ = writeln!(io::stdout(), "{USAGE}");
        return ExitCode::SUCCESS;
    }
    let arguments = match Arguments::read(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(problem) => {
            let _ = writeln!(io::stderr(), "{problem}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    if arguments.table {
        let _ = write!(io::stdout(), "{}", rolesweep_sim::profile::markdown());
        return ExitCode::SUCCESS;
    }
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "failed to serve: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if let Some(threads) = arguments.threads {
        builder.worker_threads(threads);
    }
    let runtime = builder.enable_all().build()?;
    let result = runtime.block_on(serve_until_the_end(arguments));
    // The thread that reads commands may wait for one without end.
    runtime.shutdown_background();
    result
}

async fn serve_until_the_end(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let options =
        ServeOptions { port: arguments.port, profile: arguments.profile, ..ServeOptions::default() };
    let simulator = serve(world(arguments), options).await?;
    let output = Output { simulator: &simulator, began: Instant::now() };
    let stop = stop()?;
    tokio::pin!(stop);
    say(&if arguments.json { output.ready_as_json() } else { output.ready_as_shell() })?;
    let mut commands = commands();
    loop {
        let command = tokio::select! {
            signal = &mut stop => {
                signal?;
                break;
            }
            command = commands.recv() => command,
        };
        match command.as_deref() {
            Some("") => {}
            Some("counts") => say(&output.counts())?,
            Some("calls") => say(&output.calls())?,
            Some("reset") => {
                simulator.reset_counts();
                say(&output.counts())?;
            }
            Some("quit") => break,
            Some(unknown) => say(&Output::error(&format!("unknown command `{unknown}`")))?,
            None if arguments.ignore_stdin => {
                (&mut stop).await?;
                break;
            }
            None => break,
        }
    }
    finish(arguments, &output, &simulator)
}

fn finish(arguments: &Arguments, output: &Output<'_>, simulator: &Simulator) -> Result<(), Box<dyn Error>> {
    let end = output.counts();
    if let Some(file) = &arguments.counts {
        std::fs::write(file, format!("{}\n", output.calls()))?;
    }
    match say(&end) {
        // The process that stopped it may have stopped reading.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        said => said?,
    }
    tracing::debug!(url = simulator.url(), "stopped");
    Ok(())
}

fn world(arguments: &Arguments) -> World {
    let now = Timestamp::now();
    let world = match arguments.accounts {
        None => demo(now, arguments.seed),
        Some(accounts) => World::generated(GeneratedSpec {
            accounts,
            roles_per_account: arguments.roles,
            seed: arguments.seed,
            now,
            role_bytes: arguments.role_bytes,
        }),
    };
    match arguments.page {
        None => world,
        Some(page) => world.with_wire(|wire| wire.iam_page = page),
    }
}

/// The lines of stdin. They end when it does.
fn commands() -> UnboundedReceiver<String> {
    let (sender, commands) = unbounded_channel();
    // A separate thread, because reading stdin blocks and cannot be cancelled.
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            let Ok(line) = line else { break };
            if sender.send(line.trim().to_owned()).is_err() {
                break;
            }
        }
    });
    commands
}

/// Waits for Ctrl-C or SIGTERM. It listens from this call on, not only from the first wait.
#[cfg(unix)]
fn stop() -> io::Result<impl Future<Output = io::Result<()>>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
        Ok(())
    })
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
fn stop() -> io::Result<impl Future<Output = io::Result<()>>> {
    Ok(tokio::signal::ctrl_c())
}

fn say(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}
