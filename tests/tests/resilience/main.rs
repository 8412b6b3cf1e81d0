//! Resilience tests: scans that are killed and resumed, servers that misbehave, secrets that stay
//! secret, two scans on one store, and credentials that expire.
//!
//! Every trial is a seed with its own name. A few of each run with `cargo test`, and the others are
//! reported as ignored. `cargo test --workspace --test resilience -- --include-ignored` runs all.
//! The time is limited: the sandbox's watchdog ends a command that hangs, and after [`BOUND`] no
//! trial begins.
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

/// The time limit of all trials: several times what they take on two slow cores.
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

/// A trial. It fails by panicking. It is ignored unless it always runs, or is requested.
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

/// A trial for each seed. Those of the first `always` seeds run with every `cargo test`.
fn seeds(name: &str, all: u64, always: u64, run: fn(u64)) -> impl Iterator<Item = Trial> {
    (1..=all).map(move |seed| trial(format!("{name}::seed_{seed:02}"), seed <= always, move || run(seed)))
}
