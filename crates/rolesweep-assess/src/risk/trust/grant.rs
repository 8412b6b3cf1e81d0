//! What one principal of one allow statement lets in.

use rolesweep_policy::operator::{Kind, Text};
use rolesweep_policy::{Context, Fact, Holds, Principal};

use super::denials::Denials;
use super::home::Home;
use super::level::TrustLevel;
use super::oidc::{self, Tokens};
use super::organization::Standing;
use super::principal::{BY_SESSION, Entrant};
use super::reach::{Reach, never_has, says_who};
use super::term::{Fixed, Term, Weak};
use super::words;
use crate::risk::confidence::Confidence;

/// What one principal of one allow statement lets in.
#[derive(Debug)]
pub(super) struct Grant<'a> {
    pub(super) level: TrustLevel,
    /// Whether all of it is understood. If not, it may let in nobody.
    pub(super) is_certain: bool,
    pub(super) confidence: Confidence,
    /// Whom it lets in, as far as that is told by accounts and organizations.
    pub(super) reaches: Vec<Reach<'a>>,
    pub(super) has_external_id: bool,
    pub(super) is_oidc_open: bool,
    /// Who it is, in words.
    pub(super) who: String,
    /// On what conditions, in words.
    pub(super) how: String,
}

impl<'a> Grant<'a> {
    /// What a principal lets in under conditions, all of which have to hold.
    pub(super) fn new(
        principal: &Principal,
        entrant: Entrant<'a>,
        terms: Vec<Term<'_>>,
        denials: &Denials<'_>,
        actions: &[&str],
        home: &Home<'a>,
    ) -> Self {
        let Entrant { reach, issuer, is_understood, .. } = entrant;
        let context = known(&reach, issuer, actions, &terms);
        if let Some(term) = terms.iter().find(|term| is_never(term, issuer, &context)) {
            let why = format!("never, because {} cannot hold", words::condition(term, issuer));
            return Self::nobody(entrant.who_or_issuer(), &why);
        }
        // What always holds limits nothing.
        let terms: Vec<Term<'_>> =
            terms.into_iter().filter(|term| term.holds(&context) != Holds::Yes).collect();
        let unclear: Vec<&Term<'_>> =
            terms.iter().filter(|term| term.holds(&context) == Holds::Unclear).collect();

        let has_external_id = terms.iter().any(is_external_id);
        let tokens = issuer.map(|issuer| oidc::tokens(issuer, &terms));
        let narrowed = terms.iter().filter_map(|term| Reach::of_term(term, home));
        let level_of = |reaches: &Vec<Reach<'_>>| {
            reaches.iter().map(|reach| reach.level(has_external_id)).max().unwrap_or(TrustLevel::Nobody)
        };
        let reaches = narrowed
            .filter(|_| reach != Reach::Service && reach != Reach::Nobody)
            .chain([vec![reach]])
            .min_by_key(level_of)
            .unwrap_or_default();
        let level = level_of(&reaches).max(tokens.as_ref().map_or(TrustLevel::Nobody, |tokens| tokens.level));

        let limits = denials.limits(principal, actions);
        let depends = limits.iter().any(|(_, depends)| *depends)
            || level == TrustLevel::MembershipUnknown
            || terms.iter().any(|term| !is_counted(term, issuer));
        let confidence = if depends { Confidence::Medium } else { Confidence::High };
        let confidence = tokens.as_ref().map_or(confidence, |tokens| confidence.min(tokens.confidence));

        let mut why: Vec<String> = Vec::new();
        if reach == Reach::Anyone && level == TrustLevel::Public {
            why.extend(terms.iter().filter_map(|term| why_anyone(term, home)));
        }
        why.extend(tokens.as_ref().and_then(|tokens| tokens.why.clone()));
        let mut how = how(&terms, issuer, has_external_id, &why);
        if matches!(principal, Principal::AwsAccount(_) | Principal::AwsArn(_)) {
            how.extend(unknown_outsider(&reaches, has_external_id));
        }
        if issuer.is_some() && is_of_another_account(&reach) {
            // AWS answers `InvalidIdentityToken`: there is no such provider in the role's account.
            how.push("names an OIDC provider of another account: AWS cannot find it there".to_owned());
        }
        how.extend(why);
        how.extend(limits.into_iter().map(|(limit, _)| limit));
        let who = match &tokens {
            Some(Tokens { who, .. }) => who.clone(),
            None => entrant.who,
        };
        Self {
            level,
            is_certain: is_understood && unclear.is_empty(),
            confidence,
            reaches,
            has_external_id,
            is_oidc_open: tokens.is_some_and(|tokens| tokens.is_open),
            who,
            how: how.join("; "),
        }
    }

    /// A principal that is not let in, and why.
    pub(super) fn nobody(who: String, why: &str) -> Self {
        Self {
            level: TrustLevel::Nobody,
            is_certain: true,
            confidence: Confidence::High,
            reaches: Vec::new(),
            has_external_id: false,
            is_oidc_open: false,
            who,
            how: why.to_owned(),
        }
    }
}

