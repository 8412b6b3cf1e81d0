//! `rolesweep rules`: the rules, and what to do about each.

use rolesweep_assess::rules::{Rule, Subject, page, rule, rules, rules_of_word};
use rolesweep_config::Settings;
use rolesweep_model::suggest::nearest;

use crate::failure::{Failure, Outcome};
use crate::terminal::lines::Lines;
use crate::terminal::printer::{paint, print_text, style, width_of_data};
use crate::terminal::text;

/// Prints the list of rules, or one rule's page.
pub(super) fn run(code: Option<&str>, settings: &Settings) -> Outcome<()> {
    let shown = match code {
        None => list(width_of_data()),
        Some(code) => match (rule(code), rules_of_word(code).as_slice()) {
            (Some(rule), _) => wrapped(&page(&rule), width_of_data()),
            (None, [rule]) => wrapped(&page(rule), width_of_data()),
            (None, []) => return Err(unknown(code)),
            (None, rules) => several(code, rules, width_of_data()),
        },
    };
    print_text(&shown, settings.terminal.color)
}

fn list(width: usize) -> String {
    let mut out = Lines::new(width);
    for subject in Subject::ALL {
        out.line(&paint(style::HEADING, subject.heading()));
        for rule in rules().filter(|rule| rule.subject == subject) {
            out.described(rule.code, rule.title);
        }
        out.end_block();
    }
    let next =
        format!("{} says how to check, remedy and prevent one", text::unbroken("`rolesweep rules CODE`"));
    out.line(&text::wrap(&next, width, 0));
    out.finish().trim_start().to_owned()
}

/// The rules behind a word that has several.
fn several(word: &str, rules: &[Rule], width: usize) -> String {
    let mut out = Lines::new(width);
    out.line(&text::wrap(&format!("Rules that make a role `{word}`:"), width, 0));
    rules.iter().for_each(|rule| out.described(rule.code, rule.title));
    out.finish().trim_start().to_owned()
}

/// A page with its sentences wrapped. Commands and documents stay as they are, so that they can be
/// pasted.
fn wrapped(page: &str, width: usize) -> String {
    let mut fenced = false;
    let lines = page.lines().map(|line| {
        fenced ^= line.starts_with("```");
        let is_kept = fenced || line.starts_with("```") || line.starts_with('|');
        if is_kept { line.to_owned() } else { text::wrap(line, width, 0) }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn unknown(code: &str) -> Failure {
    let failure = Failure::usage(format!("there is no rule `{}`", text::one_line(code)));
    let failure = match nearest(code, rules().map(|rule| rule.code)) {
        Some(near) => failure.hint(format!("did you mean `{near}`?")),
        None => failure,
    };
    failure.hint("`rolesweep rules` lists them")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_every_rule_and_fits_the_terminal() {
        use unicode_width::UnicodeWidthStr as _;
        for width in [60, 80, 100] {
            let shown = anstream::adapter::strip_str(&list(width)).to_string();
            assert!(rules().all(|rule| shown.contains(rule.code)), "{shown}");
            assert!(shown.lines().all(|line| line.width() <= width), "{width}: {shown}");
        }
    }

    #[test]
    fn commands_of_a_page_are_not_wrapped() {
        let shown =
            wrapped("one two three\n\n```sh\naws iam get-role --role-name ROLE\n```\n\nfour five six", 9);
        assert_eq!(
            shown,
            "one two\nthree\n\n```sh\naws iam get-role --role-name ROLE\n```\n\nfour five\nsix"
        );
    }

    #[test]
    fn a_word_of_a_column_leads_to_its_rules() {
        use rolesweep_assess::risk::privilege::PrivilegeLevel;
        use rolesweep_assess::risk::trust::TrustLevel;
        let words = PrivilegeLevel::ALL.map(PrivilegeLevel::as_str).into_iter();
        let words =
            words.chain(TrustLevel::ALL.map(TrustLevel::as_str)).chain(["inactive", "unused", "unknown"]);
        for word in words {
            assert!(rule(word).is_some() || !rules_of_word(word).is_empty(), "{word} has no rule");
        }
        let shown = several("admin", &rules_of_word("admin"), 80);
        assert!(shown.contains("admin-full") && shown.contains("admin-self"), "{shown}");
        assert_eq!(rules_of_word("nothing").len(), 0);
    }

    #[test]
    fn a_mistyped_code_is_answered_with_the_nearest() {
        let said = unknown("unused-rol").to_string();
        assert!(said.contains("did you mean `unused-role`?"), "{said}");
        assert!(!unknown("\u{1b}[2J").to_string().contains('\u{1b}'));
    }
}
