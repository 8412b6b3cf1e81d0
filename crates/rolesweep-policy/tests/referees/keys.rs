//! Condition keys for random policies: how policies test them, and which values requests have.

use rolesweep_policy::Fact;
use serde_json::{Value, json};

/// A condition key.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    /// The operators that fit it.
    pub(crate) operators: &'static [&'static str],
    /// What policies compare it with. For each there is a value that matches and one that does not.
    pub(crate) operands: &'static [&'static str],
    /// What policies also compare it with under `StringLike` and `StringNotLike`.
    pub(crate) patterns: &'static [&'static str],
    /// What requests have. They may also lack it.
    pub(crate) values: &'static [&'static [&'static str]],
    /// Whether requests may have several values, so that only set operators fit.
    pub(crate) is_multivalued: bool,
}

const STRING: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
];
const NUMERIC: &[&str] = &[
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
];
const DATE: &[&str] = &[
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
];
const ARN: &[&str] = &["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"];

/// The keys of random policies.
pub(crate) const KEYS: &[Key] = &[
    Key {
        name: "aws:PrincipalTag/team",
        operators: STRING,
        operands: &["other", "x", "OTHER", "${aws:username}", "${aws:username, 'x'}", "${*}"],
        patterns: &["o*", "?", "*"],
        values: &[&["other"], &["x"], &["*"], &["OTHER"], &["on"]],
        is_multivalued: false,
    },
    Key {
        name: "aws:username",
        operators: STRING,
        operands: &["me", "other", "${aws:PrincipalTag/team}"],
        patterns: &["m*", "*e"],
        values: &[&["me"], &["other"], &["mu"], &["he"]],
        is_multivalued: false,
    },
    Key {
        name: "aws:RequestedRegion",
        operators: STRING,
        operands: &["eu-west-1", "us-east-1"],
        patterns: &["eu-*", "??-*-1"],
        values: &[&["eu-west-1"], &["us-east-1"], &["eu-central-1"], &["ap-south-1b"]],
        is_multivalued: false,
    },
    Key {
        name: "s3:max-keys",
        operators: NUMERIC,
        operands: &["10", "5", "10.0"],
        patterns: &[],
        values: &[&["4"], &["5"], &["10"], &["15"]],
        is_multivalued: false,
    },
    Key {
        name: "aws:TokenIssueTime",
        operators: DATE,
        operands: &["2020-01-01T00:00:00Z", "1577836800", "2020-01-01"],
        patterns: &[],
        values: &[&["2019-01-01T00:00:00Z"], &["2020-01-01T00:00:00Z"], &["2022-01-01T00:00:00Z"]],
        is_multivalued: false,
    },
    Key {
        name: "aws:MultiFactorAuthPresent",
        operators: &["Bool"],
        operands: &["true", "false"],
        patterns: &[],
        values: &[&["true"], &["false"]],
        is_multivalued: false,
    },
    Key {
        name: "aws:SourceIp",
        operators: &["IpAddress", "NotIpAddress"],
        operands: &["203.0.113.0/24", "203.0.113.7", "198.51.100.0/25", "128.0.0.0/1"],
        patterns: &[],
        values: &[&["203.0.113.7"], &["198.51.100.1"], &["10.0.0.1"]],
        is_multivalued: false,
    },
    Key {
        name: "aws:VpcSourceIp",
        operators: &["IpAddress", "NotIpAddress"],
        operands: &["2001:db8::/32", "2001:DB8:1234:5678::/64", "2001:db8::1"],
        patterns: &[],
        values: &[&["2001:db8::1"], &["2001:db8:1234:5678::9"], &["2001:db9::1"]],
        is_multivalued: false,
    },
    Key {
        name: "aws:SourceArn",
        operators: ARN,
        operands: &[
            "arn:aws:sns:eu-west-1:111111111111:topic",
            "arn:aws:sns:*:111111111111:t*",
            "arn:aws:sns:*:*:*",
            "arn:aws:sqs:*:*:*",
        ],
        patterns: &[],
        values: &[
            &["arn:aws:sqs:eu-west-1:111111111111:queue"],
            &["arn:aws:sns:us-east-1:111111111111:third"],
            &["arn:aws:sns:eu-west-1:111111111111:topic"],
            &["arn:aws:sns:us-east-1:222222222222:other:topic"],
        ],
        is_multivalued: false,
    },
    Key {
        name: "aws:TagKeys",
        operators: STRING,
        operands: &["a", "b"],
        patterns: &["a*", "?"],
        values: &[&["a"], &["b"], &["ab"], &["a", "b"], &["a", "ab"], &["b", "cd"]],
        is_multivalued: true,
    },
    Key {
        name: "custom:binary",
        operators: &["BinaryEquals"],
        operands: &["QmFzZTY0", "cm9sZQ=="],
        patterns: &[],
        values: &[&["QmFzZTY0"], &["cm9sZQ=="], &["b3RoZXI="]],
        is_multivalued: false,
    },
];

/// What is known of a key in a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Knowledge {
    Unknown,
    Present,
    Absent,
    /// The values at this place of its list.
    Values(usize),
}

impl Key {
    pub(crate) fn fact(&self, knowledge: Knowledge) -> Fact {
        match knowledge {
            Knowledge::Unknown => Fact::Unknown,
            Knowledge::Present => Fact::Present,
            Knowledge::Absent => Fact::Absent,
            Knowledge::Values(at) => {
                Fact::Values(self.values[at].iter().map(|&value| value.to_owned()).collect())
            }
        }
    }

    /// Every state of a request that agrees with what is known.
    pub(crate) fn states(&self, knowledge: Knowledge) -> Vec<Knowledge> {
        let values = (0..self.values.len()).map(Knowledge::Values);
        match knowledge {
            Knowledge::Unknown => [Knowledge::Absent].into_iter().chain(values).collect(),
            Knowledge::Present => values.collect(),
            known => vec![known],
        }
    }

    /// The values of a state, for a simulator. There are none if the request lacks the key.
    pub(crate) fn context(&self, state: Knowledge) -> Option<Value> {
        let Knowledge::Values(at) = state else { return None };
        match self.values[at] {
            [one] if !self.is_multivalued => Some(json!(one)),
            several => Some(json!(several)),
        }
    }
}
