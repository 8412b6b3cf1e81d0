//! The CloudFormation templates are files in `config/iam/`. Known values become the defaults of
//! their parameters. Tags have no parameter, because a StackSet takes no template that repeats a
//! part for each item of a list (its default execution role runs no transforms), and are inserted.

use super::boundary::DEFAULT_OWNER;
use super::input::SetupInput;
use super::tags::VERSION_TAG;

pub(super) const STACK: &str = include_str!("../../../../config/iam/audit-role-stack.yaml");
pub(super) const STACKSET: &str = include_str!("../../../../config/iam/audit-role-stackset.yaml");

/// The template, with the known values as the parameters' defaults. This includes the embedded
/// template.
pub(super) fn filled_in(template: &str, input: &SetupInput) -> String {
    let (path, name) = input.path_and_name();
    let boundary = input.permissions_boundary.as_ref();
    let (boundary, owner) = boundary.map_or(("", DEFAULT_OWNER), |policy| (policy.policy(), policy.owner()));
    let defaults = [
        ("RoleName:", Some(name.to_owned())),
        ("RolePath:", Some(path)),
        ("CallerPrincipalArn:", input.caller.as_ref().map(ToString::to_string)),
        ("OrganizationId:", input.organization.as_ref().map(ToString::to_string)),
        ("ExternalId:", (!input.external_id).then(String::new)),
        ("PlannedReads:", Some(yes_or_no(input.planned_reads).to_owned())),
        ("PermissionsBoundary:", Some(boundary.to_owned())),
        ("PermissionsBoundaryOwner:", Some(owner.to_owned())),
    ];
    let mut text = String::new();
    let mut parameter = None;
    // Where the tags go, after the next line.
    let mut after_version_tag = false;
    for line in template.lines() {
        let words = line.trim_start();
        let indent = &line[..line.len() - words.len()];
        if words.ends_with(':') {
            parameter = defaults.iter().find(|(name, _)| *name == words).map(|(_, default)| default);
        }
        if words == "StackInstancesGroup:" && !input.tags.is_empty() {
            // The stacks of the StackSet get these tags, and pass them on to the role.
            text.push_str(&format!("{indent}Tags:\n{}", tags(input, &format!("{indent}  "))));
        }
        match parameter {
            Some(_) if words.starts_with("Default: ") => continue,
            Some(Some(default)) if words.starts_with("Type: ") => {
                text.push_str(&format!("{line}\n{indent}Default: \"{}\"\n", escaped(default)));
            }
            _ => text.push_str(&format!("{line}\n")),
        }
        if after_version_tag {
            let indent = indent.strip_suffix("  ").unwrap_or(indent);
            text.push_str(&tags(input, indent));
        }
        after_version_tag = words.strip_prefix("- Key: ") == Some(VERSION_TAG);
    }
    text
}

/// The value of a parameter that is a choice.
pub(super) const fn yes_or_no(choice: bool) -> &'static str {
    if choice { "yes" } else { "no" }
}

fn tags(input: &SetupInput, indent: &str) -> String {
    let tag = |key: &str, value: &str| {
        format!("{indent}- Key: \"{}\"\n{indent}  Value: \"{}\"\n", escaped(key), escaped(value))
    };
    input.tags.iter().map(|one| tag(&one.key, &one.value)).collect()
}

/// A text inside the double quotes of YAML. A role's path may contain quotes and backslashes.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// The StackSet's template, with the parameters of the stack's template and the stack's template
/// itself inserted.
#[cfg(test)]
pub(crate) fn stackset_of_the_stack() -> String {
    let between = |text: &'static str, begin: &str, end: &str| {
        let (before, rest) = text.split_once(begin).unwrap();
        let (inner, after) = rest.split_once(end).unwrap();
        (before, inner, after)
    };
    let (_, parameters, _) = between(STACK, "\nParameters:\n", "\nConditions:\n");
    let names =
        parameters.lines().filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    let passed_on: String = names
        .map(|name| {
            let name = name.trim_end_matches(':');
            format!("        - ParameterKey: {name}\n          ParameterValue: !Ref {name}\n")
        })
        .collect();
    let body: String =
        STACK.lines().map(|line| format!("        {line}\n").replace("        \n", "\n")).collect();
    let (head, _, rest) = between(STACKSET, "\n  RoleName:\n", "\nResources:\n");
    let (resource, _) = rest.split_once("\n      Parameters:\n").unwrap();
    format!(
        "{head}\n{parameters}\nResources:\n{resource}\n      Parameters:\n{passed_on}      # audit-role-stack.yaml, word for word.\n      \
         TemplateBody: |\n{body}"
    )
}
