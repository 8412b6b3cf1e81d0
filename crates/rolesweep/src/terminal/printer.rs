//! Messages and data. stdout is for data, stderr for people.

use std::io::{self, IsTerminal as _, StderrLock, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use anstyle::{AnsiColor, Style};
use indicatif::MultiProgress;

use crate::failure::{Failure, Outcome};
use crate::process::stdout;
use crate::terminal::text;
use rolesweep_config::Color;

/// The styles of messages. None of them is the only carrier of a meaning.
pub(crate) mod style {
    use super::{AnsiColor, Style};

    pub(crate) const HEADING: Style = Style::new().bold();
    /// Success.
    pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
    /// Something to look at.
    pub(crate) const WARN: Style = AnsiColor::Yellow.on_default();
    /// Failure.
    pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
    /// Less important text.
    pub(crate) const DIM: Style = Style::new().dimmed();
}

/// Whether the last line was written.
static ENDED: AtomicBool = AtomicBool::new(false);

/// stderr, until the last line was written.
pub(crate) fn stderr() -> Option<StderrLock<'static>> {
    let stderr = io::stderr().lock();
    (!ENDED.load(Ordering::Relaxed)).then_some(stderr)
}

/// A text in a style. If colours are not wanted, they are stripped when it is written.
pub(crate) fn paint(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Writes messages for people to stderr, and gives access to stdout for data.
#[derive(Clone)]
pub(crate) struct Printer {
    color: anstream::ColorChoice,
    quiet: bool,
    /// Lines are written above the bars, if any are shown.
    bars: MultiProgress,
}

impl Printer {
    /// A printer with these settings.
    pub(crate) fn new(color: Color, quiet: bool) -> Self {
        let color = match color {
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
            Color::Auto => anstream::AutoStream::choice(&io::stderr()),
        };
        Self { color, quiet, bars: MultiProgress::new() }
    }

    /// Where progress bars are drawn.
    pub(crate) fn bars(&self) -> &MultiProgress {
        &self.bars
    }

    pub(crate) fn colored(&self) -> bool {
        !matches!(self.color, anstream::ColorChoice::Never)
    }

    /// Whether the user asked for quiet.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether stderr is a terminal.
    pub(crate) fn interactive() -> bool {
        io::stderr().is_terminal()
    }

    /// The terminal's width in columns, or 100 if it is unknown.
    pub(crate) fn width() -> usize {
        terminal_size::terminal_size_of(io::stderr()).map_or(100, |(width, _)| usize::from(width.0))
    }

    /// A line, unless the user asked for quiet.
    pub(crate) fn line(&self, text: &str) {
        if !self.quiet {
            self.always(text);
        }
    }

    /// A sentence, unless the user asked for quiet. On a terminal, it is wrapped between words.
    pub(crate) fn sentence(&self, text: &str) {
        self.line(&wrapped(&text::harmless(text)));
    }

    /// A line with styles, unless the user asked for quiet. Whoever made it made its texts harmless. On
    /// a terminal, it is wrapped between words.
    pub(crate) fn styled(&self, text: &str) {
        self.line(&wrapped(text));
    }

    /// A line, even if the user asked for quiet.
    pub(crate) fn always(&self, text: &str) {
        self.bars.suspend(|| {
            let Some(stderr) = stderr() else { return };
            let mut stream = anstream::AutoStream::new(stderr, self.color);
            // If stderr is gone, nobody can be told.
            let _ = writeln!(stream, "{text}");
        });
    }

    /// The last line. Threads that are still running can add nothing.
    pub(crate) fn last(&self, text: &str) {
        self.bars.suspend(|| {
            let mut stderr = io::stderr().lock();
            ENDED.store(true, Ordering::Relaxed);
            let _ = writeln!(stderr, "{text}");
        });
    }

    /// A warning, which may change what the result means, so that it comes even if the user asked for
    /// quiet.
    pub(crate) fn warning(&self, text: &str) {
        self.always(&wrapped(&format!("{}: {}", paint(style::WARN, "warning"), text::harmless(text))));
    }

    /// A note, unless the user asked for quiet.
    pub(crate) fn note(&self, text: &str) {
        self.line(&wrapped(&format!("{}: {}", paint(style::WARN, "note"), text::harmless(text))));
    }

    pub(crate) fn error(&self, text: &str) {
        self.always(&wrapped(&format!("{}: {}", paint(style::BAD, "error"), text::harmless(text))));
    }

    /// stdout, for data.
    ///
    /// # Errors
    /// If stdout is closed.
    pub(crate) fn data() -> Outcome<Data> {
        stdout::check()?;
        Ok(Data(Some(io::stdout().lock())))
    }
}

/// Writes data to stdout.
pub(crate) fn print_data(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Outcome<()> {
    let mut data = Printer::data()?;
    write(&mut data).and_then(|()| data.flush()).map_err(|error| unwritten(&error))
}

/// Writes a text for people to stdout, with colours if they are wanted.
pub(crate) fn print_text(text: &str, color: Color) -> Outcome<()> {
    let colored = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => !matches!(anstream::AutoStream::choice(&io::stdout()), anstream::ColorChoice::Never),
    };
    let plain = text.trim_end();
    print_data(|data| match colored {
        true => writeln!(data, "{plain}"),
        false => writeln!(data, "{}", anstream::adapter::strip_str(plain)),
    })
}

/// The width of the terminal that stdout goes to, or 100 columns if it goes elsewhere.
pub(crate) fn width_of_data() -> usize {
    terminal_size::terminal_size_of(io::stdout()).map_or(100, |(width, _)| usize::from(width.0))
}

/// Prints the help or the version in clap's form. Neither a closed pipe nor a closed stdout is an
/// error here: a program that only checks whether rolesweep exists may open `/dev/null` in a way
/// that looks like a closed stdout.
pub(crate) fn print_help(text: &clap::Error) -> Outcome<()> {
    match text.print().and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(unwritten(&error)),
        _ => Ok(()),
    }
}

/// The failure to write to stdout.
fn unwritten(error: &io::Error) -> Failure {
    let failure = Failure::new("failed to write to stdout").because(error);
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            failure.hint("free some space where the output goes, or send it elsewhere (`> FILE`)")
        }
        io::ErrorKind::FileTooLarge => failure.hint(
            "raise the limit on the size of files (`ulimit -f`), or send the output elsewhere (`> FILE`)",
        ),
        _ => failure.hint("send the output to a file (`> FILE`) or to another program (`| PROGRAM`)"),
    }
}

/// A message, wrapped to the width of a terminal if there is one.
fn wrapped(sentence: &str) -> String {
    if Printer::interactive() {
        text::wrap_message(sentence, Printer::width())
    } else {
        sentence.replace(text::NO_BREAK, " ")
    }
}

/// stdout. Its reader may stop at any time, as `head` does. That is no failure: later output is
/// dropped, and the exit code is the same as without it.
pub(crate) struct Data(Option<io::StdoutLock<'static>>);

impl Data {
    /// Does something with stdout while it has a reader, and `gone` after that.
    fn unless_closed<T>(
        &mut self,
        gone: T,
        work: impl FnOnce(&mut io::StdoutLock<'static>) -> io::Result<T>,
    ) -> io::Result<T> {
        match self.0.as_mut().map(work) {
            None => Ok(gone),
            Some(Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.0 = None;
                Ok(gone)
            }
            Some(done) => done,
        }
    }
}

impl Write for Data {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unless_closed(bytes.len(), |stdout| stdout.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_closed((), |stdout| stdout.flush())
    }
}
