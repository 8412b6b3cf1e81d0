//! Turns a panic into a message, a remedy and exit code 1.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use super::threads;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::terminal::printer::Printer;
use rolesweep_config::Color;

/// The beginnings of the messages of the standard library and tokio if the system refuses a thread.
const REFUSED: [&str; 2] = ["OS can't spawn worker thread", "failed to spawn thread"];

/// Reports a panic of the whole program like any other failure. [`caught`] is for a command, whose
/// end is reported elsewhere.
pub(crate) fn reported(run: impl FnOnce() -> Exit) -> Exit {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            // A refused thread is reported once, as a failure.
            if !is_refused_thread(panic.payload()) {
                usual(panic);
            }
        }));
    });
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        Printer::new(Color::Auto, false).error(&failure(&*panic).to_string());
        Exit::CouldNotRun
    })
}

/// Runs a command, and turns a panic into its failure.
pub(crate) fn caught(run: impl FnOnce() -> Outcome<()>) -> Outcome<()> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| Err(failure(&*panic)))
}

fn failure(panic: &(dyn Any + Send)) -> Failure {
    if is_refused_thread(panic) {
        return threads::refused(&rustix::io::Errno::AGAIN.into());
    }
    Failure::new("stopped by a defect in rolesweep")
        .cause(words(panic).unwrap_or("a panic without a message").to_owned())
        .hint("please report it, with what is printed above")
}

fn is_refused_thread(panic: &(dyn Any + Send)) -> bool {
    words(panic).is_some_and(|words| REFUSED.iter().any(|refused| words.starts_with(refused)))
}

/// The message of a panic.
fn words(panic: &(dyn Any + Send)) -> Option<&str> {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_in_a_message_and_exit_code_1() {
        assert_eq!(reported(|| Exit::Findings), Exit::Findings);
        assert_eq!(reported(|| panic!("deliberate")), Exit::CouldNotRun);
        let failed = caught(|| panic!("deliberate")).unwrap_err();
        assert_eq!(failed.exit, Exit::CouldNotRun);
        let panic: Box<dyn Any + Send> = Box::new("index out of bounds".to_owned());
        insta::assert_snapshot!(failure(&*panic), @r"
        stopped by a defect in rolesweep
          cause: index out of bounds
          help: please report it, with what is printed above
        ");
    }

    #[test]
    fn a_refused_thread_is_no_defect() {
        for words in [
            "OS can't spawn worker thread: Resource temporarily unavailable (os error 11)",
            "failed to spawn thread: Os {}",
        ] {
            let panic: Box<dyn Any + Send> = Box::new(words.to_owned());
            let said = failure(&*panic).to_string();
            assert!(said.contains("ulimit -u") && !said.contains("defect"), "{said}");
        }
    }
}
