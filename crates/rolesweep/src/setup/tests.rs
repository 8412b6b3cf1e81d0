use rolesweep_scan::operation::{Credentials, Operation};
use serde_json::{Value, json};

use rolesweep_model::Partition;

use super::documents::Document::{
    self, CallerPolicy, DelegationPolicy, PermissionPolicy, StackSetTemplate, StackTemplate, TrustPolicy,
};
use super::input::*;
use super::policies::{PLANNED, PLANNED_OF_CALLER, POLICY_VERSION, called_by};
use super::tags::{Tags, VERSION_TAG};
use super::templates;

/// Only the defaults are known, as in `config/iam/`.
pub(crate) fn open() -> SetupInput {
    SetupInput {
        partition: Partition::aws(),
        role_name: DEFAULT_ROLE_NAME.to_owned(),
        caller: None,
        organization: None,
        external_id: false,
        planned_reads: false,
        permissions_boundary: None,
        tags: Tags::default(),
    }
}

/// Everything is known, and no value is a default.
pub(super) fn filled_in() -> SetupInput {
    SetupInput {
        partition: "aws-us-gov".parse().unwrap(),
        role_name: "audit/RolesweepAudit".to_owned(),
        caller: Some("arn:aws-us-gov:iam::000000000123:role/scan/Scanner".parse().unwrap()),
        organization: Some("o-exampleorgid".parse().unwrap()),
        external_id: true,
        planned_reads: true,
        permissions_boundary: Some("arn:aws-us-gov:iam::000000000123:policy/sec/Limit".parse().unwrap()),
        tags: Tags::parse(&["team=security", "Cost Center=a b"].map(str::to_owned)).unwrap(),
    }
}

fn planned() -> SetupInput {
    SetupInput { planned_reads: true, ..open() }
}

fn limited_by_aws() -> SetupInput {
    let boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess".parse().unwrap();
    SetupInput { permissions_boundary: Some(boundary), ..open() }
}

fn policy(input: &SetupInput, document: Document) -> Value {
    serde_json::from_str(&document.text(input)).unwrap()
}

/// The actions of a statement of a policy.
fn actions(input: &SetupInput, document: Document, statement: usize) -> Vec<String> {
    serde_json::from_value(policy(input, document)["Statement"][statement]["Action"].clone()).unwrap()
}

#[test]
fn the_trust_policy_names_one_principal_of_one_organization() {
    let statement = policy(&filled_in(), TrustPolicy)["Statement"][0].clone();
    assert_eq!(statement["Principal"], json!({ "AWS": "arn:aws-us-gov:iam::000000000123:root" }));
    assert_eq!(
        statement["Condition"],
        json!({
            "ArnLike": { "aws:PrincipalArn": "arn:aws-us-gov:iam::000000000123:role/scan/Scanner" },
            "StringEquals": { "sts:ExternalId": "EXTERNAL-ID", "aws:PrincipalOrgID": "o-exampleorgid" },
        })
    );
    let open = policy(&open(), TrustPolicy)["Statement"][0]["Condition"].clone();
    assert_eq!(
        open,
        json!({
            "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::ACCOUNT-ID:role/CALLER-ROLE" },
            "StringEquals": { "aws:PrincipalOrgID": "o-ORGANIZATION-ID" },
        })
    );
}

#[test]
fn the_caller_may_assume_the_audit_role_and_nothing_else() {
    let assume = &policy(&filled_in(), CallerPolicy)["Statement"][1];
    assert_eq!(assume["Action"], json!(["sts:AssumeRole"]));
    assert_eq!(assume["Resource"], "arn:aws-us-gov:iam::*:role/audit/RolesweepAudit");
}

