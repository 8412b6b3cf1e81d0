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

use libtest_mimic::{Arguments, Trial};
use rolesweep_testing::needing::{self, Said, say};

use rolesweep_testing::npm::Packages;

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

/// A test that needs Node and what comes from npm.
fn trial(name: &'static str, check: fn(&Packages) -> Said) -> Trial {
    needing::trial(name, node::packages, check)
}
