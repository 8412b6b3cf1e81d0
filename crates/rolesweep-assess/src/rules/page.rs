//! The pages of the rules, in Markdown.

use std::fmt::Write as _;

use super::guide::Step;
use super::{Rule, Subject, rules};

/// The page of a rule.
#[must_use]
pub fn page(rule: &Rule) -> String {
    let guide = &rule.guide;
    let mut text = format!("# {}\n\n**{}.** {}\n\n", rule.code, rule.title, rule.meaning);
    let _ = write!(text, "Risk level: {}.\n\n{}\n", rule.level, guide.why);
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

fn steps(text: &mut String, steps: &[Step]) {
    for step in steps {
        let _ = write!(text, "\n{}\n", step.text);
        if let Some((language, lines)) = step.code {
            let _ = write!(text, "\n```{language}\n{lines}\n```\n");
        }
    }
}

/// The page that lists the rules.
#[must_use]
pub fn index() -> String {
    let mut text = String::from(
        "# Rules\n\nWhat reports say of roles, and what to do about it. `rolesweep rules` prints the same. The pages are generated from the \
         declarations in `crates/rolesweep-assess/src/rules`; a test fails when one is out of date.\n",
    );
    for subject in Subject::ALL {
        let of_subject: Vec<&Rule> = rules().filter(|rule| rule.subject == subject).collect();
        if of_subject.is_empty() {
            continue;
        }
        let _ = write!(text, "\n## {}\n\n| code | what it finds |\n|---|---|\n", subject.heading());
        for rule in of_subject {
            let _ = writeln!(text, "| [`{0}`]({0}.md) | {1} |", rule.code, rule.meaning);
        }
    }
    text
}
