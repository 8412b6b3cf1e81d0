//! Whom a principal lets in before any condition, and how it would assume the role.

use rolesweep_model::AccountId;
use rolesweep_policy::Principal;

use super::external::ExternalAccount;
use super::home::Home;
use super::organization::Standing;
use super::reach::Reach;
use super::words;

/// What a trust policy has to allow for a role to be assumed: by principals of AWS, through a SAML
/// provider, and through an OIDC provider.
pub(super) const ASSUMING: [&str; 3] =
    ["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"];

/// How principals of AWS assume a role.
pub(super) const BY_SESSION: &str = ASSUMING[0];

/// A principal of a statement.
#[derive(Debug)]
pub(super) struct Entrant<'a> {
    /// The actions by which it could assume the role.
    pub(super) actions: &'static [&'static str],
    pub(super) reach: Reach<'a>,
    /// Who it is, in words.
    pub(super) who: String,
    /// The issuer of its tokens, without `https://`, if it is an OIDC provider.
    pub(super) issuer: Option<&'a str>,
    /// Whether it is understood. If not, it may be anyone.
    pub(super) is_understood: bool,
}

impl<'a> Entrant<'a> {
    pub(super) fn new(principal: &'a Principal, home: &Home<'a>) -> Self {
        let by_role =
            |reach, who| Self { actions: &ASSUMING[..1], reach, who, issuer: None, is_understood: true };
        let not_understood = |text: &str| Self {
            is_understood: false,
            ..by_role(Reach::Anyone, format!("`{}`, which is not understood", words::name(text)))
        };
        match principal {
            Principal::Anyone => Self { actions: &ASSUMING, ..by_role(Reach::Anyone, "anyone".to_owned()) },
            Principal::AwsAccount(id) => match id.parse() {
                Ok(id) => {
                    let reach = Reach::account(home, None, id, false);
                    by_role(reach, account(&reach))
                }
                Err(_) => not_understood(id),
            },
            Principal::AwsArn(arn) => match in_account(arn) {
                Some((partition, id, resource)) => {
                    let reach = Reach::account(home, Some(partition), id, !resource.contains('*'));
                    by_role(reach, format!("{} of {}", words::name(resource), account(&reach)))
                }
                None => not_understood(arn),
            },
            Principal::UniqueId(id) => {
                by_role(Reach::Nobody, format!("the deleted principal {}", words::name(id)))
            }
            Principal::AwsOther(text) => not_understood(text),
            Principal::Service(name) if name.contains(['*', '?']) => not_understood(name),
            Principal::Service(name) => by_role(Reach::Service, format!("the service {}", words::name(name))),
            Principal::CanonicalUser(_) => {
                by_role(Reach::Nobody, "a canonical user, which cannot assume roles".to_owned())
            }
            Principal::Federated(provider) => Self::federated(provider, home),
        }
    }

    /// Who it is, in words, also if only its conditions would say more.
    pub(super) fn who_or_issuer(&self) -> String {
        match self.issuer {
            Some(issuer) => format!("the OIDC provider {}", words::name(issuer)),
            None => self.who.clone(),
        }
    }

    fn federated(provider: &'a str, home: &Home<'a>) -> Self {
        let by_tokens = |reach, who, issuer| Self {
            actions: &ASSUMING[2..],
            reach,
            who,
            issuer: Some(issuer),
            is_understood: true,
        };
        let not_understood = || Self {
            actions: &ASSUMING[1..],
            reach: Reach::Anyone,
            who: format!("`{}`, which is not understood", words::name(provider)),
            issuer: None,
            is_understood: false,
        };
        if provider.contains(['*', '?']) {
            return not_understood();
        }
        let Some((partition, id, resource)) = in_account(provider) else {
            return match provider.starts_with("arn:") {
                true => not_understood(),
                // A provider that everybody has, such as `accounts.google.com`.
                false => by_tokens(Reach::Service, String::new(), provider),
            };
        };
        let reach = Reach::account(home, Some(partition), id, false);
        match resource.split_once('/') {
            Some(("oidc-provider", issuer)) => by_tokens(reach, String::new(), issuer),
            Some(("saml-provider", name)) => Self {
                actions: &ASSUMING[1..2],
                reach,
                who: format!("the SAML provider {} of {}", words::name(name), account(&reach)),
                issuer: None,
                is_understood: true,
            },
            _ => not_understood(),
        }
    }
}

/// The partition, the account and the resource of an ARN.
fn in_account(arn: &str) -> Option<(&str, AccountId, &str)> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, _, _, account, resource] = parts[..] else { return None };
    Some((partition, account.parse().ok()?, resource))
}

/// An account in words.
fn account(reach: &Reach<'_>) -> String {
    let Reach::Account { id, standing, .. } = reach else { return String::new() };
    match standing {
        Standing::Own => "its own account".to_owned(),
        Standing::Management => format!("the organization's management account {id}"),
        Standing::Member => format!("account {id} of the organization"),
        Standing::MembershipUnknown => {
            format!("account {id}, of which nobody knows whether it is in the organization")
        }
        _ => {
            let known = ExternalAccount::new(*id, *standing).map(|known| known.to_string());
            format!("account {} outside the organization", known.unwrap_or_default())
        }
    }
}
