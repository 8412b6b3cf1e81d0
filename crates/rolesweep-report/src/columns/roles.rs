//! `roles.csv`: one row per role.

use std::borrow::Cow;

use rolesweep_assess::risk::Risk;
use rolesweep_assess::risk::privilege::Code;
use rolesweep_model::{Boundary, LastUse};

use super::table::{Column, Table};
use super::value::{Kind, Value};
use crate::assessed::AssessedRole;
use crate::words;

/// The table of roles.
#[derive(Debug, Clone, Copy)]
pub enum Roles {}

impl Table for Roles {
    type Row<'a> = AssessedRole<'a>;
    const FILE: &'static str = "roles.csv";
    const ABOUT: &'static str = "One row per role, by account id and then role ARN: the flagged and the undetermined ones, or all with `--include all`.";

    fn columns() -> &'static [Column<Self>] {
        COLUMNS
    }
}

/// The columns of `roles.csv`.
static COLUMNS: &[Column<Roles>] = &[
    Column {
        name: "role_arn",
        doc: "The role's ARN. Never altered.",
        kind: Kind::Id,
        value: |row| Value::Id(row.role.arn.as_str()),
    },
    Column {
        name: "role_id",
        doc: "The role's unique id, which is its identity: a role that was deleted and created again keeps its ARN and gets another id. Never altered.",
        kind: Kind::Id,
        value: |row| Value::Id(row.role.role_id.as_str()),
    },
    Column {
        name: "account_id",
        doc: "The account that the role is in: twelve digits, leading zeros included. Read it as text.",
        kind: Kind::Id,
        value: |row| Value::Id(row.account.account.id.as_str()),
    },
    Column {
        name: "account_name",
        doc: "The account's name. Empty if the accounts were named by the caller and not listed.",
        kind: Kind::Text,
        value: |row| Value::of(row.account.account.name.as_deref(), Value::text),
    },
    Column {
        name: "ou_path",
        doc: "The names of the organizational units above the account, such as `/Workloads/Prod`; `/` is the root. A name with a `/` shows it as `%2F`; [settings.md](settings.md#ou-paths) has the whole spelling, and a path can be copied from here into `--ou`. Empty if AWS did not say where the account is.",
        kind: Kind::Text,
        value: |row| Value::of(row.account.ou_path.as_deref(), Value::text),
    },
    Column {
        name: "role_name",
        doc: "The role's name, without its path.",
        kind: Kind::Text,
        value: |row| Value::text(row.role.arn.name()),
    },
    Column {
        name: "path",
        doc: "The role's path; `/` if it has none.",
        kind: Kind::Text,
        value: |row| Value::text(row.role.arn.path()),
    },
    Column {
        name: "created_at",
        doc: "When the role was created.",
        kind: Kind::Timestamp,
        value: |row| Value::Timestamp(row.role.created_at),
    },
    Column {
        name: "last_use",
        doc: "What is known of the role's last use. `used`: see the next two columns, and `last_use_source`. `none_recorded`: AWS has no use on record in its tracking window of 400 days, and no earlier scan saw one, which is not \"never used\". `not_collected`: AWS did not answer for this role.",
        kind: Kind::Word,
        value: |row| Value::Word(words::last_use(&row.role.last_use)),
    },
    Column {
        name: "last_used_at",
        doc: "When the role was last used, attempts that were denied included. If `last_use` is `not_collected`, it is a use that an earlier scan saw; there may be a later one. Empty if no use is known.",
        kind: Kind::Timestamp,
        value: |row| Value::of(row.last_used_at(), Value::Timestamp),
    },
    Column {
        name: "last_used_region",
        doc: "The Region of that use. Empty if AWS does not say, and if `last_use_source` is not `aws`.",
        kind: Kind::Text,
        value: |row| match &row.role.last_use {
            LastUse::Used { region, .. } => Value::of(*region, Value::text),
            LastUse::NoneRecorded | LastUse::NotCollected => Value::Empty,
        },
    },
    Column {
        name: "idle_days",
        doc: "For how many days the role has not been used, rounded down. Without a recorded use: its age, and at most the 400 days that AWS keeps. Empty if `last_use` is `not_collected`.",
        kind: Kind::Integer,
        value: |row| Value::of(row.assessment.idle, |idle| whole(idle.days())),
    },
    Column {
        name: "idle_days_is_minimum",
        doc: "Whether the role may have been idle for longer than `idle_days`: no use is recorded, and it is older than the record. Empty if `idle_days` is empty.",
        kind: Kind::Boolean,
        value: |row| Value::of(row.assessment.idle, |idle| Value::Boolean(idle.is_minimum)),
    },
    Column {
        name: "status",
        doc: "`active`: used within its threshold. `inactive`: used, and idle for longer. `unused`: no use recorded, and older than its threshold. `new`: no use recorded, and younger. `unknown`: the last use was not collected.",
        kind: Kind::Word,
        value: |row| Value::Word(row.assessment.status.as_str()),
    },
    Column {
        name: "disposition",
        doc: "What follows. `protected`: AWS reserves the role, or it is the audit role. `exempt`: a written exemption is in force. `flagged`: a finding. `undetermined`: unknown, and not protected. `none`: active or new.",
        kind: Kind::Word,
        value: |row| Value::Word(row.assessment.disposition.as_str()),
    },
    Column {
        name: "disposition_reason",
        doc: "Why. Empty if `disposition` is `none`.",
        kind: Kind::Text,
        value: |row| Value::text(&row.assessment.disposition_reason),
    },
    Column {
        name: "age_days",
        doc: "How old the role is in days, rounded down.",
        kind: Kind::Integer,
        value: |row| whole(row.assessment.age_days()),
    },
    Column {
        name: "tags",
        doc: "The role's tags as `key=value`. Empty if it has none, or if they were not collected: see `evidence`.",
        kind: Kind::List,
        value: |row| {
            Value::of(row.role.tags.as_ref(), |tags| {
                Value::pairs(tags.iter().map(|tag| (tag.key, tag.value)))
            })
        },
    },
    Column {
        name: "trust",
        doc: "Who can assume the role, summarized from its trust policy, separated by `; `: `aws:` with an account, an ARN or `*`, `service:`, `federated:`, `canonical_user:`, or `deleted:` with the id of a principal that no longer exists. `(if KEY)` follows a principal that conditions limit, with the keys of the conditions: `and` joins those of one statement, `or` separates statements. `(except …)` names the principals that a `NotPrincipal` leaves out. `deny` begins what the policy denies. The summary leaves out the operators and values of conditions, among them the value of `sts:ExternalId`, and statements that are not about assuming the role, such as those for `sts:TagSession`. `nobody` if the policy allows no principal, `unreadable` if it is not a valid policy document (which includes a key that comes twice). Empty if AWS sent no trust policy.",
        kind: Kind::Text,
        value: |row| Value::text(row.trust),
    },
    Column {
        name: "attached_policies",
        doc: "The ARNs of the managed policies attached to the role; AWS's own have `aws` instead of an account. Empty if there are none, or if they were not collected: see `evidence`.",
        kind: Kind::List,
        value: |row| {
            Value::of(row.role.attached_policies.as_ref(), |policies| {
                Value::list(policies.iter().map(|policy| policy.arn))
            })
        },
    },
    Column {
        name: "instance_profiles",
        doc: "The names of the instance profiles that hold the role. Empty if there are none, or if they were not collected: see `evidence`.",
        kind: Kind::List,
        value: |row| {
            Value::of(row.role.instance_profiles.as_ref(), |profiles| {
                Value::list(profiles.iter().map(|profile| profile.name))
            })
        },
    },
    Column {
        name: "threshold_days",
        doc: "The threshold that applied, in days, rounded down; the comparison itself is exact to the second.",
        kind: Kind::Integer,
        value: |row| whole(row.assessment.threshold.days()),
    },
    Column {
        name: "threshold_rule",
        doc: "The name of the rule that the threshold comes from; `default` if it is the general one.",
        kind: Kind::Text,
        value: |row| Value::text(&row.assessment.threshold_rule),
    },
    Column {
        name: "inline_policies",
        doc: "The names of the policies embedded in the role. Empty if there are none, or if they were not collected: see `evidence`.",
        kind: Kind::List,
        value: |row| {
            Value::of(row.role.inline_policy_names.as_ref(), |names| Value::list(names.iter().copied()))
        },
    },
    Column {
        name: "evidence",
        doc: "Which of AWS's answers the row comes from, and so what an empty cell means. `authorization_details`: everything was collected. `get_role`: no attached or inline policies, no instance profiles. `list_roles`: no last use and no tags either.",
        kind: Kind::Word,
        value: |row| Value::Word(words::evidence(row.role.evidence)),
    },
    Column {
        name: "severity",
        doc: "How bad it would be if somebody took the role over: `critical`, `high`, `medium` or `low`, from the [table of severities](rules/README.md#severity) over `privilege` and `trust_level`. `unknown` if something decides that is missing or not understood; it sorts after `critical`, and counts as `high` for `--fail-on`. This and the next columns are empty for roles that are neither flagged nor undetermined, unless the report was made with `--include all`.",
        kind: Kind::Word,
        value: |row| risk(row, |risk| Value::Word(risk.severity.as_str())),
    },
    Column {
        name: "confidence",
        doc: "How sure that is. `high`: the documents alone say so. A condition that says who comes in is certain, such as one on the subject of an OIDC token. `medium`: it depends on another condition, or on something that a scan does not see. `low`: something is missing or not understood.",
        kind: Kind::Word,
        value: |row| risk(row, |risk| Value::Word(risk.confidence.as_str())),
    },
    Column {
        name: "risk_codes",
        doc: "The codes of the rules on privilege and trust that apply, the worst first in each group. `rolesweep rules CODE` and [rules/](rules/README.md) explain each. A part after a colon names the case: `escalate:lambda-001`. If there are many, the last of these is `escalate:and 17 more`; `rolesweep explain ROLE` names all.",
        kind: Kind::List,
        value: |row| risk(row, |risk| Value::Ranked(codes(risk))),
    },
    Column {
        name: "privilege",
        doc: "The most that the role may do, by its own policies and permissions boundary: `admin`, `escalate`, `escalate-dependent`, `data`, `data-scoped`, `change`, `read-only`, `none`, or `unknown`; [rules/](rules/README.md) says what each means. For `unknown`, `privilege_evidence` has what was found.",
        kind: Kind::Word,
        value: |row| risk(row, |risk| Value::Word(risk.privilege.as_str())),
    },
    Column {
        name: "privilege_evidence",
        doc: "Why: the actions, and the policy and statement that allow them. A role of the management account says so first, because that raises the severity. At the end: what was not looked at. Lines are separated by ` | `. Beyond about 600 characters they are only counted; `rolesweep explain ROLE` prints all.",
        kind: Kind::Text,
        value: |row| {
            risk(row, |risk| {
                let raised = risk.severity_is_raised.then_some(RAISED);
                lines(raised, &risk.privilege.evidence)
            })
        },
    },
    Column {
        name: "trust_level",
        doc: "The widest that the trust policy lets in: `public` (anyone), `external-open` (an outside account), `external-bound` (an outside account or identity provider with limits, such as an external id or one organization of GitHub), `membership-unknown` (an account that may be outside), `org` (other accounts of the organization), `local` (the role's own account, AWS services, its SAML providers, and named projects of OIDC providers), `nobody`, or `unknown`.",
        kind: Kind::Word,
        value: |row| risk(row, |risk| Value::Word(risk.trust.as_str())),
    },
    Column {
        name: "trust_evidence",
        doc: "Why: the principal, its limits in words, and the statement. It never has the value of an external id. Lines are separated by ` | `. Beyond about 600 characters they are only counted; `rolesweep explain ROLE` prints all.",
        kind: Kind::Text,
        value: |row| risk(row, |risk| lines(None, &risk.trust.evidence)),
    },
    Column {
        name: "external_accounts",
        doc: "The accounts outside the organization that the trust policy names, each with what is known of it: `444455556666 (vendor: Datadog)`. At most fifty.",
        kind: Kind::List,
        value: |row| {
            risk(row, |risk| {
                let accounts = risk.trust.external_accounts.iter().take(MOST_ACCOUNTS);
                Value::Ranked(accounts.map(|account| account.to_string().into()).collect())
            })
        },
    },
    Column {
        name: "has_boundary",
        doc: "Whether a permissions boundary limits the role. Empty if that was not collected: see `evidence`.",
        kind: Kind::Boolean,
        value: |row| match &row.role.permissions_boundary {
            Boundary::NotCollected => Value::Empty,
            Boundary::Absent => Value::Boolean(false),
            Boundary::Policy(_) => Value::Boolean(true),
        },
    },
    Column {
        name: "owner",
        doc: "Who answers for the role, by the first of these that names somebody: its tags (`owner_tags` says which), its account or the nearest OU in `owners_file`. The name of an `[[owner]]` if the text is one of its names, and otherwise the text as it is written. It is a claim of whoever may tag the role, and changes neither `status` nor `disposition`. Empty if nothing names an owner.",
        kind: Kind::Text,
        value: |row| Value::of(row.owner(), |owner| Value::text(&owner.name)),
    },
    Column {
        name: "owner_source",
        doc: "Where that is written: `role_tag:` with the tag's key, `account:` with the account's id, or `ou:` with the OU as `owners_file` names it. Empty if `owner` is.",
        kind: Kind::Text,
        value: |row| Value::of(row.owner(), |owner| Value::text(&owner.source)),
    },
    Column {
        name: "managed_by",
        doc: "What made the role and may make it again, as far as the role shows it: `service-linked`, `identity-center`, `control-tower`, `organizations`, `stacksets`, `cdk`, `sam`, `serverless`, `eksctl`, `amplify`, `cloudformation`, `terraform`, `pulumi`, `lambda-console`, `sagemaker-console`, `quick-setup`, or `vendor:` with a name. Empty means that nothing is recognised, and not that somebody made the role by hand.",
        kind: Kind::Text,
        value: |row| Value::of(row.managed_by(), |found| Value::text(&found.manager)),
    },
    Column {
        name: "managed_by_confidence",
        doc: "How sure that is. `certain`: only AWS can make it. `high`: a tag, a trusted account or a shape of the name that people do not choose. `medium`: a shape or a name that people rarely choose. `low`: a word that anyone may type. Empty if `managed_by` is.",
        kind: Kind::Word,
        value: |row| Value::of(row.managed_by(), |found| Value::Word(found.confidence.as_str())),
    },
    Column {
        name: "managed_by_evidence",
        doc: "The path, tags, trusted accounts and shapes of the name that say so, and at the end what else the role could be managed by. Lines are separated by ` | `. Empty if `managed_by` is.",
        kind: Kind::Text,
        value: |row| Value::of(row.managed_by(), |found| lines(None, &found.evidence)),
    },
    Column {
        name: "exemption_id",
        doc: "The `id` of the exemption that covers the role; without one, the roles that it names. If there are several, the one that lasts longest. The role is `exempt` only if the exemption is in force, and if it would be flagged without it. Empty if none covers it, if the role was created after the approval, or if its trust policy, its policies or its permissions boundary changed since then.",
        kind: Kind::Text,
        value: |row| Value::of(row.exemption, |exemption| Value::text(&exemption.id)),
    },
    Column {
        name: "exemption_expires",
        doc: "When that exemption expires: at this instant it no longer counts. Empty if `exemption_id` is.",
        kind: Kind::Timestamp,
        value: |row| Value::of(row.exemption, |exemption| Value::Timestamp(exemption.expires)),
    },
    Column {
        name: "last_use_source",
        doc: "Where what `last_use` and `last_used_at` say comes from. `aws`: AWS's answer in this scan. `history`: an earlier scan saw a later use than AWS has on record now. Empty if AWS did not answer, and no earlier scan saw a use.",
        kind: Kind::Word,
        value: |row| Value::of(row.last_use_source, |source| Value::Word(source.as_str())),
    },
    Column {
        name: "first_seen",
        doc: "The start of the first finished scan of this store that saw the role; if that is this one, the instant that it is judged at (`as_of`). A role that was created again is another one.",
        kind: Kind::Timestamp,
        value: |row| Value::of(row.history.as_ref(), |history| Value::Timestamp(history.first_seen())),
    },
    Column {
        name: "scans_idle",
        doc: "In how many scans in a row the role was idle, this one included: the finished scans that read its account, by the threshold that applies to it now. A use begins a new count. Empty if the role is not idle.",
        kind: Kind::Integer,
        value: |row| Value::of(row.scans_idle(), Value::Integer),
    },
    Column {
        name: "change",
        doc: "What became of the role since the earlier scan that the manifest names under `previous`: a word of the column `change` of [`changes.csv`](#changescsv). Empty if there is no earlier scan to compare with, and for roles that are idle in neither scan or exempt in both.",
        kind: Kind::Word,
        value: |row| Value::of(row.change, |change| Value::Word(change.as_str())),
    },
];