/// What is known of every request of a principal.
fn known(reach: &Reach<'_>, issuer: Option<&str>, actions: &[&str], terms: &[Term<'_>]) -> Context {
    let mut context = Context::unknown().with("aws:SecureTransport", Fact::value("true"));
    match reach {
        Reach::Anyone => return context,
        // A session may have the claims of the token that it began with.
        Reach::Account { id, .. } if actions.contains(&BY_SESSION) => {
            context.set("aws:PrincipalAccount", Fact::value(id.to_string()));
            return context;
        }
        _ => {}
    }
    // A token has only the claims of its own issuer. In AWS's own keys, no dot comes before the first
    // colon. Keys with the name of a tag may have more colons.
    for term in terms {
        let is_claim = term.key.split_once(':').is_some_and(|(host, _)| host.contains('.'));
        if is_claim && issuer.is_none_or(|issuer| term.claim_of(issuer).is_none()) {
            context.set(&term.key, Fact::Absent);
        }
    }
    context
}

/// Whether a condition holds for no request.
fn is_never(term: &Term<'_>, issuer: Option<&str>, context: &Context) -> bool {
    let never_has = |value: &Fixed| {
        let never_sends = |issuer| value.has_literal_star && oidc::never_sends(issuer, term, value);
        never_has(&term.key, value) || issuer.is_some_and(never_sends)
    };
    term.holds(context) == Holds::No || term.fixed().is_ok_and(|values| values.iter().all(never_has))
}

/// Whether a condition demands an external id that has to be known.
fn is_external_id(term: &Term<'_>) -> bool {
    let is_text = term.operator.is_some_and(|operator| matches!(operator.kind, Kind::Text(_)));
    let is_exact = term
        .operator
        .is_some_and(|operator| matches!(operator.kind, Kind::Text(Text::Equals | Text::EqualsIgnoreCase)));
    let has_letters = |text: &str| {
        let rest = text.split("${").next().unwrap_or_default();
        if is_exact { !rest.is_empty() } else { rest.contains(|c| c != '*' && c != '?') }
    };
    term.key == "sts:externalid"
        && is_text
        // An external id may contain any character, so that no value is left out here.
        && term.operator.is_some_and(|operator| !operator.negated && !operator.if_exists)
        && term.fixed().is_ok()
        && !term.values.is_empty()
        && term.values.iter().all(|value| value.as_deref().is_some_and(has_letters))
}

/// Whether the level already says what a condition does.
fn is_counted(term: &Term<'_>, issuer: Option<&str>) -> bool {
    says_who(&term.key)
        || is_external_id(term)
        || issuer.is_some_and(|issuer| term.claim_of(issuer).is_some())
}

/// The conditions in words.
fn how(terms: &[Term<'_>], issuer: Option<&str>, has_external_id: bool, why: &[String]) -> Vec<String> {
    let mut how = Vec::new();
    if has_external_id {
        how.push("with sts:ExternalId".to_owned());
    }
    // A condition that holds without its key is said once.
    let is_said =
        |term: &Term<'_>| term.fixed() == Err(Weak::Absent) && why.contains(&words::weak(term, Weak::Absent));
    let others = terms.iter().filter(|term| !is_external_id(term) && !is_said(term));
    let others: Vec<String> = others.map(|term| words::condition(term, issuer)).collect();
    if !others.is_empty() {
        how.push(format!("only if {}", others.join(" and ")));
    }
    how
}

/// What is missing to know and to limit an account outside the organization, in words.
fn unknown_outsider(reaches: &[Reach<'_>], has_external_id: bool) -> Option<String> {
    let is_unknown = |reach: &Reach<'_>| matches!(reach, Reach::Account { standing: Standing::Outside, .. });
    let mut missing = Vec::new();
    if !has_external_id && reaches.iter().any(Reach::is_outside) {
        missing.push("no external id");
    }
    if reaches.iter().any(is_unknown) {
        missing.push("vendor not known");
    }
    (!missing.is_empty()).then(|| missing.join(", "))
}

fn is_of_another_account(reach: &Reach<'_>) -> bool {
    matches!(reach, Reach::Account { standing, .. } if !matches!(standing, Standing::Own))
}

/// Why a condition on who sends the request still lets in anyone.
fn why_anyone(term: &Term<'_>, home: &Home<'_>) -> Option<String> {
    if !says_who(&term.key) || term.operator.is_none() {
        return None;
    }
    match term.fixed() {
        Err(weak) => Some(words::weak(term, weak)),
        Ok(values) => {
            let reaches = Reach::of_term(term, home)?;
            let possible = values.iter().filter(|value| !never_has(&term.key, value));
            let (value, _) = possible.zip(reaches).find(|(_, reach)| *reach == Reach::Anyone)?;
            Some(format!("`{}` fits anyone", words::name(&value.text)))
        }
    }
}
