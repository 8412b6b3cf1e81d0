//! The OUs that threshold rules and exemptions name.

use std::borrow::Cow;

use rolesweep_model::{OuTree, ParentId};

use crate::disposition_reason::one_line;
use crate::parameters::Parameters;

/// An OU that a threshold rule or an exemption names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedOu<'a> {
    /// What names it, such as ``the threshold rule `ci` ``.
    pub by: String,
    /// The OU: an id, or a path of names.
    pub ou: &'a str,
}

fn named_ous(parameters: &Parameters) -> impl Iterator<Item = NamedOu<'_>> {
    let rules =
        parameters.rules.iter().map(|rule| ("threshold rule", Cow::Borrowed(rule.name.as_str()), &rule.ous));
    let exemptions = parameters
        .exemptions
        .iter()
        .map(|exemption| ("exemption", Cow::Owned(one_line(&exemption.id)), &exemption.roles.ous));
    rules.chain(exemptions).flat_map(|(kind, name, ous)| {
        ous.iter().map(move |ou| NamedOu { by: format!("the {kind} `{name}`"), ou })
    })
}

/// The first path that matches more than one OU, and the ids of the OUs.
#[must_use]
pub fn ambiguous_ou<'a>(parameters: &'a Parameters, tree: &OuTree) -> Option<(NamedOu<'a>, Vec<ParentId>)> {
    named_ous(parameters)
        .map(|named| {
            let ids = tree.find(named.ou);
            (named, ids)
        })
        .find(|(_, ids)| ids.len() > 1)
}

/// The OUs that the organization does not have. None if no OU of the organization is known.
pub fn unknown_ous<'a>(parameters: &'a Parameters, tree: &OuTree) -> impl Iterator<Item = NamedOu<'a>> {
    named_ous(parameters)
        .filter(|named| !tree.is_empty() && !tree.find(named.ou).iter().any(|id| tree.contains(id)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{exemption, parameters, twins};
    use crate::role_match::RoleMatch;
    use crate::threshold_rule::ThresholdRule;

    #[test]
    fn ous_that_are_not_there_and_paths_that_fit_two_are_found() {
        let id = |text: &str| text.parse::<ParentId>().unwrap();
        let tree = twins();
        let rule = |(name, ou): (&str, &str)| ThresholdRule {
            name: name.to_owned(),
            ous: vec![ou.to_owned()],
            ..ThresholdRule::default()
        };
        let mut parameters = parameters();
        parameters.rules = [
            ("all", "/"),
            ("prod", "/Prod"),
            ("by-id", "ou-abcd-twin0000"),
            ("typo", "/Prd"),
            ("gone", "ou-abcd-gone0000"),
        ]
        .map(rule)
        .into();
        let exempt = |id: &str, ou: &str| {
            let roles = RoleMatch { ous: vec![ou.to_owned()], ..RoleMatch::default() };
            exemption(id, roles, "2030-01-01T00:00:00Z")
        };
        parameters.exemptions = vec![exempt("old", "/Old")];
        assert_eq!(ambiguous_ou(&parameters, &tree), None);
        let unknown = [
            ("the threshold rule `typo`", "/Prd"),
            ("the threshold rule `gone`", "ou-abcd-gone0000"),
            ("the exemption `old`", "/Old"),
        ]
        .map(|(by, ou)| NamedOu { by: by.to_owned(), ou });
        assert!(unknown_ous(&parameters, &tree).eq(unknown));
        assert_eq!(unknown_ous(&parameters, &OuTree::default()).count(), 0, "nothing is known");
        let twins = vec![id("ou-abcd-twin0000"), id("ou-abcd-twin0001")];
        parameters.exemptions.push(exempt("twin", "/Twin"));
        let named = NamedOu { by: "the exemption `twin`".to_owned(), ou: "/Twin" };
        assert_eq!(ambiguous_ou(&parameters, &tree), Some((named, twins.clone())));
        parameters.rules.push(rule(("twin", "/Twin")));
        let named = NamedOu { by: "the threshold rule `twin`".to_owned(), ou: "/Twin" };
        assert_eq!(ambiguous_ou(&parameters, &tree), Some((named, twins)));
    }
}
