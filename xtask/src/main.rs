//! `cargo xtask bench` measures what rolesweep claims, compares it with other tools, and writes
//! `docs/benchmarks.md`. `cargo xtask data` makes the data files, and `cargo xtask lines` counts lines of
//! code.

mod bare;
mod circles;
mod csv_baseline;
mod data;
mod findings;
mod lines;
mod machine;
mod measure;
mod page;
mod rows;
mod server;
mod stats;
mod tools;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};

use rows::Bench;

const USAGE: &str = "\
usage: cargo xtask bench [ROW …] [--quick] [--runs N] [--against BINARY]

  ROW               peers, bound, overhead, growth, report, risk or changes; all of them unless named
  --quick           run each once, and smaller: to see that it works, not to learn figures
  --runs N          run each N times (default 7)
  --against BINARY  also measure another `rolesweep`, in turn with the one built here, and print both and their ratio;
                    the result is printed only

       cargo xtask circles

  names the files of each crate that use each other, and fails if there are more than before

       cargo xtask data --from FOLDER
       cargo xtask data --check

  makes the data files of rolesweep-assess again from local copies of the works that sources.toml names there, or checks that
  the files are what they say

       cargo xtask lines

  prints the lines of code of each crate, without comments, blank lines and tests";

fn main() -> ExitCode {
    match run(std::env::args_os().skip(1).collect()) {
        Ok(code) => code,
        Err(error) => {
            // stdout is for the data of `measure` and its like. stderr may be closed.
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Vec<OsString>) -> Result<ExitCode> {
    let words: Vec<&str> = arguments.iter().map_while(|word| word.to_str()).collect();
    match words.as_slice() {
        ["--help" | "-h"] | ["bench", "--help" | "-h"] => {
            say(USAGE);
            Ok(ExitCode::SUCCESS)
        }
        ["bench", options @ ..] => bench(options).map(|()| ExitCode::SUCCESS),
        ["circles"] => {
            say(&circles::check(&page::root())?);
            Ok(ExitCode::SUCCESS)
        }
        ["data", "--check"] => {
            say(&data::check(&page::root())?);
            Ok(ExitCode::SUCCESS)
        }
        ["data", "--from", ..] if arguments.len() == 3 => {
            say(&data::make(&page::root(), Path::new(&arguments[2]))?);
            Ok(ExitCode::SUCCESS)
        }
        ["lines"] => {
            say(&lines::table(&page::root())?);
            Ok(ExitCode::SUCCESS)
        }
        // The benchmark starts the following modes as separate processes.
        ["measure", limit, ..] => measure::wrap(limit, arguments.get(2..).unwrap_or_default()),
        ["bare", role, concurrency, page] => bare::run(role, concurrency, page).map(|()| ExitCode::SUCCESS),
        ["csv-baseline", from, to] => csv_baseline::run(from, to).map(|()| ExitCode::SUCCESS),
        _ => bail!("{USAGE}"),
    }
}

fn bench(options: &[&str]) -> Result<()> {
    let mut bench = Bench { runs: 7, quick: false };
    let mut against = None;
    let mut wanted = Vec::new();
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match *option {
            "--quick" => bench = Bench { runs: 1, quick: true },
            "--runs" => match options.next().and_then(|number| number.parse().ok()) {
                Some(runs) if runs > 0 => bench.runs = runs,
                _ => bail!("--runs needs a number\n\n{USAGE}"),
            },
            "--against" => match options.next() {
                Some(path) => against = Some(Path::new(path)),
                None => bail!("--against needs the path of a binary\n\n{USAGE}"),
            },
            name => match rows::ALL.iter().find(|row| row.name == name) {
                Some(row) => wanted.push(row),
                None => bail!("there is no row or option `{name}`\n\n{USAGE}"),
            },
        }
    }
    if wanted.is_empty() {
        wanted.extend(&rows::ALL);
    }
    let tools = tools::Tools::build(against)?;
    // Neither a smoke test nor a comparison measures what the page claims.
    let is_kept = !bench.quick && against.is_none();
    for row in wanted {
        say(&format!("\n== {}", row.title));
        let section = match (row.run)(&bench, &tools) {
            Ok(section) => section,
            // The other rows are still useful, and the page says that this one is missing.
            Err(error) => format!("Could not be measured: {error:#}\n"),
        };
        say(&section);
        if is_kept {
            page::keep(row, &section, &bench)?;
        }
    }
    if is_kept {
        page::write()?;
    } else {
        say("\ndocs/benchmarks.md is left as it is");
    }
    Ok(())
}

/// Prints a line to stdout.
fn say(text: &str) {
    // stdout may be closed.
    let _ = writeln!(std::io::stdout(), "{text}");
}
