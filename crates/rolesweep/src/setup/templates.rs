//! The audit role as CloudFormation. The files below `config/iam/` are the source; what is known becomes the parameters' defaults.

use super::SetupInput;

const STACK: &str = include_str!("../../../../config/iam/audit-role-stack.yaml");
const STACKSET: &str = include_str!("../../../../config/iam/audit-role-stackset.yaml");

/// The plain stack: the audit role in one account.
pub(super) fn stack(input: &SetupInput) -> String {
    with_defaults(STACK, input)
}

/// The stack that makes a service-managed StackSet of the stack above, for every account below the given roots or OUs.
pub(super) fn stackset(input: &SetupInput) -> String {
    with_defaults(STACKSET, input)
}

/// The template with these defaults in place of its own, also in the template that it embeds. A parameter without a default has to be given.
fn with_defaults(template: &str, input: &SetupInput) -> String {
    let (path, name) = input.path_and_name();
    let defaults = [
        ("RoleName:", Some(name.to_owned())),
        ("RolePath:", Some(path)),
        ("CallerPrincipalArn:", input.caller_principal.as_ref().map(ToString::to_string)),
        ("OrganizationId:", input.organization_id.as_ref().map(ToString::to_string)),
        ("ExternalId:", (!input.external_id).then(String::new)),
    ];
    let mut text = String::new();
    let mut parameter = None;
    for line in template.lines() {
        let words = line.trim_start();
        let indent = &line[..line.len() - words.len()];
        if let Some((_, default)) = defaults.iter().find(|(name, _)| *name == words) {
            parameter = Some(default);
        } else if words.ends_with(':') {
            parameter = None;
        }
        match parameter {
            Some(_) if words.starts_with("Default: ") => continue,
            Some(Some(default)) if words.starts_with("Type: ") => {
                text.push_str(&format!("{line}\n{indent}Default: {}\n", quoted(default)));
            }
            _ => text.push_str(&format!("{line}\n")),
        }
    }
    text
}

/// A YAML text in double quotes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::super::reads::{AUDIT_READS, POLICY_VERSION};
    use super::super::tests::{filled_in, open};
    use super::*;

    #[test]
    fn the_template_allows_what_the_table_of_reads_allows_and_says_which_version_that_is() {
        let lines = || STACK.lines().map(str::trim_start);
        let allowed: Vec<&str> = lines()
            .filter_map(|line| line.strip_prefix("- "))
            .filter(|line| line.starts_with("iam:"))
            .collect();
        assert_eq!(allowed, AUDIT_READS.iter().map(|read| read.action).collect::<Vec<_>>());
        let version = POLICY_VERSION.to_string();
        assert!(lines().any(|line| line == format!("- Sid: RolesweepReadsV{version}")));
        assert!(lines().any(|line| line == format!("Value: \"{version}\"")));
        for template in [STACK, STACKSET] {
            assert!(template.contains(&format!(", read-only (policy version {version})\n")));
        }
    }

    #[test]
    fn what_is_known_is_a_default_and_what_is_not_has_none() {
        let defaults_of = |text: &str, name: &str| {
            let heading = format!(" {name}:\n");
            let blocks = text.split(&heading).skip(1);
            let default = |block: &str| {
                let own = block.lines().take_while(|line| !line.ends_with(':'));
                own.filter_map(|line| line.trim_start().strip_prefix("Default: ")).map(str::to_owned).next()
            };
            blocks.map(default).collect::<Vec<_>>()
        };
        for (template, times) in [(STACK, 1), (STACKSET, 2)] {
            for (input, name, expected) in [
                (open(), "RoleName", Some("RolesweepAudit")),
                (open(), "RolePath", Some("/")),
                (open(), "CallerPrincipalArn", None),
                (open(), "OrganizationId", None),
                (open(), "ExternalId", Some("")),
                (filled_in(), "RolePath", Some("/audit/")),
                (
                    filled_in(),
                    "CallerPrincipalArn",
                    Some("arn:aws-us-gov:iam::000000000123:role/scan/Scanner"),
                ),
                (filled_in(), "OrganizationId", Some("o-exampleorgid")),
                (filled_in(), "ExternalId", None),
            ] {
                let expected = expected.map(|text| format!("\"{text}\""));
                assert_eq!(
                    defaults_of(&with_defaults(template, &input), name),
                    vec![expected; times],
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn the_templates_are_printed_as_they_are_in_the_repository_where_nothing_is_known() {
        assert_eq!(stack(&open()), STACK);
        assert_eq!(stackset(&open()), STACKSET);
    }

    #[test]
    fn the_stackset_deploys_the_stack_word_for_word() {
        let body = STACKSET.split_once("      TemplateBody: |\n").unwrap().1;
        let unindented: String =
            body.lines().map(|line| format!("{}\n", line.strip_prefix("        ").unwrap())).collect();
        assert_eq!(unindented, STACK);
    }
}