/// How many accounts a cell has at most.
const MOST_ACCOUNTS: usize = 50;
/// How many bytes the codes of a cell have, and its lines of evidence. The first line and the last
/// one are there in any case.
const MOST_CODES: usize = 300;
const MOST_LINES: usize = 600;

/// A value of the role's risk, if the report judged it.
fn risk<'r>(row: &'r AssessedRole<'_>, value: impl FnOnce(&'r Risk) -> Value<'r>) -> Value<'r> {
    Value::of(row.risk.as_ref(), value)
}

/// The codes of the rules that apply.
fn codes(risk: &Risk) -> Vec<Cow<'_, str>> {
    let is_path = |code: &Code| matches!(code, Code::Escalate(_));
    let privilege = &risk.privilege.codes;
    let size = |text: &str| text.len() + "; ".len();
    // Only paths can be many, so the other codes are all there.
    let others = privilege.iter().filter(|code| !is_path(code)).map(|code| size(code.rule_code()));
    let mut left = MOST_CODES.saturating_sub(others.sum::<usize>());
    left = left.saturating_sub(risk.trust.codes.iter().map(|code| size(code)).sum());
    let paths: Vec<String> = privilege.iter().filter(|code| is_path(code)).map(ToString::to_string).collect();
    let fits = |path: &&String| {
        let fits = size(path) <= left;
        left = left.saturating_sub(size(path));
        fits
    };
    let shown = paths.iter().take_while(fits).count();
    let mut codes: Vec<Cow<'_, str>> = Vec::new();
    let mut at = 0;
    for code in privilege {
        if is_path(code) {
            at += 1;
            match at {
                at if at <= shown => codes.push(code.to_string().into()),
                at if at == shown + 1 => {
                    codes.push(format!("{}:and {} more", code.rule_code(), paths.len() - shown).into());
                }
                _ => {}
            }
        } else {
            codes.push(code.rule_code().into());
        }
    }
    codes.extend(risk.trust.codes.iter().map(|code| Cow::Borrowed(*code)));
    codes
}

