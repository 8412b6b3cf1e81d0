//! Takes the widest that a trust policy lets in.

use std::collections::BTreeMap;

use rolesweep_policy::{Effect, Policy, Principal, Selection, Statement};

use super::denials::Denials;
use super::external::ExternalAccount;
use super::grant::Grant;
use super::home::Home;
use super::level::TrustLevel;
use super::principal::Entrant;
use super::reach::Reach;
use super::rules;
use super::term::Term;
use super::verdict::Trust;
use super::words;
use crate::risk::confidence::Confidence;

/// The most lines of evidence.
const LINES: usize = 12;

/// Who could take over a role with this trust policy, which is JSON text as in the facts.
#[must_use]
pub fn judge(document: &str, home: &Home<'_>) -> Trust {
    let Ok(policy) = Policy::parse(document) else { return not_understood() };
    let anyone = [Principal::Anyone];
    let denials = Denials::of(&policy);
    let mut grants = Vec::new();
    for (at, statement) in policy.statements.iter().enumerate() {
        if statement.effect == Effect::Deny {
            continue;
        }
        let (principals, except): (&[Principal], &[Principal]) = match &statement.principals {
            Some(Selection::Only(these)) => (these, &[]),
            // It excludes a few principals and means all others.
            Some(Selection::AllBut(these)) => (&anyone, these),
            None => continue,
        };
        for principal in principals {
            let mut entrant = Entrant::new(principal, home);
            if !except.is_empty() {
                let except = words::few(except.iter().map(ToString::to_string).collect());
                entrant.who = format!("anyone except {except}");
            }
            if let Some(grant) = grant(statement, policy.version, principal, entrant, &denials, home) {
                grants.push((at, statement, grant));
            }
        }
    }
    verdict(&grants)
}

/// What a principal of a statement lets in. None if the statement is not about assuming the role.
fn grant<'a>(
    statement: &Statement,
    version: rolesweep_policy::Version,
    principal: &Principal,
    entrant: Entrant<'a>,
    denials: &Denials<'_>,
    home: &Home<'a>,
) -> Option<Grant<'a>> {
    let actions: Vec<&str> =
        entrant.actions.iter().copied().filter(|action| statement.is_about(action)).collect();
    if actions.is_empty() {
        return None;
    }
    let (actions, takers) = denials.kept(principal, actions);
    if actions.is_empty() {
        let why = format!("denied by {}", takers.join(" and "));
        return Some(Grant::nobody(entrant.who_or_issuer(), &why));
    }
    if entrant.reach == Reach::Nobody {
        return Some(Grant::nobody(entrant.who, ""));
    }
    Some(Grant::new(principal, entrant, Term::all(statement, version), denials, &actions, home))
}

/// What follows if the document is not an IAM policy.
fn not_understood() -> Trust {
    Trust {
        level: TrustLevel::Nobody,
        at_most: TrustLevel::Public,
        codes: vec![rules::UNKNOWN],
        evidence: vec!["the trust policy is missing, or is not understood as an IAM policy".to_owned()],
        external_accounts: Vec::new(),
        outside_without_external_id: false,
        confidence: Confidence::Low,
    }
}

fn verdict(grants: &[(usize, &Statement, Grant<'_>)]) -> Trust {
    let all = || grants.iter().map(|(_, _, grant)| grant);
    let certain = || all().filter(|grant| grant.is_certain);
    let level = certain().map(|grant| grant.level).max().unwrap_or(TrustLevel::Nobody);
    let at_most = all().map(|grant| grant.level).max().unwrap_or(TrustLevel::Nobody);
    let confidence = certain().filter(|grant| grant.level == level).map(|grant| grant.confidence).max();
    let mut external_accounts: Vec<ExternalAccount> = all().flat_map(outside).collect();
    external_accounts.sort_by_key(|account| account.id);
    external_accounts.dedup_by_key(|account| account.id);
    Trust {
        level,
        at_most,
        codes: codes(level, at_most, certain()),
        evidence: evidence(grants),
        external_accounts,
        outside_without_external_id: certain()
            .any(|grant| !grant.has_external_id && grant.reaches.iter().any(Reach::is_outside)),
        confidence: if at_most > level { Confidence::Low } else { confidence.unwrap_or(Confidence::High) },
    }
}

fn outside(grant: &Grant<'_>) -> Vec<ExternalAccount> {
    let account = |reach: &Reach<'_>| match reach {
        Reach::Account { id, standing, .. } => ExternalAccount::new(*id, *standing),
        _ => None,
    };
    grant.reaches.iter().filter_map(account).collect()
}

/// The codes of all levels that are let in, the widest first.
fn codes<'a, 'g: 'a>(
    level: TrustLevel,
    at_most: TrustLevel,
    certain: impl Iterator<Item = &'a Grant<'g>>,
) -> Vec<&'static str> {
    let certain: Vec<&Grant<'_>> = certain.collect();
    let mut codes = Vec::new();
    if at_most > level {
        codes.push(rules::UNKNOWN);
    }
    for level in TrustLevel::ALL {
        let is_let_in = certain.iter().any(|grant| grant.level == level);
        let is_nobody = level == TrustLevel::Nobody && codes.is_empty();
        if is_nobody || (is_let_in && level != TrustLevel::Nobody) {
            codes.push(rules::code(level));
        }
    }
    if certain.iter().any(|grant| grant.is_oidc_open) {
        codes.push(rules::OIDC_OPEN);
    }
    codes
}

/// One line for the principals of a statement that are let in alike, the widest first.
fn evidence(grants: &[(usize, &Statement, Grant<'_>)]) -> Vec<String> {
    let mut groups: BTreeMap<_, (&Statement, Vec<String>)> = BTreeMap::new();
    for (at, statement, grant) in grants {
        let key = (std::cmp::Reverse(grant.level), *at, grant.is_certain, grant.how.as_str());
        let (_, who) = groups.entry(key).or_insert_with(|| (*statement, Vec::new()));
        // An account has two spellings.
        if !who.contains(&grant.who) {
            who.push(grant.who.clone());
        }
    }
    if groups.is_empty() {
        return vec!["no statement lets anyone assume the role".to_owned()];
    }
    let total = groups.len();
    let line = |((level, at, is_certain, how), (statement, who)): (_, (&Statement, Vec<String>))| {
        let (std::cmp::Reverse(level), who): (std::cmp::Reverse<TrustLevel>, _) = (level, words::few(who));
        let verb = match (level, is_certain) {
            (TrustLevel::Nobody, _) => "names",
            (_, true) => "trusts",
            (_, false) => "perhaps trusts",
        };
        let how: &str = how;
        let how = if how.is_empty() { String::new() } else { format!("; {how}") };
        words::line(&format!("{verb} {who}{how} ({})", words::statement(at, statement)))
    };
    let mut lines: Vec<String> = groups.into_iter().take(LINES).map(line).collect();
    if total > LINES {
        lines.push(format!("and {} more", total - LINES));
    }
    lines
}
