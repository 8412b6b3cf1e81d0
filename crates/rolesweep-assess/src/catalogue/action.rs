//! The actions that AWS documents.

use std::fmt;
use std::ops::Range;

use rolesweep_policy::NamePattern;

use super::level::AccessLevel;
use super::table::{self, Entry};

/// One action that AWS documents. Prints as AWS spells it: `s3:GetObject`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Action(u16);

impl Action {
    /// The action of this name, such as `s3:GetObject`, in any case. A name with wildcards is no
    /// action; see [`Action::matching`].
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let at = table::entries().binary_search_by(|entry| entry.lower().cmp(&name)).ok()?;
        u16::try_from(at).ok().map(Self)
    }

    /// Every action, in the order of names.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::range(0..table::entries().len())
    }

    /// The actions that a pattern of a policy covers, in the order of names. `*` is any text and `?`
    /// any one character, also left of the colon.
    pub fn matching(pattern: &str) -> impl Iterator<Item = Self> + use<> {
        let pattern = NamePattern::new(pattern);
        // What is longer than every name matches none. Nobody has to try that.
        let range = match pattern.shortest() > table::longest() {
            true => 0..0,
            false => table::beginning_with(pattern.beginning()),
        };
        Self::range(range)
            .filter(move |action| pattern.is_beginning() || pattern.matches(action.entry().lower()))
    }

    pub(super) fn range(range: Range<usize>) -> impl Iterator<Item = Self> + use<> {
        range.map_while(|index| u16::try_from(index).ok().map(Self))
    }

    pub(super) fn index(self) -> usize {
        usize::from(self.0)
    }

    pub(super) fn entry(self) -> &'static Entry {
        // Only `range` makes an action, from the numbers of this table.
        &table::entries()[self.index()]
    }

    /// The service's prefix, such as `s3`.
    #[must_use]
    pub fn service(self) -> &'static str {
        self.entry().service().name
    }

    /// The name without the service, such as `GetObject`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.entry().name()
    }

    /// What it does.
    #[must_use]
    pub fn level(self) -> AccessLevel {
        self.entry().level()
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service(), self.name())
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(pattern: &str) -> Vec<String> {
        Action::matching(pattern).map(|action| action.to_string()).collect()
    }

    #[test]
    fn an_action_is_found_in_any_case_and_prints_as_aws_spells_it() {
        for name in ["s3:GetObject", "S3:getobject", "s3:GETOBJECT"] {
            let action = Action::find(name).unwrap();
            assert_eq!(action.to_string(), "s3:GetObject");
            assert_eq!((action.service(), action.name()), ("s3", "GetObject"));
        }
    }

    #[test]
    fn every_action_is_found_by_its_name() {
        for action in Action::all() {
            assert_eq!(Action::find(&action.to_string()), Some(action));
            assert_eq!(Action::find(&action.to_string().to_ascii_uppercase()), Some(action));
        }
    }

    #[test]
    fn what_is_no_name_of_an_action_is_not_found() {
        for name in
            ["", "*", ":", "s3", "s3:", ":GetObject", "s3:GetObject ", " s3:GetObject", "s3:Get", "s3:Get*"]
        {
            assert_eq!(Action::find(name), None, "{name:?}");
        }
        for hostile in
            ["s3:GetObject\n", "s3:GetObject\0", "ѕ3:GetObject", "s3:Get\u{202e}Object", "ſ3:GetObject"]
        {
            assert_eq!(Action::find(hostile), None, "{hostile:?}");
        }
    }

    #[test]
    fn a_pattern_covers_what_iam_says_it_covers() {
        assert_eq!(
            names("iam:*AccessKey"),
            ["iam:CreateAccessKey", "iam:DeleteAccessKey", "iam:UpdateAccessKey"]
        );
        assert_eq!(names("IAM:aTtAcHrOlEp?LiCy"), ["iam:AttachRolePolicy"]);
        assert_eq!(names("i*:PassRole"), ["iam:PassRole"]);
        assert_eq!(names("??m:PassR*"), ["iam:PassRole"]);
        assert_eq!(names("sts:*Role"), ["sts:AssumeRole"]);
        assert_eq!(names("kms:Decrypt"), ["kms:Decrypt"]);
        assert_eq!(names("kms:Dec"), Vec::<String>::new());
    }

    #[test]
    fn a_star_covers_everything() {
        let all = Action::all().count();
        for pattern in ["*", "**", "*:*", "?*", "***:***"] {
            assert_eq!(Action::matching(pattern).count(), all, "{pattern}");
        }
    }

    #[test]
    fn a_service_with_a_star_covers_that_service_only() {
        let lambda = names("lambda:*");
        assert!(lambda.len() > 50);
        assert!(lambda.iter().all(|name| name.starts_with("lambda:")));
        // Without the colon, also the services whose names begin so.
        assert!(names("bedrock*").contains(&"bedrock-agentcore:InvokeAgentRuntimeCommand".to_owned()));
        assert!(!names("bedrock:*").iter().any(|name| name.starts_with("bedrock-agentcore:")));
    }

    #[test]
    fn hostile_patterns_cover_nothing_or_everything_and_end() {
        let stars = "*".repeat(10_000);
        assert_eq!(Action::matching(&stars).count(), Action::all().count());
        for pattern in [
            "?".repeat(10_000),
            "*a".repeat(5_000),
            "*?".repeat(5_000),
            format!("s3:{}", "a".repeat(10_000)),
            "*é*".to_owned(),
            "*\n*".to_owned(),
            "*\0".to_owned(),
            "\u{202e}*".to_owned(),
            String::new(),
        ] {
            assert_eq!(
                Action::matching(&pattern).count(),
                0,
                "{}",
                pattern.chars().take(20).collect::<String>()
            );
        }
    }

    #[test]
    fn the_levels_are_awss_raised_where_aws_calls_a_change_of_permissions_a_write() {
        for (name, level) in [
            ("s3:ListAllMyBuckets", AccessLevel::List),
            ("s3:GetObject", AccessLevel::Read),
            ("ec2:CreateTags", AccessLevel::Tagging),
            ("sqs:SendMessage", AccessLevel::Write),
            ("iam:PutRolePolicy", AccessLevel::PermissionsManagement),
            // Writes in AWS's reference.
            ("iam:PassRole", AccessLevel::PermissionsManagement),
            ("iam:CreateAccessKey", AccessLevel::PermissionsManagement),
            ("rds:ModifyDBSnapshotAttribute", AccessLevel::PermissionsManagement),
        ] {
            assert_eq!(Action::find(name).unwrap().level(), level, "{name}");
        }
    }

    #[test]
    fn the_number_of_actions_of_each_level_is_known() {
        let count = |level| Action::all().filter(|action| action.level() == level).count();
        assert_eq!(
            [
                AccessLevel::List,
                AccessLevel::Read,
                AccessLevel::Tagging,
                AccessLevel::Write,
                AccessLevel::PermissionsManagement,
            ]
            .map(count),
            [3_748, 5_947, 719, 11_337, 570]
        );
    }

    /// The plain definition, to compare with. Slow.
    fn plain(pattern: &[u8], name: &[u8]) -> bool {
        match (pattern, name) {
            ([], []) => true,
            ([b'*', rest @ ..], _) => plain(rest, name) || (!name.is_empty() && plain(pattern, &name[1..])),
            ([b'?', rest @ ..], [_, name @ ..]) => plain(rest, name),
            ([a, rest @ ..], [b, name @ ..]) => a.eq_ignore_ascii_case(b) && plain(rest, name),
            _ => false,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// A pattern is made from a name: some characters become wildcards, or change case.
        #[test]
        fn a_pattern_matches_the_names_that_the_plain_definition_matches(
            index in 0..table::entries().len(),
            changes in proptest::collection::vec((0..100_usize, 0..4_u8), 0..6),
        ) {
            let mut text: Vec<u8> = table::entries()[index].lower().bytes().collect();
            for (at, change) in changes {
                let at = at % text.len();
                match change {
                    0 => text[at] = b'*',
                    1 => text[at] = b'?',
                    2 => text[at] = text[at].to_ascii_uppercase(),
                    _ => { text.drain(at..); text.push(b'*'); }
                }
            }
            let pattern = std::str::from_utf8(&text).unwrap();
            let covered: std::collections::BTreeSet<Action> = Action::matching(pattern).collect();
            for action in Action::all() {
                let expected = plain(&text, action.entry().lower().as_bytes());
                prop_assert_eq!(covered.contains(&action), expected, "{} {}", pattern, action);
            }
        }
    }
}
