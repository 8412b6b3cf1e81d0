//! Which roles an exemption is for.

use std::fmt::{self, Display};

use rolesweep_model::{Account, AccountId, OuTree, Role, RoleArn, RoleId};
use serde::Serialize;

use crate::name_pattern::name_matches;
use crate::place::Place;
use crate::risk::trust::TrustLevel;
use crate::threshold_rule::{can_judge_ous, is_below, is_in_ou};

/// Selects roles. Every field that is given has to hold, and of a list one item. Without a field
/// other than `trust_at_most`, it selects nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RoleMatch {
    /// The role with this unique id: a role that is created again under the old name has another.
    pub role_id: Option<RoleId>,
    /// The role with this ARN.
    pub role_arn: Option<RoleArn>,
    /// Roles with one of these names, in which `*` stands for any characters and `?` for one.
    pub role_names: Vec<String>,
    /// Roles whose path is one of these or below it.
    pub paths: Vec<String>,
    /// Roles in one of these accounts.
    pub accounts: Vec<AccountId>,
    /// Roles in accounts below one of these: the id of a root or an OU, or a path of names. An
    /// account that AWS did not place in the organization is below none.
    pub ous: Vec<String>,
    /// Roles that nobody from further away can take over, as far as their trust policy is
    /// understood.
    pub trust_at_most: Option<TrustLevel>,
}

impl From<RoleId> for RoleMatch {
    fn from(id: RoleId) -> Self {
        Self { role_id: Some(id), ..Self::default() }
    }
}

impl From<RoleArn> for RoleMatch {
    fn from(arn: RoleArn) -> Self {
        Self { role_arn: Some(arn), ..Self::default() }
    }
}

impl RoleMatch {
    /// The id or the ARN by which its role can be found. `None` if it names no role, or if the
    /// role's place matters, too. The two never look alike: an ARN has colons, and an id has none.
    pub(crate) fn key(&self) -> Option<&str> {
        let arn = self.role_arn.as_ref().map(RoleArn::as_str);
        let key = self.role_id.as_ref().map(RoleId::as_str).or(arn);
        key.filter(|_| self.accounts.is_empty() && self.ous.is_empty())
    }

    /// Whether it can match roles in this place.
    pub(crate) fn reaches(&self, place: &Place<'_>) -> bool {
        (self.accounts.is_empty() || self.accounts.contains(&place.account.id))
            && (self.ous.is_empty() || self.ous.iter().any(|ou| is_in_ou(place, ou)))
    }

    /// Whether the known facts say if it reaches an account.
    #[must_use]
    pub fn can_judge(&self, account: &Account, tree: &OuTree) -> bool {
        can_judge_ous(&self.accounts, &self.ous, account, tree)
    }

    /// Whether the fields about the role itself hold. The trust policy is read, by `widest`, only if
    /// all else holds.
    pub(crate) fn takes<S: AsRef<str>>(
        &self,
        role: &Role<S>,
        widest: &mut dyn FnMut() -> TrustLevel,
    ) -> bool {
        let selects = self.role_id.is_some()
            || self.role_arn.is_some()
            || [&self.role_names, &self.paths, &self.ous].iter().any(|list| !list.is_empty())
            || !self.accounts.is_empty();
        selects
            && self.role_id.as_ref().is_none_or(|id| id.as_str() == role.role_id.as_str())
            && self.role_arn.as_ref().is_none_or(|arn| arn.as_str() == role.arn.as_str())
            && (self.role_names.is_empty()
                || self.role_names.iter().any(|pattern| name_matches(pattern, role.arn.name())))
            && (self.paths.is_empty() || self.paths.iter().any(|path| is_below(role.arn.path(), path)))
            && self.trust_at_most.is_none_or(|most| widest() <= most)
    }
}

/// How many items of a list are shown.
const SHOWN: usize = 3;

