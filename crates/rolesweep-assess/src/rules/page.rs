//! The pages of the rules, in Markdown.

use std::fmt::Write as _;

use super::list::rules;
use super::rule::{Level, Rule, Subject, privilege_levels};
use crate::catalogue::escalation_paths;
use crate::guides::Step;
use crate::risk::SEVERITIES;
use crate::risk::trust::TrustLevel;

/// The page of a rule.
#[must_use]
pub fn page(rule: &Rule) -> String {
    let guide = &rule.guide;
    let mut text = format!("# {}\n\n**{}.** {} {}\n", rule.code, title(rule), rule.meaning, guide.why);
    text.push_str("\n## Risk level\n\n");
    level(&mut text, rule.level);
    if rule.code == "escalate" {
        paths(&mut text);
    }
    text.push_str("\n## Check it by hand\n\nIn the console:\n\n");
    for (number, click) in (1..).zip(guide.console) {
        let _ = writeln!(text, "{number}. {click}");
    }
    text.push_str("\nWith the AWS CLI:\n");
    steps(&mut text, guide.cli);
    text.push_str("\n## Remedy it\n");
    steps(&mut text, guide.remedy);
    text.push_str("\n## Prevent it\n");
    steps(&mut text, guide.prevent);
    text.push_str("\n## Controls that it supports\n\nA report is evidence for these controls. It does not meet them alone.\n\n| control | what it asks for |\n|---|---|\n");
    for control in guide.controls {
        let _ = writeln!(text, "| {} | {} |", control.name, control.asks);
    }
    text
}

/// The title as the beginning of a sentence.
fn title(rule: &Rule) -> String {
    let mut letters = rule.title.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn steps(text: &mut String, steps: &[Step]) {
    for step in steps {
        let _ = write!(text, "\n{}\n", step.text);
        if let Some((language, lines)) = step.code {
            let _ = write!(text, "\n```{language}\n{lines}\n```\n");
        }
    }
}

fn level(text: &mut String, level: Level) {
    match level {
        Level::Words(words) => {
            let _ = writeln!(text, "{words}");
        }
        Level::Privilege(words) => {
            let levels: Vec<_> = privilege_levels(words).collect();
            let _ = writeln!(text, "Privilege: {words}.");
            if !levels.is_empty() {
                text.push_str("By who could take the role over:\n\n");
                severities(text, |privilege, _| levels.iter().any(|level| level.as_str() == privilege));
            }
        }
        Level::Trust(None) => text.push_str("That of the trust level that the role also has.\n"),
        Level::Trust(Some(level)) => {
            let _ = write!(text, "Trust level: {level}. By what the role may do:\n\n");
            severities(text, |_, trust| trust == level);
        }
    }
}

/// The part of the table of severities that is wanted.
fn severities(text: &mut String, is_wanted: impl Fn(&str, TrustLevel) -> bool) {
    let rows = || {
        SEVERITIES.iter().filter(|(privilege, _)| {
            TrustLevel::ALL.iter().any(|trust| is_wanted(privilege.as_str(), *trust))
        })
    };
    let columns: Vec<usize> = (0..TrustLevel::ALL.len())
        .filter(|&at| rows().any(|(privilege, _)| is_wanted(privilege.as_str(), TrustLevel::ALL[at])))
        .collect();
    text.push_str("| privilege |");
    columns.iter().for_each(|&at| {
        let _ = write!(text, " {} |", TrustLevel::ALL[at]);
    });
    let _ = writeln!(text, "\n|---|{}", "---|".repeat(columns.len()));
    for (privilege, severities) in rows() {
        let _ = write!(text, "| {privilege} |");
        columns.iter().for_each(|&at| {
            let _ = write!(text, " {} |", severities[at]);
        });
        text.push('\n');
    }
}

/// The known paths.
fn paths(text: &mut String) {
    text.push_str("\n## The paths\n\n| code | all of these actions |\n|---|---|\n");
    for path in escalation_paths() {
        let _ = writeln!(text, "| `escalate:{}` | {} |", path.id, path.name());
    }
}

/// The page that lists the rules.
#[must_use]
pub fn index() -> String {
    let mut text = String::from(
        "# Rules\n\nWhat reports say of roles, and what to do about it. `rolesweep rules` lists them, and `rolesweep rules CODE` prints a page. The pages are generated from the \
         declarations in `crates/rolesweep-assess/src`; a test fails when one is out of date.\n",
    );
    for subject in Subject::ALL {
        let _ = write!(text, "\n## {}\n\n| code | what it finds |\n|---|---|\n", subject.heading());
        for rule in rules().filter(|rule| rule.subject == subject) {
            let _ = writeln!(text, "| [`{0}`]({0}.md) | {1} |", rule.code, rule.meaning);
        }
    }
    text.push_str("\n## Severity\n\nThe severity of a role by what it may do and who could take it over. [The design page](../design/risk.md) has the definitions and the exceptions.\n\n");
    severities(&mut text, |_, _| true);
    text
}
