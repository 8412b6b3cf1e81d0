//! What a trust policy denies again.

use rolesweep_policy::{Context, Effect, Holds, Policy, Principal, Selection, Statement};

use super::term::Term;
use super::words;

/// The deny statements of a trust policy.
#[derive(Debug)]
pub(super) struct Denials<'a>(Vec<Denial<'a>>);

#[derive(Debug)]
struct Denial<'a> {
    at: usize,
    statement: &'a Statement,
    /// The conditions that may not hold.
    terms: Vec<Term<'a>>,
}

impl<'a> Denials<'a> {
    pub(super) fn of(policy: &'a Policy) -> Self {
        let statements = policy.statements.iter().enumerate();
        let denies = statements.filter(|(_, statement)| statement.effect == Effect::Deny);
        let denial = |(at, statement)| {
            let mut terms = Term::all(statement, policy.version);
            terms.retain(|term| term.holds(&Context::unknown()) != Holds::Yes);
            Denial { at, statement, terms }
        };
        Self(denies.map(denial).collect())
    }

    /// The actions that a principal keeps, and the statements that take the others away, in words. Only
    /// what is denied to it without a condition is taken away: nobody can be sure of the rest.
    pub(super) fn kept(
        &self,
        principal: &Principal,
        mut actions: Vec<&'static str>,
    ) -> (Vec<&'static str>, Vec<String>) {
        let mut takers = Vec::new();
        for denial in self.0.iter().filter(|denial| denial.terms.is_empty()) {
            if matches!(&denial.statement.principals, Some(Selection::Only(these)) if covers(these, principal))
            {
                let before = actions.len();
                actions.retain(|action| !denial.statement.is_surely_about(action));
                if actions.len() < before {
                    takers.push(words::statement(denial.at, denial.statement));
                }
            }
        }
        (actions, takers)
    }

    /// What else is denied to a principal, in words, and whether that depends on a condition.
    pub(super) fn limits(&self, principal: &Principal, actions: &[&str]) -> Vec<(String, bool)> {
        let concerns = |denial: &&Denial<'_>| actions.iter().any(|action| denial.statement.is_about(action));
        let limit = |denial: &Denial<'_>| {
            let statement = words::statement(denial.at, denial.statement);
            let whom = match denial.statement.principals.as_ref()? {
                Selection::Only(these) if covers(these, principal) => String::new(),
                Selection::Only(these) => {
                    let part = these.iter().filter(|one| is_part(one, principal)).map(ToString::to_string);
                    let part: Vec<String> = part.collect();
                    if part.is_empty() {
                        return None;
                    }
                    format!(" {}", words::few(part))
                }
                Selection::AllBut(these) if covers(these, principal) => return None,
                Selection::AllBut(these) => {
                    format!(" all but {}", words::few(these.iter().map(ToString::to_string).collect()))
                }
            };
            let conditions: Vec<String> =
                denial.terms.iter().map(|term| words::condition(term, None)).collect();
            let depends = !conditions.is_empty();
            let if_ = if depends { format!(" if {}", conditions.join(" and ")) } else { String::new() };
            Some((format!("{statement} denies{whom}{if_}"), depends))
        };
        self.0.iter().filter(concerns).filter_map(limit).collect()
    }
}

/// Whether principals include another one for certain.
fn covers(these: &[Principal], principal: &Principal) -> bool {
    these.iter().any(|one| *one == Principal::Anyone || one == principal)
}

/// Whether a principal is a part of another one.
fn is_part(one: &Principal, of: &Principal) -> bool {
    match (of, one) {
        (Principal::Anyone, _) => true,
        (Principal::AwsAccount(account), Principal::AwsArn(arn)) => arn.split(':').nth(4) == Some(account),
        _ => false,
    }
}