#[test]
fn a_quotation_mark_in_a_path_stays_inside_the_text() {
    let odd = SetupInput { role_name: r#"a"b\c/Reader"#.to_owned(), ..open() };
    let assume = &policy(&odd, CallerPolicy)["Statement"][1];
    assert_eq!(assume["Resource"], r#"arn:aws:iam::*:role/a"b\c/Reader"#);
    assert!(StackTemplate.text(&odd).contains(r#"Default: "/a\"b\\c/""#));
}

#[test]
fn each_partition_gets_its_own_arns_and_no_other() {
    for name in ["aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso"] {
        let input = SetupInput { partition: name.parse().unwrap(), ..open() };
        for document in [TrustPolicy, CallerPolicy, DelegationPolicy] {
            let text = document.text(&input);
            for arn in text.split('"').filter(|word| word.starts_with("arn:")) {
                assert!(arn.starts_with(&format!("arn:{name}:")), "{name}: {arn}");
            }
        }
    }
}

#[test]
fn documents_fit_into_the_quotas() {
    // IAM counts without white space: 2,048 for a trust policy, 6,144 for a managed policy, 10,240
    // for a role's inline policies.
    for (document, most) in [(TrustPolicy, 1024), (PermissionPolicy, 2048), (CallerPolicy, 2048)] {
        let text = document.text(&filled_in());
        assert!(text.bytes().filter(|b| !b.is_ascii_whitespace()).count() < most, "{document:?}");
    }
}

#[test]
fn the_identities_may_make_the_calls_of_a_scan_and_no_others() {
    let of_the_organization = |call: &Operation| {
        // AWS allows GetCallerIdentity to everybody, and AssumeRole has a statement of its own.
        call.credentials() == Credentials::Caller && !call.action().starts_with("sts:")
    };
    let calls = Operation::ALL.iter();
    let organization: Vec<&str> =
        calls.filter(|call| of_the_organization(call)).map(|call| call.action()).collect();
    assert_eq!(actions(&open(), CallerPolicy, 0), organization);
    assert_eq!(actions(&open(), DelegationPolicy, 0), organization);
    assert_eq!(actions(&open(), PermissionPolicy, 0), called_by(Credentials::AuditRole));
    assert_eq!(policy(&open(), PermissionPolicy)["Statement"].as_array().unwrap().len(), 1);
}

#[test]
fn the_session_policy_allows_what_the_permission_policy_allows() {
    let session: Value = serde_json::from_str(&rolesweep_scan::session_policy::session_policy()).unwrap();
    assert_eq!(session["Statement"][0]["Action"], json!(actions(&open(), PermissionPolicy, 0)));
}

#[test]
fn planned_reads_are_added_and_a_scan_makes_none_of_them() {
    assert_eq!(actions(&planned(), PermissionPolicy, 0), actions(&open(), PermissionPolicy, 0));
    assert_eq!(actions(&planned(), PermissionPolicy, 1), PLANNED);
    for document in [CallerPolicy, DelegationPolicy] {
        let expected = [&actions(&open(), document, 0)[..], &PLANNED_OF_CALLER.map(str::to_owned)].concat();
        assert_eq!(actions(&planned(), document, 0), expected);
    }
    for call in Operation::ALL {
        let still = [&PLANNED[..], &PLANNED_OF_CALLER].concat().contains(&call.action());
        assert!(!still, "a scan calls {call}: remove it from the planned reads");
    }
}

#[test]
fn the_organization_delegates_to_the_callers_account_alone() {
    let statement = &policy(&filled_in(), DelegationPolicy)["Statement"][0];
    assert_eq!(statement["Principal"], json!({ "AWS": "arn:aws-us-gov:iam::000000000123:root" }));
    assert_eq!(statement["Resource"], "*");
}

#[test]
fn nothing_is_allowed_but_reads() {
    let organization =
        [CallerPolicy, DelegationPolicy].map(|document| actions(&planned(), document, 0)).concat();
    let iam = [0, 1].map(|statement| actions(&planned(), PermissionPolicy, statement)).concat();
    for (service, allowed) in [("iam:", iam), ("organizations:", organization)] {
        for action in allowed {
            let name = action.strip_prefix(service).unwrap();
            let reads = ["Get", "List", "Describe"].iter().any(|verb| name.starts_with(verb));
            // A job that computes a report. IAM's own access level for it is Read.
            assert!(reads || name == "GenerateServiceLastAccessedDetails", "{action}");
            assert!(name.bytes().all(|b| b.is_ascii_alphanumeric()), "{action}: no wildcards");
        }
    }
}

/// Every user has to roll out a change of the actions. After a release, do not change these lists.
/// Raise `POLICY_VERSION` and the versions in `audit-role-stack.yaml`, and add a row.
#[test]
fn a_version_of_the_policy_stands_for_one_set_of_actions() {
    /// For each version: what a scan called, and what was planned.
    const VERSIONS: [(u32, &str, &str); 2] = [
        (
            1,
            "GetAccountAuthorizationDetails ListRoles GetRole",
            "GetPolicy GetPolicyVersion ListAttachedRolePolicies ListRolePolicies GetRolePolicy \
         ListInstanceProfilesForRole ListAccountAliases ListOpenIDConnectProviders ListSAMLProviders \
         GenerateServiceLastAccessedDetails GetServiceLastAccessedDetails",
        ),
        (
            2,
            "GetAccountAuthorizationDetails ListRoles GetRole GetPolicy GetPolicyVersion",
            "ListAttachedRolePolicies ListRolePolicies GetRolePolicy ListInstanceProfilesForRole \
         ListAccountAliases ListOpenIDConnectProviders ListSAMLProviders \
         GenerateServiceLastAccessedDetails GetServiceLastAccessedDetails",
        ),
    ];
    let (version, scan, planned_reads) = *VERSIONS.last().unwrap();
    assert_eq!(version, POLICY_VERSION);
    let named = |names: &str| names.split_whitespace().map(|name| format!("iam:{name}")).collect::<Vec<_>>();
    let sids = [format!("RolesweepScanV{version}"), format!("RolesweepPlannedV{version}")];
    for (statement, (sid, known)) in sids.iter().zip([named(scan), named(planned_reads)]).enumerate() {
        assert_eq!(policy(&planned(), PermissionPolicy)["Statement"][statement]["Sid"], **sid);
        assert_eq!(actions(&planned(), PermissionPolicy, statement), known, "{sid}");
        let allowed = of_the_template(templates::STACK, sid);
        assert_eq!(allowed, known, "{sid} in audit-role-stack.yaml");
    }
    let tag = format!(
        "- Key: {VERSION_TAG}\n          Value: !If [WithPlannedReads, \"{version}+planned\", \"{version}\"]\n"
    );
    assert!(templates::STACK.contains(&tag), "{tag}");
    for template in [templates::STACK, templates::STACKSET] {
        assert!(template.contains(&format!(", read-only (policy version {version})\n")));
    }
}

/// The actions of a statement of a template.
fn of_the_template(template: &str, sid: &str) -> Vec<String> {
    let sid = format!("- Sid: {sid}");
    let lines = template
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != sid)
        .take_while(|line| !line.starts_with("Resource:"));
    lines
        .filter_map(|line| line.strip_prefix("- "))
        .filter(|line| line.starts_with("iam:"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn what_is_known_is_a_parameters_default_and_what_is_not_has_none() {
    let defaults_of = |text: &str, name: &str| {
        let heading = format!(" {name}:\n");
        let blocks = text.split(&heading).skip(1);
        let default = |block: &str| {
            let own = block.lines().take_while(|line| !line.ends_with(':'));
            own.filter_map(|line| line.trim_start().strip_prefix("Default: ")).map(str::to_owned).next()
        };
        blocks.map(default).collect::<Vec<_>>()
    };
    for (template, times) in [(StackTemplate, 1), (StackSetTemplate, 2)] {
        for (input, name, expected) in [
            (open(), "RoleName", Some("RolesweepAudit")),
            (open(), "RolePath", Some("/")),
            (open(), "CallerPrincipalArn", None),
            (open(), "OrganizationId", None),
            (open(), "ExternalId", Some("")),
            (open(), "PlannedReads", Some("no")),
            (open(), "PermissionsBoundary", Some("")),
            (filled_in(), "RolePath", Some("/audit/")),
            (filled_in(), "CallerPrincipalArn", Some("arn:aws-us-gov:iam::000000000123:role/scan/Scanner")),
            (filled_in(), "OrganizationId", Some("o-exampleorgid")),
            (filled_in(), "ExternalId", None),
            (filled_in(), "PlannedReads", Some("yes")),
            (filled_in(), "PermissionsBoundary", Some("sec/Limit")),
            (filled_in(), "PermissionsBoundaryOwner", Some("account")),
            (limited_by_aws(), "PermissionsBoundary", Some("ReadOnlyAccess")),
            (limited_by_aws(), "PermissionsBoundaryOwner", Some("aws")),
        ] {
            let expected = expected.map(|text| format!("\"{text}\""));
            let text = template.text(&input);
            assert_eq!(defaults_of(&text, name), vec![expected; times], "{name}");
        }
    }
}

#[test]
fn the_templates_are_printed_as_they_are_if_nothing_is_known() {
    assert_eq!(StackTemplate.text(&open()), templates::STACK);
    assert_eq!(StackSetTemplate.text(&open()), templates::STACKSET);
}

#[test]
fn tags_follow_the_version_tag_of_the_role_and_are_given_to_the_stackset() {
    let lines =
        |document: Document| document.text(&filled_in()).lines().map(str::to_owned).collect::<Vec<_>>();
    let tags = |indent: usize| {
        ["- Key: \"team\"", "  Value: \"security\"", "- Key: \"Cost Center\"", "  Value: \"a b\""]
            .map(|line| format!("{}{line}", " ".repeat(indent)))
    };
    for (document, indent) in [(StackTemplate, 8), (StackSetTemplate, 16)] {
        let lines = lines(document);
        let version = lines.iter().position(|line| line.ends_with(&format!("- Key: {VERSION_TAG}"))).unwrap();
        assert_eq!(lines[version + 2..version + 6], tags(indent), "{document:?}");
        assert_eq!(
            lines.iter().filter(|line| line.ends_with("Key: \"team\"")).count(),
            indent / 8,
            "{document:?}"
        );
    }
    let stackset = lines(StackSetTemplate);
    let group = stackset.iter().position(|line| line == "      StackInstancesGroup:").unwrap();
    assert_eq!(stackset[group - 5], "      Tags:");
    assert_eq!(stackset[group - 4..group], tags(8));
}

#[test]
fn the_default_name_is_the_settings_own() {
    let defaults = include_str!("../../../../config/default.toml");
    assert!(defaults.contains(&format!("\nrole_name = \"{DEFAULT_ROLE_NAME}\"\n")));
}
