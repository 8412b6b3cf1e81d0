//! Resources that nobody named, to ask whether a policy allows an action everywhere.

use super::action::Action;

/// A place and a name for resources that do not exist.
#[derive(Debug, Clone, Copy)]
pub struct Unnamed<'a> {
    /// Such as `aws`.
    pub partition: &'a str,
    /// Such as `us-east-1`.
    pub region: &'a str,
    /// The 12 digits.
    pub account: &'a str,
    /// A name that no policy has, and that is an ARN's part: letters, digits and hyphens.
    pub name: &'a str,
}

impl Action {
    /// The ARNs of resources that the action acts on, as they would be in that place. The action
    /// needs them all: a policy allows it there only if it allows it on each. `*` alone if the action
    /// takes no resource.
    ///
    /// A service that has more than one kind of resource for the action, and needs none of them in
    /// particular, is asked about the first: an object in a bucket rather than one behind an access
    /// point.
    #[must_use]
    pub fn resources(self, place: &Unnamed<'_>) -> Vec<String> {
        let mut arns: Vec<String> = self.entry().arns().map(|arn| place.fill(arn)).collect();
        if arns.is_empty() {
            arns.push("*".to_owned());
        }
        arns
    }
}

impl Unnamed<'_> {
    fn fill(&self, arn: &str) -> String {
        let mut filled = String::with_capacity(arn.len() + 40);
        let mut parts = arn.split('<');
        filled.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let (placeholder, rest) = part.split_once('>').unwrap_or(("", part));
            filled.push_str(match placeholder {
                "p" => self.partition,
                "r" => self.region,
                "a" => self.account,
                _ => self.name,
            });
            filled.push_str(rest);
        }
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Unnamed<'_> =
        Unnamed { partition: "aws-cn", region: "cn-north-1", account: "123456789012", name: "unnamed" };

    fn resources(action: &str) -> Vec<String> {
        Action::find(action).unwrap().resources(&PLACE)
    }

    #[test]
    fn an_action_is_asked_about_what_it_acts_on() {
        assert_eq!(resources("s3:GetObject"), ["arn:aws-cn:s3:::unnamed/unnamed"]);
        assert_eq!(resources("iam:PassRole"), ["arn:aws-cn:iam::123456789012:role/unnamed"]);
        assert_eq!(resources("kms:Decrypt"), ["arn:aws-cn:kms:cn-north-1:123456789012:key/unnamed"]);
        assert_eq!(
            resources("lambda:CreateFunction"),
            ["arn:aws-cn:lambda:cn-north-1:123456789012:function:unnamed"]
        );
    }

    #[test]
    fn an_action_without_resources_is_asked_about_a_star() {
        assert_eq!(resources("iam:ListRoles"), ["*"]);
        assert_eq!(resources("redshift-data:GetStatementResult"), ["*"]);
    }

    #[test]
    fn an_action_that_needs_more_than_one_resource_is_asked_about_each() {
        assert_eq!(
            resources("sso:CreateAccountAssignment"),
            [
                "arn:aws-cn:sso:::account/unnamed",
                "arn:aws-cn:sso:::instance/unnamed",
                "arn:aws-cn:sso:::permissionSet/unnamed/unnamed",
            ]
        );
    }

    #[test]
    fn no_resource_has_a_wildcard_or_a_placeholder() {
        for action in Action::all() {
            for arn in action.resources(&PLACE) {
                assert!(arn == "*" || !arn.contains(['*', '?', '<', '>', '$', '{']), "{action} {arn}");
                assert!(arn == "*" || arn.starts_with("arn:"), "{action} {arn}");
            }
        }
    }
}
