//! `rolesweep scans prune`: removes the facts of scans that no rule keeps.

use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::Ordering;

use rolesweep_model::ScanId;
use rolesweep_report::was_read;
use rolesweep_scan::ports::Clock as _;
use rolesweep_store::Store;

use crate::cli::Prune as Arguments;
use crate::clock::{SystemClock, whole_second};
use crate::failure::{Failure, Outcome, from_errors};
use crate::process::signals;
use crate::store::keep::{self, KeepRules, Keeps};
use crate::store::scans::Stored;
use crate::terminal::printer::{Printer, print_data};
use crate::terminal::text;

/// Prints what stays and what goes, and removes the latter if the user said yes.
pub(super) fn run(arguments: &Arguments, path: &Path, printer: &Printer) -> Outcome<()> {
    let rules = rules(arguments)?;
    // The plan is about the scans that are there when it is carried out, so no scan may begin in
    // between.
    let locked = if arguments.yes {
        let key = Store::open_existing(path)?.key().clone();
        Some(Store::open(path, &key)?)
    } else {
        None
    };
    let removed = plan(path, rules)?;
    let scans = text::count(removed.len() as u64, "scan");
    match (removed.is_empty(), locked) {
        (true, locked) => {
            // A removal that was killed may have left something.
            locked.map_or(Ok(()), |mut store| store.finish_removals())?;
            printer.sentence("every scan stays");
        }
        (false, Some(store)) => remove(store, &removed, printer)?,
        (false, None) => {
            printer.sentence(&format!("nothing was removed: the same command with `--yes` removes {scans}"));
        }
    }
    Ok(())
}

fn rules(arguments: &Arguments) -> Outcome<KeepRules> {
    let Arguments { keep_last, keep_monthly, keep_quarterly, .. } = *arguments;
    if [keep_last, keep_monthly, keep_quarterly].iter().all(Option::is_none) {
        return Err(Failure::usage("nothing says which scans to keep")
            .hint("give one of `--keep-last`, `--keep-monthly` and `--keep-quarterly`, or several"));
    }
    let number = |rule: Option<u16>| usize::from(rule.unwrap_or_default());
    Ok(KeepRules {
        last: number(keep_last),
        monthly: number(keep_monthly),
        quarterly: number(keep_quarterly),
    })
}

/// Prints the plan. Returns the scans that go, the oldest first.
fn plan(path: &Path, rules: KeepRules) -> Outcome<Vec<ScanId>> {
    let stored = Stored::open(path)?;
    if stored.scans.is_empty() {
        return Err(stored.no_scan());
    }
    let now = SystemClock.now();
    let plan = keep::plan(&stored.scans, rules, now, |scan| was_read(&stored.store, scan));
    print_data(|data| {
        for scan in stored.scans.iter().rev() {
            let keeps = plan.get(&scan.number).copied().flatten();
            line(data, scan.number, &scan.scan.started_at.to_string(), scan.scan.id, keeps)?;
        }
        Ok(())
    })?;
    let goes = |number: &i64| matches!(plan.get(number), Some(None));
    Ok(stored.scans.iter().filter(|scan| goes(&scan.number)).map(|scan| scan.scan.id).collect())
}

fn line(data: &mut dyn Write, number: i64, began: &str, id: ScanId, keeps: Option<Keeps>) -> io::Result<()> {
    let (word, why) = match keeps {
        Some(keeps) => ("keep", keeps.as_str()),
        None => ("remove", ""),
    };
    let line = format!("{word:<6}  {number:<4}  {began}  {}  {why}", id.short());
    writeln!(data, "{}", line.trim_end())
}

fn remove(mut store: Store, scans: &[ScanId], printer: &Printer) -> Outcome<()> {
    let stop = signals::flag()?;
    let (mut freed, mut removed) = (0_u64, 0_u64);
    for id in scans {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        freed += store.prune_scan(*id, whole_second(SystemClock.now()))?;
        removed += 1;
    }
    printer.sentence(&format!(
        "removed {}, and the store is {} kB smaller; what was published stays",
        text::count(removed, "scan"),
        text::number(freed / 1000)
    ));
    if stop.load(Ordering::Relaxed) { Err(from_errors::interrupted(None)) } else { Ok(()) }
}
