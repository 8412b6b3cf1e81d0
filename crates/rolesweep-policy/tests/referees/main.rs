//! Comparisons with evaluators that others wrote, over random sets of policies, and with every
//! policy that AWS manages.
//!
//! iam-simulate and the policies of AWS come from npm and need Node. Without it, these tests are
//! reported as ignored with the reason. If `CI` is `true`, that is a failure. iam-simulate runs as a
//! process of its own.
//!
//! The full comparison has 5,000 sets with six questions each:
//!
//! ```text
//! cargo test --workspace --test referees -- --ignored
//! ```

mod cases;
mod compare;
mod constructs;
mod iam_rs;
mod keys;
mod managed;
mod node;
mod shrink;
mod simulate;
mod wording;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::node::Packages;

fn main() -> ExitCode {
    let trials = vec![
        trial("iam_simulate::three_hundred_sets_have_the_same_answers", |node| simulate::compare(node, 300)),
        trial("iam_simulate::five_thousand_sets_have_the_same_answers", |node| {
            simulate::compare(node, 5_000)
        })
        .with_ignored_flag(true),
        Trial::test("iam_rs::a_thousand_sets_have_the_same_answers", || {
            say("iam_rs", &iam_rs::compare(1_000)?);
            Ok(())
        }),
        trial("managed::every_policy_that_aws_manages_is_read", managed::every_document)
            .with_ignored_flag(true),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// The figures of a test that passed.
type Said = Result<String, Failed>;

fn trial(name: &'static str, check: fn(&Packages) -> Said) -> Trial {
    Trial::ignorable_test(name, move || match node::packages() {
        Ok(packages) => {
            say(name, &check(packages)?);
            Ok(Completion::Completed)
        }
        Err(reason) if std::env::var_os("CI").is_some_and(|value| value == "true") => {
            Err(format!("CI has to run this: {reason}").into())
        }
        Err(reason) => Ok(Completion::ignored_with(reason)),
    })
}

#[expect(clippy::print_stderr, reason = "a test's figures are for whoever runs it")]
fn say(name: &str, figures: &str) {
    eprintln!("{name}: {figures}");
}
