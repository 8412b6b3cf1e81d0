use rolesweep_scan::operation::{Operation, Who};
use serde_json::{Value, json};

use rolesweep_model::Partition;

use super::documents::*;

/// Only the defaults are known, as in `config/iam/`.
pub(super) fn open() -> SetupInput {
    SetupInput {
        partition: Partition::aws(),
        role_name: DEFAULT_ROLE_NAME.to_owned(),
        caller: None,
        organization: None,
        external_id: false,
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
    }
}

fn policy(input: &SetupInput, name: &str) -> Value {
    serde_json::from_str(&input.document(name).unwrap()).unwrap()
}

/// The actions of a policy's first statement.
fn actions(name: &str) -> Vec<String> {
    serde_json::from_value(policy(&open(), name)["Statement"][0]["Action"].clone()).unwrap()
}

#[test]
fn the_trust_policy_names_one_principal_of_one_organization() {
    let statement = policy(&filled_in(), TRUST_POLICY)["Statement"][0].clone();
    assert_eq!(statement["Principal"], json!({ "AWS": "arn:aws-us-gov:iam::000000000123:root" }));
    assert_eq!(
        statement["Condition"],
        json!({
            "ArnLike": { "aws:PrincipalArn": "arn:aws-us-gov:iam::000000000123:role/scan/Scanner" },
            "StringEquals": { "sts:ExternalId": "EXTERNAL-ID", "aws:PrincipalOrgID": "o-exampleorgid" },
        })
    );
    let open = policy(&open(), TRUST_POLICY)["Statement"][0]["Condition"].clone();
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
    let assume = &policy(&filled_in(), CALLER_POLICY)["Statement"][1];
    assert_eq!(assume["Action"], json!(["sts:AssumeRole"]));
    assert_eq!(assume["Resource"], "arn:aws-us-gov:iam::*:role/audit/RolesweepAudit");
}

