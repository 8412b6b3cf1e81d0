//! Whom a principal or a condition lets in.

use rolesweep_model::AccountId;

use super::home::Home;
use super::level::TrustLevel;
use super::organization::Standing;
use super::term::{Fixed, Term};

/// Whom a principal or a condition lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach<'a> {
    Anyone,
    /// The organization that the role is in.
    OurOrganization,
    AnotherOrganization,
    /// An organization, while nobody knows which one the role is in.
    SomeOrganization,
    Account {
        id: AccountId,
        standing: Standing<'a>,
        /// Whether it is limited to some of the account's roles or users.
        is_narrow: bool,
    },
    /// One user, role or resource of an account that is not named.
    One,
    /// An AWS service.
    Service,
    /// Nobody.
    Nobody,
}

impl<'a> Reach<'a> {
    pub(super) fn account(home: &Home<'a>, partition: Option<&str>, id: AccountId, is_narrow: bool) -> Self {
        // The accounts of another partition are others, even if their ids look the same.
        let standing = match partition {
            Some(partition) if partition != home.partition => Standing::Outside,
            _ => home.organization.standing(home.account, &id),
        };
        Self::Account { id, standing, is_narrow }
    }

    pub(super) fn level(&self, has_external_id: bool) -> TrustLevel {
        match self {
            Self::Anyone => TrustLevel::Public,
            Self::OurOrganization => TrustLevel::Org,
            Self::AnotherOrganization if has_external_id => TrustLevel::ExternalBound,
            Self::AnotherOrganization => TrustLevel::ExternalOpen,
            Self::SomeOrganization => TrustLevel::MembershipUnknown,
            Self::One => TrustLevel::ExternalBound,
            Self::Service => TrustLevel::Local,
            Self::Nobody => TrustLevel::Nobody,
            Self::Account { standing, is_narrow, .. } => match standing {
                Standing::Own => TrustLevel::Local,
                Standing::Management | Standing::Member | Standing::Ours(_) => TrustLevel::Org,
                Standing::MembershipUnknown => TrustLevel::MembershipUnknown,
                Standing::DeclaredVendor(_) => TrustLevel::ExternalBound,
                Standing::Listed(listed) if listed.source.is_some() => TrustLevel::ExternalBound,
                Standing::Former | Standing::Listed(_) | Standing::Outside => {
                    if *is_narrow || has_external_id {
                        TrustLevel::ExternalBound
                    } else {
                        TrustLevel::ExternalOpen
                    }
                }
            },
        }
    }

    /// Whether it is certainly outside the organization, and not anyone at all.
    pub(super) fn is_outside(&self) -> bool {
        match self {
            Self::AnotherOrganization | Self::One => true,
            Self::Account { standing, .. } => matches!(
                standing,
                Standing::DeclaredVendor(_) | Standing::Former | Standing::Listed(_) | Standing::Outside
            ),
            Self::Anyone | Self::OurOrganization | Self::SomeOrganization | Self::Service | Self::Nobody => {
                false
            }
        }
    }

    /// Whom the values of a condition let in, if its key says who sends the request. A value that
    /// fits strangers lets anyone in.
    pub(super) fn of_term(term: &Term<'_>, home: &Home<'a>) -> Option<Vec<Self>> {
        let read = reader(&term.key)?;
        let values = term.fixed().ok()?.into_iter().filter(|value| !never_has(&term.key, value));
        Some(values.map(|value| read(&value, home)).collect())
    }
}

type Reader = for<'a> fn(&Fixed, &Home<'a>) -> Reach<'a>;

/// How a value of a key is read, if the key says who sends the request.
fn reader(key: &str) -> Option<Reader> {
    Some(match key {
        "aws:principalorgid" | "aws:sourceorgid" => organization,
        "aws:principalorgpaths" | "aws:sourceorgpaths" => organization_path,
        "aws:principalaccount" | "aws:sourceaccount" => account,
        "aws:principalarn" | "aws:sourcearn" => arn,
        "aws:userid" => user_id,
        "aws:resourceorgid" => |value, _| same(value, "${aws:principalorgid}", Reach::OurOrganization),
        "aws:resourceaccount" => |value, home| same(value, "${aws:principalaccount}", own_account(home)),
        _ => return None,
    })
}

/// Whether a key says who sends the request.
pub(super) fn says_who(key: &str) -> bool {
    reader(key).is_some()
}

