//! Tests that need a program which may be missing, such as Python or Node. Without it, a test is
//! reported as ignored with the reason. If `CI` is `true`, that is a failure.

use std::fmt::Display;

use libtest_mimic::{Completion, Failed, Trial};

/// What a test that passed has to say, such as figures.
pub type Said = Result<String, Failed>;

/// A test that needs what `get` finds, or says why it cannot.
pub fn trial<T, E: Display>(
    name: &'static str,
    get: impl FnOnce() -> Result<T, E> + Send + 'static,
    check: impl FnOnce(T) -> Said + Send + 'static,
) -> Trial {
    Trial::ignorable_test(name, move || match get() {
        Ok(found) => {
            say(name, &check(found)?);
            Ok(Completion::Completed)
        }
        Err(reason) if std::env::var_os("CI").is_some_and(|value| value == "true") => {
            Err(format!("CI has to run this: {reason}").into())
        }
        Err(reason) => Ok(Completion::ignored_with(reason.to_string())),
    })
}

/// Prints what a test has to say.
#[expect(clippy::print_stderr, reason = "a test's figures are for whoever runs it")]
pub fn say(name: &str, figures: &str) {
    eprintln!("{name}: {figures}");
}