/// What evidence begins with if the severity is one step higher than in the table.
const RAISED: &str = "in the management account: severity one step higher";

fn lines<'v>(before: Option<&str>, lines: &[String]) -> Value<'v> {
    const BETWEEN: &str = " | ";
    // The last line says what was not looked at, or whom else a policy lets in.
    let Some((last, first)) = lines.split_last() else { return Value::Text("".into()) };
    let mut cell = before.map_or(String::new(), |before| format!("{before}{BETWEEN}"));
    for (at, line) in first.iter().enumerate() {
        if at > 0 && cell.len() + BETWEEN.len() + line.len() + last.len() > MOST_LINES {
            cell.push_str(&format!("and {} more{BETWEEN}", first.len() - at));
            break;
        }
        cell.push_str(line);
        cell.push_str(BETWEEN);
    }
    cell.push_str(last);
    Value::Text(cell.into())
}

/// A number from the facts that is never negative.
fn whole(number: i64) -> Value<'static> {
    Value::Integer(u64::try_from(number).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use rolesweep_assess::ownership::manager;

    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn the_column_names_every_manager_and_every_confidence() {
        let doc = |name: &str| COLUMNS.iter().find(|column| column.name == name).unwrap().doc;
        for name in manager::names().filter(|name| !name.starts_with("vendor:")) {
            assert!(doc("managed_by").contains(&format!("`{name}`")), "{name}");
        }
        for confidence in manager::ManagerConfidence::ALL {
            assert!(doc("managed_by_confidence").contains(&format!("`{confidence}`")), "{confidence}");
        }
    }

    #[test]
    fn owner_and_manager_are_found_when_a_cell_asks_and_not_before() {
        let fixture = Fixture::hostile();
        let row = fixture.row();
        assert!(row.ownership.is_not_found_yet());
        for name in ["owner", "managed_by"] {
            let column = COLUMNS.iter().find(|column| column.name == name).unwrap();
            assert_ne!((column.value)(&row), Value::Empty, "{name}");
        }
        assert!(!row.ownership.is_not_found_yet());
    }

    #[test]
    fn lines_beyond_a_cell_are_counted_and_the_last_one_is_kept() {
        let cell = |lengths: &[usize]| {
            let mut all: Vec<String> = lengths.iter().map(|length| "x".repeat(*length)).collect();
            all.push("last".to_owned());
            match lines(None, &all) {
                Value::Text(text) => text.split(" | ").map(str::to_owned).collect::<Vec<_>>(),
                _ => Vec::new(),
            }
        };
        assert_eq!(cell(&[200, 200]).len(), 3);
        assert_eq!(cell(&[250, 250, 250, 1])[2..], ["and 2 more", "last"]);
        // The worst line is there in any case.
        assert_eq!(cell(&[700, 1])[1..], ["and 1 more", "last"]);
    }
}
