//! What must hold on a bad day: scans that are killed and go on, servers that misbehave, secrets that stay secret, two scans
//! on one store, credentials that run out.
//!
//! Every trial is a seed with a name of its own. A few of each run with `cargo test`; the others are ignored there by name, and
//! `cargo test -p rolesweep-tests --test resilience -- --include-ignored` runs the whole. It is bounded in time: a command that
//! hangs is ended by the sandbox's watchdog, and behind [`BOUND`] no trial begins.
#![expect(clippy::unwrap_used, reason = "in a test, a panic says what is wrong")]

mod check;
mod contention;
mod expiry;
mod fixture;
mod hostile;
mod interrupt;
mod progress;
mod resume;
mod secrets;

use std::process::ExitCode;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Trial};

/// How long the whole may take: several times what it takes on two slow cores.
const BOUND: Duration = Duration::from_secs(60 * 60);

/// When the first trial began.
static BEGAN: OnceLock<Instant> = OnceLock::new();

fn main() -> ExitCode {
    let mut trials = Vec::new();
    trials.extend(resume::trials());
    trials.extend(interrupt::trials());
    trials.extend(contention::trials());
    trials.extend(expiry::trials());
    trials.extend(hostile::trials());
    trials.extend(secrets::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// A trial. It fails by panicking; it is ignored unless it is one of the few of every test run, or asked for.
fn trial(name: impl Into<String>, always: bool, run: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(name, || {
        if BEGAN.get_or_init(Instant::now).elapsed() > BOUND {
            return Err("not begun: the trials before it took too long".into());
        }
        run();
        Ok(())
    })
    .with_ignored_flag(!always)
}

/// A trial for each seed; those of the first `always` run with every `cargo test`.
fn seeds(name: &str, all: u64, always: u64, run: fn(u64)) -> impl Iterator<Item = Trial> {
    (1..=all).map(move |seed| trial(format!("{name}::seed_{seed:02}"), seed <= always, move || run(seed)))
}
