//! Two scans compared, for people.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rolesweep_assess::Change;
use rolesweep_assess::risk::Severity;
use rolesweep_model::Scan;
use rolesweep_report::{ChangeCounts, ComparedRole};

use crate::terminal::lines::Lines;
use crate::terminal::printer::{paint, style};
use crate::terminal::text;

/// How many roles of a change are shown.
const SHOWN: usize = 10;

/// The changes whose roles are shown: those that ask somebody to look.
const LISTED: [Change; 4] =
    [Change::NewlyIdle, Change::SeverityRaised, Change::ExemptionExpired, Change::Recreated];

/// What a comparison has to show.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// The worst roles of each change that is listed, in order.
    worst: BTreeMap<Change, Vec<Line>>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    severity: Reverse<Option<Severity>>,
    account: String,
    name: String,
}

impl Comparison {
    /// Takes a role.
    pub(crate) fn add(&mut self, role: &ComparedRole<'_>) {
        let change = role.changed.change;
        let Some(latest) = role.changed.latest().filter(|_| LISTED.contains(&change)) else { return };
        let account = &role.account.account;
        let line = Line {
            severity: Reverse(latest.severity),
            account: account.name.clone().unwrap_or_else(|| account.id.to_string()),
            name: latest.arn.split_once(":role/").map_or(&*latest.arn, |(_, name)| name).to_owned(),
        };
        let worst = self.worst.entry(change).or_default();
        let at = worst.partition_point(|known| *known < line);
        if at < SHOWN {
            worst.insert(at, line);
            worst.truncate(SHOWN);
        }
    }

    /// The text, with colours.
    pub(crate) fn text(&self, counts: &ChangeCounts, scans: [&Scan; 2], width: usize) -> String {
        let mut out = Lines::new(width);
        for (label, scan) in ["From", "To"].into_iter().zip(scans) {
            out.labelled(label, &format!("scan {} of {}", scan.id, scan.started_at));
        }
        out.labelled("Settings", "today's for both scans, each as of its own start");
        out.end_block();
        for change in Change::ALL.into_iter().filter(|change| counts.of(*change) > 0) {
            let number = text::number(counts.of(change));
            out.line(&format!("{number:>9}  {:<18} {}", words(change), meaning(change)));
        }
        if Change::ALL.iter().all(|change| counts.of(*change) == 0) {
            out.line("no role is flagged in either scan");
        }
        out.end_block();
        for (change, lines) in &self.worst {
            out.line(&paint(style::HEADING, format!("{}, the worst first", capital(&words(*change)))));
            for line in lines {
                let severity = line.severity.0.map_or("", Severity::as_str);
                let role = format!("{}: {}", text::one_line(&line.account), text::one_line(&line.name));
                out.line(&format!("  {severity:<9} {role}"));
            }
            let more = counts.of(*change).saturating_sub(lines.len() as u64);
            if more > 0 {
                out.line(&format!("  and {} more", text::number(more)));
            }
            out.end_block();
        }
        out.labelled("Next", "the same command with `--format csv` lists every role");
        let mut shown = out.finish().trim_start().to_owned();
        shown.push('\n');
        shown
    }
}

/// A change as people say it.
pub(crate) fn words(change: Change) -> String {
    change.as_str().replace('_', " ")
}

fn meaning(change: Change) -> &'static str {
    match change {
        Change::NewlyIdle => "flagged now, and not before",
        Change::SeverityRaised => "flagged before, too, with a lower severity",
        Change::ExemptionExpired => "flagged now, because the exemption ended or no longer covers it",
        Change::Recreated => "deleted, and created again with the same ARN",
        Change::NewlyExempt => "exempt now, and not before",
        Change::StillIdle => "flagged before, too",
        Change::UsedAgain => "idle before, and used since then",
        Change::NoLongerListed => "idle before, and now another threshold applies, or it is protected",
        Change::Gone => "idle before, and deleted since",
        Change::NotComparable => "its account or its last use is not in one of the scans",
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
