//! The process's arguments.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use rolesweep_sim::{Faults, Profile};

pub(super) const USAGE: &str = "\
usage: rolesweep-sim [--accounts N [--roles N] [--role-bytes N]] [--profile NAME] [options]

  --accounts N     serve a generated organization with N accounts instead of the demo's
  --roles N        give each of its accounts N roles (default 200)
  --role-bytes N   make each of its roles about N bytes long (default: a usual length)
  --page N         put at most N items on a page of IAM
  --seed N         the seed of the generated data and of the faults (default 1)
  --profile NAME   instant, aws-like, hostile or hostile:SEED (default instant)
  --scale F        multiply the latencies by F
  --hang SECONDS   how long a hostile answer hangs (default 90)
  --port N         the port on 127.0.0.1 (default: a free one)
  --threads N      worker threads (default: one for each core)
  --json           print how to reach it as JSON instead of shell variables
  --counts FILE    at the end, write every call by operation and account to FILE
  --ignore-stdin   do not stop when stdin ends
  --table          print the table of latencies and rates as Markdown, and exit";

/// The process's arguments.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Arguments {
    pub(super) accounts: Option<u32>,
    pub(super) roles: u32,
    pub(super) role_bytes: Option<u32>,
    pub(super) page: Option<u32>,
    pub(super) seed: u64,
    pub(super) profile: Profile,
    pub(super) port: u16,
    pub(super) threads: Option<usize>,
    pub(super) json: bool,
    pub(super) counts: Option<PathBuf>,
    pub(super) ignore_stdin: bool,
    pub(super) table: bool,
}

impl Arguments {
    /// Reads the arguments.
    ///
    /// # Errors
    /// If one is unknown, lacks a value, or has an invalid value.
    pub(super) fn read(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self {
            accounts: None,
            roles: 200,
            role_bytes: None,
            page: None,
            seed: 1,
            profile: Profile::instant(),
            port: 0,
            threads: None,
            json: false,
            counts: None,
            ignore_stdin: false,
            table: false,
        };
        let (mut profile, mut scale, mut hang) = ("instant".to_owned(), 1.0, Faults::HANG);
        while let Some(name) = given.next() {
            let mut value = || given.next().ok_or_else(|| format!("{name} needs a value"));
            match name.as_str() {
                "--accounts" => arguments.accounts = Some(parse(&name, &value()?)?),
                "--roles" => arguments.roles = parse(&name, &value()?)?,
                "--role-bytes" => arguments.role_bytes = Some(parse(&name, &value()?)?),
                "--page" => arguments.page = Some(parse(&name, &value()?)?),
                "--seed" => arguments.seed = parse(&name, &value()?)?,
                "--profile" => profile = value()?,
                "--scale" => scale = parse(&name, &value()?)?,
                "--hang" => {
                    let seconds: f64 = parse(&name, &value()?)?;
                    hang = Duration::try_from_secs_f64(seconds)
                        .map_err(|_| format!("{name}: `{seconds}` is not a valid number"))?;
                }
                "--port" => arguments.port = parse(&name, &value()?)?,
                "--threads" => arguments.threads = Some(parse::<usize>(&name, &value()?)?.max(1)),
                "--json" => arguments.json = true,
                "--counts" => arguments.counts = Some(value()?.into()),
                "--ignore-stdin" => arguments.ignore_stdin = true,
                "--table" => arguments.table = true,
                _ => return Err(format!("unknown option `{name}`")),
            }
        }
        arguments.profile = match profile.as_str() {
            "hostile" => Profile::hostile(arguments.seed),
            name => name.parse().map_err(|error| format!("--profile: {error}"))?,
        };
        arguments.profile = arguments.profile.scaled(scale);
        if let Some(faults) = &mut arguments.profile.faults {
            faults.hang = hang;
        }
        Ok(arguments)
    }
}

fn parse<T: FromStr>(name: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{name}: `{value}` is not a valid number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Arguments, String> {
        Arguments::read(text.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn the_profile_follows_from_name_seed_and_scale() {
        for (text, profile) in [
            ("", Profile::instant()),
            ("--profile aws-like", Profile::aws_like()),
            ("--scale 0.5 --profile aws-like", Profile::aws_like().scaled(0.5)),
            ("--profile hostile --seed 7", Profile::hostile(7)),
            ("--seed 7 --profile hostile:9 --scale 2", Profile::hostile(9).scaled(2.0)),
        ] {
            assert_eq!(read(text).unwrap().profile, profile, "{text}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        for (text, problem) in [
            ("--acounts 3", "unknown option `--acounts`"),
            ("3 200", "unknown option `3`"),
            ("--accounts", "--accounts needs a value"),
            ("--accounts many", "--accounts: `many` is not a valid number"),
            ("--hang -1", "--hang: `-1` is not a valid number"),
            ("--port 70000", "--port: `70000` is not a valid number"),
            ("--profile fast", "--profile: unknown profile `fast`: use instant, aws-like or hostile:SEED"),
        ] {
            assert_eq!(read(text).unwrap_err(), problem);
        }
    }
}
