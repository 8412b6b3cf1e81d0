//! Principals and conditions in words. The value of an external id is never among them.

use rolesweep_model::text::{first_few, one_line};
use rolesweep_policy::Statement;
use rolesweep_policy::operator::{Comparison, Kind, Operator, Text, Values};

use super::reach::says_who;
use super::term::{Term, Weak};

/// How many items of a list are named.
const VALUES: usize = 3;
/// How long a name may be, in characters.
const NAME: usize = 120;
/// How long a line may be, in characters.
const LINE: usize = 500;

/// A name that somebody chose: on one line, without hidden characters, and not too long.
pub(super) fn name(text: &str) -> String {
    shortened(&one_line(text), NAME)
}

/// A line of evidence, which has one line and is not too long.
pub(super) fn line(text: &str) -> String {
    shortened(&one_line(text), LINE)
}

fn shortened(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        None => text.to_owned(),
        Some(_) => text.chars().take(longest - 1).chain(['…']).collect(),
    }
}

/// The first few of a list.
pub(super) fn few(all: Vec<String>) -> String {
    let total = all.len();
    first_few(all, VALUES, total)
}

/// A statement by its place, counted from one, and its `Sid`.
pub(super) fn statement(at: usize, statement: &Statement) -> String {
    match &statement.sid {
        Some(sid) if !sid.is_empty() => format!("statement {} \"{}\"", at + 1, name(sid)),
        _ => format!("statement {}", at + 1),
    }
}

/// Why a condition on a key limits nobody, in words.
pub(super) fn weak(term: &Term<'_>, weak: Weak) -> String {
    let key = name(term.written);
    match weak {
        Weak::Absent => {
            let if_exists = term.operator.is_some_and(|operator| operator.if_exists);
            let part = if if_exists { "IfExists" } else { "ForAllValues" };
            format!("does not require {key}: {part} also holds without it")
        }
        Weak::Negated => format!("the condition on {key} only keeps some out"),
        Weak::Other => format!("the condition on {key} does not say what it is"),
    }
}

/// A condition in words: `aws:PrincipalOrgID is o-exampleorgid`.
pub(super) fn condition(term: &Term<'_>, issuer: Option<&str>) -> String {
    let key = name(term.written);
    let Some(operator) = term.operator else {
        return format!("the unknown operator {} on {key} holds", name(term.written_operator));
    };
    let holds = match operator.kind {
        Kind::Null => is(term, "true", "is missing", "is there"),
        Kind::Bool => is(term, "true", "is true", "is false"),
        _ if shows_values(term, issuer) => {
            format!("{} {}", verb(operator), first_few(texts(term), VALUES, term.values.len()))
        }
        // Whatever else is compared may be a secret.
        _ if operator.negated => "does not match".to_owned(),
        _ => "matches".to_owned(),
    };
    let unless = if operator.if_exists || operator.values == Values::All { " or is missing" } else { "" };
    format!("{key} {holds}{unless}")
}

fn texts(term: &Term<'_>) -> impl Iterator<Item = String> {
    term.values.iter().map(|value| value.as_deref().map_or_else(|| "something".to_owned(), name))
}

fn is(term: &Term<'_>, word: &str, yes: &str, no: &str) -> String {
    let is = |value: &&String| value.eq_ignore_ascii_case(word);
    if term.values.iter().flatten().any(|value| is(&value)) { yes } else { no }.to_owned()
}

fn verb(operator: Operator) -> &'static str {
    match (operator.kind, operator.negated) {
        (Kind::Text(Text::Like) | Kind::Arn, false) => "is like",
        (Kind::Text(Text::Like) | Kind::Arn, true) => "is not like",
        (Kind::Address, false) => "is in",
        (Kind::Address, true) => "is not in",
        (Kind::Number(comparison) | Kind::Date(comparison), _) => match comparison {
            Comparison::Equals if operator.negated => "is not",
            Comparison::Equals => "is",
            Comparison::Less => "is below",
            Comparison::LessOrEqual => "is at most",
            Comparison::Greater => "is above",
            Comparison::GreaterOrEqual => "is at least",
        },
        (_, true) => "is not",
        (_, false) => "is",
    }
}

/// Whether the values that a key is compared with may be shown: they are names and addresses, and
/// nobody keeps them secret.
fn shows_values(term: &Term<'_>, issuer: Option<&str>) -> bool {
    const KEYS: [&str; 11] = [
        "aws:currenttime",
        "aws:epochtime",
        "aws:multifactorauthage",
        "aws:principaltype",
        "aws:requestedregion",
        "aws:sourceip",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:tokenissuetime",
        "aws:viaawsservice",
        "aws:vpcsourceip",
    ];
    const CLAIMS: [&str; 12] = [
        "sub",
        "aud",
        "amr",
        "repository",
        "repository_id",
        "repository_owner",
        "repository_owner_id",
        "job_workflow_ref",
        "ref",
        "environment",
        "iss",
        "azp",
    ];
    let key = term.key.as_str();
    let is_claim = |issuer| term.claim_of(issuer).is_some_and(|claim| CLAIMS.contains(&claim));
    says_who(key) || KEYS.contains(&key) || key == "saml:aud" || issuer.is_some_and(is_claim)
}