/// Whether a key that says who sends the request never has a value, because of its star. The paths of
/// roles and the names of some resources may have one.
pub(super) fn never_has(key: &str, value: &Fixed) -> bool {
    let star = value.text.rfind(['*', '?']).filter(|_| value.has_literal_star);
    let is_allowed = |star: usize| match key {
        "aws:principalarn" => value.text[star..].contains('/') && is_in_resource(&value.text, star),
        "aws:sourcearn" => is_in_resource(&value.text, star),
        _ => false,
    };
    says_who(key) && star.is_some_and(|star| !is_allowed(star))
}

/// Whether the first star of an ARN whose last one is here is in its last part.
fn is_in_resource(arn: &str, last: usize) -> bool {
    let first = arn.find(['*', '?']).unwrap_or(last);
    arn[..first].matches(':').count() >= 5
}

fn own_account<'a>(home: &Home<'a>) -> Reach<'a> {
    Reach::account(home, None, *home.account, false)
}

fn same<'a>(value: &Fixed, variable: &str, then: Reach<'a>) -> Reach<'a> {
    if value.text.eq_ignore_ascii_case(variable) { then } else { Reach::Anyone }
}

fn organization<'a>(value: &Fixed, home: &Home<'a>) -> Reach<'a> {
    if !value.is_exact() {
        return same(value, "${aws:resourceorgid}", Reach::OurOrganization);
    }
    named_organization(&value.text, home)
}

fn organization_path<'a>(value: &Fixed, home: &Home<'a>) -> Reach<'a> {
    match value.literal().split_once('/') {
        Some((id, _)) => named_organization(id, home),
        None if value.is_exact() => named_organization(&value.text, home),
        None => Reach::Anyone,
    }
}

fn named_organization<'a>(id: &str, home: &Home<'a>) -> Reach<'a> {
    match home.organization.id {
        Some(ours) if ours.as_str().eq_ignore_ascii_case(id) => Reach::OurOrganization,
        Some(_) => Reach::AnotherOrganization,
        None => Reach::SomeOrganization,
    }
}

fn account<'a>(value: &Fixed, home: &Home<'a>) -> Reach<'a> {
    if !value.is_exact() {
        return same(value, "${aws:resourceaccount}", own_account(home));
    }
    match value.text.parse() {
        Ok(id) => Reach::account(home, None, id, false),
        // Nobody has another id.
        Err(_) => Reach::Nobody,
    }
}

fn arn<'a>(value: &Fixed, home: &Home<'a>) -> Reach<'a> {
    // A star of `StringLike` also matches colons, and a path may contain colons. So the account is
    // fixed only if everything before it is.
    // A variable may stand for several parts.
    let known = value.text.split("${").next().unwrap_or_default();
    let fixed = if value.is_arn { known } else { value.literal() };
    let parts: Vec<&str> = fixed.splitn(6, ':').collect();
    let [_, partition, service, _, account, resource] = parts[..] else { return Reach::Anyone };
    let resource = match value.has_literal_star {
        true => resource,
        false => resource.split(['*', '?']).next().unwrap_or_default(),
    };
    let is_narrow = !["role/", "user/", "assumed-role/", "federated-user/"]
        .iter()
        .any(|every| every.starts_with(resource));
    match account.parse() {
        Ok(id) => {
            let partition = (!partition.contains(['*', '?', '$'])).then_some(partition);
            Reach::account(home, partition, id, is_narrow)
        }
        // Buckets and a few others have no account in their ARN.
        Err(_) if account.is_empty() && service != "iam" && !service.contains('*') && is_narrow => Reach::One,
        Err(_) => Reach::Anyone,
    }
}

/// The unique id of a user or a role, whose account nobody can tell. The root of an account has the
/// account's id.
fn user_id<'a>(value: &Fixed, home: &Home<'a>) -> Reach<'a> {
    let id = value.literal().split(':').next().unwrap_or_default();
    let is_whole = value.is_exact() || id.len() < value.literal().len() || id.len() >= 20;
    let is_unique_id = (16..=128).contains(&id.len())
        && id.starts_with('A')
        && id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    match id.parse() {
        Ok(account) if value.is_exact() => Reach::account(home, None, account, true),
        _ if is_unique_id && is_whole => Reach::One,
        _ => Reach::Anyone,
    }
}
