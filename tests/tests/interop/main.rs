//! Interop with programs that others wrote: moto as a server for the command, boto3 as a client of
//! the simulated organization, AWS's own models as the judge of the commands in the guide of
//! `setup`, Cloudsplaining and PMapper as judges of what a role may do, pandas, DuckDB and
//! LibreOffice as readers of a report, and DuckDB as the judge of a comparison.
//!
//! They need Python, and one of them LibreOffice. Without it, the tests are reported as ignored with
//! the reason. If `CI` is `true`, that is a failure.

mod boto3;
mod changes;
mod compare;
mod guide;
mod judges;
mod moto;
mod python;
mod recipes;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use rolesweep_testing::needing::{self, Said};

use crate::python::Python;

fn main() -> ExitCode {
    let trials = vec![
        trial("moto::every_row_of_the_report_is_what_was_put_in", moto::every_row),
        trial("moto::signatures_and_permissions_are_checked_and_hold", moto::verified),
        trial("guide::the_aws_cli_knows_each_command_of_the_guide", guide::commands),
        trial("judges::cloudsplaining_and_pmapper_find_the_same_or_the_page_says_why", judges::privilege),
        trial("boto3::the_naive_script_finds_the_same_roles", boto3::naive),
        trial("changes::duckdb_finds_the_same_changes_in_two_reports", changes::some),
        // It takes minutes without optimisation.
        trial("changes::duckdb_finds_the_same_changes_among_100_000_roles", changes::many)
            .with_ignored_flag(true),
        trial("recipes::pandas_reads_every_cell_as_it_is", recipes::pandas),
        trial("recipes::duckdb_reads_every_cell_as_it_is", recipes::duckdb),
        trial_with(
            "recipes::libreoffice_converts_every_cell_as_it_is",
            recipes::has_libreoffice,
            recipes::libreoffice,
        ),
        trial("recipes::python_reads_back_the_text_as_aws_has_it", recipes::plain),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// A test that needs Python.
fn trial(name: &'static str, check: fn(&Python) -> Said) -> Trial {
    trial_with(name, || Ok(()), check)
}

/// A test that needs Python and another tool.
fn trial_with(name: &'static str, has_tool: fn() -> Result<(), String>, check: fn(&Python) -> Said) -> Trial {
    needing::trial(name, move || has_tool().and_then(|()| Ok::<_, String>(python::get()?)), check)
}
