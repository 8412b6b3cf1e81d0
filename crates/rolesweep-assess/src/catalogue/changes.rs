//! Which actions change something.
//!
//! AWS's access level is nearly the answer. It calls a few actions writes that only read, and some of
//! them are in AWS's own policies for readers. Without this list, `ReadOnlyAccess` and
//! `SecurityAudit` would change things.

use std::sync::LazyLock;

use super::action::Action;
use super::level::AccessLevel;
use super::set::ActionSet;

/// Actions above the levels List and Read that change nothing, with the reason.
const READS: &[(&str, &str)] = &[
    ("arc-region-switch:GetResourcePolicy", "reads a policy"),
    ("athena:GetSessionEndpoint", "reads a session's address; in ReadOnlyAccess"),
    ("backup:ListIndexedRecoveryPointsForSearch", "lists; in ReadOnlyAccess"),
    ("bcm-pricing-calculator:ListTagsForResource", "lists tags"),
    ("billing:GetResourcePolicy", "reads a policy; in ReadOnlyAccess"),
    ("cognito-idp:GetTokensFromRefreshToken", "exchanges a token that the caller has; in ReadOnlyAccess"),
    ("fsx:GetResourcePolicy", "reads a policy"),
    ("honeycode:ListTagsForResource", "lists tags"),
    ("iot:GetConnection", "reads the state of a client; in ReadOnlyAccess"),
    ("iot:ListSubscriptions", "lists; in ReadOnlyAccess, ViewOnlyAccess and SecurityAudit"),
    ("kms:Decrypt", "makes text readable, which the list of data access covers"),
    ("quicksight:DescribeKnowledgeBasePermissions", "reads permissions; in SecurityAudit"),
    ("quicksight:DescribeSpacePermissions", "reads permissions; in SecurityAudit"),
    ("quicksight:DescribeTopicPermissions", "reads permissions; in SecurityAudit"),
    ("ssm-sap:GetResourcePermission", "reads permissions; in ReadOnlyAccess"),
];

/// Actions that change something in one context only: the action, the context key, and the value
/// with which it changes something.
const CHANGES_WITH: &[(&str, &str, &str)] = &[
    // ReadOnlyAccess allows it for `ReadOnly`. A session without a mode is for reading and writing.
    ("s3express:CreateSession", "s3express:SessionMode", "ReadWrite"),
];

static CHANGING: LazyLock<ActionSet> = LazyLock::new(|| {
    let mut set = ActionSet::new();
    for action in Action::all().filter(|action| action.level() > AccessLevel::Read) {
        set.insert(action);
    }
    for (name, _) in READS {
        set.remove_matching(name);
    }
    set
});

impl Action {
    /// Whether it changes something.
    #[must_use]
    pub fn changes(self) -> bool {
        CHANGING.contains(self)
    }

    /// The context key, and its value, with which the action changes something, if it does so in that
    /// context only. An evaluation that asks for changes has to use it.
    #[must_use]
    pub fn changes_with(self) -> Option<(&'static str, &'static str)> {
        let name = (self.service(), self.name());
        let (_, key, value) =
            CHANGES_WITH.iter().find(|(action, ..)| action.split_once(':') == Some(name))?;
        Some((key, value))
    }
}

impl ActionSet {
    /// Those of its actions that [change](Action::changes) something, or those that do not.
    #[must_use]
    pub fn that_change(&self, changing: bool) -> Self {
        let mut these = self.clone();
        if changing {
            these.intersect(&CHANGING)
        } else {
            these.subtract(&CHANGING)
        }
        these
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aws_knows_every_exception_and_calls_it_more_than_a_read() {
        for name in READS.iter().map(|(name, _)| *name).chain(CHANGES_WITH.iter().map(|(name, ..)| *name)) {
            let action = Action::find(name).unwrap_or_else(|| panic!("AWS does not know {name}"));
            assert_eq!(action.to_string(), name);
            assert!(
                action.level() > AccessLevel::Read,
                "{name} is no exception: AWS calls it a {}",
                action.level()
            );
        }
    }

    #[test]
    fn an_exception_changes_nothing() {
        assert_eq!(READS.len(), 15);
        for (name, why) in READS {
            assert!(!Action::find(name).unwrap().changes(), "{name}: {why}");
        }
    }

    #[test]
    fn writes_tags_and_permissions_are_changes_and_reads_are_not() {
        for (name, changes) in [
            ("sqs:SendMessage", true),
            ("ec2:CreateTags", true),
            ("iam:PutRolePolicy", true),
            ("s3:GetObject", false),
            ("s3:ListBucket", false),
        ] {
            assert_eq!(Action::find(name).unwrap().changes(), changes, "{name}");
        }
    }

    #[test]
    fn a_session_of_s3_express_changes_something_unless_it_is_for_reading() {
        let session = Action::find("s3express:CreateSession").unwrap();
        assert!(session.changes());
        assert_eq!(session.changes_with(), Some(("s3express:SessionMode", "ReadWrite")));
        assert_eq!(Action::find("s3:PutObject").unwrap().changes_with(), None);
    }

    #[test]
    fn a_set_says_which_of_its_actions_change_something() {
        let mut some = ActionSet::new();
        for name in ["s3:GetObject", "s3:PutObject", "iot:ListSubscriptions"] {
            some.insert_matching(name);
        }
        let names = |set: &ActionSet| set.iter().map(|action| action.to_string()).collect::<Vec<_>>();
        assert_eq!(names(&some.that_change(true)), ["s3:PutObject"]);
        assert_eq!(names(&some.that_change(false)), ["iot:ListSubscriptions", "s3:GetObject"]);
        let all = ActionSet::all().that_change(true);
        assert!(Action::all().all(|action| all.contains(action) == action.changes()));
    }
}
