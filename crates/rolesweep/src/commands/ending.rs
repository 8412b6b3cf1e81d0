//! The end of every command: the message that says why it failed, the record of its result, and the
//! exit code.

use rolesweep_config::{Color, LogFormat, SummaryFormat, TerminalSettings};
use rolesweep_report::ScanResult;
use rolesweep_report::result::ExitStatus;

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::terminal::printer::{Printer, print_data};

/// How a command ends.
pub(super) struct Ending {
    printer: Printer,
    /// Whether stdout gets the record of the result.
    on_stdout: bool,
    /// Whether it is the last line of the log.
    in_log: bool,
}

impl Ending {
    /// With these settings.
    pub(super) fn new(printer: &Printer, terminal: &TerminalSettings, summary: SummaryFormat) -> Self {
        Self {
            printer: printer.clone(),
            on_stdout: summary == SummaryFormat::Json,
            in_log: terminal.log_format == LogFormat::Json,
        }
    }

    /// Without settings.
    pub(super) fn plain() -> Self {
        Self { printer: Printer::new(Color::Auto, false), on_stdout: false, in_log: false }
    }

    /// Reports how a command ended. `result` is its record, if it is a command that has one.
    pub(super) fn end(&self, ended: Outcome<()>, result: Option<ScanResult>) -> Exit {
        let failure = ended.err();
        if let Some(failure) = &failure {
            self.printer.error(&failure.to_string());
        }
        match result {
            Some(result) => self.record(failure, result),
            None => exit(failure.as_ref()),
        }
    }

    /// Writes the record of a result. The failure was reported before.
    pub(super) fn record(&self, mut failure: Option<Failure>, mut result: ScanResult) -> Exit {
        close(&mut result, failure.as_ref());
        if self.on_stdout
            && let Err(unwritten) = print_data(|data| writeln!(data, "{}", result.to_line()))
        {
            self.printer.error(&unwritten.to_string());
            failure = Some(unwritten);
            close(&mut result, failure.as_ref());
        }
        if self.in_log {
            self.printer.last(&result.to_line());
        }
        exit(failure.as_ref())
    }
}

fn exit(failure: Option<&Failure>) -> Exit {
    failure.map_or(Exit::Done, |failure| failure.exit)
}

/// Completes a record.
fn close(result: &mut ScanResult, failure: Option<&Failure>) {
    let exit = exit(failure);
    result.exit = ExitStatus { code: exit.code(), meaning: exit.meaning().to_owned() };
    result.error = failure.map(Failure::problem);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_says_the_exit_code_and_the_error() {
        let mut result = ScanResult::begin("scan");
        close(&mut result, None);
        assert_eq!((result.exit.code, &*result.exit.meaning, &result.error), (0, "done", &None));
        let failure = Failure::usage("the role\u{fffe}is wrong").cause("it has a blank").hint("name another");
        close(&mut result, Some(&failure));
        assert_eq!(result.exit.code, 2);
        let error = result.error.unwrap();
        assert_eq!(error.message, "the role is wrong");
        assert_eq!(
            (error.causes, error.help),
            (vec!["it has a blank".to_owned()], vec!["name another".to_owned()])
        );
    }

    #[test]
    fn every_way_to_end_has_its_exit_code() {
        let ending = Ending::plain();
        assert_eq!(ending.end(Ok(()), Some(ScanResult::begin("scan"))), Exit::Done);
        for result in [None, Some(ScanResult::begin("scan"))] {
            assert_eq!(ending.end(Err(Failure::usage("as wished")), result), Exit::Usage);
        }
    }
}