#[test]
fn a_quotation_mark_in_a_path_stays_inside_the_text() {
    let odd = SetupInput { role_name: r#"a"b\c/Reader"#.to_owned(), ..open() };
    let assume = &policy(&odd, CALLER_POLICY)["Statement"][1];
    assert_eq!(assume["Resource"], r#"arn:aws:iam::*:role/a"b\c/Reader"#);
    assert!(odd.document(STACK_TEMPLATE).unwrap().contains(r#"Default: "/a\"b\\c/""#));
}

#[test]
fn each_partition_gets_its_own_arns_and_no_other() {
    for name in ["aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso"] {
        let input = SetupInput { partition: name.parse().unwrap(), ..open() };
        for document in [TRUST_POLICY, CALLER_POLICY] {
            let text = input.document(document).unwrap();
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
    for (name, most) in [(TRUST_POLICY, 1024), (PERMISSION_POLICY, 2048), (CALLER_POLICY, 2048)] {
        let text = filled_in().document(name).unwrap();
        assert!(text.bytes().filter(|b| !b.is_ascii_whitespace()).count() < most, "{name}");
    }
}

#[test]
fn every_call_that_a_scan_makes_is_allowed_to_the_identity_that_makes_it() {
    for operation in Operation::ALL {
        let action = operation.action().to_owned();
        let allowed = match operation.who() {
            // AWS allows GetCallerIdentity to everybody.
            Who::Caller if ["sts:AssumeRole", "sts:GetCallerIdentity"].contains(&&*action) => true,
            Who::Caller => actions(CALLER_POLICY).contains(&action),
            Who::AuditRole => actions(PERMISSION_POLICY).contains(&action),
        };
        assert!(allowed, "{operation}");
    }
}

#[test]
fn nothing_is_allowed_but_reads() {
    for (policy, service) in [(PERMISSION_POLICY, "iam:"), (CALLER_POLICY, "organizations:")] {
        for action in actions(policy) {
            let name = action.strip_prefix(service).unwrap();
            let reads = ["Get", "List", "Describe"].iter().any(|verb| name.starts_with(verb));
            // A job that computes a report. IAM's own access level for it is Read.
            assert!(reads || name == "GenerateServiceLastAccessedDetails", "{action}");
            assert!(name.bytes().all(|b| b.is_ascii_alphanumeric()), "{action}: no wildcards");
        }
    }
}

/// Every user has to roll out a change of the actions. Raise the version with it, in the `Sid` and
/// the tag, and then change this list.
#[test]
fn a_version_of_the_policy_stands_for_one_set_of_actions() {
    const V1: &str = "GetAccountAuthorizationDetails ListRoles GetRole ListAttachedRolePolicies ListRolePolicies GetRolePolicy \
                      ListInstanceProfilesForRole GetPolicy GetPolicyVersion ListAccountAliases ListOpenIDConnectProviders \
                      ListSAMLProviders GenerateServiceLastAccessedDetails GetServiceLastAccessedDetails";
    let (version, known) = (1, V1.split_whitespace().map(|name| format!("iam:{name}")).collect::<Vec<_>>());
    let sid = format!("RolesweepReadsV{version}");
    assert_eq!(policy(&open(), PERMISSION_POLICY)["Statement"][0]["Sid"], sid);
    assert_eq!(actions(PERMISSION_POLICY), known);
    for name in [STACK_TEMPLATE, STACKSET_TEMPLATE] {
        let template = open().document(name).unwrap();
        let lines = || template.lines().map(str::trim);
        let allowed: Vec<&str> = lines()
            .filter_map(|line| line.strip_prefix("- "))
            .filter(|line| line.starts_with("iam:"))
            .collect();
        assert_eq!(allowed, known, "{name}");
        assert!(lines().any(|line| line == format!("- Sid: {sid}")), "{name}");
        assert!(lines().any(|line| line == format!("Value: \"{version}\"")), "{name}");
        assert!(template.contains(&format!(", read-only (policy version {version})\n")), "{name}");
    }
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
    for (template, times) in [(STACK_TEMPLATE, 1), (STACKSET_TEMPLATE, 2)] {
        for (input, name, expected) in [
            (open(), "RoleName", Some("RolesweepAudit")),
            (open(), "RolePath", Some("/")),
            (open(), "CallerPrincipalArn", None),
            (open(), "OrganizationId", None),
            (open(), "ExternalId", Some("")),
            (filled_in(), "RolePath", Some("/audit/")),
            (filled_in(), "CallerPrincipalArn", Some("arn:aws-us-gov:iam::000000000123:role/scan/Scanner")),
            (filled_in(), "OrganizationId", Some("o-exampleorgid")),
            (filled_in(), "ExternalId", None),
        ] {
            let expected = expected.map(|text| format!("\"{text}\""));
            let text = input.document(template).unwrap();
            assert_eq!(defaults_of(&text, name), vec![expected; times], "{name}");
        }
    }
}

#[test]
fn the_templates_are_printed_as_they_are_if_nothing_is_known() {
    for (name, text) in DOCUMENTS.into_iter().filter(|(name, _)| name.ends_with("template")) {
        assert_eq!(open().document(name).unwrap(), text);
    }
}

#[test]
fn the_stackset_deploys_the_stack_word_for_word() {
    let stackset = open().document(STACKSET_TEMPLATE).unwrap();
    let (_, body) = stackset.split_once("      TemplateBody: |\n").unwrap();
    let unindented: String =
        body.lines().map(|line| format!("{}\n", line.strip_prefix("        ").unwrap())).collect();
    assert_eq!(unindented, open().document(STACK_TEMPLATE).unwrap());
}

#[test]
fn the_default_name_is_the_settings_own() {
    let defaults = include_str!("../../../../config/default.toml");
    assert!(defaults.contains(&format!("\nrole_name = \"{DEFAULT_ROLE_NAME}\"\n")));
}