impl Display for RoleMatch {
    /// The ARN or the id alone if there is nothing else; otherwise the fields as the configuration
    /// names them. Long lists are cut, unless the alternate form (`{:#}`) is wanted.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn list<T: Display>(items: &[T], shown: usize) -> Option<String> {
            let more = items.len().saturating_sub(shown);
            let first: Vec<String> = items.iter().take(shown).map(T::to_string).collect();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            (!items.is_empty()).then(|| first.join(" or ") + &more)
        }
        let shown = if f.alternate() { usize::MAX } else { SHOWN };
        let fields = [
            ("role_id", self.role_id.as_ref().map(RoleId::to_string)),
            ("role_arn", self.role_arn.as_ref().map(RoleArn::to_string)),
            ("role_name", list(&self.role_names, shown)),
            ("path", list(&self.paths, shown)),
            ("account", list(&self.accounts, shown)),
            ("ou", list(&self.ous, shown)),
            ("trust_at_most", self.trust_at_most.as_ref().map(TrustLevel::to_string)),
        ];
        let given: Vec<(&str, String)> =
            fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        match given.as_slice() {
            [("role_id" | "role_arn", value)] => f.pad(value),
            fields => {
                let fields: Vec<String> =
                    fields.iter().map(|(name, value)| format!("{name} {value}")).collect();
                f.pad(&fields.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rolesweep_model::ParentPath;

    use super::*;
    use crate::fixture::role;

    const ACCOUNT: &str = "123456789012";

    fn matches(selected: &RoleMatch, role: &Role, trust: TrustLevel) -> bool {
        let mut account = Account::named(ACCOUNT.parse().unwrap());
        account.parents =
            Some(ParentPath(vec!["r-abcd".parse().unwrap(), "ou-abcd-11111111".parse().unwrap()]));
        let place = Place { account: &account, ou_path: Some("/Workloads") };
        selected.reaches(&place) && selected.takes(role, &mut || trust)
    }

    #[test]
    fn every_field_that_is_given_has_to_hold() {
        let role = role("/ci/", "deploy-eu");
        let all = RoleMatch {
            role_id: Some(role.role_id.clone()),
            role_arn: Some(role.arn.clone()),
            role_names: vec!["other".to_owned(), "deploy-*".to_owned()],
            paths: vec!["/ci/".to_owned()],
            accounts: vec![ACCOUNT.parse().unwrap()],
            ous: vec!["/Workloads".to_owned()],
            trust_at_most: Some(TrustLevel::Org),
        };
        assert!(matches(&all, &role, TrustLevel::Org));
        assert!(!matches(&all, &role, TrustLevel::MembershipUnknown), "somebody outside, perhaps");
        for changed in [
            RoleMatch { role_id: Some("AROAANOTHERROLEEXAMPLE".parse().unwrap()), ..all.clone() },
            RoleMatch {
                role_arn: Some(format!("arn:aws:iam::{ACCOUNT}:role/x").parse().unwrap()),
                ..all.clone()
            },
            RoleMatch { role_names: vec!["deploy".to_owned()], ..all.clone() },
            RoleMatch { paths: vec!["/cd/".to_owned()], ..all.clone() },
            RoleMatch { accounts: vec!["000000000001".parse().unwrap()], ..all.clone() },
            RoleMatch { ous: vec!["ou-abcd-22222222".to_owned()], ..all.clone() },
        ] {
            assert!(!matches(&changed, &role, TrustLevel::Nobody), "{changed:?}");
        }
    }

    #[test]
    fn a_match_that_names_nothing_but_a_trust_level_matches_nothing() {
        for trust_at_most in [None, Some(TrustLevel::ExternalOpen)] {
            let selected = RoleMatch { trust_at_most, ..RoleMatch::default() };
            assert!(!matches(&selected, &role("/", "app"), TrustLevel::Nobody));
        }
        let selected = RoleMatch { accounts: vec![ACCOUNT.parse().unwrap()], ..RoleMatch::default() };
        assert!(matches(&selected, &role("/", "app"), TrustLevel::Public));
    }

    #[test]
    fn the_trust_policy_is_read_only_if_all_else_holds() {
        let selected = RoleMatch {
            role_names: vec!["app".to_owned()],
            trust_at_most: Some(TrustLevel::Org),
            ..RoleMatch::default()
        };
        assert!(!selected.takes(&role("/", "other"), &mut || panic!("it was read")));
        let by_name = RoleMatch { trust_at_most: None, ..selected };
        assert!(by_name.takes(&role("/", "app"), &mut || panic!("it was read")));
    }

    #[test]
    fn a_match_is_written_as_its_fields() {
        let arn: RoleArn = format!("arn:aws:iam::{ACCOUNT}:role/app").parse().unwrap();
        assert_eq!(RoleMatch::from(arn.clone()).to_string(), arn.as_str());
        let selected = RoleMatch {
            role_names: vec!["a".to_owned(), "b*".to_owned()],
            accounts: (1..=5).map(|number| format!("{number:012}").parse().unwrap()).collect(),
            trust_at_most: Some(TrustLevel::Org),
            ..RoleMatch::default()
        };
        assert_eq!(
            selected.to_string(),
            "role_name a or b*, account 000000000001 or 000000000002 or 000000000003 and 2 more, trust_at_most org"
        );
        assert!(format!("{selected:#}").contains("000000000004 or 000000000005, trust_at_most org"));
    }
}
