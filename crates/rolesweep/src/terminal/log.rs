//! The log: on stderr, above the progress bars, as text or JSON.
//!
//! Only rolesweep's own targets are logged, at every level. At their lower levels, the SDK and
//! hyper write requests, including session tokens.

use std::io::{self, Write};

use indicatif::MultiProgress;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

use crate::terminal::printer::{Printer, stderr};
use rolesweep_config::LogFormat;

/// The targets that may be logged: ours. All others are dropped at every level.
pub(crate) const LOGGED_TARGETS: &[&str] = &["rolesweep"];

/// Starts the log. `verbose` counts `-v`: warnings without, then info, debug, trace.
pub(crate) fn start(printer: &Printer, verbose: u8, format: LogFormat) {
    let level = match verbose {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    // A target is matched by its prefix, so this covers rolesweep_scan and its siblings.
    let targets = Targets::new().with_targets(LOGGED_TARGETS.iter().map(|target| (*target, level)));
    let writer = AboveBars(printer.bars().clone());
    let layer = fmt::layer().with_writer(writer).with_ansi(printer.colored());
    let layer = match format {
        LogFormat::Text => layer.with_filter(targets).boxed(),
        LogFormat::Json => layer.json().with_filter(targets).boxed(),
    };
    // If it is started again, as tests in one process do, the first log stays.
    let _ = tracing_subscriber::registry().with(layer).try_init();
}

/// Writes log lines to stderr, above the bars.
#[derive(Clone)]
struct AboveBars(MultiProgress);

impl<'a> MakeWriter<'a> for AboveBars {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { bars: self.0.clone(), text: Vec::new() }
    }
}

/// One log line, which is written at once when it is complete.
struct Line {
    bars: MultiProgress,
    text: Vec<u8>,
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let text = std::mem::take(&mut self.text);
        self.bars.suspend(|| {
            let _ = stderr().map(|mut stderr| stderr.write_all(&text));
        });
    }
}
